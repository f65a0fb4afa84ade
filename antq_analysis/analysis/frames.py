"""Figures as rows: each observation with its indicator, and the helpers that all analyses share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from antq_analysis.data.dataset import Dataset, records, remembered

__all__ = ["figure_rows", "figures", "is_missing", "records"]

# SDMX CL_OBS_STATUS: a missing value, and one that is known but suppressed.
MISSING, LEFT_OUT = "O", "Q"
SILENT = (MISSING, LEFT_OUT)
_WHY_SILENT = {MISSING: ("no_figures",), LEFT_OUT: ("area_inferred",)}
_DESCRIBED = ["indicator", "concept", "measure_type", "unit_measure", "yearly"]

Figure = dict[str, Any]
Names = str | Iterable[str]
Days = NDArray[np.int64]
R = TypeVar("R", bound=Mapping[str, Any])


@remembered
def figures(ds: Dataset) -> pd.DataFrame:
    """Return the observations, each with what its indicator and its unit say of it."""
    found = ds.observations
    said = _described(ds.whole).reindex(found["indicator"]).set_axis(found.index)
    return pd.concat([found, said], axis="columns")


def figure_rows(ds: Dataset, obs_ids: Iterable[str] | None = None) -> list[Figure]:
    """Return the rows of `figures`, or those of some ids, as dictionaries.

    Over the few rows of a page these are many times as fast as frames.
    """
    said = _said(ds.whole)
    rows = ds if obs_ids is None else map(ds.figure, obs_ids)
    return [{**row, **said[row["indicator"]]} for row in rows]


def is_missing(value: Any) -> bool:
    """Tell whether a single cell holds nothing (no text, None, NaN, NaT or NA)."""
    # What equals not even itself is NaN or NaT; pd.isna takes ten times as long.
    return value is None or value is pd.NA or bool(value != value) or value == ""  # noqa: PLR0124


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


def days_of(found: Iterable[Mapping[str, Any]]) -> Days:
    """Return the first and the last day of each figure, as numbers; of a stock, those of its year."""
    days = []
    for row in found:
        first, last = row["period_start"], row["period_end"]
        if is_missing(first):
            first, last = last.replace(month=1, day=1), last.replace(month=12, day=31)
        days.append((first.toordinal(), last.toordinal()))
    return np.array(days, dtype=np.int64).reshape(-1, 2)


def count_overlaps(windows: Days, others: Days) -> Days:
    """Count for each window (first and last day) the other windows that share a day with it.

    >>> count_overlaps(np.array([[1, 5], [9, 9]]), np.array([[5, 7], [0, 2]])).tolist()
    [2, 0]
    """
    begun = np.searchsorted(np.sort(others[:, 0]), windows[:, 1], side="right")
    over = np.searchsorted(np.sort(others[:, 1]), windows[:, 0], side="left")
    return begun - over


@remembered
def _described(ds: Dataset) -> pd.DataFrame:
    units = ds.units()[["unit_measure", "events"]]
    return ds.indicators()[_DESCRIBED].merge(units, on="unit_measure").set_index("indicator")


@remembered
def _said(ds: Dataset) -> Mapping[str, Mapping[str, Any]]:
    described = _described(ds)
    return MappingProxyType(dict(zip(described.index, records(described), strict=True)))
