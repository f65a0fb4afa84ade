"""Bounds and intervals of counts, rates, shares and ratios: rounding bounds apart from sampling intervals.

Sampling intervals are the exact and score intervals of statsmodels; what is added are the cases in which the
library returns a degenerate interval or none: zero counts, impossible numbers, whole columns. Rounding bounds
follow interval arithmetic (Moore 1966). The sampling interval of a count that is only known between bounds is
the envelope of the intervals of all counts within them.
"""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from antq_analysis.errors import InvalidOption

POISSON = "poisson exact (Garwood)"
WILSON = "wilson score"
SCORE = "score"
CONDITIONAL = "conditional exact (Clopper–Pearson)"
NONE = "none"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Interval(NamedTuple):
    """Hold the limits of an interval and how it was made: numbers, or arrays where arrays were given."""

    lower: Any
    upper: Any
    method: Any


def poisson_interval(count: ArrayLike, exposure: ArrayLike = 1, *, confidence: float = 0.95) -> Interval:
    """Bound a Poisson rate by the exact interval (Garwood 1936).

    `count` holds whole numbers, `exposure` the years or person-years they were counted over; the limits are
    per unit of exposure. A count of 0 has the lower limit 0 and a finite upper limit. Raises InvalidOption.

    >>> import antq_analysis as aq
    >>> low, high, method = aq.poisson_interval(828, 265)
    >>> f"{low:.4f}–{high:.4f}, {method}"
    '2.9153–3.3448, poisson exact (Garwood)'
    """
    from statsmodels.stats.rates import confint_poisson

    alpha = 1 - check_confidence(confidence)
    counts, exposures = np.broadcast_arrays(whole_counts("count", count), positive("exposure", exposure))
    lower, upper = confint_poisson(counts, exposures, method="exact-c", alpha=alpha)
    return _interval(lower, upper, POISSON)


def wilson_interval(count: ArrayLike, total: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Bound the share of a whole by the score interval (Wilson 1927), as a number from 0 to 1.

    `count` and `total` hold whole numbers, no count above its total, no total of 0.
    Raises InvalidOption otherwise.

    >>> import antq_analysis as aq
    >>> low, high, _ = aq.wilson_interval(828, 1464)
    >>> f"{low:.1%}–{high:.1%}"
    '54.0%–59.1%'
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

    >>> import antq_analysis as aq
    >>> [round(limit, 6) for limit in aq.rate_ratio(60, 51477.5, 30, 54308.7)[:2]]
    [1.365962, 3.259306]
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
    return _interval(lower, upper, np.where((a == 0) | (b == 0), CONDITIONAL, SCORE))


class Bounded(NamedTuple):
    """Hold a quantity known to lie between two bounds; `value` is NaN unless both are the same number."""

    value: float
    lower: float
    upper: float

    @classmethod
    def between(cls, lower: float, upper: float) -> "Bounded":
        """Hold a number between two bounds."""
        return cls(lower if lower == upper else math.nan, lower, upper)

    @classmethod
    def of(cls, figure: Mapping[str, Any]) -> "Bounded":
        """Read the bounds of a figure; only an exactly printed figure has a value."""
        return cls.between(float(figure["value_lower"]), float(figure["value_upper"]))

    def times(self, factor: float) -> "Bounded":
        """Return the quantity multiplied by a positive number."""
        return Bounded(*(part * factor for part in self))

    def per(self, other: "Bounded") -> "Bounded":
        """Return the quotient of two quantities that are not negative, `UNKNOWN` where the other is 0."""
        if other.upper == 0:
            return UNKNOWN
        return Bounded(
            self.value / other.value if other.value else math.nan,
            0.0 if math.isinf(other.upper) or not self.lower else _divide(self.lower, other.upper),
            _divide(self.upper, other.lower),
        )


UNKNOWN = Bounded(math.nan, math.nan, math.nan)


def _divide(a: float, b: float) -> float:
    return a / b if b else math.inf


def is_sampled(figure: Mapping[str, Any]) -> bool:
    """Tell whether a figure counts separate events over a window, as a Poisson interval supposes.

    Stocks and shares are complete counts; people come in groups, one session at a time; awards are decisions.
    For these a sampling interval would be far too narrow, and there is none.
    """
    return bool(figure["measure_type"] == "flow" and figure["events"])


def rate_intervals(
    counts: Sequence[Bounded], exposures: Sequence[Bounded], sampled: ArrayLike, *, confidence: float
) -> Interval:
    """Bound Poisson rates of which counts and exposures are only known between bounds, all at once.

    The limits are the lowest and the highest of the exact intervals of every count and exposure within the
    bounds. Where `sampled` is False, or the exposure unknown or 0, they are NaN and the method is "none".
    """
    (least, most), (shortest, longest) = _bounds(counts, rounded=True), _bounds(exposures)
    known = np.asarray(sampled, dtype=bool) & ~np.isnan(shortest) & (longest != 0)
    limits, interval = [], partial(poisson_interval, confidence=confidence)
    for side, events, over in ((0, least, longest), (1, most, shortest)):
        unlimited = np.isinf(events) | (over == 0)
        outside = np.where(known, np.where(unlimited, np.inf, 0.0), np.nan)
        exact = known & ~unlimited & np.isfinite(over)
        limits.append(_where(exact, interval, (events, over), outside)[side])
    return Interval(limits[0], limits[1], np.where(known, POISSON, NONE))


def share_intervals(
    parts: Sequence[Bounded], wholes: Sequence[Bounded], sampled: ArrayLike, *, confidence: float
) -> Interval:
    """Bound shares of parts in wholes that are only known between bounds, by the score interval (Wilson).

    A limit that the bounds leave open is 0 or 1. Where `sampled` is False the limits are NaN.
    """
    (least, most), (_, all_) = _bounds(parts, rounded=True), _bounds(wholes, rounded=True)
    fewest, known = np.floor(_bounds(wholes)[0]), np.asarray(sampled, dtype=bool)
    low = known & (least <= all_) & (all_ > 0) & np.isfinite(all_)
    high = known & (most <= fewest) & (fewest > 0)
    zero, one = np.where(known, 0.0, np.nan), np.where(known, 1.0, np.nan)
    interval = partial(wilson_interval, confidence=confidence)
    lower = _where(low, interval, (least, all_), zero)[0]
    upper = _where(high, interval, (most, fewest), one)[1]
    return Interval(lower, upper, np.where(known, WILSON, NONE))


def ratio_intervals(
    a: tuple[Sequence[Bounded], Sequence[Bounded]],
    b: tuple[Sequence[Bounded], Sequence[Bounded]],
    sampled: ArrayLike,
    *,
    confidence: float,
) -> Interval:
    """Bound ratios of two Poisson rates, a over b, each given as counts and exposures known by bounds.

    The lowest ratio sets the fewest events of a over its longest exposure against the most of b. A limit that
    the bounds leave open is NaN, as both are where `sampled` is False.
    """
    (least_a, most_a), (least_b, most_b) = (_bounds(counts, rounded=True) for counts, _ in (a, b))
    (short_a, long_a), (short_b, long_b) = (_bounds(exposures) for _, exposures in (a, b))
    limits, interval = [], partial(rate_ratio, confidence=confidence)
    for side, parts in ((0, (least_a, long_a, most_b, short_b)), (1, (most_a, short_a, least_b, long_b))):
        some = (parts[0] + parts[2] > 0) & (parts[1] > 0) & (parts[3] > 0)
        known = np.asarray(sampled, dtype=bool) & np.isfinite(parts).all(axis=0) & some
        limits.append(_where(known, interval, parts, np.nan)[side])
    method = np.where((least_a == 0) | (most_b == 0), CONDITIONAL, SCORE)
    return Interval(limits[0], limits[1], np.where(sampled, method, NONE))


def _bounds(quantities: Sequence[Bounded], *, rounded: bool = False) -> tuple[Floats, Floats]:
    """Return both bounds as arrays, if `rounded`, outward to whole numbers: halves are no counts."""
    lower, upper = (np.array([bounds[side] for bounds in quantities], dtype=np.float64) for side in (1, 2))
    return (np.floor(lower), np.ceil(upper)) if rounded else (lower, upper)


def _where(
    known: Flags, interval: Callable[..., Interval], parts: Sequence[Floats], outside: ArrayLike
) -> Floats:
    """Return both limits of an interval where its parts are known, and `outside` elsewhere."""
    limits = np.broadcast_to(np.asarray(outside, dtype=np.float64), (2, len(known))).copy()
    if known.any():
        limits[:, known] = interval(*(part[known] for part in parts))[:2]
    return limits


def check_confidence(confidence: float) -> float:
    """Return a confidence between 0 and 1, or raise InvalidOption."""
    try:
        number = float(confidence)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if 0 < number < 1:
        return number
    meant = f"Did you mean {number / 100:g}?" if 50 <= number < 100 else "An example is 0.95."
    raise InvalidOption(f"confidence={confidence!r} is not possible: it lies between 0 and 1. {meant}")


def check_per(per: float | None, *, raw: bool = False) -> float | None:
    """Return a number above 0 to which a result is scaled, or None if `raw`; raise InvalidOption else."""
    number = isinstance(per, Real) and not isinstance(per, bool) and 0 < per <= sys.float_info.max
    if number or (raw and per is None):
        return per
    end = ", or None for counts that no population divides" if raw else ""
    raise InvalidOption(f"per={per!r} is not possible. Give a number above 0 such as 100_000{end}.")


def whole_counts(name: str, values: ArrayLike) -> Floats:
    """Return counts as an array of floats, or raise InvalidOption for the first that is none."""
    counts = numbers(name, values)
    with np.errstate(invalid="ignore"):
        fits = np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))
    remedy = "Give a whole number from 0 up; leave missing figures out, and round no rate to a count."
    require(fits, name, counts, remedy)
    return counts


def positive(name: str, values: ArrayLike) -> Floats:
    """Return exposures as an array of floats, or raise InvalidOption for the first that is none."""
    exposures = numbers(name, values)
    remedy = "Give the years, persons or person-years observed: a finite number above 0."
    require(np.isfinite(exposures) & (exposures > 0), name, exposures, remedy)
    return exposures


def numbers(name: str, values: ArrayLike) -> Floats:
    """Return the values as an array of floats, missing ones as NaN, or raise InvalidOption."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        remedy = "Give numbers; figures as printed are read by parse_figure."
        raise InvalidOption(f"{name}={values!r} is not possible. {remedy}") from None


def require(fits: ArrayLike, name: str, values: ArrayLike, remedy: str) -> None:
    """Raise InvalidOption for the first value that does not fit, with its position in an array."""
    wrong = ~np.atleast_1d(np.asarray(fits, dtype=bool))
    if not wrong.any():
        return
    place = np.unravel_index(int(wrong.argmax()), wrong.shape)
    where = f"[{', '.join(map(str, map(int, place)))}]" if np.ndim(fits) else ""
    value = np.broadcast_to(np.asarray(values), wrong.shape)[place].item()
    shown = int(value) if isinstance(value, float) and value.is_integer() else value
    raise InvalidOption(f"{name}{where}={shown!r} is not possible. {remedy}")


def _conditional_share(count: Floats, other: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Bound the share of one count in the sum of two; odds of both shares need no 1 − share, exact near 1."""
    exact = (count == 0) | (other == 0)
    shares = [_share(count, count + other, confidence, method) for method in ("beta", "wilson")]
    lower, upper = (np.where(exact, *limits) for limits in zip(*shares, strict=True))
    return lower, upper


def _share(counts: Floats, totals: Floats, confidence: float, method: str) -> tuple[Floats, Floats]:
    from statsmodels.stats.proportion import proportion_confint

    lower, upper = proportion_confint(counts, totals, alpha=1 - confidence, method=method)
    # The limits at 0 and 1 are exact in algebra, not in floating point.
    return np.where(counts == 0, 0.0, lower), np.where(counts == totals, 1.0, upper)


def _interval(lower: ArrayLike, upper: ArrayLike, method: ArrayLike) -> Interval:
    # The library gives one limit alone for a column of a single 0.
    lower, upper = np.broadcast_arrays(lower, upper)
    method = np.asarray(method)
    if lower.ndim == 0:
        return Interval(float(lower), float(upper), str(method))
    return Interval(lower, upper, method if method.ndim else str(method))
