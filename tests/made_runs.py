"""Runs of small notebooks for tests, all by one warm crew; and the command itself, in its own process."""

import atexit
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from made_notebooks import save

from antq_analysis.briefings.crew import Crew
from antq_analysis.briefings.folder import Folder
from antq_analysis.briefings.freshness import Present
from antq_analysis.briefings.job import Job
from antq_analysis.briefings.manifest import Manifest, read_manifest
from antq_analysis.briefings.outcome import Outcome
from antq_analysis.briefings.run import Pages, run

_ANTQ = [sys.executable, "-c", "from antq_analysis.cli import main; main()"]


@cache
def crew() -> Crew:
    """Return a crew that is warm from the first test to the last."""
    made = Crew(2)
    atexit.register(made.__exit__)
    return made


def job(slug: str, *cells: str, parameters_cell: str = "", **options: Any) -> Job:
    """Describe a page of a notebook with these cells."""
    with TemporaryDirectory() as folder:
        source = save(Path(folder) / "made.ipynb", *cells, parameters=parameters_cell).read_text()
    return Job(slug, "made.ipynb", source, **options)


def rendered(folder: Folder, *jobs: Job, plan: str = "plan.toml", **options: Any) -> dict[str, Outcome]:
    """Run some jobs into a folder, as if a plan listed them, and return what became of each."""
    pages = Pages(folder, read_manifest(folder) or Manifest(), plan)
    outcomes = {each.slug: each for each in run(jobs, pages, crew(), Present(folder), **options)}
    assert pages.close(b"index", "") is None
    return outcomes


def plan_of(folder: Path, *listed: str, **notebooks: list[str]) -> Path:
    """Write a plan of notebooks, given by their cells, and of lines."""
    entries = [f'[[briefing]]\nnotebook = "{name}"\n' for name in notebooks]
    for name, cells in notebooks.items():
        save(folder / f"{name}.ipynb", *cells)
    (folder / "plan.toml").write_text("\n".join([*entries, *listed]))
    return folder / "plan.toml"


def antq(*arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """Start the command."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    given["env"] = {**os.environ, **options.get("env", {})}
    return subprocess.Popen([*_ANTQ, *map(str, arguments)], **given)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Wait for the command; return its exit code and what it said."""
    with process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err
