"""A notebook whose cells run in a fork is in papermill's hands all the same: here one follows the other."""

from typing import TYPE_CHECKING, Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.exceptions import PapermillException
from papermill.log import logger

from antq_analysis.batch.child import Child, Gone, Late
from antq_analysis.batch.engine import RECORD

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ForkedEngine(NBClientEngine):  # type: ignore[misc]
    """Run the cells of a notebook in a fork of this process, which must be one that can be forked.

    Outputs of a cell come when it has ended: of one that takes too long, or with which the child is lost,
    there are none. Of nbclient's settings those for its way of talking to a kernel have no effect.
    """

    @classmethod
    def execute_notebook(
        cls, nb: "NotebookNode", *args: Any, memory: int | None = None, **options: Any
    ) -> "NotebookNode":
        """Fork before papermill starts anything that a child must not inherit; then do as papermill does."""
        with Child(nb, memory=memory, options=options) as child:
            executed: NotebookNode = super().execute_notebook(nb, *args, child=child, **options)
            return executed

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        child: Child,
        **options: Any,
    ) -> None:
        """Follow the child through the cells, and take over what it tells of each.

        Raises CellTimeoutError for a cell that takes too long and DeadKernelError where the child is gone,
        as papermill's own engine does; their attribute `notebook` is what was executed so far. Raises
        PapermillException for outputs that no notebook can hold.
        """
        log = _Log(nb_man, options)
        timeout: Any = _seconds(options)
        cell: Any = None
        try:
            for kind, index, content in child.events(timeout):
                if kind == "broken":
                    raise PapermillException(f"The engine cannot go on: {content}")
                if kind == "end":
                    _finish(nb_man.nb, content, child)
                    continue
                cell = nb_man.nb.cells[index]
                if kind == "complete":
                    _take_over(cell, content)
                    log.outputs_of(cell)
                getattr(nb_man, f"cell_{kind}")(cell, cell_index=index)
        except Late:
            late = f"The cell did not end within {timeout:g} s."
            error = CellTimeoutError.error_from_timeout_and_cell(late, timeout, cell)
            raise _with_notebook(error, nb_man.nb) from None
        except Gone:
            raise _with_notebook(DeadKernelError("Kernel died"), nb_man.nb) from None


def _seconds(options: dict[str, Any]) -> float | None:
    """Return the time that a cell has: as with papermill's own engine, 0 and less are for ever."""
    seconds = options.get("execution_timeout") or options.get("timeout")
    return seconds if seconds and seconds > 0 else None


def _take_over(cell: "NotebookNode", told: "NotebookNode") -> None:
    # papermill keeps its own account of a cell in the parent.
    told.metadata["papermill"] = cell.metadata.get("papermill", {})
    cell.update(told)  # type: ignore[no-untyped-call]


def _finish(notebook: "NotebookNode", told: "NotebookNode", child: Child) -> None:
    """Take over what is known only at the end: a display may have changed in any cell before."""
    for index, outputs in told.outputs.items():
        notebook.cells[int(index)].outputs = outputs
    for key in ("language_info", "widgets"):
        if key in told.metadata:
            notebook.metadata[key] = told.metadata[key]
    notebook.metadata[RECORD] = {"engine": "antq", "peak_bytes": child.leave(), "used": told.used}


def _with_notebook(error: Exception, notebook: "NotebookNode") -> Exception:
    error.notebook = notebook  # type: ignore[attr-defined]
    return error


class _Log:
    """Write outputs to wherever papermill was asked to write them as they come."""

    def __init__(self, nb_man: NotebookExecutionManager, options: dict[str, Any]) -> None:
        names = "log_output", "stdout_file", "stderr_file"
        wanted = {name: options[name] for name in names if options.get(name)}
        self._client = PapermillNotebookClient(nb_man, log=logger, **wanted)

    def outputs_of(self, cell: "NotebookNode") -> None:
        for output in cell.get("outputs", []):
            self._client.log_output_message(output)
