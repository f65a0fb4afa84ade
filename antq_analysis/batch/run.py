"""One briefing that fails must not cost the others, nor leave a page that shows less than it should.

Each briefing runs in a kernel of its own, started by papermill in one of a few worker processes, and
is written only when its page is whole.
"""

import re
import shutil
import signal
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from antq_analysis.batch.files import write_whole
from antq_analysis.batch.pictures import make_pictures, remove_pictures
from antq_analysis.batch.plan import Briefing
from antq_analysis.batch.prose import in_language
from antq_analysis.errors import RenderFailed

if TYPE_CHECKING:
    from nbformat import NotebookNode

# A kernel warns on the operator's terminal that its loopback connection is not encrypted.
_QUIET = ["--log-level=CRITICAL"]

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """Say what became of one briefing.

    `failure` is None for a page that is whole; `kept` is the executed notebook of one that is not, if it
    came so far. `warnings` is what the notebook wrote to stderr. `unpictured` says why a whole page has not
    the pictures that were asked for.
    """

    briefing: Briefing
    seconds: float
    failure: str | None = None
    kept: Path | None = None
    warnings: tuple[str, ...] = ()
    unpictured: str | None = None


def run(
    briefings: Sequence[Briefing],
    folder: Path,
    *,
    jobs: int,
    published: str,
    pictures: Collection[str] = (),
) -> Iterator[Outcome]:
    """Render briefings into a folder in `jobs` processes and yield each outcome as it comes.

    `published` is the ISO date, or year, of the newest source, for the foot of every page; `pictures` are
    the kinds to make of it, `"pdf"` or `"png"`. When the caller stops early, what is being rendered is
    finished and nothing else is begun.
    """
    # A fresh process each: a fork of this one would inherit its threads in the middle of what they do.
    pool = ProcessPoolExecutor(
        min(jobs, len(briefings)), mp_context=get_context("spawn"), initializer=_ignore_interrupt
    )
    try:
        futures = {pool.submit(render_one, each, folder, published, pictures): each for each in briefings}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield Outcome(
                    futures[future],
                    0.0,
                    failure="its process was ended from outside, perhaps for want of memory",
                )
    finally:
        pool.shutdown(cancel_futures=True)


def render_one(briefing: Briefing, folder: Path, published: str, pictures: Collection[str] = ()) -> Outcome:
    """Render one briefing: `<slug>.html` with the executed `<slug>.ipynb`, or `<slug>.failed.ipynb`."""
    start = time.monotonic()
    with TemporaryDirectory(prefix="antq-") as scratch:
        executed = Path(scratch) / "executed.ipynb"
        failed = folder / f"{briefing.slug}.failed.ipynb"
        try:
            warnings = _render(briefing, folder, executed, published)
            failed.unlink(missing_ok=True)
        except Exception as error:
            kept = _keep(executed, failed)
            return Outcome(briefing, time.monotonic() - start, failure=_reason(error), kept=kept)
    unpictured = _picture(folder / f"{briefing.slug}.html", pictures)
    return Outcome(briefing, time.monotonic() - start, warnings=warnings, unpictured=unpictured)


def _keep(executed: Path, failed: Path) -> Path | None:
    try:
        return Path(shutil.copy(executed, failed))
    except OSError:
        # It was never made, or the folder takes nothing any more: the reason must be told all the same.
        return None


def _picture(page: Path, kinds: Collection[str]) -> str | None:
    try:
        remove_pictures(page)
        if kinds:
            make_pictures(page, kinds)
    except Exception as error:
        return _reason(error)
    return None


def _render(briefing: Briefing, folder: Path, executed: Path, published: str) -> tuple[str, ...]:
    import nbformat

    from antq_analysis.batch.fragment import warnings_in
    from antq_analysis.batch.page import page

    notebook = _execute(briefing, executed)
    html = page(
        notebook,
        lang=briefing.lang,
        title=briefing.title,
        subtitle=briefing.subtitle,
        published=published,
    )
    # The notebook first: a page without the notebook that made it could not be traced.
    write_whole(folder / f"{briefing.slug}.ipynb", nbformat.writes(notebook))  # type: ignore[no-untyped-call]
    write_whole(folder / f"{briefing.slug}.html", html)
    return tuple(warnings_in(notebook))


def _execute(briefing: Briefing, executed: Path) -> "NotebookNode":
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source, work = executed.with_name("source.ipynb"), executed.with_name("work")
    nbformat.write(in_language(briefing.notebook, briefing.lang), source)  # type: ignore[no-untyped-call]
    work.mkdir()
    try:
        notebook: NotebookNode = papermill.execute_notebook(
            _literal(source),
            _literal(executed),
            parameters=briefing.parameters,
            progress_bar=False,
            cwd=work,
            extra_arguments=_QUIET,
        )
    except PapermillExecutionError as error:
        raise RenderFailed(f"{error.ename}: {error.evalue}", cell=error.exec_count) from None
    # Where it was made is nobody's business, and differs from run to run.
    notebook.metadata.papermill.update(
        input_path=briefing.notebook.name, output_path=f"{briefing.slug}.ipynb"
    )
    return notebook


def _literal(path: Path) -> str:
    # papermill fills parameters into the braces of a path.
    return str(path).replace("{", "{{").replace("}", "}}")


def _reason(error: Exception) -> str:
    text = str(error) if isinstance(error, RenderFailed) else f"{type(error).__name__}: {error}"
    return " ".join(_ANSI.sub("", text).split())


def _ignore_interrupt() -> None:
    # Ctrl-C reaches the whole group of processes; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
