import pytest
from bs4 import BeautifulSoup

from antq_analysis.batch.sections import Entry, contents, description, disarm, quieten


def soup(html):
    return BeautifulSoup(html, "html.parser")


def test_headings_get_names_without_accents_and_are_listed_in_their_order():
    page = soup("<h2>Số liệu <em>đã</em> công bố?</h2><h3>Nhỏ</h3><h2>Nguồn</h2>")
    assert contents(page) == [
        Entry("so-lieu-da-cong-bo", "Số liệu đã công bố?"),
        Entry("nguon", "Nguồn"),
    ]
    assert [heading.get("id") for heading in page.select("h2, h3")] == ["so-lieu-da-cong-bo", None, "nguon"]


def test_no_name_is_given_twice_nor_taken_from_something_else():
    page = soup('<p id="nguon"></p><h2>Nguồn</h2><h2>Nguồn</h2><h2>Main</h2><h2>…</h2><h2>?</h2>')
    names = [entry.id for entry in contents(page)]
    assert names == ["nguon-2", "nguon-3", "main-2", "section", "section-2"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Đoạn đầu.</p><p class='finding'>Ba <b>tỉnh</b>\n báo cáo.</p>", "Ba tỉnh báo cáo."),
        ("<p>Đoạn đầu.</p><p>Đoạn sau.</p>", "Đoạn đầu."),
        ("<h2>Mục</h2>", ""),
    ],
)
def test_a_page_is_described_by_its_first_finding_else_its_first_paragraph(html, expected):
    assert description(soup(html)) == expected


def test_a_long_description_ends_with_a_whole_word():
    text = description(soup(f"<p>{'hai mươi chữ ' * 30}</p>"))
    assert len(text) <= 201
    assert text.endswith(("hai…", "mươi…", "chữ…"))


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
    page = soup(f'<a href="{address}">x</a>')
    disarm(page)
    assert page.decode() == "<a>x</a>"


@pytest.mark.parametrize(
    "address", ["#obs-1", "other.html", "https://x.vn/a?b=1", "http://x.vn", "mailto:a@x.vn"]
)
def test_other_links_stay(address):
    page = soup(f'<a href="{address}">x</a>')
    disarm(page)
    assert page.a["href"] == address


def test_the_frame_of_a_table_is_reached_but_is_no_landmark():
    page = soup('<div class="table-scroll" role="region" tabindex="0"></div><div role="region"></div>')
    quieten(page)
    frame, other = page.select("div")
    assert (frame["role"], frame["tabindex"], other["role"]) == ("group", "0", "region")
