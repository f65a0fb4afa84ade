"""Trends of annual series and windows, and the models behind them."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_data import bundled, flow, made, stock

import antq_analysis as aq
from antq_analysis.analysis.grading import NotComparable
from antq_analysis.analysis.trends import annual_series, poisson_trend, trend, window_trend


def yearly(figures, first=2015, **more):
    return [flow(f"{figure} buổi", year, year, **more) for year, figure in enumerate(figures, start=first)]


GROWING = [100, 120, 140, 175, 205]
SESSIONS = "sessions_provincial_bodies"


def answer(*rows, indicator=SESSIONS):
    """Ask for the trend of rows: the row of a fit, or the refusal."""
    found = trend(made(*rows), indicator, "Thanh Hóa")
    return found if isinstance(found, NotComparable) else found.iloc[0]


def test_five_annual_figures_carry_a_line():
    line = answer(*yearly(GROWING))
    assert line["value"] == pytest.approx(math.exp(line["slope"]))
    assert line["ci_lower"] < line["value"] < line["ci_upper"]
    assert (line["points"], line["first_year"], line["last_year"], line["gap_years"]) == (5, 2015, 2019, ())
    assert (line["indicator"], line["ref_area"], line["confidence"]) == (SESSIONS, "VN-21", 0.95)
    assert (line["grade"], line["reasons"]) == ("A", ())
    assert line["obs_ids"] == ("made.01", "made.02", "made.03", "made.04", "made.05")


def test_four_annual_figures_carry_none_and_vague_ones_do_not_count():
    refused = answer(*yearly(GROWING[:4]), flow("hàng trăm buổi", 2019, 2019))
    assert refused.reasons == ("too_few_points",)
    assert refused.obs_ids == ("made.01", "made.02", "made.03", "made.04")
    assert not refused


@pytest.mark.parametrize("more", [{"revision": "later"}, {"obs_status": "B"}, {"scope_org": "all"}])
def test_a_break_of_definition_or_revision_ends_a_line(more):
    rows = yearly([*GROWING, 220, 240])
    cut = [*rows[:3], rows[3] | more, *(row | (more if "obs_status" not in more else {}) for row in rows[4:])]
    refused = answer(*cut)
    assert refused.reasons == ("too_few_points", "series_broken")
    assert annual_series(made(*cut), SESSIONS, "VN-21")["segment"].tolist() == [1] * 3 + [2] * 4


def test_a_figure_of_another_definition_stands_alone():
    rows = yearly([*GROWING, 900, 230, 250])
    rows[5] |= {"obs_status": "D"}
    assert annual_series(made(*rows), SESSIONS, "VN-21")["segment"].tolist() == [1] * 5 + [2, 3, 3]
    line = answer(*rows)
    assert "made.06" not in line["obs_ids"]
    assert line["last_year"] == 2019


def test_of_two_long_segments_the_longest_is_fitted_and_of_equal_ones_the_later():
    early, late = yearly(GROWING, 2001, revision="old"), yearly(GROWING[::-1], 2006, revision="new")
    line = answer(*early, *late)
    assert (line["revision"], line["value"] < 1) == ("new", True)
    longer = [*yearly([*GROWING, 230], 2001, revision="old"), *late]
    assert answer(*longer)["revision"] == "old"


def test_a_figure_printed_twice_counts_once_and_two_that_differ_carry_no_line():
    twice, two = (flow(f"{n} buổi", 2019, 2019, source_id="quangbinh-2020") for n in (205, 210))
    assert answer(*yearly(GROWING), twice)["points"] == 5
    assert answer(*yearly(GROWING), two).reasons == ("contradiction",)


def test_a_part_is_no_year_of_the_series_of_its_whole():
    parts = [
        flow("5 buổi", year, year, part_of=f"made.{number:02d}")
        for number, year in enumerate(range(2015, 2020), start=1)
    ]
    assert answer(*yearly(GROWING), *parts)["points"] == 5


def test_stocks_are_annual_only_at_one_day_of_the_year():
    rows = [stock(f"{figure} hợp tác xã", year) for year, figure in enumerate(GROWING, start=2015)]
    assert answer(*rows, indicator="cooperatives")["points"] == 5
    rows[2] |= {"period_end": "2017-06-30"}
    assert answer(*rows, indicator="cooperatives").reasons == ("too_few_points", "series_broken")


def test_what_is_provisional_inferred_or_vague_costs_a_grade():
    rows = yearly(GROWING)
    rows[4] |= {"obs_status": "P"}
    assert answer(*rows)["reasons"] == ("status_not_normal",)
    rows[3] |= {"figure_printed": "hơn 170 buổi", "period_basis": "inferred"}
    line = answer(*rows)
    assert line["grade"] == "C"
    assert set(line["reasons"]) == {"period_inferred", "wording_bounds", "status_not_normal"}


def test_three_windows_apart_carry_a_line():
    windows = [flow("310 buổi", 2000, 2004), flow("341 buổi", 2005, 2009), flow("375 buổi", 2011, 2015)]
    line = answer(*windows)
    assert line["method"] == "window-sum Poisson"
    years = line[["points", "first_year", "last_year", "gap_years"]].tolist()
    assert years == [3, 2000, 2015, (2010,)]


@pytest.mark.parametrize(
    ("windows", "reasons"),
    [
        ([(2000, 2004)], ("too_few_windows",)),
        ([(2000, 2004), (2005, 2009)], ("too_few_windows",)),
        ([(2000, 2004), (2000, 2009)], ("windows_overlap", "too_few_windows")),
        ([(2000, 2004), (2004, 2008), (2008, 2012)], ("windows_overlap", "too_few_windows")),
        ([(2000, 2004), (2005, 2009), (2010, 2010)], ("too_few_points", "too_few_windows")),
    ],
)
def test_no_line_is_drawn_through_fewer_windows_or_windows_that_overlap(windows, reasons):
    rows = [flow(f"{300 + end} buổi", start, end) for start, end in windows]
    refused = answer(*rows)
    assert set(refused.reasons) == set(reasons)


def test_a_trend_uses_disjoint_windows_among_overlapping_ones():
    spans = [(2000, 2004), (2000, 2014), (2005, 2009), (2010, 2014)]
    rows = [flow(f"{100 * (end - start)} buổi", start, end) for start, end in spans]
    line = answer(*rows)
    assert line["obs_ids"] == ("made.01", "made.03", "made.04")


def test_population_of_thanh_hoa_leaves_out_the_year_end_figure():
    # Printed averages 2017-2022; their end-to-end factor is (3,722,060 / 3,603,700)^(1/5) = 1.0065.
    line = trend(bundled(), "population_average", "Thanh Hóa").iloc[0]
    assert line["value"] == pytest.approx(1.0065, abs=0.0005)
    assert "thanhhoa-population-2024.01" not in line["obs_ids"]
    series = annual_series(bundled(), "population_average", "Thanh Hóa")
    assert series.groupby("segment")["year"].agg(["min", "max"]).values.tolist() == [
        [2014, 2018],
        [2017, 2022],
        [2024, 2024],
    ]


@pytest.mark.parametrize(
    ("indicator", "area", "reasons"),
    [
        (SESSIONS, "Thanh Hóa", ("too_few_windows", "windows_overlap")),
        (SESSIONS, "Điện Biên", ("no_figures",)),
        ("sessions_police", "Quảng Bình", ("too_few_points",)),
        ("enterprises_newly_registered", "Điện Biên", ("too_few_points",)),
        ("tips_through_models", "Thanh Hóa", ("too_few_windows",)),
    ],
)
def test_the_press_and_short_series_carry_no_line(indicator, area, reasons):
    assert trend(bundled(), indicator, area).reasons == reasons


def test_annual_series_shows_what_a_line_leaves_out():
    rows = [*yearly(GROWING), flow("hơn 300 buổi", 2020, 2020)]
    last = annual_series(made(*rows), SESSIONS, "VN-21").iloc[-1]
    assert (last["value"], last["lower"], last["upper"]) == (300, 301, 399)


def test_unknown_names_and_confidences_are_refused():
    with pytest.raises(aq.UnknownName, match="No indicator 'sesions'"):
        trend(bundled(), "sesions", "Thanh Hóa")
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        annual_series(bundled(), "population_average", "Thanh Hoo")
    with pytest.raises(aq.InvalidOption, match=r"confidence=95 .*Did you mean 0\.95"):
        trend(bundled(), "population_average", "Thanh Hóa", confidence=95)


# Wood 2017, Generalized Additive Models, section 3.3: new AIDS cases in Belgium, 1981-1993.
AIDS_BELGIUM = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
# Whyte, Gallant and Brown 1987, in Dobson 1990: AIDS deaths in Australia by quarter, 1983-1986.
AIDS_AUSTRALIA = [0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45]


def test_published_poisson_trends_to_the_printed_digits():
    belgium = poisson_trend(range(1, 14), AIDS_BELGIUM)
    australia = poisson_trend(range(1, 15), AIDS_AUSTRALIA)
    assert (round(belgium.slope, 7), round(belgium.deviance, 2), belgium.df) == (0.2021212, 80.69, 11)
    assert (round(australia.slope, 5), round(australia.deviance, 3), australia.df) == (0.25652, 29.654, 12)


def test_the_interval_widens_with_the_scatter():
    # A constant series scatters less than Poisson: its interval is Poisson's, never a point.
    still = poisson_trend(range(5), [100] * 5)
    assert (still.method, still.value) == ("poisson GLM", pytest.approx(1))
    # Normal theory by hand: se = 1/sqrt(100 * Σ(t-2)²) = 1/sqrt(1000).
    assert still.ci_upper == pytest.approx(math.exp(1.959964 / math.sqrt(1000)), rel=1e-5)
    wide = poisson_trend(range(1, 14), AIDS_BELGIUM)
    # By hand: quasi-Poisson multiplies the Poisson standard error 0.007771 by the root of the dispersion.
    assert wide.method == "quasi-Poisson"
    assert math.log(wide.ci_upper) - wide.slope == pytest.approx(
        2.200985 * 0.0077714 * math.sqrt(wide.dispersion), rel=1e-3
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 2000), min_size=3, max_size=12), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_slope_does_not_depend_on_a_time_shift_or_a_constant_exposure(counts, shift, exposure):
    assume(np.count_nonzero(counts) > 1)
    times = np.arange(len(counts))
    one, other = poisson_trend(times, counts), poisson_trend(times + shift, counts, exposure)
    assert one.slope == pytest.approx(other.slope, abs=1e-6)
    assert one.ci_lower <= one.value <= one.ci_upper


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=3, max_size=10))
def test_windows_of_one_year_give_the_poisson_trend(counts):
    assume(np.count_nonzero(counts) > 1)
    years = np.arange(2000, 2000 + len(counts))
    annual, windows = poisson_trend(years, counts), window_trend(years, years, counts)
    assert windows.slope == pytest.approx(annual.slope, abs=1e-6)
    assert (windows.deviance, windows.dispersion) == pytest.approx(
        (annual.deviance, annual.dispersion), abs=1e-6
    )
    assert (windows.ci_lower, windows.ci_upper) == pytest.approx((annual.ci_lower, annual.ci_upper), rel=1e-4)


@settings(deadline=None, max_examples=40)
@given(
    st.floats(-0.3, 0.3), st.lists(st.tuples(st.integers(1, 8), st.integers(0, 4)), min_size=3, max_size=6)
)
def test_window_trend_recovers_the_slope_of_expected_totals(slope, spans):
    starts, ends, year = [], [], 2000
    for length, gap in spans:
        starts.append(year)
        ends.append(year + length - 1)
        year += length + gap
    totals = [np.exp(slope * (np.arange(a, b + 1) - 2000)).sum() for a, b in zip(starts, ends, strict=True)]
    counts = np.round(np.array(totals) * 1e9 / max(totals))
    assert window_trend(starts, ends, counts).slope == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_trend([1, 2], [3, 4]), "at least 3 counts, one after another; 2 given"),
        (lambda: poisson_trend([[1, 2, 3]], [[3, 4, 5]]), "one after another"),
        (lambda: poisson_trend([1, 2, 3], [0, 0, 0]), "counts are 0 but at one time"),
        (lambda: poisson_trend([1, 2, 3], [0, 0, 9]), "counts are 0 but at one time"),
        (lambda: poisson_trend([5, 5, 5], [3, 4, 5]), "counts are 0 but at one time"),
        (lambda: poisson_trend([1, 2, float("nan")], [3, 4, 5]), r"times\[2\]=nan .*year or date"),
        (lambda: poisson_trend([1, 2, 3], [3, 4.5, 5]), r"counts\[1\]=4\.5 .*whole number"),
        (lambda: poisson_trend([1, 2, 3], [3, 4, 5], [1, 0, 1]), r"exposure\[1\]=0 "),
        (lambda: poisson_trend([1, 2, 3], [3, 4, 5], confidence=95), r"Did you mean 0\.95\?"),
        (lambda: window_trend([1, 5, 9], [5, 8, 12], [3, 4, 5]), "windows overlap.*Give disjoint ones"),
        (lambda: window_trend([1, 5, 9], [4, 3, 12], [3, 4, 5]), r"ends\[1\]=3 .*ends in the year it starts"),
        (lambda: window_trend([1, 5], [4, 8], [3, 4]), "at least 3 counts"),
        (lambda: window_trend([1, 5, 9], [4, 8, 12], [0, 0, 5]), "counts are 0 but at one time"),
    ],
)
def test_what_can_carry_no_trend_is_refused(call, message):
    with pytest.raises(aq.InvalidOption, match=message):
        call()
