"""What a notebook does to its process must end with it: each runs in a fork that is thrown away.

The fork is two processes. The inner one becomes what a fresh process would be, and does the work. The outer
one keeps watch: when the work has ended, or the one who wanted it is gone, it ends whatever the work has
started, however far that has gone away.
"""

import contextvars
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from antq_analysis.briefings.fresh import become_fresh
from antq_analysis.briefings.process import adopt_orphans, close_files, die_with_parent, end_children

# Seconds that a child has, once its work is done, for what it does at exit: as many as a kernel has; and
# those that the end of all it has started may take.
_LEAVING, _ENDING = 5.0, 2.0

_PIECE = 2**16

_WATCHED = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}

Work = Callable[[socket.socket], None]


class Child:
    """Hold the process that does some work; leaving the context ends it, and all that it has started.

    `line` is a socket that leads to it; the work is given the other end. `memory` is how many bytes it may
    take beyond what this process has now.
    """

    def __init__(self, work: Work, *, memory: int | None = None) -> None:
        self.line, theirs = socket.socketpair()
        _flush()
        parent, self._is_reaped = os.getpid(), False
        self._pid = os.fork()
        if self._pid == 0:
            self.line.close()
            _keep_watch(parent, theirs, work, memory)
        theirs.close()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()
        self._end()

    @property
    def is_alive(self) -> bool:
        """Whether the work goes on."""
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return not self._is_reaped and os.waitid(os.P_PID, self._pid, options) is None

    def interrupt(self) -> None:
        """Do what Ctrl-C does to the work."""
        os.kill(self._pid, signal.SIGINT)

    def leave(self) -> int:
        """Wait until the child has ended by itself, not forever; return its peak memory in bytes."""
        late = time.monotonic() + _LEAVING
        # What it still says is for nobody; the end of the line is its end.
        with suppress(OSError):
            while (left := late - time.monotonic()) > 0 and select.select([self.line], [], [], left)[0]:
                if not self.line.recv(_PIECE):
                    break
        return self._end()

    def _end(self) -> int:
        if self._is_reaped:
            return 0
        # The work may have stopped the one that keeps watch.
        for number in (signal.SIGTERM, signal.SIGCONT):
            os.kill(self._pid, number)
        if not self._ends_within(_ENDING):
            os.kill(self._pid, signal.SIGKILL)
        self._is_reaped = True
        with suppress(ChildProcessError):
            return os.wait4(self._pid, 0)[2].ru_maxrss * 1024
        return 0

    def _ends_within(self, seconds: float) -> bool:
        late = time.monotonic() + seconds
        while is_alive := self.is_alive:
            if time.monotonic() > late:
                break
            time.sleep(0.001)
        return not is_alive


def _keep_watch(parent: int, line: socket.socket, work: Work, memory: int | None) -> None:
    """Be the outer process, from the fork to its end; the inner one is forked here."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        die_with_parent(parent, signal.SIGTERM)
        adopt_orphans()
        keeper, worker = os.getpid(), os.fork()
        if worker == 0:
            die_with_parent(keeper)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            _do(line, work, memory)
        line.close()
        # Whoever waits for the end of the parent must not wait for this one.
        close_files()
        _stand_by(worker)
    finally:
        end_children()
        os._exit(0)


def _stand_by(worker: int) -> None:
    """Pass interrupts on until the worker has ended, or is to end."""
    while (number := signal.sigwait(_WATCHED)) != signal.SIGTERM:
        if number == signal.SIGINT:
            os.kill(worker, signal.SIGINT)
        elif os.waitpid(worker, os.WNOHANG)[0]:
            return


def _do(line: socket.socket, work: Work, memory: int | None) -> None:
    """Be the inner process, from the fork to its end."""
    try:
        become_fresh(keep=line.fileno())
        _limit(memory)
        # What the parent has set for its own context, its event loop say, is not there.
        contextvars.Context().run(work, line)
    finally:
        os._exit(0)


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
