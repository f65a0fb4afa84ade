"""How a result is written, once for tables, charts and sentences, so that they cannot disagree."""

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import LEFT_OUT
from antq_analysis.display.rows import Row
from antq_analysis.i18n import bounds_text, number_text, words


def silence(row: Row, lang: str = "vi") -> str:
    """Say why an area has no figure here: it did not report, or is only inferred."""
    return words(lang)("status.left_out" if row["obs_status"] == LEFT_OUT else "status.missing")


def result_text(row: Row, lang: str = "vi") -> str:
    """Write a result: its number where the parts are exact, else its bounds, or that it was refused."""
    if row.get("refused"):
        return words(lang)("status.refused")
    exact = not math.isnan(row["value"]) and row["lower"] == row["upper"] and not is_floor(row)
    return number_text(row["value"], lang) if exact else range_text(row, "", lang)


def chance_text(row: Row, lang: str = "vi") -> str:
    """Write the chance interval, or that there is none."""
    return range_text(row, "ci", lang)


def is_floor(row: Row) -> bool:
    """Tell whether a result is a lowest level only: its denominator counts more than its numerator."""
    return "denominator_wider" in row.get("reasons", ())


def _bounds(row: Row, what: str) -> tuple[Any, Any]:
    low, high = (row.get(f"{what}_{end}" if what else end) for end in ("lower", "upper"))
    if is_floor(row):
        return (None, None) if what else (low, math.inf)
    return low, high


def range_text(row: Row, what: str, lang: str) -> str:
    """Write the bounds of a result, or those of its `ci`, `count`, `calendar` …, as one range."""
    low, high = _bounds(row, what)
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return words(lang)("status.none")
    return bounds_text(float(low), float(high), lang)


def csv_cell(what: str = "") -> Callable[[Row], str]:
    """Return what a table's CSV says of a row in place of its range."""
    return lambda row: machine(*_bounds(row, what))


def machine(low: Any, high: Any) -> str:
    """Write a number or a range for a machine, whatever the reader's language: `2878`, `2.22..2.37`, `101..`.

    >>> machine(2878.0, 2878.0), machine(0.5, 2), machine(101, float("inf")), machine(None, None)
    ('2878', '0.5..2', '101..', '')
    """
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    ends = [f"{float(end):.10g}" if math.isfinite(end) else "" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else "..".join(ends)
