"""Figures as rows: each observation with its indicator, and the helpers that all analyses share."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from antq_analysis.analysis.results import HEAD, Results
from antq_analysis.data.dataset import Dataset, records, remembered
from antq_analysis.i18n import Words, bounds_text, language, number_text, span_text, words

__all__ = ["figure_rows", "figures", "headed", "is_missing", "names", "records", "unit_text"]

# SDMX CL_OBS_STATUS: a missing value, and one that is known but suppressed.
MISSING, LEFT_OUT = "O", "Q"
SILENT = (MISSING, LEFT_OUT)
_WHY_SILENT = {MISSING: ("no_figures",), LEFT_OUT: ("area_inferred",)}
_DESCRIBED = ["indicator", "concept", "measure_type", "unit_measure", "yearly"]
_BASES = ("stated", "publisher", "inferred")
# What makes figures of two sources one and the same.
_STATED = [
    "ref_area", "indicator", "scope_org", "scope_level", "mandate", "period_start", "period_end",
    "period_years", "value_lower", "value_upper", "revision", "obs_status",
]  # fmt: skip
# The mean length of a month in days.
_DAYS = 30.4375

Figure = dict[str, Any]
Names = str | Iterable[str]
R = TypeVar("R", bound=Mapping[str, Any])


@remembered
def figures(ds: Dataset) -> pd.DataFrame:
    """Return the observations, each with what its indicator, its unit and its area say of it."""
    found, rows = ds.observations, figure_rows(ds)
    territory = {column: [row[column] for row in rows] for column in ("successor", "outside")}
    return found.merge(_described(ds.whole), on="indicator", how="left").assign(**territory)


def figure_rows(ds: Dataset, obs_ids: Iterable[str] | None = None) -> list[Figure]:
    """Return the rows of `figures`, or those of some ids, as dictionaries.

    `successor` is the area that took its area over, if any; `outside` tells whether the area did not exist in
    the window. Over the few rows of a page these are many times as fast as frames.
    """
    said, areas = _said(ds.whole), _areas(ds.whole)
    rows = ds if obs_ids is None else map(ds.figure, obs_ids)
    return [{**row, **said[row["indicator"]], **_territory(row, areas[row["ref_area"]])} for row in rows]


def told_once(found: Iterable[Figure]) -> list[Figure]:
    """Return the figures, each with its `obs_ids`; one that several sources tell alike is one figure.

    The source that knows the area best speaks for the others.
    """
    told = defaultdict(list)
    for figure in found:
        stated = tuple(None if is_missing(figure[column]) else figure[column] for column in _STATED)
        told[stated].append(figure)
    once = []
    for same in told.values():
        same.sort(key=lambda figure: _BASES.index(figure["area_basis"]))
        flags = tuple(dict.fromkeys(flag for figure in same for flag in figure["flags"]))
        once.append(same[0] | {"flags": flags, "obs_ids": tuple(figure["obs_id"] for figure in same)})
    return once


def lengths(figure: Mapping[str, Any]) -> tuple[float, float]:
    """Return the shortest and the longest reading of a flow's years: its words, its dates, calendar years.

    "5 năm (2014-2019)" is 5 years by its words, 5.7 from January 2014 to September 2019, and 6 from the first
    to the last of its years. A part of a year is no calendar year.
    """
    first, after = figure["period_start"], figure["period_end"] + pd.Timedelta(days=1)
    months = 12 * (after.year - first.year) + after.month - first.month + (after.day - first.day) / _DAYS
    dated = months / 12
    readings = [dated, math.ceil(dated) if dated > 1 else dated]
    readings += [] if is_missing(figure["period_years"]) else [float(figure["period_years"])]
    return min(readings), max(readings)


def is_missing(value: Any) -> bool:
    """Tell whether a single cell holds nothing (no text, None, NaN, NaT or NA)."""
    # What equals not even itself is NaN or NaT; pd.isna takes ten times as long.
    return value is None or value is pd.NA or bool(value != value) or value == ""  # noqa: PLR0124


def is_part_year(figure: Mapping[str, Any]) -> bool:
    """Tell whether a flow covers a part of a year only, such as its first six months."""
    return not is_missing(figure["period_years"]) and bool(figure["period_years"] < 1)


def is_yearly(figure: Mapping[str, Any]) -> bool:
    """Tell whether a figure is a flow that is counted by the year, and over whole years."""
    return bool(figure["measure_type"] == "flow" and figure["yearly"]) and not is_part_year(figure)


def grouped(rows: Iterable[R], *columns: str) -> dict[Any, list[R]]:
    """Group rows by what they hold in some columns, in the order in which they come."""
    key, groups = itemgetter(*columns), defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def listed(names: Names) -> list[str]:
    """Return one name or several as a list, each once."""
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


def read(ds: Dataset, wording: str | None) -> Dataset:
    """Return the data set under the wording asked for, by default its own."""
    return ds if wording is None else ds.read_as(wording)


def gap(area: str, status: str, **columns: Any) -> dict[str, Any]:
    """Lay out the row of an area that reported nothing, for the reason that its status says."""
    return {"ref_area": area, "obs_status": status, "reasons": _WHY_SILENT[status], "obs_ids": (), **columns}


def days_of(found: Iterable[Mapping[str, Any]]) -> NDArray[np.int64]:
    """Return the first and the last day of each figure, as numbers; of a stock, those of its year."""
    days = []
    for row in found:
        first, last = row["period_start"], row["period_end"]
        if is_missing(first):
            first, last = last.replace(month=1, day=1), last.replace(month=12, day=31)
        days.append((first.toordinal(), last.toordinal()))
    return np.array(days, dtype=np.int64).reshape(-1, 2)


@remembered
def names(ds: Dataset, lang: str) -> Mapping[str, Mapping[str, str]]:
    """Return the name of every code in one language, by what it is a code of; a unit by its indicator."""
    indicators = ds.indicators()
    tables = {
        "area": (ds.areas(), "ref_area", "name"),
        "indicator": (indicators, "indicator", "name"),
        "counts": (indicators, "indicator", "counts" if f"counts_{lang}" in indicators else "name"),
        "concept": (ds.concepts(), "concept", "name"),
        "ratio": (ds.ratios(), "ratio", "name"),
        "unit": (indicators[["indicator", "unit_measure"]].merge(ds.units()), "indicator", "name"),
    }
    return {
        noun: MappingProxyType(dict(zip(table[key], table[f"{name}_{lang}"], strict=True)))
        for noun, (table, key, name) in tables.items()
    }


def unit_text(unit: str, *, yearly: bool = False, per: float | None = None, below: str = "") -> str:
    """Say the unit of a result: of what, a year, per so many inhabitants or per so many of another unit.

    >>> unit_text("buổi", yearly=True, per=100_000), unit_text("tin", below="tin", per=100)
    ('buổi một năm trên 100.000 dân', '%')
    """
    say, times = words(), "" if per in (None, 1) else number_text(per, language())
    said = say("result.yearly", unit=unit) if yearly else unit
    if below:
        return "%" if per == 100 and below == unit else f"{said}/{f'{times} {below}'.strip()}"
    return said if per is None else say("result.per_head", unit=said, per=times or 1)


def headed(frame: pd.DataFrame, ds: Dataset) -> Results:
    """Begin a result with what a person looks for, `HEAD`: names in the current language, not codes.

    Named are `ref_area` and `indicator_id`, or those of two sides with `_a` and `_b`; `period` holds the
    years of `period_start` and `period_end`, or the `year`. A column of `HEAD` that the frame has already
    stays as it is. Where answers are remembered this comes after, for the language may have changed.
    """
    say, named, rows = words(), names(ds.whole, language()), records(frame)
    told: dict[str, list[Any]] = {
        "area": [_named(row, "ref_area", named["area"]) for row in rows],
        "period": [_period(row) for row in rows],
        "indicator": [
            _named(row, "indicator_id", named["indicator"]) or _named(row, "concept", named["concept"])
            for row in rows
        ],
        "unit": [named["unit"].get(row.get("indicator_id", ""), "") for row in rows],
        "grade": [None] * len(rows),
        "shown": [_shown(row, say) for row in rows],
    }
    head = frame.assign(**{column: texts for column, texts in told.items() if column not in frame})
    head["label"] = _labels(head, say)
    return Results(head[[*HEAD, *(column for column in frame if column not in HEAD)]])


def _named(row: Figure, key: str, known: Mapping[str, str]) -> str:
    codes = [row[side] for side in (key, f"{key}_a", f"{key}_b") if not is_missing(row.get(side))]
    return " / ".join(dict.fromkeys(known.get(code, code) for code in codes))


def _period(row: Figure) -> str:
    if "year" in row:
        return str(row["year"])
    dates = ("period_start", "period_end", "period_years")
    windows = [{date: row.get(date + side) for date in dates} for side in ("", "_a", "_b")]
    return " / ".join(
        dict.fromkeys(
            span_text(window, language()) for window in windows if not is_missing(window["period_end"])
        )
    )


def _shown(row: Figure, say: Words) -> str:
    """Write the numbers of a result, or why there are none."""
    if row.get("obs_status") in SILENT:
        return say("status.left_out" if row["obs_status"] == LEFT_OUT else "status.missing")
    if row.get("refused"):
        return say("status.refused")
    if is_missing(row["lower"]) or is_missing(row["upper"]):
        return say("status.refused" if "zero_denominator" in row["reasons"] else "status.none")
    return bounds_text(row["lower"], row["upper"], say.lang)


def _labels(head: pd.DataFrame, say: Words) -> pd.Series:
    """Name each row by its area and by as much more as tells the rows apart."""
    label, none = head["area"].astype("object"), pd.Series("", index=head.index)
    orgs = head.get("scope_org", none).map(lambda org: say(f"scope.{org}") if f"scope.{org}" in say else "")
    for more in (head["indicator"], head["period"], head.get("definition", none), orgs):
        if label.duplicated().any() and more.nunique() > 1:
            label = label + (" · " + more).where(more != "", "")
    again = label.groupby(label).cumcount()
    return label.where(again == 0, label + " (" + (again + 1).astype(str) + ")").astype("str")


@remembered
def _described(ds: Dataset) -> pd.DataFrame:
    units = ds.units()[["unit_measure", "events"]]
    return ds.indicators()[_DESCRIBED].merge(units, on="unit_measure")


@remembered
def _areas(ds: Dataset) -> Mapping[str, tuple[Any, ...]]:
    table = ds.areas()[["ref_area", "valid_from", "valid_to", "successor"]]
    return MappingProxyType({row[0]: row[1:] for row in table.itertuples(index=False)})


def _territory(row: Mapping[str, Any], area: tuple[Any, ...]) -> Figure:
    since, until, successor = area
    first = row["period_end"] if is_missing(row["period_start"]) else row["period_start"]
    early, late = not is_missing(since) and first < since, not is_missing(until) and row["period_end"] > until
    return {"successor": successor, "outside": bool(early or late)}


@remembered
def _said(ds: Dataset) -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType({row["indicator"]: row for row in records(_described(ds))})
