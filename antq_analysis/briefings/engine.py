"""Run the cells of a notebook in IPython's own shell in this process: the papermill engine `antq`.

Starting a kernel takes seconds; a shell takes milliseconds. Whoever needs isolation runs the engine in a
process of its own, as `antq render` does. A notebook for another kernel gets papermill's standard engine.
"""

import asyncio
import io
import json
import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, TextIO

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager
from papermill.log import logger
from traitlets import Type
from traitlets.config import Config

STANDARD = "{}: papermill's standard engine runs the notebook, which takes longer"


class AntqEngine(Engine):  # type: ignore[misc]
    """Execute notebooks in this process: `papermill --engine antq in.ipynb out.ipynb`.

    Beside papermill's own options: `execution_timeout` is in seconds for the whole notebook, and `on_cell` is
    called with the number of each cell before it runs. Modules that a notebook imports stay loaded.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        on_cell: Callable[[int], object] = lambda number: None,
        **options: Any,
    ) -> None:
        """Run the cells until one fails, as papermill's standard engine does."""
        # A page draws the charts itself.
        os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")
        if lack := lacking(kernel_name):
            logger.warning(STANDARD.format(lack))
            options["execution_timeout"] = execution_timeout
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
            return
        files = {name: options.get(f"{name}_file") for name in ("stdout", "stderr")}
        with _new_shell(files) as shell, _time_limit(execution_timeout):
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                on_cell(shell.execution_count)
                is_good = shell.run(cell)
                if not is_good:
                    nb_man.cell_exception(cell, cell_index=index)
                nb_man.cell_complete(cell, cell_index=index)
                if not is_good:
                    break


def lacking(kernel_name: str) -> str | None:
    """Say why cells for a kernel cannot run in a shell of this process; None where they can."""
    if InteractiveShell.initialized():
        return "this process has an IPython shell already"
    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
        # A bare `python` is the one that asks.
        is_own = spec.argv[0] in (sys.executable, "python", "python3") and not spec.env
        is_own = is_own and "ipykernel_launcher" in spec.argv
    except NoSuchKernel:
        is_own = False
    return None if is_own else f"the notebook asks for the kernel {kernel_name!r}"


@contextmanager
def _time_limit(seconds: float | None) -> Iterator[None]:
    """Raise TimeoutError in the block when its time is up; None for no limit."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"did not end within {seconds:g} s")

    is_main = threading.current_thread() is threading.main_thread()
    if seconds is None or not is_main or not hasattr(signal, "setitimer"):
        # Where there is a limit, whoever waits for the process ends it.
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    # Once more after a second, should the code have caught the first.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _new_shell(files: dict[str, TextIO | None]) -> Iterator["_Shell"]:
    """Make a shell that takes over the process as a kernel would, until the end of the block."""
    with ExitStack() as stack:
        stack.callback(sys.modules.__setitem__, "__main__", sys.modules["__main__"])
        stack.callback(sys.path.__setitem__, slice(None), list(sys.path))
        # As in a kernel, code beside the cells can be imported.
        sys.path.insert(0, "")
        # The user's own profile has no say in what a page shows.
        folder = stack.enter_context(TemporaryDirectory(prefix="ipython-", ignore_cleanup_errors=True))
        shell: _Shell = _Shell.instance(ipython_dir=folder)
        stack.callback(_Shell.clear_instance)
        stack.callback(shell.loop.close)
        for name, redirect in (("stdout", redirect_stdout), ("stderr", redirect_stderr)):
            stack.enter_context(redirect(_Stream(name, shell, files[name])))
        yield shell


class _Stream(io.TextIOBase):
    """Standard output or error of the cells, copied to a file where one is given."""

    encoding = "utf-8"

    def __init__(self, name: str, shell: "_Shell", copy: TextIO | None) -> None:
        self.name, self._shell, self._copy = name, shell, copy

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self._shell.last_output()
        # Text goes into one output with what came before it.
        if last.get("name") == self.name:
            last["text"] += text
        elif text:
            self._shell.add_output(new_output("stream", name=self.name, text=text))
        if self._copy:
            self._copy.write(text)
        return len(text)


class _Hook(DisplayHook):
    """Show the value of the last expression of a cell."""

    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        bundle = _plain(format_dict, md_dict)
        self.shell.add_output(new_output("execute_result", execution_count=self.prompt_count, **bundle))

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    """Show what `display()` is given, or put it in the place of all that were shown under its id."""

    shell: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._by_id: dict[str, list[NotebookNode]] = defaultdict(list)

    def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:  # type: ignore[override]
        bundle = _plain(data, metadata)
        display_id = (options.get("transient") or {}).get("display_id")
        shown = self._by_id[display_id] if display_id else []
        for output in shown:
            output.update(bundle)
        if not options.get("update"):
            shown.append(new_output("display_data", **bundle))
            self.shell.add_output(shown[-1])

    def clear_output(self, wait: bool = False) -> None:
        self.shell.clear_outputs(wait=wait)


class _Shell(InteractiveShell):
    """IPython's shell, with outputs that are kept, as nbformat describes them, instead of printed."""

    displayhook_class, display_pub_class = Type(_Hook), Type(_Publisher)
    # By this pandas knows a notebook from a terminal.
    kernel = None

    def __init__(self, **options: Any) -> None:
        self.loop, self._is_outdated = asyncio.new_event_loop(), False
        self._outputs: list[NotebookNode] = []
        # A kernel of papermill keeps no history file either, and shows no pager.
        super().__init__(config=Config({"HistoryManager": {"enabled": False}}), **options)
        self.set_hook("show_in_pager", lambda *_, **__: None, 99)

    def run(self, cell: NotebookNode) -> bool:
        """Run a cell, keep what it shows, and tell whether the next one is to run."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or "skip-execution" in tags:
            return True
        cell.outputs, cell.execution_count = [], self.execution_count
        self._outputs, self._is_outdated = cell.outputs, False
        result = self.loop.run_until_complete(self._run(cell.source))
        if self.exit_now:
            self.add_output(new_output("error", ename="SystemExit", evalue="a cell asked to leave"))
        return not self.exit_now and (bool(result.success) or "raises-exception" in tags)

    async def _run(self, source: str) -> Any:
        # In a loop that runs, as in a kernel: a cell may make tasks without awaiting anything.
        transformed, failed = source, None
        try:
            transformed = self.transform_cell(source)
        except Exception:
            failed = sys.exc_info()
        result = await self.run_cell_async(
            source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=failed
        )
        self.events.trigger("post_execute")
        self.events.trigger("post_run_cell", result)
        return result

    def add_output(self, output: NotebookNode) -> None:
        if self._is_outdated:
            self.clear_outputs()
        self._outputs.append(output)

    def last_output(self) -> dict[str, Any]:
        return self._outputs[-1] if self._outputs and not self._is_outdated else {}

    def clear_outputs(self, *, wait: bool = False) -> None:
        """Take away what is shown, at once or when something else is shown."""
        self._is_outdated = wait
        if not wait:
            self._outputs.clear()

    def ask_exit(self) -> None:
        self.exit_now = True

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.add_output(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=stb))


def _plain(data: dict[str, Any], metadata: dict[str, Any] | None) -> dict[str, Any]:
    """Return a bundle as JSON holds it, pictures as Base64."""
    bundle = json.dumps({"data": data, "metadata": metadata or {}}, default=json_default)
    plain: dict[str, Any] = json.loads(bundle)
    return plain
