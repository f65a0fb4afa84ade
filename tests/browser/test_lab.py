# ruff: noqa: E501
"""Runs the notebooks in JupyterLab as a researcher does: what they show is read, drawn and followed there."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from antq_analysis.data import bundled

pytest.importorskip("jupyterlab")

THEMES = ("Light", "Dark")
# Opens notebooks, each in a kernel of its own, and keeps their widgets.
OPEN = """async names => {
  await jupyterapp.restored;
  const kernel = { name: "python3" };
  window.opened = {};
  for (const path of names)
    opened[path] = await jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook", kernel });
  await Promise.all(Object.values(opened).map(({ context }) => context.ready));
}"""
RUN = """() => Promise.all(Object.values(opened).map(async ({ id, sessionContext }) => {
  await sessionContext.ready;
  await jupyterapp.commands.execute("notebook:run-all-cells", { semanticWidget: id, activate: false });
}))"""
FULL = """() => jupyterapp.serviceManager.settings.save(
  "@jupyterlab/notebook-extension:tracker", JSON.stringify({ windowingMode: "full" }))"""
IN_SIGHT = """node => {
  const { top, bottom } = node.getBoundingClientRect();
  return node.checkVisibility() && top > 0 && bottom < innerHeight;
}"""
# The outputs of a notebook: names of errors, how many charts, characters of the largest.
OUTPUTS = """name => {
  const cells = [...opened[name].content.model.cells].filter(cell => cell.type === "code");
  const all = cells.flatMap(cell => cell.outputs.toJSON());
  return {
    errors: all.filter(each => each.output_type === "error").map(each => each.evalue),
    shown: all.length,
    charts: all.filter(each => each.data?.["application/vnd.plotly.v1+json"]).length,
    largest: Math.max(...all.map(each => JSON.stringify(each).length)),
  };
}"""
SHOW = """async name => {
  jupyterapp.shell.activateById(opened[name].id);
  for (const chart of opened[name].node.querySelectorAll(".js-plotly-plot")) {
    chart.scrollIntoView();
    await new Promise(done => setTimeout(done, 150));
  }
}"""
# The least contrast of each kind of thing in a notebook: texts of charts, texts beside them, marks in tables.
CONTRAST = """name => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [red, green, blue] = colour.map(part => (part /= 255, part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4));
    return .2126 * red + .7152 * green + .0722 * blue;
  };
  const over = (top, ground) => { const a = top[3] ?? 1; return ground.map((part, at) => top[at] * a + part * (1 - a)); };
  const ground = node => {
    const layers = [];
    for (; node; node = node.parentElement) layers.unshift(parts(getComputedStyle(node).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const ratio = (ink, below) => {
    const [low, high] = [light(over(ink, below)), light(below)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  };
  const fade = node => { let left = 1; for (; node; node = node.parentElement) left *= getComputedStyle(node).opacity; return left; };
  const root = opened[name].node, least = values => Math.min(99, ...values);
  const texts = [...root.querySelectorAll(".jp-OutputArea .jp-RenderedHTMLCommon *")].filter(node =>
    !node.matches("style, script, svg *") && [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  const inks = texts.map(node => { const [r, g, b] = parts(getComputedStyle(node).color); return [[r, g, b, fade(node)], ground(node)]; });
  return {
    charts: least([...root.querySelectorAll(".js-plotly-plot svg text")].filter(text => text.textContent.trim()).map(text =>
      ratio(parts(getComputedStyle(text).fill), ground(text.closest(".js-plotly-plot").querySelector(".main-svg"))))),
    texts: least(inks.map(pair => ratio(...pair))),
    marks: least([...root.querySelectorAll(".scale > *")].map(mark =>
      ratio(parts(getComputedStyle(mark, "::before").borderTopColor), ground(mark)))),
  };
}"""


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(bundled("notebooks"), folder)
    return folder


@pytest.fixture(scope="module")
def lab(notebooks: Path) -> Iterator[str]:
    """The address of a JupyterLab of its own that serves the notebooks to this machine alone."""
    own = {f"JUPYTER_{kind}_DIR": str(notebooks.parent / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{kind}_DIR": str(notebooks.parent / kind) for kind in ("SETTINGS", "WORKSPACES")}
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.token=secret"]
    options += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=notebooks, env=os.environ | own, **quiet) as server:
        yield f"{_address(notebooks.parent / 'RUNTIME')}lab?token=secret"
        server.terminate()


def _address(folder: Path) -> str:
    for _ in range(300):
        for path in folder.glob("jpserver-*.json"):
            return str(json.loads(path.read_text())["url"])
        time.sleep(0.1)
    pytest.fail("JupyterLab did not start")


@pytest.fixture(scope="module")
def names(notebooks: Path) -> list[str]:
    return sorted(path.name for path in notebooks.glob("*.ipynb"))


@pytest.fixture(scope="module")
def page(browser: Browser, lab: str, names: list[str]) -> Iterator[Page]:
    """JupyterLab with every notebook opened and run."""
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = context.new_page()
        page.goto(lab)
        page.wait_for_function("window.jupyterapp?.started")
        page.evaluate(OPEN, names)
        page.evaluate(RUN)
        yield page


def test_every_notebook_runs_and_draws_its_charts(page, names):
    assert len(names) >= 5
    for name in names:
        page.evaluate(SHOW, name)
        outputs = page.evaluate(OUTPUTS, name)
        assert outputs["errors"] == []
        assert outputs["shown"] > 5
        # plotly.js is the business of JupyterLab: a notebook that is kept stays small.
        assert outputs["largest"] < 200_000
        drawn = page.evaluate(
            "name => opened[name].node.querySelectorAll('.js-plotly-plot:has(.main-svg)').length", name
        )
        assert drawn == outputs["charts"]


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_shown_reads_on_its_ground(page, names, theme):
    page.evaluate(
        "name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })", f"JupyterLab {theme}"
    )
    page.wait_for_selector(f"body[data-jp-theme-name='JupyterLab {theme}']", state="attached")
    page.wait_for_timeout(500)
    for name in names:
        page.evaluate(SHOW, name)
        least = page.evaluate(CONTRAST, name)
        print(theme, name, least)
        assert least["charts"] >= 4.5, name
        assert least["texts"] >= 4.5, name
        assert least["marks"] >= 3, name


def follow(page, names):
    """Click the first number of each notebook, see its row, and go back to the number."""
    for name in names:
        page.evaluate("name => jupyterapp.shell.activateById(opened[name].id)", name)
        panel = page.locator(f"#{page.evaluate('name => opened[name].id', name)}")
        number = panel.locator("a.fig").first
        number.click()
        row = panel.locator(f"tr[id='{number.get_attribute('href')[1:]}'].reached")
        row.locator("td.back a").wait_for()
        page.wait_for_timeout(500)
        assert row.evaluate(IN_SIGHT), name
        row.locator("td.back a").click()
        page.wait_for_timeout(500)
        assert number.evaluate(IN_SIGHT), name


def test_a_number_leads_to_its_row_and_the_row_back(page, names):
    follow(page, names)


def test_a_number_leads_to_its_row_in_a_notebook_opened_again_of_which_only_what_is_in_sight_is_made(
    page, lab, names
):
    page.evaluate("() => Promise.all(Object.values(opened).map(widget => widget.context.save()))")
    page.evaluate(FULL)
    page.goto(f"{lab}&reset")
    page.wait_for_function("window.jupyterapp?.started")
    page.evaluate(OPEN, names[:2])
    assert page.evaluate("name => opened[name].content.notebookConfig.windowingMode", names[0]) == "full"
    page.wait_for_timeout(1000)
    follow(page, names[:2])
