"""Times what a briefing costs: by papermill and nbconvert as they come, by `antq render`, and at the least.

Run `python benchmarks/render.py` (or `make bench`). All of it is timed in one run, with the same notebook and
parameters, the profiles of three provinces in two languages:

  cli    `papermill` then `jupyter nbconvert`, two commands a briefing
  api    papermill.execute_notebook and nbconvert's HTMLExporter in one process
  antq   `antq render` into an empty folder, index and manifest included
  floor  the cells alone, one notebook after the other in one process that is as warm as a worker of antq

`floor` uses one core, `antq` all there are: on two it would take half of `floor` if it did nothing else.
`cli` and `api` are run for six briefings; what more of them would take is reckoned from these and marked ~.
`peak MB` is the largest process of all, `parent MB` the one that antq starts with: it waits and writes, and
must not grow with the number of pages.
"""

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from antq_analysis.briefings.options import Options
from antq_analysis.data import bundled

BIN = Path(sys.executable).parent
ANTQ = [sys.executable, "-c", "from antq_analysis.cli import main; main()"]
NOTEBOOK = "01_province_profile"
PAGES = [(area, lang) for lang in ("vi", "en") for area in ("Điện Biên", "Thanh Hóa", "Quảng Bình")]

# What is to be reached on two cores.
FASTER_THAN_CLI = {6: 14.0, 63: 50.0}
ABOVE_FLOOR = 1.5
ABOVE_63_AT_630 = 1.1
PARENT_ABOVE_63_AT_630 = 1.1
SECONDS = {"nothing changed": 2.0, "one figure changed": 6.0}
PROCESSOR = {"import antq_analysis": 0.7, "antq --help": 0.5}

API = """
import json, sys
from pathlib import Path
import papermill
from nbconvert import HTMLExporter
for number, (area, lang) in enumerate(json.loads(sys.argv[3])):
    out = Path(sys.argv[2]) / f"{number}.ipynb"
    papermill.execute_notebook(sys.argv[1], out, {"area": area, "lang": lang}, progress_bar=False)
    html, _ = HTMLExporter(exclude_input=True).from_filename(str(out))
    out.with_suffix(".html").write_text(html)
"""

FLOOR = """
import json, sys, time
from antq_analysis.briefings.warm import warm_up
warm_up()
from papermill.parameterize import parameterize_notebook
from papermill.iorw import load_notebook_node
from antq_analysis.briefings.kernel import Kernel
pages, laps = json.loads(sys.argv[2]), []
source = load_notebook_node(sys.argv[1])
told = []
kernel = Kernel(told.append)
kernel.answer("execute_request", {"code": "0"}, "first")
for area, lang in pages:
    cells = parameterize_notebook(source, {"area": area, "lang": lang}).cells
    start = time.perf_counter()
    for cell in cells:
        if cell.cell_type == "code":
            kernel.answer("execute_request", {"code": cell.source}, "cell")
    laps.append(time.perf_counter() - start)
assert not [message for message in told if message["msg_type"] == "error"]
with open(sys.argv[3], "w") as file:
    json.dump(sum(laps) / len(pages), file)
"""


# The command, and at its end the peak of its own process: not of those it has waited for, nor of the one that
# started it, which getrusage would count.
NOTED = """
import atexit, os
from pathlib import Path
from antq_analysis.cli import main

def note():
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    Path(os.environ["ANTQ_PEAK"]).write_text(peak)

atexit.register(note)
main()
"""


def main() -> int:
    """Measure everything, print the tables, and return 1 where something that is to be reached is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=int, nargs="+", default=[6, 63, 630], metavar="N")
    parser.add_argument("--jobs", type=int, default=Options().workers)
    arguments = parser.parse_args()
    print(_machine(), f"{arguments.jobs} workers\n", sep="\n")
    with tempfile.TemporaryDirectory(prefix="antq-bench-") as scratch:
        bench = Bench(Path(scratch), arguments.jobs)
        missed = [*bench.briefings(arguments.counts), *bench.repeats(), *bench.starts()]
    print("\nAll is reached." if not missed else "\nMissed: " + "; ".join(missed))
    return 1 if missed else 0


class Bench:
    """Measure in a scratch folder; every method prints its part and yields what is missed."""

    def __init__(self, scratch: Path, jobs: int) -> None:
        self._scratch, self._jobs = scratch, jobs
        self._notebook = bundled("notebooks") / f"{NOTEBOOK}.ipynb"

    def briefings(self, counts: list[int]) -> Iterator[str]:
        """Compare the four ways, for each number of briefings."""
        ways = {"cli": self._cli(), "api": self._api(), "floor": self._floor()}
        print(f"{'briefings':>9}  {'way':<6}{'total s':>9}{'s each':>8}{'faster':>8}", end="")
        print(f"{'peak MB':>9}{'parent MB':>11}{'kB':>9}")
        done = {}
        for count in counts:
            ways["antq"] = self._antq(count)
            for way, taken in ways.items():
                _print_way(count, way, taken, ways["cli"]["each"])
            done[count] = ways["antq"]
            yield from _missed(count, done, ways["cli"]["each"], ways["floor"]["each"])

    def repeats(self) -> Iterator[str]:
        """Time runs that find nothing changed, and one figure changed, in a copy of the project."""
        copy, project = self._scratch / "project", bundled("data").parent
        for name in ("antq_analysis", "data", "notebooks", "node_modules"):
            if (project / name).exists():
                shutil.copytree(project / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        run = [*ANTQ, "render", "--out", "out", "--jobs", str(self._jobs)]
        place = {"cwd": copy, "env": os.environ | {"PYTHONPATH": str(copy)}}
        timed(run, **place)
        taken = {"nothing changed": timed(run, **place)["total"]}
        _change_a_figure(copy / "data" / "observations" / "press.csv")
        taken["one figure changed"] = timed(run, **place)["total"]
        yield from _print_limits("seconds", taken, SECONDS)

    def starts(self) -> Iterator[str]:
        """Time what everybody pays before anything happens: processor seconds, the least of five."""
        commands = {
            "import antq_analysis": [sys.executable, "-c", "import antq_analysis"],
            "antq --help": [*ANTQ, "--help"],
        }
        taken = {
            name: min(timed(command)["processor"] for _ in range(5)) for name, command in commands.items()
        }
        yield from _print_limits("processor seconds", taken, PROCESSOR)

    def _cli(self) -> dict[str, float]:
        out = self._scratch / "cli"
        out.mkdir()
        taken = []
        for number, (area, lang) in enumerate(PAGES):
            page = str(out / f"{number}.ipynb")
            given = ["-p", "area", area, "-p", "lang", lang]
            taken.append(timed([BIN / "papermill", "--no-progress-bar", self._notebook, page, *given]))
            taken.append(timed([BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", page]))
        return _summed(taken, len(PAGES), out)

    def _api(self) -> dict[str, float]:
        out = self._scratch / "api"
        out.mkdir()
        taken = timed([sys.executable, "-c", API, self._notebook, out, json.dumps(PAGES)])
        return _summed([taken], len(PAGES), out)

    def _floor(self) -> dict[str, float]:
        result = self._scratch / "floor.json"
        taken = timed([sys.executable, "-c", FLOOR, self._notebook, json.dumps(PAGES), result])
        return taken | {"each": json.loads(result.read_text()), "bytes": 0}

    def _antq(self, count: int) -> dict[str, float]:
        out = self._scratch / f"antq-{count}"
        # A notebook is looked for beside its plan.
        shutil.copytree(bundled("notebooks"), self._scratch / "notebooks", dirs_exist_ok=True)
        plan = self._scratch / "notebooks" / f"{count}.toml"
        plan.write_text("".join(_entry(n, *page) for n, page in enumerate(islice(cycle(PAGES), count))))
        noted, run = self._scratch / "peak", ["render", plan, "--out", out, "--jobs", str(self._jobs)]
        taken = timed([sys.executable, "-c", NOTED, *run], env=os.environ | {"ANTQ_PEAK": str(noted)})
        (manifest,) = out.glob("*/manifest.json")
        pages = json.loads(manifest.read_text())["pages"].values()
        taken["peak"] = max(taken["peak"], *(page["peak_bytes"] for page in pages))
        found = _summed([taken], count, manifest.parent)
        shutil.rmtree(out)
        return found | {"parent": int(noted.read_text()) * 1024}


def timed(command: list[Any], **options: Any) -> dict[str, float]:
    """Run a command; return `total` and `processor` seconds, and its `peak` of memory in bytes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options
    )
    complaint = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed:\n{complaint.decode()}")
    processor = used.ru_utime + used.ru_stime
    return {"total": time.perf_counter() - start, "processor": processor, "peak": used.ru_maxrss * 1024}


def _summed(taken: list[dict[str, float]], count: int, folder: Path) -> dict[str, float]:
    sizes = [page.stat().st_size for page in folder.glob("*.html") if page.name != "index.html"]
    total = sum(each["total"] for each in taken)
    return {
        "total": total,
        "each": total / count,
        "peak": max(each["peak"] for each in taken),
        "bytes": sum(sizes) / len(sizes),
    }


def _entry(number: int, area: str, lang: str) -> str:
    return (
        f'[[briefing]]\nnotebook = "{NOTEBOOK}"\nslug = "page-{number:03}"\n'
        f'parameters = {{ area = "{area}", lang = "{lang}" }}\n'
    )


def _print_way(count: int, way: str, taken: dict[str, float], cli: float) -> None:
    reckoned = "~" if way != "antq" and count != len(PAGES) else " "
    seconds = f"{reckoned}{taken['each'] * count:>8.1f}{taken['each']:>8.2f}{cli / taken['each']:>7.1f}x"
    parent = f"{taken['parent'] / 1e6:>11.0f}" if "parent" in taken else " " * 11
    sizes = f"{taken['peak'] / 1e6:>9.0f}{parent}{taken['bytes'] / 1e3:>9.0f}"
    print(f"{count:>9}  {way:<6}{seconds}{sizes}", flush=True)


def _missed(count: int, done: dict[int, dict[str, float]], cli: float, floor: float) -> Iterator[str]:
    each = done[count]["each"]
    faster, above = cli / each, each / floor
    if faster < FASTER_THAN_CLI.get(count, 0):
        yield f"{count} briefings are {faster:.1f} times as fast as cli, not {FASTER_THAN_CLI[count]:g}"
    if count == 63 and above > ABOVE_FLOOR:
        yield f"63 briefings take {above:.2f} times the floor, not {ABOVE_FLOOR:g}"
    if count == 630 and 63 in done:
        limits = {"each": ("one of 630 takes", "one of 63", ABOVE_63_AT_630)}
        limits["parent"] = ("the parent has at 630", "its memory at 63", PARENT_ABOVE_63_AT_630)
        for what, (more, less, limit) in limits.items():
            if (times := done[630][what] / done[63][what]) > limit:
                yield f"{more} {times:.2f} times {less}, not {limit:g}"


def _print_limits(unit: str, taken: dict[str, float], limits: dict[str, float]) -> Iterator[str]:
    print()
    for what, spent in taken.items():
        print(f"{what:<24}{spent:>7.2f} {unit}, to be below {limits[what]:g}")
        if spent >= limits[what]:
            yield f"{what}: {spent:.2f} {unit}"


def _change_a_figure(press: Path) -> None:
    with press.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    row = next(row for row in rows if row["ref_area"] == "VN-24" and row["paragraph"])
    row["paragraph"] = str(int(row["paragraph"]) + 1)
    with press.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _machine() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    cores = f"{os.cpu_count()} cores of {model}, {memory:.0f} GB"
    return f"{platform.system()}, {cores}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
