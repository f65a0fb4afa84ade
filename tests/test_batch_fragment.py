import json

import pytest
from made_notebooks import FIGURE, PLOTLY, chart, executed, shown
from nbformat.v4 import new_markdown_cell, new_notebook, new_output

from antq_analysis.briefings.fragment import figures, fragment, inline_json, title_of, warnings_in
from antq_analysis.errors import RenderFailed

PNG = "iVBORw0KGgo="


def test_text_and_outputs_are_shown_and_code_is_not():
    html = fragment(executed(shown(text_plain="42 buổi"), title="Một **đoạn**"))
    assert "<strong>đoạn</strong>" in html
    assert "42 buổi" in html
    assert "secret_code" not in html


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            shown(text_html="<table><tr><td>1</td></tr></table>", text_plain="1"),
            "<table><tr><td>1</td></tr></table>",
        ),
        (shown(text_markdown="## Đọc", text_plain="x"), "<h2>Đọc</h2>"),
        (shown(image_png=PNG), f'<img src="data:image/png;base64,{PNG}" alt="">'),
        (
            shown(**{"image_svg+xml": "<svg></svg>"}),
            '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=" alt="">',
        ),
        (new_output("stream", name="stdout", text="a < b"), "a &lt; b"),
        (new_output("execute_result", {"text/plain": "'a <b>'"}, execution_count=1), "&#39;a &lt;b&gt;&#39;"),
    ],
)
def test_each_kind_of_output_is_shown(output, expected):
    assert expected in fragment(executed(output))


def test_a_picture_keeps_its_text():
    output = new_output("display_data", {"image/png": PNG}, metadata={"alt": 'Bản đồ "1"'})
    assert 'alt="Bản đồ &#34;1&#34;"' in fragment(executed(output))


def test_what_goes_to_stderr_is_for_the_operator_only():
    notebook = executed(new_output("stream", name="stderr", text="careful\n"), shown(text_plain="42"))
    assert "careful" not in fragment(notebook)
    assert warnings_in(notebook) == ["careful"]


def test_a_figure_becomes_a_place_with_its_name_and_room():
    html = fragment(
        executed(chart(FIGURE | {"layout": {"title": {"text": "Số <b>buổi</b>"}, "height": 380}}))
    )
    assert 'aria-label="Số buổi"' in html
    assert 'data-height="380"' in html
    assert figures(executed(chart())) == [FIGURE]


def test_the_text_of_a_figure_stands_below_it():
    told = '<p class="finding">Ba tỉnh.</p><details class="fold"><summary>Bảng</summary></details>'
    html = fragment(executed(new_output("display_data", {PLOTLY: FIGURE, "text/html": told})))
    assert f"<figcaption>{told}</figcaption>" in html
    assert "<figcaption" not in fragment(executed(chart()))


@pytest.mark.parametrize(
    ("html", "reached"),
    [
        ("<table></table>", True),
        ('<div tabindex="0"><table></table></div>', False),
        ("<ul><li>1</li></ul>", False),
    ],
)
def test_only_a_table_without_a_frame_of_its_own_scrolls_in_one_that_the_keyboard_reaches(html, reached):
    made = fragment(executed(shown(text_html=html)))
    assert ('<div class="output scroll" tabindex="0">' in made) == reached


def test_the_figure_of_a_result_counts_like_a_displayed_one():
    result = new_output("execute_result", {PLOTLY: FIGURE, "text/html": "<div></div>"}, execution_count=1)
    assert 'class="plot"' in fragment(executed(result))
    assert figures(executed(result)) == [FIGURE]


def test_the_fragment_is_the_same_every_time():
    assert fragment(executed(chart(), shown(text_plain="1"))) == fragment(
        executed(chart(), shown(text_plain="1"))
    )


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            shown(
                **{
                    "application_vnd.jupyter.widget-view+json": {"model_id": "1"},
                    "text_plain": "FigureWidget",
                }
            ),
            "cell [1]: An interactive widget cannot be shown in a page. "
            "Display a plain plotly Figure or a table.",
        ),
        (
            shown(**{"application_vnd.plotly.v2+json": {}, "text_plain": "x"}),
            "cell [1]: A figure was displayed without the type application/vnd.plotly.v1+json "
            'and would be lost. Keep plotly.io.renderers.default = "plotly_mimetype".',
        ),
        (
            shown(text_plain="Figure({\n    'data': []})"),
            "cell [1]: A figure was displayed without the type application/vnd.plotly.v1+json "
            'and would be lost. Keep plotly.io.renderers.default = "plotly_mimetype".',
        ),
        (
            shown(text_html='<div><SCRIPT src="x">Plotly.newPlot()</SCRIPT></div>', text_plain="x"),
            "cell [1]: HTML with a script or frame of its own cannot be shown in a page that runs only "
            "its own script. Display a plotly Figure, a table or a picture.",
        ),
        (
            shown(**{"application_javascript": "alert(1)"}),
            "cell [1]: An output is of no type that a page can show. "
            "It can show application/vnd.plotly.v1+json, text/html, text/markdown, "
            "image/svg+xml, image/png, image/jpeg, text/plain.",
        ),
        (
            new_output("error", ename="SystemExit", evalue="0", traceback=[]),
            "cell [1]: SystemExit: 0",
        ),
    ],
)
def test_an_output_that_a_reader_would_not_see_is_refused(output, message):
    with pytest.raises(RenderFailed) as raised:
        fragment(executed(output))
    assert str(raised.value) == message


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
    with pytest.raises(RenderFailed) as raised:
        fragment(executed(chart(figure)))
    assert str(raised.value) == (
        f"cell [1]: A chart of type {kind} takes maps or pictures from the network, which a page may not. "
        "Show the values as bars or in a table, or display the finished picture as PNG."
    )


def test_a_picture_inside_a_chart_needs_no_network():
    images = [{"source": f"data:image/png;base64,{PNG}"}, {"source": None}]
    assert 'class="plot"' in fragment(executed(chart({"data": [{}], "layout": {"images": images}})))


def test_the_title_is_the_first_top_heading_and_no_other_is_taken_away():
    notebook = new_notebook(
        cells=[new_markdown_cell("# So **sánh** gì? #\n\nĐoạn."), new_markdown_cell("# Hai")]
    )
    assert title_of(notebook) == "So sánh gì?"
    html = fragment(notebook)
    assert "sánh" not in html
    assert "<p>Đoạn.</p>" in html
    assert "<h1>Hai</h1>" in html


def test_the_title_may_be_an_output_in_markdown():
    notebook = executed(shown(text_markdown="# What compares?\n"), title="Text.")
    assert title_of(notebook) == "What compares?"
    assert "What compares?" not in fragment(notebook)


@pytest.mark.parametrize("text", ["## Second level", "Text.\n\n# Later", "#hashtag"])
def test_other_text_is_no_title(text):
    assert title_of(executed(title=text)) is None


def test_a_picture_in_a_text_is_shown():
    cell = new_markdown_cell("![Bản đồ](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})
    assert f'src="data:image/png;base64,{PNG}" alt="Bản đồ"' in fragment(new_notebook(cells=[cell]))


def test_inline_json_holds_no_markup_and_reads_back():
    value = {"a": "</script><!-- &amp; \u2028\u2029", "b": [1.5, None, True]}
    text = inline_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value
