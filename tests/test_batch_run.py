import json
import signal
import threading

import nbformat
import pytest
from made_notebooks import PLOTLY
from made_pages import charts_in
from made_runs import crew, job, rendered

from antq_analysis.briefings.folder import folder_at
from antq_analysis.briefings.freshness import Present
from antq_analysis.briefings.manifest import Manifest, differences, read_manifest
from antq_analysis.briefings.run import Pages, run, undisturbed

LOST = "from IPython.display import display\ndisplay({'application/vnd.plotly.v2+json': {}}, raw=True)"
NOTEBOOKS = {
    "good": [
        "# Câu hỏi?",
        "import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1, 2]))",
        "import os, sys, warnings\nprint(repr(code), areas, sorted(os.listdir()))",
        "print('careful', file=sys.stderr)",
    ],
    "raises": ["ds = 1", "raise ValueError('Không có\\nsố liệu')"],
    "leaves": ["import sys\nsys.exit(0)", "print('never')"],
    "loses": [LOST],
    "never_ends": ["1", "while True: pass"],
    "killed": ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
}
CELL = 'code: str = ""\nareas: list[str] = []'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages {x}")


@pytest.fixture(scope="module")
def outcomes(folder):
    """One real run of good and bad notebooks, by the name of the page."""
    # What earlier runs left: a good page that now fails, and a failure that is now mended.
    rendered(folder_at(folder), job("raises", "# Trước?", "1"))
    (folder / "good.failed.ipynb").write_text("earlier")
    parameters = {"code": "01", "areas": ["Điện Biên"]}
    options = {"parameters_cell": CELL, "parameters": parameters, "subtitle": "Tỉnh", "timeout": 8}
    jobs = [job(name, *cells, **options) for name, cells in NOTEBOOKS.items()]
    return rendered(folder_at(folder), *jobs)


def test_every_briefing_has_an_outcome(outcomes):
    assert outcomes.keys() == NOTEBOOKS.keys()
    assert [name for name, outcome in outcomes.items() if outcome.failure is None] == ["good"]


def test_a_good_page_shows_the_figures_of_its_notebook(outcomes, folder):
    html = (folder / "good.html").read_text()
    notebook = nbformat.read(folder / "good.ipynb", as_version=4)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    figures = [out.data[PLOTLY] for out in outputs if PLOTLY in out.get("data", {})]
    assert charts_in(html) == figures
    assert [trace["type"] for figure in figures for trace in figure["data"]] == ["bar"]
    assert "<h1>Câu hỏi?</h1>" in html


def test_parameters_reach_the_notebook_with_their_type_and_it_runs_in_an_empty_folder(outcomes, folder):
    html = (folder / "good.html").read_text().replace("&#39;", "'")
    assert "'01' ['Điện Biên'] []\n</pre>" in html


def test_stderr_is_told_to_the_operator_and_not_to_the_reader(outcomes, folder):
    assert outcomes["good"].warnings == ("careful",)
    assert "careful" not in (folder / "good.html").read_text()


def test_the_executed_notebook_does_not_say_on_which_machine_it_was_made(outcomes, folder):
    metadata = json.loads((folder / "good.ipynb").read_text())["metadata"]
    recorded = metadata["papermill"]
    assert (recorded["input_path"], recorded["output_path"]) == ("made.ipynb", "good.ipynb")
    assert "antq_analysis" not in metadata


def test_a_mended_failure_is_cleared_away(outcomes, folder):
    assert not (folder / "good.failed.ipynb").exists()


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("raises", "cell [4]: ValueError: Không có số liệu"),
        ("leaves", "cell [3]: SystemExit: 0"),
        (
            "loses",
            "cell [3]: A figure was displayed without the type application/vnd.plotly.v1+json "
            'and would be lost. Keep plotly.io.renderers.default = "plotly_mimetype".',
        ),
        ("never_ends", "cell [4]: did not end within 8 s"),
        ("killed", "cell [3]: its process was ended from outside, perhaps for want of memory"),
    ],
)
def test_a_failure_is_told_in_one_line_with_its_cell(outcomes, name, failure):
    assert outcomes[name].failure == failure


@pytest.mark.parametrize("name", ["raises", "leaves", "loses", "never_ends"])
def test_what_was_executed_of_a_failed_briefing_is_kept(outcomes, folder, name):
    assert outcomes[name].kept == f"{folder}/{name}.failed.ipynb"
    assert nbformat.read(outcomes[name].kept, as_version=4).cells


def test_a_failed_briefing_leaves_the_last_good_page_and_the_manifest_says_both(outcomes, folder):
    assert "<h1>Trước?</h1>" in (folder / "raises.html").read_text()
    assert not (folder / "loses.html").exists()
    pages = read_manifest(folder_at(folder)).pages
    assert (pages["raises"].status, pages["loses"].status, pages["good"].status) == (
        "outdated",
        "failed",
        "made",
    )
    assert "ValueError" in pages["raises"].failure.message


def test_the_folder_is_as_the_manifest_says_and_nothing_half_made_is_left(outcomes, folder):
    place = folder_at(folder)
    assert list(differences(place, read_manifest(place))) == []
    assert [path.name for path in folder.rglob(".*.part")] == []


def test_who_fails_fast_begins_nothing_after_a_failure(tmp_path):
    made = rendered(folder_at(tmp_path), *(job(f"p{n}", "1 / 0") for n in range(3)), fail_fast=True)
    assert len(made) == 1
    # What its crew had begun is asked again by nobody.
    assert len(list(crew().run([]))) <= 4


def test_a_page_that_stands_is_of_the_plan_that_lists_it_now(tmp_path):
    place, page = folder_at(tmp_path), job("a", "# Một?", "2 + 40")
    rendered(place, page, plan="before.toml")
    assert not rendered(place, page, plan="after.toml")["a"].is_new
    assert read_manifest(place).pages["a"].plan == "after.toml"


def test_a_fresh_page_is_left_alone_unless_forced(tmp_path):
    place, page = folder_at(tmp_path), job("a", "# Một?", "2 + 40")
    assert rendered(place, page)["a"].is_new
    before = (tmp_path / "a.html").stat().st_mtime_ns
    assert not rendered(place, page)["a"].is_new
    assert (tmp_path / "a.html").stat().st_mtime_ns == before
    assert rendered(place, page, force=True)["a"].is_new


def test_a_page_that_cannot_be_written_leaves_the_one_before_and_its_notebook(tmp_path):
    place = folder_at(tmp_path)
    rendered(place, job("a", "# Một?"))
    notebook = (tmp_path / "a.ipynb").read_bytes()
    (tmp_path / "a.html").unlink()
    (tmp_path / "a.html").mkdir()
    outcome = rendered(place, job("a", "# Hai?"))["a"]
    assert outcome.failure == f"cannot write it into {tmp_path}: Is a directory"
    assert outcome.kept is None
    assert (tmp_path / "a.ipynb").read_bytes() == notebook


def test_why_a_briefing_failed_is_told_where_its_notebook_cannot_be_kept(tmp_path):
    (tmp_path / "x.failed.ipynb").mkdir()
    outcome = rendered(folder_at(tmp_path), job("x", "1 / 0"))["x"]
    assert outcome.failure == "cell [1]: ZeroDivisionError: division by zero"
    assert outcome.kept is None


def test_shared_scripts_stay_as_long_as_a_page_takes_them(tmp_path):
    place = folder_at(tmp_path)
    rendered(place, job("a", "# Một?", assets="shared"), job("b", "# Hai?", assets="shared"))
    shared = sorted(path.name for path in (tmp_path / "assets").iterdir())
    assert shared
    rendered(place, job("a", "# Một?"))
    assert sorted(path.name for path in (tmp_path / "assets").iterdir()) == shared
    rendered(place, job("b", "# Hai?"))
    assert list((tmp_path / "assets").iterdir()) == []


def test_a_page_that_the_plan_no_longer_lists_is_removed_and_those_of_other_plans_stay(tmp_path):
    place = folder_at(tmp_path)
    rendered(place, job("a", "# Một?"), job("b", "# Hai?"))
    rendered(place, job("c", "# Ba?"), plan="other.toml")
    pages = Pages(place, read_manifest(place), "plan.toml")
    assert pages.drop(["a"]) == ["b"]
    assert sorted(pages.manifest.pages) == ["a", "c"]
    left = {path.name for path in tmp_path.iterdir()}
    assert {"a.html", "a.ipynb", "c.html"} <= left
    assert not {"b.html", "b.ipynb"} & left


def test_an_interrupt_waits_until_a_page_is_noted():
    done = []

    def work():
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [1]


def test_in_another_thread_there_is_nothing_to_wait_for():
    done = []

    def work():
        with undisturbed():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


def test_nothing_to_do_asks_nobody(tmp_path):
    place = folder_at(tmp_path)
    assert list(run([], Pages(place, Manifest(), ""), crew(), Present(place))) == []
