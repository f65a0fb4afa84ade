"""Fixtures that several test modules share: a copy of the bundled data that a test may spoil."""

import csv
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import antq_analysis as aq
from antq_analysis.data import bundled
from antq_analysis.data.dataset import Dataset

# Machines are shared and noisy: an example may take as long as it takes.
settings.register_profile("antq", deadline=None)
settings.load_profile("antq")

PRESS = "observations/press.csv"
OFFICIAL = "observations/official.csv"
# Figures to spoil: of a flow, of a stock, without a number, of a share, with parts, and one of its parts.
FLOW, STOCK, VAGUE = "dienbientv-2020.02", "baothanhhoa-2024.01", "baothanhhoa-2024.13"
SHARE, TOTAL, PART = "hoabinh-2024.02", "baothanhhoa-2019.05", "baothanhhoa-2019.07"
NAMES = {
    "areas.csv": ["name_vi", "name_en"],
    "indicators.csv": ["name_vi", "name_en", "counts_vi", "counts_en", "definition_vi", "definition_en"],
    "concepts.csv": ["name_vi", "name_en"],
    "units.csv": ["name_vi", "name_en", "words_vi"],
    "ratios.csv": ["name_vi", "name_en"],
    "ratio_parts.csv": ["definition_vi", "definition_en"],
    "sources.csv": ["title", "publisher_vi", "publisher_en"],
    "observations/press.csv": ["note_vi", "note_en"],
}


@dataclass(frozen=True)
class DataCopy:
    """A folder of data with the means to put one fault into it."""

    folder: Path

    def rows(self, file: str) -> list[list[str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))

    def write(self, file: str, rows: list[list[str]]) -> None:
        with (self.folder / file).open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerows(rows)

    def row_of(self, file: str, key: str) -> int:
        """Find the row, as a spreadsheet counts, whose first cell is `key`."""
        return [row[0] for row in self.rows(file)].index(key) + 1

    def set(self, file: str, key: str, **cells: str) -> int:
        """Change cells of the row whose first cell is `key`; return the number of the row."""
        rows, row = self.rows(file), self.row_of(file, key)
        for column, value in cells.items():
            rows[row - 1][rows[0].index(column)] = value
        self.write(file, rows)
        return row

    def text(self, file: str, change: Callable[[str], str]) -> None:
        path = self.folder / file
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")

    def json(self, file: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change a description in place."""
        path = self.folder / file
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def resource(self, name: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change one resource of the description in place."""

        def in_descriptor(descriptor: dict[str, Any]) -> None:
            change(next(item for item in descriptor["resources"] if item["name"] == name))

        self.json("datapackage.json", in_descriptor)


@pytest.fixture(scope="session", autouse=True)
def _interrupts_are_heeded() -> None:
    """Restore what Ctrl-C does, here and in the programs that tests start: a background job ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _vietnamese_again() -> Iterator[None]:
    """Put back the language that a test has chosen for all."""
    yield
    aq.set_language("vi")


@pytest.fixture
def data(tmp_path: Path) -> DataCopy:
    """Copy the bundled data to a folder of the test's own."""
    shutil.copytree(bundled("data"), tmp_path / "data")
    return DataCopy(tmp_path / "data")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Load data in which every name a page may show is markup that would run or break out."""
    copy = DataCopy(tmp_path_factory.mktemp("hostile") / "data")
    shutil.copytree(bundled("data"), copy.folder)
    evil = "<script>alert(1)</script>"
    for file, columns in NAMES.items():
        rows = copy.rows(file)
        for number, row in enumerate(rows[1:]):
            for column in columns:
                row[rows[0].index(column)] = f"{evil} & {row[0]} {number}"
        copy.write(file, rows)
    rows = copy.rows(PRESS)
    printed = rows[0].index("figure_printed")
    for row in rows[1:]:
        row[printed] += "<i>" if row[printed][-1].isalpha() else ""
    copy.write(PRESS, rows)
    return aq.load(copy.folder)
