"""Pages may be made on many machines; one that dies, or is not what it should be, must not go unnoticed."""

import time
from concurrent.futures import Future
from typing import Any

from antq_analysis.briefings.forkserver import ForkServer, WorkerLost
from antq_analysis.briefings.freshness import package_key
from antq_analysis.briefings.job import Job, Made
from antq_analysis.briefings.process import can_fork
from antq_analysis.briefings.worker import LOST, make
from antq_analysis.data.fingerprint import fingerprint
from antq_analysis.errors import InvalidOption

# Seconds that a scheduler has to answer, and that it may be without any worker.
_ANSWERS, _WITHOUT = 5, 30

_OTHERS = (
    "a worker of the cluster has another version of antq_analysis, of a library, or of the data; "
    "install the same everywhere, and start the workers again"
)

# On a machine of a cluster: stays, warm, from job to job, and ends with the process of the worker.
_server_there = ForkServer()


class ClusterLost(Exception):
    """A cluster makes no more pages; the message says why."""


class Cluster:
    """Ask the workers of a dask scheduler for pages.

    Raises InvalidOption for a scheduler that does not answer, or has no workers.
    """

    def __init__(self, scheduler: str) -> None:
        self._scheduler = scheduler
        self._client = _client(scheduler)
        self._executor = self._client.get_executor(pure=False)
        self._served = time.monotonic()

    @property
    def gone(self) -> str:
        """Why there is no answer when dask has given up asking for it."""
        return f"the scheduler at {self._scheduler} answers no more"

    def submit(self, job: Job) -> "Future[Made]":
        """Ask for a page."""
        future: Future[Made] = self._executor.submit(_make_there, job, _state())
        return future

    def threads(self) -> int:
        """Return how many jobs are worked on at a time; workers come and go.

        Raises ClusterLost where the scheduler does not say, or has been without workers for long.
        """
        try:
            threads: int = sum(self._client.nthreads().values())
        except Exception:
            raise ClusterLost(self.gone) from None
        now = time.monotonic()
        self._served = now if threads else self._served
        if now - self._served > _WITHOUT:
            raise ClusterLost(_without_workers(self._scheduler))
        return threads

    def close(self) -> None:
        """Leave the cluster; what is still being made there is made in vain."""
        self._executor.shutdown(wait=False)
        self._client.close()


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise InvalidOption(
            "A scheduler needs dask.distributed: run `pip install antq-analysis[cluster]`."
        ) from None
    try:
        client: Any = Client(scheduler, set_as_default=False, timeout=_ANSWERS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InvalidOption(
            f"No scheduler answers at {scheduler} ({error}). Start one with `dask scheduler`, or leave "
            "--scheduler out to render here."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_WITHOUT)
    except TimeoutError:
        client.close()
        raise InvalidOption(f"{_without_workers(scheduler).capitalize()}.") from None
    return client


def _without_workers(scheduler: str) -> str:
    return f"the scheduler at {scheduler} has had no worker for {_WITHOUT} s; start some with `dask worker`"


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
