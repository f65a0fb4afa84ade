"""Opens every briefing of the plan as a reader does, on a phone and on a desk, and counts what is drawn."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from antq_analysis.batch.render import render

PLOTLY = "application/vnd.plotly.v1+json"
WINDOWS = {
    "phone": {"width": 390, "height": 844},
    "desk in the dark": {"width": 1440, "height": 900, "scheme": "dark"},
}


@dataclass
class Seen:
    figures: int
    drawn: int
    overflow: int
    said: list[str]
    asked: list[str]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, browser) -> Path:
    """The folder of the pages: rendered already where ANTQ_PAGES names it, else the whole plan now."""
    if made := os.environ.get("ANTQ_PAGES"):
        return Path(made)
    rendered = render(out=tmp_path_factory.mktemp("outputs"))
    assert [outcome.failure for outcome in rendered.failed] == []
    return rendered.index.parent


@pytest.fixture(scope="session", params=list(WINDOWS))
def seen(request: pytest.FixtureRequest, folder: Path, visit) -> dict[str, Seen]:
    """What a reader sees of each page in one kind of window, by the page's name."""
    pages = {}
    for path in sorted(folder.glob("*.html")):
        with visit(path, **WINDOWS[request.param]) as look:
            figures = _figures_in(path.with_suffix(".ipynb")) if path.name != "index.html" else 0
            pages[path.name] = Seen(figures, look.drawn, look.overflow, look.said, look.asked)
    return pages


def test_there_are_briefings_and_an_index(seen):
    assert "index.html" in seen
    assert len(seen) > 1


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


def test_the_index_links_every_page_and_no_other(folder: Path, visit):
    with visit(folder / "index.html", width=1440) as look:
        links = look.page.locator("main a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert sorted(links) == sorted(path.name for path in folder.glob("*.html") if path.name != "index.html")


def _figures_in(notebook: Path) -> int:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return sum(PLOTLY in output.get("data", {}) for output in outputs)
