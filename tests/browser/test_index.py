"""Looks for a province or a page on the front page as a reader does, and in the list of pages of a plan."""

from pathlib import Path

import pytest

EVIL = "<script>document.title = 'taken'</script>"
# The first figures of the rows that are seen.
ROWS = ".overview tbody tr:visible th"


@pytest.fixture
def look(folder, visit):
    with visit(folder / "index.html") as seen:
        yield seen


@pytest.fixture(scope="module")
def own(render) -> Path:
    """An index of two pages, of which one failed, whose titles and errors are markup."""
    notebooks = {"good": ["# Câu hỏi?"], "bad": ["# Hỏng?", f"raise ValueError({EVIL + 'x' * 200!r})"]}
    titled = f'[[briefing]]\nnotebook = "good"\ntitle = "{EVIL}"\n'
    return render("index", notebooks, plan=titled, code=1) / "index.html"


def shown(page) -> list[str]:
    return page.locator(".briefings > li:visible").all_inner_texts()


def test_the_search_finds_subjects_provinces_and_pages_without_accents_and_the_address_keeps_it(look):
    page, box = look.page, look.page.get_by_role("searchbox")
    rows, pages = page.locator(ROWS).count(), len(shown(page))
    box.fill("tin bao gia tri")
    assert page.locator(ROWS).all_inner_texts() == ["Tin báo có giá trị"]
    box.fill("Quang Binh")
    assert 0 < page.locator(ROWS).count() < rows
    assert page.url.endswith("#q=Quang+Binh")
    page.reload()
    assert box.input_value() == "Quang Binh"
    assert 0 < page.locator(ROWS).count() < rows
    box.fill("phu tho")
    assert 0 < page.locator(ROWS).count() < rows, "what a province has become a part of"
    box.fill("can lam ro dieu gi")
    assert (page.locator(ROWS).count(), len(shown(page))) == (0, 1)
    box.fill("")
    assert (page.locator(ROWS).count(), len(shown(page)), page.url.endswith("index.html")) == (
        rows,
        pages,
        True,
    )


def test_the_languages_of_the_front_page_lead_to_each_other(look):
    look.page.get_by_role("link", name="English").click()
    assert look.page.url.endswith("index.en.html")
    assert look.page.locator("html").get_attribute("lang") == "en"
    look.page.get_by_role("link", name="Tiếng Việt").click()
    assert look.page.url.endswith("index.html")


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_on_a_phone_a_subject_is_a_block_with_a_line_for_each_province(folder, visit, name):
    with visit(folder / name, width=390, height=844) as seen:
        cells = seen.page.locator(".overview tbody tr").first.locator("td")
        boxes = [cell.bounding_box() for cell in cells.all()]
        assert len({box["x"] for box in boxes}) == 1
        assert seen.page.locator(".overview .area").first.is_visible()
        assert seen.page.get_by_role("rowheader").count() == seen.page.locator(".overview tbody tr").count()
        assert (seen.overflow, seen.barriers()) == (0, [])


def test_without_scripts_all_is_shown_and_no_search(folder, visit):
    with visit(folder / "index.html", java_script_enabled=False) as seen:
        assert seen.page.locator("form").is_hidden()
        assert seen.page.locator(".briefings > li:visible").count() > 0


def test_a_plan_without_an_overview_has_its_pages_searched_by_question(own, visit):
    with visit(own) as seen:
        box, status = seen.page.get_by_role("searchbox"), seen.page.get_by_role("status")
        assert len(shown(seen.page)) == 2
        box.fill("cau hoi")
        assert (len(shown(seen.page)), seen.page.locator("h2:visible").count()) == (1, 1)
        box.fill("x y z")
        assert (shown(seen.page), status.inner_text()) == ([], "Không tìm thấy kết quả.")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_names_and_errors_are_text_and_the_index_of_failures_has_no_barrier(own, visit, scheme, width):
    with visit(own, width=width, color_scheme=scheme) as seen:
        assert seen.page.title().startswith("Các bản tóm tắt")
        assert EVIL in seen.page.locator(".briefings a").inner_text()
        assert EVIL in seen.page.locator(".failure").inner_text()
        for each in (320, 768, width):
            seen.page.set_viewport_size({"width": each, "height": 900})
            assert seen.overflow <= 0, each
        assert seen.barriers() == []
