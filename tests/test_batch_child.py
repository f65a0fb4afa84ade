import pytest
from made_notebooks import is_alive, printed, run, save

SWALLOWED = """\
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
BACKTRACKING = "import re\nre.match(r'(a*)*b', 'a' * 40)"

# A cell that starts a program which goes away from its own, and writes down the processes of both.
STARTS = """\
import os, pathlib, subprocess
left = subprocess.Popen(['sleep', '1000'], start_new_session=True)
pathlib.Path('pids').write_text(f'{os.getpid()} {left.pid}')
"""


def pids(folder):
    return [int(pid) for pid in (folder / "pids").read_text().split()]


@pytest.mark.parametrize(
    "endless",
    [
        "while True: pass",
        SWALLOWED,
        "import time; time.sleep(1000)",
        BACKTRACKING,
        "subprocess.run(['sleep', '1000'])",
    ],
    ids=["loop", "swallowed", "sleep", "in C", "program"],
)
def test_a_cell_that_takes_too_long_is_ended_with_all_it_has_started(tmp_path, endless):
    path = save(tmp_path / "late.ipynb", "print('before')", STARTS, endless)
    made, error = run(path, execution_timeout=0.5)
    assert error.startswith("CellTimeoutError")
    assert "after 0.5 seconds" in error
    assert printed(made, 0) == "before\n"
    assert [pid for pid in pids(tmp_path) if is_alive(pid)] == []


@pytest.mark.parametrize("seconds", [0, -1, None])
def test_without_a_time_out_a_cell_has_for_ever(tmp_path, seconds):
    path = save(tmp_path / "slow.ipynb", "import time; time.sleep(0.3)", "print('done')")
    made, error = run(path, execution_timeout=seconds)
    assert (printed(made), error) == ("done\n", "")


def test_a_cell_that_stops_the_one_that_watches_it_is_ended_all_the_same(tmp_path):
    stops = "os.kill(os.getppid(), 19)\nwhile True: pass"
    _, error = run(save(tmp_path / "stops.ipynb", STARTS, stops), execution_timeout=0.5)
    assert error.startswith("CellTimeoutError")
    assert [pid for pid in pids(tmp_path) if is_alive(pid)] == []


def test_half_a_message_does_not_stop_the_clock(tmp_path):
    # The line to the parent is the one socket with a peer that has a number of its own.
    writes = """\
import os, socket, stat, time
for number in map(int, os.listdir('/proc/self/fd')):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.write(number, b'{"half": ')
    except OSError:
        pass
time.sleep(1000)
"""
    _, error = run(save(tmp_path / "half.ipynb", writes), execution_timeout=0.5)
    assert error.startswith("CellTimeoutError")


def test_what_is_left_running_ends_with_the_notebook(tmp_path):
    _, error = run(save(tmp_path / "leaves.ipynb", STARTS))
    assert error == ""
    assert [pid for pid in pids(tmp_path) if is_alive(pid)] == []


def test_a_program_that_has_lost_its_parent_ends_as_well(tmp_path):
    path = save(tmp_path / "leaves.ipynb", "!(setsid sleep 1000 & echo $! > pids)")
    _, error = run(path)
    assert error == ""
    assert [pid for pid in pids(tmp_path) if is_alive(pid)] == []


def test_a_child_that_is_killed_is_said_to_be_dead(tmp_path):
    path = save(tmp_path / "killed.ipynb", "print('before')", STARTS, "os.kill(os.getpid(), 9)", "1")
    made, error = run(path)
    assert error == "DeadKernelError: Kernel died"
    assert printed(made, 0) == "before\n"
    assert [pid for pid in pids(tmp_path) if is_alive(pid)] == []


@pytest.mark.parametrize(
    "greedy", ["bytearray(10**12)", "hoard = []\nwhile True: hoard.append(bytearray(10**7))"]
)
def test_more_memory_than_allowed_is_an_error_of_the_cell(tmp_path, greedy):
    made, error = run(save(tmp_path / "greedy.ipynb", greedy), memory=300 * 2**20)
    assert error.startswith("PapermillExecutionError")
    assert made.cells[-1].outputs[-1].ename == "MemoryError"


def test_the_peak_of_memory_is_written_down(tmp_path):
    made, _ = run(save(tmp_path / "big.ipynb", "len(bytearray(b'x' * 400 * 2**20))"))
    assert made.metadata["antq_analysis"]["peak_bytes"] > 400 * 2**20


def test_what_is_done_at_exit_is_done_and_threads_are_waited_for(tmp_path):
    cells = [
        "import atexit, tempfile, threading, time, pathlib",
        "kept = tempfile.TemporaryDirectory(dir='.'); pathlib.Path('kept').write_text(kept.name)",
        "leave = lambda: print('leaving') or time.sleep(0.5) or pathlib.Path('left').write_text('at exit')",
        "atexit.register(leave)",
        "threading.Thread(target=lambda: (time.sleep(0.3), pathlib.Path('late').write_text('late'))).start()",
    ]
    assert run(save(tmp_path / "exits.ipynb", *cells))[1] == ""
    assert (tmp_path / "left").read_text() == "at exit"
    assert (tmp_path / "late").read_text() == "late"
    assert not (tmp_path / (tmp_path / "kept").read_text()).exists()


def test_an_exit_that_does_not_end_is_ended(tmp_path):
    path = save(tmp_path / "stays.ipynb", STARTS, "import atexit, time; atexit.register(time.sleep, 1000)")
    assert run(path)[1] == ""
    assert [pid for pid in pids(tmp_path) if is_alive(pid)] == []
