"""Chance intervals of counts, shares and rate ratios that stay honest where counts are small.

The methods are the exact and score intervals of statsmodels. What is added are the cases in which
a library returns a degenerate interval or none at all: zero counts, impossible numbers, whole columns.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from antq_analysis.analysis.guards import Floats, check_confidence, numbers, positive, require, whole_counts

POISSON = "poisson exact (Garwood)"
WILSON = "wilson score"
SCORE = "score"
CONDITIONAL = "conditional exact (Clopper–Pearson)"


class Interval(NamedTuple):
    """Hold the limits of an interval and how it was made: numbers, or arrays where arrays were given."""

    lower: Any
    upper: Any
    method: Any


def poisson_interval(count: ArrayLike, exposure: ArrayLike = 1, *, confidence: float = 0.95) -> Interval:
    """Bound a Poisson rate by the exact interval (Garwood 1936).

    `count` holds whole numbers, `exposure` the years or person-years they were counted over; the limits
    are per unit of exposure. A count of 0 has the lower limit 0 and a finite upper limit.
    Raises InvalidOption for counts, exposures or confidences that are none.

    >>> low, high, method = poisson_interval(828, 265)
    >>> f"{low:.4f}–{high:.4f}, {method}"
    '2.9153–3.3448, poisson exact (Garwood)'
    >>> poisson_interval([0, 5]).upper.round(3).tolist()
    [3.689, 11.668]
    """
    from statsmodels.stats.rates import confint_poisson

    alpha = 1 - check_confidence(confidence)
    counts, exposures = np.broadcast_arrays(whole_counts("count", count), positive("exposure", exposure))
    lower, upper = confint_poisson(counts, exposures, method="exact-c", alpha=alpha)
    return _interval(lower, upper, POISSON)


def envelope(
    lower_count: ArrayLike, upper_count: ArrayLike, exposure: ArrayLike = 1, *, confidence: float = 0.95
) -> Interval:
    """Bound the Poisson rate of a count that is itself only known between two bounds.

    The limits are the lowest and the highest of the exact intervals of every count within the bounds.
    `upper_count` may be infinite ("hơn 1,8 triệu", read strictly), and then so is the upper limit.
    Raises InvalidOption as `poisson_interval` does, and where the bounds are in the wrong order.

    >>> [round(float(limit), 1) for limit in envelope(8001, 8999, 5)[:2]]
    [1565.3, 1837.4]
    >>> envelope(10, float("inf")).upper
    inf
    """
    high = numbers("upper_count", upper_count)
    low, _ = np.broadcast_arrays(whole_counts("lower_count", lower_count), high)
    require(high >= low, "upper_count", high, "Give an upper bound that is not below the lower one.")
    least = poisson_interval(low, exposure, confidence=confidence)
    known = whole_counts("upper_count", np.where(np.isinf(high), low, high))
    most = poisson_interval(known, exposure, confidence=confidence)
    return _interval(least.lower, np.where(np.isinf(high), np.inf, most.upper), POISSON)


def wilson_interval(count: ArrayLike, total: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Bound the share of a whole by the score interval (Wilson 1927), as a number from 0 to 1.

    `count` and `total` hold whole numbers, no count above its total, no total of 0.
    Raises InvalidOption otherwise.

    >>> low, high, _ = wilson_interval(828, 1464)
    >>> f"{low:.1%}–{high:.1%}"
    '54.0%–59.1%'
    >>> wilson_interval(0, 20).lower
    0.0
    """
    check_confidence(confidence)
    counts, totals = np.broadcast_arrays(whole_counts("count", count), whole_counts("total", total))
    require(totals > 0, "total", totals, "A share needs a whole of at least 1.")
    require(counts <= totals, "count", counts, "A part is not above its whole; check which is which.")
    lower, upper = _share(counts, totals, confidence, "wilson")
    return _interval(lower, upper, WILSON)


def rate_ratio(
    count_a: ArrayLike,
    exposure_a: ArrayLike,
    count_b: ArrayLike,
    exposure_b: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Bound the ratio of two Poisson rates, a over b.

    Given their sum, count a is binomial with odds proportional to the ratio, so the score interval of the
    ratio is Wilson's, in odds (Graham, Mengersen and Morton 2003): no search that may stop short. Where one
    count is 0 the score interval degenerates, and Clopper–Pearson takes its place, as `method` says.
    Raises InvalidOption for impossible numbers and where both counts are 0.

    >>> [round(limit, 6) for limit in rate_ratio(60, 51477.5, 30, 54308.7)[:2]]
    [1.365962, 3.259306]
    >>> rate_ratio(0, 5, 7, 5).method
    'conditional exact (Clopper–Pearson)'
    """
    check_confidence(confidence)
    a, b, over_a, over_b = np.broadcast_arrays(
        whole_counts("count_a", count_a),
        whole_counts("count_b", count_b),
        positive("exposure_a", exposure_a),
        positive("exposure_b", exposure_b),
    )
    remedy = "Both counts are 0, so the ratio may be anything; compare upper limits by poisson_interval."
    require(a + b > 0, "count_a", a, remedy)
    lower_a, upper_a = _conditional_share(a, b, confidence)
    lower_b, upper_b = _conditional_share(b, a, confidence)
    with np.errstate(divide="ignore"):
        lower, upper = lower_a / upper_b * (over_b / over_a), upper_a / lower_b * (over_b / over_a)
    return _interval(lower, upper, np.where(_one_is_zero(a, b), CONDITIONAL, SCORE))


def _conditional_share(count: Floats, other: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Bound the share of one count in the sum of two; odds of both shares need no 1 − share, exact near 1."""
    exact = _one_is_zero(count, other)
    shares = [_share(count, count + other, confidence, method) for method in ("beta", "wilson")]
    lower, upper = (np.where(exact, *limits) for limits in zip(*shares, strict=True))
    return lower, upper


def _one_is_zero(count: Floats, other: Floats) -> Any:
    return (count == 0) | (other == 0)


def _share(counts: Floats, totals: Floats, confidence: float, method: str) -> tuple[Floats, Floats]:
    from statsmodels.stats.proportion import proportion_confint

    lower, upper = proportion_confint(counts, totals, alpha=1 - confidence, method=method)
    # The limits at 0 and 1 are exact in algebra, not in floating point.
    return np.where(counts == 0, 0.0, lower), np.where(counts == totals, 1.0, upper)


def _interval(lower: ArrayLike, upper: ArrayLike, method: ArrayLike) -> Interval:
    lower, upper, method = (np.asarray(part) for part in (lower, upper, method))
    if lower.ndim == 0:
        return Interval(float(lower), float(upper), str(method))
    return Interval(lower, upper, method if method.ndim else str(method))
