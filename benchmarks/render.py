"""Time briefings: by papermill's and nbconvert's commands, by `antq render`, and by another checkout of it.

Run `python benchmarks/render.py` (or `make bench`), or with `--beside DIR`, a checkout with an environment of
its own in `.venv`: the two then take turns, and the ratio of each pair is printed. All in one run, with the
same notebook and parameters, the profiles of three provinces in two languages:

  cli    `papermill` then `jupyter nbconvert`, two commands a briefing, for six briefings
  antq   `antq render` into an empty folder, start, index and manifest included
  other  the same command of the other checkout

`peak MB` is the largest page, `parent MB` the process that `antq` starts with: it waits and writes, and must
not grow with the number of pages. `plan` is the plan of the project instead of profiles.
"""

import argparse
import csv
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from antq_analysis.data import bundled

BIN = Path(sys.executable).parent
NOTEBOOK = "01_province_profile"
PAGES = [(area, lang) for lang in ("vi", "en") for area in ("Điện Biên", "Thanh Hóa", "Quảng Bình")]

# What is to be reached on two cores, beside what papermill and nbconvert take in the same run.
FASTER_THAN_CLI = {63: 40.0}
SECONDS = {
    "nothing changed": 1.0,
    "one figure changed": 10.0,
    "import antq_analysis": 0.7,
    "antq --help": 0.5,
}

# The command, and at its end the peak of its own process: not of those it has waited for.
NOTED = """
import atexit, os, sys
from pathlib import Path
from antq_analysis.cli import main

def note():
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    Path(os.environ["ANTQ_PEAK"]).write_text(peak)

if __name__ == "__main__":
    atexit.register(note)
    main()
"""


def main() -> int:
    """Measure everything, print the tables, and return 1 where something that is to be reached is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", nargs="+", default=["6", "plan", "63", "630"], metavar="N")
    parser.add_argument("--beside", type=Path, metavar="DIR", help="another checkout, with its .venv")
    parser.add_argument(
        "--rounds", type=int, default=3, help="turns that the two take, for fewer than 100 pages"
    )
    arguments = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        bench = Bench(Path(scratch), arguments.beside)
        missed = [*bench.briefings(arguments.counts, arguments.rounds), *bench.repeats()]
    print("\nAll is reached." if not missed else "\nMissed: " + "; ".join(missed))
    return 1 if missed else 0


class Bench:
    """Measure in a scratch folder; every method prints its part and yields what is missed."""

    def __init__(self, scratch: Path, beside: Path | None) -> None:
        self._scratch = scratch
        self._ways = {"antq": Path(sys.executable)} | (
            {"other": beside / ".venv/bin/python"} if beside else {}
        )

    def briefings(self, counts: list[str], rounds: int) -> Iterator[str]:
        """Compare the ways, for each number of briefings."""
        cli = self._cli()
        print(f"{'briefings':>9}  {'way':<6}{'total s':>9}{'s each':>8}{'faster':>8}", end="")
        print(f"{'peak MB':>9}{'parent MB':>11}{'kB':>7}", flush=True)
        print(f"{len(PAGES):>9}  {'cli':<6}{cli * len(PAGES):>9.1f}{cli:>8.2f}{1:>7.1f}x", flush=True)
        for count in counts:
            turns = [
                {way: self._render(way, count) for way in self._ways} for _ in range(rounds_of(count, rounds))
            ]
            for way in self._ways:
                taken = {key: statistics.median(turn[way][key] for turn in turns) for key in turns[0][way]}
                each = taken["total"] / taken["pages"]
                print(f"{count:>9}  {way:<6}{taken['total']:>9.1f}{each:>8.2f}{cli / each:>7.1f}x", end="")
                print(
                    f"{taken['peak'] / 1e6:>9.0f}{taken['parent'] / 1e6:>11.0f}{taken['bytes'] / 1e3:>7.0f}",
                    flush=True,
                )
                if way == "antq" and cli / each < (wanted := FASTER_THAN_CLI.get(int(taken["pages"]), 0)):
                    yield f"{count} briefings are {cli / each:.1f} times as fast as cli, not {wanted:g}"
            if "other" in self._ways:
                ratios = sorted(turn["antq"]["total"] / turn["other"]["total"] for turn in turns)
                print(f"{'':>11}antq / other: {', '.join(f'{ratio:.2f}' for ratio in ratios)}", flush=True)

    def repeats(self) -> Iterator[str]:
        """Time starts, and runs that find nothing changed or one figure changed, in a copy of the project."""
        copy, project = self._scratch / "project", bundled("data").parent
        for name in ("antq_analysis", "data", "notebooks", "node_modules"):
            if (project / name).exists():
                shutil.copytree(project / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        antq = [sys.executable, "-c", "from antq_analysis.cli import main; main()"]
        place = {"cwd": copy, "env": os.environ | {"PYTHONPATH": str(copy)}}
        run = [*antq, "render", "--out", "out"]
        timed(run, **place)
        taken = {"nothing changed": timed(run, **place)}
        change_a_figure(copy / "data" / "observations" / "press.csv")
        taken["one figure changed"] = timed(run, **place)
        imports = [sys.executable, "-c", "import antq_analysis"]
        taken["import antq_analysis"] = min(timed(imports) for _ in range(5))
        taken["antq --help"] = min(timed([*antq, "--help"]) for _ in range(5))
        print()
        for what, seconds in taken.items():
            print(f"{what:<22}{seconds:>7.2f} s, to be below {SECONDS[what]:g}")
            if seconds >= SECONDS[what]:
                yield f"{what}: {seconds:.2f} s"

    def _cli(self) -> float:
        """Return what papermill and nbconvert take for a briefing."""
        notebook, taken = bundled("notebooks") / f"{NOTEBOOK}.ipynb", 0.0
        for number, (area, lang) in enumerate(PAGES):
            page = str(self._scratch / f"{number}.ipynb")
            given = ["-p", "area", area, "-p", "lang", lang]
            taken += timed([BIN / "papermill", "--no-progress-bar", notebook, page, *given])
            taken += timed([BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", page])
        return taken / len(PAGES)

    def _render(self, way: str, count: str) -> dict[str, float]:
        """Render by one way, and return what that took."""
        python, out = self._ways[way], self._scratch / "out"
        notebooks = python.parents[2] / "notebooks"
        plan = notebooks / "briefings.toml"
        if count != "plan":
            plan = shutil.copytree(notebooks, self._scratch / way, dirs_exist_ok=True) / f"{count}.toml"
            pages = islice(cycle(PAGES), int(count))
            plan.write_text("".join(entry(number, *page) for number, page in enumerate(pages)))
        script, peak = self._scratch / "noted.py", self._scratch / "peak"
        script.write_text(NOTED)
        seconds = timed(
            [python, script, "render", plan, "--out", out], env=os.environ | {"ANTQ_PEAK": str(peak)}
        )
        (manifest,) = out.glob("*/manifest.json")
        made = json.loads(manifest.read_text())["pages"].values()
        sizes = [page.stat().st_size for page in manifest.parent.glob("*.html") if page.name != "index.html"]
        shutil.rmtree(out)
        return {
            "total": seconds,
            "pages": len(made),
            "peak": max(page["peak_bytes"] for page in made),
            "parent": int(peak.read_text()) * 1024,
            "bytes": statistics.mean(sizes),
        }


def timed(command: list[object], **options: object) -> float:
    """Run a command and return its seconds."""
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{command} failed:\n{done.stdout.decode()}{done.stderr.decode()}")
    return time.perf_counter() - start


def rounds_of(count: str, rounds: int) -> int:
    """Return how often a number of briefings is rendered: many of them once."""
    return 1 if count.isdigit() and int(count) >= 100 else rounds


def entry(number: int, area: str, lang: str) -> str:
    """Return one briefing of a plan."""
    return (
        f'[[briefing]]\nnotebook = "{NOTEBOOK}"\nslug = "page-{number:03}"\n'
        f'parameters = {{ area = "{area}", lang = "{lang}" }}\n'
    )


def change_a_figure(press: Path) -> None:
    """Say of one figure that it stands a paragraph later."""
    with press.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    row = next(row for row in rows if row["ref_area"] == "VN-24" and row["paragraph"])
    row["paragraph"] = str(int(row["paragraph"]) + 1)
    with press.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def machine() -> str:
    """Name the machine."""
    with Path("/proc/cpuinfo").open() as lines:
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    cores = f"{os.cpu_count()} cores of {model}, {memory:.0f} GB"
    return f"{platform.system()}, {cores}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
