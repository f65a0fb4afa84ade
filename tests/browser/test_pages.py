"""Opens every briefing of the plan as readers do: on a phone, a tablet, a desk, in the dark, on paper."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import antq_analysis as aq
from antq_analysis.batch.render import render

PLOTLY = "application/vnd.plotly.v1+json"

# Windows that a page is opened in, and what its reader does then. A window of half the size at twice the
# density is what 200 % zoom gives a reader on a desk.
WINDOWS: dict[str, tuple[dict[str, Any], dict[str, Callable[[Page], None]]]] = {
    "phone": (
        {"width": 390, "height": 844},
        {"light": lambda page: None, "dark": lambda page: page.emulate_media(color_scheme="dark")},
    ),
    "desk": (
        {"width": 1440},
        {
            "light": lambda page: None,
            "dark": lambda page: page.emulate_media(color_scheme="dark"),
            "tablet": lambda page: page.set_viewport_size({"width": 768, "height": 1024}),
            "paper": lambda page: page.emulate_media(media="print"),
        },
    ),
    "desk at 200 %": (
        {"width": 720, "height": 450, "device_scale_factor": 2},
        {"light": lambda page: None},
    ),
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What is on the page in no language: names, figures as they are printed, words that are quoted.
FOREIGN_TEXT = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[lang=vi], script, svg').forEach((part) => part.remove());
  const labels = [...copy.querySelectorAll('[aria-label], [title], [data-label]')]
    .flatMap((part) => ['aria-label', 'title', 'data-label'].map((name) => part.getAttribute(name) ?? ''));
  const drawn = [...document.querySelectorAll('svg text')].map((text) => text.textContent);
  return [copy.textContent, ...labels, ...drawn].join('\\n');
}"""


@dataclass
class Seen:
    """What a reader meets on one page in one kind of window."""

    figures: int
    drawn: int
    overflow: int
    said: list[str]
    asked: list[str]
    barriers: list[str]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, browser) -> Path:
    """The folder of the pages: rendered already where ANTQ_PAGES names it, else the whole plan now."""
    if made := os.environ.get("ANTQ_PAGES"):
        return Path(made)
    rendered = render(out=tmp_path_factory.mktemp("outputs"))
    assert [outcome.failure for outcome in rendered.failed] == []
    return rendered.index.parent


@pytest.fixture(scope="session")
def pages(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.html") if path.name != "index.html")


@pytest.fixture(scope="session", params=list(WINDOWS))
def seen(request: pytest.FixtureRequest, folder: Path, pages: list[Path], visit) -> dict[str, Seen]:
    """What a reader sees of each page, and of the index, in one window, by the page's name and the view."""
    window, views = WINDOWS[request.param]
    found = {}
    for path in [*pages, folder / "index.html"]:
        figures = _figures_in(path.with_suffix(".ipynb")) if path.name != "index.html" else 0
        with visit(path, **window) as look:
            for name, turn_to in views.items():
                turn_to(look.page)
                barriers = _barriers(look.page) if name in {"light", "dark"} else []
                found[f"{path.name}, {name}"] = Seen(
                    figures, look.drawn, look.overflow, look.said, look.asked, barriers
                )
    return found


def test_there_are_briefings_in_both_languages_and_an_index(pages, folder):
    assert {path.stem.rsplit("-", 1)[1] for path in pages} == {"vi", "en"}
    assert (folder / "index.html").exists()


def test_every_figure_of_the_notebook_is_drawn(seen):
    assert {name: page.drawn for name, page in seen.items()} == {
        name: page.figures for name, page in seen.items()
    }


def test_the_browser_has_nothing_to_complain_about(seen):
    assert {name: page.said for name, page in seen.items() if page.said} == {}


def test_no_request_leaves_the_machine(seen):
    assert {name: page.asked for name, page in seen.items() if page.asked} == {}


def test_no_page_is_wider_than_its_window(seen):
    assert {name: page.overflow for name, page in seen.items() if page.overflow > 0} == {}


def test_nothing_bars_the_way_of_a_reader_with_a_screen_reader_or_a_keyboard(seen):
    assert {name: page.barriers for name, page in seen.items() if page.barriers} == {}


def test_the_index_links_every_page_and_no_other(folder: Path, pages: list[Path], visit):
    with visit(folder / "index.html", width=1440) as look:
        links = look.page.locator("main a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert sorted(links) == [path.name for path in pages]


def test_an_english_page_holds_no_vietnamese_but_names_prints_and_quotations(pages, visit):
    ds = aq.load()
    printed = sorted(map(str, ds.observations["figure_printed"]), key=len, reverse=True)
    names = "|".join(map(re.escape, [*ds.areas()["name_vi"], *printed]))
    found = {}
    for path in pages:
        if path.stem.endswith("-en"):
            with visit(path, width=1440) as look:
                text = re.sub(rf"{names}|“[^”]*”", " ", look.page.evaluate(FOREIGN_TEXT))
            # Lower case first: to a search without case, "ſ" of this range is an "s".
            found[path.name] = re.findall(r"[^\n]*[à-ỹđ][^\n]*", text.lower())
    assert found
    assert {name: lines[:5] for name, lines in found.items() if lines} == {}


def test_every_number_of_every_page_leads_to_the_row_of_its_figure_and_back(pages, visit):
    for path in pages:
        with visit(path, width=1440) as look:
            lost = look.page.evaluate("""() => {
              const numbers = [...document.querySelectorAll('a.fig')];
              const ids = numbers.flatMap((number) => window.antq.idsOf(number));
              const back = [...document.querySelectorAll('td.back a')];
              return [
                numbers.length,
                ids.filter((id) => !document.getElementById(`obs-${id}`)),
                back.filter((link) => !document.querySelector(link.getAttribute('href'))).length,
                back.length,
              ];
            }""")
        assert lost[0] > 0, path.name
        assert lost[1:3] == [[], 0], path.name
        assert lost[3] > 0, path.name


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
def test_a_number_of_a_real_page_says_where_it_is_printed(way, folder, visit):
    with visit(folder / "thanh-hoa-ho-so-vi.html", width=390, has_touch=way == "touch") as look:
        number = look.page.locator(".card a.fig").first
        if way == "mouse":
            number.hover()
        elif way == "keyboard":
            number.focus()
            look.page.keyboard.press("Enter")
        else:
            number.tap()
        told = look.page.locator("#popover")
        told.wait_for(state="visible")
        for words in ("Báo Thanh Hóa", "Đoạn", "2014–2024", "28.778 buổi tuyên truyền pháp luật"):
            assert words in told.inner_text()


def _barriers(page: Page) -> list[str]:
    # What is beside a page may not be read again by a script, and the tool would try.
    results = Axe().run(page, options={"runOnly": RULES, "preload": False})
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in results.response["violations"]
        for node in fault["nodes"][:3]
    ]


def _figures_in(notebook: Path) -> int:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return sum(PLOTLY in output.get("data", {}) for output in outputs)
