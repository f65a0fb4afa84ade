"""Reads figures as the press prints them ("hơn 1,8 triệu người") without losing what they leave open.

There is one implementation: it reads many texts at once, and a single text is the case of one.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from antq_analysis.data import bounds
from antq_analysis.data.bounds import Integers
from antq_analysis.data.digits import integers, split_digits
from antq_analysis.data.grammar import Template, read_shape
from antq_analysis.data.wordings import QUALIFIERS
from antq_analysis.errors import UnreadableFigure

_ENGLISH = "one comma with three digits behind it may be English thousands; write 1.234 or 1,23"
_LEADING_ZERO = "a number whose thousands are grouped cannot begin with 0; decimals take ','"
_NOT_A_PART = (
    "the part of a fraction lies between 0 and a whole above 0; check the print, or enter two figures"
)
_NOTHING_BELOW = "nothing lies below 0; check the print"
_VALUE_REASONS = ("", _ENGLISH, _LEADING_ZERO, _NOT_A_PART, _NOTHING_BELOW)
_MAGNITUDE, _NEARLY = (QUALIFIERS.index(name) for name in ("order_of_magnitude", "nearly"))
_SURROGATES = re.compile("[\ud800-\udfff]")
_template = lru_cache(maxsize=4096)(read_shape)


@dataclass(frozen=True, kw_only=True)
class Figure:
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


def parse_figure(text: str, *, wording: str = "convention") -> Figure:
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
    if not isinstance(text, str):
        raise UnreadableFigure(repr(text), "a figure is read from text; put it in quotes as it is printed")
    frame = read_figures([text], wording=wording)
    reading: dict[str, Any] = {str(name): frame[name].iloc[0] for name in frame}
    if reason := reading.pop("reason"):
        raise UnreadableFigure(text, reason)
    for name in ("value", "lower", "upper", "granularity", "total"):
        reading[name] = _plain(reading[name])
    reading["percent"] = bool(reading["percent"])
    composed = unicodedata.normalize("NFC", text)
    return Figure(text=composed, wording=wording, **reading)


def read_figures(texts: Iterable[str], *, wording: str = "convention") -> pd.DataFrame:
    """Read many printed figures at once.

    Returns a frame with one row per text: `reason` (empty where the text could be read), `value`,
    `qualifier`, `lower`, `upper`, `lower_basis`, `upper_basis`, `granularity`, `percent`, `total`; a
    number that does not exist is NaN.

    Raises InvalidOption for a wording that is not "convention" or "strict".

    >>> read_figures(["gần 4.000", "trên 80%"])[["value", "lower", "upper"]].to_numpy().tolist()
    [[4000.0, 3500.0, 3999.0], [80.0, 80.0, 90.0]]
    """
    bounds.check_wording(wording)
    shapes, digits = split_digits(_column(texts))
    layout, reasons = _layouts(shapes)
    printed = integers(digits, layout["start"], layout["stop"])
    total = integers(digits, layout["total_start"], layout["total_stop"])
    refused = _refusals(layout, printed, total)
    vague = layout["qualifier"] == _MAGNITUDE
    numbers = _numbers(layout, np.where(vague, 1, printed))
    found = bounds.bound(numbers, layout["qualifier"], wording)
    return pd.DataFrame(
        {
            "reason": _named(refused, reasons),
            "value": np.where((refused > 0) | vague, np.nan, numbers.values()),
            "qualifier": _named(layout["qualifier"], QUALIFIERS),
            "lower": np.where(refused > 0, np.nan, found.lower),
            "upper": np.where(refused > 0, np.nan, found.upper),
            "lower_basis": _named(found.lower_basis, bounds.BASES),
            "upper_basis": _named(found.upper_basis, bounds.BASES),
            "granularity": found.granularity,
            "percent": numbers.share,
            "total": np.where(layout["total_stop"] > 0, total, np.nan),
        }
    )


def _column(texts: Iterable[str]) -> pa.Array:
    ready = isinstance(texts, pa.Array | pa.ChunkedArray)
    column = texts if ready else pa.array(map(_encodable, texts), type=pa.large_string())
    # A pandas column of strings may arrive in chunks.
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _encodable(text: str) -> str:
    """Put the replacement character, which no figure may hold, for half characters (surrogates)."""
    return _SURROGATES.sub("\ufffd", text)


def _layouts(shapes: pa.DictionaryArray) -> tuple[dict[str, Any], list[str]]:
    """Give every text the fields of its template, as arrays; each distinct shape is understood once.

    Qualifiers and reasons are codes into QUALIFIERS and into the list returned beside the arrays.
    """
    templates = [
        _template(unicodedata.normalize("NFC", shape).lower()) for shape in shapes.dictionary.to_pylist()
    ]
    templates.append(Template())  # gives the arrays their types where there is no text at all
    reasons = list(dict.fromkeys([*_VALUE_REASONS, *(template.reason for template in templates)]))
    columns: dict[str, list[Any]] = {
        field.name: [getattr(template, field.name) for template in templates] for field in fields(Template)
    }
    columns["reason"] = [reasons.index(reason) for reason in columns["reason"]]
    columns["qualifier"] = [QUALIFIERS.index(qualifier) for qualifier in columns["qualifier"]]
    rows = shapes.indices.to_numpy()
    return {name: np.array(values)[rows] for name, values in columns.items()}, reasons


def _refusals(layout: dict[str, Any], printed: Integers, total: Integers) -> Integers:
    """Add the reasons that depend on the digits themselves, which a shape does not know."""
    leading_zero = printed < 10 ** np.maximum(layout["stop"] - layout["start"] - 1, 0)
    faults = {
        _ENGLISH: layout["three_decimals"] & ~leading_zero,
        _LEADING_ZERO: layout["grouped"] & leading_zero,
        _NOT_A_PART: (layout["total_stop"] > 0) & ((total == 0) | (printed > total)),
        _NOTHING_BELOW: (layout["qualifier"] == _NEARLY) & (printed == 0),
    }
    found = [layout["reason"] > 0, *faults.values()]
    codes = [layout["reason"], *(np.full(len(printed), _VALUE_REASONS.index(reason)) for reason in faults)]
    return np.select(found, codes, 0)


def _numbers(layout: dict[str, Any], mantissa: Integers) -> bounds.Numbers:
    exponent, share = layout["exponent"], layout["percent"]
    numbers = bounds.Numbers(mantissa, exponent, counted=~share, share=share)
    whole = (exponent >= 0) | (layout["scaled"] & (numbers.stripped().exponent >= 0))
    return numbers._replace(counted=whole & ~share)


def _named(codes: Integers, names: Sequence[str]) -> Any:
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _plain(number: float) -> int | float | None:
    """Write a number as a reader would: whole where it is whole, None where there is none."""
    if np.isnan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)
