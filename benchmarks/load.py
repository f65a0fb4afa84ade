"""Time what a checked load costs: 30,000 and 100,000 observations, sound and with a thousand faults.

Run `python benchmarks/load.py` (or `make bench`). The rows repeat the wordings of the bundled press figures
in their real proportions, with nearly as many different numbers as rows; each load runs in a process of its
own, so that its peak memory is its own.
"""

import argparse
import csv
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from antq_analysis.data import bundled

FAULTS = ("value", "qualifier", "figure", "reference", "date")
LIMITS = {"processor": 20.0, "gigabytes": 1.0}

LOADER = """
import json, resource, sys, time
start = time.perf_counter()
import antq_analysis as aq
try:
    result = {"rows": len(aq.load(sys.argv[1])), "problems": []}
except aq.InvalidData as invalid:
    result = {"rows": 0, "problems": [[problem.row, problem.column] for problem in invalid.problems]}
result["seconds"] = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
result["processor"] = used.ru_utime + used.ru_stime
result["gigabytes"] = used.ru_maxrss * 1024 / 1e9
print(json.dumps(result))
"""


def main() -> int:
    """Measure each load, print a table, and return 1 where a limit is passed or a fault was missed.

    `processor` is the time spent on all cores together: it tells a slow load from a busy machine.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[30_000, 100_000])
    parser.add_argument("--faults", type=int, default=1_000)
    arguments = parser.parse_args()
    print(
        f"{platform.system()}, {os.cpu_count()} cores, {_memory():.0f} GB, Python {platform.python_version()}"
    )
    print(f"{'data':<28}{'seconds':>9}{'processor':>11}{'peak GB':>9}{'problems':>10}")
    failed = False
    for rows, faults in product(arguments.rows, (0, arguments.faults)):
        with tempfile.TemporaryDirectory() as folder:
            spoilt = write_data(Path(folder), rows, faults)
            result = measure(folder)
        name = f"{rows:,} rows, {faults:,} faults"
        times = f"{result['seconds']:>9.1f}{result['processor']:>11.1f}"
        print(f"{name:<28}{times}{result['gigabytes']:>9.2f}{len(result['problems']):>10,}")
        found = {tuple(problem) for problem in result["problems"]}
        failed |= found != spoilt or any(result[name] > limit for name, limit in LIMITS.items())
    return int(failed)


def measure(folder: str) -> dict[str, Any]:
    """Load a folder in a process of its own."""
    run = subprocess.run([sys.executable, "-c", LOADER, folder], capture_output=True, text=True, check=True)
    return dict(json.loads(run.stdout))


def write_data(folder: Path, count: int, faults: int) -> set[tuple[int, str]]:
    """Write a copy of the bundled data with `count` press rows; return row and column of each fault."""
    shutil.copytree(bundled("data"), folder, dirs_exist_ok=True)
    press = folder / "observations" / "press.csv"
    with press.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        models, header = list(reader), reader.fieldnames or []
    chance = random.Random(1)
    spoilt = dict(zip(sorted(chance.sample(range(count), faults)), _cycle(faults), strict=True))
    columns = set()
    with press.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        for number in range(count):
            row = _row(models, number, chance)
            if number in spoilt:
                columns.add((number + 2, _spoil(row, spoilt[number])))
            writer.writerow(row)
    return columns


def _cycle(faults: int) -> Iterator[str]:
    return (FAULTS[number % len(FAULTS)] for number in range(faults))


def _row(models: list[dict[str, str]], number: int, chance: random.Random) -> dict[str, str]:
    """Copy a row under an id of its own, with another number in the same wording where that is possible."""
    block, place = divmod(number, len(models))
    model = models[place]
    row = model | {name: f"{model[name]}{block:06d}" for name in ("obs_id", "part_of") if model[name]}
    row["paragraph"] = str(block + 1)
    value = chance.randrange(10_000, 100_000_000)
    printed = f"{model['figure_printed']}".split()
    plain = [word for word in printed if word.replace(".", "").isdigit()]
    if len(plain) == 1 and model["obs_value"] == plain[0].replace(".", "").lstrip("0"):
        printed[printed.index(plain[0])] = f"{value:,}".replace(",", ".")
        row |= {"figure_printed": " ".join(printed), "obs_value": str(value)}
    return row


def _spoil(row: dict[str, str], fault: str) -> str:
    """Put one fault into a row and name the column it is found in."""
    changes = {
        "value": ("obs_value", "1234567"),
        "qualifier": ("qualifier", "about"),
        "figure": ("figure_printed", "5.15 buổi"),
        "reference": ("indicator", "sesions"),
        "date": ("period_end", "2019-02-30"),
    }
    column, value = changes[fault]
    row |= {column: value}
    if fault == "value" and row["qualifier"] == "order_of_magnitude":
        row |= {"figure_printed": "150", "qualifier": "exact"}
    return column


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    sys.exit(main())
