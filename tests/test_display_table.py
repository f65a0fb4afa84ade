import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from antq_analysis.analysis.grading import reasons_text
from antq_analysis.display.table import Column, Legend, Table, plain

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
    assert re.findall(r'scope="rowgroup"[^>]*>([^<]*)<', page) == ["Tin báo", "Mô hình"]
    assert "<dl" not in page


def test_a_group_without_a_name_has_no_head():
    page = Table("Bảng", COLUMNS, {"": ROWS["Tin báo"]})._repr_html_()
    assert 'scope="rowgroup"' not in page
    assert 'class="group"' not in page


def test_whatever_stands_in_a_table_is_escaped():
    evil = '<script>alert("1")</script>'
    columns = [Column(evil, lambda row: row["x"])]
    legend = Legend("vi")
    table = Table(evil, columns, {evil: [{"x": evil}]}).explained(legend)
    for page in (table._repr_html_(), table.folded()._repr_html_()):
        assert "<script" not in page
        assert 'aria-label="&lt;script&gt;alert(&#34;1&#34;)' in page


def test_a_folded_table_shows_its_caption_and_holds_its_rows(table):
    page = table.folded()._repr_html_()
    assert page.startswith('<details class="fold"><summary>Bảng</summary>')
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


# Whatever a cell may hold but control signs and spaces, which no page keeps as they are.
TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


def soup(table):
    return BeautifulSoup(table._repr_html_(), "html.parser")


def test_a_frame_that_scrolls_is_a_named_group_that_the_keyboard_reaches(table):
    frame = soup(table).div
    assert (frame["role"], frame["tabindex"], frame["aria-label"]) == ("group", "0", "Bảng")


def test_every_head_is_of_its_kind_and_a_cell_where_it_looks_by_it(table):
    page = soup(table)
    assert [head["class"] for head in page.select("thead th")] == [["short"], ["number"]]
    assert [cell.get("class") for cell in page.find_all("td")] == [None, ["number"]] * 2


def test_a_cell_says_in_full_what_it_abbreviates_and_others_do_not():
    columns = [*COLUMNS, Column("Lý do", lambda row: "a", full=lambda row: 'Một bên đếm "loại".')]
    cells = soup(Table("Bảng", columns, {"": ROWS["Tin báo"]})).find_all("td")
    assert [cell.get("data-csv") for cell in cells] == [None, None, 'Một bên đếm "loại".'] * 2


def test_a_cell_that_abbreviates_nothing_says_so_once():
    columns = [Column("Số", lambda row: row["x"], full=lambda row: plain(row["x"]))]
    page = soup(Table("Bảng", columns, {"": [{"x": "5"}, {"x": Markup("<a>6</a>")}]}))
    assert [cell.get("data-csv") for cell in page.find_all("td")] == [None, None]


class TestLetters:
    @staticmethod
    def made(*rows, full=lambda row: reasons_text(row["reasons"])):
        legend = Legend("vi")
        columns = [COLUMNS[0], Column("Lý do", lambda row: legend.letters(row["reasons"]), full=full)]
        listed = [{"area": "x", "reasons": reasons} for reasons in rows]
        return soup(Table("Bảng", columns, {"": listed}).explained(legend))

    def test_a_column_that_the_legend_spells_out_says_so_in_its_head(self):
        page = self.made(["type_count"], ["wording_bounds", "type_count"], [])
        assert [head.has_attr("data-letters") for head in page.select("th")] == [False, True]
        assert not page.select("[data-csv]")

    def test_a_column_that_says_more_than_the_legend_says_it_in_its_cells(self):
        page = self.made(["type_count"], ["wording_bounds"], full=lambda row: f"{row['reasons']}")
        assert not page.select("[data-letters]")
        assert [cell["data-csv"] for cell in page.select("[data-csv]")] == [
            "['type_count']",
            "['wording_bounds']",
        ]

    def test_a_column_that_abbreviates_nothing_has_no_letters(self):
        assert not self.made([], []).select("[data-letters], [data-csv]")


def test_rows_are_named_where_a_key_is_given_and_only_there(table):
    keyed = Table("Bảng", COLUMNS, ROWS, key=lambda row: f"obs-{row['value']}")
    named = [row.get("id") for row in soup(keyed).select("tbody tr:not(.group)")]
    assert named == ["obs-1", "obs-2"]
    assert not soup(table).select("[id]")


def test_a_folded_table_may_be_named_otherwise_and_is_the_table_itself(table):
    assert table.folded("2 <số liệu>") is table
    page = soup(table)
    assert page.summary.get_text() == "2 <số liệu>"
    assert page.caption.get_text() == "Bảng"


def test_plain_takes_markup_away_and_leaves_text_alone():
    assert plain(Markup('<a data-obs="x">5 &lt; 6</a> <b>&amp;</b>')) == "5 < 6 &"
    assert plain("<a>5 &lt; 6</a>") == "<a>5 &lt; 6</a>"


def test_a_frame_and_a_text_hold_no_markup():
    columns = [Column("Số", lambda row: Markup("<a>{}</a>").format(row["x"]))]
    table = Table("Bảng", columns, {"": [{"x": "<5>"}]})
    assert table.frame["Số"].tolist() == ["<5>"]
    assert "<a>" not in repr(table)
    assert soup(table).td.decode_contents() == "<a>&lt;5&gt;</a>"


@given(TEXTS)
def test_any_text_reaches_the_reader_unchanged(text):
    columns = [Column(text, lambda row: row["x"], full=lambda row: f"={row['x']}")]
    page = soup(Table(text, columns, {text: [{"x": text}]}, key=lambda row: row["x"]).folded())
    (cell,) = page.find_all("td")
    assert [cell.get_text(), cell["data-csv"], cell.parent["id"]] == [text, f"={text}", text]
    assert page.th.get_text() == text
    assert [page.summary.get_text(), page.caption.get_text(), page.div["aria-label"]] == [text] * 3
    assert plain(escape(text)) == text
