"""Numbers and charts of a page lead to the rows of its list of sources, and the rows lead back."""

import pytest
from bs4 import BeautifulSoup
from made_notebooks import chart, shown
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from antq_analysis.briefings.page import page
from antq_analysis.errors import RenderFailed

ROWS = "".join(f'<tr id="obs-a.{n}"><td>{n}</td><td class="small back"></td></tr>' for n in range(1, 8))


def number(*obs_ids):
    return f'<a class="small fig" href="#obs-{obs_ids[0]}" data-obs="{" ".join(obs_ids)}">n</a>'


def drawn(customdata, said=""):
    layout = {"meta": {"description": said}} if said else {}
    return chart({"data": [{"customdata": customdata}, {"x": [1]}], "layout": layout})


def traced(*shows, lang="vi"):
    """Return the page of a notebook in which each cell shows something, and the last one the sources."""
    notebook = new_notebook()
    for at, each in enumerate((*shows, f"<table>{ROWS}</table>"), 1):
        output = shown(text_html=each) if isinstance(each, str) else each
        is_text = isinstance(each, str) and each.startswith("#")
        code = new_code_cell("1", execution_count=at, outputs=[output])
        notebook.cells.append(new_markdown_cell(each) if is_text else code)
    return BeautifulSoup(page(notebook, lang=lang), "html.parser").main


def back(main, obs_id):
    """List the links back of a figure: where to, and the text; at the end, what follows the last."""
    (cell,) = main.select(f'[id="obs-{obs_id}"] .back')
    return [*((link["href"], link.text) for link in cell.select("a")), cell.text.split()[-1:]]


def test_links_back_from_sources_follow_the_order_of_the_page():
    main = traced(number("a.1") + number("a.2", "a.1"), number("a.1"))
    assert [link["id"] for link in main.select("a.fig")] == ["ref-1", "ref-2", "ref-3"]
    assert [link.get("data-obs") for link in main.select("a.fig")] == [None, "a.2 a.1", None]
    assert back(main, "a.1")[:-1] == [("#ref-1", "1"), ("#ref-2", "2"), ("#ref-3", "3")]
    assert back(main, "a.2")[:-1] == [("#ref-2", "2")]
    assert back(main, "a.3") == [[]]


def test_a_chart_is_one_place_however_many_of_its_points_use_a_figure():
    main = traced(drawn([]), drawn([["a.1 a.2", "x"], ["a.1", "y"]]), number("a.1"), lang="en")
    assert [figure["id"] for figure in main.select("figure")] == ["chart-1", "chart-2"]
    assert back(main, "a.1")[:-1] == [("#ref-1", "1"), ("#chart-2", "Chart 2")]


@pytest.mark.parametrize(("uses", "ends"), [(8, "8"), (9, "…")])
def test_at_most_eight_places_are_linked(uses, ends):
    main = traced(number("a.1") * uses)
    *links, last = back(main, "a.1")
    assert (len(links), last) == (8, [ends])
    assert [f"#{link['id']}" for link in main.select("a.fig[id]")] == [address for address, _ in links]


@pytest.mark.parametrize(
    ("shows", "cell", "said"),
    [
        ([number("a.1"), number("a.1", "b.1")], 2, "1 (b.1)"),
        ([number("a.1"), drawn([]), drawn([["b.2", "x"]])], 3, "1 (b.2)"),
        (["".join(number(f"b.{n}") for n in range(1, 8))], 1, "7 (b.1, b.2, b.3, b.4, b.5, …)"),
    ],
)
def test_a_number_whose_figure_is_not_listed_makes_no_page(shows, cell, said):
    with pytest.raises(RenderFailed) as raised:
        traced(*shows)
    assert str(raised.value) == (
        f"cell [{cell}]: Figures used in the page that its list of sources does not hold: {said}. "
        "Show aq.tables.sources([...]) of every result of the page in its last cell."
    )


PACKED = {"bdata": "AAE=", "dtype": "i1", "shape": "2, 1"}


@pytest.mark.parametrize(
    "carried", [None, PACKED, [[1, 2]], ["a.1"], [["b.1", "x"], ["b.1", "x", "y"]], "ab"]
)
def test_what_a_notebooks_own_chart_carries_names_no_figures(carried):
    assert back(traced(drawn(carried)), "a.1") == [[]]


@pytest.mark.parametrize("data", ["", 'data-obs=""'])
def test_a_link_of_a_notebook_that_names_no_figure_is_like_any_other(data):
    (found,) = traced(f'<a class="fig x" {data} href="#a">1</a>').select("a.x")
    assert (found["class"], found.get("id")) == (["x"], None)


def test_a_notebooks_own_figure_is_no_chart_of_the_page():
    own = '<figure class="chart"><img src="data:,"><div>text</div></figure><div class="plot"></div>'
    main = traced(own, drawn([["a.1", "x"]]))
    assert [figure.get("id") for figure in main.select("figure")] == [None, "chart-1"]


def test_a_chart_is_called_by_its_number_and_heading_and_described_by_its_finding():
    first, second = traced(drawn([]), "## Đã báo *cáo* gì?", drawn([], "Ba tỉnh.")).select(".plot")
    assert first["aria-label"] == "Biểu đồ 1"
    assert second["aria-label"] == "Biểu đồ 2: Đã báo cáo gì?"
    assert second["aria-describedby"] == second.parent.select_one(".finding")["id"] == "chart-2-finding"
