"""A page made from data that have changed since is stale: here is written down what a notebook has read.

Figures are recorded by the data sets themselves as they hand them out. Files, code of one's own beside the
notebook, and the folders that it looks through are recorded as Python opens them; what a library or another
process opens past it is not seen.
"""

import importlib.util
import os
import site
import sys
import sysconfig
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from antq_analysis.briefings.files import digest_of
from antq_analysis.data.usage import watched


def _elsewhere() -> tuple[str, ...]:
    """List the folders of libraries, of this package and of the system.

    What is there counts by its version, noticed elsewhere, or is a state of the machine, nobody's input.
    """
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    own = [sys.prefix] if sys.prefix != sys.base_prefix else []
    roots = {*libraries, *own, *site.getsitepackages(), site.getusersitepackages(), Path(__file__).parents[1]}
    return tuple(f"{str(root).rstrip(os.sep)}{os.sep}" for root in {*roots, "/proc", "/sys", "/dev"})


_ELSEWHERE = _elsewhere()
_OWN_CODE = "antq_analysis."
_CELLS = "antq_analysis.briefings.kernel"
_IMPORTING = ("_frozen_importlib", "importlib")

_HEARD = {"open", "os.listdir", "os.scandir", "os.mkdir"}


class Traces:
    """Record, within its context, what is used of the data and which files are read."""

    def __init__(self) -> None:
        self._read: dict[str, str | None] = {}
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
        """What was used: the uses of data sets, and the digest of each file, or folder, by its path."""
        changed = self._written | {f"{os.path.dirname(path)}/" for path in self._written}  # noqa: PTH120
        # A name that is no text cannot be written down: its page is made each time, and never stale.
        read = {
            path.encode(errors="surrogateescape").decode(errors="replace"): digest
            for path, digest in self._read.items()
            if path not in changed
        }
        return {"data": list(self._used), "files": dict(sorted(read.items()))}

    def opened(self, path: str, flags: int, caller: FrameType) -> None:
        """Take down that a file was opened."""
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self._written.add(path)
        elif not (
            path in self._read or path.startswith(_ELSEWHERE) or self._made(path) or _is_package(caller)
        ):
            # As it is now: it may change before the notebook ends.
            self._read[path] = digest_of(path)

    def listed(self, path: str, caller: FrameType) -> None:
        """Take down that the names in a folder were asked for; its path ends in `/`."""
        known = path in self._read or path.startswith((*_ELSEWHERE, self._home))
        if not (known or _is_import(caller) or _is_package(caller)):
            self._read[path] = digest_of(path)

    def made(self, path: str) -> None:
        """Take down that a folder is about to be made, unless it is there."""
        if not os.path.isdir(path):  # noqa: PTH112
            self._written |= {path, f"{path}/"}

    def _made(self, path: str) -> bool:
        """Tell whether a file beside the cells was made while they ran: by a program, unseen."""
        try:
            return path.startswith(self._home) and os.stat(path).st_ctime > self._begun  # noqa: PTH116
        except OSError:
            return False


_traces: list[Traces | None] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _HEARD or not _traces or (trace := _traces[-1]) is None:
        return
    # None is the folder that one is in; what is open already is known by a number only.
    name = "." if arguments[0] is None else arguments[0]
    if not isinstance(name, str | bytes):
        return
    # Links stay: what one leads to may change as well.
    path, caller = os.path.abspath(os.fsdecode(name)), sys._getframe(1)  # noqa: PTH100
    if event == "open":
        trace.opened(_source_of(path), arguments[2], caller)
    elif event == "os.mkdir":
        trace.made(path)
    else:
        trace.listed(f"{path.rstrip(os.sep)}/", caller)


def _source_of(path: str) -> str:
    """Return the code that compiled code was made from: while it is fresh, only that is opened."""
    try:
        return importlib.util.source_from_cache(path) if path.endswith(".pyc") else path
    except ValueError:
        return path


def _is_import(caller: FrameType) -> bool:
    """Tell whether it is Python that looks through folders for code: what it finds there is opened."""
    return str(caller.f_globals.get("__name__")).startswith(_IMPORTING)


def _is_package(caller: FrameType) -> bool:
    """Tell whether code of this package stands between the cell and the file that is opened."""
    frame: FrameType | None = caller
    while frame is not None and (name := str(frame.f_globals.get("__name__"))) != _CELLS:
        if name.startswith(_OWN_CODE):
            return True
        frame = frame.f_back
    return False
