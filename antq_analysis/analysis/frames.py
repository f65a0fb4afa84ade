"""The one frame every analysis starts from: figures with what their indicator says of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from antq_analysis.data.dataset import Dataset, records, remembered

__all__ = ["figure_rows", "figures", "is_missing", "records"]

# SDMX CL_OBS_STATUS: a missing value, and one that is known but suppressed.
MISSING, LEFT_OUT = "O", "Q"
SILENT = (MISSING, LEFT_OUT)
DESCRIBED = ["indicator", "concept", "measure_type", "unit_measure", "yearly"]


@remembered
def figures(ds: Dataset) -> pd.DataFrame:
    """Return the observations, each with what its indicator and its unit say of it."""
    found = ds.observations
    said = _described(ds.whole).reindex(found["indicator"]).set_axis(found.index)
    return pd.concat([found, said], axis="columns")


def figure_rows(ds: Dataset) -> list[dict[str, Any]]:
    """Return the rows of `figures` as dictionaries, for work that goes row by row over few rows."""
    said = _said(ds.whole)
    return [{**row, **said[row["indicator"]]} for row in ds]


def is_missing(value: Any) -> bool:
    """Tell whether a single cell holds nothing (no text, None, NaN, NaT or NA)."""
    return (isinstance(value, str) and not value) or bool(pd.isna(value))


@remembered
def _described(ds: Dataset) -> pd.DataFrame:
    units = ds.units()[["unit_measure", "events"]]
    return ds.indicators()[DESCRIBED].merge(units, on="unit_measure").set_index("indicator")


@remembered
def _said(ds: Dataset) -> Mapping[str, Mapping[str, Any]]:
    described = _described(ds)
    return MappingProxyType(dict(zip(described.index, records(described), strict=True)))
