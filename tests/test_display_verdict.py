import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import PUBLISHER, bundled, flow, made
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS
from antq_analysis.i18n import words

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
SESSIONS = "sessions_provincial_bodies"
KINDS = ["can", "maybe", "cannot"]


def results(ds):
    """Give results of every kind that a verdict sorts."""
    return [
        aq.compare(ds, areas=[*AREAS, "Hòa Bình"], inferred_areas=True),
        aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=AREAS),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_tips_per_100k"], areas=AREAS),
        aq.rate(ds, "valuable_tips_through_models", areas=AREAS),
        aq.windows(ds, [SESSIONS, "participants_provincial_bodies"], AREAS),
        aq.contradictions(ds),
        *aq.trends(ds, ["population_average", "cooperatives"], AREAS),
    ]


@pytest.fixture(scope="module")
def found():
    return results(bundled())


def pair(first, second="50 buổi", **more):
    """Contrast a figure of one area with one of another."""
    ds = made(flow(first, 2014, 2018, **more), flow(second, 2014, 2018, ref_area="VN-24"))
    return ds, aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"])


def said(results, ds=None, lang="en"):
    return aq.verdict(results, ds or bundled(), lang=lang).parts


def soup(verdict):
    return BeautifulSoup(verdict._repr_html_(), "html.parser")


@pytest.mark.parametrize(
    ("ds_rows", "part", "reason"),
    [
        (pair("100 buổi"), "can", None),
        (pair("hơn 100 buổi"), "can", "Limits of the above: A figure carries a qualifying word"),
        (
            pair("100 buổi", scope_level="whole_province"),
            "maybe",
            "Why for reference only: One counts bodies of provincial level only, the other the whole",
        ),
        (pair("100 buổi", indicator="sessions_police"), "cannot", "The two figures follow two definitions."),
    ],
    ids=["A", "B", "C", "D"],
)
def test_each_grade_lands_in_its_part_with_the_reasons_that_decide_it(ds_rows, part, reason, request):
    ds, rows = ds_rows
    assert rows["grade"].tolist() == [request.node.callspec.id]
    parts = said(rows, ds)
    assert [kind for kind in KINDS if parts[kind]] == [part]
    text = " ".join(parts[part])
    assert ("Thanh Hóa against Quảng Bình" in text) == (part != "cannot")
    assert (reason or "") in text
    assert bool(reason) == any(words("en")(f"reason.{code}") in text for code in REASONS)


def test_a_ratio_of_grade_d_that_was_computed_all_the_same_cannot_be_said():
    rows = aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa", allow="D")
    refused = aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa")
    assert not rows["refused"].any()
    assert refused["refused"].all()
    for found in (rows, refused):
        parts = said(found)
        assert (parts["can"], parts["maybe"]) == ([], [])
        (sentence,) = parts["cannot"]
        assert sentence.startswith(
            "Not computed: Valuable tips from all bodies per Types of self-management model "
            "(Thanh Hóa, 2014–2019)."
        )
        assert "One of them counts types of model, not models." in sentence


def test_what_was_not_reported_cannot_be_said_and_only_the_first_subjects_are_named():
    rows = aq.compare(bundled(), ["valuable_tips", "banners"], areas="Điện Biên")
    assert said(rows) == {
        "can": [],
        "maybe": [],
        "cannot": ["Điện Biên – not reported in the sources collected: Valuable tips; Banners and slogans."],
    }
    rows = aq.compare(bundled(), areas="Điện Biên")
    (sentence,) = (text for text in said(rows)["cannot"] if "not reported" in text)
    silent = rows[rows["obs_status"] == "O"]
    assert len(silent) > 5
    assert sentence.count("; ") == 5
    assert sentence.endswith(f"and {len(silent) - 5} more.")


def test_an_answer_that_was_refused_cannot_be_said():
    parts = said(aq.trends(bundled(), ["population_average", "cooperatives"], "Thanh Hóa"))
    assert parts["can"][0].startswith("Thanh Hóa: Average population changed by ")
    assert parts["cannot"] == [
        "Cooperatives (Thanh Hóa): no conclusion can be drawn. "
        "There are fewer than 5 annual figures of one definition and one revision."
    ]


def test_figures_that_clash_cannot_be_said_and_siblings_leave_open_what_changed():
    rows = aq.contradictions(bundled())
    cannot = said(rows)["cannot"]
    siblings = rows[rows["kind"] == "siblings_disagree"]
    open_question, *clashes = cannot
    assert len(siblings) > 1
    assert len(clashes) == len(rows) - len(siblings)
    assert open_question.startswith("Whether activity rose or the way of counting changed cannot be told:")
    named = {key for keys in siblings["indicators"] for key in keys}
    names = bundled().indicators().set_index("indicator")["name_en"]
    assert all(open_question.count(names[key]) == 1 for key in named)
    assert all(text.endswith("cannot all be counted alike.") for text in clashes)
    assert any(f"“hơn 10.000 tin”; “1.464 nguồn tin” [{PUBLISHER['en']}]" in text for text in clashes)


def test_what_windows_imply_is_for_reference_and_what_they_report_is_said_elsewhere():
    rows = aq.windows(bundled(), SESSIONS, "Thanh Hóa")
    assert rows["kind"].tolist() == ["reported", "reported", "implied"]
    parts = said(rows)
    assert (parts["can"], parts["cannot"]) == ([], [])
    implied, why = parts["maybe"]
    assert "if both windows count alike, the rest, 2019–2024, holds 25,707" in implied
    assert why.startswith("Why for reference only: Indicators of the same two sources change by factors")


def test_windows_that_cannot_be_nested_cannot_be_said():
    ds = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    parts = said(aq.windows(ds, SESSIONS), ds)
    assert (parts["can"], parts["maybe"]) == ([], [])
    (sentence,) = parts["cannot"]
    assert sentence == (
        "Not computed: Sessions held by provincial-level bodies (Thanh Hóa, 2019–2023). "
        "Read as one definition, the two figures contradict each other."
    )


def test_figures_are_sorted_by_how_they_are_printed():
    figures = ["100 buổi", "hơn 200 buổi", "gần 300 buổi", "hàng trăm buổi"]
    areas = ["VN-21", "VN-24", "VN-71", "VN-14"]
    rows = (flow(figure, 2014, 2018, ref_area=area) for figure, area in zip(figures, areas, strict=True))
    ds = made(*rows)
    parts = said(aq.compare(ds, "propaganda_sessions"), ds)
    (exact,) = parts["can"]
    assert exact.startswith("1 figure is printed exactly and may be quoted")
    assert exact.endswith(": “100 buổi”.")
    (bounded,) = parts["maybe"]
    assert bounded.startswith("2 figures carry “more than” or “nearly”")
    assert {"“hơn 200 buổi”", "“gần 300 buổi”"} < set(re.findall("“[^”]*”", bounded))
    assert "No number, only an order of magnitude: “hàng trăm buổi”." in parts["cannot"]


def test_of_many_exact_figures_the_first_few_are_quoted_and_the_others_counted():
    ds = made(*(flow(f"{number} buổi", 2014, 2014 + number) for number in range(1, 9)))
    (exact,) = said(aq.compare(ds, "propaganda_sessions"), ds)["can"]
    assert exact.startswith("8 figures are printed exactly")
    assert len(re.findall("“[^”]*”", exact)) == 5
    assert exact.endswith("and 3 more.")


def test_a_period_that_is_not_stated_is_for_reference():
    ds = made(flow("100 buổi", 2014, 2018, period_basis="inherited"))
    (sentence,) = said(aq.compare(ds, "propaganda_sessions"), ds)["maybe"]
    assert sentence.startswith(words("en")("verdict.period", count=1))


def test_figures_of_one_subject_that_may_not_stand_side_by_side_are_named_with_the_reason():
    ds = made(
        flow("100 buổi", 2014, 2018),
        flow("90 buổi", 2014, 2018, indicator="sessions_police", ref_area="VN-24"),
    )
    (sentence,) = said(aq.compare(ds, "propaganda_sessions"), ds)["cannot"]
    assert sentence == (
        "Figures of one subject that may not be put side by side: Awareness-raising activities. "
        "The two figures follow two definitions."
    )


@pytest.mark.parametrize(("lang", "nothing"), [("vi", "Không có."), ("en", "Nothing.")])
def test_an_empty_part_says_so(lang, nothing):
    empty = aq.verdict([], bundled(), lang=lang)
    assert empty.parts == {kind: [] for kind in KINDS}
    assert [part.p.get_text() for part in soup(empty).find_all("section")] == [nothing] * 3
    assert not soup(empty).find_all("li")
    assert repr(empty).split("\n").count(nothing) == 3


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_gets_three_parts_with_headings_and_every_sentence(found, lang):
    verdict = aq.verdict(found, bundled(), lang=lang)
    page = soup(verdict)
    assert [part["class"] for part in page.div.find_all("section")] == [[kind] for kind in KINDS]
    assert [part.h3.get_text() for part in page.find_all("section")] == [
        words(lang)(f"verdict.{kind}") for kind in KINDS
    ]
    for kind in KINDS:
        items = [" ".join(item.get_text().split()) for item in page.select(f"section.{kind} li")]
        assert items == verdict.parts[kind]
        assert len(items) == len(set(items)) > 0
        assert all(text in repr(verdict) for text in items)
        assert not any(re.search(r"\bnan\b|None|NaT|[{}_]| $|\. \.", text) for text in items)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_figures_named_in_a_verdict_lead_to_their_sources(found, lang):
    page = soup(aq.verdict(found, bundled(), lang=lang))
    linked = {obs_id for link in page.select("a.fig") for obs_id in link["data-obs"].split()}
    frames = [rows for rows in found if isinstance(rows, pd.DataFrame)]
    listed = soup(aq.tables.sources(frames, bundled(), lang=lang))
    assert linked
    assert linked <= {row["id"].removeprefix("obs-") for row in listed.select("tr[id]")}


@settings(max_examples=15)
@given(places=st.sets(st.integers(0, 60), max_size=12), lang=st.sampled_from(["vi", "en"]))
def test_no_result_is_lost_or_said_in_two_parts(found, places, lang):
    graded = found[2]  # ratios
    rows = graded.iloc[sorted(place for place in places if place < len(graded))]
    parts = said(rows, lang=lang)
    reported = [row for row in records(rows) if row["obs_status"] not in ("O", "Q")]
    for kind, grades in (("can", "AB"), ("maybe", "C")):
        expected = [row for row in reported if row["grade"] in grades and not row["refused"]]
        limits = tuple(words(lang)(f"verdict.{key}", reasons="") for key in ("because", "within"))
        assert sum(not text.startswith(limits) for text in parts[kind]) == len(expected)
    left = len(rows) > sum(row["grade"] in "ABC" and not row["refused"] for row in reported)
    assert bool(parts["cannot"]) == left
    assert not set(parts["can"]) & set(parts["maybe"])


def test_english_verdicts_hold_no_vietnamese_but_names_and_prints(found):
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    text = re.sub(rf"{names}|“[^”]*”", "", repr(aq.verdict(found, bundled(), lang="en")))
    assert not re.search("[à-ỹđ]", text.lower())


def test_results_are_not_changed(found):
    frames = [rows for rows in found if isinstance(rows, pd.DataFrame)]
    before = [rows.copy(deep=True) for rows in frames]
    aq.verdict(found, bundled())._repr_html_()
    for rows, copy in zip(frames, before, strict=True):
        assert_frame_equal(rows, copy)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_from_the_data_is_markup(hostile, lang):
    page = aq.verdict(results(hostile), hostile, lang=lang)._repr_html_()
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"<(script|i|b)\b", page)
    assert "&amp;lt;" not in page
