from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from made_notebooks import save

from antq_analysis.briefings.index import index_page
from antq_analysis.briefings.manifest import Failure, PageRecord
from antq_analysis.briefings.plan import Briefing

TODAY = date(2026, 1, 31)


CATALOGUE = """\
msgid ""
msgstr ""

msgid "# So sánh gì & sao?"
msgstr "# What can be compared?"
"""


@pytest.fixture
def plan(tmp_path):
    lang = "lang: str = 'vi'"
    compare = save(tmp_path / "02_compare.ipynb", "# So sánh gì & sao?", "# Sau", parameters=lang)
    trends = save(tmp_path / "03_trends.ipynb", "1")
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "en.po").write_text(CATALOGUE)
    areas = {"VN-71": "Điện Biên"}
    return [
        Briefing(compare, "hai", subtitle="Tỉnh: Điện Biên", areas=areas),
        Briefing(trends, "ba", title="Xu hướng", subtitle="Tỉnh: Thanh Hóa", areas={"VN-21": "Thanh Hóa"}),
        Briefing(compare, "two", lang="en", subtitle="Province: Điện Biên", areas=areas),
    ]


@pytest.fixture
def index(plan):
    def made(pages, failures, briefings=plan, days=MappingProxyType({}), **files):
        tried = {
            slug: replace(
                record(slug, *files.get(slug, ()), stands=slug in pages), published=days.get(slug, "")
            )
            for slug in [*pages, *failures]
        }
        for slug, message in failures.items():
            tried[slug] = replace(tried[slug], failure=Failure(message, "2026-01-31T09:00:00+00:00", 1.0))
        return index_page(briefings, tried, published="2024-04-19", today=TODAY)

    return made


def record(slug, *more, stands):
    files = dict.fromkeys([f"{slug}.html", f"{slug}.ipynb", *more], "digest") if stands else {}
    started = "2026-01-29T12:00:00+00:00" if stands else ""
    return PageRecord(notebook="x.ipynb", lang="vi", parameters={}, started=started, files=files)


def in_order(html, *parts):
    places = [html.index(part) for part in parts]
    return places == sorted(places)


def test_pages_are_listed_by_notebook_and_language_under_the_question_in_it(index):
    assert in_order(
        index(["hai", "ba", "two"], {}),
        '<html lang="vi">',
        '<h2 lang="vi">So sánh gì &amp; sao?</h2>',
        '<a href="hai.html" lang="vi" hreflang="vi">Tỉnh: Điện Biên</a>',
        '<h2 lang="en">What can be compared?</h2>',
        '<a href="two.html" lang="en" hreflang="en">Province: Điện Biên</a>',
        '<h2 lang="vi">03_trends</h2>',
        '<a href="ba.html" lang="vi" hreflang="vi">Xu hướng</a>',
        '<p class="about" lang="vi">Tỉnh: Thanh Hóa</p>',
    )


def test_the_index_dates_the_rendering_and_the_data(index):
    html = index(["hai", "ba"], {"two": "x"})
    assert "Lập ngày 31/01/2026. 2 bản tóm tắt. 1 bản chưa lập được." in html
    assert "Nguồn mới nhất được công bố: 19/04/2024." in html


def test_the_language_is_told_where_there_are_several(index):
    html = index(["hai", "two"], {})
    assert '<p class="tag" lang="vi">Tiếng Việt</p>' in html
    assert '<p class="tag" lang="en">English</p>' in html


def test_the_language_is_not_told_where_there_is_one(index):
    assert 'class="tag"' not in index(["hai"], {})


def test_there_is_a_filter_for_what_tells_pages_apart(index):
    html = index(["hai", "ba", "two"], {})
    assert in_order(
        html,
        '<select id="by-area" name="area">',
        '<option value="VN-71" lang="vi">Điện Biên</option>',
        '<option value="VN-21" lang="vi">Thanh Hóa</option>',
        '<select id="by-question" name="question">',
        '<option value="0" lang="vi">So sánh gì &amp; sao?</option>',
        '<select id="by-lang" name="lang">',
        '<option value="en" lang="en">English</option>',
        'data-area="VN-71" data-question="0" data-lang="vi"',
    )


def test_each_page_is_dated_by_its_newest_source_in_its_own_language(index):
    html = index(["hai", "ba", "two"], {}, days={"hai": "2020-02-26?", "two": "2020-02-26?", "ba": "2024"})
    assert in_order(
        html,
        'data-lang="vi" data-year="2020"',
        '<p class="about" lang="vi">Nguồn mới nhất được công bố: 26/02/2020 (suy ra).</p>',
        'data-lang="en" data-year="2020"',
        '<p class="about" lang="en">Newest source published: 26 Feb 2020 (inferred).</p>',
        'data-lang="vi" data-year="2024"',
        '<p class="about" lang="vi">Nguồn mới nhất được công bố: 2024.</p>',
    )


def test_pages_are_told_apart_by_the_year_of_their_newest_source_the_newest_first(index):
    assert in_order(
        index(["hai", "ba"], {}, days={"hai": "2020-02-26?", "ba": "2024"}),
        '<label for="by-year">Năm của nguồn mới nhất</label>',
        '<select id="by-year" name="year">',
        '<option value="2024" lang="vi">2024</option>',
        '<option value="2020" lang="vi">2020</option>',
    )


@pytest.mark.parametrize("days", [{}, {"ba": "2024"}, {"hai": "2024-04-19", "ba": "2024?"}])
def test_one_year_tells_nothing_apart(index, days):
    html = index(["hai", "ba"], {}, days=days)
    assert "by-year" not in html
    # The index itself has one date more: that of all data.
    assert html.count("Nguồn mới nhất được công bố") == len(days) + 1


def test_an_earlier_page_of_a_failed_briefing_keeps_its_date(index):
    html = index(["hai", "ba"], {"ba": "quá giờ"}, days={"ba": "2019"})
    assert in_order(html, 'data-year="2019"', "công bố: 2019.", "Chưa lập được bản này.")


def test_there_is_no_filter_nor_script_where_there_is_one_page(index):
    html = index(["hai"], {})
    assert "<form" not in html
    assert "by-area" not in html
    assert html.count("<script") == index(["hai", "two"], {}).count("<script") - 1


def test_a_page_has_its_paper_beside_it_where_there_is_one(index):
    html = index(["hai", "ba", "two"], {}, hai=["hai.pdf"], two=["two.pdf"], ba=["ba-1.png"])
    assert 'href="hai.pdf" type="application/pdf" lang="vi" hreflang="vi">Bản in (PDF)</a>' in html
    assert 'href="two.pdf" type="application/pdf" lang="en" hreflang="en">Print version (PDF)</a>' in html
    assert "ba.pdf" not in html
    assert "ba-1.png" not in html


def test_names_are_text_whatever_they_hold(index, plan):
    evil = "<script>alert(1)</script>"
    page = Briefing(
        plan[0].notebook, "evil", subtitle=f"Tỉnh: {evil}", areas={'VN-9"x': evil}, title="{{ 1 }}"
    )
    html = index(["evil", "ba"], {"ba": evil}, [page, plan[1]])
    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert ">{{ 1 }}</a>" in html
    assert 'value="VN-9&#34;x"' in html


def test_a_failed_briefing_is_told_with_its_reason(index):
    html = index(["hai"], {"ba": "cell [3]: ValueError: <no>"})
    assert "Chưa lập được bản này." in html
    assert '<p class="failure" lang="en">cell [3]: ValueError: &lt;no&gt;</p>' in html
    assert 'href="ba.html"' not in html


def test_an_earlier_page_of_a_failed_briefing_stays_linked_and_is_dated(index):
    html = index(["hai", "ba"], {"ba": "quá giờ"})
    assert in_order(
        html,
        'href="ba.html"',
        "Chưa lập được bản này.",
        "quá giờ",
        "Trang đang mở được là bản lập trước đó. Lập ngày 29/01/2026.",
    )


def test_a_briefing_that_was_not_rendered_is_not_listed(index):
    assert "Province: Điện Biên" not in index(["hai"], {})


def test_an_english_plan_has_an_english_index(index, plan):
    html = index(["two"], {}, plan[2:])
    assert '<html lang="en">' in html
    assert "Rendered on 31 Jan 2026. 1 briefing." in html
    assert '<h2 lang="en">What can be compared?</h2>' in html
    assert "Các bản tóm tắt" not in html
