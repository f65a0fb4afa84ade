"""A fork has all that its parent has; a fresh process has not: here a fork becomes what a fresh kernel is.

Modules stay, as they are what a fork is for. What they, or the parent, have set up does not: exits, signals,
open files, logging, random numbers, and what a library decided at its import because it saw a terminal.
"""

import atexit
import gc
import logging
import multiprocessing.util
import os
import signal
import sys
import weakref
from pathlib import Path

from antq_analysis.briefings.process import close_files

# They choose at their import how to show things in what they find around them.
_ASK_AT_IMPORT = ("tqdm.auto", "tqdm.autonotebook", "plotly.io._renderers")

_MOST_COLUMNS = 20


def become_fresh(*, keep: int) -> None:
    """Make this fork like a process that has just been started; of its open files it keeps one."""
    # What is there now stays: to look for rubbish in it takes long, and to find some closes files.
    gc.freeze()
    gc.enable()
    os.setsid()
    _forget_exits()
    _forget_signals()
    _forget_files(keep)
    _forget_logging()
    _forget_surroundings()
    if "numpy" in sys.modules:
        # Every child would draw the numbers of its parent; a fresh process draws its own.
        sys.modules["numpy"].random.seed()


def _forget_exits() -> None:
    """Drop what the parent wants done at its exit, but not what modules do there for whoever uses them."""
    atexit._clear()
    multiprocessing.util._finalizer_registry.clear()  # type: ignore[attr-defined]
    atexit.register(multiprocessing.util._exit_function)  # type: ignore[attr-defined]
    logging._handlerList.clear()  # type: ignore[attr-defined]
    atexit.register(logging.shutdown)
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    # The first one that is made registers them all again.
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]


def _forget_signals() -> None:
    """Do what exec does: a signal that was caught is no longer, one that was ignored still is."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if signal.getsignal(number) not in (signal.SIG_DFL, signal.SIG_IGN):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _forget_files(keep: int) -> None:
    close_files(keep=keep)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    if nowhere > 2:
        os.close(nowhere)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    for name in ("stdout", "stderr"):
        stream = open(1 + (name == "stderr"), "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _forget_logging() -> None:
    logging.disable(logging.NOTSET)
    logging.captureWarnings(False)
    root = logging.getLogger()
    root.handlers.clear()
    root.setLevel(logging.WARNING)


def _forget_surroundings() -> None:
    """Leave the script that was started, and the terminal it may be in, for a kernel."""
    import ipykernel

    script = Path(sys.argv[0] if sys.argv else "")
    if not sys.flags.safe_path and sys.path[0] in ("", str(script.resolve().parent), str(Path.cwd())):
        del sys.path[0]
    launcher = Path(ipykernel.__file__).parents[1] / "ipykernel_launcher.py"
    sys.argv = [str(launcher), "-f", "", "--HistoryManager.hist_file=:memory:"]
    for name in _ASK_AT_IMPORT:
        sys.modules.pop(name, None)
    if "pandas" in sys.modules:
        # In a terminal it shows as many as are wide enough.
        sys.modules["pandas"].set_option("display.max_columns", _MOST_COLUMNS)
