"""Sentences: a result with its limits, what may be concluded, and what to ask."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import PUBLISHER, bundled, flow, made

import antq_analysis as aq
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS
from antq_analysis.i18n import words

TIPS = "valuable_tips_through_models"
SESSIONS = "sessions_provincial_bodies"
AREAS = ["Điện Biên", "Thanh Hóa"]
THREE = [*AREAS, "Quảng Bình"]


def results(ds):
    """Give results of every kind that can be said."""
    return [
        aq.compare(ds, ["valuable_tips", "awards_collectives", "models"], areas=AREAS),
        aq.compare(ds, "propaganda_sessions", areas=AREAS, per=1000),
        aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=AREAS),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_share_of_tips"], areas=AREAS),
        aq.ratio(ds, TIPS, "tips_through_models", per=100, areas=AREAS),
        aq.rate(ds, TIPS, areas=AREAS),
        aq.windows(ds, [SESSIONS, "participants_provincial_bodies"], "Thanh Hóa"),
        aq.trend(ds, "population_average", "Thanh Hóa"),
    ]


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


def both(row, ds=None) -> list[str]:
    return [aq.explain(row, lang=lang, ds=ds) for lang in ("vi", "en")]


def test_a_figure_of_a_window_is_said_with_its_print_and_its_yearly_average():
    ds = made(flow("hơn 100 buổi", 2014, 2018))
    vi, en = both(only(aq.compare(ds, "propaganda_sessions")), ds)
    what = "Buổi tuyên truyền của các đơn vị cấp tỉnh – “hơn 100 buổi” trong 5 năm (2014–2018)"
    assert vi == f"Thanh Hóa: {what}, bình quân 20,2–39,8 (khoảng tin cậy 95%: 16,5–45,7) một năm."
    what = "Sessions held by provincial-level bodies – “hơn 100 buổi” over 5 years (2014–2018)"
    assert en == f"Thanh Hóa: {what}, 20.2–39.8 (95% chance interval: 16.5–45.7) a year on average."


def test_a_ratio_is_said_with_chance_grade_and_reasons():
    rows = aq.ratios(bundled(), "valuable_share_of_tips", areas="Thanh Hóa")
    assert aq.explain(rows.iloc[0]) == (
        "Thanh Hóa, 2014–2024: Tỷ lệ tin có giá trị trong tin báo (%) (tính từ "
        f"“828 nguồn tin có giá trị” [{PUBLISHER['vi']}]; “1.464 nguồn tin” [{PUBLISHER['vi']}]) "
        f"là 56,6 [{PUBLISHER['vi']}] (khoảng tin cậy 95%: 54,0–59,1). Mức C (chỉ để tham khảo). "
        "Cùng tên nhưng tính từ chỉ tiêu khác định nghĩa: không so với dòng khác trong nhóm. "
        "Bài không nêu tên tỉnh; tỉnh xác định qua cơ quan đăng tin. "
        "Đoạn in số không nêu kỳ; kỳ lấy theo cả bài."
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_of_row_becomes_whole_sentences(lang):
    for frame in results(bundled()):
        for _, row in frame.iterrows():
            text = aq.explain(row, lang=lang, ds=bundled())
            assert text.endswith(".")
            assert not re.search(r"\bnan\b|None|NaT|[{}]|_", text), text


def test_each_result_is_said_once_and_their_limits_at_the_end():
    ds = made(flow("hơn 100 buổi", 2014, 2018), flow("hơn 50 buổi", 2014, 2018, ref_area="VN-24"))
    rows = aq.compare(ds, "propaganda_sessions")
    found = aq.readings([rows, rows], ds, lang="en")
    assert len(found.sentences) == 2
    limit = "A figure carries a qualifying word (more than, nearly …), so only a range is known."
    assert found.limits == f"Limits: {limit}"
    assert not any(limit in sentence for sentence in found.sentences)
    assert str(found).splitlines() == [*found.sentences, found.limits]


def test_refusals_with_the_same_reasons_stand_together():
    ds = bundled()
    answers = aq.trends(ds, ["cooperatives", "general_schools"], ["Thanh Hóa", "Quảng Bình"])
    assert aq.readings(answers, ds, lang="en").sentences == [
        "Cooperatives (Thanh Hóa, Quảng Bình); General schools (Thanh Hóa, Quảng Bình): no conclusion can be "
        "drawn. There are fewer than 5 annual figures of one definition and one revision."
    ]


KINDS = ["can", "maybe", "cannot"]


def to_judge(ds):
    """Give results of every kind that a verdict sorts."""
    return [
        aq.compare(ds, areas=[*THREE, "Hòa Bình"], inferred_areas=True),
        aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=THREE),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_tips_per_100k"], areas=THREE),
        aq.rate(ds, "valuable_tips_through_models", areas=THREE),
        aq.windows(ds, [SESSIONS, "participants_provincial_bodies"], THREE),
        aq.contradictions(ds),
        *aq.trends(ds, ["population_average", "cooperatives"], THREE),
    ]


@pytest.fixture(scope="module")
def found():
    return to_judge(bundled())


def pair(first, second="50 buổi", **more):
    """Contrast a figure of one area with one of another."""
    ds = made(flow(first, 2014, 2018, **more), flow(second, 2014, 2018, ref_area="VN-24"))
    return ds, aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"])


def said(to_judge, ds=None, lang="en"):
    return aq.verdict(to_judge, ds or bundled(), lang=lang).parts


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


@pytest.mark.parametrize(("lang", "nothing"), [("vi", "Không có."), ("en", "Nothing.")])
def test_an_empty_part_says_so(lang, nothing):
    empty = aq.verdict([], bundled(), lang=lang)
    assert empty.parts == {kind: [] for kind in KINDS}
    assert [part.p.get_text() for part in soup(empty).find_all("section")] == [nothing] * 3
    assert not soup(empty).find_all("li")
    assert repr(empty).split("\n").count(nothing) == 3


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


def asked(*rows, lang="vi") -> list[str]:
    return aq.questions(made(*rows), "Thanh Hóa", lang=lang).sentences


def test_a_clear_figure_raises_no_question():
    assert asked(flow("100 buổi", 2014, 2018)) == []


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        (
            flow("hơn 100 buổi", 2014, 2018),
            "Số chính xác sau các từ “hơn”, “gần”, “trên” là bao nhiêu: “hơn 100 buổi”?",
            "What are the exact numbers behind the qualifying words: “hơn 100 buổi”?",
        ),
        (
            flow("hàng trăm buổi", 2014, 2018),
            "Số cụ thể là bao nhiêu: “hàng trăm buổi”?",
            "What are the numbers behind: “hàng trăm buổi”?",
        ),
        (
            flow("100 buổi", 2014, 2018, scope_level="unstated"),
            "Số liệu sau tính những cấp nào (cấp tỉnh hay toàn tỉnh): “100 buổi”?",
            "Which levels do these count (provincial bodies or the whole province): “100 buổi”?",
        ),
        (
            flow("100 buổi", 2014, 2018, period_basis="inferred"),
            "Số liệu sau tính đến ngày nào: “100 buổi”?",
            "Up to which day do these figures count: “100 buổi”?",
        ),
    ],
)
def test_each_open_point_is_one_question(row, vi, en):
    assert (asked(row), asked(row, lang="en")) == ([vi], [en])


def test_official_statistics_are_not_asked_about():
    row = {"mandate": "statistics", "scope_level": "unstated", "period_basis": "inferred"}
    assert asked(flow("hơn 100 buổi", 2014, 2018, **row)) == []


def test_an_unknown_area_is_refused():
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        aq.questions(bundled(), "Thanh Hoo")
