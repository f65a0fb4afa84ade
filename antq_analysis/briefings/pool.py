"""Local process pool: render each page in an isolated process with time and memory limits.

A page that ends its process, never ends, forks away or takes all memory costs itself alone. On Linux each
page is a fork of a warm server (`multiprocessing.forkserver`) under a supervisor, which ends whatever the
page has started when the page has ended or nobody waits for it any more. Elsewhere, where a fork is not safe,
each page is a fresh process.
"""

import ctypes
import math
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import islice
from multiprocessing import connection, forkserver
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from antq_analysis.briefings.worker import LOST, Job, Made, make, reason, undisturbed
from antq_analysis.errors import RenderFailed

CAN_FORK = sys.platform == "linux"

# Seconds that a page has, when its time is up, to say so itself; and that the end of a process may take.
_GRACE, _ENDING = 5.0, 2.0

# How often a process is asked for, should the server end meanwhile.
_TRIES = 5

# Linux, prctl(2): the signal that a process gets when its parent has died, and being the parent of orphans.
_PDEATHSIG, _CHILD_SUBREAPER = 1, 36


class Pool:
    """Make pages, at most `size` at a time; leaving the context ends those that are being made."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._running: list[_Worker] = []
        self._leaving: list[_Worker] = []
        # What killed processes have left.
        for folder in Path(_temporary()).glob("antq-*-*"):
            number = folder.name.split("-")[1]
            if number.isdigit() and not psutil.pid_exists(int(number)):
                shutil.rmtree(folder, ignore_errors=True)
        if CAN_FORK:
            # The server warms up while the caller does something else.
            multiprocessing.set_forkserver_preload(["antq_analysis.briefings.warm"])
            # Its socket would otherwise stay behind after a kill.
            before, tempfile.tempdir = tempfile.tempdir, str(_scratch())
            try:
                forkserver.ensure_running()
            finally:
                tempfile.tempdir = before

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        workers = [*self._running, *self._leaving]
        for worker in workers:
            worker.line.close()
        late = time.monotonic() + _ENDING
        for worker in workers:
            worker.process.join(max(0.0, late - time.monotonic()))
            worker.process.kill()
            worker.process.join()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        """Yield each job with what became of it, in the order in which they are done."""
        left = iter(jobs)
        while True:
            self._running += [_Worker(job) for job in islice(left, self._size - len(self._running))]
            if not self._running:
                return
            left_time = min(worker.deadline for worker in self._running) - time.monotonic()
            patience = None if math.isinf(left_time) else max(0.0, left_time)
            connection.wait([worker.line for worker in self._running], patience)
            for worker in list(self._running):
                if (made := worker.answer()) is not None:
                    # With the line, its supervisor ends whatever the page has left.
                    worker.line.close()
                    if not CAN_FORK:
                        worker.process.kill()
                    self._running.remove(worker)
                    self._leaving = [each for each in (*self._leaving, worker) if each.process.is_alive()]
                    yield worker.job, made


class _Worker:
    """A process that makes one page, and the line on which it says which cell it is at, and what it made."""

    def __init__(self, job: Job) -> None:
        context: Any = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
        self.job, self._cell = job, ""
        self.line, theirs = context.Pipe()
        target = _supervise if CAN_FORK else _work_alone
        given = theirs, job, str(_scratch()), dict(os.environ)
        for _ in range(_TRIES):
            self.process = context.Process(target=target, args=given, name=job.slug)
            # A server that has been asked by half would end; one that has just ended is started again.
            with undisturbed(), suppress(EOFError, OSError):
                self.process.start()
                break
            # A server that is just ending still counts as one.
            time.sleep(0.5)
        else:
            raise RenderFailed("No process can be started: the server that pages are forked from has ended")
        theirs.close()
        # From now on: the server may have been warming up until here.
        self.deadline = time.monotonic() + job.timeout + _GRACE if job.timeout else math.inf

    def answer(self) -> Made | None:
        """Return what became of the page, None while it is being made."""
        try:
            while self.line.poll():
                said = self.line.recv()
                if isinstance(said, Made):
                    return said
                self._cell = f"cell [{int(said)}]: "
        # The end of the line, or what a page has written on it past us.
        except Exception:
            return Made(failure=f"{self._cell}{LOST}")
        is_late = time.monotonic() > self.deadline
        return Made(failure=f"{self._cell}did not end within {self.job.timeout:g} s") if is_late else None


def _supervise(line: Connection, job: Job, scratch: str, environment: dict[str, str]) -> None:
    """Make a page in a fork; end all that it has started when it is made, or when the line is closed."""
    os.setsid()
    prctl = ctypes.CDLL(None).prctl
    prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder = tempfile.mkdtemp(prefix="page-", dir=scratch)
    supervisor, page = os.getpid(), os.fork()
    if page == 0:
        own = os.getpid()

        def say(said: object) -> None:
            # Forks of the page have nothing to say.
            if os.getpid() == own:
                line.send(said)

        try:
            prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() == supervisor:
                # The server has that of the first run.
                os.environ.clear()
                os.environ.update(environment, TMPDIR=folder)
                _isolate(job.memory, folder)
                say(make(job, Path(folder), say))
        except Exception as error:
            say(Made(failure=reason(error)))
        finally:
            os._exit(0)
    try:
        # Nothing is sent to a page: the line is ready when it is closed.
        connection.wait([line, os.pidfd_open(page)])
    finally:
        # Those that have lost their own parent are its children.
        while _has_children():
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            time.sleep(0.01)
        shutil.rmtree(folder, ignore_errors=True)


def _has_children() -> bool:
    """Reap the children that have ended; tell whether there are others."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _work_alone(line: Connection, job: Job, scratch: str, _: dict[str, str]) -> None:
    """Make a page in this process, where nothing can be forked."""
    # Ctrl-C reaches the whole group; the caller alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with TemporaryDirectory(prefix="page-", dir=scratch, ignore_cleanup_errors=True) as folder:
        line.send(make(job, Path(folder), line.send))


def _isolate(memory: float | None, folder: str) -> None:
    """Detach from terminal, signals and temporary folder of the parent; set the memory limit."""
    import resource

    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tempfile.tempdir = folder
    if memory is not None:
        most = round(psutil.Process().memory_info().vms + memory)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


@cache
def _scratch() -> Path:
    """Return the folder for the work of this process, which is removed at its end."""
    folder = tempfile.mkdtemp(prefix=f"antq-{os.getpid()}-", dir=_temporary())
    # After multiprocessing's own files in it, which have the priority -100.
    Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-200)
    return Path(folder)


def _temporary() -> str:
    # The path of the server's socket, some 50 characters below this, has at most 107.
    place = tempfile.gettempdir()
    return place if len(place) <= 50 or not CAN_FORK else "/tmp"
