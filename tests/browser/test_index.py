"""Looks for a page in the index as a reader does: by province, by question, by language, by year."""

from pathlib import Path

import pytest

EVIL = "<script>document.title = 'taken'</script>"
PROVINCES = ("dien-bien", "thanh-hoa", "quang-binh")
QUESTIONS = ("so-sanh-cac-tinh", "so-lieu-qua-cac-nam", "cac-ty-so", "chat-luong-so-lieu")
NAMES = [*(f"{province}-ho-so" for province in PROVINCES), *QUESTIONS]
ALL = sorted(f"{name}-{lang}" for name in NAMES for lang in ("vi", "en"))


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


def pages_of(*names: str, lang: str = "") -> list[str]:
    return [page for page in ALL if page[:-3] in names and page.endswith(lang)]


def test_choices_add_up_and_are_counted_and_cleared(look):
    count, clear = look.get_by_role("status"), look.get_by_role("button", name="Bỏ lọc")
    assert shown(look) == ALL
    assert count.inner_text() == "14 trang"
    assert clear.is_disabled()
    look.get_by_label("Tỉnh").select_option(label="Thanh Hóa")
    assert shown(look) == pages_of("thanh-hoa-ho-so", *QUESTIONS)
    look.get_by_label("Ngôn ngữ").select_option(label="English")
    assert shown(look) == pages_of("thanh-hoa-ho-so", *QUESTIONS, lang="en")
    assert count.inner_text() == "5 trang"
    look.get_by_label("Câu hỏi").select_option(index=3)
    assert shown(look) == ["so-lieu-qua-cac-nam-en"]
    assert look.locator("h2:visible").count() == 1
    look.get_by_label("Năm của nguồn mới nhất").select_option(label="2020")
    assert shown(look) == []
    assert count.inner_text() == "0 trang"
    clear.click()
    look.wait_for_selector("button:disabled")
    assert shown(look) == ALL


def test_pages_are_found_by_the_year_of_their_newest_source(look):
    year = look.get_by_label("Năm của nguồn mới nhất")
    assert year.locator("option").all_inner_texts() == ["Tất cả", "2024", "2020"]
    year.select_option(label="2020")
    assert shown(look) == pages_of("quang-binh-ho-so")
    assert look.locator(".briefings p:visible", has_text="2020").all_inner_texts() == [
        "Nguồn mới nhất được công bố: 26/02/2020 (suy ra).",
        "Newest source published: 26 Feb 2020 (inferred).",
    ]


def test_the_filter_works_by_keyboard(look):
    look.get_by_label("Ngôn ngữ").focus()
    look.keyboard.press("ArrowDown")
    assert shown(look) == pages_of(*NAMES, lang="vi")
    look.keyboard.press("Tab")
    look.keyboard.press("End")
    assert shown(look) == ["quang-binh-ho-so-vi"]
    look.keyboard.press("Tab")
    look.keyboard.press("Enter")
    look.wait_for_selector("button:disabled")
    assert shown(look) == ALL


def test_without_scripts_all_pages_are_shown_and_no_filter(folder, visit):
    with visit(folder / "index.html", java_script_enabled=False) as seen:
        assert seen.page.locator("form").is_hidden()
        assert seen.page.locator(".briefings > li:visible").count() == len(ALL)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_names_and_errors_are_text_and_the_index_of_failures_has_no_barrier(own, visit, scheme, width):
    with visit(own, width=width, color_scheme=scheme) as seen:
        assert seen.page.title().startswith("Các bản tóm tắt")
        assert EVIL in seen.page.locator("main").inner_text()
        assert EVIL in seen.page.locator(".failure").inner_text()
        for each in (320, 768, width):
            seen.page.set_viewport_size({"width": each, "height": 900})
            assert seen.overflow <= 0, each
        assert seen.barriers() == []
