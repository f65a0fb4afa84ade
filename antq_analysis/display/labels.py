"""Names for codes: a result carries codes, a reader gets the names of the data set in one language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import records
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.i18n import Words, window_text, words, year_text

# How an area is known, where the text itself does not state it.
WEAKEST_FIRST = ("inferred", "publisher")

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
        self._ds = ds
        self._names, self._described = _names(ds.whole, lang), _described(ds.whole)

    def area(self, code: Any) -> str:
        """Name an area."""
        return self._names["area"][code]

    def indicator(self, key: Any) -> str:
        """Name an indicator."""
        return self._names["indicator"][key]

    def concept(self, key: Any) -> str:
        """Name a concept."""
        return self._names["concept"][key]

    def ratio(self, key: Any) -> str:
        """Name a ratio."""
        return self._names["ratio"][key]

    def known(self, code: str) -> str:
        """Name whatever the code stands for; what is no code is returned as it is."""
        return next((names[code] for names in self._names.values() if code in names), code)

    def unit(self, indicator: str) -> str:
        """Name the unit of an indicator."""
        return self._names["unit"][self._described[indicator]["unit_measure"]]

    def is_population(self, indicator: str) -> bool:
        """Tell whether an indicator counts inhabitants."""
        return bool(self._described[indicator]["concept"] == "population")

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
        known = {self._ds.figure(obs_id)["area_basis"] for obs_id in obs_ids}
        return next((basis for basis in WEAKEST_FIRST if basis in known), "")

    def printed(self, obs_id: str) -> str:
        """Quote a figure as printed; marked, with the language it is printed in."""
        printed = str(self._ds.figure(obs_id)["figure_printed"])
        return _PRINTED.format(printed) if self.marked and self.lang != "vi" else printed

    def source(self, obs_id: str) -> str:
        """Say where a figure is printed: publisher and paragraph."""
        figure = self._ds.figure(obs_id)
        publisher = str(self._ds.source(figure["source_id"])[f"publisher_{self.lang}"])
        if pd.isna(figure["paragraph"]):
            return publisher
        return self.say("source.paragraph", publisher=publisher, paragraph=int(figure["paragraph"]))

    def is_vague(self, obs_id: str) -> bool:
        """Tell whether a figure gives an order of magnitude only, as "hàng trăm"."""
        return bool(self._ds.figure(obs_id)["qualifier"] == "order_of_magnitude")

    def basis(self, obs_ids: Iterable[str]) -> str:
        """Say that a figure's area is not stated but told by the publisher, or inferred; else nothing."""
        return self._basis(self.weakest(obs_ids))

    def traced(self, text: str, obs_ids: Sequence[str]) -> str:
        """Tie a number to the figures it rests on, and mark it where their area is not stated.

        Marked, the number is a link to the figures' place in the list of sources, which the page's script
        opens beside it.
        """
        weakest = self.weakest(obs_ids)
        if not weakest:
            return self.tied(text, obs_ids)
        if not self.marked:
            return f"{text} [{self._basis(weakest)}]"
        return self.tied(text, obs_ids) + _BASIS.format(basis=weakest, words=self._basis(weakest))

    def tied(self, text: str, obs_ids: Sequence[str]) -> str:
        """Tie a number to its figures without saying again how their area is known.

        A text that holds no number, such as a dash, is left as it is.
        """
        if not self.marked or not obs_ids or text == self.say("status.none"):
            return text
        first, known = escape(obs_ids[0]), escape(" ".join(obs_ids))
        return Markup(f'<a class="fig" href="#obs-{first}" data-obs="{known}">{escape(text)}</a>')

    def grade(self, grade: str) -> str:
        """Write a grade; marked, as a chip."""
        return _GRADE.format(grade=grade) if self.marked else grade

    def parts(self, obs_ids: Sequence[str]) -> str:
        """Quote each figure as printed, tied to its place: `“1.464 nguồn tin”; “779 mô hình”`."""
        return self.join("; ", (self.traced(self._quoted(obs_id), [obs_id]) for obs_id in obs_ids))

    def join(self, sign: str, texts: Iterable[str]) -> str:
        """Put texts together, marked or plain as the others are."""
        return self._text(sign).join(texts)

    def trace(self, obs_id: str) -> str:
        """Trace a figure: as printed, and where."""
        return self._text("{} — {}").format(self._quoted(obs_id), self.source(obs_id))

    def _quoted(self, obs_id: str) -> str:
        printed = self.printed(obs_id)
        return Markup(f"“{escape(printed)}”") if self.marked else f"“{printed}”"

    def _basis(self, known: str) -> str:
        return str(self.say(f"basis.{known}")) if known else ""


def signs(html: str) -> Markup:
    """Say what the signs stand for that mark, in a piece of a page, how an area is known."""
    found = dict(_MARKED.findall(html))
    return Markup().join(_SIGNS.format(basis=basis, words=Markup(words)) for basis, words in found.items())


def years(row: Any) -> str:
    """Write the years a result row speaks of."""
    return year_text(begin(row), row["period_end"])


def begin(row: Any) -> Any:
    """Return the day on which a row's window begins; a stock has only its day."""
    return row["period_end"] if pd.isna(row["period_start"]) else row["period_start"]


@remembered
def _names(ds: Dataset, lang: str) -> Mapping[str, Mapping[str, str]]:
    """Return the name of every code in one language, by what it is a code of."""
    tables = {
        "area": (ds.areas(), "ref_area"),
        "indicator": (ds.indicators(), "indicator"),
        "concept": (ds.concepts(), "concept"),
        "unit": (ds.units(), "unit_measure"),
        "ratio": (ds.ratios(), "ratio"),
    }
    return MappingProxyType(
        {
            noun: MappingProxyType({row[key]: str(row[f"name_{lang}"]) for row in records(table)})
            for noun, (table, key) in tables.items()
        }
    )


@remembered
def _described(ds: Dataset) -> Mapping[str, Mapping[str, Any]]:
    """Return what the data set says of each indicator."""
    return MappingProxyType({row["indicator"]: MappingProxyType(row) for row in records(ds.indicators())})
