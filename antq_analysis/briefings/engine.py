"""A fresh kernel a notebook costs seconds of imports; a fork of a process that has them costs milliseconds.

The papermill engine `antq` forks a child for each notebook and runs its cells there, in ipykernel's own
shell. Where forking is not safe, or a notebook asks for another kernel, papermill's own engine does the work.
papermill imports this module while it is itself being imported: all else waits until it is needed.
"""

import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antq_analysis.briefings.process import can_fork

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Where the engine writes down what it saw of a run, among the metadata of the executed notebook.
RECORD = "antq_analysis"

# The thread of a progress bar only looks at it now and then.
_HARMLESS = {"_MainThread", "TMonitor"}

_said: set[str] = set()


class AntqEngine:
    """Run each notebook in a fork of this process: `papermill --engine antq in.ipynb out.ipynb`.

    Beside papermill's own options it takes `memory`: how many bytes a notebook may take beyond what the
    process has when it is forked. `execution_timeout` is, as ever, in seconds for each cell.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: "NotebookNode",
        kernel_name: str | None,
        *args: Any,
        memory: int | None = None,
        **options: Any,
    ) -> "NotebookNode":
        """Execute a notebook and return it, with a record of how under `antq_analysis` in its metadata."""
        if options.get("progress_bar", True):
            # It takes a process that has imported a kernel for a notebook.
            import_module("tqdm.auto")
        if seconds := options.pop("execution_timeout", None):
            # The setting of that name knows whole seconds only.
            options["timeout_func"] = lambda _: seconds
        if lack := unforkable(cls.nb_kernel_name(nb, kernel_name)):
            if memory is not None:
                lack += ", where its memory is not limited"
            return _by_papermill(lack, nb, kernel_name, *args, **options)
        from antq_analysis.briefings.forked import ForkedEngine

        executed: NotebookNode = ForkedEngine.execute_notebook(
            nb, kernel_name, *args, memory=memory, **options
        )
        return executed

    @staticmethod
    def nb_kernel_name(nb: "NotebookNode", name: str | None = None) -> str:
        """Return the kernel that a notebook asks for, or `name` where that is given."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @staticmethod
    def nb_language(nb: "NotebookNode", language: str | None = None) -> str:
        """Return the language that a notebook is in, or `language` where that is given."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))


def _by_papermill(lack: str, *args: Any, **options: Any) -> "NotebookNode":
    from papermill.engines import NBClientEngine

    _say_once(f"{lack}: papermill's own engine runs the notebook, which takes longer")
    executed: NotebookNode = NBClientEngine.execute_notebook(*args, **options)
    executed.metadata[RECORD] = {"engine": "papermill", "because": lack}
    return executed


def unforkable(kernel_name: str) -> str | None:
    """Say why a notebook for this kernel cannot run in a fork of this process; None where it can."""
    if not can_fork():
        return "this system cannot fork a running process safely"
    if any(type(thread).__name__ not in _HARMLESS for thread in threading.enumerate()):
        return "this process has a second thread, which a fork would leave behind"
    return None if _is_own_kernel(kernel_name) else f"the notebook asks for the kernel {kernel_name!r}"


def _is_own_kernel(name: str) -> bool:
    """Tell whether a kernel is ipykernel under the Python of this process; one that is not there is not."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        return False
    python = Path(spec.argv[0])
    # A bare `python` is the one that asks.
    own = python == Path(sys.executable) or (python.parent == Path() and python.name.startswith("python"))
    return own and "ipykernel_launcher" in spec.argv and not spec.env


def _say_once(text: str) -> None:
    from papermill.log import logger

    if text not in _said:
        _said.add(text)
        logger.warning(text)
