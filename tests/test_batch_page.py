import copy
import re

import pytest
from made_notebooks import FIGURE, chart, executed, shown

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
    assert html.count('id="plotly"') == 1


def test_a_page_without_figures_carries_no_script_to_draw_any():
    html = page(executed(shown(text_plain="42")))
    assert 'id="plotly"' not in html
    assert len(html) < 60_000


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
    figure = re.search(r"<figure.*?</figure>", page(executed(chart())), re.DOTALL)[0]
    with pytest.raises(RenderFailed) as raised:
        page(executed(chart(), title=f"Text.\n\n{figure}"))
    assert str(raised.value) == (
        "Figures made by the notebook: 1; figures in the page: 2, or not the same. "
        "Display every figure once, as the result of a cell or with display()."
    )


def test_the_sections_are_listed_and_the_method_is_the_last(html):
    made = page(executed(shown(text_markdown="## Nói được gì?")))
    (listed,) = re.findall(r'<nav class="contents".*?</nav>', made, re.DOTALL)
    assert re.findall(r'<a href="#(.*?)">(.*?)</a>', listed) == [
        ("noi-duoc-gi", "Nói được gì?"),
        ("phuong-phap-va-phien-ban", "Phương pháp và phiên bản"),
    ]
    assert "<nav" not in html  # one heading alone needs no list


def test_the_description_is_the_first_finding_unless_the_notebook_gives_one():
    notebook = executed(shown(text_html='<p class="finding">Ba tỉnh &amp; "năm" kỳ.</p>'))
    assert '<meta name="description" content="Ba tỉnh &amp; &#34;năm&#34; kỳ.">' in page(notebook)
    notebook.metadata["description"] = "Khác"
    assert '<meta property="og:description" content="Khác">' in page(notebook)


def test_a_number_leads_to_its_source_and_back():
    figure = '<p><a class="fig" href="#obs-a.1" data-obs="a.1">42</a></p>'
    source = '<table><tr id="obs-a.1"><td>42</td><td class="back"></td></tr></table>'
    html = page(executed(shown(text_html=figure), shown(text_html=source)))
    assert '<a class="fig" data-obs="a.1" href="#obs-a.1" id="ref-1">42</a>' in html
    assert '<a href="#ref-1">1</a>' in html
    with pytest.raises(RenderFailed, match=r"its list of sources does not hold: 1 \(a\.1\)"):
        page(executed(shown(text_html=figure)))


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ('<meta http-equiv="refresh" content="0;url=https://x.example">', "<meta>"),
        ('Text <link rel="preconnect" href="https://x.example"> text', "<link>"),
        ("<!--><base href='https://x.example'><!-- --><form></form>", "<form>"),
        ("![ảnh](https://x.example/1.png)", "<img src>"),
    ],
)
def test_what_a_text_would_take_from_elsewhere_makes_no_page(cell, named):
    for notebook in (executed(title=cell), executed(shown(text_markdown=cell))):
        with pytest.raises(RenderFailed, match=f"A text or an output holds {named}"):
            page(notebook)


def test_links_that_run_something_are_disarmed_and_braces_are_text():
    html = page(executed(title="[x](javascript:alert(1)) {{ say }}"))
    assert "javascript:alert" not in html
    assert "<a>x</a> {{ say }}" in html
