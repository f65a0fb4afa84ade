import hypothesis.strategies as st
import pytest
from hypothesis import given

import antq_analysis as aq
from antq_analysis.analysis.grading import (
    GRADES,
    REASONS,
    NotComparable,
    check_allow,
    grade_of,
    order,
    reasons_text,
)


def test_reasons_keep_one_order_and_cost_the_worst_grade():
    assert order(["wording_bounds", "type_count"]) == ("type_count", "wording_bounds")
    assert grade_of(["wording_bounds", "type_count"]) == "D"
    assert grade_of([]) == "A"


def test_a_reason_nobody_knows_is_refused():
    with pytest.raises(KeyError, match="No reason 'mood'"):
        order(["mood"])


@given(st.lists(st.sampled_from(sorted(REASONS))))
def test_the_order_given_does_not_matter_and_none_is_lost(codes):
    found = order(codes)
    assert found == order(reversed(codes))
    assert set(found) == set(codes)
    assert [REASONS[code] for code in found] == sorted((REASONS[code] for code in found), reverse=True)
    assert grade_of(codes) == (REASONS[found[0]] if found else "A")


@pytest.mark.parametrize("grade", GRADES)
def test_a_grade_may_be_allowed(grade):
    assert check_allow(grade) == grade


@pytest.mark.parametrize("grade", ["E", "a", "", "AB"])
def test_what_is_no_grade_is_refused(grade):
    with pytest.raises(
        aq.InvalidOption, match=r"is no grade\. Give the worst grade you accept: A, B, C or D"
    ):
        check_allow(grade)


def test_reasons_are_said_in_full_each_once_and_worst_first():
    said = reasons_text(["wording_bounds", "type_count", "type_count"], "vi")
    assert said == (
        "Một bên đếm loại mô hình, không phải mô hình. "
        "Có số kèm từ chỉ mức (hơn, trên, gần…), nên chỉ biết khoảng."
    )
    assert reasons_text([], "en") == ""


REFUSED = NotComparable(("Tips", "Thanh Hóa"), ("no_figures",))


def test_a_refusal_is_false_and_shows_itself_in_its_language():
    assert not REFUSED
    assert str(REFUSED) == "Tips, Thanh Hóa: không kết luận được. Không có số liệu."
    assert REFUSED.text("en") == "Tips, Thanh Hóa: no conclusion can be drawn. There are no figures."
    assert str(NotComparable(("Tips",), ("no_figures",), lang="en")).startswith("Tips: no conclusion")


def test_a_refusal_escapes_its_subject_in_a_page():
    page = NotComparable(("<script>alert(1)</script>",), ("no_figures",))._repr_html_()
    assert "<script" not in page
    assert page.startswith('<p class="refused">&lt;script&gt;')
