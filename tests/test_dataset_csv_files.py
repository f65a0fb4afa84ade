"""Faults of files, headers and rows, each with the row a spreadsheet shows."""

from pathlib import Path

import pytest
from conftest import DataCopy

import antq_analysis as aq
from antq_analysis.data.csv_files import read_sheet
from antq_analysis.data.schema import Field, Table

TABLE = Table("t", ("t.csv",), (Field("a", "string", {}), Field("b", "string", {})), (), ())


def read(folder: Path, content: bytes) -> tuple[list[list[str]] | None, list[aq.Problem]]:
    (folder / "t.csv").write_bytes(content)
    sheet, problems = read_sheet(folder, "t.csv", TABLE)
    if sheet is None:
        return None, problems
    cells = [sheet.columns[name].cells.to_pylist() for name in ("a", "b")]
    return [[row, *texts] for row, *texts in zip(sheet.rows.tolist(), *cells, strict=True)], problems


def test_cells_are_read_as_text_with_the_row_of_the_spreadsheet(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, 'a,b\n01,NA\n"x, y","two\nlines"\n,"say ""hơn"""\n'.encode())
    assert rows == [[2, "01", "NA"], [3, "x, y", "two\nlines"], [4, "", 'say "hơn"']]
    assert problems == []


@pytest.mark.parametrize("content", [b"a,b", b"a,b\n", b"a,b\r\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == ([], [])


def test_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\r\n1,2\r\n") == ([[2, "1", "2"]], [])


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_file_is_named(tmp_path: Path, content: bytes) -> None:
    rows, problems = read(tmp_path, content)
    assert rows is None
    assert [str(p) for p in problems] == [
        "t.csv: found 'an empty file', expected a header row; restore the file."
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    sheet, problems = read_sheet(tmp_path, "t.csv", TABLE)
    assert sheet is None
    assert [str(p) for p in problems] == [
        "t.csv: found 'no file', expected the file that the description names; restore it."
    ]


def test_a_byte_order_mark_is_named_and_the_rows_are_read_all_the_same(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")
    assert rows == [[2, "1", "2"]]
    assert [(p.row, p.expected) for p in problems] == [(None, "UTF-8 without one")]


def test_every_row_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, "a,b\nhơn,1\n".encode() + "é,1\nx,1\né,2\n".encode("latin-1"))
    assert rows is None
    assert [(p.row, p.expected) for p in problems] == [(3, "text in UTF-8"), (5, "text in UTF-8")]


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        ("a,c", [("c", "a column of the schema"), ("", "a column 'b'")]),
        ("a,b,a", [("a", "each column once")]),
        ("b,a", [("b,a", "the order a,b")]),
        ("a", [("", "a column 'b'")]),
    ],
)
def test_faults_of_the_header_stand_in_row_1(
    tmp_path: Path, header: str, faults: list[tuple[str, str]]
) -> None:
    _, problems = read(tmp_path, f"{header}\n".encode())
    assert [(p.value, p.expected) for p in problems] == faults
    assert {p.row for p in problems} == {1}


def test_cells_of_a_missing_column_never_pass(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a\n1\n")
    sheet, _ = read_sheet(tmp_path, "t.csv", TABLE)
    assert sheet is not None
    assert sheet.ok["a"].tolist() == [True]
    assert sheet.ok["b"].tolist() == [False]


def test_rows_with_too_few_or_too_many_cells_are_named_and_the_others_read(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, b'a,b\n1\n"x\ny",2\n1,2,3\n\n5,6\n')
    assert rows == [[3, "x\ny", "2"], [6, "5", "6"]]
    assert [(p.row, p.value) for p in problems] == [(2, "1 cells"), (4, "3 cells"), (5, "an empty row")]
    assert {p.remedy for p in problems} == {
        "delete the row if it is empty, and put a text that holds commas in quotes"
    }


@pytest.mark.parametrize("blank", [b"\n", b",\n", b'"",""\n'])
def test_a_row_without_a_filled_cell_is_an_empty_row(tmp_path: Path, blank: bytes) -> None:
    rows, problems = read(tmp_path, b"a,b\n1,2\n" + blank + b"5,6\n")
    assert rows == [[2, "1", "2"], [4, "5", "6"]]
    assert [(p.row, p.value, p.expected) for p in problems] == [(3, "an empty row", "2 cells")]


def test_many_broken_rows_are_counted_not_flooded(tmp_path: Path) -> None:
    _, problems = read(tmp_path, b"a,b\n" + b"1\n" * 1500)
    assert len(problems) == 1001
    assert problems[-1].remedy == "500 rows from this one on have the same fault; mend the listed ones first"


def test_quotes_that_never_close_are_named(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, b'a,b\n1,2\n"4,5\n6,7\n')
    assert rows == [[2, "1", "2"]]
    assert [(p.row, p.value) for p in problems] == [(3, "1 cells")]


def test_a_missing_file_does_not_hide_faults_elsewhere(data: DataCopy) -> None:
    (data.folder / "indicators.csv").unlink()
    data.set("observations/press.csv", "dienbientv-2020.02", figure_printed="5.15 đợt")
    found = [(p.file, p.column) for p in aq.check(data.folder)]
    assert found == [("indicators.csv", None), ("observations/press.csv", "figure_printed")]


def test_a_huge_cell_is_named_with_its_row_and_column(data: DataCopy) -> None:
    row = data.set("observations/press.csv", "dienbientv-2020.02", note_vi="á" * 3_000_000)
    (problem,) = aq.check(data.folder)
    assert (problem.row, problem.column) == (row, "note_vi")
    assert "at most 100,000 characters in a cell" in str(problem)
    assert len(str(problem)) < 300
