"""What becomes of a run whose cluster is lost; that a cluster makes pages is shown in test_batch_crew."""

import subprocess
import sys
from contextlib import contextmanager

import pytest
from made_runs import job

from antq_analysis.briefings import cluster as clusters
from antq_analysis.briefings.cluster import Cluster
from antq_analysis.briefings.crew import Crew
from antq_analysis.errors import InvalidOption

pytestmark = pytest.mark.filterwarnings("ignore")


@contextmanager
def started(kind: str, *arguments: str):
    """Start a scheduler or a worker, each its own process; give the process and the address it tells."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = next(line for line in process.stderr if f"{kind} at:" in line.lower())
            yield process, line.split()[-1]
        finally:
            process.kill()


@pytest.fixture
def scheduler():
    with started("scheduler", "--host", "127.0.0.1", "--port", "0") as process_and_address:
        yield process_and_address


@contextmanager
def worker(address: str):
    options = "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"
    with started("worker", address, *options) as (process, _):
        yield process


def pages(number: int):
    return [job(f"p{n}", f"# Trang {n}?", "import time\ntime.sleep(0.4)") for n in range(number)]


def test_a_scheduler_without_workers_is_told(scheduler, monkeypatch):
    _, address = scheduler
    monkeypatch.setattr(clusters, "_WITHOUT", 1)
    with pytest.raises(InvalidOption) as raised:
        Cluster(address)
    assert str(raised.value) == (
        f"The scheduler at {address} has had no worker for 1 s; start some with `dask worker`."
    )


def test_when_the_scheduler_dies_what_is_left_fails_and_says_so(scheduler):
    process, address = scheduler
    with worker(address), Crew(1, address) as own:
        running = own.run(pages(5))
        assert next(running)[1].failure is None
        process.kill()
        left = {page.slug: made.failure for page, made in running}
    assert len(left) == 4
    assert left.pop(min(left)) in (None, gone := f"the scheduler at {address} answers no more")
    assert set(left.values()) == {gone}


def test_when_the_last_worker_dies_what_is_left_fails_and_says_so(scheduler, monkeypatch):
    _, address = scheduler
    with worker(address) as process, Crew(1, address) as own:
        running = own.run(pages(5))
        assert next(running)[1].failure is None
        monkeypatch.setattr(clusters, "_WITHOUT", 2)
        process.kill()
        left = [made.failure for _, made in running]
    assert len(left) == 4
    assert left[-1] == f"the scheduler at {address} has had no worker for 2 s; start some with `dask worker`"


def test_workers_that_come_are_seen(scheduler):
    _, address = scheduler
    with worker(address):
        cluster = Cluster(address)
        assert cluster.threads() == 1
        with worker(address):
            while cluster.threads() == 1:
                pass
        cluster.close()
