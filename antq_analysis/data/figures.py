"""Reads figures as the press prints them ("hơn 1,8 triệu người") without losing what they leave open.

Two readings of a wording stand side by side. *Convention* takes a writer at the precision shown: who prints
"hơn 740.000" would have printed 750.000 had it been reached. *Strict* keeps only what the word itself says.
"""

import math
import unicodedata
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pandas as pd

from antq_analysis.data.grammar import Reading, RefusedError, read
from antq_analysis.errors import InvalidOption, UnreadableFigure, html_table

# What a table holds of a printed figure beside what was entered.
_TYPES: dict[str, Any] = {"value": float, "value_lower": float, "value_upper": float, "percent": bool}
BOUNDS = ("value_lower", "value_upper", "lower_basis", "upper_basis")


# Where a bound lies: so many grains and so many whole units away from the number, and what it rests on.
_Place = tuple[Fraction | int, int, str]
_OPEN, _PRINTED, _AT = (0, 0, "none"), (0, 0, "printed"), (0, 0, "meaning")
_ABOVE, _BELOW = (0, 1, "meaning"), (0, -1, "meaning")
_HALF_BELOW, _HALF_ABOVE = (Fraction(-1, 2), 0, "convention"), (Fraction(1, 2), 0, "convention")
# The lower and the upper bound of each qualifier.
_CONVENTION: dict[str, tuple[_Place, _Place]] = {
    "exact": (_PRINTED, _PRINTED),
    "more_than": (_ABOVE, (1, -1, "convention")),
    "at_least": (_AT, _OPEN),
    "nearly": (_HALF_BELOW, _BELOW),
    "about": (_HALF_BELOW, _HALF_ABOVE),
    "order_of_magnitude": (_AT, (9, -1, "convention")),
}
_STRICT: dict[str, tuple[_Place, _Place]] = {
    **_CONVENTION,
    "more_than": (_ABOVE, _OPEN),
    "nearly": (_OPEN, _BELOW),
    "about": (_OPEN, _OPEN),
    "order_of_magnitude": (_AT, _OPEN),
}
_RULES = {"convention": _CONVENTION, "strict": _STRICT}


@dataclass(frozen=True, kw_only=True)
class PrintedFigure:
    """Hold one printed figure: the number, its qualifier, and the bounds they leave under one wording.

    `text` is the print in NFC; `value` is None for "hàng trăm"; `lower` and `upper` may be infinite;
    a basis is `printed`, `meaning`, `convention`, `logical` or `none`; `granularity` is the place value
    of the last digit that is not zero; `total` is the whole of a fraction such as 36/40.

    >>> import antq_analysis as aq
    >>> aq.parse_figure("gần 40").upper_basis
    'meaning'
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

    def _repr_html_(self) -> str:
        return html_table(asdict(self))


def check_wording(wording: str) -> str:
    """Return `wording` if it is one of the two readings; raise InvalidOption otherwise."""
    if not isinstance(wording, str) or wording not in _RULES:
        raise InvalidOption(f"wording={wording!r} is not possible. Use {' or '.join(map(repr, _RULES))}.")
    return wording


def parse_figure(text: str, *, wording: str = "convention") -> PrintedFigure:
    """Read one printed figure.

    `text` may hold words before and after the number, composed or decomposed letters, and any kind of
    space. Under `wording="strict"` the bounds keep only what the words mean; under "convention" they also
    trust the precision printed. A vague count with no trailing zero ("hơn 35") has the grain 10.

    Raises UnreadableFigure with the reason, and InvalidOption for another wording.

    >>> import antq_analysis as aq
    >>> figure = aq.parse_figure("hơn 1,8 triệu người tham gia")
    >>> figure.value, figure.qualifier, figure.lower, figure.upper
    (1800000, 'more_than', 1800001, 1899999)
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
    number = reading.mantissa * Fraction(10) ** reading.exponent
    grain = Fraction(10) ** _place(reading)
    # The logical maximum of a share, unless what is printed already lies beyond it.
    beyond = number > 100 or (number == 100 and reading.qualifier == "more_than")
    ceiling = 100 if reading.percent and not beyond else math.inf
    bounds, bases = [], []
    ends = zip(_RULES[wording][reading.qualifier], (-math.inf, math.inf), strict=True)
    for (grains, steps, basis), unbounded in ends:
        bound = unbounded if basis == "none" else number + grains * grain + steps * reading.counted
        limited = min(max(bound, 0), ceiling)
        bounds.append(_plain(limited))
        bases.append(basis if limited == bound else "logical")
    return PrintedFigure(
        text=composed, value=None if reading.qualifier == "order_of_magnitude" else _plain(number),
        qualifier=reading.qualifier, lower=bounds[0], upper=bounds[1],
        lower_basis=bases[0], upper_basis=bases[1], granularity=_plain(grain),
        percent=reading.percent, total=reading.total, wording=wording,
    )  # fmt: skip


def _place(reading: Reading) -> int:
    """Return the place of the last digit that is not zero, as a power of ten.

    A vague count that ends in another digit ("hơn 35") has the place of the tens: at that of the ones the
    rule would leave it no whole number.
    """
    digits = str(reading.mantissa)
    place = reading.exponent + (len(digits) - len(digits.rstrip("0")) if reading.mantissa else 0)
    vague = reading.qualifier in ("more_than", "nearly", "about")
    return max(place, 1) if reading.counted and vague else place


def _plain(number: Fraction | float) -> int | float:
    """Return a number with one correct rounding; a whole one stays whole."""
    return float(number) if number % 1 else int(number)


def read_column(printed: "pd.Series[str]", wording: str) -> pd.DataFrame:
    """Read a column of printed figures, each different text once.

    Returns a frame with the index of `printed`: `reason` (empty where the text could be read), `value`,
    `qualifier`, `percent`, and the bounds and what they rest on under the names of a data set.
    """
    check_wording(wording)
    columns = ["reason", "value", "qualifier", "percent", *BOUNDS]
    readings = {text: _row(text, wording) for text in printed.unique()}
    rows = pd.DataFrame([readings[text] for text in printed], index=printed.index, columns=columns)
    return rows.astype({name: _TYPES.get(name, "str") for name in columns})


def _row(text: str, wording: str) -> tuple[Any, ...]:
    try:
        figure = parse_figure(text, wording=wording)
    except UnreadableFigure as unreadable:
        return unreadable.reason, math.nan, "", False, math.nan, math.nan, "", ""
    bounds = (figure.lower, figure.upper, figure.lower_basis, figure.upper_basis)
    return "", figure.value, figure.qualifier, figure.percent, *bounds


def with_bounds(observations: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Return observations with the bounds of their figures beside them, row by row."""
    return observations.assign(**{name: readings[name].array for name in BOUNDS})
