"""A process with everything imported and nothing begun, asked to fork: a worker for each briefing, at once.

It never has a second thread nor an event loop, which no fork survives; whoever asks may have both. A worker
gets its work and gives its answer through pipes of its own, so that the server keeps nothing.
"""

import gc
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from antq_analysis.briefings.process import adopt_orphans, die_with_parent, end_children

T = TypeVar("T")

# OpenBLAS starts its threads when it is loaded, unless it is told that one is enough.
_ONE_THREAD = "OPENBLAS_NUM_THREADS"

# How many servers may die under one piece of work until it is given up; seconds that the end of one takes.
_SERVERS, _ENDING = 3, 0.2

# Nothing is imported from the folder it is started in; a notebook may do that, so that -P does not serve.
_SERVE = (
    "import sys; sys.flags.safe_path or sys.path.pop(0); "
    "from antq_analysis.briefings.forkserver import serve; serve(int(sys.argv[1]))"
)


class WorkerLost(Exception):
    """A worker ended without an answer."""


class ForkServer:
    """Run functions in forks of a warm process; leaving the context ends it and every worker.

    Any number of threads may call it at a time. The process is started when it is first needed, and again
    should it have died, but not once it has been closed.
    """

    def __init__(self) -> None:
        self._lock, self._alone = threading.Lock(), threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._is_closed = False

    def __enter__(self) -> "ForkServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process of the server, None before it is started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process, unless it runs; it warms up while the caller does something else."""
        with self._lock:
            self._running()

    def call(self, work: Callable[..., T], *args: Any) -> T:
        """Run a function in a worker and return what it returns; all of it must be such as can be pickled.

        Raises what the function raises, and WorkerLost where its worker was ended from outside. Where the
        server was, the work is given to another, alone: it may have been the end of the first.
        """
        order = pickle.dumps((work, args))
        for attempt in range(_SERVERS):
            with self._alone if attempt else nullcontext():
                answer = self._answered(order)
            if answer is not None:
                is_good, returned = pickle.loads(answer)
                if not is_good:
                    raise returned
                return returned  # type: ignore[no-any-return]
        raise WorkerLost

    def _answered(self, order: bytes) -> bytes | None:
        """Return the answer of a worker; None where the server has died, WorkerLost where the worker has."""
        server, orders, answer = self._worker()
        with orders, answer:
            try:
                orders.send_bytes(order)
                return answer.recv_bytes()
            except (EOFError, OSError):
                if _is_alive(server):
                    raise WorkerLost from None
                return None

    def close(self) -> None:
        """End the server and every worker at once; whoever waits for one, or asks for one, has lost it."""
        with self._lock:
            self._is_closed = True
            if self._line:
                self._line.close()
            if self._process:
                if self._process.poll() is None:
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._line = self._process = None

    def _worker(self) -> tuple["subprocess.Popen[bytes]", Connection, Connection]:
        """Ask for a worker; return its server and the pipes that take its orders and give its answer."""
        theirs_in, orders = Pipe(duplex=False)
        answer, theirs_out = Pipe(duplex=False)
        with self._lock, theirs_in, theirs_out:
            server, line = self._running()
            # A server that has just died is noticed by the answer that does not come.
            with suppress(OSError):
                socket.send_fds(line, [b"w"], [theirs_in.fileno(), theirs_out.fileno()])
        return server, orders, answer

    def _running(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        if self._is_closed:
            raise WorkerLost
        if self._line is None or self._process is None or self._process.poll() is not None:
            if self._line:
                self._line.close()
            self._line, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-X", "frozen_modules=off", "-c", _SERVE, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    # Ctrl-C reaches the whole group; the caller alone decides what it means.
                    start_new_session=True,
                )
        return self._process, self._line


def _is_alive(server: "subprocess.Popen[bytes]") -> bool:
    """Tell whether a server runs; one that is just ending is given the moment it needs."""
    with suppress(subprocess.TimeoutExpired):
        server.wait(_ENDING)
    return server.returncode is None


def serve(descriptor: int) -> None:
    """Be the server: warm up, then fork a worker whenever one is asked for, until nobody can ask any more."""
    line, server = socket.socket(fileno=descriptor), os.getpid()
    _warm_up()
    while True:
        asked, descriptors, _, _ = socket.recv_fds(line, 1, 2)
        if not asked:
            # Nobody waits for what the workers still do.
            os.killpg(os.getpgrp(), signal.SIGKILL)
        _reap()
        for each in descriptors:
            # Programs that a worker starts must not have its pipes: its end would not be noticed.
            os.set_inheritable(each, False)
        if os.fork() == 0:
            line.close()
            _work(server, *map(Connection, descriptors))
        for each in descriptors:
            os.close(each)


def _warm_up() -> None:
    # Nothing that is made here will ever be freed; unmarked, its pages stay shared with the workers.
    gc.disable()
    given = os.environ.get(_ONE_THREAD)
    os.environ[_ONE_THREAD] = "1"
    from antq_analysis.briefings.warm import warm_up

    warm_up()
    if given is None:
        # Workers, and the programs they start, are not meant.
        del os.environ[_ONE_THREAD]
    else:
        os.environ[_ONE_THREAD] = given
    gc.freeze()


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _work(server: int, orders: Connection, answer: Connection) -> None:
    """Be a worker, from the fork to the end of the process."""
    try:
        die_with_parent(server)
        adopt_orphans()
        answer.send_bytes(perform(orders.recv_bytes()))
    finally:
        end_children()
        os._exit(0)


def perform(order: bytes) -> bytes:
    """Do the work of a pickled order; return, pickled, whether it went well, and what came of it."""
    try:
        work, args = pickle.loads(order)
        returned = True, work(*args)
    except Exception as error:
        returned = False, error
    try:
        answer = pickle.dumps(returned)
        # An exception may be such as cannot be made again.
        pickle.loads(answer)
    except Exception as error:
        cause = "" if returned[0] else f" ({type(returned[1]).__name__}: {returned[1]})"
        answer = pickle.dumps((False, TypeError(f"the answer cannot be pickled: {error}{cause}")))
    return answer
