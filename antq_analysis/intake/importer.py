"""Adds the figures of a workbook or a CSV file to a folder of data, all of them or none.

It only adds: a figure that is there stays as it is, and one that is there with other words is a fault.
What follows from the print (number, qualifier), from the dates (length) and from the source (id) need not
be typed.
"""

import csv
import io
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from antq_analysis.data import bundled
from antq_analysis.data.dataset import Dataset, check, load
from antq_analysis.data.figures import parse_figure
from antq_analysis.data.names import records
from antq_analysis.data.read import COLUMNS, OBSERVATIONS, read_description
from antq_analysis.data.rules import DAYS_OF_YEAR, without_accents
from antq_analysis.data.validate import FIGURE
from antq_analysis.errors import (
    InvalidData,
    InvalidOption,
    Problem,
    UnknownName,
    UnreadableFigure,
    safe,
    shorten,
    suggest,
)
from antq_analysis.i18n import slugify
from antq_analysis.intake.scaffold import replace_files
from antq_analysis.intake.sheets import Sheet, read_sheets
from antq_analysis.intake.workbook import book_words, openpyxl, put

_HEAD_WITHIN, _LEAST_HEADS = 20, 3
# What a sheet must have a column for; the rest follows, or may be empty.
_NEEDED = {
    OBSERVATIONS: ["ref_area", "indicator", "scope_org", "scope_level", "mandate", "period_end",
                   "figure_printed"],
    "sources": ["title", "publisher_vi"],
}  # fmt: skip
_USUAL = {"area_basis": "stated", "period_basis": "stated", "obs_status": "A"}
_DATES, _DAYS_SEEN = ("period_start", "period_end"), ("published_on", "accessed_on")
_NUMBERS = ("obs_value", "period_years", "paragraph")
# Days as Excel counts them; no year is among them.
_SERIALS = range(20_000, 80_000)
_FAULTY = "FFC7CE"
# In years, as the description of the data has them.
_LENGTHS = 0.08, 100

Cells = dict[str, str]


@dataclass
class Line:
    """Hold a row of a book: its sheet and number, what its cells say by column, and where those stand."""

    sheet: str
    number: int
    cells: Cells
    places: Mapping[str, int]
    of_source: bool


@dataclass
class Imported:
    """Say what an import did.

    `added` are the ids of the new figures, `sources` those of new sources; `already` counts the figures that
    were there, `empty` the rows without one, `left` those that the book leaves out; `notes` are to be looked
    at.
    """

    added: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    already: int = 0
    empty: int = 0
    left: int = 0
    notes: list[str] = field(default_factory=list)


def import_book(book: Path, into: Path) -> Imported:
    """Add the figures and sources of a workbook or a CSV file to a folder of data of one's own.

    Nothing is written unless all is right. Raises InvalidData with every fault of the book at once, of which
    a copy with the faults marked then lies beside it (see `marked`). Raises MissingData where there are no
    data, InvalidOption where the book or the folder cannot be used.
    """
    try:
        ds = load(into)
    except InvalidData as invalid:
        raise InvalidOption(f"Mend the data in {into} first. {invalid}") from None
    work = _Import(book, ds, into)
    lines = work.lines()
    if not lines and not work.faults:
        way = "Give one made by `antq template` or `antq read --add`, or name the columns as the data do."
        raise InvalidOption(f"{book.name} has no rows of figures or sources under a row of heads. {way}")
    new = work.new(lines)
    if not work.faults:
        work.add(new)
    if work.faults:
        work.mark()
        raise InvalidData(dict.fromkeys(problem for _, problem in work.faults))
    return work.done


def marked(book: Path) -> Path:
    """Return where the copy of a book lies in which faults are marked."""
    return book.with_name(f"{book.stem}.checked.xlsx")


class _Import:
    """The import of one book; a fault is kept with the sheet, row and column of its cell."""

    def __init__(self, book: Path, ds: Dataset, into: Path) -> None:
        tables, (descriptor, *_) = read_description(into)
        self._book, self._ds, self._folder = book, ds, descriptor.parent
        own = {(OBSERVATIONS if table.is_of_observations else table.name): table.own_files[0]
               for table in reversed(tables) if table.own_files}  # fmt: skip
        if self._folder.resolve() == bundled("data").resolve() or not {*_NEEDED} <= {*own}:
            way = "Make a folder with `antq new DIR` and give that."
            raise InvalidOption(f"{into} has no tables of your own for figures and sources. {way}")
        self._files = {name: own[name] for name in ("sources", OBSERVATIONS)}
        self._sheets = read_sheets(book)
        self.faults: list[tuple[tuple[str, int, int], Problem]] = []
        self.done = Imported(
            notes=[f"{sheet.title}: {note}" for sheet in self._sheets for note in sheet.notes]
        )

    # ---- the rows of the book

    def lines(self) -> list[Line]:
        """Return the rows of figures and of sources; note faulty heads and cells that cannot be read."""
        kept = book_words()["sheets"]
        found, ours = list[Line](), {*kept.values(), "_"}
        for sheet in self._sheets:
            row, table = _head_row(sheet)
            if not table and sheet.rows and sheet.title in (kept["figures"], kept["sources"]):
                head = Line(sheet.title, min(sheet.rows), {}, {}, of_source=False)
                way = "put it back as it was; begin with a new form if need be"
                self._blame(head, "", ("none", f"the row of heads in the first {_HEAD_WITHIN} rows", way))
            if not table and sheet.rows and sheet.title not in ours:
                self.done.notes.append(f"{sheet.title}: no heads of figures or sources, so it was not read")
            if table and sheet.title != kept["others"]:
                columns = self._columns(sheet, row, table)
                found += [
                    Line(sheet.title, number, cells, columns, of_source=table == "sources")
                    for number, texts in sheet.rows.items()
                    if number > row and any((cells := _under(columns, texts)).values())
                ]
        unread = {
            (sheet.title, *place): fault for sheet in self._sheets for place, fault in sheet.faults.items()
        }
        for line in found:
            for name, place in line.places.items():
                is_read = name in book_words()["columns"] or name == "take"
                if is_read and (fault := unread.get((line.sheet, line.number, place))):
                    self._blame(line, name, fault)
        return found

    def _columns(self, sheet: Sheet, row: int, table: str) -> dict[str, int]:
        """Return the places of the columns that a sheet has, and note what is wrong with its heads."""
        columns, unknown = dict[str, int](), list[str]()
        head = Line(sheet.title, row, {}, columns, of_source=False)
        for place, text in enumerate(sheet.rows[row], start=1):
            name = _heads().get(_bare(text), "")
            if name in columns:
                self._blame(head, name, (text, "each column once", "remove or rename one of the two"))
            elif name:
                columns[name] = place
            elif text:
                unknown.append(text)
        for name in set(_NEEDED[table]) - {*columns}:
            near = suggest(book_words()["columns"][name], unknown)
            self._blame(head, name, ("", "a column of this name", f"rename {near!r}" if near else "add it"))
        if unknown:
            named = shorten(", ".join(unknown))
            self.done.notes.append(f"{sheet.title}: no columns of the data, so they were not read: {named}")
        return columns

    def _blame(self, line: Line, column: str, fault: tuple[str, str, str]) -> None:
        """Note of a cell what was found, what was expected, and how to mend it."""
        title = (book_words()["columns"] | book_words()["beside"]).get(column)
        place = self._book.name + (f", sheet {line.sheet}" if line.sheet != self._book.name else "")
        problem = Problem(place, line.number, title and f"{title} ({column})", *fault)
        self.faults.append(((line.sheet, line.number, line.places.get(column, 1)), problem))

    # ---- what they say

    def new(self, lines: Sequence[Line]) -> list[Line]:
        """Complete the rows and return those that the data have not yet, sources first, with their ids."""
        sources = [line for line in lines if line.of_source]
        for line in sources:
            self._complete_source(line.cells)
        known = {key: _texts(row) for key, row in self._ds.rows("source").items()}
        kept = [line for line in sources if self._is_new(line, known, "source_id")]
        known = {row["obs_id"]: _texts(row) for row in records(self._ds.whole.observations)}
        ids = {tuple(row[name] for name in FIGURE): obs_id for obs_id, row in known.items()}
        for line in lines:
            cells = line.cells
            taken = _codes()["take"].get(_bare(cells.get("take", "")), cells.get("take", ""))
            is_left = taken == "no"
            if taken not in ("", "yes", "no"):
                self._blame(line, "take", (cells["take"], "'có' or 'không'", "choose one of the two"))
            if line.of_source or is_left or not cells.get("figure_printed"):
                self.done.left += is_left
                self.done.empty += not (line.of_source or is_left)
                continue
            self._complete(line, sources[0].cells["source_id"] if len(sources) == 1 else "")
            key = tuple(cells.get(name, "") for name in FIGURE)
            cells["obs_id"] = cells.get("obs_id") or ids.get(key) or ""
            if self._is_new(line, known, "obs_id"):
                cells["obs_id"] = cells["obs_id"] or _next_id(cells["source_id"], known)
                known.setdefault(cells["obs_id"], cells)
                kept.append(line)
            else:
                self.done.already += 1
        return kept

    def _complete_source(self, cells: Cells) -> None:
        for name, text in cells.items():
            cells[name] = _day(text) if name in _DAYS_SEEN else _codes().get(name, {}).get(_bare(text), text)
        publisher, published = cells.get("publisher_vi", ""), cells.get("published_on", "")
        follows = {
            "publisher_en": publisher,
            "published_basis": "stated" if published else "unknown",
            "source_id": slugify(f"{publisher} {published[:4]}"),
        }
        cells |= {name: cells.get(name) or text for name, text in follows.items()}

    def _complete(self, line: Line, source: str) -> None:
        """Write the cells of a figure as the data do, and fill in what follows from others."""
        cells = line.cells
        for name, text in cells.items():
            code = _codes().get(name, {}).get(_bare(text), text)
            cells[name] = _date(text, name) if name in _DATES else code
        for name, kind in {"ref_area": "area", "indicator": "indicator"}.items():
            with suppress(UnknownName):
                cells[name] = self._ds.ids(kind, cells[name])[0] if cells.get(name) else ""
        cells |= {name: cells.get(name) or text for name, text in (_USUAL | {"source_id": source}).items()}
        if re.fullmatch(r"[0-9]+\.[0-9]+", cells["figure_printed"]):
            expected = "the figure as text, for Excel may have changed this number"
            fault = cells["figure_printed"], expected, "type it with its unit behind it"
            self._blame(line, "figure_printed", fault)
        with suppress(UnreadableFigure):
            figure = parse_figure(cells["figure_printed"])
            value = "" if figure.value is None else f"{figure.value:.15g}"
            follows = {"qualifier": figure.qualifier, "obs_value": value}
            cells |= {name: cells.get(name) or text for name, text in follows.items()}
        measure = self._ds.rows("indicator").get(cells.get("indicator", ""), {}).get("measure_type")
        if measure in ("flow", "share") and cells.get("period_start"):
            years = cells.get("period_years") or _years(*map(cells.get, _DATES))
            length = float(years) if years and "period_years" not in line.places else _LENGTHS[0]
            if 0 <= length < _LENGTHS[0] or length > _LENGTHS[1]:
                expected, way = "a last day a month to 100 years after the first", "correct one of the two"
                self._blame(line, "period_end", (cells["period_end"], expected, way))
            cells["period_years"] = years

    def _is_new(self, line: Line, known: Mapping[str, Cells], key: str) -> bool:
        """Tell whether the data lack a row; where they have it with another content, that is a fault."""
        row = known.get(line.cells[key])
        for name, text in line.cells.items() if row else ():
            if name not in book_words()["columns"]:
                continue
            there = row.get(name, text) if row else text
            if text and _comparable(name, text) != _comparable(name, there):
                way = "correct it there by hand if the book is right, for an import only adds"
                self._blame(line, name, (text, f"{there!r}, as {line.cells[key]} has it in the data", way))
        return row is None

    # ---- into the folder

    def add(self, new: Sequence[Line]) -> None:
        """Check the folder with the new rows in it, then put its files in place, or note the faults."""
        before = {file: (self._folder / file).read_bytes() for file in self._files.values()}
        contents, rows = dict(before), dict[tuple[str, int], Line]()
        for table, file in self._files.items():
            lines = [line for line in new if line.of_source == (table == "sources")]
            contents[file], first = _appended(before[file], [line.cells for line in lines])
            rows |= {(file, first + place): line for place, line in enumerate(lines)}
        problems = [(rows.get((each.file, each.row or 0)), each) for each in self._check(contents)]
        # What was filled in is not blamed beside what was typed wrong.
        typed = {id(line) for line, each in problems
                 if line and each.column in line.places and not each.is_warning}  # fmt: skip
        for line, each in problems:
            if each.is_warning:
                self.done.notes += [f"{line.sheet}, row {line.number}: {each}"] if line else []
            elif line and (each.column in line.places or id(line) not in typed):
                fault = each.value, _in_book(each.expected, rows), each.remedy
                self._blame(line, each.column or "", fault)
            elif not line:
                self.faults.append((("", 1, 1), each))
        if not self.faults:
            replace_files(self._folder, before, contents)
            self.done.added = [line.cells["obs_id"] for line in new if not line.of_source]
            self.done.sources = [line.cells["source_id"] for line in new if line.of_source]

    def _check(self, contents: Mapping[str, bytes]) -> list[Problem]:
        """Check a copy of the folder with other contents of some files."""
        with TemporaryDirectory(prefix="antq-") as scratch:
            for path in {path for path in read_description(self._folder)[1] if path.is_file()}:
                if path.is_relative_to(self._folder):
                    copy = Path(scratch) / path.relative_to(self._folder)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy)
            for file, content in contents.items():
                (Path(scratch) / file).write_bytes(content)
            return check(Path(scratch))

    def mark(self) -> None:
        """Write a copy of the book in which each faulty cell is coloured and says what is wrong with it."""
        excel, told = openpyxl(), dict[tuple[str, int, int], list[str]]()
        copy = _copy_of(self._book, self._sheets[0])
        for (sheet, row, column), problem in self.faults:
            name = sheet if sheet in copy.sheetnames else copy.sheetnames[0]
            corners = ((area.min_row, area.min_col) for area in copy[name].merged_cells.ranges
                       if area.min_row <= row <= area.max_row
                       and area.min_col <= column <= area.max_col)  # fmt: skip
            said = f"Found {shorten(problem.value)!r}, expected {problem.expected}; {problem.remedy}."
            said = f"{_in_vietnamese(problem.expected)}\n({said})"
            told.setdefault((name, *next(corners, (row, column))), []).append(safe(said))
        for (name, row, column), texts in told.items():
            cell = copy[name].cell(row, column)
            cell.fill = excel.styles.PatternFill("solid", fgColor=_FAULTY)
            cell.comment = excel.comments.Comment(
                "\n".join(dict.fromkeys(texts)), "antq", width=400, height=200
            )
        # The faults are told all the same.
        with suppress(OSError):
            marked(self._book).unlink(missing_ok=True)
            copy.save(marked(self._book))


# ---- heads and words ---------------------------------------------------------------------------------------


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", without_accents(text))


def _in_vietnamese(expected: str) -> str:
    """Say what was expected to those who filled the book in."""
    said = book_words()["faults"]
    fits = next(filter(None, (re.fullmatch(each, expected, re.DOTALL) for each in said)))
    return fits.expand(said[fits.re.pattern])


@cache
def _heads() -> dict[str, str]:
    """Map every spelling of a head to its column."""
    named = [pair for part in ("beside", "columns") for pair in book_words()[part].items()]
    return {_bare(text): column for column, title in named for text in (column, title)}


@cache
def _codes() -> dict[str, dict[str, str]]:
    """Map the words for each code to it, for each column that has codes."""
    codes = book_words()["codes"]
    return {column: {_bare(word): code for code, word in words.items()} for column, words in codes.items()}


def _head_row(sheet: Sheet) -> tuple[int, str]:
    """Find the row of heads of a sheet, and the table that they are of; no table where there is none."""
    best = 0, 0, ""
    for row in [number for number in sheet.rows if number <= _HEAD_WITHIN]:
        found = {_heads().get(_bare(text)) for text in sheet.rows[row]}
        for table, needed in _NEEDED.items():
            known = len({*COLUMNS[table].split(), *needed} & found)
            best = max(best, (known, row, table)) if known >= _LEAST_HEADS else best
    return best[1:]


def _under(columns: Mapping[str, int], texts: Sequence[str]) -> Cells:
    return {name: texts[place - 1] if place <= len(texts) else "" for name, place in columns.items()}


# ---- cells -------------------------------------------------------------------------------------------------


def _day(text: str) -> str:
    """Write a day, or a month, that begins with the day as the data do."""
    if text.isdecimal() and int(text) in _SERIALS:
        return str(date(1899, 12, 30) + timedelta(int(text)))
    text = re.sub("[ T]00:00(:00)?$", "", text)
    parts = re.fullmatch(r"(?:(\d{1,2})[/.-])?(0?[1-9]|1[0-2])[/.-](\d{4})", text)
    return "-".join(f"{part:0>2}" for part in parts.groups()[::-1] if part) if parts else text


def _date(text: str, column: str) -> str:
    """Write a date as the data do; of a month or a year the first day, of `period_end` the last one."""
    day = _day(re.sub(r" ?(tháng|năm) ", "/", re.sub(r"^(năm|tháng|ngày) ", "", text.lower())))
    if not re.fullmatch(r"(19|20)\d\d(-\d\d)?", day):
        return day if re.fullmatch(r"[\d-]+", day) else text
    try:
        period = pd.Period(day)
    except ValueError:
        return text
    return str((period.end_time if column == "period_end" else period.start_time).date())


def _years(start: str | None, end: str | None) -> str:
    """Return the length of a window, in whole years where it has them; nothing where a date is none."""
    try:
        first, after = date.fromisoformat(start or ""), date.fromisoformat(end or "") + timedelta(days=1)
    except (ValueError, OverflowError):
        return ""
    is_whole = (first.month, first.day) == (after.month, after.day)
    return f"{after.year - first.year if is_whole else round((after - first).days / DAYS_OF_YEAR, 2):g}"


def _texts(row: Mapping[str, Any]) -> Cells:
    """Return a row of the data as the texts that its file holds."""
    days = {name: str(value)[:10] for name, value in row.items() if isinstance(value, pd.Timestamp)}
    plain = {name: f"{value:.15g}" if isinstance(value, float) else str(value) for name, value in row.items()}
    return {name: "" if pd.isna(row[name]) else text for name, text in (plain | days).items()}


def _comparable(name: str, text: str) -> Any:
    with suppress(ValueError):
        return float(text) if name in _NUMBERS else text
    return text


def _next_id(source: str, known: Iterable[str]) -> str:
    """Return the next free id of a figure of a source."""
    ends = [key.rpartition(".")[2] for key in known if key.rpartition(".")[0] == source]
    numbers = [int(end) for end in ends if end.isdecimal()]
    return f"{source}.{max(numbers, default=0) + 1:02}"


# ---- files -------------------------------------------------------------------------------------------------


def _in_book(told: str, rows: Mapping[tuple[str, int], Line]) -> str:
    """Name a row of the book where a fault names the row of a file that it would have become."""

    def named(found: re.Match[str]) -> str:
        line = rows.get((found[2] or found[3], int(found[1] or found[4])))
        return f"row {line.number} of sheet {line.sheet}" if line else found[0]

    return re.sub(r"row (\d+) of ([\w./-]+)|([\w./-]+) row (\d+)", named, told)


def _appended(content: bytes, rows: Sequence[Cells]) -> tuple[bytes, int]:
    """Return a CSV file with rows behind its own, and the number of the first of them."""
    text = content.decode("utf-8-sig")
    known = list(csv.reader(io.StringIO(text, newline="")))
    end = "\r\n" if "\r\n" in text else "\n"
    made = io.StringIO(newline="")
    csv.DictWriter(made, known[0], extrasaction="ignore", lineterminator=end).writerows(rows)
    gap = end.encode() if rows and not content.endswith(b"\n") else b""
    return content + gap + made.getvalue().encode(), len(known) + 1


def _copy_of(book: Path, sheet: Sheet) -> Any:
    """Open a workbook, or make one of a CSV file."""
    if book.read_bytes().startswith(b"PK"):
        return openpyxl().load_workbook(book)
    copy = openpyxl().Workbook()
    for row, texts in sheet.rows.items():
        for column, text in enumerate(texts, start=1):
            put(copy.active.cell(row, column), text)
    return copy
