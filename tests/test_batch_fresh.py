import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest
from made_notebooks import printed, run, save

# What one notebook does to its process, and what another says of the same thing.
DONE = {
    "globals": ("marked = 1", "'marked' in globals()"),
    "environment": ("import os; os.environ['MARKED'] = '1'", "'MARKED' in __import__('os').environ"),
    "folder": ("import os; os.chdir('/')", "__import__('os').getcwd() == '/'"),
    "path": ("import sys; sys.path.append('/marked')", "'/marked' in __import__('sys').path"),
    "arguments": ("import sys; sys.argv.append('marked')", "'marked' in __import__('sys').argv"),
    "modules": ("import sys; sys.modules['marked'] = sys", "'marked' in __import__('sys').modules"),
    "filters": (
        "import warnings; warnings.simplefilter('error', ResourceWarning)",
        "('error', None, ResourceWarning, None, 0) in __import__('warnings').filters",
    ),
    "locale": (
        "import locale; locale.setlocale(locale.LC_NUMERIC, 'C.UTF-8')",
        "__import__('locale').setlocale(__import__('locale').LC_NUMERIC) == 'C.UTF-8'",
    ),
    "umask": ("import os; os.umask(0o777)", "__import__('os').umask(0o22) == 0o777"),
    "signals": (
        "import signal; signal.signal(signal.SIGTERM, print)",
        "__import__('signal').getsignal(15) is print",
    ),
    "threads": (
        "import threading as t\nt.Thread(target=t.Event().wait, daemon=True, name='marked').start()",
        "'marked' in [each.name for each in __import__('threading').enumerate()]",
    ),
    "pandas": (
        "import pandas; pandas.set_option('display.precision', 1)",
        "__import__('pandas').get_option('display.precision') == 1",
    ),
    "plotly": (
        "import plotly.io; plotly.io.templates.default = 'seaborn'",
        "__import__('plotly.io').io.templates.default == 'seaborn'",
    ),
    "a changed library": ("import json; json.dumps = print", "__import__('json').dumps is print"),
    "logging": (
        "import logging; logging.basicConfig(level=1)",
        "bool(__import__('logging').getLogger().handlers)",
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Say what a second notebook finds, by its name."""
    folder = tmp_path_factory.mktemp("isolation")
    assert run(save(folder / "first.ipynb", *[done for done, _ in DONE.values()]))[1] == ""
    asked = [f"print(repr({found}))" for _, found in DONE.values()]
    made, error = run(save(folder / "second.ipynb", *asked))
    assert error == ""
    return dict(zip(DONE, [printed(made, number).strip() for number in range(len(DONE))], strict=True))


@pytest.mark.parametrize("name", DONE)
def test_nothing_of_one_notebook_is_there_in_the_next(told, name):
    assert told[name] == "False"


@pytest.mark.parametrize("draw", ["random.random()", "numpy.random.rand()", "uuid.uuid4().int"])
def test_two_notebooks_draw_different_numbers(tmp_path, draw):
    module = draw.split(".")[0]
    path = save(tmp_path / "draws.ipynb", f"import {module}; print({draw})")
    assert printed(run(path)[0]) != printed(run(path)[0])


def test_it_has_no_files_open_but_its_own(tmp_path):
    folder = "import os; fds = '/proc/self/fd'"
    asked = "print([os.path.realpath(f'{fds}/{n}') for n in os.listdir(fds)])"
    made, _ = run(save(tmp_path / "files.ipynb", folder, asked))
    # Pipes of its streams and to the parent, and what its event loop waits with.
    kinds = {Path(path).name.split(":")[0] for path in literal_eval(printed(made))}
    # The listing itself has a number that is gone by then.
    assert {kind for kind in kinds if not kind.isdigit()} <= {"null", "pipe", "anon_inode", "socket"}


def test_it_has_no_handler_of_logs_even_under_the_command_of_papermill(tmp_path):
    save(tmp_path / "in.ipynb", "import logging, sys; print(logging.getLogger().handlers, sys.argv[0])")
    command = [Path(sys.executable).with_name("papermill"), "--engine", "antq", "in.ipynb", "-"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "[] " in told.stdout
    assert "ipykernel_launcher.py" in told.stdout


def test_a_library_that_wakes_itself_through_a_pipe_goes_on_doing_so(tmp_path):
    # pyarrow, which the warm process has used, keeps such a pipe, and opens it anew in every fork.
    reads = [
        "import os, pyarrow.csv",
        "open('one.csv', 'w').write('a\\n1\\n'); pyarrow.csv.read_csv('one.csv').num_rows",
        "if os.fork() == 0: os._exit(0)\nos.wait()[1]",
    ]
    made, error = run(save(tmp_path / "reads.ipynb", *reads))
    assert error == ""
    assert [output.data["text/plain"] for cell in made.cells[1:] for output in cell.outputs] == ["1", "0"]
