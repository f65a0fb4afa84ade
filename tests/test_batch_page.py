import base64
import copy
import gzip
import re

import pytest
from made_notebooks import FIGURE, chart, executed, shown
from plotly.offline import get_plotlyjs

from antq_analysis.batch.page import charts_in, page
from antq_analysis.errors import RenderFailed


@pytest.fixture(scope="module")
def html():
    return page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên", published="2024-04-19")


def test_the_heading_of_the_notebook_is_the_title_of_the_page(html):
    assert html.count("<h1>") == 1
    assert "<h1>Câu hỏi?</h1>" in html
    assert "<title>Câu hỏi? – Tỉnh: Điện Biên</title>" in html
    assert '<p class="subtitle">Tỉnh: Điện Biên</p>' in html


def test_a_given_title_stands_instead():
    assert "<h1>Khác</h1>" in page(executed(), title="Khác")


def test_a_page_without_heading_is_named_after_what_it_is_for():
    assert "<h1>Tỉnh: Điện Biên</h1>" in page(executed(title="Text."), subtitle="Tỉnh: Điện Biên")


def test_every_figure_is_in_the_page_and_the_script_once(html):
    assert charts_in(html) == [FIGURE, FIGURE]
    (packed,) = re.findall(r'<script type="application/gzip" id="plotly">(.*?)</script>', html)
    assert gzip.decompress(base64.b64decode(packed)).decode() == get_plotlyjs()


def test_a_page_without_figures_carries_no_script():
    html = page(executed(shown(text_plain="42")))
    assert "<script" not in html
    assert "<noscript" not in html


def test_nothing_in_the_page_is_fetched_from_elsewhere(html):
    inert = re.sub(r'<script (class="chart-data" )?type="application/.*?</script>', "", html, flags=re.DOTALL)
    assert "://" not in inert
    assert " src=" not in inert
    assert "@import" not in inert


def test_the_same_notebook_makes_the_same_page(html):
    assert page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên", published="2024-04-19") == html


def test_the_notebook_itself_is_not_changed():
    notebook = executed(chart())
    before = copy.deepcopy(notebook)
    page(notebook)
    assert notebook == before


def test_hostile_text_stays_text():
    name = "</script><script>alert(1)</script>"
    html = page(executed(chart(FIGURE | {"layout": {"title": {"text": name}}})), title=name, subtitle=name)
    assert "<script>alert" not in html
    assert charts_in(html)[0]["layout"]["title"]["text"] == name


def test_a_page_that_shows_other_figures_than_the_notebook_made_is_refused():
    copied = page(executed(chart())).split("<main>")[1].split("</main>")[0]
    figure = re.search(r"<figure.*</figure>", copied, re.DOTALL)[0]
    with pytest.raises(RenderFailed) as raised:
        page(executed(chart(), title=f"Text.\n\n{figure}"))
    assert str(raised.value) == (
        "Figures made by the notebook: 1; figures in the page: 2, or not the same. "
        "Display every figure once, as the result of a cell or with display()."
    )


def test_the_tools_of_a_chart_speak_the_language_of_the_page(html):
    assert '"Download plot as a PNG":"Tải biểu đồ dạng PNG"' in html
    assert '"decimal":",","' in html.replace('"thousands"', '"')
    assert "Tháng 12" in html
