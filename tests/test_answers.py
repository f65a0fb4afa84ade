"""The sentences of a page: what they say of made data whose answer is known, and of the bundled data."""

import re

import pytest
from made_data import bundled, floors, flow, made, people, populated
from made_outputs import FOUR, MOVEMENT, THREE, says

import antq_analysis as aq
from antq_analysis.i18n import words

PER = {"vi": "100.000", "en": "100,000"}
# Words that put one number above another.
RANKS = (
    r"gấp|lần\b|cao hơn|thấp hơn|nhiều hơn|ít hơn|đứng|nhất\b|higher|lower|fewer|\btimes\b|\bmost\b|\bfirst\b"
)


# ---- the profile of an area ----


def profile(ds, area, lang="vi", ratios="valuable_share_of_tips"):
    press = ds.select(areas=area, mandates=MOVEMENT, inferred_areas=True)
    return aq.answers.profile(
        aq.compare(press, areas=area, inferred_areas=True),
        aq.ratios(ds, ratios, areas=area, inferred_areas=True),
        ds,
        nested=aq.nested(press, areas=area),
        clashes=aq.contradictions(press),
        lang=lang,
    )


def reports(*figures, **more):
    """Make figures of two reports on the same subject, one over five and one over ten years."""
    first, second = figures
    return [
        flow(first, 2014, 2018, source_id="baothanhhoa-2019", **more),
        flow(second, 2014, 2023, source_id="baothanhhoa-2024", **more),
    ]


def test_reports_that_fit_are_quoted_and_not_charged():
    ds = made(*reports("100 buổi", "200 buổi"))
    first, *_ = profile(ds, "Thanh Hóa").sentences
    assert says(first, "answer.stated")
    assert re.search(r"\b200 buổi .*\(2014–2023\)", first)


def test_totals_that_do_not_rise_in_step_are_a_misfit():
    more = {"indicator": "participants_provincial_bodies"}
    ds = made(*reports("10 buổi", "100 buổi"), *reports("1.000 người", "1.100 người", **more))
    (sentence, *_) = profile(ds, "Thanh Hóa", "en").sentences
    assert says(sentence, "answer.misfit", "en", area="Thanh Hóa")
    assert re.search(r"10 sessions.*\b100 \(.*1,000 people.*\b1,100 \(", sentence)


# ---- areas beside each other ----


def compared(*rows, lang="en", ds=None):
    ds = ds or populated(*rows)
    found = aq.compare(ds, "propaganda_sessions")
    return aq.answers.compare(found, aq.contrasts(ds, "propaganda_sessions"), ds, lang=lang)


ONE, OTHER = flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24")
OF_GRADE = {
    "A": ONE,
    "B": ONE | {"figure_printed": "hơn 100 buổi"},
    "C": ONE | {"scope_level": "whole_province"},
    "D": ONE | {"indicator": "sessions_police"},
}


@pytest.mark.parametrize("grade", OF_GRADE)
def test_how_far_areas_compare_follows_their_grade(grade):
    for lang in ("vi", "en"):
        rates, far, *more = compared(OF_GRADE[grade], OTHER, lang=lang).sentences
        assert says(far, f"far.{grade}", lang)
        assert says(rates, "answer.side_by_side", lang, head=words(lang)("answer.yearly_per", per=PER[lang]))
        assert re.search(r": Thanh Hóa [\d.,–]+ .* \(2014–2018\); Quảng Bình 1 .* \(2014–2018\)\.$", rates)
        # What is counted alike may be set in proportion; nothing else is.
        assert [says(text, "answer.pair", lang) for text in more] == [True] * (grade in "AB")
        if grade in "CD":
            assert not re.search(RANKS, f"{rates} {far}")


def test_a_limit_is_that_of_the_quoted_figures():
    for per, limit in ((None, "size_not_considered"), (1000, "level_differs")):
        ds = populated(ONE | ({"scope_level": "whole_province"} if per else {}), OTHER)
        said = aq.answers.subjects(aq.compare(ds, "propaganda_sessions", per=per), ds, lang="en")
        assert says(said["propaganda_sessions"], "far.C", "en", reasons=words("en")(f"reason.{limit}"))
    # A newer figure by another definition is not quoted beside what compares.
    ds = populated(ONE, OTHER, flow("7 buổi", 2014, 2019, indicator="sessions_police"))
    rates, far, *_ = compared(ds=ds).sentences
    assert "Thanh Hóa 2 sessions held by provincial-level bodies" in rates
    assert says(far, "far.A", "en", areas="Thanh Hóa and Quảng Bình")
    # Awards are given once for all years: totals of five and of ten years are no rates.
    award = {"indicator": "certificates_province_collectives"}
    ds = populated(
        flow("9 tập thể", 2014, 2018, **award), flow("9 tập thể", 2014, 2021, **award, ref_area="VN-24")
    )
    said = aq.answers.subjects(aq.compare(ds, "awards_collectives"), ds, lang="en")["awards_collectives"]
    assert says(said, "far.C", "en", reasons=words("en")("reason.window_total"))
    longer = populated(ONE, flow("80 buổi", 2014, 2021, ref_area="VN-24"))
    *_, pair = compared(ds=longer).sentences
    assert "in Thanh Hóa (2014–2018) are 2" in pair
    apart = populated(ONE, OTHER | {"period_start": "2019-01-01", "period_end": "2023-12-31"})
    *_, why = compared(ds=apart).sentences
    assert why == words("en")("reason.time_mismatch")


def test_a_figure_without_a_rate_is_quoted():
    rates, quoted, *_ = compared(ONE | {"figure_printed": "hàng trăm buổi"}, OTHER).sentences
    assert says(rates, "answer.side_by_side", "en")
    assert says(quoted, "answer.stated", "en")
    assert "Thanh Hóa hundreds of sessions held by provincial-level bodies (2014–2018)" in quoted
    quoted, why, *_ = compared(ds=made(ONE, OTHER)).sentences
    assert says(quoted, "answer.stated", "en")
    assert says(why, "reason.population_unknown", "en")


def test_a_subject_is_not_said_again_below_the_answer():
    ds = bundled()
    rows = aq.compare(ds, ["propaganda_sessions", "propaganda_participants"], areas=THREE)
    answer = aq.answers.compare(rows, aq.contrasts(ds, "propaganda_sessions", areas=THREE), ds)
    said = aq.answers.subjects(rows, ds)
    assert said["propaganda_sessions"]
    assert aq.answers.subjects(rows, ds, besides=answer)["propaganda_sessions"] == ""


# ---- over the years ----


def over_the_years(ds, lang="en", areas=("Thanh Hóa", "Quảng Bình")):
    rows = aq.compare(ds, "propaganda_sessions", areas=areas)
    near = {"nested": aq.nested(ds, areas=areas), "clashes": aq.contradictions(ds)}
    return aq.answers.trends(rows, ds, **near, lang=lang).sentences


def test_reports_of_one_area_are_not_doubted_for_those_of_another():
    doubt = words("en")("answer.out_of_step")
    here, there = {"ref_area": "VN-21"}, {"ref_area": "VN-24"}
    there_too = [row | there for row in reports("10 buổi", "30 buổi")]
    two = over_the_years(made(*reports("100 buổi", "200 buổi", **here), *there_too), areas=THREE[1:])
    assert [
        says(said, "answer.implied", "en", area=area) for said, area in zip(two, THREE[1:], strict=False)
    ] == [True] * 2
    falls = [flow("90 buổi", 2015, 2016, **there), flow("50 buổi", 2015, 2018, **there)]
    fits = reports("100 buổi", "200 buổi", **here)
    assert len(aq.contradictions(made(*fits, *falls))) == 1
    assert doubt not in over_the_years(made(*fits, *falls))
    grown = reports("10 buổi", "100 buổi")
    placed = reports("1.000 lượt", "1.100 lượt", indicator="news_placements_provincial_bodies")
    assert doubt in over_the_years(made(*grown, *placed))
    came = reports("1.000 người", "1.100 người", indicator="participants_provincial_bodies")
    (said,) = (each for each in over_the_years(made(*grown, *came)) if "1.11" in each)
    assert "against 100 before" in said, "100 people in 90 sessions, after 1,000 in 10"


def test_an_area_with_one_window_tells_nothing_about_change():
    (sentence,) = over_the_years(made(ONE))
    assert says(sentence, "answer.one_window", "en", areas="Thanh Hóa")


def test_population_is_said_to_grow_only_where_it_does():
    falling = populated(ONE)
    rows = aq.describe_series(falling, "population_average", "Thanh Hóa")
    for growth, key in ((0.01, "population"), (-0.01, "population_changes")):
        said = aq.answers.growth(rows.assign(growth=growth), falling, lang="en").sentences
        assert says(said[0], f"answer.{key}", "en")
    single = made(ONE, people("1.000.000 người", 2018))
    assert not aq.answers.growth(
        aq.describe_series(single, "population_average", "Thanh Hóa"), single
    ).sentences


# ---- ratios and quality ----


def test_a_floor_is_said_as_at_least():
    (sentence, *_) = aq.answers.ratios(floors(), bundled(), lang="en").sentences
    assert re.search(r"at least 0\.18\b", sentence)


def test_gaps_worded_figures_and_contradictions_are_counted():
    ds = made(flow("200 buổi", 2014, 2018), flow("hơn 100 buổi", 2014, 2023))
    gaps = aq.coverage(ds, areas=THREE, concepts=["propaganda_sessions", "models"])
    clash, worded, missing = aq.answers.quality(aq.contradictions(ds), gaps, ds, lang="en").sentences
    figures = [f"{n} sessions held by provincial-level bodies" for n in ("200", "more than 100")]
    one, other = (
        f"{what} ({years})" for what, years in zip(figures, ("2014–2018", "2014–2023"), strict=True)
    )
    assert says(clash, "answer.clashes", "en", count="1", areas="Thanh Hóa", one=one, other=other)
    assert says(worded, "answer.worded", "en", worded="1", count="2")
    assert says(missing, "answer.gaps", "en", gaps="5", count="6")
    # Nothing is said to fit where there are no two reports to hold against each other.
    for rows, key in (
        (reports("100 buổi", "200 buổi"), "all_fit"),
        ((ONE, OTHER), "one_report"),
        ((), "nothing"),
    ):
        fits = made(*rows) if rows else made(ONE).select(since=2025)
        first, *_ = aq.answers.quality(aq.contradictions(fits), aq.coverage(fits), fits, lang="en").sentences
        assert says(first, f"answer.{key}", "en")


# ---- what to keep in mind ----


def kept(*rows, lang="vi"):
    ds = made(*rows)
    return aq.answers.keep(aq.compare(ds), ds, clashes=aq.contradictions(ds), lang=lang)


def test_a_plain_figure_needs_no_caution_but_its_period():
    (point,) = kept(ONE).sentences
    assert says(point, "keep.total")


@pytest.mark.parametrize(
    ("more", "key", "values"),
    [
        ({"figure_printed": "hơn 100 buổi"}, "worded", {}),
        ({"area_basis": "publisher"}, "area_publisher", {"areas": "Thanh Hóa"}),
        (
            {"ref_area": "VN-24"},
            "merged",
            {"area": "Quảng Bình", "successor": "Quảng Trị", "day": "1 Jul 2025"},
        ),
        (
            {"figure_printed": "100 người", "indicator": "participants_provincial_bodies"},
            "people",
            {"figures": "100"},
        ),
    ],
)
def test_each_doubt_is_one_point(more, key, values):
    found = kept(ONE | more, lang="en").sentences
    assert sum(says(text, f"keep.{key}", "en", **values) for text in found) == 1


def test_an_area_is_left_out_where_it_has_figures_of_the_subject_that_were_not_asked_for():
    hidden = ONE | {"ref_area": "VN-14", "area_basis": "inferred"}
    elsewhere = hidden | {"indicator": "news_placements_provincial_bodies"}
    for row, inferred_areas, said in ((hidden, False, 1), (hidden, True, 0), (elsewhere, False, 0)):
        ds = made(ONE, OTHER, row)
        rows = aq.compare(ds, "propaganda_sessions", inferred_areas=inferred_areas)
        found = aq.answers.keep(rows, ds).sentences
        assert sum(says(text, "keep.left_out", areas="Hòa Bình") for text in found) == said


FALLS = flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023)


def test_only_two_reports_are_said_not_to_fit_together():
    found = kept(*FALLS).sentences
    assert not any(says(text, "keep.clashes") for text in found)
    assert says(found[0], "keep.contradicts", areas="Thanh Hóa")


def test_figures_that_contradict_each_other_are_said_where_they_bear_on_the_answer():
    for first in (over_the_years(made(*FALLS))[0], profile(made(*FALLS), "Thanh Hóa", "en").sentences[0]):
        assert says(first, "answer.contradicts", "en", area="Thanh Hóa")
        assert "(100) holds less than its part (200)" in first
    elsewhere = [row | {"indicator": "news_placements_provincial_bodies"} for row in FALLS]
    assert len(over_the_years(made(*elsewhere, ONE))) == 1
    shares = {"indicator": "tips_through_models"}, {"indicator": "valuable_tips_through_models"}
    impossible = made(*(flow(f"{n} tin", 2014, 2023, **more) for n, more in zip((5, 9), shares, strict=True)))
    (why,) = aq.answers.ratios(aq.ratios(impossible, "valuable_share_of_tips"), impossible).sentences
    assert says(why, "refused.sentence", reasons=words("vi")("reason.share_above_whole"))


# ---- what to ask ----


def asked(*rows, lang="en"):
    ds = made(*rows)
    return aq.answers.questions(ds, "Thanh Hóa", aq.contradictions(ds), lang=lang).sentences


def test_a_clear_figure_raises_no_question():
    assert asked(ONE) == []


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"figure_printed": "hơn 100 buổi"}, "exact"),
        ({"figure_printed": "hàng trăm buổi"}, "magnitude"),
        ({"scope_level": "unstated"}, "level"),
        ({"period_basis": "inferred"}, "period"),
        ({"area_basis": "inferred"}, "area"),
        ({"indicator": "participants_provincial_bodies"}, "people"),
    ],
)
def test_each_open_point_is_one_question(more, key):
    for lang in ("vi", "en"):
        (question,) = asked(ONE | more, lang=lang)
        assert says(question, f"ask.{key}", lang)


def test_a_contradiction_is_asked_about_first_and_once_for_each_subject():
    hardly = reports("1.000 người", "1.100 người", indicator="participants_provincial_bodies")
    news = reports("10 tin", "900 tin", indicator="news_placements_provincial_bodies")
    first, *more = asked(*reports("10 buổi", "100 buổi"), *hardly, *news)
    assert says(first, "ask.siblings", "en")
    assert not any(says(text, "ask.siblings", "en") for text in more)
    assert all(number in first for number in ("10", "100", "1,000", "1,100", "900"))
    first, *_ = asked(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    assert says(first, "ask.total", "en")
    assert "200 sessions held by provincial-level bodies (2014–2018)" in first
    assert "100 sessions held by provincial-level bodies (2014–2023)" in first


def test_questions_are_headed_by_the_area_that_is_asked():
    ds = bundled()
    for area in THREE:
        assert f"<b>{words('vi')('ask.title', area=area)}</b>" in aq.answers.questions(ds, area)._repr_html_()
    assert not aq.answers.questions(made(ONE), "Thanh Hóa")._repr_html_()


def test_official_statistics_are_not_asked_about():
    row = {"mandate": "statistics", "scope_level": "unstated", "period_basis": "inferred"}
    assert asked(flow("hơn 100 buổi", 2014, 2018, **row)) == []


# ---- one result ----


def results():
    """Give results of every kind that can be said."""
    ds, tips, areas = bundled(), "valuable_tips_through_models", ["Điện Biên", "Thanh Hóa"]
    return [
        aq.compare(ds, ["valuable_tips", "awards_collectives", "models"], areas=areas),
        aq.compare(ds, "propaganda_sessions", areas=areas, per=1000),
        aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=areas),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_share_of_tips"], areas=areas),
        aq.ratio(ds, tips, "tips_through_models", per=100, areas=areas),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_of_row_becomes_whole_sentences(lang):
    aq.set_language(lang)
    for frame in results():
        for _, row in frame.iterrows():
            text = aq.explain(row, ds=bundled())
            assert text.endswith(".")
            assert not re.search(r"\bnan\b|None|NaT|[{}]|_|<", text), text
            if lang == "en":
                assert not re.search("[à-ỹđ]", re.sub("|".join(FOUR), "", text).lower()), text


def test_a_result_is_said_with_its_unit_its_grade_and_its_reasons():
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas="Thanh Hóa")
    said = aq.explain(rows, ds=bundled())
    assert said.startswith("Thanh Hóa, 2014–2024: Tin có giá trị bình quân mỗi mô hình – 3,12 tin/mô hình.")
    assert "Mẫu số là số tại cuối kỳ" in said
    share = aq.ratios(bundled(), "valuable_share_of_tips", areas="Thanh Hóa")
    assert "– 56,6%." in aq.explain(share.iloc[0], ds=bundled())
    refused = aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa")
    assert " – không tính. Mức D" in aq.explain(refused, ds=bundled())


def test_a_refusal_names_what_was_asked_and_why_it_is_refused():
    refusal = aq.trend(bundled(), "population_average", "Thanh Hóa")
    assert isinstance(refusal, aq.NotComparable)
    assert aq.explain(refusal).startswith("Dân số trung bình, Thanh Hóa: ")


def test_what_is_no_result_is_refused():
    with pytest.raises(TypeError, match=r"Not a result row\. Give a row of compare, contrasts, ratio"):
        aq.explain(bundled().areas().iloc[0])
