"""Checks that keys are unique and that references lead somewhere."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from antq_analysis.data.bounds import Flags, Integers
from antq_analysis.data.schema import ForeignKey
from antq_analysis.data.sheets import Sheet
from antq_analysis.errors import Problem, suggest

# Looking for the nearest of a million keys helps nobody and takes minutes.
_SUGGEST_AMONG = 2000
_JOINT = "\x1f"


def first_places(cells: pa.Array | pa.ChunkedArray) -> Integers:
    """Give for each cell the position at which the same text stands first.

    >>> first_places(pa.array(["a", "b", "a"])).tolist()
    [0, 1, 0]
    """
    if pc.count_distinct(cells).as_py() == len(cells):
        return np.arange(len(cells))
    result: Integers = pc.index_in(cells, value_set=cells).to_numpy()
    return result


def check_primary_key(sheets: Sequence[Sheet], columns: Sequence[str]) -> list[Problem]:
    """Check that a key stands once over all sheets together; where it repeats, the later row is at fault."""
    if not sheets or not columns:
        return []
    firsts = first_places(_keys(sheets, columns))
    starts = np.cumsum([0, *(len(sheet.rows) for sheet in sheets)])
    problems = []
    for sheet, start in zip(sheets, starts, strict=False):
        here = firsts[start : start + len(sheet.rows)]

        def expected(position: int, here: Integers = here) -> str:
            number = int(np.searchsorted(starts, here[position], side="right")) - 1
            first, row = sheets[number], here[position] - starts[number]
            return f"a key of its own; {first.file} row {first.rows[row]} has it too"

        repeated = (here != np.arange(start, start + len(here))) & _sound(sheet, columns)
        problems += sheet.report(columns[0], repeated, expected, "give one of the two rows another key")
    return problems


def check_foreign_key(sheet: Sheet, key: ForeignKey, targets: Sequence[Sheet]) -> list[Problem]:
    """Check that the references of a sheet lead to rows of the targets; an empty cell refers to nothing."""
    known = _keys(targets, key.target)
    if len(key.fields) == 1:
        column = sheet.columns[key.fields[0]]
        lost = column.spread(~_is_in(column.distinct, known) & column.filled())
    else:
        empty = [column.spread(~column.filled()) for column in (sheet.columns[name] for name in key.fields)]
        lost = ~_is_in(_keys([sheet], key.fields), known) & ~np.logical_or.reduce(empty)
    listed = known.to_pylist() if len(known) <= _SUGGEST_AMONG else []

    @cache
    def nearest(name: str) -> str | None:
        return suggest(name, listed)

    def expected(position: int) -> str:
        hint = nearest(_JOINT.join(str(sheet.columns[name].cells[position]) for name in key.fields))
        wanted = f"a known {' and '.join(key.target)} of {key.resource!r}"
        return f"{wanted} (did you mean {hint.replace(_JOINT, ', ')!r}?)" if hint else wanted

    remedy = f"correct it, or add it to {', '.join(target.file for target in targets)}"
    return sheet.report(key.fields[0], lost & _sound(sheet, key.fields), expected, remedy)


def check_chains(sheets: Sequence[Sheet], column: str, key: str) -> list[Problem]:
    """Check that references inside one table end somewhere: that no row is, step by step, above itself.

    A row that names itself is left to the rules, which say so.
    """
    if not sheets:
        return []
    # Only rows that refer on can be links of an endless chain; they are few.
    links = [_referring(sheet, column) for sheet in sheets]
    references, keys = (_taken(sheets, links, name) for name in (column, key))
    above: Integers = pc.index_in(references, value_set=keys).fill_null(-1).to_numpy()
    above = np.where(above == np.arange(len(above)), -1, above)
    # Each round doubles the steps taken; after as many steps as rows, only endless chains go on.
    for _ in range(len(above).bit_length()):
        above = np.where(above < 0, -1, above[above])
    problems, start = [], 0
    for sheet, rows in zip(sheets, links, strict=True):
        endless = np.zeros(len(sheet.rows), dtype=bool)
        endless[rows] = above[start : start + len(rows)] >= 0
        start += len(rows)
        expected = f"a chain of {column} that ends"
        problems += sheet.report(column, endless, expected, "empty the cell of the last in the chain")
    return problems


def _referring(sheet: Sheet, column: str) -> Integers:
    cells = sheet.columns[column]
    return np.flatnonzero(cells.spread(cells.filled()) & sheet.ok[column])


def _taken(sheets: Sequence[Sheet], rows: Sequence[Integers], column: str) -> pa.ChunkedArray:
    taken = [
        sheet.columns[column].cells.take(pa.array(here)) for sheet, here in zip(sheets, rows, strict=True)
    ]
    return pa.chunked_array([chunk for cells in taken for chunk in cells.chunks], pa.string())


def _keys(sheets: Sequence[Sheet], columns: Sequence[str]) -> pa.ChunkedArray:
    """Give the keys of all sheets, one below the other; the parts of a joint key stand in one text."""
    keys = [
        pc.binary_join_element_wise(*(sheet.columns[name].cells for name in columns), _JOINT)
        for sheet in sheets
    ]
    return pa.chunked_array([chunk for key in keys for chunk in key.chunks], pa.string())


def _is_in(keys: pa.Array | pa.ChunkedArray, known: pa.ChunkedArray) -> Flags:
    result: Flags = np.asarray(pc.is_in(keys, known))
    return result


def _sound(sheet: Sheet, columns: Sequence[str]) -> Flags:
    result: Flags = np.logical_and.reduce([sheet.ok[column] for column in columns])
    return result
