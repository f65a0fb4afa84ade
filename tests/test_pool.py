"""Each page has a process of its own: whatever it does there, it costs itself alone."""

import signal
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from made_notebooks import is_alive
from made_runs import job, made_of, pool

from antq_analysis.briefings import pool as pools
from antq_analysis.briefings.pool import Pool
from antq_analysis.briefings.worker import LOST, Made

pytestmark = pytest.mark.slow

GOOD = "# Tốt?\n\nVà tốt.", "print('tốt')"


def shown(made: Made, slug: str) -> str:
    """Return what the last cell of a page, or of one that failed, has printed."""
    text = made.files.get(f"{slug}.ipynb") or made.files[f"{slug}.failed.ipynb"]
    outputs = nbformat.reads(text.decode(), as_version=4).cells[-1].outputs
    return "".join(output.text for output in outputs if output.get("name") == "stdout")


@pytest.mark.parametrize(
    ("cell", "failure"),
    [
        ("1 / 0", "cell [1]: ZeroDivisionError: division by zero"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", f"cell [1]: {LOST}"),
        ("import os, signal; os.kill(os.getppid(), signal.SIGKILL); signal.pause()", f"cell [1]: {LOST}"),
        ("import ctypes; ctypes.string_at(0)", f"cell [1]: {LOST}"),
        ("import sys; sys.exit(3)", "cell [1]: SystemExit: 3"),
        ("exit()", "cell [1]: SystemExit: a cell asked to leave"),
        ("input()", "cell [1]: EOFError: EOF when reading a line"),
        ("def f(): f()\nf()", "cell [1]: RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_a_crashing_page_does_not_affect_others(cell, failure):
    made = made_of(job("bad", cell), job("good", *GOOD))
    assert made["bad"].failure.startswith(failure)
    assert made["good"].failure is None
    assert shown(made["good"], "good") == "tốt\n"


@pytest.mark.parametrize(
    "cell",
    [
        "while True: pass",
        "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass",
        "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
        "import subprocess; subprocess.run(['sleep', '600'])",
        "import os, signal; os.kill(os.getppid(), signal.SIGSTOP)\nwhile True: pass",
    ],
    ids=["loop", "catches all", "holds the interpreter", "waits for a program", "stops its supervisor"],
)
def test_a_page_that_never_ends_is_ended_when_its_time_is_up(cell, monkeypatch):
    monkeypatch.setattr(pools, "_GRACE", 1.0)
    with Pool(1) as own:
        ((_, made),) = own.run([job("late", "print('so far')", cell, timeout=2)])
        (worker,) = own._leaving or [None]
    assert made.failure == "cell [2]: did not end within 2 s"
    assert worker is None or not is_alive(worker.process.pid)


def test_what_a_late_page_had_shown_is_kept():
    made = made_of(job("late", "print('so far')\nwhile True: pass", timeout=1))
    assert shown(made["late"], "late") == "so far\n"


def test_no_page_takes_more_memory_than_it_may():
    made = made_of(
        job("large", "x = bytearray(3_000_000_000)", memory=10**9), job("small", *GOOD, memory=10**9)
    )
    assert made["large"].failure.startswith("cell [1]: MemoryError")
    assert made["small"].failure is None


STARTS = """
import os, subprocess
print(subprocess.Popen(["sleep", "600"]).pid)
print(subprocess.Popen(["sleep", "600"], start_new_session=True).pid)
if (pid := os.fork()) == 0:
    os.setsid()
    while True: pass
print(pid)
"""


@pytest.mark.parametrize("last", ["", "1 / 0", "os._exit(1)"])
def test_what_a_page_has_started_ends_with_it(last, tmp_path):
    noted = f"import sys; sys.stdout = open({str(tmp_path / 'pids')!r}, 'w', buffering=1)"
    made_of(job("starts", f"{noted}\n{STARTS}\nsys.stdout.close()\n{last}"))
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 3
    assert [pid for pid in pids if is_alive(pid)] == []


def test_pages_share_no_state_and_draw_numbers_of_their_own():
    cell = (
        "import json, os, random, sys, numpy as np\n"
        "print(hasattr(json, 'left'), os.environ.get('LEFT'), 'left' in globals())\n"
        "json.left = left = os.environ['LEFT'] = '1'; sys.path.clear()\n"
        "print(random.random(), np.random.random(), np.random.default_rng().random())"
    )
    first, second = (
        shown(made, slug).splitlines() for slug, made in made_of(job("a", cell), job("b", cell)).items()
    )
    assert first[0] == second[0] == "False None False"
    assert not set(first[1].split()) & set(second[1].split())


def test_a_page_leaves_no_file_in_the_temporary_folder():
    def folders() -> set[Path]:
        return set(Path(tempfile.gettempdir()).glob("antq-*/page-*"))

    before = folders()
    cell = "import tempfile, os; print(tempfile.mkdtemp()); open('here', 'w').close(); os._exit(0)"
    made_of(job("a", cell), job("b", "import tempfile; tempfile.mkdtemp(); 1 / 0"))
    until = time.monotonic() + 5
    while (
        left := set(Path(tempfile.gettempdir()).glob("antq-*/page-*")) - before
    ) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == set()


def test_a_page_that_kills_the_server_costs_no_later_page():
    kill = (
        "import os, psutil, signal\n"
        "os.kill(psutil.Process(os.getppid()).ppid(), signal.SIGKILL)\nimport time; time.sleep(0.2)"
    )
    made = made_of(job("kills", kill), *(job(f"p{number}", *GOOD) for number in range(4)))
    assert [each.failure for slug, each in made.items() if slug != "kills"] == [None] * 4


def test_leaving_the_pool_ends_what_is_being_made():
    with Pool(2) as own:
        running = own.run([job("forever", "while True: pass"), job("good", *GOOD)])
        assert next(running)[0].slug == "good"
        (worker,) = own._running
        supervisor = psutil.Process(worker.process.pid)
        processes = [supervisor, *supervisor.children(recursive=True)]
    assert len(processes) == 2
    assert [process.pid for process in processes if is_alive(process.pid)] == []


def test_where_nothing_can_be_forked_fresh_processes_make_the_pages(monkeypatch):
    monkeypatch.setattr(pools, "CAN_FORK", False)
    monkeypatch.setattr(pools, "_GRACE", 1.0)
    late = "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass"
    jobs = [job("good", *GOOD), job("bad", "1 / 0"), job("dead", "import os; os._exit(1)")]
    jobs.append(job("late", late, timeout=15))
    with Pool(2) as own:
        made = {each.slug: answer for each, answer in own.run(jobs)}
    assert shown(made["good"], "good") == "tốt\n"
    assert made["bad"].failure == "cell [1]: ZeroDivisionError: division by zero"
    assert made["dead"].failure == f"cell [1]: {LOST}"
    assert made["late"].failure == "cell [1]: did not end within 15 s"


def test_ctrl_c_in_a_page_is_not_ctrl_c_of_the_run():
    made = made_of(
        job("interrupts", "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(5)")
    )
    assert made["interrupts"].failure.startswith("cell [1]: KeyboardInterrupt")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert pool()._running == []


@pytest.mark.parametrize(
    "cell",
    [
        "import os\nfor i in range(2): os.fork()",
        "import os\nfor fd in range(3, 60):\n    try: os.write(fd, b'\\xff' * 5000)\n"
        "    except OSError: pass",
        "class E(Exception):\n    def __str__(self): raise E\nraise E",
    ],
    ids=["forks on", "writes on the line", "an error without words"],
)
def test_what_a_page_does_to_its_line_does_not_affect_others(cell):
    made = made_of(job("odd", cell), *(job(f"p{number}", *GOOD) for number in range(3)))
    assert [each.failure for slug, each in made.items() if slug != "odd"] == [None] * 3
