"""Who makes the pages: forks of a warm process, fresh processes where nothing can be forked, or a cluster.

All are given whole jobs and give back whole pages: only the one who asked writes, so that nothing is
written twice, or by somebody who should have stopped.
"""

import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from itertools import islice
from multiprocessing import get_context
from typing import Any

from antq_analysis.batch.forkserver import ForkServer, WorkerLost
from antq_analysis.batch.freshness import package_key
from antq_analysis.batch.job import Job, Made
from antq_analysis.batch.process import can_fork
from antq_analysis.batch.worker import LOST, make
from antq_analysis.dataset.fingerprint import fingerprint
from antq_analysis.errors import InvalidOption

# How many workers a cluster may lose under one job before the job is given up, and seconds that a scheduler
# has to answer.
_TRIES, _ANSWERS = 3, 5

# How many jobs there are for each worker: none waits for its next one, and few results wait to be written.
_AHEAD = 2

_OTHERS = (
    "a worker of the cluster has another version of antq_analysis, of a library, or of the data; "
    "install the same everywhere, and start the workers again"
)

# On a machine of a cluster: stays, warm, from job to job, and ends with the process of the worker.
_server_there = ForkServer()


class Crew:
    """Make pages with up to `size` workers on this machine, or on the cluster of a scheduler.

    Leaving the context ends whatever is still being made. Raises InvalidOption for a scheduler that cannot be
    reached.
    """

    def __init__(self, size: int, scheduler: str | None = None) -> None:
        self._size = size
        self._client = _client(scheduler) if scheduler else None
        self._server = ForkServer() if can_fork() and scheduler is None else None
        if self._server:
            # It warms up while the caller finds out what to do.
            self._server.start()
        self._executor = self._hired()
        self._asked: dict[Future[Made], Job] = {}

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            self._executor.shutdown(wait=False)
            self._client.close()
            return
        self._executor.shutdown(wait=False, cancel_futures=True)
        if self._server:
            self._server.close()
        # Who loses a server asks for another, a few times.
        while self._server and not all(future.done() for future in self._asked):
            time.sleep(0.05)
            self._server.close()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        """Yield each job with what became of it, in the order in which they are done."""
        left = iter(jobs)
        while True:
            room = max(self._room() - len(self._asked), 0)
            self._asked |= {self._ask(job): job for job in islice(left, room)}
            if not self._asked:
                return
            done, _ = wait(self._asked, return_when=FIRST_COMPLETED)
            while done:
                # What has been handed over is let go: pages are large, and there may be many.
                yield self._handed_over(done.pop())

    def _handed_over(self, future: "Future[Made]") -> tuple[Job, Made]:
        return self._asked.pop(future), _answer(future)

    def _room(self) -> int:
        """Return how many jobs may be under way or waiting for a worker; those of a cluster come and go."""
        return _AHEAD * (max(sum(self._client.nthreads().values()), 1) if self._client else self._size)

    def _hired(self) -> Executor:
        if self._client:
            executor: Executor = self._client.get_executor(pure=False, retries=_TRIES)
            return executor
        if self._server:
            return ThreadPoolExecutor(self._size)
        return ProcessPoolExecutor(
            self._size,
            mp_context=get_context("spawn"),
            # Ctrl-C reaches the whole group; the caller alone decides what it means.
            initializer=signal.signal,
            initargs=(signal.SIGINT, signal.SIG_IGN),
        )

    def _ask(self, job: Job) -> "Future[Made]":
        if self._client:
            return self._executor.submit(_make_there, job, _state())
        if self._server:
            return self._executor.submit(self._server.call, make, job)
        return self._executor.submit(make, job)


def _answer(future: "Future[Made]") -> Made:
    try:
        return future.result()
    except WorkerLost:
        return Made(failure=LOST)
    except Exception as error:
        return Made(failure=f"its worker was lost ({type(error).__name__}: {error})")


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise InvalidOption(
            "A scheduler needs dask.distributed: run `pip install antq-analysis[cluster]`."
        ) from None
    try:
        return Client(scheduler, set_as_default=False, timeout=_ANSWERS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InvalidOption(
            f"No scheduler answers at {scheduler} ({error}). Start one with `dask scheduler`, or leave "
            "--scheduler out to render here."
        ) from None


def _state() -> tuple[str, str]:
    """Say which code and which data there are on this machine."""
    return package_key(), fingerprint()


def _make_there(job: Job, state: tuple[str, str]) -> Made:
    """Make a page on a machine of a cluster, in a fork of a warm process that stays for the next job."""
    if _state() != state:
        return Made(failure=_OTHERS)
    try:
        return _server_there.call(make, job) if can_fork() else make(job)
    except WorkerLost:
        return Made(failure=LOST)
