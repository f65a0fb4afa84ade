"""The index of a folder of pages: what is listed, how pages are told apart, and how failures are told."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from made_notebooks import save

import antq_analysis as aq
from antq_analysis.briefings.index import indexes
from antq_analysis.briefings.output import Failure, PageRecord
from antq_analysis.briefings.plan import Overview
from antq_analysis.briefings.worker import Job

CATALOGUE = 'msgid ""\nmsgstr ""\n\nmsgid "# So sánh gì & sao?"\nmsgstr "# What can be compared?"\n'


@pytest.fixture
def plan(tmp_path):
    compare = save(
        tmp_path / "02_compare.ipynb", "# So sánh gì & sao?", "# Sau", parameters="lang: str = 'vi'"
    )
    trends = save(tmp_path / "03_trends.ipynb", "1")
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "en.po").write_text(CATALOGUE)
    areas = {"VN-71": "Điện Biên"}
    return [
        Job(compare, "hai", subtitle="Tỉnh: Điện Biên", areas=areas),
        Job(trends, "ba", title="Xu hướng", subtitle="Tỉnh: Thanh Hóa", areas={"VN-21": "Thanh Hóa"}),
        Job(compare, "two", lang="en", subtitle="Province: Điện Biên", areas=areas),
    ]


def record(slug, *more, day="", failure=None):
    """Return the record of a page: the files it has besides its own two, why the last try failed."""
    files = dict.fromkeys([f"{slug}.html", f"{slug}.ipynb", *more], "digest") if slug else {}
    made = {"started": "2026-01-29T12:00:00+00:00", "files": files, "published": day}
    failed = failure and Failure(message=failure, started="2026-01-31T09:00:00+00:00", seconds=1.0)
    return PageRecord(notebook="x.ipynb", lang="vi", parameters={}, failure=failed, **made)


@pytest.fixture
def index(plan):
    def made(*slugs, briefings=plan, **records):
        pages = {slug: record(slug) for slug in slugs} | records
        days = {"published": "2024-04-19", "official": "2025", "made": date(2026, 1, 31)}
        (html,) = indexes(briefings, pages, None, **days).values()
        return html.decode()

    return made


def in_order(html, *parts):
    places = [html.index(part) for part in parts]
    return places == sorted(places)


def test_pages_are_listed_by_notebook_and_language_under_the_question_in_it(index):
    html = index("hai", "ba", "two")
    assert in_order(
        html,
        '<html lang="vi">',
        '<h2 lang="vi">So sánh gì &amp; sao?</h2>',
        '<p class="tag" lang="vi">Tiếng Việt</p>',
        '<a href="hai.html" lang="vi" hreflang="vi">Tỉnh: Điện Biên</a>',
        '<h2 lang="en">What can be compared?</h2>',
        '<p class="tag" lang="en">English</p>',
        '<a href="two.html" lang="en" hreflang="en">Province: Điện Biên</a>',
        '<h2 lang="vi">03_trends</h2>',
        '<a href="ba.html" lang="vi" hreflang="vi">Xu hướng</a>',
        '<p class="about" lang="vi">Tỉnh: Thanh Hóa</p>',
    )
    assert "Lập ngày 31/01/2026. 3 bản tóm tắt." in html
    assert "Nguồn mới nhất về phong trào: 19/04/2024. Số liệu thống kê mới nhất: 2025." in html


def test_the_index_links_a_pdf_where_there_is_one(index):
    html = index(hai=record("hai", "hai.pdf"), two=record("two", "two.pdf"), ba=record("ba", "ba-1.png"))
    assert 'href="hai.pdf" type="application/pdf" lang="vi" hreflang="vi">Bản in (PDF)</a>' in html
    assert 'href="two.pdf" type="application/pdf" lang="en" hreflang="en">Print version (PDF)</a>' in html
    assert not [name for name in ("ba.pdf", "ba-1.png") if name in html]


def test_a_failed_briefing_is_told_with_its_reason_and_an_earlier_page_stays_linked_and_dated(index):
    html = index("hai", ba=record("", failure="cell [3]: ValueError: <no>"))
    assert "1 bản tóm tắt. 1 bản chưa lập được." in html
    assert "Chưa lập được bản này." in html
    assert '<p class="failure" lang="en">cell [3]: ValueError: &lt;no&gt;</p>' in html
    assert 'href="ba.html"' not in html
    assert in_order(
        index("hai", ba=record("ba", day="2019", failure="quá giờ")),
        'href="ba.html"',
        "về phong trào: 2019.",
        "Chưa lập được bản này.",
        "quá giờ",
        "Trang đang mở được là bản lập trước đó. Lập ngày 29/01/2026.",
    )


def test_an_english_plan_has_an_english_index(index, plan):
    html = index("two", briefings=plan[2:])
    assert '<html lang="en">' in html
    assert "Rendered on 31 Jan 2026. 1 briefing." in html
    assert '<h2 lang="en">What can be compared?</h2>' in html
    assert "Các bản tóm tắt" not in html


@pytest.fixture(scope="module")
def front():
    ds = aq.load()
    shown = Overview(
        areas=["VN-71", "VN-21", "VN-14"], concepts=["propaganda_participants", "awards_collectives"]
    )
    return ds, shown


@pytest.fixture
def overviews(plan, front):
    def made(*slugs, **records):
        pages = {slug: record(slug) for slug in slugs} | records
        return {
            name: BeautifulSoup(html, "html.parser")
            for name, html in indexes(plan, pages, front, published="2024", made=date(2026, 1, 31)).items()
        }

    return made


def test_a_mark_tells_definitions_that_another_province_shares_from_those_that_are_its_own(overviews):
    first, second = next(iter(overviews("hai").values())).select("tbody tr")
    assert {" ".join(mark["class"]) for mark in first.select(".mark")} == {"mark open"}
    assert "mark" in {" ".join(mark["class"]) for mark in second.select(".mark")}


def test_the_front_page_links_provinces_to_their_pages_and_lists_the_others_and_failures(overviews):
    pages = overviews("hai", ba=record("", failure="quá giờ"))
    heads = pages["index.html"].select("thead a")
    assert [(link.text, link["href"]) for link in heads] == [("Điện Biên", "hai.html")]
    listed = pages["index.html"].select(".briefings li")
    assert [item.find(["a", "span"]).text for item in listed] == ["Xu hướng"]
    assert "quá giờ" in listed[0].text
    assert pages["index.en.html"].select(".briefings li") == []
