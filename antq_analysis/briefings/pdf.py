"""PDF of a page and PNG pictures of its charts, made by the browser that would show it."""

import os
import shutil
from base64 import b64decode
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from antq_analysis.errors import RenderFailed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")

# Milliseconds that a page has to draw its charts, on a slow machine that draws several pages at once.
DRAWN_WITHIN = 30_000

_SETTLED = """() => document.fonts.ready.then(
  () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""


def lacking() -> str | None:
    """Say what this machine lacks to make pictures, and the way out; None where it lacks nothing."""
    if find_spec("playwright") is None:
        return "the Python package playwright is not installed; run `pip install playwright`"
    if not any(map(shutil.which, BROWSERS)):
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

    program = next(filter(None, map(shutil.which, BROWSERS)))
    # Chromium refuses its sandbox to root, and the only page opened here is our own.
    is_root = getattr(os, "geteuid", lambda: None)() == 0
    options = ["--no-sandbox"] if is_root else []
    pictures = {}
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=options) as browser,
    ):
        if "pdf" in kinds:
            pictures[f"{page.stem}.pdf"] = _printed(_opened(browser, page))
        if "png" in kinds:
            opened = _opened(browser, page)
            for number in range(opened.locator("figure.chart").count()):
                # The picture that the page itself offers, with title, sources and date.
                url = opened.evaluate("number => window.antq.picture(number)", number)
                pictures[f"{page.stem}-{number + 1}.png"] = b64decode(url.partition(",")[2])
    return pictures


def _opened(browser: "Browser", path: Path) -> "Page":
    from playwright.sync_api import TimeoutError as TooLate

    page = browser.new_page(
        viewport={"width": 1200, "height": 1200},
        device_scale_factor=2,  # sharp on a slide
        color_scheme="light",
        reduced_motion="reduce",
        offline=True,
    )
    page.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    page.goto(path.resolve().as_uri())
    if charts := page.locator("figure.chart").count():
        try:
            page.wait_for_selector("html[data-charts]", timeout=DRAWN_WITHIN)
        except TooLate:
            fault = f"{path.name} has not said within {DRAWN_WITHIN / 1000:g} s that its charts are drawn"
            way = "open the page in a browser and look at its console"
            raise RenderFailed(f"{fault}; {way}") from None
        drawn = int(page.evaluate("Number(document.documentElement.dataset.charts)"))
        if drawn != charts:
            raise RenderFailed(f"the browser drew {drawn} of {charts} charts; open the page in it to see why")
    return page


def _printed(page: "Page") -> bytes:
    page.emulate_media(media="print")
    # The page draws its charts again for the width of paper.
    page.evaluate(_SETTLED)
    return page.pdf(prefer_css_page_size=True, format="A4", print_background=True, tagged=True, outline=True)
