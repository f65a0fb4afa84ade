import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from made_cells import CELLS
from made_notebooks import KERNEL, run, save, server
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from antq_analysis.briefings import engine
from antq_analysis.data import bundled

ENGINES = "nbclient", "antq"

BEFORE_A_CRASH = "print('so far')"

# What differs from one run of the same engine to the next.
PASSING = {
    r"ipykernel_\d+/\d+\.py": "cell.py",
    r"0x[0-9a-f]{6,}": "address",
    r"/tmp/pytest-of-[^' ]+?/(nbclient|antq)": "work",
}


def shown(cell):
    """Return the outputs of a cell, without what is passing, and with what was written in pieces in one."""
    outputs = []
    for output in cell.get("outputs", []):
        if outputs and output.get("name") and outputs[-1].get("name") == output.name:
            outputs[-1]["text"] += output.text
        else:
            outputs.append(dict(output))
    if {output.get("name") for output in outputs} == {"stdout", "stderr"} and len(outputs) == 2:
        # Which of the two comes first is up to the clock.
        outputs.sort(key=lambda output: output["name"])
    text = json.dumps(outputs, sort_keys=True, ensure_ascii=False)
    for pattern, name in PASSING.items():
        text = re.sub(pattern, name, text)
    return json.loads(text)


def executed(folder, notebook, **options):
    """Run one notebook with both engines, each in a folder of its own."""
    made = []
    for name in ENGINES:
        path = folder / name / "notebook.ipynb"
        path.parent.mkdir()
        nbformat.write(notebook, path)
        made.append(run(path, engine=name, **options))
    return made


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    tagged = {"tags": ["raises-exception"]}
    cells = [new_code_cell(source, id=name, metadata=tagged) for name, source in CELLS.items()]
    cells += [
        new_code_cell("", id="empty"),
        new_raw_cell("raw", id="raw"),
        new_markdown_cell("text", id="markdown"),
        new_code_cell("1", id="skipped", metadata={"tags": ["skip-execution"]}),
        new_code_cell("raise ValueError('the end')", id="the_end"),
        new_code_cell("1", id="after_the_end"),
    ]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    # All of it would be written anew after each cell.
    folder, options = tmp_path_factory.mktemp("zoo"), {"request_save_on_cell_execute": False}
    return [made for made, _ in executed(folder, notebook, **options)]


@pytest.mark.parametrize("name", [*CELLS, "empty", "raw", "markdown", "skipped", "the_end", "after_the_end"])
def test_a_cell_shows_what_it_shows_under_the_standard_engine(zoo, name):
    theirs, ours = (next(cell for cell in made.cells if cell.id == name) for made in zoo)
    assert shown(ours) == shown(theirs)
    assert ours.get("execution_count") == theirs.get("execution_count")
    assert ours.metadata.keys() == theirs.metadata.keys()
    assert ours.metadata.papermill.status == theirs.metadata.papermill.status
    assert ours.metadata.get("execution", {}).keys() == theirs.metadata.get("execution", {}).keys()


def test_the_notebook_says_of_itself_what_it_does_under_the_standard_engine(zoo):
    theirs, ours = (dict(made.metadata) for made in zoo)
    assert ours.pop(engine.RECORD)["engine"] == "antq"
    assert ours.keys() == theirs.keys()
    assert ours["language_info"] == theirs["language_info"]
    assert ours["papermill"].keys() == theirs["papermill"].keys()


@pytest.mark.parametrize("last", ["import sys; sys.exit()", "import os; os._exit(1)"])
def test_a_notebook_that_leaves_ends_as_it_does_under_the_standard_engine(tmp_path, last):
    cells = [new_code_cell(source) for source in (BEFORE_A_CRASH, last, "print('after')")]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    (theirs, their_error), (ours, our_error) = executed(tmp_path, notebook)
    assert our_error == their_error
    assert [shown(cell) for cell in ours.cells] == [shown(cell) for cell in theirs.cells]


@pytest.mark.parametrize("leave", ["exit()", "quit"])
def test_no_cell_runs_after_one_that_asks_to_leave(tmp_path, leave):
    made, error = run(save(tmp_path / "leaves.ipynb", "print('before')", leave, "print('after')"))
    assert error == "DeadKernelError: Kernel died"
    assert [shown(cell) for cell in made.cells[1:]] == [[], []]


NOTEBOOKS = sorted(path.name for path in bundled("notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_briefing_is_what_it_is_under_the_standard_engine(tmp_path, name, lang):
    notebook = nbformat.read(bundled("notebooks") / name, 4)
    (theirs, their_error), (ours, our_error) = executed(tmp_path, notebook, parameters={"lang": lang})
    assert our_error == their_error == ""
    assert [shown(cell) for cell in ours.cells] == [shown(cell) for cell in theirs.cells]
    assert any("plotly" in kind for cell in ours.cells for kind in json.dumps(shown(cell)).split("/"))


def test_outputs_that_no_notebook_can_hold_are_the_same_error(tmp_path):
    bad = "from IPython.display import display\ndisplay({'application/x': {'a': 1}}, raw=True)"
    notebook = new_notebook(cells=[new_code_cell(bad)], metadata={"kernelspec": KERNEL})
    (_, their_error), (_, our_error) = executed(tmp_path, notebook)
    assert our_error == their_error
    assert "is not valid" in our_error


def test_the_command_of_papermill_finds_it(tmp_path):
    source = save(tmp_path / "in.ipynb", "print(a)", "%%bash\necho sub", parameters="a = 1")
    command = [
        Path(sys.executable).with_name("papermill"),
        "--engine",
        "antq",
        source,
        "out.ipynb",
        "-p",
        "a",
        "2",
    ]
    told = subprocess.run(
        [*command, "--stdout-file", "log.txt"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "100%" in told.stderr
    made = nbformat.read(tmp_path / "out.ipynb", 4)
    assert made.metadata[engine.RECORD]["engine"] == "antq"
    assert (tmp_path / "log.txt").read_text() == "2\nsub\n"


TWICE = """
import papermill, threading
for _ in range(2):
    nb = papermill.execute_notebook("in.ipynb", "out.ipynb", engine_name="antq")
    print(nb.metadata["antq_analysis"]["engine"])
threading.Thread(target=threading.Event().wait, daemon=True).start()
for _ in range(2):
    nb = papermill.execute_notebook("in.ipynb", "out.ipynb", engine_name="antq", progress_bar=False)
    print(nb.metadata["antq_analysis"]["engine"])
"""


def test_a_progress_bar_does_not_forbid_a_fork_a_second_thread_does_and_it_is_said_once(tmp_path):
    save(tmp_path / "in.ipynb", "1 + 1")
    told = subprocess.run(
        [sys.executable, "-c", TWICE], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["antq", "antq", "papermill", "papermill"]
    assert told.stderr.count("a second thread") == 1
    assert "1/1" in told.stderr


LATE = """
import papermill
options = {"engine_name": "antq", "progress_bar": False}
for name, seconds in {"late.ipynb": 0.5, "good.ipynb": 20}.items():
    try:
        papermill.execute_notebook(name, "out.ipynb", execution_timeout=seconds, **options)
        print("done", flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


def test_one_that_is_late_does_not_cost_the_next_in_the_same_process(tmp_path):
    save(tmp_path / "late.ipynb", "while True: pass")
    save(tmp_path / "good.ipynb", "1 + 1")
    told = subprocess.run(
        [sys.executable, "-c", LATE], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["CellTimeoutError", "done"]


def test_a_notebook_for_another_kernel_is_not_forked():
    # Here other tests may have left a thread behind.
    assert server().call(engine.unforkable, "ir") == "the notebook asks for the kernel 'ir'"
    assert server().call(engine.unforkable, "python3") is None


def test_where_nothing_can_be_forked_nothing_is(monkeypatch):
    monkeypatch.setattr(engine, "can_fork", lambda: False)
    assert "cannot fork" in engine.unforkable("python3")
