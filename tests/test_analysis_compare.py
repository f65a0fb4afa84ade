import math
from itertools import combinations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from made_data import bundled, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.comparability import compare_reasons
from antq_analysis.analysis.frames import figures, records
from antq_analysis.analysis.reasons import grade_of

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


def press_pairs():
    found = figures(bundled())
    found = records(found[found["mandate"] != "statistics"])
    return [(a, b) for a, b in combinations(found, 2) if a["ref_area"] != b["ref_area"]]


def test_no_two_provinces_of_the_press_earn_an_a():
    graded = {grade_of(compare_reasons(a, b)) for a, b in press_pairs()}
    assert graded == {"C", "D"}


def test_the_grade_of_a_pair_is_symmetric():
    assert all(compare_reasons(a, b) == compare_reasons(b, a) for a, b in press_pairs())


def test_official_figures_of_one_year_earn_an_a():
    ds = bundled().select(mandates="statistics", since=2018, until=2018)
    rows = aq.compare(ds, "enterprises", areas=AREAS, per=1000)
    assert rows["grade"].tolist() == ["A"] * 6
    dien_bien = rows[(rows["ref_area"] == "VN-71") & (rows["indicator"] == "enterprises_active")].iloc[0]
    # 1,026 enterprises over 576,700 (before the census) or 590,500 (after it) inhabitants.
    assert dien_bien[["lower", "upper"]].round(3).tolist() == [1.738, 1.779]


def test_an_area_that_did_not_report_is_a_row_and_never_a_zero():
    rows = aq.compare(bundled(), "valuable_tips", areas=AREAS)
    silent = rows[rows["ref_area"] != "VN-21"]
    assert silent["obs_status"].tolist() == ["O", "O"]
    assert silent[["value", "lower", "upper"]].isna().all(axis=None)


def test_flows_become_annual_rates_by_the_length_the_text_states():
    rows = aq.compare(bundled(), "propaganda_sessions", areas="Thanh Hóa")
    assert rows["value"].round(1).tolist() == [614.2, 2877.8]


def test_inferred_areas_never_enter_unless_asked_for():
    assert "VN-14" not in set(aq.compare(bundled(), "awards_collectives")["ref_area"])
    assert "VN-14" in set(aq.compare(bundled(), "awards_collectives", inferred_areas=True)["ref_area"])


def test_siblings_that_disagree_mark_each_other():
    for concept in ("propaganda_sessions", "propaganda_participants", "news_placements"):
        rows = aq.contrasts(bundled(), concept, areas=["Thanh Hóa", "Điện Biên"], allow="D")
        marked = [r for r in records(rows) if "_provincial_bodies" in r["indicator_a"]]
        assert marked
        assert all("siblings_disagree" in row["reasons"] for row in marked)


def test_unlike_figures_lose_their_numbers_and_keep_their_reasons():
    rows = aq.contrasts(bundled(), "propaganda_sessions", areas=AREAS)
    assert rows["refused"].all()
    assert rows[["value", "lower", "upper", "ci_lower", "ci_upper", "strict_lower"]].isna().all(axis=None)
    assert all("definition_differs" in reasons for reasons in rows["reasons"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"scope_level": "unstated"}, "level_unstated"),
        ({"scope_level": "whole_province"}, "level_differs"),
        ({"scope_org": "all"}, "organiser_differs"),
        ({"mandate": "ND06-2014"}, "mandate_differs"),
        ({"area_basis": "publisher"}, "area_from_publisher"),
        ({"area_basis": "inferred"}, "area_inferred"),
        ({"period_basis": "inferred"}, "period_inferred"),
        ({"obs_status": "D"}, "definition_differs"),
        ({"obs_status": "E"}, "status_not_normal"),
        ({"indicator": "sessions_police"}, "definition_differs"),
        ({"indicator": "rounds_traffic_law"}, "unit_differs"),
        (flow("hơn 100 buổi", 2014, 2018), "wording_bounds"),
        (flow("100 buổi", 2014, 2015), "window_length"),
        (flow("100 buổi", 2019, 2023), "time_mismatch"),
    ],
)
def test_each_difference_is_named_and_the_same_figure_is_an_a(change, reason):
    one = flow("100 buổi", 2014, 2018)
    same = aq.contrasts(made(one, one | {"ref_area": "VN-24"}), "propaganda_sessions").iloc[0]
    assert (same["grade"], same["value"]) == ("A", 1)
    other = one | {"ref_area": "VN-24"} | change
    ds = made(one, other)
    rows = aq.contrasts(ds, "propaganda_sessions", allow="D", inferred_areas=True)
    assert reason in rows.iloc[0]["reasons"]


def test_a_stock_is_not_compared_with_a_flow():
    ds = made(
        flow("100 doanh nghiệp", 2018, 2018, indicator="enterprises_newly_registered"),
        stock("100 doanh nghiệp", 2018, indicator="enterprises_active", ref_area="VN-24"),
    )
    assert "measure_differs" in aq.contrasts(ds, "enterprises").iloc[0]["reasons"]


def test_a_contrast_holds_wording_chance_and_both_sides():
    ds = made(flow("hơn 100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]).iloc[0]
    assert (row["lower"], row["upper"]) == (pytest.approx(101 / 50), pytest.approx(199 / 50))
    assert row["ci_lower"] < row["lower"] < row["upper"] < row["ci_upper"]
    assert row["strict_upper"] == math.inf
    assert math.isnan(row["value"])


counts = st.integers(1, 10**6)


@settings(max_examples=15)
@given(counts, counts)
def test_turning_a_contrast_round_turns_its_ratio_round(a, b):
    ds = made(flow(f"{a} buổi", 2014, 2018), flow(f"{b} buổi", 2014, 2018, ref_area="VN-24"))
    there, back = (
        aq.contrasts(ds, "propaganda_sessions", areas=areas).iloc[0]
        for areas in (["VN-21", "VN-24"], ["VN-24", "VN-21"])
    )
    assert there["value"] == pytest.approx(1 / back["value"])
    assert there["ci_lower"] == pytest.approx(1 / back["ci_upper"])


def test_the_data_set_is_not_changed():
    ds = bundled()
    before = ds.observations
    aq.compare(ds, "enterprises", per=1000)
    aq.contrasts(ds, "enterprises", per=1000)
    assert_frame_equal(ds.observations, before)
