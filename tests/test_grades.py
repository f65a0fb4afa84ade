"""Which figures may be compared or divided, and what a reason costs."""

import hypothesis.strategies as st
import pytest
from hypothesis import given
from made_data import bundled, flow, made, populated, stock

import antq_analysis as aq
from antq_analysis.analysis.frames import figures, records
from antq_analysis.analysis.grading import (
    REASONS,
    NotComparable,
    compare_reasons,
    grade_of,
    order,
    reasons_text,
)


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


def test_reasons_are_said_in_full_each_once_and_worst_first():
    said = reasons_text(["wording_bounds", "type_count", "type_count"], "vi")
    assert said == (
        "Một bên đếm loại mô hình, không phải mô hình. "
        "Có số kèm từ chỉ mức (hơn, trên, gần…), nên chỉ biết khoảng."
    )
    assert reasons_text([], "en") == ""


REFUSED = NotComparable(("Tips", "Thanh Hóa"), ("no_figures",))


def test_a_refusal_is_false_and_shows_itself_in_the_language_chosen():
    assert not REFUSED
    assert str(REFUSED) == "Tips, Thanh Hóa: không kết luận được. Không có số liệu."
    assert REFUSED.text("en") == "Tips, Thanh Hóa: no conclusion can be drawn. There are no figures."
    aq.set_language("en")
    assert str(REFUSED).startswith("Tips, Thanh Hóa: no conclusion")
    found = aq.trend(bundled(), "population_average", "thanh hoa")
    assert str(found).startswith("Average population, Thanh Hóa: no conclusion")
    assert found.text("vi").startswith("Dân số trung bình, Thanh Hóa: không kết luận được.")


def test_a_refusal_escapes_its_subject_in_a_page():
    page = NotComparable(("<script>alert(1)</script>",), ("no_figures",))._repr_html_()
    assert "<script" not in page
    assert page.startswith('<p class="refused">&lt;script&gt;')


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"scope_level": "unstated"}, "level_unstated"),
        ({"scope_level": "whole_province"}, "level_differs"),
        ({"scope_org": "all"}, "organiser_differs"),
        ({"mandate": "ND06-2014"}, "mandate_differs"),
        ({"area_basis": "inferred"}, "area_inferred"),
        ({"period_basis": "inferred"}, "period_inferred"),
        ({"obs_status": "D"}, "definition_differs"),
        ({"obs_status": "P"}, "status_not_normal"),
        ({"obs_status": "B"}, "words_changed"),
        ({"indicator": "sessions_police"}, "definition_differs"),
        ({"indicator": "rounds_traffic_law"}, "unit_differs"),
        (flow("hơn 100 buổi", 2014, 2018), "wording_bounds"),
        (flow("100 buổi", 2014, 2015), "window_length"),
        (flow("100 buổi", 2019, 2023), "time_mismatch"),
    ],
)
def test_each_difference_is_named_and_the_same_figure_is_an_a(change, reason):
    one = flow("100 buổi", 2014, 2018)
    same = aq.contrasts(populated(one, one | {"ref_area": "VN-24"}), "propaganda_sessions").iloc[0]
    assert (same["grade"], same["value"]) == ("A", 1)
    other = one | {"ref_area": "VN-24"} | change
    rows = aq.contrasts(populated(one, other), "propaganda_sessions", allow="D", inferred_areas=True)
    assert reason in rows.iloc[0]["reasons"]


def contrast(one, other, **options):
    return aq.contrasts(populated(one, other), "propaganda_sessions", **options).iloc[0]


@pytest.mark.parametrize(
    ("first", "last", "grade", "reason"),
    [
        (2014, 2018, "A", None),
        (2015, 2019, "A", None),
        (2016, 2020, "C", "windows_barely_meet"),
        (2018, 2022, "C", "windows_barely_meet"),
        (2019, 2023, "D", "time_mismatch"),
    ],
)
def test_windows_of_equal_length_compare_as_far_as_they_coincide(first, last, grade, reason):
    row = contrast(flow("100 buổi", 2014, 2018), flow("90 buổi", first, last, ref_area="VN-24"))
    assert (row["grade"], row["reasons"]) == (grade, () if reason is None else (reason,))


def test_sizes_left_out_cost_the_grade():
    pair = flow("600 buổi", 2014, 2018), flow("100 buổi", 2014, 2018, ref_area="VN-24")
    assert (contrast(*pair)["grade"], contrast(*pair)["value"]) == ("A", 6)
    raw = contrast(*pair, per=None)
    assert (raw["grade"], raw["reasons"]) == ("C", ("size_not_considered",))


def test_half_a_year_is_compared_with_half_a_year_only():
    half = flow("100 buổi", 2019, 2019, period_end="2019-06-30", period_years=0.5)
    year = flow("200 buổi", 2019, 2019, ref_area="VN-24")
    row = contrast(half, year)
    assert (row["grade"], row["reasons"][0]) == ("D", "period_too_short")
    assert contrast(half, half | {"ref_area": "VN-24"})["grade"] == "A"
    row = aq.compare(populated(half), "propaganda_sessions").iloc[0]
    assert (row["unit"], row["shown"], row["period"]) == (
        "buổi trên 100.000 dân",
        "10",
        "6 tháng, đến 30/06/2019",
    )


def test_a_merged_province_is_no_match_for_the_one_it_became_part_of():
    old, new = (flow("100 buổi", 2019, 2019, ref_area=area) for area in ("VN-24", "VN-25"))
    before, after = (flow("100 buổi", year, year, ref_area="VN-24") for year in (2024, 2026))
    merged = aq.contrasts(made(old, new), "propaganda_sessions", per=None).iloc[0]
    assert (merged["grade"], merged["reasons"][0]) == ("D", "area_changed")
    late = aq.contrasts(made(before | {"ref_area": "VN-21"}, after), "propaganda_sessions", per=None).iloc[0]
    assert "area_changed" in late["reasons"], "the province was no more in that year"
    rows = aq.compare(made(old, new), "propaganda_sessions", per=None)
    assert ["area_changed" in reasons for reasons in rows["reasons"]] == [True, True]


def test_a_stock_is_not_compared_with_a_flow():
    ds = made(
        flow("100 doanh nghiệp", 2018, 2018, indicator="enterprises_newly_registered"),
        stock("100 doanh nghiệp", 2018, indicator="enterprises_active", ref_area="VN-24"),
    )
    assert "measure_differs" in aq.contrasts(ds, "enterprises").iloc[0]["reasons"]


def pair(one, other):
    return records(figures(made(one, other)))


def test_two_windows_of_one_area_that_overlap_are_not_independent():
    one, other = pair(flow("9 buổi", 2014, 2018), flow("20 buổi", 2014, 2023))
    assert compare_reasons(one, other) == ("windows_overlap", "window_length")


def test_stocks_of_two_years_belong_to_two_times():
    assert compare_reasons(*pair(stock("9 hợp tác xã", 2018), stock("8 hợp tác xã", 2019))) == (
        "time_mismatch",
    )
    one, other = stock("9 hợp tác xã", 2018), stock("8 hợp tác xã", 2018, period_end="2018-06-30")
    assert compare_reasons(*pair(one, other | {"ref_area": "VN-24"})) == ()


def test_two_revisions_of_one_series_are_two_definitions():
    one, other = stock("9 hợp tác xã", 2018, revision="old"), stock("9 hợp tác xã", 2018, revision="new")
    assert compare_reasons(*pair(one, other)) == ("definition_differs",)


def test_a_flag_of_the_whole_data_set_counts_as_a_reason():
    one, other = pair(flow("9 buổi", 2014, 2018), flow("9 buổi", 2014, 2018, ref_area="VN-24"))
    assert compare_reasons(one | {"flags": ("contradiction",)}, other) == ("contradiction",)
