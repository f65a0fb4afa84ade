import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import antq_analysis as aq
from antq_analysis.analysis.trend_models import poisson_trend, window_trend

# Wood 2017, Generalized Additive Models, section 3.3: new AIDS cases in Belgium, 1981-1993.
AIDS_BELGIUM = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
# Whyte, Gallant and Brown 1987, in Dobson 1990: AIDS deaths in Australia by quarter, 1983-1986.
AIDS_AUSTRALIA = [0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45]


def test_published_poisson_trends_to_the_printed_digits():
    belgium, australia = (
        poisson_trend(range(1, 14), AIDS_BELGIUM),
        poisson_trend(range(1, 15), AIDS_AUSTRALIA),
    )
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


def test_far_over_poisson_the_less_certain_of_two_models_is_taken():
    times, counts = range(6), [1, 1000, 3, 2000, 5, 1]
    fit = poisson_trend(times, counts)
    assert fit.dispersion > 10
    assert fit.method == "negative binomial"
    assert fit.ci_lower < 1 < fit.ci_upper
    thanh_hoa = poisson_trend(range(2017, 2023), [3603700, 3631300, 3645800, 3664940, 3716430, 3722060])
    assert (thanh_hoa.dispersion > 10, thanh_hoa.method) == (True, "quasi-Poisson")


def test_negative_binomial_is_the_one_whose_scatter_equals_its_degrees_of_freedom():
    # Breslow 1984, Applied Statistics 33:38, here searched on a plain grid of α.
    from statsmodels.genmod.families import NegativeBinomial
    from statsmodels.genmod.generalized_linear_model import GLM

    times, counts = np.arange(6.0), np.array([1.0, 1000, 3, 2000, 5, 1])
    design = np.column_stack([np.ones(6), times])
    models = [GLM(counts, design, family=NegativeBinomial(alpha=a)).fit() for a in np.linspace(1, 5, 201)]
    nearest = min(models, key=lambda model: abs(model.pearson_chi2 - model.df_resid))
    fit = poisson_trend(times, counts)
    assert fit.slope == pytest.approx(nearest.params[1], abs=0.01)
    half = 2.776445 * nearest.bse[1]
    assert math.log(fit.ci_upper) - fit.slope == pytest.approx(half, rel=0.01)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 2000), min_size=3, max_size=12), st.floats(-50, 50), st.floats(0.1, 10))
def test_moving_or_exposing_a_series_changes_no_slope(counts, shift, exposure):
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
    assume(annual.dispersion <= 10)
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


def test_window_trend_is_the_maximum_of_its_likelihood():
    starts, ends, counts = [2000, 2003, 2010], [2002, 2009, 2011], np.array([40, 55, 90])
    best = window_trend(starts, ends, counts).slope

    def likelihood(slope):
        expected = np.array(
            [np.exp(slope * np.arange(a - 2000, b - 1999)).sum() for a, b in zip(starts, ends, strict=True)]
        )
        return float(counts @ np.log(expected / expected.sum()))

    grid = np.linspace(-1, 1, 2001)
    assert likelihood(best) >= max(map(likelihood, grid)) - 1e-9


def test_the_order_of_windows_does_not_matter():
    there = window_trend([2000, 2005, 2010], [2004, 2009, 2014], [310, 341, 375])
    back = window_trend([2010, 2005, 2000], [2014, 2009, 2004], [375, 341, 310])
    assert there == back


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
