import re

import pytest
from bs4 import BeautifulSoup
from made_data import PUBLISHER, bundled, flow, made

import antq_analysis as aq


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


def test_an_inferred_area_is_asked_to_confirm_itself_before_all_else():
    first, *_ = aq.questions(bundled(), "Hòa Bình").sentences
    assert first.startswith("Xin xác nhận số liệu này có phải của tỉnh Hòa Bình không")


def test_contradictions_come_first_with_both_figures():
    first = asked(flow("200 buổi", 2014, 2018), flow("hơn 100 buổi", 2014, 2023))[0]
    assert "“200 buổi”" in first
    assert "“hơn 100 buổi”" in first


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_indicators_that_drift_apart_are_asked_about_once_and_after_what_cannot_be(lang):
    rows = aq.contradictions(bundled().select(areas="Thanh Hóa"))
    siblings = rows[rows["kind"] == "siblings_disagree"]
    assert 1 < len(siblings) < len(rows)
    sentences = aq.questions(bundled(), "Thanh Hóa", lang=lang).sentences
    named = {key for keys in siblings["indicators"] for key in keys}
    prints = {obs_id for ids in siblings["obs_ids"] for obs_id in ids}
    names = bundled().indicators().set_index("indicator")[f"name_{lang}"]
    printed = bundled().observations.set_index("obs_id")["figure_printed"]
    (asked_at,) = (place for place, text in enumerate(sentences) if f"“{names[min(named)]}”" in text)
    assert asked_at == len(rows) - len(siblings)
    assert all(sentences[asked_at].count(f"“{names[key]}”") == 1 for key in named)
    assert all(sentences[asked_at].count(f"“{printed[key]}”") == 1 for key in prints)


def test_official_statistics_are_not_asked_about():
    row = {"mandate": "statistics", "scope_level": "unstated", "period_basis": "inferred"}
    assert asked(flow("hơn 100 buổi", 2014, 2018, **row)) == []


def test_every_area_can_be_asked_in_both_languages():
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    for area in bundled().areas()["ref_area"]:
        for lang in ("vi", "en"):
            sentences = aq.questions(bundled(), area, lang=lang).sentences
            assert len(sentences) == len(set(sentences))
            assert all("{" not in text and "nan" not in text.split() for text in sentences)
        english = re.sub(rf"{names}|“[^”]*”", "", "\n".join(sentences))
        assert not re.search("[à-ỹđ]", english.lower()), english


def test_an_unknown_area_is_refused():
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        aq.questions(bundled(), "Thanh Hoo")


def test_questions_are_escaped_in_a_page(hostile):
    page = aq.questions(hostile, "Thanh Hóa")._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "&amp;lt;" not in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_figures_asked_about_lead_to_their_sources_and_carry_their_mark(lang):
    ds = made(flow("hơn 100 buổi", 2014, 2018, area_basis="publisher"))
    page = BeautifulSoup(aq.questions(ds, "Thanh Hóa", lang=lang)._repr_html_(), "html.parser")
    (link,) = page.select("a.fig")
    assert (link["data-obs"], link.get_text()) == ("made.01", "“hơn 100 buổi”")
    assert page.select_one("li .basis").get_text() == f"[{PUBLISHER[lang]}]"
