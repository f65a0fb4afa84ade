"""What a page shows of an executed notebook, and what it refuses to show."""

import copy
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from made_notebooks import FIGURE, PLOTLY, chart, executed, shown
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from antq_analysis.briefings.page import figures, page, published_in, warnings_in
from antq_analysis.briefings.worker import Links
from antq_analysis.errors import RenderFailed

PNG = "iVBORw0KGgo="


def main_of(*outputs, **options):
    """Return the main part of the page of a notebook with some outputs, as text and as elements."""
    html = page(executed(*outputs, **options))
    text = html[html.index("<main") : html.index("</main>")]
    return text, BeautifulSoup(text, "html.parser")


def refusal(*outputs, **options):
    """Return why a notebook with some outputs makes no page."""
    with pytest.raises(RenderFailed) as raised:
        page(executed(*outputs, **options))
    return str(raised.value)


@pytest.mark.parametrize(
    ("notebook", "titles"),
    [
        (executed(title="# So **sánh** gì? #\n\nĐoạn.\n\n# Hai"), ["So sánh gì?", "Hai"]),
        (executed(shown(text_markdown="# What compares?\n"), title="Text."), ["What compares?"]),
        (executed(title="## Second level"), ["Tỉnh: Điện Biên"]),
        (executed(title="Text.\n\n# Later"), ["Tỉnh: Điện Biên", "Later"]),
    ],
)
def test_the_title_is_the_first_heading_that_begins_a_text_else_what_the_page_is_for(notebook, titles):
    html = page(notebook, subtitle="Tỉnh: Điện Biên")
    assert re.findall("<h1>(.*?)</h1>", html) == titles
    assert f"<title>{titles[0]} – Tỉnh: Điện Biên</title>" in html
    assert '<div class="prose">\n' not in html
    assert "<h1>&lt;b&gt;</h1>" in page(notebook, title="<b>")


def test_the_sections_have_names_that_nothing_else_has():
    texts = "## Nguồn\n\n### Nhỏ\n\n## Nguồn\n\n## *Main*\n\n## …\n\n## ?"
    html = page(executed(shown(text_html='<p id="nguon"></p>'), title=texts))
    names = ["nguon-2", "nguon-3", "main-2", "section", "section-2", "phuong-phap-va-phien-ban"]
    assert re.findall(r'<h2 id="(.*?)">', html) == names


def test_what_follows_the_cell_tagged_appendix_stands_behind_the_links_to_the_other_pages():
    notebook = executed(title="# Câu hỏi?\n\n## Trả lời")
    notebook.cells += [new_markdown_cell(f"## {text}") for text in ("Phụ", "Sau")]
    notebook.cells[2].metadata["tags"] = ["appendix"]
    links = Links(
        index="index.html",
        own="a.html",
        groups=(
            (("a.html", "Thanh Hóa", "vi"), ("b.html", "<Điện Biên>", "vi")),
            (("c.html", "So sánh", "vi"),),
        ),
        languages=(("en.html", "English", "en"),),
    )
    html = page(notebook, links=links)
    parts = [">Trả lời</h2>", '<nav class="elsewhere"', '<section class="appendix"', "Phụ", "Sau", "Phương"]
    assert [html.index(part) for part in parts] == sorted(html.index(part) for part in parts)
    soup = BeautifulSoup(html, "html.parser")
    ways = [(way.get("href"), way.text) for way in soup.select("nav :is(a, [aria-current=page])")]
    assert ways == [
        *(("index.html", "Trang tổng quan"), ("en.html", "English"), (None, "Thanh Hóa")),
        *(("b.html", "<Điện Biên>"), ("c.html", "So sánh")),
    ]
    assert soup.select_one("[hreflang=en]")["lang"] == "en"


@pytest.mark.parametrize(
    ("text", "metadata", "expected"),
    [
        ("Đoạn.\n\n<p class='small finding'>Ba <b>tỉnh</b>\n &amp; hai.</p>", {}, "Ba tỉnh &amp; hai."),
        ("Đoạn.\n\n<section class='answer'><p>Có.</p></section>", {}, "Có."),
        ("Đoạn đầu.\n\nĐoạn sau.", {}, "Đoạn đầu."),
        ("hai mươi chữ " * 30, {}, f"{'hai mươi chữ ' * 15}hai…"),
        ("Đoạn.", {"description": 'Khác & "x"'}, "Khác &amp; &#34;x&#34;"),
    ],
)
def test_a_page_is_described_by_its_notebook_else_its_answer_finding_or_paragraph(text, metadata, expected):
    notebook = executed(title=text)
    notebook.metadata.update(metadata)
    html = page(notebook)
    assert f'<meta name="description" content="{expected}">' in html
    assert f'<meta property="og:description" content="{expected}">' in html


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2019-09-11", "2024-04-19"], "19/04/2024."),
        (["2024-04-19", "2024", "tomorrow"], "2024."),
        (["2019", "2024-04-19?"], "19/04/2024 (suy ra)."),
        (["2024?"], "2024 (suy ra)."),
        ([""], None),
    ],
)
def test_the_date_of_a_page_is_that_of_the_newest_source_it_lists(days, said):
    listed = "".join(f'<div class="sources" data-published="{day}"></div>' for day in days)
    html = page(executed(shown(text_html=listed), title='# <div data-published="2030">?'))
    assert published_in(html) in days
    assert re.findall("Nguồn mới nhất về phong trào: ([^<]*?[.])</p>", html) == [said] * bool(said)


def test_a_page_speaks_its_language_and_names_what_made_it():
    dated = '<p data-published="2024-04-19" data-published-official="2025"></p>'
    html = page(executed(shown(text_html=dated)), lang="en", made=date(2026, 1, 2))
    assert '<html lang="en">' in html
    assert '<meta property="og:locale" content="en_US">' in html
    days = "Newest source on the movement: 19 Apr 2024. Newest statistics: 2025. Page made on 2 Jan 2026."
    assert f" {days}</p>\n</footer>" in html
    assert re.search(r"Made with antq_analysis 0\.[\d.]+, pandas \d[\d.]+, plotly 7\.[\d.]+\.</p>", html)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (shown(text_html="<ul></ul>", text_plain="1"), '<div class="output"><ul></ul></div>'),
        (shown(text_html="<table></table>"), '<div class="output scroll" tabindex="0"><table>'),
        (shown(text_markdown="### Đọc", text_plain="x"), '<div class="prose"><h3>Đọc</h3>'),
        (shown(image_png=f"{PNG[:4]}\n{PNG[4:]}"), f'<img alt="" src="data:image/png;base64,{PNG}"/>'),
        (
            new_output("display_data", {"image/svg+xml": "<svg></svg>"}, metadata={"alt": "Bản đồ <1>"}),
            '<img alt="Bản đồ &lt;1&gt;" src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="/>',
        ),
        (new_output("stream", name="stdout", text="a < b"), '<pre class="output">a &lt; b</pre>'),
        (shown(text_plain="'a <b>'"), "<pre class=\"output\">'a &lt;b&gt;'</pre>"),
    ],
)
def test_each_kind_of_output_is_shown_and_code_is_not(output, expected):
    text, _ = main_of(output)
    assert expected in text
    assert "secret_code" not in text


def test_attached_pictures_and_raw_html_are_shown_and_raw_cells_of_other_formats_are_not():
    picture = new_markdown_cell("![Bản đồ](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})
    raw = [
        new_raw_cell(f"<p>{kind}.</p>", metadata={"raw_mimetype": f"text/{kind}"}) for kind in ("html", "tex")
    ]
    html = page(new_notebook(cells=[picture, *raw]))
    assert f'<img alt="Bản đồ" src="data:image/png;base64,{PNG}"/>' in html
    assert "<p>html.</p>" in html
    assert "<p>tex.</p>" not in html


def test_what_goes_to_stderr_is_for_the_operator_only():
    notebook = executed(new_output("stream", name="stderr", text="careful\n"), shown(text_plain="42"))
    assert "careful" not in page(notebook)
    assert warnings_in(notebook) == ["careful"]


def test_every_figure_has_a_place_with_its_name_room_and_description_whatever_else_its_bundle_holds():
    images = [{"source": f"data:image/png;base64,{PNG}"}, {"source": None}]
    layout = {"title": {"text": "Số <b>buổi</b> & người"}, "height": 380, "images": images}
    layout["meta"] = {"description": "Ba <tỉnh>."}
    stock = {"text_html": "<script>draw()</script>", "image_png": PNG}
    bare = {"template": {"layout": {"height": 300}}, "meta": ["x"], "title": {}}
    _, main = main_of(
        shown(**{PLOTLY: FIGURE | {"layout": layout}}, **stock), chart(), chart(FIGURE | {"layout": bare})
    )
    plots = main.select(".plot")
    assert [plot["aria-label"] for plot in plots] == ["Số buổi & người", "Số buổi", "Biểu đồ 3"]
    assert [plot["data-height"] for plot in plots] == ["380", "450", "300"]
    (said,) = main.select("figcaption.finding")
    assert (said.text, said["id"]) == ("Ba <tỉnh>.", plots[0]["aria-describedby"])


def test_the_same_notebook_makes_the_same_page_and_is_not_changed():
    notebook = executed(chart(), chart())
    before = copy.deepcopy(notebook)
    assert page(notebook) == page(notebook)
    assert notebook == before
    assert figures(notebook) == [FIGURE, FIGURE]


WIDGET = "application_vnd.jupyter.widget-view+json"
LOST = (
    "A figure was displayed without the type application/vnd.plotly.v1+json and would be lost. "
    'Keep plotly.io.renderers.default = "plotly_mimetype".'
)
UNKNOWN = (
    "An output is of no type that a page can show. It can show application/vnd.plotly.v1+json, text/html, "
    "text/markdown, image/svg+xml, image/png, image/jpeg, text/plain."
)
NO_WIDGET = "An interactive widget cannot be shown in a page. Display a plain plotly Figure or a table."
NETWORK = (
    "A chart of type {} takes maps or pictures from the network, which a page may not. "
    "Show the values as bars or in a table, or display the finished picture as PNG."
)
NOT_A_NUMBER = "A figure holds NaN or infinity; leave such values out (None)."
TWICE = (
    "Figures made by the cell: 0; places for figures in the page: 1. "
    "Display every figure once, as the result of a cell or with display()."
)
PICTURE = "https://x.example/1.png"
FRAME = '<figure class="chart"><div class="plot" data-height="1"></div></figure>'


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (shown(**{WIDGET: {"model_id": "1"}, "text_plain": "Widget"}), NO_WIDGET),
        (shown(text_plain="Figure({\n    'data': []})"), LOST),
        (shown(application_javascript="alert(1)"), UNKNOWN),
        (new_output("error", ename="SystemExit", evalue="0", traceback=[]), "SystemExit: 0"),
        (chart({"data": [{"y": [float("nan")]}]}), NOT_A_NUMBER),
        (chart({"data": [{"type": "bar"}, {"type": "choropleth"}]}), NETWORK.format("choropleth")),
        (chart({"data": [{"type": "image", "source": PICTURE}]}), NETWORK.format("image")),
        (chart({"data": [], "layout": {"images": [{"source": PICTURE}]}}), NETWORK.format("image")),
        (shown(text_html=FRAME), TWICE),
    ],
)
def test_an_output_that_a_reader_would_not_see_is_refused_with_its_cell(output, message):
    assert refusal(output) == f"cell [1]: {message}"


FOREIGN = "applet audio base embed form frame frameset iframe link meta object portal script style video"


@pytest.mark.parametrize(
    ("html", "named"),
    [
        *((f"<{name}>", name) for name in FOREIGN.split()),
        ("<!--><base href='https://x.example'><!-- --><form></form>", "form"),
        ('<b onclick="x()">', "b onclick"),
        ('<img srcset="a.png 2x">', "img srcset"),
        ('<a href="#a" ping="https://x.example">', "a ping"),
        ('<button formaction="https://x.example">', "button formaction"),
        ('<svg><use xlink:href="https://x.example"></svg>', "use xlink:href"),
        ('<svg><image href="file:///1.png"></svg>', "image href"),
        ('<img src=" https://x.example/1.png">', "img src"),
        ('<b poster="1.png">', "b poster"),
        ("![ảnh](https://x.vn/1.png)", "img src"),
    ],
)
def test_what_fetches_sends_or_runs_something_is_refused_with_its_cell(html, named):
    fault = (
        f"holds <{named}>, but a page takes nothing from elsewhere and runs only its own script. "
        "Remove it; display a plotly Figure, a table or a picture, or write an ordinary link."
    )
    assert re.fullmatch(
        rf"The text ['\"]Đoạn <i>.*['\"] {re.escape(fault)}", refusal(title=f"Đoạn <i>\n{html}")
    )
    output = shown(text_markdown=html) if html.startswith("!") else shown(text_html=f"<p>{html}</p>")
    assert refusal(output) == f"cell [1]: An output {fault}"


@pytest.mark.parametrize("name", ["chart-hint", "charts", "main", "page-setup", "plotly", "popover"])
def test_the_names_of_the_parts_of_a_page_are_refused(name):
    fault = f'cell [1]: An output gives <p> the name id="{name}" of a part of the page. Rename it.'
    assert refusal(shown(text_html=f'<p id="{name}">')) == fault


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="data:image/png;base64,{PNG}"/>',
        '<svg><use href="#part"></use></svg>',
        '<a href="#obs-1">x</a><a href="a.html?b=c:d">x</a><a href="mailto:a@x.vn">x</a>',
        '<a href="HTTPS://x.vn">x</a><a href="http://[">x</a>',
    ],
)
def test_pictures_in_the_page_and_ordinary_links_stay(html):
    assert html in main_of(shown(text_html=html))[0]


@pytest.mark.parametrize(
    "start", ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "data:text/html,x", "file:///etc"]
)
def test_a_link_that_would_run_something_loses_its_address_and_comments_are_dropped(start):
    # Browsers may end a comment earlier than a parser does.
    text, _ = main_of(shown(text_html=f'<a href="{start}">x</a><p>a<!--><b>-->c</p>'))
    assert "<a>x</a>" in text
    assert "<!--" not in text


# ---- numbers and charts lead to the rows of the list of sources, and the rows lead back --------------------

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
