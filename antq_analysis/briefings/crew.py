"""Who makes the pages: forks of a warm process, fresh processes where nothing can be forked, or a cluster.

All are given whole jobs and give back whole pages: only the one who asked writes, so that nothing is
written twice, or by somebody who should have stopped.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from itertools import islice
from tempfile import TemporaryDirectory

from antq_analysis.briefings.cluster import Cluster, ClusterLost
from antq_analysis.briefings.forkserver import ForkServer, WorkerLost
from antq_analysis.briefings.job import Job, Made
from antq_analysis.briefings.process import can_fork
from antq_analysis.briefings.spawned import Spawned
from antq_analysis.briefings.worker import LOST, make

# How many jobs there are for each worker: none waits for its next one, and few results wait to be written.
_AHEAD = 2

# Seconds after which one looks whether a cluster is still there.
_LOOK = 1.0


class Crew:
    """Make pages with up to `size` workers on this machine, or on the cluster of a scheduler.

    Leaving the context ends whatever is still being made. Raises InvalidOption for a scheduler that cannot be
    reached, or has no workers.
    """

    def __init__(self, size: int, scheduler: str | None = None) -> None:
        self._size = size
        self._asked: dict[Future[Made], Job] = {}
        self._cluster = Cluster(scheduler) if scheduler else None
        if self._cluster is None:
            self._server = ForkServer() if can_fork() else Spawned()
            # It warms up while the caller finds out what to do.
            self._server.start()
            self._threads = ThreadPoolExecutor(size)
            # A worker that is ended in its work leaves something.
            self._scratch = TemporaryDirectory(prefix="antq-run-", ignore_cleanup_errors=True)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        if self._cluster:
            self._cluster.close()
            return
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._server.close()
        # Whoever has lost a worker is told so before the folder goes.
        while not all(future.done() for future in self._asked):
            time.sleep(0.05)
        self._scratch.cleanup()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        """Yield each job with what became of it, in the order in which they are done."""
        left = iter(jobs)
        try:
            while self._ask_for_more(left):
                done = self._done()
                while done:
                    # What has been handed over is let go: pages are large, and there may be many.
                    yield self._handed_over(done.pop())
        except ClusterLost as lost:
            for job in [*self._asked.values(), *left]:
                yield job, Made(failure=str(lost))
            self._asked.clear()

    def _ask_for_more(self, left: Iterator[Job]) -> bool:
        """Give out as many jobs as there is room for; tell whether any is under way."""
        room = _AHEAD * (max(self._cluster.threads(), 1) if self._cluster else self._size)
        for job in islice(left, max(room - len(self._asked), 0)):
            self._asked[self._ask(job)] = job
        return bool(self._asked)

    def _ask(self, job: Job) -> "Future[Made]":
        if self._cluster:
            return self._cluster.submit(job)
        return self._threads.submit(self._server.call, make, job, self._scratch.name)

    def _done(self) -> "set[Future[Made]]":
        """Wait until something is done, but not for a cluster that is lost."""
        while True:
            done, _ = wait(self._asked, _LOOK if self._cluster else None, FIRST_COMPLETED)
            if done:
                return done
            if self._cluster:
                self._cluster.threads()

    def _handed_over(self, future: "Future[Made]") -> tuple[Job, Made]:
        return self._asked.pop(future), self._answer(future)

    def _answer(self, future: "Future[Made]") -> Made:
        try:
            return future.result()
        except WorkerLost:
            return Made(failure=LOST)
        except CancelledError:
            return Made(failure=self._cluster.gone if self._cluster else LOST)
        except Exception as error:
            return Made(failure=f"its worker was lost ({type(error).__name__}: {error})")
