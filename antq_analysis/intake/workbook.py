"""Writes workbooks for a person to fill in: the figures of an article to review, and a form for a report."""

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from antq_analysis.data.dataset import Dataset, load
from antq_analysis.data.names import records
from antq_analysis.errors import InvalidOption, safe
from antq_analysis.intake.reader import read_text

Rows = Sequence[Mapping[str, Any]]
Lists = Mapping[str, Mapping[str, str]]
_FONT, _WIDTH, _EMPTY_ROWS, _LINE_HEIGHT = "Calibri", 13, 3, 1.5
_READ, _HEAD, _INPUT, _LINE = "EDEDED", "1F4E79", "FFFFFF", "BFBFBF"
# A data set takes neither "5–7" nor "dưới 5".
_NEVER = ("range", "at_most")


@cache
def book_words() -> dict[str, Any]:
    """Return the words and the layout of workbooks."""
    return tomllib.loads(Path(__file__).with_name("workbook.toml").read_text(encoding="utf-8"))


def openpyxl() -> Any:
    """Import the library for workbooks, or raise InvalidOption with how to install it."""
    try:
        import openpyxl
    except ImportError:
        raise InvalidOption("Excel needs openpyxl: pip install 'antq-analysis[excel]'.") from None
    return openpyxl


def write_review(text: str, source_id: str, ds: Dataset, path: Path) -> int:
    """Write the figures of a text into a workbook for a person to complete; return their number.

    Each row is a figure with its sentence and what is suggested for it; the numbers that are no figures stand
    on a sheet of their own. `source_id` is that of the text, known to `ds` or new. Raises InvalidOption where
    it is no id, and where the file is there or cannot be written.
    """
    if not re.fullmatch("[a-z0-9-]+", source_id):
        way = "Use small letters, digits and hyphens: baotinh-2024."
        raise InvalidOption(f"{source_id!r} is no id of a source. {way}")
    given = {"source_id": source_id, "ref_area": _only_area(text, ds)}
    given |= {"area_basis": "stated", "period_basis": "stated", "obs_status": "A"}
    found = [_suggested(row, text, ds, given) for row in records(read_text(text, ds))]
    figures, others = ([row for row in found if bool(row["why_not"]) == other] for other in (False, True))
    sources = [row for row in records(ds.sources()) if row["source_id"] == source_id]
    unknown = {"source_id": source_id, "licence": "Press copyright; figures only are used"} | _seen_today()
    _write(path, "review", ds, {"figures": figures, "sources": sources or [unknown], "others": others})
    return len(figures)


def write_form(path: Path, ds: Dataset, *, area: str = "") -> int:
    """Write the form in which an office reports its figures, a row for each indicator; return their number.

    Its indicators are those of the movement, official statistics left out. `area` fills in the province.
    Raises UnknownName, and InvalidOption where the file is there or cannot be written.
    """
    rows, code, concepts = [], ds.area_id(area) if area else "", ds.rows("concept")
    for key, usual in _usual(ds).items():
        row = ds.rows("indicator")[key]
        told = {"indicator": key, "concept": concepts[row["concept"]]["name_vi"], "ref_area": code}
        rows.append(told | {"definition": row["definition_vi"], "unit": row["unit_vi"]} | usual)
    rows.sort(key=lambda row: row["concept"])
    source = {"licence": "Report of the office"} | _seen_today()
    _write(path, "form", ds, {"sources": [source], "figures": rows})
    return len(rows)


def _seen_today() -> dict[str, str]:
    return {"accessed_on": date.today().isoformat()}


def _usual(ds: Dataset) -> dict[str, dict[str, str]]:
    """Return who is mostly counted, and under which mandate, for each indicator but official statistics."""
    columns = ["scope_org", "scope_level", "mandate"]
    figures = pd.concat([load().observations, ds.whole.observations])
    counted = figures.groupby(["indicator", *columns]).size().sort_values().reset_index()
    usual = {str(row["indicator"]): {name: str(row[name]) for name in columns} for row in records(counted)}
    every = {key: usual.get(key, {}) for key in ds.rows("indicator")}
    return {key: row for key, row in every.items() if row.get("mandate") != "statistics"}


def _only_area(text: str, ds: Dataset) -> str:
    """Return the area of the data that a text names, where it names but one."""
    said = " ".join(unicodedata.normalize("NFC", text).split())
    # Capitals count: hòa bình is peace as well.
    named = {area for area, row in ds.rows("area").items() for name in row["spellings"].split("|")
             if name[:1].isupper() and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said)}  # fmt: skip
    return named.pop() if len(named) == 1 else ""


def _suggested(row: dict[str, Any], text: str, ds: Dataset, given: dict[str, str]) -> dict[str, Any]:
    """Return a number that was found as a row to complete: with its sentence, and what it may be."""
    start, end = row["start"], row["end"]
    before = re.split(r"\n|(?<=[.;])\s", text[max(start - 300, 0) : start])[-1]
    behind = re.split(r"\n|(?<=[.;])\s", text[end : end + 200])[0]
    suggested = {
        "text": " ".join(f"{before}{text[start:end]}{behind}".split()),
        "take": "no" if row["qualifier"] in _NEVER else "yes",
        "indicator": row["suggested_indicator"],
    }
    return row | given | suggested


# ---- sheets ------------------------------------------------------------------------------------------------


def _write(path: Path, kind: str, ds: Dataset, sheets: Mapping[str, Rows]) -> None:
    if path.suffix.lower() != ".xlsx":
        raise InvalidOption(f"{path.name} is no name for a workbook. Let it end in .xlsx.")
    said, book, lists = book_words(), openpyxl().Workbook(), _lists(ds)
    _guide(book.active, said["guide"][kind].strip().splitlines())
    rows = {**sheets, "lists": [ds.rows("indicator")[key] for key in _usual(ds)]}
    for name, filled in rows.items():
        layout = said["layout"][kind if name == "figures" else name].split()
        sheet = book.create_sheet(said["sheets"][name])
        offered = lists if name in ("figures", "sources") else {}
        _fill(sheet, layout, filled, offered, is_form=kind == "form" or not offered)
    choices = book.create_sheet("_")
    choices.sheet_state = "hidden"
    for place, values in enumerate(lists.values(), start=1):
        for number, value in enumerate(values.values(), start=1):
            choices.cell(number, place, value)
    try:
        with path.open("xb") as stream:
            book.save(stream)
    except FileExistsError:
        way = "Choose another name, so that nothing filled in is lost."
        raise InvalidOption(f"{path} exists. {way}") from None
    except OSError as error:
        raise InvalidOption(f"Cannot write {path}: {error.strerror}. Choose another place.") from None


def _lists(ds: Dataset) -> dict[str, dict[str, str]]:
    """Return what is shown for each value of each column with a list: a name that is one's own, or the id."""
    named = {"ref_area": ds.rows("area"), "indicator": ds.rows("indicator")}
    shown: dict[str, dict[str, str]] = {}
    for column, rows in named.items():
        names = [row["name_vi"] for row in rows.values()]
        shown[column] = {key: row["name_vi"] if names.count(row["name_vi"]) == 1 else key
                         for key, row in rows.items()}  # fmt: skip
    return shown | dict(book_words()["codes"])


def put(cell: Any, value: Any) -> None:
    """Fill a cell in; a text stays as it is: 1.042 is no number, and nothing is run."""
    cell.value = safe(value) or None if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"


def _guide(sheet: Any, lines: Sequence[str]) -> None:
    styles = openpyxl().styles
    sheet.title, sheet.column_dimensions["A"].width = book_words()["sheets"]["guide"], 110
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1, line)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
        cell.font = styles.Font(name=_FONT, bold=number == 1, size=14 if number == 1 else 12)
    _fit(sheet)


def _fill(sheet: Any, columns: Sequence[str], rows: Rows, lists: Lists, *, is_form: bool) -> None:
    """Fill a sheet with heads, rows and a few empty ones, and offer lists; a form is locked elsewhere."""
    styles, said, excel = openpyxl().styles, book_words(), openpyxl()
    titles, read_only = said["columns"] | said["beside"], said["layout"]["read_only"].split()
    thin = styles.Side(style="thin", color=_LINE)
    border = styles.Border(left=thin, right=thin, top=thin, bottom=thin)
    for place, column in enumerate(columns, start=1):
        head = sheet.cell(1, place, titles[column])
        head.font = styles.Font(name=_FONT, size=11, bold=True, color=_INPUT)
        head.fill = styles.PatternFill("solid", fgColor=_HEAD)
        head.alignment = styles.Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[head.column_letter].width = said["widths"].get(column, _WIDTH)
        is_read = column in read_only or not lists or (is_form and column == "indicator")
        fill = styles.PatternFill("solid", fgColor=_READ if is_read else _INPUT)
        for number, row in enumerate([*rows, *[{}] * (_EMPTY_ROWS * bool(lists))], start=2):
            cell, value = sheet.cell(number, place), row.get(column, "")
            put(cell, lists.get(column, {}).get(value, value))
            cell.fill, cell.border, cell.protection = fill, border, styles.Protection(locked=is_read)
            cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
        if column in lists:
            own = excel.utils.get_column_letter([*lists].index(column) + 1)
            source = f"'_'!${own}$1:${own}${len(lists[column])}"
            rule = excel.worksheet.datavalidation.DataValidation("list", formula1=source, allow_blank=True)
            # Another word is left to the import to judge.
            rule.showErrorMessage = False
            rule.add(f"{head.column_letter}2:{head.column_letter}{len(rows) + _EMPTY_ROWS + 1}")
            sheet.add_data_validation(rule)
    _fit(sheet)
    sheet.freeze_panes, sheet.print_title_rows = "C2", "1:1"
    # Without a password: it keeps a slip away, not a person.
    sheet.protection.sheet = is_form
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _fit(sheet: Any) -> None:
    """Make each row as high as its texts need, which some programs do not, and pages A4 across."""
    for row in sheet.iter_rows():
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in row]
        texts = [len(str(cell.value or "")) for cell in row]
        lines = [math.ceil(text * 1.15 / width) for text, width in zip(texts, widths, strict=True)]
        sheet.row_dimensions[row[0].row].height = _LINE_HEIGHT * row[0].font.size * max(1, *lines)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = 0.4
