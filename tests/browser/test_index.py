"""Looks for a page in the index as a reader does: by province, by question, by language, by year."""

from pathlib import Path

import pytest

from browser.conftest import PAGES

EVIL = "<script>document.title = 'taken'</script>"
# The pages that speak of one province: its own, and those of all provinces.
ONE_PROVINCE = [page for page in PAGES if not page.startswith(("dien-bien", "quang-binh"))]


@pytest.fixture
def look(folder, visit):
    with visit(folder / "index.html") as seen:
        yield seen.page


@pytest.fixture(scope="module")
def own(render) -> Path:
    """An index of two pages, of which one failed, whose titles and errors are markup."""
    notebooks = {"good": ["# Câu hỏi?"], "bad": ["# Hỏng?", f"raise ValueError({EVIL + 'x' * 200!r})"]}
    titled = f'[[briefing]]\nnotebook = "good"\ntitle = "{EVIL}"\n'
    return render("index", notebooks, plan=titled, code=1) / "index.html"


def shown(page) -> list[str]:
    links = page.locator(".briefings a:visible").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return sorted(link.removesuffix(".html") for link in links)


def test_choices_add_up_and_are_counted_and_cleared(look):
    count, clear = look.get_by_role("status"), look.get_by_role("button", name="Bỏ lọc")
    assert (shown(look), count.inner_text(), clear.is_disabled()) == (PAGES, "14 trang", True)
    look.get_by_label("Tỉnh").select_option(label="Thanh Hóa")
    assert shown(look) == ONE_PROVINCE
    look.get_by_label("Ngôn ngữ").select_option(label="English")
    assert shown(look) == [page for page in ONE_PROVINCE if page.endswith("-en")]
    assert count.inner_text() == "5 trang"
    look.get_by_label("Câu hỏi").select_option(index=3)
    assert shown(look) == ["so-lieu-qua-cac-nam-en"]
    assert look.locator("h2:visible").count() == 1
    look.get_by_label("Năm của nguồn mới nhất").select_option(label="2020")
    assert (shown(look), count.inner_text()) == ([], "0 trang")
    clear.click()
    look.wait_for_selector("button:disabled")
    assert shown(look) == PAGES


def test_pages_are_found_by_the_year_of_their_newest_source(look):
    year = look.get_by_label("Năm của nguồn mới nhất")
    assert year.locator("option").all_inner_texts() == ["Tất cả", "2024", "2020"]
    year.select_option(label="2020")
    assert shown(look) == ["quang-binh-ho-so-en", "quang-binh-ho-so-vi"]


def test_the_filter_works_by_keyboard(look):
    look.get_by_label("Ngôn ngữ").press("ArrowDown")
    assert shown(look) == [page for page in PAGES if page.endswith("-vi")]
    for key in ("Tab", "End"):
        look.keyboard.press(key)
    assert shown(look) == ["quang-binh-ho-so-vi"]
    for key in ("Tab", "Enter"):
        look.keyboard.press(key)
    look.wait_for_selector("button:disabled")
    assert shown(look) == PAGES


def test_without_scripts_all_pages_are_shown_and_no_filter(folder, visit):
    with visit(folder / "index.html", java_script_enabled=False) as seen:
        assert seen.page.locator("form").is_hidden()
        assert seen.page.locator(".briefings > li:visible").count() == len(PAGES)


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
