"""Results come as frames and are shown row by row: a few rows are sorted faster than a frame is cut up."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import pandas as pd

from antq_analysis.analysis.frames import SILENT, records

Row = dict[str, Any]
Rows = pd.DataFrame | list[Row]

Key = TypeVar("Key", bound=Hashable)


def rows_of(result: Rows) -> list[Row]:
    """Return the rows of a result; rows are returned as they are."""
    return records(result) if isinstance(result, pd.DataFrame) else result


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Put rows of one key together, in the order in which the keys appear.

    >>> grouped([{"n": 2}, {"n": 1}, {"n": 2}], lambda row: row["n"])
    {2: [{'n': 2}, {'n': 2}], 1: [{'n': 1}]}
    """
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def not_silent(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that tell of something; the others say that nothing was reported, or is left out."""
    return [row for row in rows if row.get("obs_status") not in SILENT]
