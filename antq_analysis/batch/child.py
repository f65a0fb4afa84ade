"""What a notebook does to its process must end with it: each runs in a fork that is thrown away.

The fork is two processes. The inner one becomes what a fresh process would be, runs the cells and tells, in
JSON through a pipe, what becomes of each. The outer one keeps watch: when the cells have ended, or the one
who wanted them is gone, it ends whatever they have started, however far that has gone away.
"""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress

# By name: cells may put something else into the module.
from json import dumps, loads
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

from nbformat import NotebookNode

from antq_analysis.batch.client import run_cells
from antq_analysis.batch.fresh import become_fresh
from antq_analysis.batch.process import adopt_orphans, die_with_parent, end_children

if TYPE_CHECKING:
    from antq_analysis.batch.client import Tell

# Seconds that a child has, once its cells are done, for what it does at exit: as many as a kernel has.
_LEAVING = 5.0

_WATCHED = {signal.SIGTERM, signal.SIGCHLD}


class Event(NamedTuple):
    """Say what became of a cell: `kind` is "start", "exception", "complete", or at last "end" or "broken"."""

    kind: str
    cell: int | None
    content: Any


class Late(Exception):
    """A cell has not ended in its time."""


class Gone(Exception):
    """The child ended before its notebook did."""


class Child:
    """Hold the process that runs one notebook; leaving the context ends it, and all that it has started."""

    def __init__(self, notebook: NotebookNode, *, memory: int | None, options: dict[str, Any]) -> None:
        self._reader, writer = Pipe(duplex=False)
        _flush()
        parent, self._has_ended = os.getpid(), False
        self.pid = os.fork()
        if self.pid == 0:
            self._reader.close()
            _keep_watch(parent, writer, lambda tell: _live(notebook, tell, memory, options))
        writer.close()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self._end()

    def events(self, timeout: float | None) -> Iterator[Event]:
        """Yield what the child tells, to its last.

        `timeout` is in seconds for each cell. Raises Late when a cell does not end in time, Gone when the
        child ends before its notebook.
        """
        event = Event("", None, None)
        while event.kind not in ("end", "broken"):
            if not self._reader.poll(timeout if event.kind == "start" else None):
                raise Late
            try:
                told = self._reader.recv_bytes()
            except EOFError:
                raise Gone from None
            event = Event(*loads(told, object_hook=NotebookNode))
            yield event

    def leave(self) -> int:
        """Wait until the child has ended by itself, not forever; return its peak memory in bytes."""
        self._reader.poll(_LEAVING)
        return self._end()

    def _end(self) -> int:
        if self._has_ended:
            return 0
        self._has_ended = True
        os.kill(self.pid, signal.SIGTERM)
        with suppress(ChildProcessError):
            return os.wait4(self.pid, 0)[2].ru_maxrss * 1024
        return 0


def _keep_watch(parent: int, writer: Connection, live: Any) -> None:
    """Be the outer process, from the fork to its end; the inner one is forked here and does `live`."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        die_with_parent(parent, signal.SIGTERM)
        adopt_orphans()
        keeper, cells = os.getpid(), os.fork()
        if cells == 0:
            die_with_parent(keeper)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            _tell_all(writer, live)
        writer.close()
        while signal.sigwait(_WATCHED) == signal.SIGCHLD and os.waitpid(cells, os.WNOHANG)[0] == 0:
            pass
    finally:
        end_children()
        os._exit(0)


def _tell_all(writer: Connection, live: Any) -> None:
    """Be the inner process, from the fork to its end."""

    def tell(kind: str, index: int | None, content: Any) -> None:
        writer.send_bytes(dumps([kind, index, content]).encode())

    try:
        become_fresh(keep=writer.fileno())
        live(tell)
    except Exception as error:
        tell("broken", None, "".join(traceback.format_exception_only(error)).strip())
    finally:
        os._exit(0)


def _live(notebook: NotebookNode, tell: "Tell", memory: int | None, options: dict[str, Any]) -> None:
    _limit(memory)
    run_cells(notebook, tell, options)


def _limit(memory: int | None) -> None:
    if memory is not None:
        with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123
            taken = int(pages.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


def _flush() -> None:
    """Write what is not yet written: both processes would."""
    for stream in (sys.stdout, sys.stderr):
        # It may be closed, or not be there at all.
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
