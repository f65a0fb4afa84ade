"""Every figure is found again in its paragraph of the text it was taken from.

The texts are under press copyright and not part of the repository; where they are missing, the test skips.
"""

import hashlib
import unicodedata
from pathlib import Path

import pytest

import antq_analysis as aq

SOURCES = Path(__file__).resolve().parents[2] / "shared" / "sources"


def paragraphs() -> dict[str, list[str]]:
    """Read the texts by the checksum that sources.csv has of each; blank lines are no paragraphs."""
    files = sorted(SOURCES.glob("*.txt"))
    if not files:
        pytest.skip("the five press texts are not beside this checkout")
    return {
        hashlib.sha256(file.read_bytes()).hexdigest(): [
            line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        for file in files
    }


def test_each_figure_stands_in_its_paragraph() -> None:
    texts, dataset = paragraphs(), aq.load()
    checksums = dataset.sources().set_index("source_id")["sha256"]
    press = dataset.observations[dataset.observations["source_id"].map(checksums).isin(list(texts))]
    assert set(press["source_id"].map(checksums)) == set(texts)
    missing = [
        row.obs_id
        for row in press.itertuples()
        if row.figure_printed
        not in unicodedata.normalize("NFC", texts[checksums[row.source_id]][row.paragraph - 1])
    ]
    assert missing == []
