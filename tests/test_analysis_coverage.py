import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import bundled, flow, made, stock
from scipy.stats import binom

import antq_analysis as aq
from antq_analysis.analysis.coverage import COVERAGE, HEAPING, coverage, heaping

PRESS = ["CT07-2014", "ND06-2014", "annual"]


def test_what_was_not_reported_is_a_row_and_not_a_zero():
    rows = coverage(bundled(), areas=["Điện Biên", "Thanh Hóa", "Quảng Bình"], concepts="valuable_tips")
    silent = rows[~rows["reported"]]
    assert silent["ref_area"].tolist() == ["VN-71", "VN-24"]
    assert set(silent["obs_status"]) == {"O"}
    assert silent["obs_ids"].tolist() == [(), ()]
    assert silent[["period_start", "period_end"]].isna().all(axis=None)
    told = rows[rows["reported"]]
    assert told["obs_ids"].tolist() == [("baothanhhoa-2019.11",), ("baothanhhoa-2024.12",)]
    assert told["period_end"].dt.year.tolist() == [2019, 2024]


def test_every_figure_is_covered_once_and_every_concept_and_area_has_a_row():
    press = bundled().select(mandates=PRESS, inferred_areas=True)
    rows = coverage(press)
    assert sorted(rows["obs_ids"].explode().dropna()) == sorted(press.observations["obs_id"])
    assert rows[["concept", "ref_area"]].drop_duplicates().shape[0] == rows["concept"].nunique() * 4
    assert list(rows) == COVERAGE


def test_the_official_series_are_there_or_not_as_selected():
    with_series, without = bundled(), bundled().select(mandates=PRESS)
    assert coverage(with_series, areas="Quảng Bình", concepts="population")["reported"].all()
    assert coverage(without, areas="Quảng Bình", concepts="population")["obs_status"].tolist() == ["O"]
    assert "population" not in set(coverage(without)["concept"])


def test_an_area_only_inferred_has_not_reported_unless_it_was_selected():
    named = bundled().select(mandates=PRESS)
    assert coverage(named, areas="Hòa Bình", concepts="clearance")["obs_status"].tolist() == ["O"]
    asked = coverage(bundled(), areas="Hòa Bình", concepts="clearance").iloc[0]
    assert (asked["reported"], asked["area_basis"]) == (True, "inferred")


def test_a_stock_has_its_date_only_and_figures_of_one_window_share_a_row():
    row = coverage(bundled(), areas="Quảng Bình", concepts="communes").iloc[0]
    assert pd.isna(row["period_start"])
    assert str(row["period_end"].date()) == "2020-02-26"
    assert row["indicators"] == ("communes_with_regular_police", "key_communes_with_regular_police")


def test_a_status_that_is_not_normal_shows():
    rows = coverage(bundled(), areas="Thanh Hóa", concepts="population").set_index("period_end")["obs_status"]
    assert rows["2024-12-31"] == "D"
    assert rows["2020-07-01"] == "A"


def test_unknown_areas_and_concepts_are_refused_and_known_ones_without_figures_are_not():
    with pytest.raises(aq.UnknownName, match="No concept 'tip'"):
        coverage(bundled(), concepts="tip")
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        coverage(bundled(), areas="Thanh Hoo")
    nowhere = bundled().select(until=1999)
    assert coverage(nowhere).empty
    assert coverage(nowhere, areas="Phú Thọ", concepts=["tips"])["obs_status"].tolist() == ["O"]


def test_coverage_leaves_the_data_as_they_were():
    ds = made(flow("12 buổi", 2014, 2018), stock("hàng chục hợp tác xã", 2018))
    before = ds.observations
    coverage(ds)
    heaping(ds)
    pd.testing.assert_frame_equal(ds.observations, before)


def test_round_figures_of_the_press_counted_by_hand():
    rows = heaping(bundled()).set_index("source_id")
    assert list(rows) == HEAPING[1:]
    # Quảng Bình: 230,000, 2,000 and 130 of 1,931, 230,000, 18,161 (twice, one count), 2,000, 36,259,
    # 461, 130 and 24.
    quang_binh = rows.loc["quangbinh-2020"]
    assert (quang_binh["considered"], quang_binh["round"]) == (8, 3)
    assert quang_binh["share"] == pytest.approx(3 / 8)
    assert quang_binh["p_value"] == pytest.approx(binom.sf(2, 8, 0.1))
    assert quang_binh["ci_lower"] < 3 / 8 < quang_binh["ci_upper"]
    # Thanh Hóa 2024: 21,500 and 4,600 of ten; what carries "hơn" or "gần" is not considered.
    assert rows.loc["baothanhhoa-2024", ["considered", "round"]].tolist() == [10, 2]
    assert "baothanhhoa-2024.05" not in rows.loc["baothanhhoa-2024", "obs_ids"]


def test_the_p_value_is_the_exact_upper_tail_for_every_source():
    rows = heaping(bundled())
    tails = binom.sf(rows["round"] - 1, rows["considered"], 0.1)
    np.testing.assert_allclose(rows["p_value"], tails)


@pytest.mark.parametrize(
    ("figure", "considered"),
    [
        ("10 buổi", 1),
        ("9 buổi", 0),
        ("hơn 1.000 buổi", 0),
        ("gần 40 buổi", 0),
        ("304 nghìn buổi", 0),
        ("1,8 triệu buổi", 0),
        ("hàng trăm buổi", 0),
        ("1.645 buổi", 1),
    ],
)
def test_only_plain_counts_printed_to_the_last_unit_are_considered(figure, considered):
    rows = heaping(made(flow(figure, 2014, 2018)))
    assert rows["considered"].sum() == considered


def test_percentages_are_not_counts():
    assert heaping(made(flow("100% xã", 2014, 2018, indicator="communes_transformed_share"))).empty


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(10, 10**6), min_size=1, max_size=20, unique=True))
def test_every_plain_count_is_counted_and_round_ones_end_in_0(figures):
    row = heaping(made(*(flow(f"{figure} buổi", 2014, 2018) for figure in figures))).iloc[0]
    assert (row["considered"], row["round"]) == (
        len(figures),
        sum(str(figure).endswith("0") for figure in figures),
    )


def test_a_confidence_that_is_none_is_refused():
    with pytest.raises(aq.InvalidOption, match=r"confidence=95 .*Did you mean 0\.95"):
        heaping(bundled(), confidence=95)
