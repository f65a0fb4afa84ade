"""The cells of a notebook, one after the other, with the outputs that nbclient would have put into it."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete
from papermill.clientwrap import PapermillNotebookClient

from antq_analysis.batch.kernel import Kernel
from antq_analysis.batch.traces import Traces

if TYPE_CHECKING:
    from nbformat import NotebookNode

Tell = Callable[[str, int | None, Any], None]


def run_cells(notebook: "NotebookNode", tell: Tell, options: dict[str, Any]) -> None:
    """Run every cell of a notebook in this process, and tell what becomes of each, and of the whole.

    `options` are settings of nbclient's NotebookClient; those it does not know are left out.
    """
    known = {name: value for name, value in options.items() if name in _understood()}
    with Traces() as traces:
        kernel = Kernel()
        client = _Client(_Reporter(notebook, tell), kernel, **known)
        client.execute()
    # What is done at exit may take long, or fail: the notebook is complete without it.
    changed = {index: notebook.cells[index].outputs for index in client.changed}
    tell("end", None, {"outputs": changed, "metadata": notebook.metadata, "used": traces.found})
    kernel.end()


def _understood() -> set[str]:
    """Name the settings that act in the child; the parent writes the logs."""
    return set(PapermillNotebookClient.class_trait_names()) - {
        "log",
        "log_output",
        "stdout_file",
        "stderr_file",
    }


class _Reporter:
    """Take the place of papermill's execution manager: it stands in the parent, and is told."""

    def __init__(self, nb: "NotebookNode", tell: Tell) -> None:
        self.nb, self._tell = nb, tell

    def cell_start(self, cell: "NotebookNode", index: int) -> None:
        self._tell("start", index, None)

    def cell_exception(self, cell: "NotebookNode", cell_index: int, **_: Any) -> None:
        self._tell("exception", cell_index, None)

    def cell_complete(self, cell: "NotebookNode", cell_index: int) -> None:
        self._tell("complete", cell_index, cell)

    def autosave_cell(self) -> None:
        pass


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, with a kernel that needs neither starting nor waiting for."""

    def __init__(self, nb_man: _Reporter, kernel: Kernel, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._kernel = kernel
        # Cells whose outputs a later cell may have changed.
        self.changed: set[int] = set()

    def execute(self, **_: Any) -> "NotebookNode":
        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self._kernel.language_info
        self.set_widgets_metadata()
        nb: NotebookNode = self.nb
        return nb

    def execute_cell(self, cell: "NotebookNode", index: int, *_: Any, **__: Any) -> "NotebookNode":
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or skipped:
            return cell
        if self._kernel.has_left:
            # An earlier cell asked for it; to the parent the kernel is dead, as it would be.
            os._exit(0)
        messages, reply = self._kernel.execute(cell.source)
        if self.record_timing:
            cell.metadata["execution"] = {"shell.execute_reply": timestamp(reply)}
        cell.outputs = []
        self.clear_before_next_output = False
        self._take(messages, cell, index)
        self._kernel.wait(self._check_raise_for_error(cell, index, reply))
        return cell

    def _take(self, messages: list[dict[str, Any]], cell: "NotebookNode", index: int) -> None:
        for message in messages:
            try:
                self.process_message(message, cell, index)
            except CellExecutionComplete:
                return

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        super()._update_display_id(display_id, msg)
        self.changed.update(self._display_id_map.get(display_id, ()))
