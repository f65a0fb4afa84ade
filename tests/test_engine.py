"""Cells show under the engine `antq` what they show under papermill's standard engine."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from made_cells import CELLS
from made_notebooks import KERNEL, save
from made_runs import antq, ended, made_of, plan_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from antq_analysis.briefings.worker import Job
from antq_analysis.data import bundled

# What differs from one run of the same engine to the next, or from a kernel to a shell.
PASSING = {
    r"(/tmp/)?ipykernel_\d+/\d+\.py|<ipython-input-[^>]+>|\b\d+\.py|/tmp/ipython[^ ]*?\.py": "cell.py",
    r"0x[0-9a-f]{6,}": "address",
    r"stderr|<stderr>|<stdout>": "stream",
}


def by_the_standard_engine(path: Path, *options: str) -> nbformat.NotebookNode:
    """Run a notebook by papermill's command, as it comes."""
    return by_command(path, "nbclient", *options)


def by_command(path: Path, engine: str, *options: str) -> nbformat.NotebookNode:
    """Run a notebook by papermill's command and an engine."""
    out = path.with_name(f"{path.stem}.{engine}.ipynb")
    papermill = [Path(sys.executable).with_name("papermill"), "--no-progress-bar", "--engine", engine]
    subprocess.run([*papermill, path, out, *options], cwd=path.parent, capture_output=True, check=False)
    return nbformat.read(out, 4)


def in_the_batch(path: Path, **parameters: str) -> nbformat.NotebookNode:
    """Run a notebook as `antq render` does."""
    made = made_of(Job(path, "page", source=path.read_text(), parameters=parameters))["page"]
    files = {name: text for name, text in made.files.items() if name.endswith(".ipynb")}
    return nbformat.reads(files.popitem()[1].decode(), 4)


def shown(cell):
    """Return the outputs of a cell without what is passing: streams in one piece, errors by their names."""
    outputs, streams = [], {}
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        else:
            outputs.append({name: each for name, each in output.items() if name != "traceback"})
    text = json.dumps([streams, *outputs], sort_keys=True, ensure_ascii=False)
    for pattern, name in PASSING.items():
        text = re.sub(pattern, name, text)
    return json.loads(text)


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
    path = tmp_path_factory.mktemp("zoo") / "zoo.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    return by_the_standard_engine(path), in_the_batch(path)


def test_cells_show_what_they_show_under_the_standard_engine(zoo):
    theirs, ours = zoo
    assert [cell.id for cell in ours.cells] == [cell.id for cell in theirs.cells]
    for one, other in zip(ours.cells, theirs.cells, strict=True):
        assert shown(one) == shown(other), one.id
        assert one.get("execution_count") == other.get("execution_count"), one.id
        assert one.metadata.papermill.status == other.metadata.papermill.status, one.id


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_briefing_is_what_it_is_under_the_standard_engine(tmp_path, lang):
    # One notebook is enough here: all pages are compared with golden ones.
    path = tmp_path / "profile.ipynb"
    path.write_bytes((bundled("notebooks") / "01_province_profile.ipynb").read_bytes())
    theirs = by_the_standard_engine(path, "-p", "lang", lang)
    ours = in_the_batch(path, lang=lang)
    assert [shown(cell) for cell in ours.cells] == [shown(cell) for cell in theirs.cells]
    assert "application/vnd.plotly.v1+json" in json.dumps([shown(cell) for cell in ours.cells])


def test_the_command_of_papermill_passes_its_options_on(tmp_path):
    source = save(tmp_path / "in.ipynb", "print(a)", "%%bash\necho sub", parameters="a = 1")
    made = by_command(source, "antq", "-p", "a", "2", "--stdout-file", "log.txt")
    assert (tmp_path / "log.txt").read_text() == "2\nsub\n"
    assert [cell.metadata.papermill.status for cell in made.cells] == ["completed"] * 4


def test_a_notebook_is_ended_when_its_time_is_up_and_the_next_one_runs(tmp_path):
    save(tmp_path / "late.ipynb", "while True: pass")
    save(tmp_path / "good.ipynb", "1 + 1")
    code = (
        "import papermill\nfor name in ('late.ipynb', 'good.ipynb'):\n"
        "    try: papermill.execute_notebook(name, 'out.ipynb', engine_name='antq', execution_timeout=1,"
        " progress_bar=False)\n"
        "    except papermill.PapermillExecutionError as error: print(error.ename, error.evalue)\n"
        "    else: print('done')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines() == ["TimeoutError did not end within 1 s", "done"]


def test_a_notebook_for_another_kernel_gets_the_standard_engine_and_it_is_said(tmp_path):
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "env": {"A": "1"},
    }
    (tmp_path / "kernels" / "other").mkdir(parents=True)
    (tmp_path / "kernels" / "other" / "kernel.json").write_text(
        json.dumps(spec | {"display_name": "Other", "language": "python"})
    )
    cells = ["# Mot?", "import os; print(os.environ['A'])"]
    plan = plan_of(tmp_path, a=cells, b=cells)
    for path in tmp_path.glob("*.ipynb"):
        path.write_text(path.read_text().replace('"python3"', '"other"'))
    run = antq("render", plan, "--out", tmp_path / "out", env={"JUPYTER_PATH": str(tmp_path)})
    code, said, _ = ended(run)
    assert code == 0
    assert said.count("note: the notebook asks for the kernel 'other': papermill's standard engine") == 1
