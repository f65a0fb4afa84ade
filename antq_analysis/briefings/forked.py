"""A notebook whose cells run in a fork is executed by papermill's own engine, but for the kernel."""

from typing import TYPE_CHECKING, Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager

from antq_analysis.briefings.child import Child
from antq_analysis.briefings.client import ForkedKernel
from antq_analysis.briefings.engine import RECORD
from antq_analysis.briefings.kernel import serve

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ForkedEngine(NBClientEngine):  # type: ignore[misc]
    """Run the cells of a notebook in a fork of this process, which must be one that can be forked."""

    @classmethod
    def execute_notebook(
        cls, nb: "NotebookNode", *args: Any, memory: int | None = None, **options: Any
    ) -> "NotebookNode":
        """Fork before papermill starts anything that a child must not inherit; then do as papermill does."""
        with Child(serve, memory=memory) as child:
            kernel = ForkedKernel(child)
            try:
                executed: NotebookNode = super().execute_notebook(nb, *args, km=kernel, **options)
                used = kernel.leave()
            finally:
                # The event loop stays, and the next line may have the number of this one.
                kernel.stop_channels()
            executed.metadata[RECORD] = {"engine": "antq", "peak_bytes": child.leave(), "used": used}
            return executed

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Execute the cells; the attribute `notebook` of an error is what was executed so far."""
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        except (CellTimeoutError, DeadKernelError) as error:
            error.notebook = nb_man.nb  # type: ignore[union-attr]
            raise
