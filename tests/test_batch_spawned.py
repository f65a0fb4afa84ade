import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from made_notebooks import is_alive

from antq_analysis.briefings.forkserver import WorkerLost
from antq_analysis.briefings.spawned import Spawned


@pytest.fixture
def spawned():
    with Spawned() as made:
        yield made


def test_a_process_stays_for_the_next_call(spawned):
    spawned.start()
    first = spawned.call(os.getpid)
    assert first != os.getpid()
    assert spawned.call(os.getpid) == first
    assert spawned.call(pow, 2, 3) == 8


def test_there_are_as_many_as_calls_at_a_time(spawned):
    with ThreadPoolExecutor(2) as threads:
        barrier = threading.Barrier(2)

        def ask(_: int) -> int:
            barrier.wait()
            return spawned.call(_slow_pid)

        assert len(set(threads.map(ask, range(2)))) == 2


def test_one_that_is_ended_has_lost_its_work_and_the_next_call_has_another(spawned):
    first = spawned.call(os.getpid)
    with pytest.raises(WorkerLost):
        spawned.call(_end)
    assert spawned.call(os.getpid) != first


def test_an_interrupt_is_not_for_it(spawned):
    assert spawned.call(_interrupted) == "still here"


def test_leaving_ends_all_and_whoever_waits_has_lost():
    spawned = Spawned()
    pid = spawned.call(os.getpid)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(spawned.call, _end_never)
        spawned.close()
        with pytest.raises(WorkerLost):
            waiting.result()
    assert not is_alive(pid)
    with pytest.raises(WorkerLost):
        spawned.call(os.getpid)


def _slow_pid() -> int:
    import time

    time.sleep(0.5)
    return os.getpid()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _end_never() -> None:
    while True:
        pass


def _interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"
