"""Measure what the figure reader finds: recall and precision, by value, qualifier and place.

Run `python benchmarks/reader.py [--texts DIR]`. The press texts are under copyright and not here: they
are looked for in DIR, by default the folder that ANTQ_TEXTS names, else `../shared/sources` beside the
checkout. Their gold list is data/observations/press.csv: each number that states a result has a row,
"36/36 (100%)" has three. Dates, durations, document numbers, names and numbers of a page have none; nor
have changes ("tăng 5%"), targets, ages and ratings, because a data set holds levels that were reached.
The articles of tests/articles are written for the purpose, with their figures marked: `{gần 4.000
lượt=4000 nearly}`, `{36/36=36; 36}`, `{từ 3 đến 5=3..5}`. A figure is found where a row without `why_not`
overlaps it, with its value (or bounds) and qualifier.
"""

import argparse
import hashlib
import math
import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import antq_analysis as aq

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "tests" / "articles"
WANTED = {"recall": 0.98, "precision": 0.95}


class Gold(NamedTuple):
    """A figure at its place in a text; `value` holds one number, the two ends of a range, or none."""

    start: int
    end: int
    value: tuple[float, ...]
    qualifier: str


class Score(NamedTuple):
    """How many figures were found, what was missed, and what was taken for a figure and is none."""

    right: int
    missed: list[str]
    wrong: list[str]


def main() -> int:
    """Print a line for each text and one for each group; return 1 where a group misses what is wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    beside = os.environ.get("ANTQ_TEXTS", ROOT.parent / "shared" / "sources")
    parser.add_argument("--texts", type=Path, default=beside, metavar="DIR", help="the five press texts")
    parser.add_argument("--show", action="store_true", help="list what is missed and what is wrong")
    arguments = parser.parse_args()
    print(f"{'text':<34}{'figures':>8}{'recall':>8}{'precision':>10}")
    texts = {"press": press(arguments.texts), "articles": articles(ARTICLES)}
    return int(False in [report(*group, show=arguments.show) for group in texts.items() if group[1]])


def report(group: str, texts: dict[str, tuple[str, list[Gold]]], *, show: bool) -> bool:
    """Print the scores of a group of texts; tell whether all of it together reaches what is wanted."""
    scores = {name: [score(text, gold)] for name, (text, gold) in texts.items()}
    scores[f"all of {group}"] = [each for (each,) in scores.values()]
    for name, each in scores.items():
        recall, precision = rates(each)
        figures = sum(one.right + len(one.missed) for one in each)
        print(f"{name:<34}{figures:>8}{recall:>8.3f}{precision:>10.3f}")
        for one in each if show and len(each) == 1 else ():
            print("".join(f"    missed: {told}\n" for told in one.missed), end="")
            print("".join(f"    wrong: {told}\n" for told in one.wrong), end="")
    return recall >= WANTED["recall"] and precision >= WANTED["precision"]


def rates(scores: list[Score]) -> tuple[float, float]:
    """Return recall and precision of several texts together."""
    right = sum(each.right for each in scores)
    missed, wrong = sum(len(each.missed) for each in scores), sum(len(each.wrong) for each in scores)
    return right / max(right + missed, 1), right / max(right + wrong, 1)


def score(text: str, gold: list[Gold]) -> Score:
    """Compare what the reader finds in a text with what stands there."""
    found, missed = aq.read_text(text).query("why_not == ''").to_dict("records"), []
    for each in gold:
        match = next((row for row in found if is_same(row, each)), None)
        if match is None:
            missed.append(f"{text[each.start : each.end]} = {each.value} {each.qualifier}")
        else:
            found.remove(match)
    wrong = [f"{row['figure_printed']} = {row['obs_value']} {row['qualifier']}" for row in found]
    return Score(len(gold) - len(missed), missed, wrong)


def is_same(row: dict[str, Any], gold: Gold) -> bool:
    """Tell whether a row of the reader is this figure."""
    numbers = (row["value_lower"], row["value_upper"]) if len(gold.value) == 2 else (row["obs_value"],)
    same = all(map(math.isclose, numbers, gold.value)) if gold.value else math.isnan(row["obs_value"])
    return same and row["qualifier"] == gold.qualifier and row["start"] < gold.end and gold.start < row["end"]


def press(folder: Path) -> dict[str, tuple[str, list[Gold]]]:
    """Return each press text with the figures that the data have of it, in the order of the rows."""
    dataset, texts = aq.load(), {}
    known = dataset.sources().set_index("sha256")["source_id"]
    for file in sorted(Path(folder).glob("*.txt")):
        source = known.get(hashlib.sha256(file.read_bytes()).hexdigest())
        if source is not None:
            text = unicodedata.normalize("NFC", file.read_text(encoding="utf-8"))
            rows = dataset.observations.query("source_id == @source")
            texts[source] = (text, list(placed(text, rows.to_dict("records"))))
    return texts


def placed(text: str, rows: list[dict[str, Any]]) -> Iterable[Gold]:
    """Find the place of each printed figure: in its paragraph, behind an earlier one of the same print."""
    lines = [match for match in re.finditer(r"[^\n]+", text) if match[0].strip()]
    ends: dict[tuple[int, str], int] = {}
    for row in rows:
        within, printed = lines[row["paragraph"] - 1], row["figure_printed"]
        start = text.index(printed, ends.get((row["paragraph"], printed), within.start()))
        ends[row["paragraph"], printed] = end = start + len(printed)
        value = () if math.isnan(row["obs_value"]) else (row["obs_value"],)
        yield Gold(start, end, value, row["qualifier"])


def articles(folder: Path) -> dict[str, tuple[str, list[Gold]]]:
    """Return each article without its marks, with the figures that they mark."""
    return {file.stem: unmarked(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.txt"))}


def unmarked(marked: str) -> tuple[str, list[Gold]]:
    """Take the marks out of a text, and return the figures that they say."""
    text, gold, place = "", [], 0
    for mark in re.finditer(r"\{([^{}=]+)=([^{}]*)\}", marked):
        text += marked[place : mark.start()]
        for told in mark[2].split(";"):
            number, qualifier = [*told.split(), "range" if ".." in told else "exact"][:2]
            value = tuple(map(float, number.split(".."))) if number != "-" else ()
            gold.append(Gold(len(text), len(text) + len(mark[1]), value, qualifier))
        text, place = text + mark[1], mark.end()
    return text + marked[place:], gold


if __name__ == "__main__":
    sys.exit(main())
