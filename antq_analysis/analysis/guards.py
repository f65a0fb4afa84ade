"""Numbers that cannot be what they are called are refused before a formula makes something of them.

A formula fed 95 for a confidence of 95 %, or minus one case, still returns a number; nobody
downstream can tell it from a result.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from antq_analysis.errors import InvalidOption

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def check_confidence(confidence: float) -> float:
    """Return a confidence between 0 and 1, or raise InvalidOption.

    >>> check_confidence(0.9)
    0.9
    """
    try:
        number = float(confidence)
    except (TypeError, ValueError):
        number = float("nan")
    if 0 < number < 1:
        return number
    meant = f"Did you mean {number / 100:g}?" if 50 <= number < 100 else "An example is 0.95."
    raise InvalidOption(f"confidence={confidence!r} is not possible: it lies between 0 and 1. {meant}")


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
    given = np.broadcast_to(np.asarray(values), wrong.shape)
    place = np.unravel_index(int(wrong.argmax()), wrong.shape)
    where = f"[{', '.join(str(int(index)) for index in place)}]" if np.ndim(fits) else ""
    raise InvalidOption(f"{name}{where}={_plain(given[place])!r} is not possible. {remedy}")


def _plain(value: Any) -> Any:
    number = value.item() if isinstance(value, np.generic) else value
    return int(number) if isinstance(number, float) and number.is_integer() else number
