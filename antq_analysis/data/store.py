"""What all selections of one data set share: its rows, its tables, and what was worked out from them once.

A selection is then no more than the places of its rows, and costs next to nothing.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from antq_analysis.data.bounds import Flags, Integers
from antq_analysis.data.figures import read_figures
from antq_analysis.data.frames import with_bounds
from antq_analysis.data.rows import Rows
from antq_analysis.data.spellings import spelled
from antq_analysis.errors import UnknownName

_BOUNDS = ("value_lower", "value_upper", "lower_basis", "upper_basis")
_KEYS = {"indicators": "indicator", "concepts": "concept", "areas": "ref_area", "sources": "source_id"}
_COLUMNS = {"indicators": "indicator", "areas": "ref_area", "mandates": "mandate"}
# More answers than many pages need, and few enough to be kept as long as the data.
_MOST = 1000

# The conditions of a selection: sorted pairs of an option of `select` and its canonical value.
Query = tuple[tuple[str, Any], ...]


class Origin(NamedTuple):
    """Say where a data set came from: its folder, and the fingerprint of the files that were read."""

    folder: str
    fingerprint: str


class Memory(dict[Hashable, Any]):
    """Keep the last thousand answers."""

    def put(self, key: Hashable, answer: Any) -> Any:
        """Keep an answer, forget the oldest where there are too many, and return the answer."""
        self[key] = answer
        if len(self) > _MOST:
            del self[next(iter(self))]
        return answer


class Store:
    """Hold the figures of a whole data set under one wording, and the tables they refer to."""

    def __init__(
        self,
        observations: pd.DataFrame,
        tables: Mapping[str, pd.DataFrame],
        *,
        mandates: Collection[str],
        wording: str,
        origin: Origin | None,
    ) -> None:
        stored = [str(column) for column in observations if column not in _BOUNDS]
        self.figures = Rows(observations, "obs_id", stored)
        self.tables = {name: Rows(table, _KEYS.get(name, "")) for name, table in tables.items()}
        self.mandates = sorted(mandates)
        self.wording = wording
        self.origin = origin
        # Apart, so that many of one kind never drive out what is dear of another.
        self.memory, self._kept, self._digests = Memory(), Memory(), Memory()

    def read_as(self, wording: str) -> "Store":
        """Read the printed figures again under another wording."""
        every = self.figures.frame
        read = with_bounds(every, read_figures(every["figure_printed"], wording=wording))
        tables = {name: rows.frame for name, rows in self.tables.items()}
        return Store(read, tables, mandates=self.mandates, wording=wording, origin=self.origin)

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """What may be selected by name, by the option of `select` that asks for it."""
        named = {table: list(self.tables[table].places) for table in ("indicators", "concepts", "areas")}
        return named | {"mandates": self.mandates}

    @cached_property
    def codes(self) -> dict[str, str]:
        """The code of each area by its folded spellings."""
        table = spelled(self.tables["areas"].frame)
        return dict(zip(table["spelling"], table["ref_area"], strict=True))

    def places(self, query: Query) -> Integers:
        """Return the places of the figures that fulfil every condition of a query."""
        keep = np.ones(len(self.figures.frame), dtype=bool)
        for condition in query:
            kept = self._kept.get(condition)
            keep = keep & (self._kept.put(condition, self._keep(*condition)) if kept is None else kept)
        return np.flatnonzero(keep)

    def values(self, column: str, query: Query) -> list[str]:
        """Return what stands in a column of the figures that fulfil a query, or their concepts, sorted."""
        cells = self.figures.column("indicator" if column == "concept" else column)
        found = {cells[place] for place in self.places(query).tolist()}
        return sorted({self.concepts[cell] for cell in found} if column == "concept" else found)

    @cached_property
    def concepts(self) -> dict[str, str]:
        """The concept of each indicator."""
        table = self.tables["indicators"]
        return dict(zip(table.column("indicator"), table.column("concept"), strict=True))

    def digest(self, kind: str, key: Any) -> str:
        """Return the digest of what a use hands out; raise UnknownName where it names what is not there."""
        return self._digests.get((kind, key)) or str(self._digests.put((kind, key), self._digest(kind, key)))

    def _digest(self, kind: str, key: Any) -> str:
        if kind == "table":
            return self.tables[key].digest()
        if kind == "names":
            # Without any, it is still said that the data can be loaded.
            self._known(key)
            return "known"
        if kind == "figures":
            return self.figures.digest(self.places(self._known(key)))
        if kind == "values":
            return sha256("\n".join(self.values(key[0], self._known(key[1]))).encode()).hexdigest()
        rows, ids = (self.figures, [key]) if kind == "figure" else (self.tables["sources"], key)
        _refuse_unknown(kind, ids, rows.places)
        return rows.digest(sorted(map(rows.places.__getitem__, ids)))

    def _known(self, query: Query) -> Query:
        for option, value in query:
            if option in self.names:
                _refuse_unknown(option, value, self.names[option])
        return query

    def _keep(self, option: str, value: Any) -> Flags:
        """Mark the figures that fulfil one condition."""
        obs = self.figures.frame
        match option:
            case "since":
                kept = obs["period_start"].fillna(obs["period_end"]) >= pd.Timestamp(value)
            case "until":
                kept = obs["period_end"] <= pd.Timestamp(value)
            case "inferred_areas":
                kept = obs["area_basis"] != "inferred"
            case "concepts":
                table = self.tables["indicators"].frame
                kept = obs["indicator"].isin(table.loc[table["concept"].isin(value), "indicator"])
            case _:
                kept = obs[_COLUMNS[option]].isin(value)
        return kept.to_numpy(dtype=bool)


def _refuse_unknown(kind: str, wanted: Iterable[str], known: Collection[str]) -> None:
    for name in wanted:
        if name not in known:
            raise UnknownName(kind, name, known, "ds")
