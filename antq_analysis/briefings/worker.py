"""Render one page in this process and return its files as bytes."""

import json
import logging
import os
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from antq_analysis.errors import RenderFailed, safe

if TYPE_CHECKING:
    from nbformat import NotebookNode

Assets = Literal["inline", "shared"]

# A link to another page: its address from there, its text, the language of both; "" leads to the page itself.
Link = tuple[str, str, str]

LOST = "its process was ended from outside, perhaps for want of memory"


@dataclass(frozen=True)
class Links:
    """Hold the links of a page: to the index, to all pages in groups, to itself in other languages.

    `own` is the address of the page itself, which the groups hold as well.
    """

    index: str = ""
    own: str = ""
    groups: tuple[tuple[Link, ...], ...] = ()
    languages: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Job:
    """Describe one page to make.

    `notebook` is where the notebook lies, `source` its JSON text in the language of the page. `areas` are the
    names of the provinces that the page is about, by their codes; `inputs` are files and folders that the
    notebook reads beside the bundled data, `links` those to the other pages. A run adds the `key`, the digest
    of all that the page is made from; the `timeout` in seconds and the `memory` in bytes beyond what an empty
    page takes, None for no limit; the kinds of `pictures` to make ("pdf", "png", "docx"), and where the page
    has its scripts: `assets` is "inline", or "shared" beside the pages.
    """

    notebook: Path
    slug: str
    lang: str = "vi"
    source: str = ""
    title: str | None = None
    subtitle: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()
    links: Links | None = None
    key: str = ""
    timeout: float | None = None
    memory: float | None = None
    pictures: tuple[str, ...] = ()
    assets: Assets = "inline"

    def is_asked(self, only: str) -> bool:
        """Tell whether a pattern like `*dien-bien*` matches the name of the page or of its notebook."""
        return fnmatchcase(self.slug, only) or fnmatchcase(self.notebook.stem, only)


@dataclass(frozen=True)
class Made:
    """Hold what became of a job.

    `files` are the contents of the files of the page by their names, `shared` those that pages have in
    common. `failure` is None for a page that is whole; of one that is not, `files` may hold the notebook as
    far as it was executed, and `kept` is where that lies. `is_new` tells a page that was made from one that
    was up to date. `published` is the day of the newest source that the page cites. `warnings` is what the
    notebook wrote to stderr, `unpictured` why a whole page has not the pictures asked for, `remarks` what
    else an operator should know.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    shared: Mapping[str, bytes] = field(default_factory=dict)
    failure: str | None = None
    kept: str | None = None
    is_new: bool = True
    published: str = ""
    warnings: tuple[str, ...] = ()
    unpictured: str | None = None
    remarks: tuple[str, ...] = ()
    peak_bytes: int = 0
    started: str = ""
    seconds: float = 0.0


def make(job: Job, scratch: Path, on_cell: Callable[[int], object] = lambda number: None) -> Made:
    """Run the notebook of a job and make `<slug>.ipynb`, `.html`, `.txt` and the pictures asked for.

    Of a page that fails there is `<slug>.failed.ipynb`, if it came so far. Work is done in the folder
    `scratch`; `on_cell` is told the number of each cell before it runs. Raises nothing.
    """
    started, start = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    executed = scratch / f"{job.slug}.ipynb"
    # papermill notes in the notebook the paths that it is given: bare names are the same in every run.
    os.chdir(scratch)
    try:
        made = _page(job, _execute(job, on_cell), executed.read_bytes(), scratch / "pictures")
    except Exception as error:
        kept = {f"{job.slug}.failed.ipynb": executed.read_bytes()} if executed.exists() else {}
        made = {"failure": reason(error), "files": kept}
    try:
        import resource

        made["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    except ImportError:  # on Windows
        pass
    return Made(**made, started=started, seconds=round(time.monotonic() - start, 3))


def reason(error: Exception) -> str:
    """Say in one line why something failed."""
    try:
        text = str(error) if isinstance(error, RenderFailed) else f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    line = " ".join(safe(re.sub(r"\x1b\[[0-9;]*m", "", text)).split())
    return line if len(line) <= 500 else f"{line[:500]}…"


def _execute(job: Job, on_cell: Callable[[int], object]) -> "NotebookNode":
    """Run the notebook of a job in this folder; raise RenderFailed, with the cell, where it fails."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from antq_analysis.briefings.engine import AntqEngine

    # Its entry point registers it where the package is installed.
    papermill_engines.register("antq", AntqEngine)
    # A remark is said once in a run, papermill would warn for each page.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    # Forks inherit the state of their parent, and no two pages are to draw the same random numbers.
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    Path(job.notebook.name).write_text(job.source, encoding="utf-8")
    Path("work").mkdir()
    for path in job.inputs:
        # Where the notebook finds them in JupyterLab: beside it.
        with suppress(ValueError, OSError):
            place = Path("work", path.relative_to(job.notebook.parent))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path.resolve())
    try:
        notebook: NotebookNode = papermill.execute_notebook(
            # It fills parameters into the braces of a path.
            job.notebook.name.replace("{", "{{").replace("}", "}}"),
            f"{job.slug}.ipynb",
            engine_name="antq",
            parameters=dict(job.parameters),
            progress_bar=False,
            # Nobody reads along: it is written once, when it is done or has failed.
            request_save_on_cell_execute=False,
            cwd="work",
            execution_timeout=job.timeout,
            on_cell=on_cell,
        )
    except PapermillExecutionError as error:
        is_late = error.ename == "TimeoutError" and error.evalue.startswith("did not end within")
        problem = error.evalue if is_late else f"{error.ename}: {error.evalue}"
        raise RenderFailed(problem, cell=error.exec_count) from None
    except CellTimeoutError:
        raise RenderFailed(f"did not end within {job.timeout:g} s") from None
    except DeadKernelError:
        raise RenderFailed(LOST) from None
    return notebook


def _page(job: Job, notebook: "NotebookNode", text: bytes, folder: Path) -> dict[str, Any]:
    """Turn an executed notebook into the parts of what was made; draw its pictures in a folder."""
    from antq_analysis.briefings import engine, pdf
    from antq_analysis.briefings.assets import chart_types, lacking, shared_files
    from antq_analysis.briefings.digest import digest
    from antq_analysis.briefings.page import figures, page, published_in, warnings_in

    asked = {name: getattr(job, name) for name in ("lang", "title", "subtitle", "assets", "links")}
    html = page(notebook, **asked, made=date.today())
    # The notebook first: a page without the notebook that made it could not be traced.
    files = {f"{job.slug}.ipynb": text, f"{job.slug}.html": html.encode()}
    files[f"{job.slug}.txt"] = "\n".join([*digest(html).lines, ""]).encode()
    kernel = engine.lacking(json.loads(job.source)["metadata"]["kernelspec"]["name"])
    remarks = [kernel and engine.STANDARD.format(kernel), lacking(chart_types(*figures(notebook)))]
    made: dict[str, Any] = {
        "files": files,
        "shared": shared_files(html),
        "published": published_in(html),
        "warnings": tuple(warnings_in(notebook)),
        "remarks": tuple(filter(None, remarks)),
    }
    if job.pictures:
        try:
            for name, content in (made["shared"] | files).items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
            files |= pdf.make_pictures(folder / f"{job.slug}.html", job.pictures, job.areas.values())
        except Exception as error:
            made["unpictured"] = reason(error)
    return made


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP wait until the block has ended: what belongs together is done whole."""
    # A mask would not do: the threads of libraries take signals as well.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {each: signal.signal(each, lambda number, _: waiting.append(number)) for each in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in waiting:
        signal.raise_signal(number)
