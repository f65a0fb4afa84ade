"""From an article to a briefing: read, review in a workbook, import, render; and books that are wrong."""

# ruff: noqa: E501 - rows of tables and paragraphs of an article stand in one line each.

import csv
import io
import random
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from openpyxl.styles import PatternFill
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app
from antq_analysis.data import bundled
from antq_analysis.intake.importer import import_book
from antq_analysis.intake.scaffold import new

ARTICLE = """Thanh Hóa: Nhìn lại 5 năm phong trào trong cơ quan, doanh nghiệp, nhà trường
(Ngày 15/01/2025) - Hội nghị tổng kết giai đoạn 2020-2024 được tổ chức tại hội trường số 2.
Từ năm 2020 đến năm 2024, các đơn vị cấp tỉnh đã mở 3.215 buổi tuyên truyền với hơn 420.000 người tham gia; treo gần 2.600 băng rôn, khẩu hiệu và đăng 1.150 tin, bài trên các báo, đài.
Công tác huấn luyện được duy trì, với 215 lớp nghiệp vụ cho 11.840 lượt học viên.
Đến cuối năm 2024, toàn tỉnh duy trì 612 mô hình tự quản, trong đó 205 mô hình trong trường học, 94 mô hình trong doanh nghiệp.
Quần chúng đã cung cấp 1.980 nguồn tin, trong đó có 1.240 tin có giá trị, giúp làm rõ trên 860 vụ việc.
Nhân dịp này, 18 tập thể và 25 cá nhân được tặng bằng khen; 42 tập thể được tặng giấy khen.
Thời gian tới, tỉnh phấn đấu 90% cơ quan đạt tiêu chuẩn an toàn theo Chỉ thị 07.
"""
# What a person decides for each figure: its indicator, window or not, whom it counts; "" leaves it out.
DECIDED = """sessions_provincial_bodies|flow|aes
participants_provincial_bodies|flow|aes
banners_slogans|flow|aes
|flow|aes
classes_fire_safety|flow|aes
attendances_classes_fire_safety|flow|aes
models|stock|aes
models|stock|school
models|stock|enterprise
|flow|aes
valuable_tips_all_bodies|flow|aes
cases_supported|flow|aes
certificates_province_collectives|flow|aes
certificates_province_individuals|flow|aes
commendations_police_collectives|flow|aes"""
SOURCE = {"Tên bài hoặc báo cáo": "Nhìn lại 5 năm phong trào (bài thử)", "Cơ quan công bố": "Báo (giả định)",
          "Ngày công bố": "15/01/2025"}  # fmt: skip
Edit = Callable[[Any, dict[str, int]], None]


def antq(*arguments: object) -> tuple[int, str]:
    """Run a command; give its exit code and what it said."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def heads(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


def complete(book: Path) -> None:
    """Fill a review workbook in as a person does."""
    opened = openpyxl.load_workbook(book)
    sheet, source = opened["Số liệu"], opened["Nguồn"]
    columns = heads(sheet)
    for row, line in enumerate(DECIDED.splitlines(), start=2):
        indicator, kind, scope = line.split("|")
        typed = {"Chỉ tiêu": indicator, "Đến ngày": "31/12/2024", "Đối tượng được tính": scope,
                 "Cấp được tính": "Toàn tỉnh", "Báo cáo theo văn bản": "chi thi 07/ct-bca-v28",
                 "Từ ngày": 2020 if kind == "flow" else None,
                 "Ghi vào số liệu": "có" if indicator else "không"}  # fmt: skip
        for head, value in typed.items():
            sheet.cell(row, columns[head]).value = value
    for head, value in SOURCE.items():
        source.cell(2, heads(source)[head]).value = value
    opened.save(book)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# ---- the whole way -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_article_becomes_figures_on_the_pages(tmp_path: Path) -> None:
    own, book, article = tmp_path / "own", tmp_path / "review.xlsx", tmp_path / "baothanhhoa-2025.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    new(own, with_press=True)
    render = ("render", "--data", own, "--out", tmp_path / "out", "--only", "thanh-hoa-ho-so-vi", "--docx")
    assert antq(*render)[0] == 0
    code, said = antq("read", article, "--add", "baothanhhoa-2025", "--into", own, "--out", book)
    assert (code, said.splitlines()[0]) == (0, f"{book}: 15 figures to complete. Then:")
    assert f"{book} exists" in antq("read", article, "--add", "b", "--into", own, "--out", book)[1]
    # What is not filled in is told, once for all rows, and nothing is written.
    before = files(own)
    code, said = antq("import", book, "--into", own)
    assert code == 1
    assert (
        "row 2, column Đến ngày (period_end): found '', expected a value; fill the cell in. Also in rows 3, 4,"
        in said
    )
    assert files(own) == before
    complete(book)
    code, said = antq("import", book, "--into", own)
    assert (code, said) == (0, f"{own}: 13 figures and 1 sources added, 2 left out by the book\n")
    after = files(own)
    assert {name for name in after if after[name] != before[name]} == {"sources.csv", "observations/own.csv"}
    code, said = antq("import", book, "--into", own)
    assert (code, said) == (
        0,
        f"{own}: 0 figures and 0 sources added, 13 already there, 2 left out by the book\n",
    )
    assert files(own) == after
    figure = aq.load(own).figure("baothanhhoa-2025.02")
    assert (figure["obs_value"], figure["qualifier"], figure["period_years"]) == (420_000, "more_than", 5)
    code, said = antq("verify", own, "--texts", tmp_path)
    assert code == 0
    assert (
        said.splitlines()[-1]
        == "13 of 13 figures are where the data say; 2 figures of the texts are in no row"
    )
    assert antq(*render)[0] == 0
    (day,) = (tmp_path / "out").iterdir()
    front = BeautifulSoup((day / "index.html").read_text(encoding="utf-8"), "html.parser")
    news = " ".join(front.select_one(".news").get_text().split())
    assert news.startswith("Mới so với lần lập trước trong ngày: thêm 13 số liệu")
    assert "3.215 buổi tuyên truyền" in news
    assert "3.215" in (day / "thanh-hoa-ho-so-vi.html").read_text(encoding="utf-8")
    assert (day / "thanh-hoa-ho-so-vi.docx").stat().st_size > 10_000
    assert antq("diff", own, day)[0] == 0


def test_a_figure_within_another_is_not_taken_for_it(tmp_path: Path) -> None:
    own, texts = tmp_path / "own", tmp_path / "texts"
    new(own)
    texts.mkdir()
    lines = ["Một.", "Hai.", "Mở hơn 120 buổi tuyên truyền ở 19 xã, trong đó 9 xã vùng cao có 20 buổi."]
    (texts / "vi-du.txt").write_text("\n".join(lines), encoding="utf-8")
    code, said = antq("verify", own, "--texts", texts)
    assert code == 0
    assert re.findall("'(.*)' in paragraph 3 is in no row", said) == ["19 xã", "9 xã vùng cao", "20 buổi"]
    (texts / "vi-du.txt").write_text("\n".join(lines).replace("120", "1.120"), encoding="utf-8")
    code, said = antq("verify", own, "--texts", texts)
    assert code == 1
    assert "'hơn 120 buổi tuyên truyền' is nowhere in it" in said


def test_a_form_that_is_filled_in_becomes_figures(tmp_path: Path) -> None:
    own, form = tmp_path / "own", tmp_path / "form.xlsx"
    new(own)
    assert antq("template", form, "--data", own, "--area", "thanh hoa")[0] == 0
    opened = openpyxl.load_workbook(form)
    sheet, source = opened["Số liệu"], opened["Nguồn"]
    columns = heads(sheet)
    assert sheet.protection.sheet
    assert sheet.cell(2, columns["Cách tính"]).protection.locked
    assert not sheet.cell(2, columns["Số liệu đúng như in"]).protection.locked
    assert sheet.cell(2, columns["Số liệu đúng như in"]).number_format == "@"
    assert {cell.value for cell in sheet[2]} >= {"Thanh Hóa"}
    named = {sheet.cell(row, columns["Chỉ tiêu"]).value: row for row in range(2, sheet.max_row + 1)}
    row = named["Buổi tuyên truyền của các đơn vị cấp tỉnh"]
    for head, value in {
        "Số liệu đúng như in": 1240,
        "Từ ngày": datetime(2025, 1, 1),
        "Đến ngày": 46_022,
    }.items():
        sheet.cell(row, columns[head]).value = value
    for head, value in {
        "Tên bài hoặc báo cáo": "Báo cáo năm 2025",
        "Cơ quan công bố": "Cơ quan A",
        "Ngày công bố": "2026",
    }.items():
        source.cell(2, heads(source)[head]).value = value
    opened.save(form)
    assert (
        antq("import", form, "--into", own)[1]
        .splitlines()[-1]
        .startswith(f"{own}: 1 figures and 1 sources added")
    )
    added = aq.load(own).figure("co-quan-a-2026.01")
    assert (added["obs_value"], str(added["period_end"])[:10], added["period_years"]) == (
        1240,
        "2025-12-31",
        1,
    )
    assert (added["ref_area"], added["scope_level"], added["mandate"]) == (
        "VN-21",
        "provincial_bodies",
        "CT07-2014",
    )


@pytest.mark.slow
def test_an_export_to_excel_comes_back_as_it_was(tmp_path: Path) -> None:
    new(tmp_path / "own")
    ds = aq.load()
    press = ds.select(mandates=["CT07-2014", "ND06-2014", "annual"], inferred_areas=True)
    aq.export(press, tmp_path / "press.xlsx")
    import_book(tmp_path / "press.xlsx", tmp_path / "own")
    back = aq.load(tmp_path / "own").observations
    back = back[back["source_id"].isin(press.distinct("source_id"))]
    expected, found = (each.sort_values("obs_id", ignore_index=True) for each in (press.observations, back))
    pd.testing.assert_frame_equal(found, expected)
    titles = ds.sources().merge(aq.load(tmp_path / "own").sources(), on=list(ds.sources().columns))
    assert {*press.distinct("source_id")} <= {*titles["source_id"]}


# ---- books that are wrong ----------------------------------------------------------------------------------

HEADS = ["Tỉnh", "Chỉ tiêu", "Đối tượng được tính", "Cấp được tính", "Báo cáo theo văn bản", "Từ ngày", "Đến ngày",
         "Số liệu đúng như in", "Đoạn", "Mã nguồn", "Ghi chú"]  # fmt: skip
ROWS = [
    ["Thanh Hóa", "sessions_provincial_bodies", "aes", "provincial_bodies", "CT07-2014", "2019", "2023", "35 buổi", 2, "vi-du", ""],
    ["dien bien", "models", "aes", "toàn tỉnh", "annual", "", "31/12/2023", "gần 40 mô hình", 3, "vi-du", "Ghi chú"],
    ["VN-24", "banners_slogans", "aes", "whole_province", "annual", "2023", "2023", "hàng trăm băng rôn", 4, "vi-du", ""],
]  # fmt: skip
BAD = [
    None,
    "???",
    1.5,
    -1,
    "31/02/2023",
    "=1+1",
    True,
    "x" * 300,
    datetime(2300, 1, 1),
    "a\u202eb",
    "'=cmd|x",
]


def a_book(edit: Edit | None = None) -> bytes:
    """Make a workbook of three figures and change it."""
    book = openpyxl.Workbook()
    for row in (HEADS, *ROWS):
        book.active.append(row)
    if edit:
        edit(book.active, heads(book.active))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def put(row: int, column: int, value: Any) -> Edit:
    return lambda sheet, _: setattr(sheet.cell(row, column), "value", value)


def structural() -> Iterator[tuple[str, Edit]]:
    """Change what is not the text of one cell."""
    for number, head in enumerate(HEADS, start=1):
        yield f"without {head}", lambda sheet, _, number=number: sheet.delete_cols(number)
        yield f"twice {head}", lambda sheet, _, head=head: setattr(sheet.cell(1, 12), "value", head)
        yield f"head of {head} misspelled", put(1, number, head[:-2] + "xx")
        yield (
            f"joined {head}",
            lambda sheet, _, n=number: sheet.merge_cells(
                start_row=2, end_row=4, start_column=n, end_column=n
            ),
        )
    yield "a row twice", lambda sheet, _: sheet.append(ROWS[0])
    yield "hidden", lambda sheet, _: setattr(sheet.row_dimensions[3], "hidden", True)
    yield "a cell far below", put(1_048_576, 1, "x")
    yield "a cell far to the right", put(2, 16_000, "x")
    yield "nothing below the heads", lambda sheet, _: sheet.delete_rows(2, 9)
    yield "empty", lambda sheet, _: sheet.delete_rows(1, 9)
    yield "heads in row five", lambda sheet, _: sheet.insert_rows(1, 4)
    yield "heads in row thirty", lambda sheet, _: sheet.insert_rows(1, 29)
    yield "coloured", lambda sheet, _: setattr(sheet["A1"], "fill", PatternFill("solid", fgColor="FF0000"))


def as_csv(encoding: str = "utf-8", mark: str = ",", form: str = "NFC") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows([HEADS, *ROWS])
    return unicodedata.normalize(form, text.getvalue()).encode(encoding, "replace")


def in_1258(text: str) -> bytes:
    """Write text in Windows-1258: letters with their marks, tones apart."""
    tones = re.sub("[^\u0300\u0301\u0303\u0309\u0323]", "", unicodedata.normalize("NFD", text))
    apart = "".join(
        unicodedata.normalize("NFC", "".join(part for part in unicodedata.normalize("NFD", letter) if part not in tones))
        + "".join(part for part in unicodedata.normalize("NFD", letter) if part in tones) for letter in text)  # fmt: skip
    return apart.encode("cp1258")


def broken() -> Iterator[tuple[str, str, bytes]]:
    """Give more than two hundred books, each wrong or odd in its own way."""
    for column, head in enumerate(HEADS, start=1):
        for number, value in enumerate(BAD):
            yield f"{head} {number}", "book.xlsx", a_book(put(2, column, value))
    for name, edit in structural():
        yield name, "book.xlsx", a_book(edit)
    whole, dice = a_book(), random.Random(7)
    for cut in range(0, len(whole), len(whole) // 12):
        yield f"cut at {cut}", "book.xlsx", whole[:cut]
    for flip in range(20):
        damaged = bytearray(whole)
        for _ in range(5):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        yield f"flipped {flip}", "book.xlsx", bytes(damaged)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-32"):
        for mark in ",;\t|":
            yield f"CSV {encoding} {mark!r}", "book.csv", as_csv(encoding, mark)
    for name, content in {
        "NFD": as_csv(form="NFD"), "TCVN3": "TØnh,ChØ tiªu,Sè liÖu ®óng nh­ in\nThanh Hãa,a,b".encode("cp1252"),
        "VNI": "Tænh,Chæ tieâu,Soá lieäu ñuùng nhö in\nThanh Hoùa,a,b".encode("cp1252"), "nothing": b"", "zeros": b"\0" * 500,
        "noise": dice.randbytes(2000), "an old workbook": b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a picture": b"\x89PNG\r\n\x1a\n",
        "an open quote": as_csv().replace(b"35 bu", b'"35 bu'), "windows": in_1258(as_csv().decode()),
    }.items():  # fmt: skip
        yield name, "book.csv", content


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "own"
    new(folder, standalone=True)
    return folder


@pytest.mark.slow
def test_no_broken_book_loses_or_changes_anything_and_each_is_told(empty: Path, tmp_path: Path) -> None:
    # As long as a data set is held, its folder is not read again.
    whole, codes, ds = files(empty), [], aq.load(empty)
    for what, name, content in broken():
        book, own = tmp_path / name, tmp_path / "own"
        book.write_bytes(content)
        shutil.copytree(empty, own, dirs_exist_ok=True)
        code, said = antq("import", book, "--into", own)
        codes.append(code)
        assert said.strip(), what
        if code:
            assert files(own) == whole, what
            assert code == 2 or (tmp_path / "book.checked.xlsx").exists(), what
        else:
            kept = files(own)
            assert all(kept[file].startswith(known) for file, known in whole.items()), what
            assert not [problem for problem in aq.check(own) if not problem.is_warning], what
        for path in tmp_path.glob("*.checked.xlsx"):
            path.unlink()
        shutil.rmtree(own)
    assert len(codes) > 200
    assert min(codes.count(code) for code in (0, 1, 2)) > 20, codes
    del ds


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            put(2, 8, 1.042),
            "found '1.042', expected the figure as text, for Excel may have changed this number",
        ),
        (
            put(2, 8, "=1+1"),
            "found 'a formula without a stored value', expected a value; open and save it in Excel",
        ),
        (put(2, 1, "Thanh Hoá x"), "found 'Thanh Hoá x', expected a known ref_area"),
        (put(2, 7, "31/02/2023"), "expected a date that exists"),
        (put(1, 8, "Số liệu đúng như ni"), "expected a column of this name; rename 'Số liệu đúng như ni'"),
        (put(3, 8, "năm 2020"), "expected a figure that can be read"),
    ],
)
def test_a_fault_is_marked_in_a_copy_at_its_cell(empty: Path, tmp_path: Path, edit: Edit, told: str) -> None:
    book = tmp_path / "book.xlsx"
    content = a_book(edit)
    book.write_bytes(content)
    code, said = antq("import", book, "--into", empty)
    assert code == 1
    assert told in said
    sheet = openpyxl.load_workbook(tmp_path / "book.checked.xlsx").active
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert any(told.removeprefix("found ").split(", ")[-1][:40] in text for text in comments)
    assert book.read_bytes() == content


def test_what_cannot_be_imported_into_is_told(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(a_book())
    assert antq("import", book, "--into", bundled("data"))[0] == 2
    assert antq("import", book, "--into", tmp_path / "none")[0] == 2
    new(tmp_path / "own")
    assert antq("import", tmp_path / "none.xlsx", "--into", tmp_path / "own")[0] == 2
    (tmp_path / "own" / "sources.csv").write_text("x")
    code, said = antq("import", book, "--into", tmp_path / "own")
    assert code == 2
    assert "sources.csv" in said
