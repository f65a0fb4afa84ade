"""Measure what the figure reader finds: recall and precision, by value, qualifier and place.

Run `python benchmarks/reader.py [--texts DIR]`. The press texts are under copyright and not here: they are looked
for in DIR, else in the folder that ANTQ_TEXTS names, else in `../shared/sources` beside the checkout. Their gold
list is data/observations/press.csv, which was checked against them line by line: every figure that states a result has a row,
"36/36 (100%)" has three; dates, durations, document numbers and names have none. The articles of
tests/articles are written for the test, in the style of the press, with the figures marked in the text:
`{gần 4.000 lượt=4000 nearly}`, `{36/36=36; 36}` for several at one place, `{từ 3 đến 5=3..5}` for a range.

A figure counts as found where a row without `why_not` overlaps the print, with the same value (or bounds,
for a range) and qualifier, each row once.
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
from typing import NamedTuple

import antq_analysis as aq

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "tests" / "articles"
WANTED = {"recall": 0.98, "precision": 0.95}


class Gold(NamedTuple):
    """A figure that stands at a place of a text; `value` holds one number, the two ends of a range, or none."""

    start: int
    end: int
    value: tuple[float, ...]
    qualifier: str


class Score(NamedTuple):
    """What was found of what is there, and what was taken for a figure and is none."""

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
    groups = {"press": press(arguments.texts), "articles": articles(ARTICLES)}
    return int(not all([report(name, texts, show=arguments.show) for name, texts in groups.items()]))


def report(group: str, texts: dict[str, tuple[str, list[Gold]]], *, show: bool) -> bool:
    """Print the scores of a group of texts; tell whether all of it together reaches what is wanted."""
    if not texts:
        print(f"{group}: no texts there")
        return True
    scores = {name: score(text, gold) for name, (text, gold) in texts.items()}
    for name, each in scores.items():
        print(line(name, [each]))
        for kind, prints in (("missed", each.missed), ("wrong", each.wrong)) if show else ():
            print("".join(f"    {kind}: {printed}\n" for printed in prints), end="")
    print(line(f"all of {group}", scores.values()))
    return all(
        reached >= wanted for reached, wanted in zip(rates(scores.values()), WANTED.values(), strict=True)
    )


def line(name: str, scores: Iterable[Score]) -> str:
    """Write a line of the table."""
    scores = list(scores)
    recall, precision = rates(scores)
    return f"{name:<34}{sum(s.right + len(s.missed) for s in scores):>8}{recall:>8.3f}{precision:>10.3f}"


def rates(scores: Iterable[Score]) -> tuple[float, float]:
    """Return recall and precision of several texts together."""
    scores = list(scores)
    right = sum(each.right for each in scores)
    missed, wrong = (sum(len(getattr(each, name)) for each in scores) for name in ("missed", "wrong"))
    return right / max(right + missed, 1), right / max(right + wrong, 1)


def score(text: str, gold: list[Gold]) -> Score:
    """Compare what the reader finds in a text with what stands there."""
    found = aq.read_text(text).query("why_not == ''").to_dict("records")
    missed = []
    for each in gold:
        match = next((row for row in found if is_same(row, each)), None)
        if match is None:
            missed.append(f"{text[each.start : each.end]} = {each.value} {each.qualifier}")
        else:
            found.remove(match)
    wrong = [f"{row['figure_printed']} = {row['obs_value']} {row['qualifier']}" for row in found]
    return Score(len(gold) - len(missed), missed, wrong)


def is_same(row: dict, gold: Gold) -> bool:  # type: ignore[type-arg]
    """Tell whether a row of the reader is this figure."""
    numbers = (row["value_lower"], row["value_upper"]) if len(gold.value) == 2 else (row["obs_value"],)
    same = all(math.isclose(a, b) for a, b in zip(numbers, gold.value, strict=False))
    same = same if gold.value else math.isnan(row["obs_value"])
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


def placed(text: str, rows: list[dict]) -> Iterable[Gold]:  # type: ignore[type-arg]
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
            number, qualifier = (told.split() + ["range" if ".." in told else "exact"])[:2]
            value = tuple(map(float, number.split(".."))) if number != "-" else ()
            gold.append(Gold(len(text), len(text) + len(mark[1]), value, qualifier))
        text, place = text + mark[1], mark.end()
    return text + marked[place:], gold


if __name__ == "__main__":
    sys.exit(main())
