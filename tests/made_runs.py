"""Runs of small notebooks for tests, in one pool; and the command itself, in its own process."""

import atexit
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from made_notebooks import save

from antq_analysis.briefings.pool import Pool
from antq_analysis.briefings.worker import Job, Made

_ANTQ = [sys.executable, "-c", "from antq_analysis.cli import main; main()"]


@cache
def pool() -> Pool:
    """Return a pool whose server is warm from the first test to the last."""
    made = Pool(2)
    atexit.register(made.__exit__)
    return made


def job(slug: str, *cells: str, parameters_cell: str = "", **options: Any) -> Job:
    """Describe a page of a notebook with these cells."""
    with TemporaryDirectory() as folder:
        source = save(Path(folder) / "made.ipynb", *cells, parameters=parameters_cell).read_text()
    return Job(Path("made.ipynb"), slug, source=source, **options)


def made_of(*jobs: Job) -> dict[str, Made]:
    """Make some pages and return what became of each."""
    return {each.slug: made for each, made in pool().run(jobs)}


def plan_of(folder: Path, *listed: str, **notebooks: list[str]) -> Path:
    """Write a plan of notebooks, given by their cells, and of lines."""
    entries = [f'[[briefing]]\nnotebook = "{name}"\n' for name in notebooks]
    for name, cells in notebooks.items():
        save(folder / f"{name}.ipynb", *cells)
    (folder / "plan.toml").write_text("\n".join([*entries, *listed]))
    return folder / "plan.toml"


def antq(*arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """Start the command, as a terminal does: Ctrl-C reaches it even where it does not reach the tests."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    given["env"] = {**os.environ, **options.get("env", {})}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen([*_ANTQ, *map(str, arguments)], **given)
    finally:
        signal.signal(signal.SIGINT, before)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Wait for the command; return its exit code and what it said."""
    with process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err
