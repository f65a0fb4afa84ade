import pytest

from antq_analysis.briefings.sections import parsed
from antq_analysis.briefings.tracing import points, trace
from antq_analysis.errors import RenderFailed

ROWS = "".join(f'<tr id="obs-a.{n}"><td>{n}</td><td class="back"></td></tr>' for n in range(1, 8))
SOURCES = f"<table>{ROWS}</table>"


def number(*obs_ids):
    return f'<a class="fig" href="#obs-{obs_ids[0]}" data-obs="{" ".join(obs_ids)}">n</a>'


PLOT = '<figure class="chart"><div class="plot" data-height="1"></div></figure>'


def drawn(*customdata):
    return {"data": [{"customdata": list(customdata)}, {"x": [1]}]}


def traced(html, *charts, lang="vi"):
    soup = parsed(html + SOURCES)
    trace(soup, charts, lang)
    return soup


def back(soup, obs_id):
    """Links and their texts in the last cell of the row of a figure."""
    (cell,) = soup.select(f'[id="obs-{obs_id}"] .back')
    return [(link["href"], link.text) for link in cell.select("a")], cell.text.split()[-1:]


def test_numbers_are_named_in_reading_order_and_their_figures_lead_back():
    soup = traced(number("a.1") + number("a.2", "a.1") + number("a.1"))
    assert [link["id"] for link in soup.select("a.fig")] == ["ref-1", "ref-2", "ref-3"]
    assert [link.get("data-obs") for link in soup.select("a.fig")] == [None, "a.2 a.1", None]
    assert back(soup, "a.1")[0] == [("#ref-1", "1"), ("#ref-2", "2"), ("#ref-3", "3")]
    assert back(soup, "a.2")[0] == [("#ref-2", "2")]
    assert back(soup, "a.3")[0] == []


def test_a_chart_is_one_place_however_many_of_its_points_use_a_figure():
    charts = drawn(), drawn(["a.1 a.2", "x"], ["a.1", "y"])
    soup = traced(number("a.1") + PLOT * 2, *charts, lang="en")
    assert [figure["id"] for figure in soup.select("figure")] == ["chart-1", "chart-2"]
    assert back(soup, "a.1")[0] == [("#ref-1", "1"), ("#chart-2", "Chart 2")]


def test_a_chart_without_a_name_is_called_by_its_number():
    assert traced(PLOT, drawn()).select_one(".plot")["aria-label"] == "Biểu đồ 1"


@pytest.mark.parametrize(("uses", "ends"), [(8, "8"), (9, "…")])
def test_at_most_eight_places_are_linked(uses, ends):
    soup = traced(number("a.1") * uses)
    links, last = back(soup, "a.1")
    assert (len(links), last) == (8, [ends])
    assert [f"#{link['id']}" for link in soup.select("a.fig[id]")] == [address for address, _ in links]


def test_a_page_without_numbers_needs_no_sources():
    soup = parsed("<p>Không có số.</p>")
    trace(soup, [], "vi")
    assert soup.decode() == "<p>Không có số.</p>"


@pytest.mark.parametrize(
    ("html", "charts", "said"),
    [
        (number("a.1", "b.1"), [], "1 (b.1)"),
        (PLOT, [drawn(["b.2", "x"])], "1 (b.2)"),
        ("".join(number(f"b.{n}") for n in range(1, 8)), [], "7 (b.1, b.2, b.3, b.4, b.5, …)"),
    ],
)
def test_a_number_whose_figure_is_not_listed_makes_no_page(html, charts, said):
    with pytest.raises(RenderFailed) as raised:
        traced(html, *charts)
    assert str(raised.value) == (
        f"Figures used in the page that its list of sources does not hold: {said}. "
        "Show aq.tables.sources([...]) of every result of the page in its last cell."
    )


def test_points_without_figures_are_no_places():
    assert list(points({})) == []
    assert list(points({"data": [{"customdata": None}]})) == []


@pytest.mark.parametrize(
    "customdata",
    [
        {"bdata": "AAE=", "dtype": "i1", "shape": "2, 1"},
        [[1, 2]],
        ["a.1"],
        [["a.1", "x"], ["a.1", "x", "y"]],
        "ab",
    ],
)
def test_what_a_notebooks_own_chart_carries_names_no_figures(customdata):
    assert list(points({"data": [{"customdata": customdata}]})) == []


@pytest.mark.parametrize(
    "link", ['<a class="fig x" href="#a">1</a>', '<a class="fig x" data-obs="" href="#a">1</a>']
)
def test_a_link_of_a_notebook_that_names_no_figure_is_like_any_other(link):
    (found,) = traced(link).select("a.x")
    assert (found["class"], found.get("id")) == ("x", None)


def test_a_notebooks_own_figure_is_no_chart_of_the_page():
    soup = traced('<figure class="chart"><img></figure>' + PLOT, drawn(["a.1", "x"]))
    assert [figure.get("id") for figure in soup.select("figure")] == [None, "chart-1"]


def test_a_chart_is_called_by_its_heading_and_described_by_its_finding():
    finding = '<figcaption><p class="finding">Ba tỉnh.</p></figcaption></figure>'
    soup = traced("<h2>Đã báo cáo gì?</h2>" + PLOT.replace("</figure>", finding), drawn())
    plot = soup.select_one(".plot")
    assert plot["aria-label"] == "Biểu đồ 1: Đã báo cáo gì?"
    assert soup.select_one(f"#{plot['aria-describedby']}").text == "Ba tỉnh."


@pytest.mark.parametrize(("places", "charts"), [(0, 1), (1, 0), (3, 2)])
def test_a_page_with_more_or_fewer_places_than_charts_is_refused(places, charts):
    with pytest.raises(RenderFailed) as raised:
        traced(PLOT * places, *[drawn()] * charts)
    assert str(raised.value) == (
        f"Figures made by the notebook: {charts}; places for figures in the page: {places}. "
        "Display every figure once, as the result of a cell or with display()."
    )
