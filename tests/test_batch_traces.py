import glob
import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from antq_analysis.briefings.files import digest_of
from antq_analysis.briefings.traces import Traces
from antq_analysis.data import bundled

READ = {
    "open": "open(path).close()",
    "path": "pathlib.Path(path).read_text()",
    "bytes": "os.close(os.open(path, os.O_RDONLY))",
    "pandas": "pandas.read_csv(path)",
    "handle": "pathlib.Path(path).open().close()",
}


LISTED = {
    "listdir": "os.listdir(path)",
    "bytes": "os.listdir(os.fsencode(path))",
    "scandir": "list(os.scandir(path))",
    "glob": "glob.glob(path + '/*.csv')",
    "path": "list(pathlib.Path(path).iterdir())",
    "pattern": "list(pathlib.Path(path).glob('*.csv'))",
    "walk": "list(os.walk(path))",
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


@pytest.mark.parametrize("how", LISTED.values(), ids=LISTED)
def test_a_folder_that_is_looked_through_is_found_with_the_digest_of_its_names(work, how):
    import pathlib

    folder = work / "many"
    folder.mkdir()
    for name in ("b.csv", "a.csv"):
        (folder / name).write_text(name)
    names = {"path": str(folder), "pathlib": pathlib, "os": os, "glob": glob}
    with Traces() as traces:
        eval(how, names)
    found = traces.found["files"]
    assert found == {f"{folder}/": hashlib.sha256(b"a.csv\0b.csv").hexdigest()}
    (folder / "a.csv").write_text("other")
    assert digest_of(f"{folder}/") == found[f"{folder}/"]
    (folder / "c.csv").write_text("new")
    assert digest_of(f"{folder}/") != found[f"{folder}/"]
    assert digest_of(f"{work}/none/") is None


def test_a_folder_that_the_cells_make_or_change_is_not_an_input(work):
    (work / "results").mkdir()
    with Traces() as traces:
        list(Path().iterdir())
        with tempfile.TemporaryDirectory() as made:
            list(Path(made).iterdir())
        list((work / "results").iterdir())
        (work / "results").mkdir(exist_ok=True)
        (work / "results" / "one.csv").write_text("1")
    assert traces.found["files"] == {}


def test_a_folder_that_they_only_wanted_to_be_there_is_an_input(work):
    (work / "there").mkdir()
    with Traces() as traces:
        (work / "there").mkdir(exist_ok=True)
        list((work / "there").iterdir())
    assert list(traces.found["files"]) == [f"{work}/there/"]


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
        list(Path(os.__file__).parent.iterdir())
        list(Path(sysconfig.get_path("purelib")).iterdir())
        aq.load(bundled("data"))
    assert traces.found["files"] == {}


def test_a_folder_that_python_looks_through_for_code_is_not_an_input(work, monkeypatch):
    (work / "helper_of_test.py").write_text("A = 1\n")
    monkeypatch.syspath_prepend(str(work))
    with Traces() as traces:
        import helper_of_test  # noqa: F401

        packages_distributions()
    del sys.modules["helper_of_test"]
    assert [path for path in traces.found["files"] if path.endswith("/")] == []


# A Python of its own, not one of an environment: where the system's is, much else is.
UNDER_PYTHON = """
import sys
from pathlib import Path
from antq_analysis.briefings.traces import Traces

with Traces() as traces:
    Path(sys.executable).read_bytes()
print(*traces.found["files"])
"""


def test_what_is_beside_a_python_and_no_library_is_an_input(tmp_path):
    done = subprocess.run(
        [sys._base_executable, "-c", UNDER_PYTHON],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.split() == [sys._base_executable]


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
