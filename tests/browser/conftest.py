"""A real browser for the pages, with the network shut: what a page asks for is written down and refused."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from antq_analysis.briefings.render import render

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# One page of each notebook of the plan.
KINDS = (
    "thanh-hoa-ho-so-vi",
    "so-sanh-cac-tinh-vi",
    "so-lieu-qua-cac-nam-vi",
    "cac-ty-so-vi",
    "chat-luong-so-lieu-vi",
)


class Visit:
    """A page opened from its file, with all that it said on the console and asked the network for."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.route("**/*", self._gate)
        page.goto(path.resolve().as_uri())
        if page.locator("figure.chart").count():
            page.wait_for_selector("html[data-charts]")

    def _gate(self, route: Route) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def until(self, expression: str) -> None:
        """Wait for something to become true; the page's policy forbids playwright's own way to do so."""
        for _ in range(100):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"never true: {expression}")

    @property
    def drawn(self) -> int:
        return self.page.locator(".js-plotly-plot:has(.main-svg)").count()

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than its window, once its charts have followed the window."""
        for _ in range(100):
            over = int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
            if over <= 0:
                break
            self.page.wait_for_timeout(50)
        return over


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        message = f"no browser found; install one of {', '.join(BROWSERS)}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    # Chromium refuses its sandbox to root, and the only pages opened here are our own.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visit(browser: Browser):
    """Open a page in a window of its own: `with visit(path, width=390, height=844) as seen:`.

    `options` are those of a browser context: `color_scheme`, `device_scale_factor`, `has_touch` …
    """

    @contextmanager
    def opened(path: Path, *, width: int, height: int = 900, **options):
        with browser.new_context(viewport={"width": width, "height": height}, **options) as context:
            yield Visit(context.new_page(), path)

    return opened


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, browser) -> Path:
    """The folder of the pages: rendered already where ANTQ_PAGES names it, else the whole plan now."""
    if made := os.environ.get("ANTQ_PAGES"):
        return Path(made)
    rendered = render(out=tmp_path_factory.mktemp("outputs"))
    assert [outcome.failure for outcome in rendered.failed] == []
    return Path(rendered.index).parent


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest, folder: Path) -> Path:
    """One page of each kind, in turn."""
    return folder / f"{request.param}.html"
