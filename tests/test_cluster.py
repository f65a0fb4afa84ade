"""Pages are made by the workers of a real dask cluster; what is lost there is told."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from made_runs import antq, ended, job, plan_of

from antq_analysis.briefings import cluster
from antq_analysis.briefings.cluster import dask
from antq_analysis.briefings.output import Folder
from antq_analysis.briefings.render import render
from antq_analysis.errors import InvalidOption

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

SLOW = "import time\ntime.sleep(0.4)"


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
def worker(address: str, *options: str):
    with started("worker", address, "--nthreads", "1", "--host", "127.0.0.1", *options) as (process, _):
        yield process


def pages(number: int):
    return [job(f"p{n}", f"# Trang {n}?", SLOW) for n in range(number)]


def test_a_worker_that_is_killed_loses_nothing_and_nothing_is_kept_twice(scheduler, tmp_path):
    _, address = scheduler
    count = f"open({str(tmp_path / 'executed')!r}, 'a').write(CELL + '\\n')"
    notebooks = {f"p{n}": [f"# Trang {n}?", count.replace("CELL", repr(f"p{n}")), SLOW] for n in range(8)}
    plan = plan_of(tmp_path, **notebooks)
    killed = []

    # One as `dask worker` comes, with a nanny that makes it a daemon; one without, to be killed.
    with worker(address), worker(address, "--no-nanny") as process:

        def follow(pages, _):
            for page in pages:
                if not killed:
                    killed.append(process.pid)
                    os.kill(process.pid, signal.SIGKILL)
                yield page

        made = render(plan, out=tmp_path / "out", scheduler=address, follow=follow)
    assert killed
    assert [page.failure for _, page in made.pages] == [None] * 8
    # What was lost with the worker was begun again; of everything there is one page.
    executed = Counter((tmp_path / "executed").read_text().split())
    assert executed.keys() == notebooks.keys()
    (day,) = (tmp_path / "out").iterdir()
    assert list(Folder(day).faults(Folder(day).manifest())) == []


def test_when_the_scheduler_dies_what_is_left_fails_and_says_so(scheduler):
    process, address = scheduler
    with worker(address, "--no-nanny"), dask(address) as remote:
        running = remote.run(pages(5))
        assert next(running)[1].failure is None
        process.kill()
        left = [made.failure for _, made in running]
    assert len(left) == 4
    assert f"the scheduler at {address} answers no more" in left


def test_when_the_last_worker_dies_what_is_left_fails_and_says_so(scheduler, monkeypatch):
    _, address = scheduler
    monkeypatch.setattr(cluster, "_WITHOUT", 5)
    with worker(address, "--no-nanny") as process, dask(address) as remote:
        running = remote.run(pages(5))
        assert next(running)[1].failure is None
        process.kill()
        left = [made.failure for _, made in running]
    assert left[-1] == f"the scheduler at {address} has had no worker for 5 s; start some with `dask worker`"


def test_a_worker_with_other_code_or_data_is_refused(scheduler, monkeypatch):
    _, address = scheduler
    monkeypatch.setattr(cluster, "installation", lambda: "other code")
    with worker(address, "--no-nanny"), dask(address) as remote:
        ((_, made),) = remote.run(pages(1))
    assert made.failure.startswith("a worker of the cluster has another version of antq_analysis, of a lib")


def test_no_scheduler_is_told_soon(tmp_path):
    plan = plan_of(tmp_path, one=["# Mot?"])
    start = time.monotonic()
    code, _, said = ended(antq("render", plan, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"))
    assert code == 2
    assert said.splitlines()[-1].startswith("No scheduler answers at tcp://127.0.0.1:9 (")
    assert said.endswith("Start one with `dask scheduler`, or leave --scheduler out to render here.\n")
    assert time.monotonic() - start < 60
    assert not (tmp_path / "out").exists()


def test_a_scheduler_without_workers_or_without_the_extra_is_told(scheduler, monkeypatch):
    _, address = scheduler
    monkeypatch.setattr(cluster, "_WITHOUT", 1)
    with pytest.raises(InvalidOption, match="has had no worker for 1 s; start some"), dask(address):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InvalidOption, match=r"run `pip install antq-analysis\[cluster\]`"), dask(address):
        pass
