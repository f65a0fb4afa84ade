"""Figures as frames: each observation with its indicator, and the helpers that all analyses share."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.data.dataset import Dataset, records, remembered

__all__ = ["figure_rows", "figures", "is_missing", "records"]

# SDMX CL_OBS_STATUS: a missing value, and one that is known but suppressed.
MISSING, LEFT_OUT = "O", "Q"
SILENT = (MISSING, LEFT_OUT)
_DESCRIBED = ["indicator", "concept", "measure_type", "unit_measure", "yearly"]
_WHY_SILENT = {MISSING: ("no_figures",), LEFT_OUT: ("area_inferred",)}

Names = str | Iterable[str]


@remembered
def figures(ds: Dataset) -> pd.DataFrame:
    """Return the observations, each with what its indicator and its unit say of it."""
    found = ds.observations
    units = ds.units()[["unit_measure", "events"]]
    indicators = ds.indicators()[_DESCRIBED].merge(units, on="unit_measure").set_index("indicator")
    said = indicators.reindex(found["indicator"]).set_axis(found.index)
    return pd.concat([found, said], axis="columns")


def figure_rows(ds: Dataset) -> list[dict[str, Any]]:
    """Return the rows of `figures` as dictionaries, for work that goes row by row over few rows."""
    return records(figures(ds))


def is_missing(value: Any) -> bool:
    """Tell whether a single cell holds nothing (no text, None, NaN, NaT or NA)."""
    return (isinstance(value, str) and not value) or bool(pd.isna(value))


def listed(names: Names) -> list[str]:
    """Return one name or several as a list, each once."""
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


def read(ds: Dataset, wording: str | None) -> Dataset:
    """Return the data set under the wording asked for, by default its own."""
    return ds if wording is None else ds.read_as(wording)


def gathered(column: Iterable[Any], groups: Iterable[int]) -> list[tuple[Any, ...]]:
    """Collect the cells of each group, numbered from 0, in a tuple, each cell once.

    >>> gathered(["a", "b", "a"], [0, 1, 0])
    [('a',), ('b',)]
    """
    cells: dict[int, dict[Any, None]] = {}
    for cell, group in zip(column, groups, strict=True):
        cells.setdefault(group, {})[cell] = None
    return [tuple(cells[group]) for group in sorted(cells)]


def objects(cells: Iterable[Any], index: "pd.Index[Any] | None" = None) -> "pd.Series[Any]":
    """Return a column of objects such as tuples, each kept as it is."""
    return pd.Series(list(cells), index=index, dtype="object")


def constant(value: Any, like: pd.DataFrame) -> "pd.Series[Any]":
    """Return a column that holds one object, such as a tuple, in every row of a frame."""
    return objects([value] * len(like), like.index)


def with_gaps(rows: pd.DataFrame, asked: pd.DataFrame, status: dict[str, str]) -> pd.DataFrame:
    """Return the rows in the order of what was asked, with a row for each question that has no answer.

    `asked` has one or more columns of `rows`, among them `ref_area`; `status` holds the `obs_status` of each
    area where it reported nothing. The rows added have this status, its reasons and no `obs_ids`.
    """
    found = asked.merge(rows, on=list(asked), how="left")
    gap = found["obs_ids"].isna()
    silence = found["ref_area"].map(status)
    return found.assign(
        obs_status=found["obs_status"].mask(gap, silence),
        reasons=found["reasons"].mask(gap, silence.map(_WHY_SILENT)),
        obs_ids=found["obs_ids"].mask(gap, constant((), found)),
    )


def spans(found: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return the first and the last day of each figure, as numbers of days; of a stock, those of its year."""
    year = found["period_end"].dt.year.astype(str)
    stock = found["period_start"].isna()
    first = found["period_start"].fillna(pd.to_datetime(year + "-01-01"))
    last = found["period_end"].where(~stock, pd.to_datetime(year + "-12-31"))
    return np.column_stack([day.astype("datetime64[s]").astype("int64") // 86_400 for day in (first, last)])


def count_overlaps(windows: np.ndarray[Any, Any], others: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Count for each window (first and last day) the other windows that share a day with it.

    >>> count_overlaps(np.array([[1, 5], [9, 9]]), np.array([[5, 7], [0, 2]])).tolist()
    [2, 0]
    """
    begun = np.searchsorted(np.sort(others[:, 0]), windows[:, 1], side="right")
    over = np.searchsorted(np.sort(others[:, 1]), windows[:, 0], side="left")
    return begun - over
