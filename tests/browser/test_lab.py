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
  const how = { factory: "Notebook", kernel: { name: "python3" } };
  window.opened = {};
  for (const path of names)
    opened[path] = await jupyterapp.commands.execute("docmanager:open", { path, ...how });
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
DRAWN = "name => opened[name].node.querySelectorAll('.js-plotly-plot:has(.main-svg)').length"
THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
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
  const linear = part => part <= 10.31475 ? part / 3294.6 : ((part / 255 + .055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => .2126 * linear(red) + .7152 * linear(green) + .0722 * linear(blue);
  const over = (top, below) => below.map((part, at) => part + (top[at] - part) * (top[3] ?? 1));
  const upward = node => node ? [...upward(node.parentElement), getComputedStyle(node)] : [];
  const ground = node =>
    upward(node).reduce((below, { backgroundColor }) => over(parts(backgroundColor), below), [255, 255, 255]);
  const ratio = (ink, below) => {
    const [low, high] = [light(over(ink, below)), light(below)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  };
  const opacity = node => upward(node).reduce((left, { opacity }) => left * opacity, 1);
  const ink = node => [...parts(getComputedStyle(node).color).slice(0, 3), opacity(node)];
  const says = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  const least = (selector, measure) =>
    Math.min(21, ...[...opened[name].node.querySelectorAll(selector)].map(measure));
  const paper = text => ground(text.closest(".js-plotly-plot").querySelector(".main-svg"));
  return {
    charts: least(".plotly text, .plotly tspan", text =>
      says(text) ? ratio(parts(getComputedStyle(text).fill), paper(text)) : 21),
    texts: least(".jp-OutputArea .jp-RenderedHTMLCommon :not(style, script)", node =>
      says(node) ? ratio(ink(node), ground(node)) : 21),
    marks: least(".scale > *", mark =>
      ratio(parts(getComputedStyle(mark, "::before").borderTopColor), ground(mark))),
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
        assert page.evaluate(DRAWN, name) == outputs["charts"]


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_shown_reads_on_its_ground(page, names, theme):
    page.evaluate(THEME, f"JupyterLab {theme}")
    page.wait_for_selector(f"body[data-jp-theme-name='JupyterLab {theme}']", state="attached")
    page.wait_for_timeout(500)
    least = []
    for name in names:
        page.evaluate(SHOW, name)
        least.append(page.evaluate(CONTRAST, name))
    for kind, bound in {"charts": 4.5, "texts": 4.5, "marks": 3}.items():
        assert bound <= min(each[kind] for each in least) < 21, (kind, least)


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


def test_a_number_leads_to_its_row_in_a_notebook_of_which_only_what_is_in_sight_is_laid_out(page, lab, names):
    page.evaluate("() => Promise.all(Object.values(opened).map(widget => widget.context.save()))")
    page.evaluate(FULL)
    page.goto(f"{lab}&reset")
    page.wait_for_function("window.jupyterapp?.started")
    page.evaluate(OPEN, names[:2])
    assert page.evaluate("name => opened[name].content.notebookConfig.windowingMode", names[0]) == "full"
    page.wait_for_timeout(1000)
    follow(page, names[:2])
