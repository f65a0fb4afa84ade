import re

import pytest

from antq_analysis.display.table import Column, Legend, Table

COLUMNS = [
    Column("Tỉnh", lambda row: row["area"], "short"),
    Column("Kết quả", lambda row: str(row["value"]), "number"),
]
ROWS = {"Tin báo": [{"area": "Thanh Hóa", "value": 1}, {"area": "Điện Biên", "value": 2}], "Mô hình": []}


@pytest.fixture
def table():
    return Table("Bảng", COLUMNS, ROWS)


def test_cells_are_ready_texts_in_groups(table):
    assert table.groups == {"Tin báo": [["Thanh Hóa", "1"], ["Điện Biên", "2"]], "Mô hình": []}
    assert list(table.frame) == ["", "Tỉnh", "Kết quả"]
    assert table.frame.values.tolist() == [["Tin báo", "Thanh Hóa", "1"], ["Tin báo", "Điện Biên", "2"]]


def test_it_shows_itself_as_text(table):
    assert repr(table).startswith("Bảng\n")
    assert "Thanh Hóa" in repr(table)


def test_a_page_gets_a_caption_headers_and_every_cell(table):
    page = table._repr_html_()
    assert "<caption>Bảng</caption>" in page
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page) == ["Tỉnh", "Kết quả"]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", page) == ["Thanh Hóa", "1", "Điện Biên", "2"]
    assert re.findall(r'scope="rowgroup">([^<]*)<', page) == ["Tin báo", "Mô hình"]
    assert "<dl" not in page


def test_a_group_without_a_name_has_no_head():
    assert "rowgroup" not in Table("Bảng", COLUMNS, {"": ROWS["Tin báo"]})._repr_html_()


def test_whatever_stands_in_a_table_is_escaped():
    evil = '<script>alert("1")</script>'
    columns = [Column(evil, lambda row: row["x"])]
    legend = Legend("vi")
    table = Table(evil, columns, {evil: [{"x": evil}]}).explained(legend)
    for page in (table._repr_html_(), table.folded()._repr_html_()):
        assert "<script" not in page
        assert 'aria-label="&lt;script&gt;alert(&quot;1&quot;)' in page


def test_a_folded_table_shows_its_caption_and_holds_its_rows(table):
    page = table.folded()._repr_html_()
    assert page.startswith("<details><summary>Bảng</summary>")
    assert page.endswith("</details>")
    assert "Điện Biên" in page


def test_letters_are_given_when_first_needed_and_kept():
    legend = Legend("en")
    assert legend.letters(["wording_bounds", "type_count"]) == "a, b"
    assert legend.letters(["level_differs", "wording_bounds"]) == "c, b"
    assert legend.letters([]) == ""
    assert [letter for letter, _ in legend.lines()] == ["a", "b", "c"]
    assert legend.lines()[0] == ("a", "One of them counts types of model, not models.")


def test_a_legend_stands_below_its_table():
    legend = Legend("vi")
    columns = [Column("Lý do", lambda row: legend.letters(row["reasons"]))]
    table = Table("Bảng", columns, {"": [{"reasons": ["type_count"]}]}).explained(legend)
    assert "<dt>a</dt><dd>Một bên đếm loại mô hình, không phải mô hình.</dd>" in table._repr_html_()
    assert repr(table).endswith("a: Một bên đếm loại mô hình, không phải mô hình.")
