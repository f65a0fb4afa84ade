"""Forks a notebook as a researcher does, with other subjects and charts of her own, and renders it."""

import re
from base64 import b64decode
from pathlib import Path

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell
from typer.testing import CliRunner

from antq_analysis.briefings.page import figures
from antq_analysis.cli import app
from antq_analysis.data import bundled

pytestmark = pytest.mark.slow

OWN = """\
fig = aq.plots.dots(rows, ds)
fig.update_traces(marker_size=20)
fig.update_layout(title="Tập huấn, theo cách vẽ của tôi")
fig"""
BARS = 'import plotly.express as px\npx.bar(rows, x="label", y="upper", template="antq", title="Cận trên")'
VALUES = 'px.bar(rows, x="area", y="value", template="antq")'
# Two subjects of which Điện Biên has exact figures: a bar of both would be 570 of nothing.
TWO = 'rows = aq.compare(ds, ["contest_participants", "awards_collectives"], per=None)\n' + VALUES


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render 02 on another subject, with other charts in the place of its own, by a plan of one's own."""
    folder = tmp_path_factory.mktemp("fork")
    notebook = nbformat.read(bundled("notebooks") / "02_compare_provinces.ipynb", as_version=4)
    given = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    subject = 'concepts: list = ["training_participants"]'
    given.source, count = re.subn(r"concepts: list = \[.*?\]", subject, given.source, flags=re.DOTALL)
    (at,) = (at for at, cell in enumerate(notebook.cells) if "aq.plots.dots(" in cell.source)
    notebook.cells[at : at + 1] = map(new_code_cell, (OWN, BARS, VALUES, TWO))
    assert count == 1
    nbformat.write(notebook, folder / "mine.ipynb")
    (folder / "plan.toml").write_text('[[briefing]]\nnotebook = "mine"\nslug = "cua-toi"\n')
    result = CliRunner().invoke(app, ["render", str(folder / "plan.toml"), "--out", str(folder / "out")])
    assert result.exit_code == 0, result.output
    return next((folder / "out").glob("*/cua-toi.html"))


def test_a_fork_on_another_subject_is_a_right_page_with_its_own_charts(forked):
    page = BeautifulSoup(forked.read_text(encoding="utf-8"), "html.parser")
    answer, table = page.select_one(".answer").get_text(), page.select_one("table.answers").get_text()
    assert "Quảng Bình 4.044" in answer
    assert [text for text in ("trên 2.170", "1.890", "36.259") if text not in table] == []
    assert "tuyên truyền pháp luật" not in page.main.get_text()
    rows = {row["id"] for row in page.select(".sources tr[id]")}
    links = {link["href"][1:] for link in page.select("a.fig")}
    assert links
    assert links <= rows
    labels = [plot["aria-label"] for plot in page.select("figure.chart > .plot")]
    assert labels[:2] == ["Tập huấn, theo cách vẽ của tôi", "Cận trên"]


def test_its_charts_draw_what_they_were_told_to_and_no_wrong_comparison(forked):
    own, bars, values, two = figures(nbformat.read(forked.with_suffix(".ipynb"), as_version=4))
    assert {trace["marker"]["size"] for trace in own["data"]} == {20}
    ((places, heights),) = ((trace["x"], numbers(trace["y"])) for trace in bars["data"])
    assert len(set(places)) == len(places) == 4
    assert np.nanmax(heights) == pytest.approx(4044, abs=1)
    for figure in (values, two):
        drawn = [value for trace in figure["data"] for value in numbers(trace["y"]) if not np.isnan(value)]
        assert drawn == []


def numbers(packed: dict[str, str]) -> np.ndarray:
    """Unpack the numbers of a trace as plotly writes them."""
    return np.frombuffer(b64decode(packed["bdata"]), packed["dtype"])
