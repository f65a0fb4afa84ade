"""Names for codes: a result carries codes, a reader gets the names of the data set in one language."""

from typing import Any

import pandas as pd

from antq_analysis.dataset.dataset import Dataset
from antq_analysis.wording import Words, window_text, words, year_text


class Labels:
    """Name areas, indicators, concepts, units, ratios and sources in one language."""

    def __init__(self, ds: Dataset, lang: str = "vi") -> None:
        self.say: Words = words(lang)
        self.lang = lang
        self._names = {
            key: self._column(getattr(ds, f"{noun}s")(), key)
            for noun, key in (
                ("area", "ref_area"),
                ("indicator", "indicator"),
                ("concept", "concept"),
                ("unit", "unit_measure"),
                ("ratio", "ratio"),
            )
        }
        self._described = ds.indicators().set_index("indicator")
        self._figures = ds.observations.set_index("obs_id")
        self._publishers = ds.sources().set_index("source_id")["publisher"]

    def _column(self, table: pd.DataFrame, key: str) -> "pd.Series[str]":
        return table.set_index(key)[f"name_{self.lang}"]

    def area(self, code: Any) -> str:
        """Name an area."""
        return str(self._names["ref_area"][code])

    def indicator(self, key: Any) -> str:
        """Name an indicator."""
        return str(self._names["indicator"][key])

    def concept(self, key: Any) -> str:
        """Name a concept."""
        return str(self._names["concept"][key])

    def ratio(self, key: Any) -> str:
        """Name a ratio."""
        return str(self._names["ratio"][key])

    def known(self, code: str) -> str:
        """Name whatever the code stands for; what is no code is returned as it is."""
        return next((str(names[code]) for names in self._names.values() if code in names.index), code)

    def unit(self, indicator: str) -> str:
        """Name the unit of an indicator."""
        return str(self._names["unit_measure"][self._described["unit_measure"][indicator]])

    def is_population(self, indicator: str) -> bool:
        """Tell whether an indicator counts inhabitants."""
        return bool(self._described["concept"][indicator] == "population")

    def window(self, row: Any) -> str:
        """Write the window of a result row."""
        return window_text(row, self.lang)

    def printed(self, obs_id: str) -> str:
        """Quote a figure as printed."""
        return str(self._figures["figure_printed"][obs_id])

    def source(self, obs_id: str) -> str:
        """Say where a figure is printed: publisher and paragraph."""
        figure = self._figures.loc[obs_id]
        publisher = str(self._publishers[figure["source_id"]])
        if pd.isna(figure["paragraph"]):
            return publisher
        return self.say("source.paragraph", publisher=publisher, paragraph=int(figure["paragraph"]))

    def note(self, obs_id: str) -> str:
        """Say what to know before using a figure."""
        note = self._figures[f"note_{self.lang}"][obs_id]
        return "" if pd.isna(note) else str(note)

    def trace(self, obs_id: str) -> str:
        """Trace a figure: as printed, and where."""
        return f"“{self.printed(obs_id)}” — {self.source(obs_id)}"


def years(row: Any) -> str:
    """Write the years a result row speaks of."""
    start = row["period_end"] if pd.isna(row["period_start"]) else row["period_start"]
    return year_text(start, row["period_end"])
