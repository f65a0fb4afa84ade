"""Cells show under the engine `antq` what they show under papermill's standard engine."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from made_notebooks import KERNEL, save
from made_runs import antq, ended, made_of, plan_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from antq_analysis.briefings.worker import Job
from antq_analysis.data import bundled

pytestmark = pytest.mark.slow

# ruff: noqa: E501

# What differs from one run of the same engine to the next, or from a kernel to a shell.
PASSING = {
    r"(/tmp/)?ipykernel_\d+/\d+\.py|<ipython-input-[^>]+>|\b\d+\.py|/tmp/ipython[^ ]*?\.py": "cell.py",
    r"0x[0-9a-f]{6,}": "address",
    r"stderr|<stderr>|<stdout>": "stream",
}


# Cells of every kind: what one defines a later one may use.
CELLS = {
    "text": "print('xin chào'); 1+1",
    "wide": "import pandas as pd\npd.DataFrame([range(30)])",
    "long": "pd.DataFrame({'a':range(200)})",
    "pandas_options": "pd.get_option('display.max_columns'), pd.get_option('display.width'), pd.get_option('display.max_rows')",
    "plotly": "import plotly.graph_objects as go, plotly.io as pio\nfig=go.Figure(go.Bar(x=[1],y=[2])); fig",
    "plotly_defaults": "pio.renderers.default, pio.templates.default",
    "fig_show": "fig.show()",
    "nan": "go.Figure(go.Scatter(x=[1,2],y=[float('nan'),None]))",
    "display_id": "from IPython.display import *\nh=display('a', display_id='q')\nprint('mid')\nh.update('b')",
    "update_display": "update_display('c', display_id='q')",
    "clear": "print('x'); clear_output(wait=True); print('y')",
    "streams": "import sys\nprint('o'); print('e', file=sys.stderr); print('o2')",
    "error": "def f():\n    return 1/0\nf()",
    "chained_error": "try:\n    1/0\nexcept Exception as e:\n    raise ValueError('đ') from e",
    "syntax": "x = = 1",
    "unknown_name": "nope",
    "keyboard_interrupt": "raise KeyboardInterrupt",
    "sys_exit": "import sys; sys.exit(3)",
    "bash": "%%bash\necho hi; echo err >&2",
    "capture": "%%capture c\nprint('captured'); display(2)",
    "captured": "c.show(); print(c.stdout)",
    "who": "zz=1\n%who int",
    "shell": "!echo shell; echo e2 >&2",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')",
    "warnings": "import warnings\ndef w():\n    warnings.warn('once')\nw(); w()\nwarnings.warn('dep', DeprecationWarning)",
    "png": "from IPython.display import Image\nimport base64\nImage(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))",
    "html": "display(HTML('<b>x</b>'), Markdown('# m'), JSON({'a':[1,2]}), Latex('$x$'), SVG('<svg/>'), Javascript('1'), Pretty('p'))",
    "mimebundle": "class M:\n    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/plain':'m','application/x+json':{'a':[1,None]}}, {'application/x+json':{'m':1}}\nM()",
    "html_that_fails": "class R:\n    def _repr_html_(self): 1/0\n    def __repr__(self): return 'R'\nR()",
    "repr_that_fails": "class R2:\n    def __repr__(self): 1/0\nR2()",
    "logging": "import logging\nlogging.warning('careful'); logging.getLogger('x').error('bad'); logging.getLogger().handlers",
    "logging_set_up": "logging.basicConfig(level=logging.INFO, stream=sys.stdout, force=True); logging.info('info')",
    "thread": "import threading\nth=threading.Thread(target=lambda: print('from thread')); th.start(); th.join()",
    "writefile": "%%writefile helper_d.py\nA = 5",
    "import_written": "import helper_d; helper_d.A",
    "help": "print?",
    "source": "len??",
    "semicolon": "5;",
    "underscores": "_, __, In[-1], Out and 1",
    "many_lines": "for i in range(5_000): print(i)",
    "unknown_magic": "%nope",
    "control_characters": "print('a\\x1b[31mred\\x1b[0m\\tb\\rc\\bd')",
    "loop": "asyncio.get_running_loop().is_running()",
    "publish": "get_ipython().display_pub.publish({'text/plain':'dp'})",
    "last": "print('last', file=sys.stderr)",
    "nested": "get_ipython().run_cell('print(1); 2').result",
}


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
    return by_command(path, "nbclient"), in_the_batch(path)


def test_cells_show_what_they_show_under_the_standard_engine(zoo):
    # papermill's own cells, which lead to the error, have ids by chance.
    theirs, ours = ([cell for cell in made.cells if "papermill" in cell.metadata] for made in zoo)
    assert [cell.id for cell in ours] == [cell.id for cell in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert shown(one) == shown(other), one.id
        assert one.get("execution_count") == other.get("execution_count"), one.id
        assert one.metadata.papermill.status == other.metadata.papermill.status, one.id


def test_a_briefing_is_what_it_is_under_the_standard_engine(tmp_path, monkeypatch):
    # Without this a chart would bring plotly.js along for nbconvert.
    monkeypatch.setenv("PLOTLY_RENDERER", "plotly_mimetype")
    # One notebook is enough here: all pages are compared with golden ones.
    path = tmp_path / "profile.ipynb"
    path.write_bytes((bundled("notebooks") / "01_province_profile.ipynb").read_bytes())
    theirs = by_command(path, "nbclient", "-p", "lang", "en")
    ours = in_the_batch(path, lang="en")
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
