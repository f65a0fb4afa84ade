import re

import pytest

from antq_analysis.briefings.sections import Entry, contents, description, disarm, has_class, refuse_foreign
from antq_analysis.briefings.sections import parsed as soup
from antq_analysis.errors import RenderFailed


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


FOREIGN = "applet audio base embed form frame frameset iframe link meta object portal script style video"


@pytest.mark.parametrize(
    ("html", "named"),
    [
        *((f"<{name}>", name) for name in FOREIGN.split()),
        ('<script type="application/json" class="chart-data">{}</script>', "script"),
        ('<b onclick="x()">', "b onclick"),
        ('<img srcset="a.png 2x">', "img srcset"),
        ('<a href="#a" ping="https://x.example">', "a ping"),
        ('<button formaction="https://x.example">', "button formaction"),
        ('<svg><use xlink:href="https://x.example"></svg>', "use xlink:href"),
        ('<svg><image href="https://x.example/1.png"></svg>', "image href"),
        ('<img src=" https://x.example/1.png">', "img src"),
        ('<img src="1.png">', "img src"),
        ('<b poster="1.png">', "b poster"),
    ],
)
def test_what_fetches_sends_or_runs_something_is_refused(html, named):
    with pytest.raises(RenderFailed) as raised:
        refuse_foreign(soup(f"<p>{html}</p>"))
    assert str(raised.value) == (
        f"A text or an output holds <{named}>, but a page takes nothing from elsewhere and runs only its own "
        "script. Remove it; display a plotly Figure, a table or a picture, or write an ordinary link."
    )


@pytest.mark.parametrize("name", ["chart-hint", "charts", "main", "page-setup", "plotly", "popover"])
def test_the_names_of_the_parts_of_a_page_are_refused(name):
    fault = f'A text or an output gives <p> the name id="{name}" of a part of the page. Rename it.'
    with pytest.raises(RenderFailed, match=re.escape(fault)):
        refuse_foreign(soup(f'<p id="{name}">'))


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/png;base64,AA=="/>',
        '<a href="https://x.example" id="nguon">x</a>',
        '<svg><use href="#part"></use></svg>',
    ],
)
def test_what_a_page_itself_is_made_of_stays(html):
    page = soup(html)
    refuse_foreign(page)
    assert page.decode() == html


def test_comments_are_dropped_for_browsers_may_end_them_earlier():
    page = soup("<p>a<!--><b>-->c</p>")
    refuse_foreign(page)
    assert "<!--" not in page.decode()


def test_a_class_is_one_word_among_the_classes():
    page = soup('<p class="one two"></p><p></p>')
    first, second = page.find_all("p")
    assert [has_class(first, name) for name in ("one", "two", "on", "one two")] == [True, True, False, False]
    assert not has_class(second, "one")
