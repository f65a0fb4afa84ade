"""Reads CSV files into sheets, and says what is wrong with a file before its cells are looked at.

Everything is read as text: a reader that guesses types turns `01` into 1 and the id `NA` into nothing.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from antq_analysis.data.bounds import Flags, Integers
from antq_analysis.data.schema import Table
from antq_analysis.data.sheets import LISTED, Column, Sheet
from antq_analysis.errors import Problem

# A note is some hundred characters long. The readers below stop at cells about ten times this size.
_LONGEST = 100_000
_BOM = b"\xef\xbb\xbf"


def read_sheet(folder: Path, file: str, table: Table) -> tuple[Sheet | None, list[Problem]]:
    """Read one CSV file of a table.

    Returns the sheet, or None where the file cannot be read as rows, and the faults of file, header and rows.
    """
    if not (folder / file).is_file():
        return None, [_of_file(file, "no file", "the file that the description names", "restore it")]
    data = (folder / file).read_bytes()
    if not data or data.isspace():
        return None, [_of_file(file, "an empty file", "a header row", "restore the file")]
    problems = _encoding(file, data)
    if any(problem.row is not None for problem in problems):
        return None, problems
    labels, header_lines = _header(data.removeprefix(_BOM))
    problems += _check_header(file, labels, [field.name for field in table.fields])
    if not labels or len(set(labels)) < len(labels):
        return None, problems
    try:
        rows, cells, ragged = _rows(file, data, labels, header_lines)
    except (pa.ArrowInvalid, csv.Error) as error:
        fault = _of_file(file, "a broken row", "balanced quotes", f"save the file as CSV anew ({error})")
        return None, [*problems, *(_too_long(file, data, labels) or [fault])]
    return _sheet(file, table, rows, cells), [*problems, *ragged]


def _too_long(file: str, data: bytes, labels: list[str]) -> list[Problem]:
    """Name the cells that are too long for the readers, be it that quotes before them do not close."""
    found = []
    limit = csv.field_size_limit(len(data))
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(data.decode(), newline="")), start=1):
            for place, cell in enumerate(cells):
                if len(cell) > _LONGEST:
                    found.append((row, labels[place] if place < len(labels) else None, cell))
    finally:
        csv.field_size_limit(limit)
    expected, remedy = f"at most {_LONGEST:,} characters in a cell", "shorten it, or close its quotes"
    return [Problem(file, row, column, cell[:1000], expected, remedy) for row, column, cell in found[:LISTED]]


def _of_file(file: str, value: str, expected: str, remedy: str) -> Problem:
    return Problem(file, None, None, value, expected, remedy)


def _encoding(file: str, data: bytes) -> list[Problem]:
    problems = []
    if data.startswith(_BOM):
        remedy = "save it as 'UTF-8', not as 'UTF-8 with BOM'"
        problems.append(_of_file(file, "a byte-order mark", "UTF-8 without one", remedy))
    if not _is_utf8(data):
        for row, line in enumerate(data.split(b"\n"), start=1):
            if not _is_utf8(line):
                found = line.decode("utf-8", "replace")[:80]
                problems.append(Problem(file, row, None, found, "text in UTF-8", "save the file as UTF-8"))
    return problems


def _is_utf8(data: bytes) -> bool:
    text = pa.Array.from_buffers(
        pa.large_string(), 1, [None, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data)]
    )
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _header(data: bytes) -> tuple[list[str], int]:
    """Read the labels of the columns, and how many lines they take."""
    reader = csv.reader(io.StringIO(data[:65536].decode("utf-8", "ignore"), newline=""))
    return next(reader), reader.line_num


def _check_header(file: str, labels: list[str], known: list[str]) -> list[Problem]:
    unknown = [label for label in labels if label not in known]
    repeated = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    faults: list[tuple[str, str | None, str, str]]
    faults = [(label, None, "a column of the schema", "rename or remove the column") for label in unknown]
    faults += [(label, label, "each column once", "remove one of the two") for label in repeated]
    faults += [("", name, f"a column {name!r}", "add the column") for name in known if name not in labels]
    if not faults and labels != known:
        faults = [(",".join(labels), None, f"the order {','.join(known)}", "put the columns in this order")]
    return [Problem(file, 1, column, found, expected, remedy) for found, column, expected, remedy in faults]


def _rows(
    file: str, data: bytes, labels: list[str], header_lines: int
) -> tuple[Integers, pa.Table, list[Problem]]:
    """Read the cells, setting aside empty rows and rows that have too few or too many cells."""
    dropped: list[Any] = []

    def skip(row: Any) -> str:
        dropped.append(row)
        return "skip"

    table = _parse(data, labels, header_lines, skip)
    rows = np.arange(2, table.num_rows + 2)
    ragged: list[tuple[int, str]] = []
    if dropped:
        rows, ragged = _numbered(data, len(labels), len(dropped))
    empty = _empty(table)
    problems = _broken(file, ragged, len(labels))
    problems += _broken(file, [(row, "an empty row") for row in rows[empty].tolist()], len(labels))
    return rows[~empty], table.filter(pa.array(~empty)) if empty.any() else table, problems


def _numbered(data: bytes, width: int, dropped: int) -> tuple[Integers, list[tuple[int, str]]]:
    """Find out which rows were kept, and which were dropped for having how many cells.

    The fast reader does not number rows, so a file with broken rows is counted through once more.
    """
    widths = [len(row) for row in csv.reader(io.StringIO(data.decode(), newline=""))]
    ragged = np.array([cells not in (0, width) for cells in widths])
    if ragged.sum() != dropped:
        raise csv.Error("quotes do not close")
    broken = [(row + 1, f"{widths[row]} cells") for row in np.flatnonzero(ragged).tolist()]
    return np.flatnonzero(~ragged)[1:] + 1, broken


def _parse(data: bytes, labels: list[str], header_lines: int, skip: Callable[[Any], str]) -> pa.Table:
    lines = io.BytesIO(data)
    for _ in range(header_lines):
        lines.readline()
    body = pa.py_buffer(data)[lines.tell() :]
    if not body.size:
        return pa.table({label: pa.array([], type=pa.string()) for label in labels})
    return pa.csv.read_csv(
        pa.BufferReader(body),
        read_options=pa.csv.ReadOptions(column_names=labels),
        parse_options=pa.csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(labels, pa.string()), strings_can_be_null=False
        ),
    )


def _empty(table: pa.Table) -> Flags:
    """Mark the rows without a single filled cell, which is how a blank line is read."""
    empty = np.full(table.num_rows, True)
    for column in table.columns:
        if not empty.any():
            break
        empty &= np.asarray(pc.equal(column, ""))
    return empty


def _broken(file: str, rows: list[tuple[int, str]], width: int) -> list[Problem]:
    """List rows that do not have the cells of the header; beyond LISTED their number only."""
    remedy = "delete the row if it is empty, and put a text that holds commas in quotes"
    problems = [Problem(file, row, None, found, f"{width} cells", remedy) for row, found in rows[:LISTED]]
    if len(rows) > LISTED:
        row, found = rows[LISTED]
        also = f"{len(rows) - LISTED} rows from this one on have the same fault; mend the listed ones first"
        problems.append(Problem(file, row, None, found, f"{width} cells", also))
    return problems


def _sheet(file: str, table: Table, rows: Integers, cells: pa.Table) -> Sheet:
    """Arrange the cells by the fields of the schema; cells of a missing column are empty and never pass."""
    columns, ok = {}, {}
    for described in table.fields:
        there = described.name in cells.column_names
        column = cells[described.name] if there else pa.chunked_array([[""] * len(rows)], pa.string())
        columns[described.name], ok[described.name] = Column.of(column), np.full(len(rows), there)
    return Sheet(file, table, rows, columns, ok)
