"""A DataFrame, or a Styler, that a notebook shows becomes a table that a page can hold."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from made_notebooks import executed, shown

from antq_analysis.briefings.page import page
from antq_analysis.errors import RenderFailed

FRAME = pd.DataFrame(
    {"tỉnh": ["Điện Biên", "Thanh Hóa"], "người": [740_001, -5], "tỷ lệ": [2.5, None], "<b>": ["=1+1", "<i>"]}
)
STYLED = FRAME.style.format(escape="html").format_index(escape="html", axis="columns")
LEVELS = pd.DataFrame(
    [[1, 2, 3], [4, 5, 6]],
    index=pd.MultiIndex.from_tuples([("a", 2014), ("a", 2019)], names=["area", "year"]),
    columns=pd.MultiIndex.from_tuples([("s", "u"), ("s", "v"), ("t", "u")]),
)


def html_of(displayed):
    """Return the HTML of the page of a notebook whose cell displays something that pandas shows, or HTML."""
    html = displayed if isinstance(displayed, str) else displayed._repr_html_()
    return page(executed(shown(text_html=html, text_plain="x")))


def table_of(displayed):
    """Return the table of such a page, after the checks that hold for any."""
    (frame,) = BeautifulSoup(html_of(displayed), "html.parser").select(".output .table-scroll")
    assert frame["tabindex"] == "0"
    assert frame.find_parent(tabindex=True).name == "main"  # it does not scroll inside another
    assert not [left for left in ("<style", "<script", "dataframe", "T_", "border=") if left in str(frame)]
    assert {head["scope"] for head in frame.select("tbody th")} <= {"row"}
    assert {head["scope"] for head in frame.select("thead th")} <= {"col"}
    return frame.table


def cells(line):
    return line.find_all(["th", "td"])


def texts(line):
    return [cell.text for cell in cells(line)]


@pytest.mark.parametrize("displayed", [FRAME, STYLED, FRAME.to_html()])
def test_a_frame_is_a_table_with_row_headers_and_numbers_to_the_right(displayed):
    table = table_of(displayed)
    assert table["class"] == ["data", "frame"]
    head, first, second = table.find_all("tr")
    assert texts(head) == ["", "tỉnh", "người", "tỷ lệ", "<b>"]
    assert texts(first)[:3] == ["0", "Điện Biên", "740001"]
    assert texts(second)[4] == "<i>"
    assert [cell.name for cell in cells(second)] == ["th", "td", "td", "td", "td"]
    for line in (head, first, second):
        numbers = [cell.get("class") == ["number"] for cell in cells(line)[1:]]
        assert numbers == [False, True, True, False]


@pytest.mark.parametrize("displayed", [LEVELS, LEVELS.style])
def test_several_levels_of_names_are_said_in_each_column_and_row(displayed):
    head, first, second = table_of(displayed).find_all("tr")
    assert texts(head) == ["area", "year", "s · u", "s · v", "t · u"]
    assert texts(first) == ["a", "2014", "1", "2", "3"]
    assert texts(second) == ["a", "2019", "4", "5", "6"]
    assert [cell.name for cell in second.children] == ["th", "th", "td", "td", "td"]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame(columns=["a"]), pd.DataFrame(index=["a"])])
def test_a_frame_without_rows_or_columns_is_a_table_too(frame):
    assert texts(table_of(frame).thead or frame)[1:] == list(frame.columns)


def test_a_caption_names_what_scrolls_and_a_long_frame_says_how_long_it_is():
    table = table_of(FRAME.style.set_caption("Số <i>người</i>"))
    assert table.caption.text == table.parent["aria-label"] == "Số người"
    assert table.parent["role"] == "group"
    html = html_of(pd.DataFrame({"n": range(100)}))
    assert "<p>100 rows × 1 columns</p>" in html
    assert '<td class="number">...</td>' in html


def test_the_colours_of_single_cells_are_kept_and_shown_on_light_ground_the_same_every_time():
    style = FRAME.style.highlight_max(subset=["người"], color="yellow").bar(subset=["tỷ lệ"])
    style = style.map(lambda text: "color: #fff; background: rgb(0, 0, 9)", subset=["tỉnh"])
    table = table_of(style)
    assert "light" in table["class"]
    looks = [cell.get("style", "") for cell in table.find_all("tr")[1].find_all("td")]
    assert looks[:2] == ["color: #fff;background: rgb(0, 0, 9);", "background-color: yellow;"]
    assert looks[2].startswith("background: linear-gradient(90deg, #d65f5f ")
    assert html_of(FRAME.style.bar()) == html_of(FRAME.style.bar())


@pytest.mark.parametrize(
    "look",
    [
        "position: fixed",
        "background: url(https://x.example/1.png)",
        "background: image-set('a.png' 1x)",
        "color: red !important",
        "color: \\72 ed",
        "color: expression(alert(1))",
        'color: red" onclick="alert(1)',
    ],
)
def test_a_styler_keeps_only_harmless_css_properties(look):
    css = f'<style type="text/css">#T_1_row0_col0 {{ {look}; }}</style>'
    table = table_of(f'{css}<table id="T_1"><tbody><tr><td id="T_1_row0_col0">1</td></tr></tbody></table>')
    assert str(table.td) == '<td class="number">1</td>'


@pytest.mark.parametrize(
    "html",
    [
        "<style>p {}</style>" + FRAME.to_html(),
        FRAME._repr_html_() + "<style scoped></style>",
        '<style type="text/css">p {}</style><table><tr><td>1</td></tr></table>',
        FRAME._repr_html_().replace("Điện Biên", "<script>alert(1)</script>"),
    ],
)
def test_any_other_style_or_script_is_refused(html):
    with pytest.raises(RenderFailed, match=r"^cell \[1\]: An output holds <(style|script)>"):
        html_of(html)


@pytest.mark.parametrize("span", ["0", "x", "²", "-1", "999999999999"])
def test_a_cell_that_spans_what_is_not_there_does_no_harm(span):
    row = f'<tr><td rowspan="{span}" colspan="{span}">1</td><td>2</td></tr>'
    assert texts(table_of(f'<table class="dataframe"><tbody>{row}</tbody></table>').tr)[-1] == "2"


def test_a_table_of_the_package_stays_as_it_is():
    table = '<table class="data"><tbody><tr><td>1</td></tr></tbody></table>'
    own = f'<div class="table-scroll" tabindex="0">{table}</div>'
    assert f'<div class="output">{own}</div>' in html_of(own)
