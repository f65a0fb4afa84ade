import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from antq_analysis.batch.files import digest_of
from antq_analysis.batch.traces import Traces
from antq_analysis.dataset.bundled import bundled

READ = {
    "open": "open(path).close()",
    "path": "pathlib.Path(path).read_text()",
    "bytes": "os.close(os.open(path, os.O_RDONLY))",
    "pandas": "pandas.read_csv(path)",
    "handle": "pathlib.Path(path).open().close()",
}


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Be in an empty folder, with a file to read beside it."""
    (tmp_path / "beside.txt").write_text("1\n")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


@pytest.mark.parametrize("how", READ.values(), ids=READ)
def test_a_file_that_is_read_is_found_with_its_digest(work, how):
    import pathlib

    import pandas

    names = {"path": str(work / "beside.txt"), "pandas": pandas, "pathlib": pathlib, "os": os}
    with Traces() as traces:
        eval(how, names)
    digest = hashlib.sha256(b"1\n").hexdigest()
    assert traces.found["files"] == {str(work / "beside.txt"): digest}


def test_what_was_written_or_made_meanwhile_is_not_an_input(work):
    (work / "work" / "there.txt").write_text("1")
    os.utime(work / "work" / "there.txt", (1, 1))
    with Traces() as traces:
        (work / "own.txt").write_text("1")
        (work / "own.txt").read_text()
        subprocess.run(["sh", "-c", "sleep 0.05; echo 1 > made.txt"], check=True)
        Path("made.txt").read_text()
    assert traces.found["files"] == {}


def test_a_file_that_was_there_beside_the_cells_is_an_input(work):
    with Traces() as traces:
        Path("../beside.txt").read_text()
    assert list(traces.found["files"]) == [str(work / "beside.txt")]


def test_what_python_has_and_what_the_package_opens_is_not_an_input(work):
    import antq_analysis as aq

    with Traces() as traces:
        Path(os.__file__).read_text()
        Path("/proc/self/stat").read_text()
        aq.load(bundled("data"))
    assert traces.found["files"] == {}


@pytest.mark.parametrize("time", ["first", "again, compiled"])
def test_a_module_beside_the_notebook_is_an_input(work, monkeypatch, time):
    (work / "helper_of_test.py").write_text("A = 1\n")
    monkeypatch.syspath_prepend(str(work))
    if time != "first":
        subprocess.run([sys.executable, "-c", "import helper_of_test"], cwd=work, check=True)
    with Traces() as traces:
        import helper_of_test  # noqa: F401
    del sys.modules["helper_of_test"]
    assert str(work / "helper_of_test.py") in traces.found["files"]


def test_a_file_with_the_name_of_compiled_code_may_be_anything(work):
    (work / "any.pyc").write_text("1")
    with Traces() as traces:
        (work / "any.pyc").read_text()
    assert list(traces.found["files"]) == [str(work / "any.pyc")]


def test_figures_that_are_used_are_found():
    import antq_analysis as aq

    with Traces() as traces:
        _ = aq.load().select(areas="Điện Biên").observations
    assert "figures" in [use["kind"] for use in traces.found["data"]]


def test_what_happens_outside_is_not_heard(work):
    with Traces() as traces:
        pass
    (work / "beside.txt").read_text()
    assert traces.found == {"data": [], "files": {}}


def test_a_file_that_is_gone_has_no_digest(tmp_path):
    assert digest_of(str(tmp_path / "none")) is None
