"""Every figure is found again in its paragraph of the text it was taken from.

The texts are under press copyright and not part of the repository; where they are missing, the test skips.
"""

import hashlib
import unicodedata
from pathlib import Path

import pytest

import antq_analysis as aq

SOURCES = Path(__file__).resolve().parents[2] / "shared" / "sources"


# Figures in each text, in the order of the texts.
FIGURES = {
    "dienbientv-2020": 19,
    "baothanhhoa-2019": 15,
    "baothanhhoa-2024": 16,
    "hoabinh-2024": 17,
    "quangbinh-2020": 11,
}


def test_every_figure_of_the_press_is_there() -> None:
    counts = aq.load().observations["source_id"].value_counts()
    assert {source: counts.get(source) for source in FIGURES} == FIGURES


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


def test_a_period_is_stated_where_its_sentence_prints_it() -> None:
    ten_years = aq.load().select(indicators=PERIODS).observations
    ten_years = ten_years[ten_years["source_id"] == "baothanhhoa-2024"]
    assert dict(zip(ten_years["indicator"], ten_years["period_basis"], strict=True)) == PERIODS


PERIODS: dict[str, str] = {
    "sessions_provincial_bodies": "stated",
    "participants_provincial_bodies": "stated",
    "banners_slogans": "stated",
    "news_placements_provincial_bodies": "stated",
    "tips_through_models": "inherited",
    "valuable_tips_through_models": "inherited",
    "cases_supported": "stated",
    "strikes_settled": "stated",
}


@pytest.mark.parametrize("indicator", ["sessions_provincial_bodies", "banners_slogans"])
def test_what_the_later_text_words_otherwise_is_one_indicator_with_a_break(indicator: str) -> None:
    found = aq.load().select(indicators=indicator).observations.sort_values("period_end")
    assert found["obs_status"].tolist() == ["A", "B"]


def test_what_may_mislead_is_said_in_the_note() -> None:
    ds = aq.load()
    for obs_id, said in {
        "baothanhhoa-2024.12": ["265", "779", "3.12", "1.06"],
        "baothanhhoa-2024.06": ["posters", "82–85"],
        "quangbinh-2020.04": ["does not say"],
        "quangbinh-2020.10": ["136", "128"],
        "gso-population-2017.03": ["replaced"],
    }.items():
        assert all(words in ds.figure(obs_id)["note_en"] for words in said), obs_id
    names = ds.indicators().set_index("indicator")
    assert not names.loc["premises_inspections"].str.contains("cháy|fire").any()
