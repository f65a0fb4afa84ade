"""Looks for a page in the index as a reader does: by province, by question, by language, by age."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from made_notebooks import save

from antq_analysis.briefings.index import index_page
from antq_analysis.briefings.manifest import Failure, PageRecord
from antq_analysis.briefings.plan import Briefing

EVIL = "<script>document.title = 'taken'</script>"
AREAS = {"VN-71": "Điện Biên", "VN-21": "Thanh Hóa", "VN-99": EVIL}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    """The index of three provinces and a comparison in two languages, one of them failed."""
    folder = tmp_path_factory.mktemp("index")
    profile = save(folder / "01_profile.ipynb", "# Tỉnh đã công bố những gì?", parameters='lang: str = "vi"')
    compare = save(folder / "02_compare.ipynb", f"# So sánh được gì {EVIL}?", parameters='lang: str = "vi"')
    briefings = [
        Briefing(profile, f"{area.lower()}-{lang}", lang=lang, subtitle=f"Tỉnh: {name}", areas={area: name})
        for lang, (area, name) in product(["vi", "en"], AREAS.items())
    ]
    both = {area: AREAS[area] for area in ("VN-71", "VN-21")}
    briefings.append(Briefing(compare, "so-sanh-vi", subtitle="Các tỉnh", areas=both))
    pages = {briefing.slug: record(briefing.slug) for briefing in briefings}
    pages["vn-71-vi"] = record("vn-71-vi", "vn-71-vi.pdf", published="2020-02-26?")
    pages["vn-71-en"] = record("vn-71-en", published="2020-02-26?")
    pages["vn-99-vi"] = record("vn-99-vi", published="")
    failure = Failure(f"cell [3]: ValueError: {EVIL} {'x' * 200}", "2026-01-31T09:00:00+00:00", 1.0)
    pages["vn-21-en"] = replace(pages["vn-21-en"], failure=failure)
    return written(folder, index_page(briefings, pages, published="2024", today=date(2026, 1, 31)))


def record(slug: str, *more: str, published: str = "2024?") -> PageRecord:
    files = dict.fromkeys([f"{slug}.html", *more], "digest")
    started = "2026-01-29T12:00:00+00:00"
    return PageRecord("x.ipynb", "vi", {}, started=started, files=files, published=published)


def written(folder: Path, html: str) -> Path:
    path = folder / "index.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture
def look(index, visit):
    with visit(index, width=1440) as seen:
        yield seen.page
        assert (seen.said, seen.asked) == ([], [])


def shown(page):
    links = page.locator(".briefings a:visible:not(.pdf)")
    return sorted(
        links.evaluate_all("all => all.map(link => link.getAttribute('href').replace('.html', ''))")
    )


ALL = ["so-sanh-vi", "vn-21-en", "vn-21-vi", "vn-71-en", "vn-71-vi", "vn-99-en", "vn-99-vi"]


def test_all_pages_are_shown_and_counted_at_first(look):
    assert shown(look) == ALL
    assert look.get_by_role("status").inner_text() == "7 trang"


def test_a_choice_keeps_the_pages_that_match_it_and_choices_add_up(look):
    look.get_by_label("Tỉnh").select_option(label="Thanh Hóa")
    assert shown(look) == ["so-sanh-vi", "vn-21-en", "vn-21-vi"]
    assert look.get_by_role("status").inner_text() == "3 trang"
    look.get_by_label("Ngôn ngữ").select_option(label="English")
    assert shown(look) == ["vn-21-en"]
    assert look.locator("h2:visible").count() == 1
    look.get_by_label("Câu hỏi").select_option(index=2)
    assert shown(look) == []
    assert look.get_by_role("status").inner_text() == "0 trang"


def test_pages_are_found_by_the_year_of_their_newest_source(look):
    year = look.get_by_label("Năm của nguồn mới nhất")
    assert year.locator("option").all_inner_texts() == ["Tất cả", "2024", "2020"]
    year.select_option(label="2020")
    assert shown(look) == ["vn-71-en", "vn-71-vi"]
    assert look.locator(".briefings p:visible", has_text="2020").all_inner_texts() == [
        "Nguồn mới nhất được công bố: 26/02/2020 (suy ra).",
        "Newest source published: 26 Feb 2020 (inferred).",
    ]
    look.get_by_label("Ngôn ngữ").select_option(label="English")
    assert shown(look) == ["vn-71-en"]
    year.select_option(label="2024")
    assert shown(look) == ["vn-21-en", "vn-99-en"]


def test_the_filter_is_cleared_by_its_button(look):
    button = look.get_by_role("button", name="Bỏ lọc")
    assert button.is_disabled()
    look.get_by_label("Tỉnh").select_option(label=EVIL)
    assert shown(look) == ["vn-99-en", "vn-99-vi"]
    button.click()
    look.wait_for_selector("button:disabled")
    assert shown(look) == ALL


def test_the_filter_works_by_keyboard(look):
    look.get_by_label("Ngôn ngữ").focus()
    look.keyboard.press("ArrowDown")
    assert shown(look) == [slug for slug in ALL if slug.endswith("-vi")]
    look.keyboard.press("Tab")
    look.keyboard.press("End")
    assert shown(look) == ["vn-71-vi"]
    look.keyboard.press("Tab")
    look.keyboard.press("Enter")
    look.wait_for_selector("button:disabled")
    assert shown(look) == ALL


def test_an_english_index_counts_in_english(tmp_path, visit):
    notebook = save(tmp_path / "a.ipynb", "# A question?")
    briefings = [
        Briefing(notebook, slug, lang="en", subtitle=f"Province: {name}", areas={slug.upper(): name})
        for slug, name in (("vn-71", "Điện Biên"), ("vn-21", "Thanh Hóa"))
    ]
    pages = {briefing.slug: record(briefing.slug) for briefing in briefings}
    index = index_page(briefings, pages, published="", today=date(2026, 1, 31))
    with visit(written(tmp_path, index), width=390) as seen:
        status = seen.page.get_by_role("status")
        assert status.inner_text() == "2 pages"
        seen.page.get_by_label("Province").select_option("VN-21")
        assert status.inner_text() == "1 page"


def test_without_scripts_all_pages_are_shown_and_no_filter(index, browser):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(index.as_uri())
        assert page.locator("form").is_hidden()
        assert page.locator(".briefings > li:visible").count() == len(ALL)
        assert page.get_by_text("Newest source published: 26 Feb 2020 (inferred).").is_visible()


def test_names_are_text_whatever_they_hold(look):
    assert look.title().startswith("Các bản tóm tắt")
    assert look.get_by_role("link", name=EVIL).count() == 2
    assert EVIL in look.locator(".failure").inner_text()


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_the_index_is_no_wider_than_its_window(index, visit, width):
    with visit(index, width=width) as seen:
        assert seen.overflow <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "scale"), [(390, 1), (1440, 1), (720, 2)])
def test_the_index_is_accessible(index, browser, scheme, width, scale):
    window = {"width": width, "height": 450 * scale}
    # The checker is a script of its own, which the page's policy would refuse.
    with browser.new_context(
        viewport=window, device_scale_factor=scale, color_scheme=scheme, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto(index.as_uri())
        results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
