from datetime import date

import pytest
from made_notebooks import save

from antq_analysis.batch.index import write_index
from antq_analysis.batch.plan import Briefing

TODAY = date(2026, 1, 31)


@pytest.fixture
def plan(tmp_path):
    compare = save(
        tmp_path / "02_compare.ipynb", "# So sánh gì & sao?\n\nĐoạn.", parameters="lang: str = 'vi'"
    )
    trends = save(tmp_path / "03_trends.ipynb", "1")
    return [
        Briefing(compare, "hai", subtitle="Tỉnh: Điện Biên"),
        Briefing(trends, "ba", title="Xu hướng"),
        Briefing(compare, "two", lang="en", subtitle="Province: Điện Biên"),
    ]


@pytest.fixture
def index(tmp_path, plan):
    def written(pages, failures, briefings=plan):
        for slug in pages:
            (tmp_path / f"{slug}.html").write_text("page")
        path = write_index(tmp_path, briefings, failures, published="2024-04-19", today=TODAY)
        assert path == tmp_path / "index.html"
        return path.read_text()

    return written


def test_pages_are_listed_by_notebook_under_its_question(index):
    html = index(["hai", "ba", "two"], {})
    parts = [
        "<h2>So sánh gì &amp; sao?</h2>",
        '<a href="hai.html" lang="vi">Tỉnh: Điện Biên</a>',
        '<a href="two.html" lang="en">Province: Điện Biên</a>',
        "<h2>03_trends</h2>",
        '<a href="ba.html" lang="vi">Xu hướng</a>',
    ]
    assert sorted(html.index(part) for part in parts) == [html.index(part) for part in parts]


def test_the_index_dates_the_rendering_and_the_data(index):
    html = index(["hai", "ba"], {"two": "x"})
    assert "Lập ngày 31/01/2026. Số bản lập được: 2. Chưa lập được: 1." in html
    assert "Nguồn mới nhất công bố: 19/04/2024." in html


def test_the_language_is_told_where_there_are_several(index):
    assert '<span class="tag">English</span>' in index(["hai", "two"], {})


def test_the_language_is_not_told_where_there_is_one(index):
    assert 'class="tag"' not in index(["hai"], {})


def test_a_failed_briefing_is_told_with_its_reason(index):
    html = index(["hai"], {"ba": "cell [3]: ValueError: <no>"})
    assert "Chưa lập được bản này." in html
    assert "cell [3]: ValueError: &lt;no&gt;" in html
    assert 'href="ba.html"' not in html


def test_an_earlier_page_of_a_failed_briefing_stays_linked(index):
    html = index(["hai", "ba"], {"ba": "late"})
    assert 'href="ba.html"' in html
    assert "Trang đang mở được là bản lập trước đó." in html


def test_a_briefing_that_was_not_rendered_is_not_listed(index):
    assert "two" not in index(["hai"], {})


def test_an_english_plan_has_an_english_index(index, plan):
    html = index(["two"], {}, plan[2:])
    assert '<html lang="en">' in html
    assert "Rendered on 31 Jan 2026. Pages: 1." in html
