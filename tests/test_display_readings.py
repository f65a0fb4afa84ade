import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import PUBLISHER, bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.i18n import words

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


def soup(reading):
    return BeautifulSoup(reading._repr_html_(), "html.parser")


@pytest.fixture(scope="module")
def various():
    """Give results whose rows are said in different ways."""
    ds = bundled()
    return [
        aq.compare(ds, ["valuable_tips", "models", "training_participants"], areas=AREAS),
        aq.contrasts(ds, "awards_collectives", areas=AREAS),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_tips_per_100k"], areas=AREAS),
        aq.windows(ds, "sessions_provincial_bodies", AREAS),
    ]


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
        "Điện Biên – không báo cáo trong các nguồn đã thu thập: Tin báo có giá trị; Băng rôn, khẩu hiệu.",
        "Quảng Bình – không báo cáo trong các nguồn đã thu thập: Tin báo có giá trị; Băng rôn, khẩu hiệu.",
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
        (["valuable_tips_per_model"], ["“Valuable tips per model”", words("en")("caution.chance")]),
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


@settings(max_examples=20)
@given(
    places=st.lists(st.sets(st.integers(0, 30)), min_size=4, max_size=4), lang=st.sampled_from(["vi", "en"])
)
def test_a_page_says_what_the_sentences_say_and_leads_to_figures_of_the_results(various, places, lang):
    some = [
        rows.iloc[sorted(place for place in wanted if place < len(rows))]
        for rows, wanted in zip(various, places, strict=True)
    ]
    found = aq.readings(some, bundled(), lang=lang)
    page = soup(found)
    assert [" ".join(item.get_text().split()) for item in page.find_all("li")] == found.sentences
    linked = {obs_id for link in page.select("a.fig") for obs_id in link["data-obs"].split()}
    assert linked <= {obs_id for rows in some for obs_ids in rows["obs_ids"] for obs_id in obs_ids}
    assert linked <= set(bundled().observations["obs_id"])
    assert all(link["href"] == f"#obs-{link['data-obs'].split()[0]}" for link in page.select("a.fig"))


def test_every_number_that_was_found_is_a_link(various):
    levels = various[0]
    page = soup(aq.readings(levels, bundled()))
    linked = {obs_id for link in page.select("a.fig") for obs_id in link["data-obs"].split()}
    assert linked == {obs_id for obs_ids in levels["obs_ids"] for obs_id in obs_ids}


def test_what_a_mark_means_is_said_once_below_and_only_where_there_is_one():
    marked = made(
        *(
            flow(f"{n} buổi", 2014, 2018, area_basis="publisher", ref_area=a)
            for n, a in ((8, "VN-21"), (9, "VN-24"))
        )
    )
    stated = made(flow("7 buổi", 2014, 2018))
    pages = [soup(aq.readings(aq.compare(ds, "propaganda_sessions"), ds)) for ds in (marked, stated)]
    assert [[sign.get_text().strip() for sign in page.select("p.signs")] for page in pages] == [
        [PUBLISHER["vi"]],
        [],
    ]


def test_one_refused_pair_is_said_in_the_singular():
    ds = made(
        flow("100 buổi", 2014, 2018),
        flow("50 buổi", 2014, 2018, indicator="sessions_police", ref_area="VN-24"),
    )
    (sentence,) = aq.readings(aq.contrasts(ds, "propaganda_sessions"), ds, lang="en").sentences
    assert ", 1 is not comparable, for at least one of these reasons." in sentence
