"""What ends a run from outside must cost no more than what was being made: tested on real processes."""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from made_runs import antq, ended, plan_of

from antq_analysis.briefings.output import LOCK, Folder

pytestmark = pytest.mark.slow

# A page is followed by enough others that a run is in the middle when the first has been made.
PAGES = {f"p{number}": [f"# Trang {number}?", "import time\ntime.sleep(0.3)"] for number in range(16)}


@pytest.fixture
def plan(tmp_path):
    return plan_of(tmp_path, **PAGES)


def day(out: Path) -> Path:
    (folder,) = out.iterdir()
    return folder


def faults(folder: Path) -> list[str]:
    return list(Folder(folder).faults(Folder(folder).manifest()))


def stopped_in_the_middle(number: signal.Signals, plan: Path, out: Path) -> tuple[int, str]:
    """Start a run, send it a signal when two pages are made, and return its exit code and what it said."""
    with antq("render", plan, "--out", out, "--jobs", 2) as process:
        for line in process.stdout:
            if line.startswith("[2/"):
                process.send_signal(number)
        return process.wait(60), process.stderr.read()


def test_an_interrupted_run_leaves_a_whole_folder_and_the_next_does_only_the_rest(plan, tmp_path):
    made = set()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        code, said = stopped_in_the_middle(number, plan, tmp_path / "out")
        assert code == 130
        assert said.strip() == (
            "Interrupted: the pages made so far are whole; run the same command again for the rest."
        )
        folder, before = day(tmp_path / "out"), made
        assert faults(folder) == []
        made = {path.stem for path in folder.glob("p*.html")}
        assert before < made < PAGES.keys()
        index = (folder / "index.html").read_text()
        assert {name for name in PAGES if f'href="{name}.html"' in index} == made
        assert list(folder.rglob(".*.part")) == []
    code, said, _ = ended(antq("render", plan, "--out", tmp_path / "out"))
    assert code == 0
    again = {line.split()[1] for line in said.splitlines() if line.startswith("[")}
    assert again == PAGES.keys() - made


def test_a_killed_run_leaves_no_processes_or_temporary_files(plan, tmp_path):
    temporary = Path(tempfile.mkdtemp(dir="/tmp"))
    place = {"TMPDIR": str(temporary)}
    with antq("render", plan, "--out", tmp_path / "out", env=place) as process:
        process.stdout.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert children
    assert psutil.wait_procs(children, 20)[1] == []
    assert ended(antq("render", plan, "--out", tmp_path / "out", env=place))[0] == 0
    assert list(temporary.iterdir()) == []
    temporary.rmdir()


def test_a_run_that_is_killed_at_any_moment_leaves_only_whole_pages(plan, tmp_path):
    # Each later than the one before: while it starts, reads the plan, makes pages and writes the index.
    for moment in (0.2, 0.6, 1.2, 2.0, 3.0, 4.2):
        with antq("render", plan, "--out", tmp_path / "out", "--force") as process:
            time.sleep(moment)
            process.kill()
        for page in (tmp_path / "out").rglob("*.html"):
            assert page.read_text().rstrip().endswith("</html>")
        for text in (tmp_path / "out").rglob("manifest.json"):
            assert Folder(text.parent).manifest() is not None
    # As if it had been killed in the middle of a file.
    (day(tmp_path / "out") / ".p1.html.1.part").write_text("half")
    assert ended(antq("render", plan, "--out", tmp_path / "out"))[0] == 0
    assert list((tmp_path / "out").rglob(".*.part")) == []
    assert faults(day(tmp_path / "out")) == []


def test_of_two_runs_into_one_folder_the_second_refuses_at_once(plan, tmp_path):
    with antq("render", plan, "--out", tmp_path / "out") as first:
        first.stdout.readline()
        code, _, said = ended(antq("render", plan, "--out", tmp_path / "out"))
        first.kill()
    assert code == 2
    assert said == (
        f"Another run is writing into {day(tmp_path / 'out')}. Wait until it has ended, or choose another "
        "folder with --out.\n"
    )


# No file of the run may grow beyond a size, as on a full disk: so it is for any user, and on any disk.
FULL = """
import resource, signal, sys
from pathlib import Path
from antq_analysis.briefings.render import render

def fill():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))

def follow(pages, total):
    fill()
    return pages

if sys.argv[3] == "before":
    fill()
for job, made in render(Path(sys.argv[1]), out=sys.argv[2], follow=follow).pages:
    if made.failure:
        print(job.slug, made.failure)
"""


@pytest.fixture
def large(tmp_path):
    return plan_of(tmp_path, small=["# Nhỏ?"], large=["# Lớn?", "print('x' * 3_000_000)"])


def on_a_full_disk(plan: Path, out: Path, *, since: str) -> str:
    run = [sys.executable, "-c", FULL, plan, out, since]
    return subprocess.run(run, capture_output=True, text=True, check=True, timeout=120).stdout


def test_a_full_disk_costs_the_pages_that_do_not_fit_and_says_so(large, tmp_path):
    out = tmp_path / "out"
    said = on_a_full_disk(large, out, since="the first page")
    folder = day(out)
    assert said == f"large cannot write it into {folder}: File too large\n"
    written = {"small.html", "small.ipynb", "small.txt", "index.html", "manifest.json", "data", LOCK}
    assert {path.name for path in folder.iterdir()} == written
    assert len(faults(folder)) == 1
    assert "cannot write it" in (folder / "index.html").read_text()
    assert ended(antq("render", large, "--out", out))[0] == 0
    assert (folder / "large.html").exists()


def test_what_of_an_earlier_day_does_not_fit_any_more_is_left_to_be_made(large, tmp_path):
    out = tmp_path / "out"
    assert ended(antq("render", large, "--out", out))[0] == 0
    day(out).rename(out / "2020-01-01")
    said = on_a_full_disk(large, out, since="before")
    assert said.startswith("large ")
    assert said.endswith("File too large\n")
    _, folder = sorted(out.iterdir())
    earlier = out / "2020-01-01" / "small.html"
    assert (folder / "small.html").stat().st_ino != earlier.stat().st_ino
    assert (folder / "small.html").read_bytes() == earlier.read_bytes()
    pages = Folder(folder).manifest().pages
    assert {slug: page.failure is None for slug, page in pages.items()} == {"small": True, "large": False}
