"""The one frame every analysis starts from: figures with what their indicator says of them."""

from typing import Any

import pandas as pd

from antq_analysis.dataset.dataset import Dataset

DESCRIBED = ["indicator", "concept", "measure_type", "unit_measure", "yearly"]


def figures(ds: Dataset) -> pd.DataFrame:
    """Return the observations, each with what its indicator says: concept, measure type, unit, yearly."""
    return ds.observations.merge(ds.indicators()[DESCRIBED], on="indicator", how="left", validate="m:1")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries, for work that goes pair by pair over few rows."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def is_missing(value: Any) -> bool:
    """Tell whether a single cell holds nothing (None, NaN, NaT or NA)."""
    return bool(pd.isna(value))
