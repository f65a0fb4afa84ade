"""Reads the rows of a workbook or a CSV file as texts, whatever a person or a program made of their cells.

Nothing is guessed silently: what is not plainly the text of a cell is noted, or is a fault.
"""

import csv
import datetime
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from antq_analysis.errors import InvalidData, InvalidOption
from antq_analysis.intake.documents import decoded, refuse_old_letters
from antq_analysis.intake.workbook import openpyxl

# What a report needs; a stray cell far below makes Excel's own reading take minutes.
MOST_CELLS, MOST_BYTES = 500_000, 50_000_000
# A title above a table has fewer commas than its row of heads.
_LEAST_MARKS = 3
_SHOWN = 6
_JOINS = re.compile(rb'mergeCell\s[^>]*?ref=["\']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})')
# A format that shows another number than is stored, or words that are not: 1 as 100%, 5 as "hơn 5".
_SHOWS_OTHER = re.compile(r'%|"|[0#?],+(?![0#?,])')
# A year typed into a cell for days: Excel counts 2024 days from 1900.
_YEAR_AS_DAY = 1905
_FORMULA = "a formula; the value stored with it was read"
_JOINED = "joined cells; their text holds for all of them"
_HIDDEN = "hidden, and read all the same"


@dataclass
class Sheet:
    """Hold the rows of a sheet that are not empty, by number, their cells as texts, and notes on them.

    `faults` are cells, by row and column from 1, whose text nobody can know, with what to do.
    """

    title: str
    rows: dict[int, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: dict[tuple[int, int], tuple[str, str, str]] = field(default_factory=dict)


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook, or a CSV file as one.

    Raises InvalidOption where it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        way = "Give a workbook or a CSV file."
        raise InvalidOption(f"Cannot read {path}: {error.strerror or error}. {way}") from None
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        way = "Save it as .xlsx without one."
        raise InvalidOption(f"{path.name} is an old .xls, or protected by a password. {way}")
    if not content.startswith(b"PK"):
        return [_csv(content, path)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > MOST_BYTES:
            way = "Copy the rows of figures into a new workbook."
            raise InvalidOption(f"{path.name} unpacks to {size / 1e6:.0f} MB, far more than a report. {way}")
        if _joined_cells(content) > MOST_CELLS:
            raise InvalidOption(f"{path.name} joins too many cells. Undo the joining, and save it.")
        with warnings.catch_warnings(action="ignore"):
            shown, formulas = (
                openpyxl().load_workbook(io.BytesIO(content), data_only=only) for only in (True, False)
            )
    except InvalidOption:
        raise
    except Exception as error:  # a damaged archive fails in as many ways as there are parts in it
        way = "Open it in Excel or LibreOffice and save it as .xlsx again."
        fault = f"{path.name} is no workbook that can be read ({type(error).__name__})."
        raise InvalidOption(f"{fault} {way}") from None
    return [_sheet(each, formulas[each.title], path) for each in shown.worksheets]


def _joined_cells(content: bytes) -> int:
    """Count the cells that a workbook joins, before openpyxl makes each of them."""
    column = openpyxl().utils.column_index_from_string
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "/worksheets/" in name]
    corners = [[text.decode() for text in found] for part in parts for found in _JOINS.findall(part)]
    return sum((column(right) - column(left) + 1) * (int(below) - int(above) + 1)
               for left, above, right, below in corners)  # fmt: skip


def _sheet(shown: Any, formulas: Any, path: Path) -> Sheet:
    read, found = Sheet(shown.title), dict[str, list[str]]()
    if shown.max_row * shown.max_column > MOST_CELLS:
        way = "Delete the empty rows and columns behind the figures, and save it."
        end = shown.dimensions.rpartition(":")[2]
        raise InvalidOption(f"{path.name}, sheet {shown.title}: a cell stands at {end}. {way}")
    joined = {place: shown.cell(area.min_row, area.min_col)
              for area in shown.merged_cells.ranges for place in _cells_of(area)}  # fmt: skip
    for cells, sources in zip(shown.iter_rows(), formulas.iter_rows(), strict=False):
        places = [(cell.row, cell.column) for cell in cells]
        texts = [
            _text(joined.get(place, cell), source, place, read)
            for place, cell, source in zip(places, cells, sources, strict=False)
        ]
        found.setdefault(_FORMULA, []).extend(each.coordinate for each in sources if each.data_type == "f")
        if any(texts):
            read.rows[cells[0].row] = texts
    # Under this name stand the lists to choose from.
    if read.rows and shown.title != "_":
        found[_JOINED] = sorted(map(str, shown.merged_cells.ranges))
        found[_HIDDEN] = [f"row {number}" for number, row in shown.row_dimensions.items() if row.hidden]
        found[_HIDDEN] += [f"column {name}" for name, each in shown.column_dimensions.items() if each.hidden]
        found[_HIDDEN] += ["the sheet"] * (shown.sheet_state != "visible")
    for said, names in found.items():
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            read.notes.append(f"{', '.join(names[:_SHOWN])}{more}: {said}")
    return read


def _cells_of(area: Any) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1))  # fmt: skip


def _text(cell: Any, source: Any, place: tuple[int, int], read: Sheet) -> str:
    """Return the text of a cell; a number that is none in the eyes of a reader is a fault."""
    value = cell.value
    if source.data_type == "f" and value is None:
        way = "open and save it in Excel, or type the value"
        read.faults[place] = "a formula without a stored value", "a value", way
        return "?"
    if cell.data_type == "e":
        read.faults[place] = (str(value), "a value", "correct the formula, or type the value")
        return "?"
    if getattr(value, "year", None) == _YEAR_AS_DAY:
        way = "type its first or its last day, as 31/12/2024"
        read.faults[place] = str(value)[:10], "a day; a year alone becomes a day of 1905", way
    if isinstance(value, int | float) and _SHOWS_OTHER.search(cell.number_format.split(";")[0]):
        way = "type the figure as text, as it is shown"
        read.faults[place] = f"{value} shown as {cell.number_format}", "the figure that is meant", way
    if isinstance(value, datetime.datetime | datetime.date):
        return (value.date() if isinstance(value, datetime.datetime) else value).isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return unicodedata.normalize("NFC", " ".join(str("" if value is None else value).split()))


def _csv(content: bytes, path: Path) -> Sheet:
    try:
        text, note = decoded(content, path.name)
        refuse_old_letters(text, path.name)
    except InvalidData as invalid:
        raise InvalidOption(str(invalid.problems[0])) from None
    if "\0" in text:
        raise InvalidOption(f"{path.name} is no text. Give a workbook (.xlsx), or save it as 'CSV UTF-8'.")
    rows = [line for line in text.split("\n") if max(map(line.count, ",;\t")) >= _LEAST_MARKS]
    head = rows[0] if rows else ""
    mark = max(",;\t", key=head.count)
    read = Sheet(path.name, notes=[note] if note else [])
    if mark != "," and mark in head:
        read.notes.append(f"cells between {'semicolons' if mark == ';' else 'tabs'}")
    csv.field_size_limit(2**31 - 1)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), start=1):
            texts = [unicodedata.normalize("NFC", " ".join(cell.split())) for cell in cells]
            if any(texts):
                read.rows[number] = texts
    except csv.Error as error:
        raise InvalidOption(f"{path.name} is no CSV file: {error}. Save it as 'CSV UTF-8' again.") from None
    return read
