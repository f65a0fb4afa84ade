import copy
import re

import pytest
from made_notebooks import FIGURE, chart, executed, shown
from made_pages import charts_in

from antq_analysis.briefings.assets import shared_files
from antq_analysis.briefings.drawing import script_for
from antq_analysis.briefings.page import page, published_in
from antq_analysis.errors import InvalidOption, RenderFailed


@pytest.fixture(scope="module")
def html():
    return page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên")


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
    assert html.count('id="plotly"') == html.count('id="charts"') == 1


def test_a_page_without_figures_carries_no_script_to_draw_any():
    html = page(executed(shown(text_plain="42")))
    assert not re.findall(r'id="(plotly|charts)"', html)
    assert charts_in(html) == []
    assert len(html) < 60_000


def test_a_page_carries_the_smallest_script_that_draws_its_charts():
    figures = [chart(FIGURE), chart({"data": [{"type": "violin", "y": [1]}]})]
    sizes = [len(page(executed(*made))) for made in ([], figures[:1], figures)]
    basic, cartesian = (len(script_for([kind]).packed) for kind in ("bar", "violin"))
    assert sizes[1] - sizes[0] > basic
    assert sizes[2] - sizes[1] == pytest.approx(cartesian - basic, abs=1000)


def test_nothing_in_the_page_is_fetched_from_elsewhere(html):
    inert = re.sub(r'<script type="application/.*?</script>', "", html, flags=re.DOTALL)
    assert "://" not in inert
    assert " src=" not in inert
    assert "@import" not in inert


def test_the_same_notebook_makes_the_same_page(html):
    assert page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên") == html


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
        "Figures made by the notebook: 1; places for figures in the page: 2. "
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
    assert '<a class="fig" href="#obs-a.1" id="ref-1">42</a>' in html
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


def test_a_value_that_no_chart_can_show_makes_no_page():
    with pytest.raises(RenderFailed) as raised:
        page(executed(chart({"data": [{"y": [float("nan")]}]})))
    assert str(raised.value) == "A figure holds NaN or infinity; leave such values out (None)."


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2019-09-11", "2024-04-19"], "19/04/2024."),
        (["2024-04-19", "2024"], ": 2024."),
        (["2019", "2024-04-19?"], "19/04/2024 (suy ra)."),
        (["2024-04-19", "tomorrow"], "19/04/2024."),
    ],
)
def test_the_date_of_a_page_is_that_of_the_newest_source_it_lists(days, said):
    listed = "".join(f'<div class="sources" data-published="{day}"></div>' for day in days)
    html = page(executed(shown(text_html=listed)))
    assert len(re.findall(rf"Nguồn mới nhất được công bố: [^<]*{re.escape(said.lstrip(': '))}", html)) == 2
    assert published_in(html) in days
    assert published_in(html)[:4] in said


def test_a_page_that_lists_no_dated_source_has_no_date():
    html = page(executed(shown(text_html='<div data-published=""></div>')))
    assert "Nguồn mới nhất" not in html
    assert published_in(html) == ""


def test_text_that_looks_like_a_date_of_a_source_dates_nothing():
    assert published_in(page(executed(title='# <div data-published="2030">?'))) == ""


@pytest.fixture(scope="module")
def shared():
    return page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên", assets="shared")


class TestShared:
    def test_style_and_scripts_are_beside_the_page_and_not_in_it(self, shared, html):
        assert len(shared) < len(html) - 500_000
        assert "<style>" not in shared
        assert 'id="plotly"' not in shared
        assert [name.split("-")[0] for name in shared_files(shared)] == [
            "assets/page",
            "assets/plotly",
            "assets/page",
        ]

    def test_it_carries_its_charts(self, shared):
        assert charts_in(shared) == [FIGURE, FIGURE]

    def test_what_acts_is_marked_by_a_word_that_no_text_of_the_page_can_know(self, shared):
        (nonce,) = set(re.findall(r'nonce="(.*?)"', shared))
        assert len(re.findall(r"nonce-([^&]*)&#39;", shared)) == 2
        other = page(executed(chart(), title=f"# Câu hỏi?\n\n{nonce}"), assets="shared")
        assert f'nonce="{nonce}"' not in other

    def test_the_same_notebook_makes_the_same_page(self, shared):
        again = page(executed(chart(), chart()), subtitle="Tỉnh: Điện Biên", assets="shared")
        assert again == shared

    def test_there_is_no_third_way(self):
        with pytest.raises(InvalidOption) as raised:
            page(executed(), assets="none")
        assert str(raised.value) == "assets='none' is no way to make a page. Give 'inline' or 'shared'."
