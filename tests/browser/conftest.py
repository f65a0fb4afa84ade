"""A browser without a network, the rendered pages of the plan, and the command to render other notebooks."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from made_notebooks import KERNEL
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, Page, Route, sync_playwright

from antq_analysis.briefings.pdf import BROWSERS

COMMAND = [sys.executable, "-c", "from antq_analysis.cli import main; main()", "render"]
# The pages of the plan in the order of their names.
PAGES = [
    f"{name}-{lang}"
    for name in (
        *("cac-ty-so", "chat-luong-so-lieu", "dien-bien-ho-so", "hoa-binh-ho-so", "quang-binh-ho-so"),
        *("so-lieu-qua-cac-nam", "so-sanh-cac-tinh", "thanh-hoa-ho-so"),
    )
    for lang in ("en", "vi")
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visit:
    """A page opened from its file, with all that it said on the console and asked the network for."""

    def __init__(self, page: Page, path: Path, *, scripts: bool = True) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.route("**/*", self._gate)
        page.goto(path.resolve().as_uri())
        if scripts and page.locator("figure.chart").count():
            page.wait_for_selector("html[data-charts]")

    def _gate(self, route: Route) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def until(self, expression: str) -> None:
        """Wait for something to become true; the page's policy forbids playwright's own way to do so."""
        if not self._becomes(expression):
            pytest.fail(f"never true: {expression}")

    def _becomes(self, expression: str) -> bool:
        for _ in range(200):
            if self.page.evaluate(expression):
                return True
            self.page.wait_for_timeout(25)
        return False

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.className"))

    @property
    def drawn(self) -> int:
        return self.page.locator(".js-plotly-plot:has(.main-svg)").count()

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than its window, once its charts have followed the window."""
        over = "document.documentElement.scrollWidth - window.innerWidth"
        self._becomes(f"{over} <= 0")
        return int(self.page.evaluate(over))

    def barriers(self) -> list[str]:
        """List what axe-core finds in the way of a reader with a screen reader or a keyboard."""
        # What is beside a page may not be read again by a script, and the tool would try.
        options = {"runOnly": RULES, "preload": False, "resultTypes": ["violations"]}
        return [
            f"{fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in Axe().run(self.page, options=options).response["violations"]
            for node in fault["nodes"][:3]
        ]


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

    `options` are those of a browser context: `color_scheme`, `device_scale_factor`, `has_touch` … A message
    on the console or a request fails the test, unless `quiet=False`.
    """

    @contextmanager
    def opened(path: Path, *, width: int = 1440, height: int = 900, quiet: bool = True, **options: Any):
        with browser.new_context(viewport={"width": width, "height": height}, **options) as context:
            seen = Visit(context.new_page(), path, scripts=options.get("java_script_enabled", True))
            yield seen
            if quiet:
                assert (seen.said, seen.asked) == ([], [])

    return opened


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory):
    """Make a folder once, whichever worker of pytest-xdist needs it first."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        with FileLock(base / f"{name}.lock"):
            if not (base / name / "made").exists():
                make(base / name)
                (base / name / "made").touch()
        return base / name

    return made


@pytest.fixture(scope="session")
def render(browser: Browser, once):
    """Render notebooks, given by their cells, with the command; return the folder of the pages.

    A cell that begins with `#` is markdown, one that begins with `#appendix` begins the appendix. `plan` may
    hold entries; `code` is the exit code expected.
    """

    def rendered(name: str, notebooks: dict[str, list[str]], *options: str, plan: str = "", code: int = 0):
        def make(folder: Path) -> None:
            folder.mkdir(exist_ok=True)
            for notebook, cells in notebooks.items():
                made = [new_markdown_cell(text) if text[0] == "#" else new_code_cell(text) for text in cells]
                for cell in made:
                    if cell.source.startswith("#appendix"):
                        cell.update(source=cell.source[9:], metadata={"tags": ["appendix"]})
                nbformat.write(
                    new_notebook(cells=made, metadata={"kernelspec": KERNEL}), folder / f"{notebook}.ipynb"
                )
            listed = [f'[[briefing]]\nnotebook = "{each}"\n' for each in notebooks if f'"{each}"' not in plan]
            (folder / "plan.toml").write_text("\n".join([*listed, plan]), encoding="utf-8")
            run_command(folder / "plan.toml", "--out", folder / "out", *options, code=code)

        (pages,) = (once(name, make) / "out").iterdir()
        return pages

    return rendered


@pytest.fixture(scope="session")
def folder(browser: Browser, once) -> Path:
    """The folder of the pages of the plan: rendered already where ANTQ_PAGES names it, else now."""
    if made := os.environ.get("ANTQ_PAGES"):
        return Path(made)
    (pages,) = once("plan", lambda out: run_command("--out", out / "outputs", code=0)).glob("outputs/*")
    return pages


def run_command(*arguments: object, code: int) -> None:
    run = subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert run.returncode == code, run.stdout + run.stderr


def displaying(data: dict[str, Any]) -> str:
    """Write the cell whose output is these MIME types, just as they are."""
    return f"from IPython.display import display\ndisplay({data!r}, raw=True)"
