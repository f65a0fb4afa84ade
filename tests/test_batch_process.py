import subprocess
import sys
from pathlib import Path

from made_notebooks import is_alive

from antq_analysis.briefings.process import can_fork

FAMILY = """\
import os, subprocess, sys, time
from antq_analysis.briefings.process import adopt_orphans, end_children, die_with_parent
adopt_orphans()
subprocess.run("setsid sleep 1000 & echo $! >> pids; (sleep 1000 & echo $! >> pids)", shell=True)
child = subprocess.Popen(["sleep", "1000"])
print(child.pid, file=open("pids", "a"))
end_children()
"""

ORPHAN = """\
import os, time
from antq_analysis.briefings.process import die_with_parent
parent = os.getpid()
if os.fork() == 0:
    die_with_parent(parent)
    open("new", "w").write(str(os.getpid()))
    os.rename("new", "pids")
    time.sleep(1000)
while not os.path.exists("pids"):
    time.sleep(0.01)
os._exit(0)
"""

LATE = """\
import os, time
from antq_analysis.briefings.process import die_with_parent
parent = os.getpid()
if os.fork() == 0:
    while os.getppid() == parent:
        time.sleep(0.01)
    die_with_parent(parent)
    open("survived", "w").close()
"""


def left(script: str, folder: Path) -> list[int]:
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True)
    return [pid for pid in map(int, (folder / "pids").read_text().split()) if is_alive(pid)]


def test_children_end_with_their_own_and_with_orphans(tmp_path):
    assert left(FAMILY, tmp_path) == []
    assert len((tmp_path / "pids").read_text().split()) == 3


def test_a_process_dies_with_its_parent(tmp_path):
    assert left(ORPHAN, tmp_path) == []


def test_a_process_whose_parent_has_died_already_ends_at_once(tmp_path):
    # Its output is closed when it has ended, too.
    subprocess.run([sys.executable, "-c", LATE], cwd=tmp_path, check=True, stdout=subprocess.PIPE)
    assert not (tmp_path / "survived").exists()


def test_a_mac_is_not_forked(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not can_fork()
