"""Names for codes: a result carries codes, a reader gets the names of the data set in one language."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.dataset.dataset import Dataset
from antq_analysis.wording import Words, window_text, words, year_text

# How an area is known, where the text itself does not state it.
WEAKEST_FIRST = ("inferred", "publisher")

_TRACED = Markup('<a class="fig" href="#obs-{id}" data-obs="{ids}">{text}</a>')
# In running text a page shows a sign in place of these words, and says below what it stands for.
_BASIS = Markup(' <span class="basis basis-{basis}"><span>[{words}]</span></span>')
_SIGNS = Markup('<p class="signs"><span class="basis basis-{basis}"></span> {words}</p>')
_MARKED = re.compile(r'class="basis basis-(\w+)"><span>\[(.*?)\]')
_GRADE = Markup('<span class="grade grade-{grade}">{grade}</span>')
_PRINTED = Markup('<span lang="vi">{}</span>')


class Labels:
    """Name areas, indicators, concepts, units, ratios and sources in one language."""

    def __init__(self, ds: Dataset, lang: str = "vi", *, marked: bool = False) -> None:
        self.say: Words = words(lang).marked if marked else words(lang)
        self.lang, self.marked = lang, marked
        self._text: type[str] = Markup if marked else str
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
        # A result may rest on figures outside the selection, such as populations of other years.
        self._figures = ds.whole.observations.set_index("obs_id")
        self._publishers = ds.sources().set_index("source_id")[f"publisher_{lang}"]

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

    def dated(self, row: Any) -> str:
        """Write the window of a figure, and that it is not stated where the figure is printed."""
        window = self.window(row)
        # An as-of date that is only inferred says so itself.
        if row["period_basis"] == "stated" or pd.isna(row["period_start"]):
            return window
        return f"{window} ({self.say('period.' + row['period_basis'])})"

    def weakest(self, obs_ids: Iterable[str]) -> str:
        """Return the code of the weakest way in which the area of some figures is known; none if stated."""
        known = set(self._figures["area_basis"].reindex(list(obs_ids)))
        return next((basis for basis in WEAKEST_FIRST if basis in known), "")

    def printed(self, obs_id: str) -> str:
        """Quote a figure as printed; marked, with the language it is printed in."""
        printed = str(self._figures["figure_printed"][obs_id])
        return _PRINTED.format(printed) if self.marked and self.lang != "vi" else printed

    def source(self, obs_id: str) -> str:
        """Say where a figure is printed: publisher and paragraph."""
        figure = self._figures.loc[obs_id]
        publisher = str(self._publishers[figure["source_id"]])
        if pd.isna(figure["paragraph"]):
            return publisher
        return self.say("source.paragraph", publisher=publisher, paragraph=int(figure["paragraph"]))

    def is_vague(self, obs_id: str) -> bool:
        """Tell whether a figure gives an order of magnitude only, as "hàng trăm"."""
        return bool(self._figures["qualifier"][obs_id] == "order_of_magnitude")

    def basis(self, obs_ids: Iterable[str]) -> str:
        """Say that a figure's area is not stated but told by the publisher, or inferred; else nothing."""
        known = self.weakest(obs_ids)
        return str(self.say(f"basis.{known}")) if known else ""

    def traced(self, text: str, obs_ids: Sequence[str]) -> str:
        """Tie a number to the figures it rests on, and mark it where their area is not stated.

        Marked, the number is a link to the figures' place in the list of sources, which the page's script
        opens beside it.
        """
        basis = self.basis(obs_ids)
        if not self.marked:
            return f"{text} [{basis}]" if basis else text
        mark = _BASIS.format(basis=self.weakest(obs_ids), words=basis) if basis else ""
        return self.tied(text, obs_ids) + mark

    def tied(self, text: str, obs_ids: Sequence[str]) -> str:
        """Tie a number to its figures without saying again how their area is known.

        A text that holds no number, such as a dash, is left as it is.
        """
        if not self.marked or not obs_ids or text == self.say("status.none"):
            return text
        return _TRACED.format(id=obs_ids[0], ids=" ".join(obs_ids), text=text)

    def grade(self, grade: str) -> str:
        """Write a grade; marked, as a chip."""
        return _GRADE.format(grade=grade) if self.marked else grade

    def parts(self, obs_ids: Sequence[str]) -> str:
        """Quote each figure as printed, tied to its place: `“1.464 nguồn tin”; “779 mô hình”`."""
        quoted = (self._text("“{}”").format(self.printed(obs_id)) for obs_id in obs_ids)
        return self.join("; ", (self.traced(q, [i]) for q, i in zip(quoted, obs_ids, strict=True)))

    def join(self, sign: str, texts: Iterable[str]) -> str:
        """Put texts together, marked or plain as the others are."""
        return self._text(sign).join(texts)

    def trace(self, obs_id: str) -> str:
        """Trace a figure: as printed, and where."""
        return self._text("“{}” — {}").format(self.printed(obs_id), self.source(obs_id))


def signs(html: str) -> Markup:
    """Say what the signs stand for that mark, in a piece of a page, how an area is known."""
    found = dict(_MARKED.findall(html))
    return Markup().join(_SIGNS.format(basis=basis, words=Markup(words)) for basis, words in found.items())


def years(row: Any) -> str:
    """Write the years a result row speaks of."""
    start = row["period_end"] if pd.isna(row["period_start"]) else row["period_start"]
    return year_text(start, row["period_end"])
