import math

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from made_data import bundled, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.frames import records

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


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


def test_a_contrast_holds_wording_chance_and_both_sides():
    ds = made(flow("hơn 100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]).iloc[0]
    assert (row["lower"], row["upper"]) == (pytest.approx(101 / 50), pytest.approx(199 / 50))
    assert row["ci_lower"] < row["lower"] < row["upper"] < row["ci_upper"]
    assert row["strict_upper"] == math.inf
    assert math.isnan(row["value"])


counts = st.integers(1, 10**6)


@settings(max_examples=8)
@given(counts, counts)
def test_turning_a_contrast_round_turns_its_ratio_round(a, b):
    ds = made(flow(f"{a} buổi", 2014, 2018), flow(f"{b} buổi", 2014, 2018, ref_area="VN-24"))
    there, back = (
        aq.contrasts(ds, "propaganda_sessions", areas=areas).iloc[0]
        for areas in (["VN-21", "VN-24"], ["VN-24", "VN-21"])
    )
    assert there["value"] == pytest.approx(1 / back["value"])
    assert there["ci_lower"] == pytest.approx(1 / back["ci_upper"])


def test_every_pair_of_figures_of_two_areas_is_a_row_and_no_pair_within_one():
    rows = aq.contrasts(bundled(), "propaganda_sessions", areas=AREAS)
    count = aq.compare(bundled(), "propaganda_sessions", areas=AREAS)["ref_area"].value_counts()
    crossed = sum(
        count[a] * count[b] for a, b in [("VN-71", "VN-21"), ("VN-71", "VN-24"), ("VN-21", "VN-24")]
    )
    assert len(rows) == crossed
    assert (rows["ref_area_a"] != rows["ref_area_b"]).all()


def test_rates_are_compared_and_not_counts():
    ds = made(flow("100 buổi", 2014, 2018), flow("60 buổi", 2014, 2016, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]).iloc[0]
    assert (row["value"], row["reasons"], row["grade"]) == (1, ("window_length",), "B")
    assert row["ci_lower"] < 1 < row["ci_upper"]


def test_stocks_are_counted_and_have_no_chance():
    ds = made(stock("40 hợp tác xã", 2018), stock("20 hợp tác xã", 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "cooperatives").iloc[0]
    assert row["value"] == 2
    assert row[["ci_lower", "ci_upper"]].isna().all()


def test_two_areas_without_any_event_have_no_ratio():
    ds = made(flow("0 buổi", 2014, 2018), flow("0 buổi", 2014, 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions").iloc[0]
    assert row[["value", "ci_lower", "ci_upper"]].isna().all()
    assert (row["lower"], row["upper"]) == (0, math.inf)


def test_per_head_without_a_population_is_refused():
    ds = made(flow("9 buổi", 2014, 2018), flow("9 buổi", 2014, 2018, ref_area="VN-24"))
    row = aq.contrasts(ds, "propaganda_sessions", per=1000).iloc[0]
    assert row["refused"]
    assert "population_unknown" in row["reasons"]


def test_what_is_allowed_decides_what_is_refused():
    ds = made(flow("9 buổi", 2014, 2018), flow("9 buổi", 2014, 2018, ref_area="VN-24", mandate="annual"))
    refused = {allow: aq.contrasts(ds, "propaganda_sessions", allow=allow)["refused"][0] for allow in "ABCD"}
    assert refused == {"A": True, "B": True, "C": False, "D": False}
    with pytest.raises(aq.InvalidOption, match="allow='E' is no grade"):
        aq.contrasts(ds, "propaganda_sessions", allow="E")


def test_the_data_set_is_not_changed():
    ds = bundled()
    before = ds.observations
    aq.contrasts(ds, "enterprises", per=1000)
    assert_frame_equal(ds.observations, before)
