"""What a page shows of an executed notebook, and what it refuses to show."""

import base64
import copy
import hashlib
import json
import re
from html import unescape

import pytest
from bs4 import BeautifulSoup
from made_notebooks import FIGURE, PLOTLY, chart, executed, shown
from made_pages import charts_in
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from antq_analysis.briefings.page import figures, inline_json, page, published_in, title_of, warnings_in
from antq_analysis.errors import InvalidOption, RenderFailed

PNG = "iVBORw0KGgo="


@pytest.fixture(scope="module")
def html():
    return page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên")


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


# ---- title, contents, description, date --------------------------------------------------------------------


def test_the_title_is_the_first_top_heading_and_no_other_is_taken_away():
    texts = ["# So **sánh** gì? #\n\nĐoạn.", "# Hai"]
    notebook = new_notebook(cells=list(map(new_markdown_cell, texts)))
    html = page(notebook, subtitle="Tỉnh: Điện Biên")
    assert title_of(notebook) == "So sánh gì?"
    assert "<title>So sánh gì? – Tỉnh: Điện Biên</title>" in html
    assert '<div class="prose"><p>Đoạn.</p>' in html
    assert re.findall("<h1>(.*?)</h1>", html) == ["So sánh gì?", "Hai"]


def test_the_title_may_be_an_output_in_markdown():
    notebook = executed(shown(text_markdown="# What compares?\n"), title="Text.")
    assert title_of(notebook) == "What compares?"
    assert page(notebook).count("<h1>") == 1


def test_without_such_a_heading_a_page_is_called_after_what_it_is_for():
    for text in ("## Second level", "Text.\n\n# Later"):
        assert title_of(executed(title=text)) is None
        assert "<h1>Tỉnh: Điện Biên</h1>" in page(executed(title=text), subtitle="Tỉnh: Điện Biên")
    assert "<h1>&lt;b&gt;</h1>" in page(executed(), title="<b>")


def test_the_sections_are_listed_under_names_that_nothing_else_has(html):
    texts = "## Nguồn\n\n### Nhỏ\n\n## Nguồn\n\n## *Main*\n\n## …\n\n## ?"
    made = page(executed(shown(text_html='<p id="nguon"></p>'), title=texts))
    (listed,) = re.findall(r'<nav class="contents".*?</nav>', made, re.DOTALL)
    assert re.findall(r'<a href="#(.*?)">(.*?)</a>', listed) == [
        *(
            ("nguon-2", "Nguồn"),
            ("nguon-3", "Nguồn"),
            ("main-2", "Main"),
            ("section", "…"),
            ("section-2", "?"),
        ),
        ("phuong-phap-va-phien-ban", "Phương pháp và phiên bản"),
    ]
    assert re.findall(r'<h2 id="(.*?)">', made) == re.findall(r'href="#(.*?)"', listed)
    assert "<nav" not in html  # one heading alone needs no list


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đoạn.\n\n<p class='small finding'>Ba <b>tỉnh</b>\n &amp; hai kỳ.</p>", "Ba tỉnh &amp; hai kỳ."),
        ("Đoạn đầu.\n\nĐoạn sau.", "Đoạn đầu."),
        ("hai mươi chữ " * 30, f"{'hai mươi chữ ' * 15}hai…"),
    ],
)
def test_a_page_is_described_by_its_first_finding_else_its_first_paragraph(text, expected):
    html = page(executed(title=text))
    assert f'<meta name="description" content="{expected}">' in html
    assert f'<meta property="og:description" content="{expected}">' in html


def test_the_notebook_may_describe_its_page_itself():
    notebook = executed(title="Đoạn.")
    notebook.metadata["description"] = 'Khác & "x"'
    assert 'name="description" content="Khác &amp; &#34;x&#34;"' in page(notebook)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2019-09-11", "2024-04-19"], "19/04/2024."),
        (["2024-04-19", "2024"], "2024."),
        (["2019", "2024-04-19?"], "19/04/2024 (suy ra)."),
        (["2024?"], "2024 (suy ra)."),
        (["2024-04-19", "tomorrow"], "19/04/2024."),
    ],
)
def test_the_date_of_a_page_is_that_of_the_newest_source_it_lists(days, said):
    listed = "".join(f'<div class="sources" data-published="{day}"></div>' for day in days)
    html = page(executed(shown(text_html=listed)))
    assert html.count(f"Nguồn mới nhất được công bố: {said}") == 2
    assert published_in(html) in days


def test_a_page_that_lists_no_dated_source_has_no_date():
    html = page(executed(shown(text_html='<div data-published=""></div>')))
    assert "Nguồn mới nhất" not in html
    assert published_in(html) == published_in(page(executed(title='# <div data-published="2030">?'))) == ""


def test_a_page_speaks_its_language_and_names_what_made_it():
    html = page(executed(shown(text_html='<p data-published="2024-04-19"></p>')), lang="en")
    assert '<html lang="en">' in html
    assert '<meta property="og:locale" content="en_US">' in html
    assert '<p class="dated">Newest source published: 19 Apr 2024.</p>' in html
    assert re.search(r"antq_analysis 0\.[\d.]+, pandas \d[\d.]+, plotly 7\.[\d.]+\.</p>\n</footer>", html)


# ---- outputs -----------------------------------------------------------------------------------------------


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


def test_a_picture_attached_to_a_text_is_shown():
    cell = new_markdown_cell("![Bản đồ](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})
    assert f'<img alt="Bản đồ" src="data:image/png;base64,{PNG}"/>' in page(new_notebook(cells=[cell]))


def test_a_raw_cell_of_html_is_shown_and_one_for_another_format_is_not():
    raw = [
        new_raw_cell(f"<p>{kind}.</p>", metadata={"raw_mimetype": f"text/{kind}"}) for kind in ("html", "tex")
    ]
    html = page(new_notebook(cells=raw))
    assert "<p>html.</p>" in html
    assert "<p>tex.</p>" not in html


def test_what_goes_to_stderr_is_for_the_operator_only():
    notebook = executed(new_output("stream", name="stderr", text="careful\n"), shown(text_plain="42"))
    assert "careful" not in page(notebook)
    assert warnings_in(notebook) == ["careful"]


def test_every_figure_has_a_place_with_its_name_and_room_and_its_text_below_it(html):
    layout = {"title": {"text": "Số <b>buổi</b> & người"}, "height": 380}
    told = '<details class="fold"><summary>Bảng</summary></details>'
    text, main = main_of(shown(**{PLOTLY: FIGURE | {"layout": layout}, "text_html": told}), chart())
    assert [plot["aria-label"] for plot in main.select(".plot")] == ["Số buổi & người", "Số buổi"]
    assert [plot["data-height"] for plot in main.select(".plot")] == ["380", "450"]
    assert re.findall("<figcaption>(.*?)</figcaption>", text) == [told]
    assert charts_in(html) == figures(executed(chart(), chart())) == [FIGURE, FIGURE]


def test_the_same_notebook_makes_the_same_page_and_is_not_changed(html):
    notebook = executed(chart(), chart())
    before = copy.deepcopy(notebook)
    assert page(notebook, subtitle="Tỉnh: Điện Biên") == html
    assert notebook == before


# ---- refusals ----------------------------------------------------------------------------------------------

WIDGET = shown(**{"application_vnd.jupyter.widget-view+json": {"model_id": "1"}, "text_plain": "Widget"})
UNDRAWN = shown(**{"application_vnd.plotly.v2+json": {}, "text_plain": "x"})
LOST = (
    "A figure was displayed without the type application/vnd.plotly.v1+json and would be lost. "
    'Keep plotly.io.renderers.default = "plotly_mimetype".'
)
UNKNOWN = (
    "An output is of no type that a page can show. It can show application/vnd.plotly.v1+json, text/html, "
    "text/markdown, image/svg+xml, image/png, image/jpeg, text/plain."
)
NO_WIDGET = "An interactive widget cannot be shown in a page. Display a plain plotly Figure or a table."


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (WIDGET, NO_WIDGET),
        (UNDRAWN, LOST),
        (shown(text_plain="Figure({\n    'data': []})"), LOST),
        (shown(application_javascript="alert(1)"), UNKNOWN),
        (shown(), UNKNOWN),
        (new_output("error", ename="SystemExit", evalue="0", traceback=[]), "SystemExit: 0"),
        (
            chart({"data": [{"y": [float("nan")]}]}),
            "A figure holds NaN or infinity; leave such values out (None).",
        ),
    ],
)
def test_an_output_that_a_reader_would_not_see_is_refused_with_its_cell(output, message):
    assert refusal(output) == f"cell [1]: {message}"


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        ({"data": [{"type": "bar"}, {"type": "choropleth"}]}, "choropleth"),
        ({"data": [{"type": "image", "source": "https://x.example/1.png"}]}, "image"),
        ({"data": [], "layout": {"images": [{"source": "https://x.example/1.png"}]}}, "image"),
    ],
)
def test_a_chart_that_needs_the_network_is_refused(figure, kind):
    assert refusal(chart(figure)) == (
        f"cell [1]: A chart of type {kind} takes maps or pictures from the network, which a page may not. "
        "Show the values as bars or in a table, or display the finished picture as PNG."
    )


def test_a_picture_inside_a_chart_needs_no_network():
    images = [{"source": f"data:image/png;base64,{PNG}"}, {"source": None}]
    assert 'class="plot"' in main_of(chart({"data": [{}], "layout": {"images": images}}))[0]


def test_a_cell_that_shows_other_figures_than_it_made_is_refused():
    figure = '<figure class="chart"><div class="plot" data-height="1"></div></figure>'
    assert refusal(shown(text_html=figure), chart()) == (
        "cell [1]: Figures made by the cell: 1; places for figures in the page: 2. "
        "Display every figure once, as the result of a cell or with display()."
    )


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
        ('<img src="1.png">', "img src"),
        ('<b poster="1.png">', "b poster"),
    ],
)
def test_what_fetches_sends_or_runs_something_is_refused_with_its_cell(html, named):
    fault = (
        f"holds <{named}>, but a page takes nothing from elsewhere and runs only its own script. "
        "Remove it; display a plotly Figure, a table or a picture, or write an ordinary link."
    )
    assert refusal(shown(text_html=f"<p>{html}</p>")) == f"cell [1]: An output {fault}"
    assert re.fullmatch(
        rf"The text ['\"]Đoạn <i>.*['\"] {re.escape(fault)}", refusal(title=f"Đoạn <i>\n{html}")
    )


def test_a_picture_from_elsewhere_in_a_text_is_refused():
    assert refusal(title="![ảnh](https://x.vn/1.png)").startswith(
        "The text '![ảnh](https://x.vn/1.png)' holds <img"
    )


@pytest.mark.parametrize("name", ["chart-hint", "charts", "main", "page-setup", "plotly", "popover"])
def test_the_names_of_the_parts_of_a_page_are_refused(name):
    fault = f'cell [1]: An output gives <p> the name id="{name}" of a part of the page. Rename it.'
    assert refusal(shown(text_html=f'<p id="{name}">')) == fault


def test_the_cell_of_several_that_is_at_fault_is_named():
    texts = {1: "<hr>", 2: "<hr>", 7: "<style>p {}</style>", 8: "<script></script>"}
    outputs = {number: [shown(text_html=text)] for number, text in texts.items()}
    cells = [new_code_cell("1", execution_count=number, outputs=made) for number, made in outputs.items()]
    with pytest.raises(RenderFailed, match=r"^cell \[7\]: An output holds <style>"):
        page(new_notebook(cells=cells))


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="data:image/png;base64,{PNG}"/>',
        '<svg><use href="#part"></use></svg>',
        *(
            f'<a href="{to}">x</a>'
            for to in ("#obs-1", "a.html?b=c:d", "HTTPS://x.vn", "mailto:a@x.vn", "http://[")
        ),
    ],
)
def test_what_a_page_itself_is_made_of_stays(html):
    assert html in main_of(shown(text_html=html))[0]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:x", "data:text/html,x", "file:///etc"],
)
def test_a_link_that_would_run_something_loses_its_address(address):
    assert "<a>x</a>" in main_of(shown(text_html=f'<a href="{address}">x</a>'))[0]


def test_comments_are_dropped_for_browsers_may_end_them_earlier():
    assert "<!--" not in main_of(shown(text_html="<p>a<!--><b>-->c</p>"))[0]


def test_hostile_text_stays_text():
    name = "</script><script>alert(1)</script>{{ say }}"
    html = page(executed(chart(FIGURE | {"layout": {"title": {"text": name}}})), title=name, subtitle=name)
    assert "<script>alert" not in html
    assert "{{ say }}</h1>" in html
    assert charts_in(html)[0]["layout"]["title"]["text"] == name
    value = {"a": "</script><!-- &amp; \u2028\u2029", "b": [1.5, None, True]}
    assert not set(inline_json(value)) & set("<>&\u2028\u2029")
    assert json.loads(inline_json(value)) == value


# ---- policy ------------------------------------------------------------------------------------------------


def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_no_connection(html):
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)">', html)
    rules = dict(rule.strip().split(" ", 1) for rule in unescape(policy).split(";"))
    for tag, rule in {"script": "script-src", "style": "style-src-elem"}.items():
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert texts
        # Allowed besides are plotly's script, which is packed, and what plotly adds.
        assert {f"'sha256-{text}'" for text in hashes} < set(rules[rule].split())
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    assert "unsafe-eval" not in policy


def test_nothing_in_the_page_is_fetched_from_elsewhere(html):
    inert = re.sub(r'<script type="application/.*?</script>', "", html, flags=re.DOTALL)
    assert not re.search("://| src=|@import", inert)


def test_there_is_no_third_way_to_bring_styles_and_scripts():
    with pytest.raises(InvalidOption) as raised:
        page(executed(), assets="none")
    assert str(raised.value) == "assets='none' is no way to make a page. Give 'inline' or 'shared'."
