"""Names for codes: a result carries codes, a reader gets the names of the data set in one language."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.dataset.dataset import Dataset
from antq_analysis.wording import Words, window_text, words, year_text

# How an area is known, where the text itself does not state it.
WEAKEST_FIRST = ("inferred", "publisher")

_TRACED = Markup('<a class="fig" href="#obs-{id}" data-obs="{ids}">{text}</a>')
_BASIS = Markup(' <span class="basis">{}</span>')


class Labels:
    """Name areas, indicators, concepts, units, ratios and sources in one language."""

    def __init__(self, ds: Dataset, lang: str = "vi", *, marked: bool = False) -> None:
        self.say: Words = words(lang).marked if marked else words(lang)
        self.lang, self.marked = lang, marked
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

    def basis(self, obs_ids: Iterable[str]) -> str:
        """Say that a figure's area is not stated but told by the publisher, or inferred; else nothing."""
        known = set(self._figures["area_basis"].reindex(list(obs_ids)))
        return next((str(self.say(f"basis.{found}")) for found in WEAKEST_FIRST if found in known), "")

    def traced(self, text: str, obs_ids: Sequence[str]) -> str:
        """Tie a number to the figures it rests on, and mark it where their area is not stated.

        In plain words the number stands as it is; marked, it is a link to the figures' place in the list of
        sources, which the page's script opens beside it.
        """
        basis = self.basis(obs_ids)
        if not self.marked:
            return f"{text} ({basis})" if basis else text
        mark = _BASIS.format(basis) if basis else ""
        return _TRACED.format(id=obs_ids[0], ids=" ".join(obs_ids), text=text) + mark if obs_ids else text

    def trace(self, obs_id: str) -> str:
        """Trace a figure: as printed, and where."""
        return f"“{self.printed(obs_id)}” — {self.source(obs_id)}"


def years(row: Any) -> str:
    """Write the years a result row speaks of."""
    start = row["period_end"] if pd.isna(row["period_start"]) else row["period_start"]
    return year_text(start, row["period_end"])
