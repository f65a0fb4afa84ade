"""What an import says of each fault, what it reads all the same, and figures looked up in their texts."""

import codecs
import csv
import datetime
import io
import random
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app
from antq_analysis.data.rules import without_accents
from antq_analysis.intake.scaffold import new

FIGURES, SOURCES = "Số liệu", "Nguồn"
HEADS = ["Tỉnh", "Chỉ tiêu", "Đối tượng được tính", "Cấp được tính", "Báo cáo theo văn bản", "Từ ngày",
         "Đến ngày", "Số liệu đúng như in", "Ghi vào số liệu", "Giá trị", "Đoạn", "Ghi chú"]  # fmt: skip
ROWS = [["Điện Biên", "Buổi tuyên truyền của các đơn vị cấp tỉnh", "cơ quan", "đơn vị cấp tỉnh",
         "báo cáo hằng năm", f"01/01/202{n}", f"31/12/202{n}", f"hơn {n}.200 buổi", "có", "", "", ""]
        for n in (1, 2, 3)]  # fmt: skip
SOURCE = {"Mã nguồn": "bao-cao-2024", "Tên bài hoặc báo cáo": "Báo cáo", "Cơ quan công bố": "Báo Thử",
          "Ngày công bố": "05/01/2024", "Ngày xem": "01/02/2024", "Quyền sử dụng": "Tự do"}  # fmt: skip
Edit = Callable[[Workbook], object]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder that extends nothing, which is checked fast."""
    folder = tmp_path_factory.mktemp("base") / "own"
    new(folder, standalone=True)
    return folder


@pytest.fixture
def own(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "own"))


def good() -> Workbook:
    book = Workbook()
    book.active.title = FIGURES
    for row in [HEADS, *ROWS]:
        book.active.append(row)
    sheet = book.create_sheet(SOURCES)
    sheet.append(list(SOURCE))
    sheet.append(list(SOURCE.values()))
    return book


def packed(edit: Edit = lambda book: None) -> bytes:
    book, stream = good(), io.BytesIO()
    edit(book)
    book.save(stream)
    return stream.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def imported(content: bytes, own: Path, name: str = "book.xlsx") -> tuple[int, str]:
    """Import a book, see that only what is right was written, and return the exit code and what was said."""
    book, before = own.parent / name, contents(own)
    book.write_bytes(content)
    done = CliRunner().invoke(app, ["import", str(book), "--into", str(own)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    assert done.exit_code in (0, 1, 2)
    assert done.output.strip()
    assert book.read_bytes() == content
    if done.exit_code:
        assert contents(own) == before
        assert book.with_name(f"{book.stem}.checked.xlsx").exists() == (done.exit_code == 1)
    return done.exit_code, done.output


def cell(head: str, value: Any, *, row: int = 2, form: str | None = None) -> Edit:
    def edit(book: Workbook) -> None:
        place = book[FIGURES].cell(row, HEADS.index(head) + 1)
        place.value = value
        place.number_format = form or place.number_format

    return edit


def heads(change: Callable[[str], str]) -> Edit:
    def edit(book: Workbook) -> None:
        for sheet in book:
            for head in sheet[1]:
                head.value = change(head.value)

    return edit


def texts(change: Callable[[str], str]) -> Edit:
    def edit(book: Workbook) -> None:
        for place in (place for sheet in book for row in sheet for place in row if place.value):
            place.value = change(place.value)

    return edit


def hidden(book: Workbook) -> None:
    book[FIGURES].row_dimensions[2].hidden = book[FIGURES].column_dimensions["E"].hidden = True
    book[SOURCES].sheet_state = "hidden"


PRINTED, END, START = "Số liệu đúng như in", "Đến ngày", "Từ ngày"
SAME: dict[str, Edit] = {
    "capitals": heads(str.upper),
    "underscores": heads(lambda text: f" {text.replace(' ', '_')} "),
    "line breaks": heads(lambda text: text.replace(" ", "\n")),
    "no accents": heads(without_accents),
    "decomposed": texts(lambda text: unicodedata.normalize("NFD", text)),
    "blanks": texts(lambda text: f"  {text}\xa0 "),
    "joined": lambda book: book[FIGURES].merge_cells("A2:A4"),
    "hidden": hidden,
    "rows above": lambda book: book[FIGURES].insert_rows(1, 5),
    "rows between": lambda book: book[FIGURES].insert_rows(3, 4),
    "another name": lambda book: setattr(book[FIGURES], "title", "Quý I"),
    "more sheets": lambda book: book.create_sheet("Tính nháp").append(["a", 1]),
    "a year": cell(END, "2021"),
    "year as number": cell(END, 2021),
    "month": cell(END, "tháng 12/2021"),
    "in words": cell(END, "ngày 31 tháng 12 năm 2021"),
    "midnight": cell(END, "2021-12-31 00:00:00"),
    "day cell": cell(END, datetime.datetime(2021, 12, 31)),
    "serial": cell(END, 44561),
    "a formula that is not read": lambda book: book[FIGURES].cell(2, 13, "=1+1"),
    "its own number": cell("Giá trị", 1200),
}


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_what_is_written_otherwise_is_read_the_same(edit: Edit, own: Path) -> None:
    code, said = imported(packed(edit), own)
    assert code == 0, said
    rows = aq.load(own).observations.set_index("obs_id").filter(like="bao-cao-2024", axis=0)
    assert list(rows["obs_value"]) == [1200, 2200, 3200]
    assert str(rows.loc["bao-cao-2024.01", "period_end"])[:10] == "2021-12-31"


SAID: dict[str, tuple[Edit, str]] = {
    "joined": (SAME["joined"], "A2:A4: joined cells"),
    "hidden": (hidden, "row 2, column E: hidden"),
    "hidden sheet": (hidden, "the sheet: hidden"),
    "not read": (SAME["more sheets"], "Tính nháp: no heads"),
    "left out": (cell("Ghi vào số liệu", "Khong"), "1 left out"),
    "no figure": (cell(PRINTED, None), "1 without a figure"),
}


@pytest.mark.parametrize(("edit", "note"), SAID.values(), ids=SAID)
def test_what_a_person_should_know_is_said(edit: Edit, note: str, own: Path) -> None:
    code, said = imported(packed(edit), own)
    assert code == 0
    assert note in said


def repeated(book: Workbook) -> None:
    book[FIGURES].append(ROWS[0])


def named(book: Workbook, *ids: str | None) -> None:
    for row, text in enumerate(["Mã số liệu", *ids], start=1):
        book[FIGURES].cell(row, 13, text)


FAULTS: dict[str, tuple[Edit, str]] = {
    "thousands as number": (cell(PRINTED, 1.042), "Excel may have changed this number"),
    "thousands as text": (cell(PRINTED, "1.042"), "Excel may have changed this number"),
    "percent": (cell(PRINTED, 1, form="0%"), "type the figure as text, as it is shown"),
    "millions": (cell(PRINTED, 1_200_000, form="0.0,,"), "type the figure as text"),
    "words in the format": (cell(PRINTED, 1200, form='"hơn "0'), "type the figure as text"),
    "formula": (cell(PRINTED, "=1+1"), "a formula without a stored value"),
    "error": (cell(PRINTED, "#REF!"), "correct the formula"),
    "day": (cell(PRINTED, datetime.date(2024, 2, 1)), "(figure_printed)"),
    "range": (cell(PRINTED, "5–7 buổi"), "a range is two figures"),
    "at most": (cell(PRINTED, "dưới 5 buổi"), "(figure_printed)"),
    "no number": (cell(PRINTED, "nhiều buổi"), "there is no number in it"),
    "turned letters": (cell(PRINTED, "\u202e1.200 buổi"), "no control or invisible characters"),
    "another unit": (cell(PRINTED, "1.200 người"), "an indicator in 'người'"),
    "other value": (cell("Giá trị", 1300), "what 'hơn 1.200 buổi' says"),
    "no such day": (cell(END, "31/02/2021"), "a date that exists"),
    "American day": (cell(END, "12/31/2021"), "found '12/31/2021', expected a date that exists"),
    "a year in a cell for days": (cell(END, 2021, form="dd/mm/yyyy"), "becomes a day of 1905"),
    "turned window": (cell(END, "2019"), "a day not after period_end"),
    "one day": (cell(END, "01/01/2021"), "a last day a month to 100 years after the first"),
    "after the source": (cell(END, "2030"), "when bao-cao-2024 was published"),
    "no end": (cell(END, None), "(period_end): found ''"),
    "no start": (cell(START, None), "the first day of the window"),
    "unknown area": (cell("Tỉnh", "Atlantis"), "a known ref_area"),
    "unknown indicator": (cell("Chỉ tiêu", "Số buổi"), "a known indicator"),
    "unknown code": (cell("Cấp được tính", "xã"), "one of provincial_bodies"),
    "taken or not": (cell("Ghi vào số liệu", "không ghi"), "'có' or 'không'"),
    "ticked": (cell("Ghi vào số liệu", False), "'có' or 'không'"),
    "paragraph": (cell("Đoạn", 1.5), "a whole number"),
    "same row twice": (repeated, "row 2 of sheet Số liệu has the same figure"),
    "same id": (lambda book: named(book, *["bao-cao-2024.01"] * 3), "an import only adds"),
    "same head": (lambda book: book[FIGURES].cell(1, 13, "tinh"), "each column once"),
    "joined heads": (lambda book: book[FIGURES].merge_cells("F1:G1"), "each column once"),
    "no heads": (lambda book: book[FIGURES].delete_rows(1), "the row of heads"),
    "heads far below": (lambda book: book[FIGURES].insert_rows(1, 30), "the row of heads"),
    "no source": (lambda book: book.remove(book[SOURCES]), "(source_id): found ''"),
    "two sources": (lambda book: book[SOURCES].append(list(SOURCE.values())), "a key of its own"),
    "no title": (lambda book: setattr(book[SOURCES]["B2"], "value", None), "(title): found ''"),
    "swapped": (lambda book: book[FIGURES].move_range("A1:A1", cols=12), "(ref_area)"),
    "id": (lambda book: named(book, "bao-cao-2024.x", None, "a"), "the pattern"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_cell(edit: Edit, told: str, own: Path) -> None:
    code, said = imported(packed(edit), own)
    assert (code, told in said) == (1, True), said
    assert "book.xlsx, sheet " in said
    marks = [place.comment for sheet in load_workbook(own.parent / "book.checked.xlsx") for row in sheet
             for place in row if place.comment]  # fmt: skip
    assert marks
    # First to those who filled it in, then to those who import.
    assert all(re.match(r"[A-ZĐÔ][^()]+[.”]\n\(Found ", mark.text) for mark in marks)


def part(name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """Return the good book with one part of its archive changed, or left out."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed())) as archive,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for each in archive.namelist():
            content = archive.read(each)
            content = change(content) if each.endswith(name) else content
            if content is not None:
                out.writestr(each, content)
    return made.getvalue()


def joined_over(corners: bytes) -> bytes:
    joins = b"</sheetData><mergeCells count='1'><mergeCell ref='%s'/></mergeCells>" % corners
    return part("sheet1.xml", lambda text: text.replace(b"</sheetData>", joins))


def entities(text: bytes) -> bytes:
    named = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    head = b'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a0 "%s">%s]>' % (b"x" * 999, named)
    return head + text.replace(b"<t>", b"<t>&a8;", 1)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "no rows of figures"),
    "random": (lambda: random.Random(1).randbytes(3000), "UTF-8"),
    "old or encrypted": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "Save it as .xlsx"),
    "far cell": (lambda: packed(lambda book: book[FIGURES].cell(1_048_576, 1, "x")), "Delete the empty rows"),
    "far colour": (lambda: packed(lambda book: setattr(book[FIGURES]["A1048576"], "font", Font(bold=True))),
                   "Delete the empty rows"),
    "joined all over": (lambda: joined_over(b"Z1:XFD1048576"), "joins too many cells"),
    "joined nowhere": (lambda: joined_over(b"hello"), "save it as .xlsx again"),
    "bomb": (lambda: part("sheet1.xml", lambda text: text + b" " * 60_000_000), "unpacks to 60 MB"),
    "entities": (lambda: part("sheet1.xml", entities), "save it as .xlsx again"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_workbook_to_read_is_refused(content: Callable[[], bytes], told: str, own: Path) -> None:
    code, said = imported(content(), own)
    assert (code, told in said) == (2, True), said


# ---- CSV files ---------------------------------------------------------------------------------------------


def table(mark: str = ",", end: str = "\n") -> str:
    """Write the figures as a CSV file whose source the folder has."""
    made = io.StringIO(newline="")
    lines = [[*HEADS, "Mã nguồn"], *([*row, "vi-du"] for row in ROWS)]
    csv.writer(made, delimiter=mark, lineterminator=end).writerows(lines)
    return made.getvalue()


def windows_1258(text: str) -> bytes:
    """Encode a text as Windows does for Vietnamese: a letter, then its tone."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = (unicodedata.normalize("NFD", letter) for letter in text)
    kept = ((re.sub(f"[{tones}]", "", each), re.sub(f"[^{tones}]", "", each)) for each in parts)
    return "".join(unicodedata.normalize("NFC", letter) + tone for letter, tone in kept).encode("cp1258")


CSV: dict[str, tuple[bytes, str]] = {
    "plain": (table().encode(), ""),
    "mark": (table().encode("utf-8-sig"), ""),
    "semicolons": (table(";").encode(), "cells between semicolons"),
    "tabs": (table("\t").encode(), "cells between tabs"),
    "UTF-16": (table("\t").encode("utf-16"), "text in UTF-16"),
    "UTF-16 the other way": (codecs.BOM_UTF16_BE + table().encode("utf-16-be"), "text in UTF-16"),
    "Windows-1258": (windows_1258(table(";")), "text in Windows-1258"),
    "decomposed": (unicodedata.normalize("NFD", table()).encode(), ""),
    "a title above": (f"Báo cáo, năm 2024\n\n{table(';')}".encode(), "semicolons"),
    "for Excel": (f"sep=;\n{table(';')}".encode(), "semicolons"),
    "empty cells behind": (table().replace("\n", ",,,\n").encode(), ""),
}


@pytest.mark.parametrize(("content", "note"), CSV.values(), ids=CSV)
def test_a_csv_file_is_read_as_programs_write_it(content: bytes, note: str, own: Path) -> None:
    code, said = imported(content, own, "book.csv")
    assert code == 0, said
    assert note in said
    rows = aq.load(own).observations.set_index("obs_id")
    assert list(rows.loc[[f"vi-du.0{n}" for n in (2, 3, 4)], "obs_value"]) == [1200, 2200, 3200]
    assert rows.loc["vi-du.02", "figure_printed"] == "hơn 1.200 buổi"


NO_CSV: dict[str, tuple[bytes, int, str]] = {
    "Western": (table().encode("latin-1", "replace"), 2, "UniKey"),
    "UTF-16 without a mark": (table().encode("utf-16-le"), 2, "CSV UTF-8"),
    "a zero inside": (table().replace("hơn 1", "hơn\0 1").encode(), 2, "CSV UTF-8"),
    "heads only": (table().partition("\n")[0].encode(), 2, "no rows of figures"),
    "a long line": (b"x" * 3_000_000, 2, "no rows of figures"),
    "read wrongly before": (table().encode().decode("latin-1").encode(), 2, "UTF-8"),
    "a number": (table().replace("hơn 1.200 buổi", "1.042").encode(), 1, "Excel may have changed"),
    "a formula": (table().replace("hơn 1.200 buổi", "=1+1").encode(), 1, "(figure_printed)"),
}


@pytest.mark.parametrize(("content", "code", "told"), NO_CSV.values(), ids=NO_CSV)
def test_a_csv_file_that_is_none_is_told(content: bytes, code: int, told: str, own: Path) -> None:
    ended, said = imported(content, own, "book.csv")
    assert (ended, told in said) == (code, True), said


# ---- folders and texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.rstrip(b"\n"),
                                    lambda text: text.replace(b"\n", b"\r\n")])  # fmt: skip
def test_a_file_of_data_keeps_what_an_editor_made_of_it(change: Callable[[bytes], bytes], own: Path) -> None:
    path = own / "observations/own.csv"
    path.write_bytes(change(path.read_bytes()))
    known = path.read_bytes()
    assert imported(packed(), own)[0] == 0
    assert path.read_bytes().startswith(known)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [21] * 5


def test_a_figure_that_is_there_with_another_content_stays_as_it_is(own: Path) -> None:
    imported(packed(), own)

    def corrected(book: Workbook) -> None:
        named(book, "bao-cao-2024.01")
        cell(PRINTED, "hơn 1.300 buổi")(book)

    code, said = imported(packed(corrected), own)
    assert code == 1
    assert "found 'hơn 1.300 buổi', expected 'hơn 1.200 buổi', as bao-cao-2024.01 has it in the data" in said


def test_a_folder_with_faults_is_mended_first(own: Path) -> None:
    path = own / "observations/own.csv"
    path.write_text(path.read_text() + "x\n")
    code, said = imported(packed(cell(PRINTED, "?")), own)
    assert (code, "Mend the data in" in said, "figure_printed" in said) == (2, True, False)


def test_a_figure_that_stands_elsewhere_in_its_text_is_told(own: Path, tmp_path: Path) -> None:
    assert imported(packed(lambda book: [cell("Đoạn", 2, row=row)(book) for row in (2, 3, 4)]), own)[0] == 0
    text = tmp_path / "bao-cao-2024.txt"
    text.write_text("Báo cáo\nĐã tổ chức hơn 1.200 buổi, hơn  2.200 buổi, hơn 3.200 buổi và 35 lớp.\n")
    verify = ["verify", str(own), "--texts", str(tmp_path)]
    done = CliRunner().invoke(app, verify)
    assert done.exit_code == 0
    assert "35 lớp" in done.output
    assert done.output.splitlines()[-1].startswith("3 of 3 figures are where the data say; 1 figures")
    text.write_text("Báo cáo\nĐã tổ chức hơn 1.200 buổi.\n\nVà hơn 2.200 buổi.\n")
    done = CliRunner().invoke(app, verify)
    assert done.exit_code == 1
    assert "bao-cao-2024.02" in done.output
    assert "paragraph 3" in done.output
    assert "1 of 3 figures are where the data say" in done.output
    assert CliRunner().invoke(app, ["verify", "--texts", str(own / "schemas")]).exit_code == 2


ASKED: dict[tuple[str, ...], str] = {
    ("template", "bieu.csv"): "Let it end in .xlsx",
    ("template", "khong/co/bieu.xlsx"): "Choose another place",
    ("template", "y" * 300 + ".xlsx"): "Choose another place",
    ("template", "co.xlsx"): "so that nothing filled in is lost",
    ("template", "bieu.xlsx", "--area", "Nowhere"): "No area 'Nowhere'",
    ("read", "bai.txt", "--add", "A b", "--into", "own"): "is no id of a source",
    ("read", "bai.txt", "--add", "a-1"): "--add SOURCE_ID --into DIR",
    ("import", "khong.xlsx", "--into", "own"): "Cannot read khong.xlsx",
    ("import", "own", "--into", "own"): "Cannot read own",
    ("import", "bai.txt", "--into", "own"): "no rows of figures or sources",
}


@pytest.mark.parametrize(("words", "told"), ASKED.items())
def test_what_cannot_be_done_is_told_with_the_way_out(
    words: tuple[str, ...], told: str, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own.parent / "bai.txt").write_text("Đã tổ chức 35 buổi.\n")
    (own.parent / "co.xlsx").write_bytes(packed())
    monkeypatch.chdir(own.parent)
    there = contents(own.parent)
    done = CliRunner().invoke(app, list(words))
    assert (done.exit_code, told in done.output) == (2, True), done.output
    assert contents(own.parent) == there
