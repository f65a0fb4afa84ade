"""Compares the figures of a data set with the texts that they were read from."""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.data.dataset import Dataset
from antq_analysis.data.names import records
from antq_analysis.errors import MissingData
from antq_analysis.intake.documents import text_of
from antq_analysis.intake.reader import read_text


class Verified(NamedTuple):
    """Say how many figures were looked for, which are not where the data say, and which no row has."""

    looked_for: int
    misplaced: list[str]
    uncovered: list[str]


def verify(texts: Path, ds: Dataset) -> Verified:
    """Look for each printed figure in its paragraph, and for figures of the texts that no row has.

    `texts` is a folder of files named `<source_id>.txt`, `.html` or `.docx`, or with the content whose
    SHA-256 the source notes. Raises MissingData where no file is that of a source with figures, InvalidData
    for one that cannot be read.
    """
    files = [path for path in sorted(texts.glob("*")) if path.is_file()]
    known = {
        key: row["source_id"] for row in records(ds.sources()) for key in (row["source_id"], row["sha256"])
    }
    rows, done = records(ds.observations), Verified(0, [], [])
    for path in files:
        content = path.read_bytes()
        source = known.get(path.stem) or known.get(sha256(content).hexdigest())
        own = [row for row in rows if row["source_id"] == source]
        if own:
            done = done._replace(looked_for=done.looked_for + len(own))
            for is_misplaced, told in _compare(text_of(content, path.name), own, ds):
                (done.misplaced if is_misplaced else done.uncovered).append(f"{path.name}: {told}")
    if not done.looked_for:
        way = "give a folder of texts named by their source_id, such as baotinh-2024.txt"
        raise MissingData(str(texts), way)
    return done


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _holds(text: str, part: str) -> bool:
    """Tell whether a text holds another as words of its own: "9 xã" is not in "19 xã", nor 150 in 2.150."""
    before = r"(?<!\w)(?<![0-9][.,])" if part[:1].isalnum() else ""
    behind = r"(?!\w)(?![.,][0-9])" if part[-1:].isalnum() else ""
    return bool(re.search(f"{before}{re.escape(part)}{behind}", text))


def _compare(text: str, rows: list[dict[str, Any]], ds: Dataset) -> Iterator[tuple[bool, str]]:
    """Yield what is amiss between a text and its rows, and whether it is a figure of the data."""
    paragraphs = [_fold(line) for line in text.splitlines() if line.strip()]
    covered = [list[str]() for _ in paragraphs]
    for row in rows:
        figure, stated = _fold(row["figure_printed"]), row["paragraph"]
        places = [number for number, line in enumerate(paragraphs, start=1) if _holds(line, figure)]
        for number in places:
            covered[number - 1].append(figure)
        if not pd.isna(stated) and places and stated not in places:
            found = ", ".join(map(str, places))
            yield True, f"{row['obs_id']} {row['figure_printed']!r} is in paragraph {found}, not {stated}"
        if not places:
            yield True, f"{row['obs_id']} {row['figure_printed']!r} is nowhere in it"
    for row in records(read_text(text, ds)):
        printed, known = _fold(row["figure_printed"]), covered[row["paragraph"] - 1]
        if not row["why_not"] and not any(_holds(each, printed) or _holds(printed, each) for each in known):
            yield False, f"{row['figure_printed']!r} in paragraph {row['paragraph']} is in no row of the data"
