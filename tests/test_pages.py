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


def test_the_heading_of_the_notebook_is_the_title_of_the_page(html):
    assert html.count("<h1>") == 1
    assert "<h1>Câu hỏi?</h1>" in html
    assert "<title>Câu hỏi? – Tỉnh: Điện Biên</title>" in html
    assert '<p class="subtitle">Tỉnh: Điện Biên</p>' in html


def test_the_title_is_the_first_top_heading_and_no_other_is_taken_away():
    notebook = new_notebook(
        cells=[new_markdown_cell("# So **sánh** gì? #\n\nĐoạn."), new_markdown_cell("# Hai")]
    )
    assert title_of(notebook) == "So sánh gì?"
    html = page(notebook)
    assert html.count("<h1>") == 2
    assert '<div class="prose"><p>Đoạn.</p>' in html
    assert "<h1>Hai</h1>" in html


def test_the_title_may_be_an_output_in_markdown():
    notebook = executed(shown(text_markdown="# What compares?\n"), title="Text.")
    assert title_of(notebook) == "What compares?"
    assert page(notebook).count("<h1>") == 1


@pytest.mark.parametrize("text", ["## Second level", "Text.\n\n# Later"])
def test_other_text_is_no_title(text):
    assert title_of(executed(title=text)) is None


def test_a_given_title_stands_instead_and_what_the_page_is_for_stands_in_for_a_missing_one():
    assert "<h1>Khác</h1>" in page(executed(), title="Khác")
    assert "<h1>Tỉnh: Điện Biên</h1>" in page(executed(title="Text."), subtitle="Tỉnh: Điện Biên")


def test_the_sections_are_listed_and_the_method_is_the_last(html):
    made = page(executed(shown(text_markdown="## Nói được gì?")))
    (listed,) = re.findall(r'<nav class="contents".*?</nav>', made, re.DOTALL)
    assert re.findall(r'<a href="#(.*?)">(.*?)</a>', listed) == [
        ("noi-duoc-gi", "Nói được gì?"),
        ("phuong-phap-va-phien-ban", "Phương pháp và phiên bản"),
    ]
    assert "<nav" not in html  # one heading alone needs no list


def test_no_name_of_a_section_is_given_twice_nor_taken_from_something_else():
    headings = "## Nguồn\n\n### Nhỏ\n\n## Nguồn\n\n## *Main*\n\n## …\n\n## ?"
    text, _ = main_of(shown(text_html='<p id="nguon"></p>'), title=headings)
    names = re.findall(r'<h2 id="(.*?)">', text)
    assert names == ["nguon-2", "nguon-3", "main-2", "section", "section-2", "phuong-phap-va-phien-ban"]
    assert "<h3>Nhỏ</h3>" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đoạn đầu.\n\n<p class='small finding'>Ba <b>tỉnh</b>\n &amp; hai kỳ.</p>", "Ba tỉnh &amp; hai kỳ."),
        ("Đoạn đầu.\n\nĐoạn sau.", "Đoạn đầu."),
    ],
)
def test_a_page_is_described_by_its_first_finding_else_its_first_paragraph(text, expected):
    html = page(executed(title=text))
    assert f'<meta name="description" content="{expected}">' in html
    assert f'<meta property="og:description" content="{expected}">' in html


def test_a_long_description_ends_with_a_whole_word():
    (text,) = re.findall('name="description" content="(.*?)"', page(executed(title="hai mươi chữ " * 30)))
    assert len(text) <= 201
    assert text.endswith(("hai…", "mươi…", "chữ…"))


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


@pytest.mark.parametrize(
    ("lang", "locale", "method", "dated"),
    [
        ("vi", "vi_VN", "Phương pháp và phiên bản", "Nguồn mới nhất được công bố: 19/04/2024."),
        ("en", "en_US", "Method and versions", "Newest source published: 19 Apr 2024."),
    ],
)
def test_a_page_speaks_its_language_and_names_what_made_it(lang, locale, method, dated):
    html = page(executed(shown(text_html='<p data-published="2024-04-19"></p>')), lang=lang)
    assert f'<html lang="{lang}">' in html
    assert f'<meta property="og:locale" content="{locale}">' in html
    assert f">{method}</h2>" in html
    assert f'<p class="dated">{dated}</p>' in html
    assert [f'<span class="grade grade-{grade}">' in html for grade in "ABCD"] == [True] * 4
    assert re.search(r"antq_analysis 0\.[\d.]+, pandas \d[\d.]+, plotly 7\.[\d.]+\.</p>\n</footer>", html)
    assert html.index('<a class="skip" href="#main">') < html.index("<header")


# ---- outputs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            shown(text_html="<ul><li>1</li></ul>", text_plain="1"),
            '<div class="output"><ul><li>1</li></ul></div>',
        ),
        (shown(text_markdown="### Đọc", text_plain="x"), '<div class="prose"><h3>Đọc</h3>'),
        (shown(image_png=f"{PNG[:4]}\n{PNG[4:]}"), f'<img alt="" src="data:image/png;base64,{PNG}"/>'),
        (
            shown(**{"image_svg+xml": "<svg></svg>"}),
            '<img alt="" src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="/>',
        ),
        (new_output("stream", name="stdout", text="a < b"), '<pre class="output">a &lt; b</pre>'),
        (
            new_output("execute_result", {"text/plain": "'a <b>'"}, execution_count=1),
            "<pre class=\"output\">'a &lt;b&gt;'</pre>",
        ),
    ],
)
def test_each_kind_of_output_is_shown_and_code_is_not(output, expected):
    text, _ = main_of(output)
    assert expected in text
    assert "secret_code" not in text


def test_a_picture_keeps_its_text():
    output = new_output("display_data", {"image/png": PNG}, metadata={"alt": 'Bản đồ "1"'})
    assert main_of(output)[1].img["alt"] == 'Bản đồ "1"'


def test_a_picture_attached_to_a_text_is_shown():
    cell = new_markdown_cell("![Bản đồ](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})
    assert f'<img alt="Bản đồ" src="data:image/png;base64,{PNG}"/>' in page(new_notebook(cells=[cell]))


def test_a_raw_cell_of_html_is_shown_and_one_for_another_format_is_not():
    raw = [
        new_raw_cell(f"<p>{kind}.</p>", metadata={"raw_mimetype": kind})
        for kind in ("text/html", "text/latex")
    ]
    html = page(new_notebook(cells=raw))
    assert "<p>text/html.</p>" in html
    assert "latex" not in html


def test_what_goes_to_stderr_is_for_the_operator_only():
    notebook = executed(new_output("stream", name="stderr", text="careful\n"), shown(text_plain="42"))
    assert "careful" not in page(notebook)
    assert warnings_in(notebook) == ["careful"]


@pytest.mark.parametrize(
    ("html", "reached"),
    [
        ("<table></table>", True),
        ('<div tabindex="0"><table></table></div>', False),
        ("<ul><li>1</li></ul>", False),
    ],
)
def test_only_a_table_without_a_frame_of_its_own_scrolls_in_one_that_the_keyboard_reaches(html, reached):
    assert ('<div class="output scroll" tabindex="0">' in main_of(shown(text_html=html))[0]) == reached


def test_every_figure_has_a_place_with_its_name_and_room_and_is_in_the_page_once(html):
    tall = FIGURE | {"layout": {"title": {"text": "Số <b>buổi</b> & người"}, "height": 380}}
    _, main = main_of(chart(tall), chart())
    assert [plot["aria-label"] for plot in main.select(".plot")] == ["Số buổi & người", "Số buổi"]
    assert [plot["data-height"] for plot in main.select(".plot")] == ["380", "450"]
    assert charts_in(html) == figures(executed(chart(), chart())) == [FIGURE, FIGURE]


def test_the_text_of_a_figure_stands_below_it():
    told = '<p class="note">Ba tỉnh.</p><details class="fold"><summary>Bảng</summary></details>'
    output = new_output("execute_result", {PLOTLY: FIGURE, "text/html": told}, execution_count=1)
    text, _ = main_of(output, chart())
    assert f"<figcaption>{told}</figcaption>" in text
    assert text.count("<figcaption") == 1


def test_the_same_notebook_makes_the_same_page_and_is_not_changed(html):
    notebook = executed(chart(), chart())
    before = copy.deepcopy(notebook)
    assert page(notebook, subtitle="Tỉnh: Điện Biên") == html
    assert notebook == before


# ---- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            shown(**{"application_vnd.jupyter.widget-view+json": {"model_id": "1"}, "text_plain": "Widget"}),
            "An interactive widget cannot be shown in a page. Display a plain plotly Figure or a table.",
        ),
        *(
            (
                output,
                "A figure was displayed without the type application/vnd.plotly.v1+json "
                'and would be lost. Keep plotly.io.renderers.default = "plotly_mimetype".',
            )
            for output in (
                shown(**{"application_vnd.plotly.v2+json": {}, "text_plain": "x"}),
                shown(text_plain="Figure({\n    'data': []})"),
            )
        ),
        *(
            (
                output,
                "An output is of no type that a page can show. It can show application/vnd.plotly.v1+json, "
                "text/html, text/markdown, image/svg+xml, image/png, image/jpeg, text/plain.",
            )
            for output in (shown(application_javascript="alert(1)"), shown())
        ),
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
        ({"data": [{"type": "densitymap"}], "layout": {}}, "densitymap"),
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


@pytest.mark.parametrize(("places", "charts"), [(1, 0), (2, 1)])
def test_a_cell_that_shows_other_figures_than_it_made_is_refused(places, charts):
    figure = '<figure class="chart"><div class="plot" data-height="1"></div></figure>'
    assert refusal(shown(text_html=figure * (places - charts)), *[chart()] * charts) == (
        f"cell [1]: Figures made by the cell: {charts}; places for figures in the page: {places}. "
        "Display every figure once, as the result of a cell or with display()."
    )


FOREIGN = "applet audio base embed form frame frameset iframe link meta object portal script style video"


@pytest.mark.parametrize(
    ("html", "named"),
    [
        *((f"<{name}>", name) for name in FOREIGN.split()),
        ('<script type="application/json" class="chart-data">{}</script>', "script"),
        ("<!--><base href='https://x.example'><!-- --><form></form>", "form"),
        ('<b onclick="x()">', "b onclick"),
        ('<img srcset="a.png 2x">', "img srcset"),
        ('<a href="#a" ping="https://x.example">', "a ping"),
        ('<button formaction="https://x.example">', "button formaction"),
        ('<svg><use xlink:href="https://x.example"></svg>', "use xlink:href"),
        ('<svg><image href="https://x.example/1.png"></svg>', "image href"),
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
    text = f"Đoạn <i>{html}</i>"
    assert refusal(title=text).endswith(f"' {fault}") or refusal(title=text).endswith(f'" {fault}')
    assert refusal(title=text).startswith(("The text 'Đoạn <i>", 'The text "Đoạn <i>'))


def test_a_picture_from_elsewhere_in_a_text_is_refused():
    assert refusal(title="![ảnh](https://x.example/1.png)").startswith("The text '![ảnh](")


@pytest.mark.parametrize("name", ["chart-hint", "charts", "main", "page-setup", "plotly", "popover"])
def test_the_names_of_the_parts_of_a_page_are_refused(name):
    assert refusal(shown(text_html=f'<p id="{name}">')) == (
        f'cell [1]: An output gives <p> the name id="{name}" of a part of the page. Rename it.'
    )


def test_the_cell_of_several_that_is_at_fault_is_named():
    cells = [new_code_cell("1", execution_count=n, outputs=[shown(text_html="<hr>")]) for n in (1, 2)]
    cells.append(new_code_cell("1", execution_count=3, outputs=[shown(text_html="<style>p {}</style>")]))
    with pytest.raises(RenderFailed) as raised:
        page(new_notebook(cells=cells))
    assert raised.value.cell == 3


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="data:image/png;base64,{PNG}"/>',
        '<a href="https://x.example" id="nguon">x</a>',
        '<svg><use href="#part"></use></svg>',
        *(
            f'<a href="{address}">x</a>'
            for address in ("#obs-1", "other.html?a=b:c", "http://x.vn", "HTTPS://x.vn", "mailto:a@x.vn")
        ),
    ],
)
def test_what_a_page_itself_is_made_of_stays(html):
    assert html in main_of(shown(text_html=html))[0]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc",
    ],
)
def test_a_link_that_would_run_something_loses_its_address(address):
    assert "<a>x</a>" in main_of(shown(text_html=f'<a href="{address}">x</a>'))[0]


def test_an_address_that_none_can_read_is_left_to_the_browser():
    assert '<a href="http://[">x</a>' in main_of(title="[x](http://[)")[0].replace("%5B", "[")


def test_comments_are_dropped_for_browsers_may_end_them_earlier():
    assert "<!--" not in main_of(shown(text_html="<p>a<!--><b>-->c</p>"))[0]


def test_hostile_text_stays_text():
    name = "</script><script>alert(1)</script>"
    html = page(executed(chart(FIGURE | {"layout": {"title": {"text": name}}})), title=name, subtitle=name)
    assert "<script>alert" not in html
    assert charts_in(html)[0]["layout"]["title"]["text"] == name
    assert "{{ say }}" in page(executed(title="{{ say }}"))


def test_inline_json_holds_no_markup_and_reads_back():
    value = {"a": "</script><!-- &amp; \u2028\u2029", "b": [1.5, None, True]}
    text = inline_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value


# ---- policy ------------------------------------------------------------------------------------------------


def allowed(html, directive):
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)">', html)
    rules = dict(rule.strip().split(" ", 1) for rule in unescape(policy).split(";"))
    return rules[directive].split()


def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_no_connection(html):
    def digests(texts):
        return {
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts
        }

    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert digests(scripts) < set(allowed(html, "script-src"))  # and plotly's, which is packed
    assert digests(styles) < set(allowed(html, "style-src-elem"))  # and those that plotly adds
    assert allowed(html, "default-src") == ["'none'"]
    assert "connect-src" not in html
    assert "unsafe-eval" not in html


def test_nothing_in_the_page_is_fetched_from_elsewhere(html):
    inert = re.sub(r'<script type="application/.*?</script>', "", html, flags=re.DOTALL)
    assert "://" not in inert
    assert " src=" not in inert
    assert "@import" not in inert


def test_there_is_no_third_way_to_bring_styles_and_scripts():
    with pytest.raises(InvalidOption) as raised:
        page(executed(), assets="none")
    assert str(raised.value) == "assets='none' is no way to make a page. Give 'inline' or 'shared'."
