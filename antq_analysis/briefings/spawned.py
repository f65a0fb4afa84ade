"""Where no process can be forked, a worker is a fresh one, and stays: what it has imported serves again."""

import pickle
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple, TypeVar

from antq_analysis.briefings.forkserver import WorkerLost, perform

T = TypeVar("T")


class _Worker(NamedTuple):
    process: BaseProcess
    line: Connection


class Spawned:
    """Run functions in fresh processes, as `ForkServer` does in forks; leaving the context ends them all.

    There are as many processes as calls at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._is_closed = False

    def __enter__(self) -> "Spawned":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start a process, which imports what it needs while the caller does something else."""
        self._idle.append(self._started())

    def call(self, work: Callable[..., T], *args: Any) -> T:
        """Run a function in a process and return what it returns; all of it must be such as can be pickled.

        Raises what the function raises, and WorkerLost where the process ended without an answer.
        """
        with self._lock:
            worker = self._idle.pop() if self._idle else self._started()
        try:
            worker.line.send_bytes(pickle.dumps((work, args)))
            answer = worker.line.recv_bytes()
        except (EOFError, OSError):
            raise WorkerLost from None
        self._idle.append(worker)
        is_good, returned = pickle.loads(answer)
        if not is_good:
            raise returned
        return returned  # type: ignore[no-any-return]

    def close(self) -> None:
        """End every process at once; whoever waits for one, or asks for one, has lost it."""
        with self._lock:
            self._is_closed = True
            for worker in self._all:
                worker.process.kill()
            for worker in self._all:
                worker.process.join()

    def _started(self) -> _Worker:
        if self._is_closed:
            raise WorkerLost
        context = get_context("spawn")
        line, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        # Its end is noticed only if nobody else has this.
        theirs.close()
        self._all.append(_Worker(process, line))
        return self._all[-1]


def _serve(line: Connection) -> None:
    """Be a worker until nobody can ask any more."""
    # Ctrl-C reaches the whole group; the caller alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            line.send_bytes(perform(line.recv_bytes()))
