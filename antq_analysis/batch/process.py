"""A process that outlives the one it works for does harm: it writes, or it runs for ever."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Linux, prctl(2): the signal that a process gets when its parent has died, and being the parent of orphans.
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def can_fork() -> bool:
    """Tell whether a running process can be forked safely on this system; macOS only says that it can."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Get a signal when the process that forked this one ends, however it ends; on Linux only.

    `parent` is its number. Where it has ended already, this process ends here.
    """
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of whatever descends from this process and has lost its own parent; on Linux only."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_children() -> None:
    """End all children of this process, and those it adopts because of that, until there are none."""
    with suppress(ChildProcessError):
        while True:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            for pid in _children():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.001)


def _children() -> Iterator[int]:
    own = str(os.getpid())
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # One that has ended meanwhile has no file any more.
        with suppress(OSError):
            # The name of a program, in brackets, may hold anything.
            if stat.read_text(errors="replace").rpartition(")")[2].split()[1] == own:
                yield int(stat.parent.name)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
