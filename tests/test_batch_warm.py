import subprocess
import sys

import pytest
from made_notebooks import printed, run, save

FOUND = {
    "no handler of logs": ("import logging; print(logging.getLogger().handlers)", "[]"),
    "no stand-in for a module": ("import sys; print(None in sys.modules.values())", "False"),
    "what was left out can be imported": ("import rfc3987_syntax, debugpy; print('there')", "there"),
    "the default of plotly": ("import plotly.io; print(plotly.io.templates.default)", "plotly"),
    "filters of libraries": (
        "import warnings, numpy\nprint(numpy.exceptions.RankWarning in [f[2] for f in warnings.filters])",
        "True",
    ),
    "no filter of its own": (
        "import warnings; print(('ignore', None, Warning, None, 0) in warnings.filters)",
        "False",
    ),
    "data that are loaded once": ("import antq_analysis as aq; print(aq.load() is not None)", "True"),
}

QUIET = """\
import sys, warnings
from antq_analysis.briefings.warm import warm_up
warm_up()
import threading
print(threading.active_count(), "plotly.io._renderers" in sys.modules)
print(sys.modules.get("rfc3987_syntax", "not there"), sys.modules.get("debugpy", "not there"))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    cells = [cell for cell, _ in FOUND.values()]
    made, error = run(save(tmp_path_factory.mktemp("warm") / "found.ipynb", *cells))
    assert error == ""
    return dict(zip(FOUND, [printed(made, number).strip() for number in range(len(FOUND))], strict=True))


@pytest.mark.parametrize("name", FOUND)
def test_a_notebook_sees_nothing_of_it_but_modules(told, name):
    assert told[name] == FOUND[name][1]


def test_it_says_nothing_starts_no_thread_and_can_be_forked():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUIET], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].split()[:2] == ["1", "False"]
    assert done.stdout.splitlines()[1] == "not there not there"
