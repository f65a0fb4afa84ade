"""Opens every briefing of the plan as readers do: on a phone, a tablet, a desk, in the dark, on paper."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import antq_analysis as aq

PLOTLY = "application/vnd.plotly.v1+json"

# Windows that a page is opened in, and the views of it there: a size of its own, a scheme, a medium. A window
# of half the size at twice the density is what 200 % zoom gives a reader on a desk; 680 px is the width of A4
# within its margins, 794 px that of the whole sheet.
WINDOWS: dict[str, tuple[dict[str, Any], dict[str, dict[str, Any]]]] = {
    "phone": (
        {"width": 390, "height": 844},
        {"light": {}, "dark": {"color_scheme": "dark"}},
    ),
    "desk": (
        {"width": 1440, "height": 900},
        {
            "light": {},
            "dark": {"color_scheme": "dark"},
            "tablet, light": {"width": 768, "height": 1024},
            "tablet, dark": {"width": 768, "height": 1024, "color_scheme": "dark"},
            "paper": {"width": 680, "height": 993, "media": "print"},
            "whole sheet": {"width": 794, "height": 1123, "media": "print", "color_scheme": "dark"},
        },
    ),
    "desk at 200 %": (
        {"width": 720, "height": 450, "device_scale_factor": 2},
        {"light": {}},
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
            for name, view in views.items():
                _turn_to(look.page, **{**window, **view})
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


def test_nothing_bars_the_way_on_a_tablet_either(kind, visit):
    # The colours are those of the other windows, where both schemes are looked at.
    with visit(kind, width=768, height=1024) as look:
        assert _barriers(look.page) == []


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


def _turn_to(page: Page, *, width: int, height: int, **seen_as: Any) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(
        media=seen_as.get("media", "screen"), color_scheme=seen_as.get("color_scheme", "light")
    )


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
