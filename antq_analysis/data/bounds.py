"""From wording to bounds: what "hơn 740.000" leaves open, in exact integer arithmetic.

Two readings stand side by side. *Convention* takes a writer at the precision shown: who prints "hơn
740.000" would have printed 750.000 had it been reached. *Strict* keeps only what the word itself says.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from antq_analysis.data.wordings import QUALIFIERS
from antq_analysis.errors import InvalidOption

WORDINGS = ("convention", "strict")
BASES = ("printed", "meaning", "convention", "logical", "none")

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Rule(NamedTuple):
    """Place a bound `half_grains` half grains and `steps` whole units away from the number."""

    half_grains: int
    steps: int
    basis: str


class Bounds(NamedTuple):
    """Hold the bounds of many figures and what each rests on, as arrays of one length."""

    lower: Floats
    upper: Floats
    lower_basis: Integers
    upper_basis: Integers
    granularity: Floats


_OPEN = Rule(0, 0, "none")
_AT = Rule(0, 0, "meaning")
_ABOVE = Rule(0, 1, "meaning")
_BELOW = Rule(0, -1, "meaning")

_LOWER = {
    "convention": {
        "exact": Rule(0, 0, "printed"), "more_than": _ABOVE, "at_least": _AT,
        "nearly": Rule(-1, 0, "convention"), "about": Rule(-1, 0, "convention"), "order_of_magnitude": _AT,
    },
    "strict": {
        "exact": Rule(0, 0, "printed"), "more_than": _ABOVE, "at_least": _AT,
        "nearly": _OPEN, "about": _OPEN, "order_of_magnitude": _AT,
    },
}  # fmt: skip
_UPPER = {
    "convention": {
        "exact": Rule(0, 0, "printed"), "more_than": Rule(2, -1, "convention"), "at_least": _OPEN,
        "nearly": _BELOW, "about": Rule(1, 0, "convention"),
        "order_of_magnitude": Rule(18, -1, "convention"),
    },
    "strict": {
        "exact": Rule(0, 0, "printed"), "more_than": _OPEN, "at_least": _OPEN,
        "nearly": _BELOW, "about": _OPEN, "order_of_magnitude": _OPEN,
    },
}  # fmt: skip
_VAGUE = [QUALIFIERS.index(qualifier) for qualifier in ("more_than", "nearly", "about")]


class Numbers(NamedTuple):
    """Hold many printed numbers without rounding: each is `mantissa` times 10**`exponent`.

    `counted` marks whole things counted one by one, which "more than" moves by one; other numbers
    (shares, bare decimals) are continuous. `share` marks percentages.
    """

    mantissa: Integers
    exponent: Integers
    counted: Flags
    share: Flags

    def values(self) -> Floats:
        """Turn the numbers into floats, each correctly rounded by a single division."""
        result: Floats = self.mantissa * _power(self.exponent) / _power(-self.exponent)
        return result

    def stripped(self) -> "Numbers":
        """Move the trailing zeros into the exponent, which then is the place of the last digit."""
        mantissa, exponent = self.mantissa.copy(), self.exponent.copy()
        for places in (8, 4, 2, 1):
            divisible = (mantissa != 0) & (mantissa % 10**places == 0)
            mantissa[divisible] //= 10**places
            exponent[divisible] += places
        return self._replace(mantissa=mantissa, exponent=exponent)


def check_wording(wording: str) -> str:
    """Return `wording` if it is one of the two readings.

    Raises InvalidOption otherwise.

    >>> check_wording("strict")
    'strict'
    """
    if wording not in WORDINGS:
        raise InvalidOption(f"wording={wording!r} is not possible. Use {' or '.join(map(repr, WORDINGS))}.")
    return wording


def bound(numbers: Numbers, qualifiers: Integers, wording: str) -> Bounds:
    """Compute the bounds of many figures under one reading.

    `qualifiers` are positions in QUALIFIERS. A vague count whose last digit is not zero ("hơn 35") has
    the grain 10, because at the grain 1 the rule would leave it no whole number.

    >>> one = np.array([740])
    >>> numbers = Numbers(one, np.array([3]), np.array([True]), np.array([False]))
    >>> found = bound(numbers, np.array([QUALIFIERS.index("more_than")]), "convention")
    >>> int(found.lower[0]), int(found.upper[0])
    (740001, 749999)
    """
    places = numbers.stripped()
    grain = np.where(
        numbers.counted & np.isin(qualifiers, _VAGUE), np.maximum(places.exponent, 1), places.exponent
    )
    unit = np.minimum(np.minimum(places.exponent, grain), 0)
    # Twice the number, in a unit that number and grain are whole multiples of: halves stay whole.
    doubled = 2 * places.mantissa * _power(places.exponent - unit)
    half_grain = _power(grain - unit)
    step = np.where(numbers.counted, 2, 0)
    ceiling = _ceiling(numbers, qualifiers)

    def place(table: dict[str, Rule], open_value: Floats) -> tuple[Floats, Integers]:
        rules = [table[qualifier] for qualifier in QUALIFIERS]
        halves, steps = (np.array([rule[part] for rule in rules])[qualifiers] for part in (0, 1))
        basis = np.array([BASES.index(rule.basis) for rule in rules])[qualifiers]
        result = (doubled + halves * half_grain + steps * step) / (2 * _power(-unit))
        result = np.where(basis == BASES.index("none"), open_value, result)
        return _cap(result, basis, ceiling)

    lower, lower_basis = place(_LOWER[wording], np.full(len(ceiling), -np.inf))
    upper, upper_basis = place(_UPPER[wording], np.full(len(ceiling), np.inf))
    granularity = _power(grain) / _power(-grain)
    return Bounds(lower, upper, lower_basis, upper_basis, granularity)


def _power(exponent: Integers) -> Integers:
    """Raise ten to each exponent; a negative exponent counts as zero, its power goes below the line."""
    result: Integers = 10 ** np.maximum(exponent, 0)
    return result


def _ceiling(numbers: Numbers, qualifiers: Integers) -> Floats:
    """Give the logical maximum: 100 for a share, unless what is printed already lies beyond it."""
    value = numbers.values()
    beyond = (value > 100) | ((value == 100) & (qualifiers == QUALIFIERS.index("more_than")))
    return np.where(numbers.share & ~beyond, 100.0, np.inf)


def _cap(result: Floats, basis: Integers, ceiling: Floats) -> tuple[Floats, Integers]:
    capped: Floats = np.clip(result, 0.0, ceiling)
    moved: Any = capped != result
    return capped, np.where(moved, BASES.index("logical"), basis)
