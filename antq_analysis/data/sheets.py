"""A file as the checks see it: columns of text, numbered rows, and which cells have passed so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from antq_analysis.data.bounds import Flags, Integers
from antq_analysis.data.schema import Table
from antq_analysis.errors import Problem

# A file with one fault in every row must not flood the listing.
LISTED = 1000
_SAMPLE = 5000


@dataclass
class Column:
    """Hold the cells of one column as text; texts that repeat are checked only once.

    `codes` point into `distinct`, or are None where most cells differ and `distinct` holds them all.
    `typed` is filled in when the texts are understood, in step with `distinct`.
    """

    cells: pa.ChunkedArray
    distinct: pa.Array
    codes: Integers | None
    typed: Any = None

    @classmethod
    def of(cls, cells: pa.ChunkedArray) -> "Column":
        """Encode cells, unless a sample shows that they hardly repeat."""
        sample = cells[:_SAMPLE]
        if pc.count_distinct(sample).as_py() * 2 > _SAMPLE:
            return cls(cells, cells.combine_chunks(), None)
        encoded = cells.dictionary_encode().combine_chunks()
        return cls(cells, encoded.dictionary, encoded.indices.to_numpy())

    def spread(self, per_distinct: Any) -> Any:
        """Take values given for each distinct text to all rows."""
        return per_distinct if self.codes is None else per_distinct[self.codes]

    def filled(self) -> Flags:
        """Mark the distinct texts that are not empty."""
        result: Flags = pc.not_equal(self.distinct, "").to_numpy(zero_copy_only=False)
        return result


@dataclass
class Sheet:
    """Hold one file: its columns, the number of each row, and which cells have passed every check so far."""

    file: str
    table: Table
    rows: Integers
    columns: dict[str, Column]
    ok: dict[str, Flags] = field(default_factory=dict)

    def report(
        self, column: str, faulty: Flags, expected: str | Callable[[int], str], remedy: str
    ) -> list[Problem]:
        """List the faulty cells of a column and mark them; beyond LISTED their number only.

        `expected` may be a function of the position of the row, for faults that differ from row to row.
        """
        if not faulty.any():
            return []
        self.ok[column] = self.ok[column] & ~faulty
        positions = np.flatnonzero(faulty)
        problems = []
        for position in positions[: LISTED + 1].tolist():
            wanted = expected if isinstance(expected, str) else expected(position)
            found = str(self.columns[column].cells[position])
            problems.append(Problem(self.file, int(self.rows[position]), column, found, wanted, remedy))
        if len(positions) > LISTED:
            last, more = problems.pop(), len(positions) - LISTED
            also = f"the same fault stands in {more} cells from this row on; mend the listed ones first"
            problems.append(Problem(last.file, last.row, column, last.value, last.expected, also))
        return problems
