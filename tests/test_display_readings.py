import re

import pytest
from made_data import bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


def test_each_result_is_said_once_and_their_limits_at_the_end():
    ds = made(flow("hơn 100 buổi", 2014, 2018), flow("hơn 50 buổi", 2014, 2018, ref_area="VN-24"))
    rows = aq.compare(ds, "propaganda_sessions")
    found = aq.readings([rows, rows], ds, lang="en")
    assert len(found.sentences) == 2
    limit = "A figure carries a qualifying word (more than, nearly …), so only a range is known."
    assert found.limits == f"Limits: {limit}"
    assert not any(limit in sentence for sentence in found.sentences)
    assert str(found).splitlines() == [*found.sentences, found.limits]


def test_gaps_of_an_area_stand_together_and_are_never_a_zero():
    rows = aq.compare(bundled(), ["valuable_tips", "banners"], areas=["Điện Biên", "Quảng Bình"])
    assert aq.readings(rows, bundled()).sentences == [
        "Điện Biên – không báo cáo: Tin báo có giá trị; Băng rôn, khẩu hiệu.",
        "Quảng Bình – không báo cáo: Tin báo có giá trị; Băng rôn, khẩu hiệu.",
    ]


def test_pairs_that_were_refused_are_counted_and_their_reasons_said_once():
    rows = aq.contrasts(bundled(), "propaganda_sessions", areas=AREAS)
    (sentence,) = aq.readings(rows, bundled(), lang="en").sentences
    assert sentence.startswith(f"Of the pairs of figures of two provinces, {len(rows)} are not comparable")
    assert sentence.count("The two figures follow two definitions.") == 1


def test_refusals_with_the_same_reasons_stand_together():
    ds = bundled()
    answers = aq.trends(ds, ["cooperatives", "general_schools"], ["Thanh Hóa", "Quảng Bình"])
    assert aq.readings(answers, ds, lang="en").sentences == [
        "Cooperatives (Thanh Hóa, Quảng Bình); General schools (Thanh Hóa, Quảng Bình): no conclusion can be "
        "drawn. There are fewer than 5 annual figures of one definition and one revision."
    ]


def test_a_reading_escapes_what_it_says(hostile):
    for rows in (
        aq.compare(hostile, ["valuable_tips", "models"], areas=AREAS),
        aq.contrasts(hostile, "awards_collectives", areas=AREAS),
        aq.trends(hostile, ["population_average", "cooperatives"], "Thanh Hóa"),
    ):
        page = aq.readings(rows, hostile)._repr_html_()
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "<i>" not in page


def test_results_are_not_changed():
    rows = aq.compare(bundled(), ["valuable_tips", "models"], areas=AREAS)
    before = rows.copy(deep=True)
    aq.readings(rows, bundled())
    aq.cautions(rows, bundled())
    assert_frame_equal(rows, before)


def test_nothing_has_nothing_to_say():
    rows = aq.windows(bundled(), "sessions_police", "Thanh Hóa")
    assert str(aq.readings(rows, bundled())) == ""
    assert str(aq.cautions(rows, bundled())) == ""


@pytest.mark.parametrize(
    ("names", "cautions"),
    [
        (["valuable_tips_per_model"], ["“Valuable tips per model”", "Chance intervals hold chance alone"]),
        (["attendance_per_class"], ["“Attendance per training class”"]),
    ],
)
def test_a_ratio_formed_in_several_ways_comes_with_a_caution(names, cautions):
    rows = aq.ratios(bundled(), names, areas=AREAS)
    found = aq.cautions(rows, bundled(), lang="en").sentences
    assert len(found) == len(cautions)
    assert all(part in sentence for part, sentence in zip(cautions, found, strict=True))


def test_without_chance_intervals_there_is_no_caution_about_them():
    rows = aq.compare(bundled(), "cooperatives", areas=AREAS)
    assert not aq.cautions(rows, bundled()).sentences


def test_english_readings_hold_no_vietnamese_but_names_and_printed_figures():
    ds = bundled()
    names = "|".join(map(re.escape, ds.areas()["name_vi"]))
    several = [
        aq.compare(ds, ["valuable_tips", "models"], areas=AREAS),
        aq.contrasts(ds, "awards_collectives", areas=AREAS),
        *aq.trends(ds, ["population_average", "cooperatives"], AREAS),
    ]
    text = str(aq.readings(several, ds, lang="en"))
    assert not re.search("[à-ỹ]", re.sub(rf"{names}|“[^”]*”", "", text).lower())
