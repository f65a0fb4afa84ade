"""Makes one briefing from its job, in a process that is thrown away, and writes nothing that is kept."""

import json
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from antq_analysis.briefings.job import BUNDLED, Job, Made
from antq_analysis.briefings.pdf import make_pictures
from antq_analysis.briefings.safe import safe
from antq_analysis.data import bundled
from antq_analysis.errors import RenderFailed

if TYPE_CHECKING:
    from nbformat import NotebookNode

_UNWATCHED = (
    "it takes longer, and only the data of the package are watched; where the notebook reads other files, "
    "make its page again with --force when they change"
)

LOST = "its process was ended from outside, perhaps for want of memory"

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def make(job: Job, scratch: str | None = None) -> Made:
    """Run the notebook of a job and make its page: `<slug>.html`, `<slug>.ipynb` and the pictures asked for.

    Of a briefing that fails there is `<slug>.failed.ipynb`, if it came so far. Work is done in a folder of
    its own, made in `scratch` or else where temporary files are, and removed in the end.
    """
    started, start = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    with TemporaryDirectory(prefix="antq-", dir=scratch, ignore_cleanup_errors=True) as folder:
        made = _made(job, Path(folder))
    return Made(**made, started=started, seconds=round(time.monotonic() - start, 3))


def _made(job: Job, scratch: Path) -> dict[str, Any]:
    executed = scratch / "executed.ipynb"
    try:
        notebook = _execute(job, executed)
        record, unwatched = _seen(notebook)
        made = _page(job, notebook, scratch)
        return {**made, "record": record, "remarks": (*unwatched, *made["remarks"])}
    except Exception as error:
        kept = {f"{job.slug}.failed.ipynb": executed.read_bytes()} if executed.exists() else {}
        return {"failure": reason(error), "files": kept}


def _execute(job: Job, executed: Path) -> "NotebookNode":
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from antq_analysis.briefings.engine import AntqEngine

    # Its entry point registers it where the package is installed.
    papermill_engines.register("antq", AntqEngine)
    source, work = executed.with_name("source.ipynb"), executed.with_name("work")
    source.write_text(job.source, encoding="utf-8")
    work.mkdir()
    try:
        with _quiet_papermill():
            notebook: NotebookNode = papermill.execute_notebook(
                _literal(source),
                _literal(executed),
                engine_name="antq",
                parameters=dict(job.parameters),
                progress_bar=False,
                # Nobody reads along: it is written once, when it is done or has failed.
                request_save_on_cell_execute=False,
                cwd=work,
                execution_timeout=job.timeout,
                memory=job.memory,
                # A kernel of papermill's own engine warns that its loopback connection is not encrypted.
                extra_arguments=["--log-level=CRITICAL"],
            )
    except PapermillExecutionError as error:
        raise RenderFailed(f"{error.ename}: {error.evalue}", cell=error.exec_count) from None
    except (CellTimeoutError, DeadKernelError) as error:
        partial = getattr(error, "notebook", None)
        if partial:
            nbformat.write(partial, executed)  # type: ignore[no-untyped-call]
        late = isinstance(error, CellTimeoutError)
        raise RenderFailed(
            f"did not end within {job.timeout:g} s" if late else LOST, _running(partial)
        ) from None
    # Where it was made is nobody's business, and differs from run to run.
    notebook.metadata.papermill.update(input_path=job.name, output_path=f"{job.slug}.ipynb")
    return notebook


@contextmanager
def _quiet_papermill() -> Iterator[None]:
    """Let papermill warn of nothing: it would once for each page, where a remark is said once in a run."""
    logger = logging.getLogger("papermill")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _running(notebook: "NotebookNode | None") -> int | None:
    """Return the number that Jupyter would show beside the cell that was running; None if unknown."""
    if notebook is None:
        return None
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun = [cell for cell in code if cell.metadata.get("papermill", {}).get("status") != "pending"]
    numbers = [cell.get("execution_count") or 0 for cell in begun]
    # The last one has its number only if it came so far as to be told.
    return numbers[-1] or 1 + max(numbers) if numbers else None


def _page(job: Job, notebook: "NotebookNode", scratch: Path) -> dict[str, Any]:
    import nbformat

    from antq_analysis.briefings.assets import chart_types, lacking, shared_files
    from antq_analysis.briefings.page import figures, page, published_in, warnings_in

    html = page(notebook, lang=job.lang, title=job.title, subtitle=job.subtitle, assets=job.assets)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    # The notebook first: a page without the notebook that made it could not be traced.
    files = {f"{job.slug}.ipynb": text.encode(), f"{job.slug}.html": html.encode()}
    shared = shared_files(html)
    lack = lacking(chart_types(*figures(notebook)))
    pictures, unpictured = _pictures(job, {**shared, **files}, scratch / "pictures")
    return {
        "files": files | pictures,
        "shared": shared,
        "published": published_in(html),
        "warnings": tuple(warnings_in(notebook)),
        "unpictured": unpictured,
        "remarks": (lack,) if lack else (),
    }


def _pictures(job: Job, files: dict[str, bytes], folder: Path) -> tuple[dict[str, bytes], str | None]:
    if not job.pictures:
        return {}, None
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return make_pictures(folder / f"{job.slug}.html", job.pictures), None
    except Exception as error:
        return {}, reason(error)


def _seen(notebook: "NotebookNode") -> tuple[dict[str, Any], tuple[str, ...]]:
    """Take what the engine saw out of the metadata, and what is to be said of it: readers want neither."""
    from antq_analysis.briefings.engine import RECORD

    record = json.loads(json.dumps(notebook.metadata.pop(RECORD, {})))
    if used := record.get("used"):
        used["data"] = [_placed(use) for use in used["data"] if use["folder"] is not None]
    lack = record.pop("because", None)
    return record, (f"{lack}: {_UNWATCHED}",) if lack else ()


def _placed(use: dict[str, Any]) -> dict[str, Any]:
    # Data of no folder come from files and from other data, which were seen themselves.
    return {**use, "folder": BUNDLED} if use["folder"] == str(bundled("data").resolve()) else use


def _literal(path: Path) -> str:
    # papermill fills parameters into the braces of a path.
    return str(path).replace("{", "{{").replace("}", "}}")


def reason(error: Exception) -> str:
    """Say in one line why something failed."""
    text = str(error) if isinstance(error, RenderFailed) else f"{type(error).__name__}: {error}"
    return " ".join(safe(_ANSI.sub("", text)).split())
