"""PDF, pictures and Word files of a page, made by the browser that would show it."""

import os
import shutil
from base64 import b64decode
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antq_analysis.briefings.assets import ENVIRONMENT
from antq_analysis.briefings.digest import Digest, digest
from antq_analysis.errors import RenderFailed
from antq_analysis.i18n import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")

# Milliseconds that a page has to draw its charts, on a slow machine that draws several pages at once.
DRAWN_WITHIN = 30_000

# Pixels of a page whose charts have letters of eight points in a column of 16.5 cm.
_COLUMN = 760
# Makes a chart so many centimetres high, and tells whether it is then at least half as high as it was.
_SIZED = """async (node, centimetres) => {
  const width = node.parentElement.clientWidth, own = node.clientHeight, height = centimetres * width / 16.5;
  await Plotly.relayout(node, { width, height, autosize: false });
  return height >= own / 2;
}"""

_SHARED: Any = {"width": 1080, "height": 1350}
_FITTED = """() => {
  for (let size = 40; document.documentElement.scrollHeight > innerHeight && size > 12; size -= 1)
    document.documentElement.style.fontSize = `${size}px`;
}"""

_SETTLED = """() => document.fonts.ready.then(
  () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""


def lacking(kinds: Collection[str] = ()) -> str | None:
    """Say what this machine lacks to make pictures of some kinds, and the way out; None for nothing."""
    if "docx" in kinds and find_spec("docx") is None:
        return "the Python package python-docx is not installed; run `pip install 'antq-analysis[office]'`"
    if find_spec("playwright") is None:
        return "the Python package playwright is not installed; run `pip install playwright`"
    if not any(map(shutil.which, BROWSERS)):
        return (
            "there is no browser; install Chromium, Chrome or Edge, so that one of the commands "
            f"{', '.join(BROWSERS)} is found"
        )
    return None


def make_pictures(page: Path, kinds: Collection[str], areas: Collection[str] = ()) -> dict[str, bytes]:
    """Make what other media take of a page, by the names of the files.

    `kinds` holds some of "pdf", "png" and "docx". A PDF is `<name>.pdf`; PNG pictures are `<name>-1.png`, …
    for each chart, and `<name>-chia-se.png` to share; Word files are `<name>.docx`, of a page in Vietnamese,
    and `<name>-cong-van.docx`, a letter with its questions, of one about one of `areas` alone. The page may
    ask no host for anything.

    Raises RenderFailed where something is lacking or a chart is not drawn.
    """
    if lack := lacking(kinds):
        raise RenderFailed(lack)

    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)))
    # Chromium refuses its sandbox to root, and the only page opened here is our own.
    is_root = getattr(os, "geteuid", lambda: None)() == 0
    options = ["--no-sandbox"] if is_root else []
    pictures, said = {}, digest(page.read_text(encoding="utf-8"))
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
            pictures[f"{page.stem}-chia-se.png"] = _shared(browser, said)
        # The decree that sets the layout is for texts in Vietnamese.
        if "docx" in kinds and said.lang == "vi" and said.answer:
            from antq_analysis.briefings import word

            chart = _chart(_opened(browser, page), word.room(said))
            pictures[f"{page.stem}.docx"] = word.report(said, chart)
            if said.questions and len(areas) == 1:
                pictures[f"{page.stem}-cong-van.docx"] = word.letter(said, *areas)
    return pictures


def _shared(browser: "Browser", said: Digest) -> bytes:
    """Draw the picture of a page to share: 1080 by 1350 pixels."""
    say = words(said.lang)
    template = ENVIRONMENT.get_template("share.html.j2")
    page = browser.new_page(viewport=_SHARED, color_scheme="light", offline=True)
    page.set_content(template.render(page=said, project=say("page.project"), sources=say("page.sources")))
    page.evaluate(_FITTED)
    return page.screenshot()


def _chart(page: "Page", height: float) -> bytes | None:
    """Draw the first chart of a page for Word, `height` centimetres high; None if that is too low to read."""
    chart = page.locator("figure.chart .js-plotly-plot").first
    if not chart.count():
        return None
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.set_viewport_size({"width": _COLUMN, "height": 1200})
    page.evaluate(_SETTLED)
    is_readable = chart.evaluate(_SIZED, height)
    page.evaluate(_SETTLED)
    return chart.screenshot() if is_readable else None


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
