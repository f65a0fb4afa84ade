"""A rate hides its denominator; here the parts, their bounds and their chance stay beside it.

Bounds follow interval arithmetic (Moore 1966): the quotient of two bounded positive numbers runs
from lower/upper to upper/lower. The chance interval of a bounded count is the envelope of the
intervals of all counts within its bounds.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.intervals import POISSON, WILSON, poisson_interval, wilson_interval


class Bounded(NamedTuple):
    """A quantity known to lie between two bounds; `value` is NaN unless both are the same number."""

    value: float
    lower: float
    upper: float

    @classmethod
    def of(cls, figure: Mapping[str, Any]) -> "Bounded":
        """Read the bounds of a figure; only an exactly printed figure has a value."""
        lower, upper = float(figure["value_lower"]), float(figure["value_upper"])
        return cls(lower if lower == upper else math.nan, lower, upper)

    def times(self, factor: float) -> "Bounded":
        """Return the quantity multiplied by a positive number."""
        return Bounded(*(part * factor for part in self))

    def per(self, other: "Bounded") -> "Bounded":
        """Return the quotient of two quantities that are not negative."""
        return Bounded(
            self.value / other.value if other.value else math.nan,
            0.0 if math.isinf(other.upper) or not self.lower else _divide(self.lower, other.upper),
            _divide(self.upper, other.lower),
        )


def _divide(a: float, b: float) -> float:
    return a / b if b else math.inf


UNKNOWN = Bounded(math.nan, math.nan, math.nan)
NO_CHANCE = (math.nan, math.nan, "none")


def drawn(figure: dict[str, Any]) -> bool:
    """Tell whether a figure counts separate events over a window, as a Poisson interval supposes.

    Stocks and shares are counted, not drawn; people come in groups, one session at a time; awards
    are decisions. For these an interval of chance would be far too narrow, and there is none.
    """
    return bool(figure["measure_type"] == "flow" and figure["events"])


def chance_of_rate(
    figure: dict[str, Any], count: Bounded, exposure: Bounded, *, confidence: float
) -> tuple[float, float, str]:
    """Return lower, upper and method of the Poisson interval of a figure's count over an exposure."""
    if not drawn(figure) or math.isnan(exposure.lower) or not exposure.upper:
        return NO_CHANCE
    lower, method = _poisson(count.lower, exposure.upper, 0, confidence)
    upper, _ = _poisson(count.upper, exposure.lower, 1, confidence)
    return lower, upper, method


def _poisson(count: float, exposure: float, side: int, confidence: float) -> tuple[float, str]:
    if math.isinf(count) or not exposure:
        return math.inf, POISSON
    if math.isinf(exposure):
        return 0.0, POISSON
    interval = poisson_interval(outward(count, side), exposure, confidence=confidence)
    return float(interval[side]), interval.method


def outward(count: float, side: int) -> int:
    """Return the whole number at or beyond a bound, below it for side 0 and above it for side 1."""
    return math.ceil(count) if side else math.floor(count)


def chance_of_share(
    figure: dict[str, Any], part: Bounded, whole: Bounded, *, confidence: float
) -> tuple[float, float, str]:
    """Return lower, upper and method of the Wilson interval of a part of a whole."""
    if not drawn(figure):
        return NO_CHANCE
    lower, upper = 0.0, 1.0
    if part.lower <= whole.upper and 0 < whole.upper < math.inf:
        least = wilson_interval(outward(part.lower, 0), outward(whole.upper, 1), confidence=confidence)
        lower = float(least.lower)
    if part.upper <= whole.lower and whole.lower > 0:
        most = wilson_interval(outward(part.upper, 1), outward(whole.lower, 0), confidence=confidence)
        upper = float(most.upper)
    return lower, upper, WILSON


def is_part_of(numerator: dict[str, Any], denominator: dict[str, Any]) -> bool:
    """Tell whether the numerator is printed as a part of the denominator."""
    return not is_missing(numerator["part_of"]) and numerator["part_of"] == denominator["obs_id"]
