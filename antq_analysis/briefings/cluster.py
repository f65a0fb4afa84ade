"""Make pages on other machines, by whatever has the interface of `concurrent.futures.Executor`."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

from antq_analysis.briefings.output import installation
from antq_analysis.briefings.pool import Pool
from antq_analysis.briefings.worker import Job, Made
from antq_analysis.errors import InvalidOption, RenderFailed

# Seconds that a scheduler has to answer, that it may be without any worker, and between two looks at it.
_ANSWERS, _WITHOUT, _LOOK = 5, 30, 1


class Remote:
    """Make pages by an executor, two for each of its `slots()` asked for at a time.

    `slots` raises RenderFailed where no answer is to be expected any more.
    """

    def __init__(self, executor: Executor, slots: Callable[[], int]) -> None:
        self._executor, self._slots = executor, slots
        self._asked: dict[Future[Made], Job] = {}

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._asked:
            future.cancel()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        """Yield each job with what became of it, in the order in which they are done."""
        left = iter(jobs)
        try:
            while True:
                for job in islice(left, max(2 * max(self._slots(), 1) - len(self._asked), 0)):
                    self._asked[self._executor.submit(make_there, job, installation())] = job
                if not self._asked:
                    return
                done, _ = wait(self._asked, _LOOK, FIRST_COMPLETED)
                for future in done:
                    try:
                        made = future.result()
                    except BaseException as error:
                        made = Made(failure=f"its worker was lost ({type(error).__name__}: {error})")
                    yield self._asked.pop(future), made
        except RenderFailed as lost:
            for job in [*self._asked.values(), *left]:
                yield job, Made(failure=str(lost))


def make_there(job: Job, expected: str) -> Made:
    """Make a page on another machine, in a process of its own, if the same is installed there."""
    if installation() != expected:
        other = "a worker of the cluster has another version of antq_analysis, of a library, or of the data"
        return Made(failure=f"{other}; install the same everywhere, and start the workers again")
    # A worker of dask is daemonic, and such a process could start no other.
    multiprocessing.current_process().daemon = False
    with Pool(1) as pool:
        return next(made for _, made in pool.run([job]))


@contextmanager
def dask(scheduler: str) -> Iterator[Remote]:
    """Make pages on the workers of a dask scheduler, `tcp://host:port`.

    Raises InvalidOption for a scheduler that does not answer, or has no workers.
    """
    try:
        from distributed import Client

        make_client: Any = Client
        client = make_client(scheduler, set_as_default=False, timeout=_ANSWERS)
    except ImportError:
        way = "run `pip install antq-analysis[cluster]`"
        raise InvalidOption(f"A scheduler needs dask.distributed: {way}.") from None
    except (OSError, ValueError) as error:
        way = "Start one with `dask scheduler`, or leave --scheduler out to render here."
        raise InvalidOption(f"No scheduler answers at {scheduler} ({error}). {way}") from None
    served = time.monotonic()

    way = "start some with `dask worker`"
    lonely = f"the scheduler at {scheduler} has had no worker for {_WITHOUT} s; {way}"

    def slots() -> int:
        nonlocal served
        try:
            threads: int = sum(client.nthreads().values())
        except Exception:
            raise RenderFailed(f"the scheduler at {scheduler} answers no more") from None
        served = time.monotonic() if threads else served
        if time.monotonic() - served > _WITHOUT:
            raise RenderFailed(lonely)
        return threads

    with closing(client):
        try:
            client.wait_for_workers(1, timeout=_WITHOUT)
        except TimeoutError:
            raise InvalidOption(f"{lonely.capitalize()}.") from None
        with Remote(client.get_executor(pure=False), slots) as remote:
            yield remote
