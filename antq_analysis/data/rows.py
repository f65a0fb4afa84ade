"""Rows by their key and rows as text: what is handed out singly, and what a digest is made of."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Rows are turned into mappings by the block: a small table at once, a large one only where it is read.
_BLOCK = 1024
# The checks refuse such letters in cells, so that no two different rows have one text.
_BETWEEN, _MISSING = "\x1f", "\x00"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries, for work that goes row by row over few rows.

    >>> records(pd.DataFrame({"year": [2014, 2019]}))
    [{'year': 2014}, {'year': 2019}]
    """
    names = [str(name) for name in frame.columns]
    cells = [_plain(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


class Rows:
    """Hold a table whose rows are asked for by key, each as one read-only mapping made once.

    `stored` are the columns that are in its files, by default all of them: digests are made of these.
    """

    def __init__(self, frame: pd.DataFrame, key: str, stored: Sequence[str] | None = None) -> None:
        self.frame = frame
        self._key = key
        self._stored = list(map(str, frame) if stored is None else stored)
        self._blocks: dict[int, list[Mapping[str, Any]]] = {}
        self._columns: dict[str, list[Any]] = {}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        return self.at(self.places[key])

    def at(self, place: int) -> Mapping[str, Any]:
        """Return the row at a place."""
        block, row = divmod(place, _BLOCK)
        if block not in self._blocks:
            rows = records(self.frame.iloc[block * _BLOCK : (block + 1) * _BLOCK])
            self._blocks[block] = [MappingProxyType(row) for row in rows]
        return self._blocks[block][row]

    def column(self, name: str) -> list[Any]:
        """Return the cells of a column, listed once."""
        if name not in self._columns:
            self._columns[name] = _plain(self.frame[name])
        return self._columns[name]

    @cached_property
    def places(self) -> dict[str, int]:
        """The position of each row, by its key."""
        return {key: place for place, key in enumerate(self.column(self._key))}

    def digest(self, places: Iterable[int] | None = None) -> str:
        """Return the digest of the rows at some places, by default of all, in this order."""
        texts = self._texts if places is None else self._texts.take(pa.array(places, pa.int64()))
        return sha256("\n".join([_BETWEEN.join(self._stored), *texts.to_pylist()]).encode()).hexdigest()

    @cached_property
    def _texts(self) -> Any:
        cells = [pa.array(_in_files(self.frame[name])).cast(pa.string()) for name in self._stored]
        return pc.binary_join_element_wise(
            *cells, _BETWEEN, null_handling="replace", null_replacement=_MISSING
        )


def _plain(column: "pd.Series[Any]") -> list[Any]:
    """List cells as Python's own values, as `DataFrame.to_dict` does, at a fraction of its cost."""
    values = column.tolist()
    if column.dtype == object:
        return [value.item() if isinstance(value, np.generic) else value for value in values]
    return [None if value is pd.NA else value for value in values]


def _in_files(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give columns that hold whatever came as texts; those of the checked files are of one type each."""
    return column.where(column.isna(), column.astype(str)) if column.dtype == object else column
