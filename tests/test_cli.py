import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest
from made_notebooks import save
from typer.testing import CliRunner

from antq_analysis.cli import app

pytestmark = pytest.mark.slow

HEAVY = {"pandas", "numpy", "plotly", "papermill", "nbconvert", "nbformat", "babel", "jinja2", "rich.console"}


KEPT = ["README.md", "datapackage.json", *(f"{name}.csv" for name in (
    "areas", "concepts", "indicators", "observations-official", "observations-press", "ratio-parts", "ratios",
    "sources", "units"))]  # fmt: skip


@pytest.fixture
def antq():
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def plan(tmp_path):
    save(tmp_path / "words.ipynb", "# Câu hỏi?", "print('42')")
    (tmp_path / "plan.toml").write_text('[[briefing]]\nnotebook = "words"\n')
    return tmp_path / "plan.toml"


def test_the_version_is_that_of_the_package_and_help_names_the_commands(antq):
    shown = antq("--help").stdout
    assert [command for command in ("check", "new", "render") if command not in shown] == []
    result = antq("--version")
    assert (result.exit_code, result.stdout) == (0, f"antq_analysis {version('antq-analysis')}\n")


def test_help_imports_nothing_heavy():
    code = "import sys, antq_analysis.cli; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) & HEAVY == set()


def test_a_check_of_sound_data_is_one_line(antq):
    result = antq("check")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert result.stdout.endswith(" sources: no problem\n")


def test_a_folder_that_cannot_be_written_is_told(antq, plan, tmp_path):
    (tmp_path / "file").write_text("")
    result = antq("render", plan, "--out", tmp_path / "file")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Cannot write the pages into {tmp_path / 'file'}")
    assert result.stderr.endswith(": Not a directory. Choose another folder with --out.\n")


def test_without_an_index_the_outcomes_are_told_and_the_exit_code_is_1(antq, plan, tmp_path):
    folder = tmp_path / "out" / date.today().isoformat()
    (folder / "index.html").mkdir(parents=True)
    result = antq("render", plan, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stdout.startswith("[1/1] words  ")
    assert result.stdout.splitlines()[1] == f"FAILED the index: cannot write it into {folder}: Is a directory"


@pytest.mark.parametrize(
    ("options", "asked"), [(["--pdf"], "PDF"), (["--png"], "PNG"), (["--pdf", "--png"], "PDF or PNG")]
)
def test_without_a_browser_the_pages_are_made_and_the_pictures_told_of_once(
    antq, plan, tmp_path, monkeypatch, options, asked
):
    monkeypatch.setenv("PATH", "")
    result = antq("render", plan, "--out", tmp_path / "out", *options)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Pages only, no {asked}: there is no browser; install Chromium, Chrome or Edge, so that one of the "
        "commands chromium, chromium-browser, google-chrome, chrome, msedge is found.\n"
    )
    folder = Path(result.stdout.splitlines()[-1]).parent
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        "data",
        "index.html",
        "manifest.json",
        "words.html",
        "words.ipynb",
        "words.txt",
    ]
    assert "FAILED" not in result.stdout


def test_a_second_run_is_told_to_have_nothing_to_do_and_the_folder_can_be_verified(antq, plan, tmp_path):
    out = ["--out", tmp_path / "out"]
    assert antq("render", plan, *out).exit_code == 0
    result = antq("render", plan, *out)
    folder = tmp_path / "out" / date.today().isoformat()
    assert result.stdout.splitlines() == [
        "1 page is unchanged; --force makes them again",
        f"{folder}/index.html",
    ]
    result = antq("render", "--verify", folder)
    assert (result.exit_code, result.stdout) == (0, f"{4 + len(KEPT)} files are as they were made\n")
    (folder / "words.html").write_text("edited")
    (folder / "words.ipynb").unlink()
    (folder / "st\x1b[2Jranger.html").write_text("?")
    result = antq("render", "--verify", folder)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "words.html is not what was made; render again",
        "words.ipynb is gone; render again",
        "st�[2Jranger.html was not made by the run; remove it",
    ]


@pytest.mark.parametrize("text", [None, "garbled"])
def test_a_folder_without_a_manifest_cannot_be_verified(antq, tmp_path, text):
    if text:
        (tmp_path / "manifest.json").write_text(text)
    result = antq("render", "--verify", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path} has no manifest.json that can be read. Give a folder that antq render has made.\n"
    )


@pytest.mark.parametrize("given", [["plan.toml"], ["--pdf"], ["--out", "elsewhere"]])
def test_a_check_of_a_folder_takes_nothing_else(antq, tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    result = antq("render", *given, "--verify", tmp_path)
    assert result.exit_code == 2
    named = given[0] if given[0].startswith("--") else "PLAN"
    assert result.stderr == f"--verify DIR only checks a folder: leave out {named}.\n"
    assert list(tmp_path.iterdir()) == []


def test_limits_reach_the_notebook(antq, tmp_path):
    save(tmp_path / "slow.ipynb", "while True: pass")
    save(tmp_path / "large.ipynb", "x = bytearray(3_000_000_000)")
    (tmp_path / "plan.toml").write_text('[[briefing]]\nnotebook = "slow"\n[[briefing]]\nnotebook = "large"\n')
    limits = ["--timeout", 3, "--memory", 1, "--out", tmp_path / "out"]
    result = antq("render", tmp_path / "plan.toml", *limits)
    assert result.exit_code == 1
    assert "FAILED slow (its own parameters): cell [1]: did not end within 3 s" in result.stdout
    assert "FAILED large (its own parameters): cell [1]: MemoryError" in result.stdout


def test_a_run_with_nothing_to_do_imports_nothing_large(plan, tmp_path):
    code = (
        "import sys; from antq_analysis.briefings.render import render; from pathlib import Path;"
        "render(Path(sys.argv[1]), out=sys.argv[2]); print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, plan, tmp_path / "out"]
    subprocess.run(command, capture_output=True, check=True)
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(second.stdout.split()) & (HEAVY - {"rich.console"}) == set()
