"""The one frame every analysis starts from: figures with what their indicator says of them."""

from typing import Any

import pandas as pd

from antq_analysis.dataset.dataset import Dataset

# SDMX CL_OBS_STATUS: a missing value, and one that is known but suppressed.
MISSING, LEFT_OUT = "O", "Q"
SILENT = (MISSING, LEFT_OUT)
DESCRIBED = ["indicator", "concept", "measure_type", "unit_measure", "yearly"]


def figures(ds: Dataset) -> pd.DataFrame:
    """Return the observations, each with what its indicator and its unit say of it."""
    described = ds.indicators()[DESCRIBED].merge(ds.units()[["unit_measure", "events"]], on="unit_measure")
    return ds.observations.merge(described, on="indicator", how="left", validate="m:1")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries, for work that goes pair by pair over few rows."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def is_missing(value: Any) -> bool:
    """Tell whether a single cell holds nothing (no text, None, NaN, NaT or NA)."""
    return (isinstance(value, str) and not value) or bool(pd.isna(value))
