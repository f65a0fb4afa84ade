"""Reads figures as the press prints them ("hơn 1,8 triệu người") without losing what they leave open.

Two readings of a wording stand side by side. *Convention* takes a writer at the precision shown: who prints
"hơn 740.000" would have printed 750.000 had it been reached. *Strict* keeps only what the word itself says.
"""

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.data.grammar import Reading, RefusedError, read
from antq_analysis.errors import InvalidOption, UnreadableFigure

# What a table holds of a printed figure beside what was entered.
BOUNDS = ("value_lower", "value_upper", "lower_basis", "upper_basis")


class _Bound(NamedTuple):
    """Place a bound `half_grains` half grains and `steps` whole units away from the number."""

    half_grains: int
    steps: int
    basis: str


_OPEN, _PRINTED, _AT = _Bound(0, 0, "none"), _Bound(0, 0, "printed"), _Bound(0, 0, "meaning")
_ABOVE, _BELOW = _Bound(0, 1, "meaning"), _Bound(0, -1, "meaning")
_HALF_BELOW, _HALF_ABOVE = _Bound(-1, 0, "convention"), _Bound(1, 0, "convention")
# The lower and the upper bound of each qualifier.
_CONVENTION = {
    "exact": (_PRINTED, _PRINTED),
    "more_than": (_ABOVE, _Bound(2, -1, "convention")),
    "at_least": (_AT, _OPEN),
    "nearly": (_HALF_BELOW, _BELOW),
    "about": (_HALF_BELOW, _HALF_ABOVE),
    "order_of_magnitude": (_AT, _Bound(18, -1, "convention")),
}
_STRICT = {
    **_CONVENTION,
    "more_than": (_ABOVE, _OPEN),
    "nearly": (_OPEN, _BELOW),
    "about": (_OPEN, _OPEN),
    "order_of_magnitude": (_AT, _OPEN),
}
_RULES = {"convention": _CONVENTION, "strict": _STRICT}
_VAGUE = ("more_than", "nearly", "about")


@dataclass(frozen=True, kw_only=True)
class PrintedFigure:
    """Hold one printed figure: the number, its qualifier, and the bounds they leave under one wording.

    `text` is the print in NFC; `value` is None for "hàng trăm"; `lower` and `upper` may be infinite;
    a basis is `printed`, `meaning`, `convention`, `logical` or `none`; `granularity` is the place value
    of the last digit that is not zero; `total` is the whole of a fraction such as 36/40.
    """

    text: str
    value: int | float | None
    qualifier: str
    lower: int | float
    upper: int | float
    lower_basis: str
    upper_basis: str
    granularity: int | float
    percent: bool
    total: int | None
    wording: str


def check_wording(wording: str) -> str:
    """Return `wording` if it is one of the two readings.

    Raises InvalidOption otherwise.

    >>> check_wording("strict")
    'strict'
    """
    if wording not in _RULES:
        raise InvalidOption(f"wording={wording!r} is not possible. Use {' or '.join(map(repr, _RULES))}.")
    return wording


def parse_figure(text: str, *, wording: str = "convention") -> PrintedFigure:
    """Read one printed figure.

    `text` may hold words before and after the number, composed or decomposed letters, and any kind of
    space. Under `wording="strict"` the bounds keep only what the words mean; under "convention" they also
    trust the precision printed. A vague count with no trailing zero ("hơn 35") has the grain 10.

    Raises UnreadableFigure with the reason, and InvalidOption for another wording.

    >>> figure = parse_figure("hơn 1,8 triệu người tham gia")
    >>> figure.value, figure.qualifier, figure.lower, figure.upper
    (1800000, 'more_than', 1800001, 1899999)
    >>> parse_figure("gần 40 cuộc", wording="strict").lower
    0
    >>> parse_figure("36/36 xã").total
    36
    """
    check_wording(wording)
    if not isinstance(text, str):
        raise UnreadableFigure(repr(text), "a figure is read from text; put it in quotes as it is printed")
    return _parse(text, wording)


@lru_cache(maxsize=20_000)
def _parse(text: str, wording: str) -> PrintedFigure:
    composed = unicodedata.normalize("NFC", text)
    try:
        reading = read(composed.lower())
    except RefusedError as refused:
        raise UnreadableFigure(text, str(refused)) from None
    place, one = _granularity(reading), 10 ** -min(reading.exponent, 0)
    lower, upper = _RULES[wording][reading.qualifier]
    lower_value, lower_basis = _placed(lower, -math.inf, reading, place)
    upper_value, upper_basis = _placed(upper, math.inf, reading, place)
    value = _quotient(reading.mantissa * 10 ** max(reading.exponent, 0), one)
    return PrintedFigure(
        text=composed, value=None if reading.qualifier == "order_of_magnitude" else value,
        qualifier=reading.qualifier, lower=lower_value, upper=upper_value,
        lower_basis=lower_basis, upper_basis=upper_basis,
        granularity=_quotient(10 ** max(place, 0), 10 ** -min(place, 0)),
        percent=reading.percent, total=reading.total, wording=wording,
    )  # fmt: skip


def _granularity(reading: Reading) -> int:
    """Return the place of the last digit that is not zero, as a power of ten.

    A vague count that ends in another digit ("hơn 35") has the place of the tens: at that of the ones the
    rule would leave it no whole number.
    """
    digits = str(reading.mantissa)
    place = reading.exponent + (len(digits) - len(digits.rstrip("0")) if reading.mantissa else 0)
    return max(place, 1) if reading.counted and reading.qualifier in _VAGUE else place


def _placed(rule: _Bound, unbounded: float, reading: Reading, place: int) -> tuple[int | float, str]:
    """Compute a bound and what it rests on, in whole numbers of half the smallest unit: halves stay exact."""
    unit = min(reading.exponent, 0)
    doubled = 2 * reading.mantissa * 10 ** (reading.exponent - unit)
    moved = rule.half_grains * 10 ** (place - unit) + rule.steps * reading.counted * 2 * 10**-unit
    bound = unbounded if rule.basis == "none" else _quotient(doubled + moved, 2 * 10**-unit)
    limited = min(max(bound, 0), _ceiling(reading))
    return limited, rule.basis if limited == bound else "logical"


def _ceiling(reading: Reading) -> float:
    """Return the logical maximum: 100 for a share, unless what is printed already lies beyond it."""
    value = reading.mantissa * 10.0**reading.exponent
    beyond = value > 100 or (value == 100 and reading.qualifier == "more_than")
    return 100 if reading.percent and not beyond else math.inf


def _quotient(number: int, by: int) -> int | float:
    """Divide two whole numbers with one correct rounding; a whole result stays whole."""
    return number / by if number % by else number // by


def read_column(printed: "pd.Series[str]", wording: str) -> pd.DataFrame:
    """Read a column of printed figures, each different text once.

    Returns a frame with the index of `printed`: `reason` (empty where the text could be read), `value`,
    `qualifier`, `percent`, and the bounds and what they rest on under the names of a data set.

    >>> read_column(pd.Series(["gần 4.000", "5.15"]), "strict")[["value", "value_upper"]].to_numpy().tolist()
    [[4000.0, 3999.0], [nan, nan]]
    """
    check_wording(wording)
    readings = {text: _row(text, wording) for text in printed.unique()}
    types = {"value": float, "value_lower": float, "value_upper": float, "percent": bool}
    columns = ["reason", "value", "qualifier", "percent", *BOUNDS]
    rows = pd.DataFrame([readings[text] for text in printed], index=printed.index, columns=columns)
    return rows.astype({name: types.get(name, "str") for name in columns})


def _row(text: str, wording: str) -> tuple[Any, ...]:
    try:
        figure = parse_figure(text, wording=wording)
    except UnreadableFigure as unreadable:
        return unreadable.reason, math.nan, "", False, math.nan, math.nan, "", ""
    value = math.nan if figure.value is None else figure.value
    bounds = (figure.lower, figure.upper, figure.lower_basis, figure.upper_basis)
    return "", value, figure.qualifier, figure.percent, *bounds


def with_bounds(observations: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Return observations with the bounds of their figures beside them, row by row."""
    return observations.assign(**{name: readings[name].array for name in BOUNDS})
