"""Rounding bounds and sampling intervals, against published limits and by their properties."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import antq_analysis as aq
from antq_analysis.analysis.intervals import (
    Bounded,
    poisson_interval,
    rate_intervals,
    rate_ratio,
    share_intervals,
    wilson_interval,
)

counts = st.integers(min_value=0, max_value=10_000)
exposures = st.floats(min_value=0.01, max_value=1e7)
confidences = st.floats(min_value=0.5, max_value=0.999)

# count, exposure, rate per, lower, upper, digits printed, where
POISSON = [
    (15, 400, 1, 0.0209884653, 0.0618505472, 10, "R, in statsmodels' test_rates_poisson"),
    (5, 100, 100_000, 1623.48639, 11668.33208, 5, "PHEindicatormethods, test data of phe_rate"),
    (137, 24.19893, 1, 4.753125, 6.692709, 6, "R stats, example of poisson.test: Welsh nickel workers"),
    (0, 1, 1, 0, 3.689, 3, "epitools, help of pois.exact"),
    # Factors of the rate, as the tables of confidence limits for small numbers of deaths print them.
    (1, 1, 1, 0.02532, 5.57164, 5, "National Vital Statistics Reports, Technical Notes, n = 1"),
    (10, 10, 1, 0.47954, 1.83904, 5, "National Vital Statistics Reports, Technical Notes, n = 10"),
]
WILSON = [
    (65, 100, 0.5525444, 0.7363575, 7, "PHEindicatormethods, test data of phe_proportion"),
    (81, 263, 0.2553, 0.3662, 4, "Newcombe 1998, Stat Med 17:857, Table I, method 3"),
    (0, 20, 0.0, 0.1611, 4, "Newcombe 1998, Stat Med 17:857, Table I, method 3"),
    (1, 29, 0.0061, 0.1718, 4, "Newcombe 1998, Stat Med 17:857, Table I, method 3"),
]


@pytest.mark.parametrize("example", POISSON)
def test_poisson_interval_gives_published_limits(example):
    count, exposure, per, lower, upper, digits, where = example
    found = poisson_interval(count, exposure)
    assert (round(found.lower * per, digits), round(found.upper * per, digits)) == (lower, upper), where
    assert found.method == "poisson exact (Garwood)"


@pytest.mark.parametrize("example", WILSON)
def test_wilson_interval_gives_published_limits(example):
    count, total, lower, upper, digits, where = example
    found = wilson_interval(count, total)
    assert (round(found.lower, digits), round(found.upper, digits)) == (lower, upper), where
    assert found.method == "wilson score"


def test_rate_ratio_gives_published_score_limits():
    # Gu, Ng, Tang and Schucany 2008, Biometrical Journal 50:283, in statsmodels' test_rates_poisson.
    found = rate_ratio(60, 51_477.5, 30, 54_308.7)
    assert (round(found.lower, 6), round(found.upper, 6)) == (1.365962, 3.259306)
    assert found.method == "score"


def test_rate_ratio_beside_a_zero_gives_published_clopper_pearson_limits():
    # Newcombe 1998, Table I, method 5: 0 of 20 is 0 to 0.1684; given the sum the odds are the ratio.
    found = rate_ratio(0, 1, 20, 1)
    assert found.lower == 0
    assert round(found.upper / (1 + found.upper), 4) == 0.1684
    assert found.method == "conditional exact (Clopper–Pearson)"


@given(counts, counts, exposures, exposures)
def test_rate_ratio_turned_over_is_the_reciprocal(a, b, over_a, over_b):
    if a == b == 0:
        a = 1
    there, back = rate_ratio(a, over_a, b, over_b), rate_ratio(b, over_b, a, over_a)
    with np.errstate(divide="ignore"):
        assert there.lower == pytest.approx(np.divide(1.0, back.upper), rel=1e-9)
        assert there.upper == pytest.approx(np.divide(1.0, back.lower), rel=1e-9)
    assert there.method == back.method


@given(counts, exposures, confidences, confidences)
def test_more_confidence_never_narrows_an_interval(count, exposure, one, other):
    less, more = sorted([one, other])
    for interval, arguments in [
        (poisson_interval, (count, exposure)),
        (wilson_interval, (count, count + 7)),
        (rate_ratio, (count, exposure, 12, 2)),
    ]:
        narrow, wide = (interval(*arguments, confidence=level) for level in (less, more))
        assert wide.lower <= narrow.lower * (1 + 1e-12)
        assert wide.upper >= narrow.upper * (1 - 1e-12)


@given(counts, counts, exposures, confidences)
def test_intervals_contain_their_point_and_are_never_a_point(count, other, exposure, confidence):
    rate = poisson_interval(count, exposure, confidence=confidence)
    assert rate.lower <= count / exposure < rate.upper
    share = wilson_interval(count, count + other + 1, confidence=confidence)
    assert share.lower <= count / (count + other + 1) < share.upper
    ratio = rate_ratio(count, exposure, other + 1, 3, confidence=confidence)
    assert ratio.lower <= count / exposure / ((other + 1) / 3) * (1 + 1e-12) < ratio.upper * (1 + 2e-12)


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0.1, 10))
def test_the_limits_of_the_score_interval_have_a_p_value_of_5_percent(a, b, exposure):
    from statsmodels.stats.rates import test_poisson_2indep as poisson_test

    found = rate_ratio(a, exposure, b, 1)
    for limit in found[:2]:
        p_value = poisson_test(a, exposure, b, 1, value=limit, method="score", compare="ratio")[1]
        assert p_value == pytest.approx(0.05, abs=1e-7)


def test_arrays_and_series_give_arrays_of_the_single_results():
    table = pd.DataFrame({"a": [0, 41, 7], "years_a": [5.0, 6.0, 7.0], "b": [3, 15, 0], "years_b": 2.0})
    before = table.copy()
    found = rate_ratio(table["a"], table["years_a"], table["b"], table["years_b"])
    single = [rate_ratio(*row) for row in table.itertuples(index=False)]
    assert found.lower.tolist() == pytest.approx([one.lower for one in single])
    assert found.upper.tolist() == pytest.approx([one.upper for one in single])
    assert found.method.tolist() == [one.method for one in single]
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_interval(5, confidence=95), r"confidence=95 .*Did you mean 0\.95\?"),
        (lambda: rate_ratio(1, 1, 2, 1, confidence=float("nan")), r"confidence=nan .*An example is 0\.95"),
        (lambda: poisson_interval(2.5), r"count=2\.5 .*whole number from 0 up"),
        (lambda: poisson_interval(float("nan")), r"count=nan .*leave missing figures out"),
        (lambda: poisson_interval([1, float("inf")]), r"count\[1\]=inf .*whole number"),
        (lambda: poisson_interval("hơn 5"), r"count='hơn 5' .*read by parse_figure"),
        (lambda: poisson_interval(1, 0), r"exposure=0 .*finite number above 0"),
        (lambda: poisson_interval([[1, 2], [3, -4]]), r"count\[1, 1\]=-4 "),
        (lambda: wilson_interval(3, 2), r"count=3 .*not above its whole"),
        (lambda: wilson_interval(0, 0), r"total=0 .*at least 1"),
        (lambda: rate_ratio([1, 0], 1, [0, 0], 1), r"count_a\[1\]=0 .*Both counts are 0"),
    ],
)
def test_impossible_numbers_are_refused_by_name(call, message):
    with pytest.raises(aq.InvalidOption, match=message):
        call()


between = Bounded.between


def exactly(number: float) -> Bounded:
    return between(number, number)


def single(intervals, above: Bounded, below: Bounded, sampled: bool = True):
    found = intervals([above], [below], [sampled], confidence=0.95)
    return float(found.lower[0]), float(found.upper[0]), str(found.method[0])


rate, share = partial(single, rate_intervals), partial(single, share_intervals)


@pytest.mark.parametrize(
    ("above", "below", "lower", "upper"),
    [
        (between(8001, 8999), between(10001, 19999), 8001 / 19999, 8999 / 10001),
        (between(10, math.inf), exactly(5), 2, math.inf),
        (exactly(10), between(5, math.inf), 0, 2),
        (between(10, math.inf), between(5, math.inf), 0, math.inf),
        (exactly(10), between(0, 5), 2, math.inf),
        (exactly(0), exactly(5), 0, 0),
    ],
)
def test_a_quotient_runs_from_the_least_to_the_most_it_can_be(above, below, lower, upper):
    assert above.per(below)[1:] == (lower, upper)
    assert all(map(math.isnan, above.per(exactly(0))))


@given(counts, counts, st.integers(1, 10_000), st.integers(1, 10_000), st.floats(0, 1), st.floats(0, 1))
def test_rounding_bounds_hold_the_quotient_of_any_values_inside(a, b, c, d, s, t):
    above, below = sorted((a, b)), sorted((c, d))
    quotient = between(*above).per(between(*below))
    inside = (above[0] + s * (above[1] - above[0])) / (below[0] + t * (below[1] - below[0]))
    slack = 1e-12 * inside  # the last digit of two floating-point divisions
    assert quotient.lower - slack <= inside <= quotient.upper + slack


@given(counts, counts, counts, exposures)
def test_the_interval_of_a_vague_count_holds_that_of_every_count_within(one, two, three, exposure):
    low, inside, high = sorted([one, two, three])
    around, found = rate(between(low, high), exactly(exposure)), poisson_interval(inside, exposure)
    assert around[0] <= found.lower <= found.upper <= around[1]
    assert around[2] == found.method


@pytest.mark.parametrize(
    ("count", "exposure", "lower_is_0", "upper_is_open"),
    [
        (between(10, math.inf), exactly(5), False, True),
        (exactly(10), between(5, math.inf), True, False),
        (exactly(10), between(0, 5), False, True),
        (exactly(0), exactly(5), True, False),
    ],
)
def test_an_open_bound_opens_the_interval(count, exposure, lower_is_0, upper_is_open):
    low, high, _ = rate(count, exposure)
    assert (low == 0, high == math.inf) == (lower_is_0, upper_is_open)


def test_the_interval_of_a_share_stays_between_0_and_1():
    low, high, method = share(exactly(828), exactly(1464))
    assert [round(low, 3), round(high, 3), method] == [0.540, 0.591, "wilson score"]
    assert share(between(8001, math.inf), between(10001, math.inf))[:2] == (0, 1)


@pytest.mark.parametrize("interval", [rate, share])
def test_what_is_no_sample_has_no_sampling_interval(interval):
    low, high, method = interval(exactly(10), exactly(20), sampled=False)
    assert (math.isnan(low), math.isnan(high), method) == (True, True, "none")
