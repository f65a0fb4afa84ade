"""A process that outlives the one it works for does harm: it writes, or it runs for ever."""

import ctypes
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Linux, prctl(2): the signal that a process gets when its parent has died, and being the parent of orphans.
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def can_fork() -> bool:
    """Tell whether a running process can be forked safely on this system; macOS only says that it can."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def die_with_parent(parent: int, number: int | None = None) -> None:
    """Get a signal, SIGKILL unless given, when the process that forked this one ends; on Linux only.

    `parent` is its number. Where it has ended already, this process ends here.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL if number is None else number)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of whatever descends from this process and has lost its own parent; on Linux only."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def close_files(*, keep: int = 0) -> None:
    """Close all files but the standard streams, one file, and pipes of which both ends are here.

    Such a pipe is the way in which a library wakes itself; it goes on using it.
    """
    opened = {number: _name(number) for number in _numbers()}
    names = Counter(opened.values())
    for number, name in opened.items():
        is_own = name.startswith("pipe:") and names[name] > 1
        if number > 2 and number != keep and not is_own:
            with suppress(OSError):
                os.close(number)


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


def _numbers() -> list[int]:
    with suppress(OSError):
        return [int(name) for name in os.listdir("/proc/self/fd")]  # noqa: PTH208
    return list(range(os.sysconf("SC_OPEN_MAX")))


def _name(number: int) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115
    return ""


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
