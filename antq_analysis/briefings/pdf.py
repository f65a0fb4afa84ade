"""PDF of a page and PNG pictures of its charts, made by the browser that would show it."""

import os
import shutil
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from antq_analysis.errors import RenderFailed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

KINDS = ("pdf", "png")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")

# CSS pixels of the window a chart is photographed in, and pixels of the picture for each: sharp on a slide.
WIDTH, SCALE = 1200, 2

# Milliseconds that a page has to draw its charts, on a slow machine that draws several pages at once.
DRAWN_WITHIN = 30_000

# On a slide nobody can open a table or press a button, and a picture wants a margin around the chart.
_FRAMED = """figure => {
  const hide = part => part.style.setProperty("display", "none");
  figure.querySelectorAll("details, button, .tools").forEach(hide);
  const width = `${figure.clientWidth + 48}px`;
  const margin = {padding: "24px", margin: "0 -24px", boxSizing: "border-box", maxWidth: "none"};
  Object.assign(figure.style, margin, {width});
}"""

_SETTLED = """() => document.fonts.ready.then(
  () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""


def lacking() -> str | None:
    """Say what this machine lacks to make pictures, and the way out; None where it lacks nothing."""
    if find_spec("playwright") is None:
        return "the Python package playwright is not installed; run `pip install playwright`"
    if _program() is None:
        return (
            "there is no browser; install Chromium, Chrome or Edge, so that one of the commands "
            f"{', '.join(BROWSERS)} is found"
        )
    return None


def make_pictures(page: Path, kinds: Collection[str]) -> dict[str, bytes]:
    """Make pictures of a page: `<name>.pdf`, and `<name>-1.png`, … one for each chart, by these names.

    `kinds` holds `"pdf"`, `"png"` or both. The page may ask no host for anything.

    Raises RenderFailed where no browser is found or a chart is not drawn.
    """
    if lack := lacking():
        raise RenderFailed(lack)

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, _browser(playwright) as browser:
        pdf = {f"{page.stem}.pdf": _printed(_opened(browser, page))} if "pdf" in kinds else {}
        charts = _charts(_opened(browser, page)) if "png" in kinds else ()
        return pdf | {f"{page.stem}-{number}.png": picture for number, picture in enumerate(charts, 1)}


def _program() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _browser(playwright: "Playwright") -> "Browser":
    # Chromium refuses its sandbox to root, and the only page opened here is our own.
    root = getattr(os, "geteuid", lambda: None)() == 0
    return playwright.chromium.launch(executable_path=_program(), args=["--no-sandbox"] if root else [])


def _opened(browser: "Browser", path: Path) -> "Page":
    page = browser.new_page(
        viewport={"width": WIDTH, "height": WIDTH},
        device_scale_factor=SCALE,
        color_scheme="light",
        reduced_motion="reduce",
        offline=True,
    )
    page.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    page.goto(path.resolve().as_uri())
    if charts := page.locator("figure.chart").count():
        drawn = _drawn(page, path)
        if drawn != charts:
            raise RenderFailed(f"the browser drew {drawn} of {charts} charts; open the page in it to see why")
    return page


def _drawn(page: "Page", path: Path) -> int:
    from playwright.sync_api import TimeoutError as TooLate

    try:
        page.wait_for_selector("html[data-charts]", timeout=DRAWN_WITHIN)
    except TooLate:
        raise RenderFailed(
            f"{path.name} has not said within {DRAWN_WITHIN / 1000:g} s that its charts are drawn; "
            "open the page in a browser and look at its console"
        ) from None
    return int(page.evaluate("Number(document.documentElement.dataset.charts)"))


def _charts(page: "Page") -> Iterator[bytes]:
    for figure in page.locator("figure.chart").all():
        figure.evaluate(_FRAMED)
        yield figure.screenshot(animations="disabled")


def _printed(page: "Page") -> bytes:
    page.emulate_media(media="print")
    # The page draws its charts again for the width of paper.
    page.evaluate(_SETTLED)
    return page.pdf(prefer_css_page_size=True, format="A4", print_background=True, tagged=True, outline=True)
