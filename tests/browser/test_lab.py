"""Runs the notebooks in JupyterLab as a researcher does: what they show is read, drawn and followed there."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

import antq_analysis as aq
from antq_analysis.data import bundled

pytest.importorskip("jupyterlab")

THEMES = ("Light", "Dark")
EXPLORER = "own/explorer.ipynb"
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
# What the view of the explorer shows: its code, the cells of its table, and the marks of its chart.
SEEN = """panel => {
  const output = panel.querySelector("pre.code").closest(".jp-OutputArea");
  const rows = [...output.querySelectorAll(".table-scroll tbody tr:not(.group)")];
  return {
    code: output.querySelector("pre.code").textContent,
    table: rows.map(row => [...row.cells].map(cell => cell.textContent)),
    marks: [...output.querySelectorAll(".js-plotly-plot:has(.main-svg)")].flatMap(
      chart => chart.data.map(({ x }) => Array.from(x, Number))),
    texts: output.innerText,
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
    Math.min(22, ...[...opened[name].node.querySelectorAll(selector)].map(measure));
  const paper = text => ground(text.closest(".js-plotly-plot").querySelector(".main-svg"));
  return {
    charts: least(".plotly text, .plotly tspan", text =>
      says(text) ? ratio(parts(getComputedStyle(text).fill), paper(text)) : 22),
    texts: least(".jp-OutputArea .jp-RenderedHTMLCommon :not(style, script)", node =>
      says(node) ? ratio(ink(node), ground(node)) : 22),
    fields: least(".jupyter-widgets :is(label, select, input)", node => ratio(ink(node), ground(node))),
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
    # The question whether one wants news comes at any time, and lies on what is to be clicked.
    asked = notebooks.parent / "SETTINGS/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    asked.parent.mkdir(parents=True)
    asked.write_text(json.dumps({"fetchNews": "false", "doNotDisturbMode": True}))
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.token=secret"]
    options += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=notebooks, env=os.environ | own, **quiet) as server:
        yield f"{_address(notebooks.parent / 'RUNTIME')}lab"
        server.terminate()


def _address(folder: Path) -> str:
    for _ in range(300):
        for path in folder.glob("jpserver-*.json"):
            # It may be read while it is written.
            with suppress(ValueError):
                return str(json.loads(path.read_text())["url"])
        time.sleep(0.1)
    pytest.fail("JupyterLab did not start")


@pytest.fixture(scope="module")
def names(notebooks: Path) -> list[str]:
    return sorted(path.name for path in notebooks.glob("*.ipynb"))


@pytest.fixture(scope="module")
def opened(browser: Browser, lab: str):
    """Open and run notebooks in a JupyterLab of its own; no error may be said on its console."""

    @contextmanager
    def run(names: list[str]) -> Iterator[Page]:
        with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
            page, faults = context.new_page(), []
            page.on("console", lambda said: faults.append(_place(said)) if _is_fault(said) else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            # Two pages at one kernel tell each other of widgets that only one of them knows.
            visit(page, lab, f"with-{len(names)}")
            page.evaluate(OPEN, names)
            page.evaluate(RUN)
            yield page
            assert faults == []

    return run


def visit(page: Page, lab: str, workspace: str) -> None:
    """Open JupyterLab; two pages that keep their layout in one workspace fail each other's writing."""
    page.goto(f"{lab}/workspaces/{workspace}?token=secret&reset")
    page.wait_for_function("window.jupyterapp?.started")


def _is_fault(said: ConsoleMessage) -> bool:
    # The server fails a list of kernels asked for while one starts: it has no time of last activity yet.
    return said.type == "error" and "/api/kernels?" not in said.location["url"]


def _place(said: ConsoleMessage) -> str:
    return f"{said.text} ({said.location['url']})"


@pytest.fixture(scope="module")
def page(opened, names: list[str]) -> Iterator[Page]:
    """JupyterLab with every notebook opened and run."""
    with opened(names) as page:
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
    for kind, bound in {"charts": 4.5, "texts": 4.5, "fields": 4.5, "marks": 3}.items():
        assert bound <= min(each[kind] for each in least) < 22, (kind, least)


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
    visit(page, lab, "in-sight")
    page.evaluate(OPEN, names[:2])
    assert page.evaluate("name => opened[name].content.notebookConfig.windowingMode", names[0]) == "full"
    page.wait_for_timeout(1000)
    follow(page, names[:2])


@pytest.fixture(scope="module")
def explorer(opened, notebooks):
    """The explorer with a kernel of its own."""
    (notebooks / "own").mkdir()
    shutil.copy(notebooks / "00_explore.ipynb", notebooks / EXPLORER)
    with opened([EXPLORER]) as page:
        panel = page.locator(f"#{page.evaluate('name => opened[name].id', EXPLORER)}")
        panel.locator("section.source").first.wait_for()
        yield panel


def made_by(code):
    """Run copied code in a space of its own; return the cells of its table and the marks of its chart."""
    *lines, last = code.splitlines()
    space = {}
    try:
        exec("\n".join(lines), space)
        marks = [[*map(float, each.x)] for each in eval(last, space).data]
        table = aq.tables.compare(space["rows"], space["ds"], reasons=True)
        return [[*map(str, row)] for row in table.frame.iloc[:, 1:].values], marks
    finally:
        aq.set_language("vi")


def view(explorer, *words):
    """Return what the explorer shows once its code holds some words, and check it against that code."""
    code = explorer.locator("pre.code")
    for word in words:
        code.filter(has_text=word).wait_for(timeout=5000)
    explorer.page.wait_for_timeout(500)
    seen = explorer.evaluate(SEEN)
    table, marks = made_by(seen["code"])
    bare = [["".join(cell.split()) for cell in row] for row in seen["table"]]
    assert bare == [["".join(cell.split()) for cell in row] for row in table]
    # One mark is no chart.
    assert seen["marks"] == (marks if sum(map(len, marks)) > 1 else [])
    return seen


@pytest.mark.parametrize(
    ("field", "choice", "word"),
    [
        ("Nội dung", "Dân số", "aq.plots.annual("),
        ("Nội dung", "– Lớp tập huấn phòng cháy, chữa cháy", "indicators='classes_fire_safety'"),
        ("Nội dung", "Người dự tuyên truyền", "'propaganda_participants'"),
        ("Cách đọc số", "theo đúng chữ (khoảng rộng)", "read_as('strict')"),
        ("Tính trên", "1.000 dân", "per=1000,"),
        ("Tính trên", "1 dân", "per=1,"),
        ("Tính trên", "không chia cho số dân", "per=None"),
        ("Từ năm", "2016", "since=2016"),
        ("Từ năm", "2014", "since=2014"),
        ("Đến năm", "2020", "until=2020"),
        ("Tỉnh", ["Hòa Bình", "Quảng Bình"], "areas=['Hòa Bình', 'Quảng Bình']"),
    ],
)
def test_chart_table_and_code_follow_every_field(explorer, field, choice, word):
    explorer.get_by_label(field, exact=True).select_option(label=choice)
    view(explorer, word)


@pytest.mark.parametrize("text", ["tin co gia tri", "Tin có giá trị", "valuable tips"])
def test_a_subject_is_found_by_words_of_either_language_with_or_without_accents(explorer, text):
    subjects = explorer.get_by_label("Nội dung", exact=True)
    explorer.get_by_label("Tìm nội dung").fill(text)
    explorer.get_by_text("Hợp tác xã", exact=True).wait_for(state="detached")
    found = [text.replace("\N{NO-BREAK SPACE}", " ") for text in subjects.locator("option").all_inner_texts()]
    assert found[0] == "Tin báo có giá trị"
    assert "– Nguồn tin có giá trị cung cấp qua mô hình" in found
    subjects.select_option(label=found[0])
    view(explorer, "'valuable_tips'")
    explorer.get_by_label("Tìm nội dung").fill("")
    explorer.get_by_text("Hợp tác xã", exact=True).first.wait_for(state="attached")


def test_what_cannot_be_shown_is_said_and_the_language_changes_everything(explorer):
    # Other tests may have run before it, and may follow.
    explorer.get_by_label("Đến năm").select_option(label="2020")
    explorer.get_by_label("Từ năm").select_option(label="2024")
    explorer.get_by_text("Năm đầu (2024) sau năm cuối (2020); hãy đổi lại.").wait_for()
    explorer.get_by_label("Từ năm").select_option(label="2014")
    explorer.get_by_label("Đến năm").select_option(label="2024")
    explorer.get_by_label("Tỉnh", exact=True).select_option(label=["Điện Biên", "Thanh Hóa"])
    explorer.get_by_label("Nội dung", exact=True).select_option(label="Hoạt động tuyên truyền")
    explorer.get_by_label("Tính trên").select_option(label="100.000 dân")
    explorer.get_by_label("Ngôn ngữ").select_option(label="English")
    explorer.get_by_label("Provinces", exact=True).wait_for()
    seen = view(explorer, "set_language('en')", "per=100000", "'propaganda_sessions'")
    assert "Per 100,000 inhabitants a year: Thanh Hóa" in seen["texts"]
    assert "Source: Thanh Hóa newspaper" in seen["texts"]
    outputs = explorer.page.evaluate(OUTPUTS, EXPLORER)
    assert outputs["errors"] == []
    explorer.get_by_role("button", name="Copy the code").click()
    assert explorer.page.evaluate("getSelection().toString()").strip() == seen["code"].strip()
    explorer.get_by_label("Language", exact=True).select_option(label="Vietnamese")
    explorer.get_by_label("Tỉnh", exact=True).wait_for()
