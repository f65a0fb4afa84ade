import operator
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from made_notebooks import is_alive, server

import antq_analysis
from antq_analysis.briefings.forkserver import ForkServer, WorkerLost


def test_it_returns_what_the_function_returns():
    assert server().call(divmod, 17, 5) == (3, 2)


def test_it_raises_what_the_function_raises():
    with pytest.raises(ZeroDivisionError):
        server().call(divmod, 17, 0)


def test_an_answer_that_cannot_be_sent_is_said_to_be_such():
    with pytest.raises(TypeError, match="cannot be pickled"):
        server().call(open, os.devnull)


def test_work_that_is_not_there_is_an_error_and_not_a_loss():
    with pytest.raises(AttributeError, match="'nothing'"):
        server().call(operator.attrgetter("nothing"), 1)


def test_every_call_has_a_process_of_its_own_under_the_server():
    pids = {server().call(os.getpid) for _ in range(3)}
    assert len(pids) == 3
    assert server().call(os.getppid) == server().pid


def test_many_threads_may_call_at_a_time():
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(partial(server().call, abs), range(-20, 0))) == list(range(20, 0, -1))


def test_large_orders_and_answers_come_through():
    text = "x" * 10_000_000
    assert server().call(str.upper, text) == text.upper()


def test_nothing_of_one_call_is_left_for_the_next():
    server().call(os.chdir, "/")
    server().call(os.putenv, "ANTQ_TEST", "1")
    assert server().call(os.getcwd) == str(Path.cwd())
    assert server().call(os.getenv, "ANTQ_TEST") is None


@pytest.mark.parametrize("given", [None, "3"])
def test_the_environment_is_that_of_the_caller(monkeypatch, given):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if given:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    with ForkServer() as own:
        assert own.call(os.getenv, "OPENBLAS_NUM_THREADS") == given


def test_it_starts_where_python_keeps_its_path_safe(tmp_path):
    start = "from antq_analysis.briefings.forkserver import ForkServer"
    ask = f"{start}\nwith ForkServer() as s: print(s.call(abs, -1))"
    given = {"PYTHONSAFEPATH": "1", "PYTHONPATH": str(Path(antq_analysis.__file__).parents[1])}
    told = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (told.stdout, told.stderr) == ("1\n", "")


def test_a_worker_has_no_pipes_of_another():
    alone = len(server().call(os.listdir, "/proc/self/fd"))
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(server().call, time.sleep, 0.5)
        assert len(server().call(os.listdir, "/proc/self/fd")) == alone
        assert not other.done()


def test_a_worker_that_is_killed_is_lost_and_the_server_is_not():
    before = server().pid
    with pytest.raises(WorkerLost):
        server().call(signal.raise_signal, signal.SIGKILL)
    assert server().call(abs, -1) == 1
    assert server().pid == before


# Written down at once and whole; the first time it does not end.
WORK = """\
import os, time
with open(folder + "/workers", "a") as workers:
    workers.write(f"{os.getpid()} ")
if open(folder + "/workers").read().count(" ") == 1:
    time.sleep(1000)
"""


def worker(folder):
    while not (folder / "workers").exists() or not (folder / "workers").read_text():
        time.sleep(0.01)
    return int((folder / "workers").read_text().split()[0])


def test_where_the_server_dies_another_does_the_work(tmp_path):
    with ThreadPoolExecutor(1) as threads, ForkServer() as fragile:
        fragile.start()
        first = fragile.pid
        asked = threads.submit(fragile.call, exec, WORK, {"folder": str(tmp_path)})
        lost = worker(tmp_path)
        os.kill(first, signal.SIGKILL)
        assert asked.result(timeout=60) is None
        assert fragile.pid != first
        assert not is_alive(lost)


def test_work_that_ends_its_server_takes_no_other_along():
    with ThreadPoolExecutor(2) as threads, ForkServer() as fragile:
        ends = threads.submit(
            fragile.call, exec, "import os, time; os.kill(os.getppid(), 9); time.sleep(99)", {}
        )
        sleeps = threads.submit(fragile.call, eval, "__import__('time').sleep(0.5) or 'done'")
        assert sleeps.result(timeout=120) == "done"
        with pytest.raises(WorkerLost):
            ends.result(timeout=120)


def test_what_has_left_everybody_that_watches_it_ends_with_the_worker(tmp_path):
    # Twice away: the one who started it has ended, and so has the parent of that one.
    start = f"import os\nos.system('setsid sh -c \"sleep 1000 & echo \\$! > {tmp_path}/pid\"')"
    server().call(exec, start, {})
    assert not is_alive(int((tmp_path / "pid").read_text()))


def test_closing_it_ends_it_and_its_workers_for_good(tmp_path):
    with ThreadPoolExecutor(1) as threads, ForkServer() as closed:
        asked = threads.submit(closed.call, exec, WORK, {"folder": str(tmp_path)})
        pids = [worker(tmp_path), closed.pid]
        closed.close()
        with pytest.raises(WorkerLost):
            asked.result(timeout=20)
        with pytest.raises(WorkerLost):
            closed.call(abs, -1)
    assert [pid for pid in pids if is_alive(pid)] == []


def test_a_program_that_a_worker_has_left_does_not_hide_its_end(tmp_path):
    start = f"import os\nos.system('sleep 1000 & echo $! > {tmp_path}/pid')\nos.kill(os.getpid(), 9)"
    with pytest.raises(WorkerLost):
        server().call(exec, start, {})
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


CALLER = """\
import functools, papermill, sys
from antq_analysis.briefings.forkserver import ForkServer
with ForkServer() as server:
    print(server.start() or server.pid, flush=True)
    server.call(functools.partial(papermill.execute_notebook, *sys.argv[1:], engine_name="antq"))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_caller(tmp_path, number):
    from made_notebooks import save

    cell = """\
import os, pathlib, subprocess
left = subprocess.Popen(['sleep', '1000'], start_new_session=True)
pathlib.Path('new').write_text(f'{os.getpid()} {os.getppid()} {left.pid}')
os.rename('new', 'pids')
left.wait()
"""
    path = save(tmp_path / "in.ipynb", cell)
    command = [sys.executable, "-c", CALLER, path, tmp_path / "out.ipynb"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as caller:
        pids = [int(caller.stdout.readline())]
        while not (tmp_path / "pids").exists():
            time.sleep(0.01)
        caller.send_signal(number)
        caller.wait()
    pids += map(int, (tmp_path / "pids").read_text().split())
    assert [pid for pid in pids if is_alive(pid)] == []
