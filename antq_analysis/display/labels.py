"""Texts for codes, figures and result rows, in one language, plain or as HTML with links to the sources."""

import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import LEFT_OUT, SILENT, records
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.i18n import Words, bounds_text, number_text, window_text, words, year_text

Row = dict[str, Any]
Rows = pd.DataFrame | list[Row]

# So much is shown at most: figures of one area, of each indicator the newest first, rows of a chart,
# sentences, and figures that one sentence quotes. A sentence says how much is not shown.
FIGURES, DRAWN, SENTENCES, QUOTED = 500, 200, 100, 60
Key = TypeVar("Key", bound=Hashable)

# How an area is known that its text does not name, weakest last, and the sign for it behind a number.
SIGNS = {"publisher": "*", "inferred": "†"}

# In running text a page shows a sign in place of these words, and says below what it stands for.
_BASIS = Markup(' <span class="basis basis-{basis}"><span>[{words}]</span></span>')
_SIGNS = Markup('<p class="signs"><span class="basis basis-{basis}"></span> {words}</p>')


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Group rows by a key, in the order in which the keys appear."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def ids_of(row: Row) -> Sequence[str]:
    """Return the ids of the figures of a result row, or of a row of figures."""
    return row["obs_ids"] if "obs_ids" in row else (row["obs_id"],)


def is_silent(row: Row) -> bool:
    """Tell whether a row says that nothing was reported, or that the figure is left out."""
    return row.get("obs_status") in SILENT


def reported(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that hold a figure."""
    return [row for row in rows if not is_silent(row)]


def is_floor(row: Row) -> bool:
    """Tell whether a result is a lower bound only: its denominator counts more than its numerator."""
    return "denominator_wider" in row.get("reasons", ())


def ends_of(row: Row, what: str = "") -> tuple[float, float] | None:
    """Return the bounds of a result, or those of its `ci`, `count`, `calendar` …; None where it has none."""
    low, high = (row.get(f"{what}_{end}" if what else end) for end in ("lower", "upper"))
    if is_floor(row):
        low, high = (None, None) if what else (low, math.inf)
    return None if pd.isna(low) or pd.isna(high) else (float(low), float(high))


def begin(row: Any) -> Any:
    """Return the day on which a row's window begins; a stock has only its day."""
    return row["period_end"] if pd.isna(row["period_start"]) else row["period_start"]


def years(row: Any) -> str:
    """Write the years of a result row."""
    return year_text(begin(row), row["period_end"])


class Labels:
    """Write names, figures and results in one language; `left` counts the rows that are not shown.

    With `marked=True` texts are HTML: values are escaped, and numbers link to the list of sources.
    """

    def __init__(self, ds: Dataset, lang: str = "vi", *, marked: bool = False) -> None:
        self.say: Words = words(lang).marked if marked else words(lang)
        self.lang, self.marked, self.left, self.none = lang, marked, 0, self.say("status.none")
        self._text: type[str] = Markup if marked else str
        self._ds, self._names, self._unlisted = ds, _names(ds.whole, lang), _unlisted(ds.whole)
        self.populations = _populations(ds.whole)
        nouns = ("area", "indicator", "concept", "ratio", "unit")
        self.area, self.indicator, self.concept, self.ratio, self.unit = (
            self._names[noun].__getitem__ for noun in nouns
        )

    def rows(self, result: Rows) -> list[Row]:
        """Return the rows of a result that a page shows, and count the others in `left`."""
        given = records(result) if isinstance(result, pd.DataFrame) else result
        listed = [row for row in given if self._unlisted.isdisjoint(ids_of(row))] if self._unlisted else given
        self.left += len(given) - len(listed)
        return listed

    def first(self, rows: list[Any], most: int = DRAWN) -> list[Any]:
        """Return the first rows, and count the others in `left`."""
        self.left += max(len(rows) - most, 0)
        return rows[:most]

    def sentences(self, texts: Iterable[str]) -> list[str]:
        """Return the first sentences, each once, and count the others in `left`."""
        return self.first(list(dict.fromkeys(filter(None, texts))), SENTENCES)

    def listed(self, obs_ids: Sequence[str]) -> Sequence[str]:
        """Return the figures that a page lists under their sources."""
        return [key for key in obs_ids if key not in self._unlisted] if self._unlisted else obs_ids

    def unshown(self) -> list[str]:
        """Say how many rows are not shown and where they are, if there are any."""
        return [self.say("shows.left", count=self.left, figures=FIGURES)] if self.left else []

    def known(self, code: str) -> str:
        """Name whatever a code stands for; any other text is returned as it is."""
        return next((names[code] for names in self._names.values() if code in names), code)

    def counted(self, row: Row) -> str:
        """Name the indicator of a row of `compare`, and which bodies it counts where that is not all."""
        part = row["scope_org"] in ("agency", "enterprise", "school") or row["indicator"] == "models"
        indicator = self.indicator(row["indicator"])
        return f"{indicator} ({self.say('scope.' + row['scope_org'])})" if part else indicator

    def window(self, row: Any) -> str:
        """Write the window of a result row."""
        return window_text(row, self.lang)

    def dated(self, row: Any) -> str:
        """Write the window of a figure, and how it is known where it is not stated."""
        window = self.window(row)
        # An as-of date that is only inferred says so itself.
        if row["period_basis"] == "stated" or pd.isna(row["period_start"]):
            return window
        return f"{window} ({self.say('period.' + row['period_basis'])})"

    def silence(self, row: Row) -> str:
        """Say why an area has no figure: it did not report, or its figure is left out as only inferred."""
        return self.say("status.left_out" if row["obs_status"] == LEFT_OUT else "status.missing")

    def result(self, row: Row) -> str:
        """Write a result: its value where it is exact, else its bounds, or that it is refused."""
        if row.get("refused"):
            return self.say("status.refused")
        exact = not math.isnan(row["value"]) and row["lower"] == row["upper"] and not is_floor(row)
        return number_text(row["value"], self.lang) if exact else self.range(row)

    def range(self, row: Row, what: str = "") -> str:
        """Write the bounds of a result, or those of its `ci`, `count`, `calendar` …, or that it has none."""
        ends = ends_of(row, what)
        return bounds_text(*ends, self.lang) if ends else self.none

    def csv(self, row: Row, what: str = "") -> str:
        """Write bounds for a machine, in any language: `2878`, `2.22..2.37`, `101..`."""
        ends = [f"{end:.10g}" if math.isfinite(end) else "" for end in ends_of(row, what) or ()]
        return "..".join(dict.fromkeys(ends))

    def weakest(self, obs_ids: Iterable[str]) -> str:
        """Return the weakest way in which the area of some figures is known; nothing if it is stated."""
        known = {self._ds.figure(obs_id)["area_basis"] for obs_id in obs_ids}
        return next((basis for basis in reversed(SIGNS) if basis in known), "")

    def basis(self, obs_ids: Iterable[str]) -> str:
        """Say that a figure's area is told by the publisher, or inferred; nothing if it is stated."""
        known = self.weakest(obs_ids)
        return str(self.say(f"basis.{known}")) if known else ""

    def printed(self, obs_id: str) -> str:
        """Return a figure as printed; marked, with the language it is printed in."""
        printed = str(self._ds.figure(obs_id)["figure_printed"])
        return (
            Markup('<span lang="vi">{}</span>').format(printed)
            if self.marked and self.lang != "vi"
            else printed
        )

    def quoted(self, obs_id: str) -> str:
        """Return a figure as printed, in quotation marks."""
        return self._text("“{}”").format(self.printed(obs_id))

    def source(self, obs_id: str) -> str:
        """Say where a figure is printed: publisher and paragraph."""
        figure = self._ds.figure(obs_id)
        publisher = str(self._ds.source(figure["source_id"])[f"publisher_{self.lang}"])
        if pd.isna(figure["paragraph"]):
            return publisher
        return self.say("source.paragraph", publisher=publisher, paragraph=int(figure["paragraph"]))

    def trace(self, obs_ids: Sequence[str]) -> list[str]:
        """Quote figures as printed and say where; of many population averages two tell the source."""
        return [self._text("{} — {}").format(self.quoted(key), self.source(key)) for key in obs_ids[:2]]

    def tied(self, text: str, obs_ids: Sequence[str]) -> str:
        """Link a number to its figures in the list of sources; a text without a number is left as it is."""
        obs_ids = self.listed(obs_ids)
        if not self.marked or not obs_ids or text == self.none:
            return text
        first, known = escape(obs_ids[0]), escape(" ".join(obs_ids))
        return Markup(f'<a class="fig" href="#obs-{first}" data-obs="{known}">{escape(text)}</a>')

    def traced(self, text: str, obs_ids: Sequence[str]) -> str:
        """Link a number to its figures, and mark it where their area is not stated."""
        weakest, basis = self.weakest(obs_ids), self.basis(obs_ids)
        if not weakest:
            return self.tied(text, obs_ids)
        if not self.marked:
            return f"{text} [{basis}]"
        return self.tied(text, obs_ids) + _BASIS.format(basis=weakest, words=basis)

    def parts(self, obs_ids: Sequence[str], most: int = QUOTED) -> str:
        """Quote each figure as printed, linked to its source: `“1.464 nguồn tin”; “779 mô hình”`."""
        more = [self.say("verdict.more", count=len(obs_ids) - most)] * (len(obs_ids) > most)
        return self.join("; ", [*(self.traced(self.quoted(key), [key]) for key in obs_ids[:most]), *more])

    def join(self, sign: str, texts: Iterable[str]) -> str:
        """Join texts, marked or plain as the others are."""
        return self._text(sign).join(texts)


def signs(html: str) -> Markup:
    """Explain below a piece of a page the signs in it that mark how an area is known."""
    found = dict(re.findall(r'class="basis basis-(\w+)"><span>\[(.*?)\]', html))
    return Markup().join(_SIGNS.format(basis=basis, words=Markup(words)) for basis, words in found.items())


def plain(text: str) -> str:
    """Return a text without its markup."""
    return text.striptags() if isinstance(text, Markup) else text


@remembered
def _names(ds: Dataset, lang: str) -> Mapping[str, Mapping[str, str]]:
    """Return the name of every code in one language, by what it is a code of; a unit by its indicator."""
    tables = {
        "area": (ds.areas(), "ref_area"),
        "indicator": (indicators := ds.indicators(), "indicator"),
        "concept": (ds.concepts(), "concept"),
        "ratio": (ds.ratios(), "ratio"),
        "unit": (indicators[["indicator", "unit_measure"]].merge(ds.units()), "indicator"),
    }
    return {
        noun: MappingProxyType(dict(zip(table[key], table[f"name_{lang}"], strict=True)))
        for noun, (table, key) in tables.items()
    }


@remembered
def _unlisted(ds: Dataset) -> frozenset[str]:
    """Return the figures beyond the first of each area, taken in turn from its indicators, newest first."""
    press = ds.observations.query("mandate != 'statistics'")
    press = press.sort_values("period_end", ascending=False, kind="stable")
    turn = press.groupby(["ref_area", "indicator"]).cumcount().sort_values(kind="stable")
    rank = press.loc[turn.index].groupby("ref_area").cumcount()
    return frozenset(press.loc[rank.index[rank >= FIGURES], "obs_id"])


@remembered
def _populations(ds: Dataset) -> frozenset[str]:
    """Return the indicators that count inhabitants."""
    return frozenset(ds.indicators().query("concept == 'population'")["indicator"])
