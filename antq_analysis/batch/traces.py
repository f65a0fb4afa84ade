"""A page made from data that have changed since is stale: here is written down what a notebook has read.

Figures are recorded by the data sets themselves as they hand them out. Files, and code of one's own beside
the notebook, are recorded as Python opens them; what a library or another process opens past it is not seen.
"""

import importlib.util
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from antq_analysis.batch.files import digest_of
from antq_analysis.dataset.usage import watched

# What belongs to the machine, to Python or to this package: its versions are noticed elsewhere, its state is
# nobody's input.
_ELSEWHERE = tuple(
    f"{str(root).rstrip(os.sep)}{os.sep}"
    for root in {sys.prefix, sys.base_prefix, "/proc", "/sys", "/dev", Path(__file__).parents[1]}
)
_OWN_CODE = "antq_analysis."
_CELLS = "antq_analysis.batch.kernel"


class Traces:
    """Record, within its context, what is used of the data and which files are read."""

    def __init__(self) -> None:
        self._files: dict[str, str | None] = {}
        self._written: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> "Traces":
        self._home, self._begun = f"{Path.cwd()}{os.sep}", time.time()
        self._used = self._stack.enter_context(watched())
        if not _traces:
            # A hook cannot be taken away again: it is set once, and listens only within a context.
            sys.addaudithook(_hear)
        _traces.append(self)
        self._stack.callback(_traces.append, None)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def found(self) -> dict[str, Any]:
        """What was used: the uses of data sets, and the digest of each file by its path."""
        read = {path: digest for path, digest in self._files.items() if path not in self._written}
        return {"data": list(self._used), "files": dict(sorted(read.items()))}

    def opened(self, path: str, flags: int) -> None:
        """Take down that a file was opened."""
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self._written.add(path)
        elif not (path in self._files or path.startswith(_ELSEWHERE) or self._made(path) or _is_package()):
            # As it is now: it may change before the notebook ends.
            self._files[path] = digest_of(path)

    def _made(self, path: str) -> bool:
        """Tell whether a file beside the cells was made while they ran: by a program, unseen."""
        try:
            return path.startswith(self._home) and os.stat(path).st_ctime > self._begun  # noqa: PTH116
        except OSError:
            return False


_traces: list[Traces | None] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _traces and (trace := _traces[-1]):
        name, _, flags = arguments
        if isinstance(name, str | bytes):
            # Links stay: what one leads to may change as well.
            trace.opened(_source_of(os.path.abspath(os.fsdecode(name))), flags)  # noqa: PTH100


def _source_of(path: str) -> str:
    """Return the code that compiled code was made from: while it is fresh, only that is opened."""
    try:
        return importlib.util.source_from_cache(path) if path.endswith(".pyc") else path
    except ValueError:
        return path


def _is_package() -> bool:
    """Tell whether code of this package stands between the cell and the file that is opened."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and (name := str(frame.f_globals.get("__name__"))) != _CELLS:
        if name.startswith(_OWN_CODE):
            return True
        frame = frame.f_back
    return False
