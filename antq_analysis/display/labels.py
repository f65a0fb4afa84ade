"""Texts for codes, figures and result rows, in one language, plain or as HTML with links to the sources."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import SILENT, names, records
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.i18n import Words, bounds_text, language, number_text, window_text, words, year_text

Row = dict[str, Any]
Rows = pd.DataFrame | list[Row]

# So many figures of one area are listed in a page at most, of each indicator the newest first.
FIGURES = 500
MILLION = 1_000_000
# The number at the head of a printed figure, with its qualifying word: `hơn 1,8 triệu`, `từ 82% trở lên`.
_NUMBER = re.compile(
    r"[/(]?((?:\D*?\d[\d.,/]*(?:\s?(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)\b)?\s?%?)"
    r"|hàng(?: (?:chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)\b)+)"
)
_OR_MORE, _PLAIN = "trở lên", Markup("{}")
# So many figures one sentence quotes.
QUOTED = 5


def ids_of(row: Row) -> Sequence[str]:
    """Return the ids of the figures of a result row, or of a row of figures."""
    return row["obs_ids"] if "obs_ids" in row else (row["obs_id"],)


def areas_of(rows: Iterable[Row]) -> list[str]:
    """Return the codes of the areas of some rows, each once."""
    return list(dict.fromkeys(row["ref_area"] for row in rows))


def is_silent(row: Row) -> bool:
    """Tell whether a row says that nothing was published, or that the figure is left out."""
    return row.get("obs_status") in SILENT


def reported(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that hold a figure."""
    return [row for row in rows if not is_silent(row)]


def ends_of(row: Row, what: str = "") -> tuple[float, float] | None:
    """Return the bounds of a result, or those of its `ci`, `year`, `count` …; None where it has none."""
    low, high = (row.get(f"{what}_{end}" if what else end) for end in ("lower", "upper"))
    return None if pd.isna(low) or pd.isna(high) else (float(low), float(high))


def years(row: Any) -> str:
    """Write the years of a result row."""
    start = row["period_end"] if pd.isna(row["period_start"]) else row["period_start"]
    return year_text(start, row["period_end"])


def plain(text: str) -> str:
    """Return a text without its markup."""
    return text.striptags() if isinstance(text, Markup) else text


class Labels:
    """Write names, figures and results in one language; `left` counts the rows that are not shown.

    Texts are HTML: values are escaped, and numbers link to the list of sources.
    """

    def __init__(self, ds: Dataset, lang: str | None = None) -> None:
        self.lang = language(lang)
        self.say: Words = words(self.lang).marked
        self.left, self.none = 0, self.say("status.none")
        self._ds, self._unlisted = ds, _unlisted(ds.whole)
        nouns = ("area", "indicator", "concept", "ratio", "unit", "counts")
        texts = (names(ds.whole, self.lang)[noun].__getitem__ for noun in nouns)
        self.area, self.indicator, self.concept, self.ratio, self.unit, self.counts = texts

    def counted(self, figure: Mapping[str, Any]) -> str:
        """Say what a figure counts, and of which bodies where several groups are counted apart."""
        what = self.counts(figure["indicator"])
        if figure["indicator"] not in _scoped(self._ds.whole):
            return what
        return f"{what} ({self.say('scope.' + figure['scope_org'])})"

    def rows(self, result: Rows) -> list[Row]:
        """Return the rows of a result that a page shows, and count the others in `left`."""
        given = records(result) if isinstance(result, pd.DataFrame) else result
        listed = [row for row in given if self._unlisted.isdisjoint(ids_of(row))] if self._unlisted else given
        self.left += len(given) - len(listed)
        return listed

    def unshown(self) -> list[str]:
        """Say how many rows are not shown and where they are, if there are any."""
        return [self.say("shows.left", count=self.left, figures=FIGURES)] if self.left else []

    def window(self, row: Any) -> str:
        """Write the window of a figure."""
        return window_text(row, self.lang)

    def dated(self, row: Any) -> str:
        """Write the window of a figure, and how it is known where it is not stated."""
        # An as-of date that is only inferred says so itself.
        if row["period_basis"] == "stated" or pd.isna(row["period_start"]):
            return self.window(row)
        return f"{self.window(row)} ({self.say('period.' + row['period_basis'])})"

    def result(self, row: Row) -> str:
        """Write a result: its value where it is exact, else its bounds, or that it is refused."""
        if row.get("refused"):
            return str(self.say("status.refused"))
        return f"{self.range(row)}{'%' * (row.get('unit') == '%')}"

    def range(self, row: Row, what: str = "") -> str:
        """Write the bounds of a result, or those of its `ci`, `year`, `count` …, or that it has none."""
        ends = ends_of(row, what)
        return bounds_text(*ends, self.lang) if ends else self.none

    def share(self, row: Row, what: str, decimals: int = 1) -> str:
        """Write the bounds of a share of one in percent."""
        low, high = (100 * row[f"{what}_{end}"] for end in ("lower", "upper"))
        return f"{bounds_text(low, high, self.lang, decimals=decimals)}%"

    def number(self, obs_id: str) -> str:
        """Write the number of a figure with its qualifying word: `trên 2.170`, `more than 2,170`."""
        figure = self._ds.figure(obs_id)
        if self.lang == "vi":
            printed = str(figure["figure_printed"])
            found = _NUMBER.match(printed)
            # Its last words may stand behind the unit: "từ 50 buổi trở lên".
            return f"{found[1].strip()}{f' {_OR_MORE}' * (_OR_MORE in printed)}" if found else printed
        if pd.isna(figure["obs_value"]):
            lower = figure["value_lower"]
            if (key := f"figure.magnitude_{int(lower)}") in self.say:
                return str(self.say(key))
            return str(self.say("figure.at_least", number=number_text(lower, self.lang)))
        value = float(figure["obs_value"])
        number = number_text(value, self.lang)
        if value >= MILLION and value % (MILLION / 10) == 0:
            number = self.say("figure.million", number=number_text(value / MILLION, self.lang, decimals=1))
        if self._ds.rows("indicator")[figure["indicator"]]["measure_type"] == "share":
            number = f"{number}%"
        return str(self.say(f"figure.{figure['qualifier']}", number=number))

    def printed(self, obs_id: str) -> str:
        """Return a figure as printed; in English its number and its unit."""
        figure = self._ds.figure(obs_id)
        if self.lang == "vi":
            return str(figure["figure_printed"])
        number = self.number(obs_id)
        return number if number.endswith("%") else f"{number} {self.unit(figure['indicator'])}"

    def source(self, obs_id: str) -> str:
        """Say where a figure is printed: publisher and paragraph."""
        figure = self._ds.figure(obs_id)
        publisher = str(self._ds.source(figure["source_id"])[f"publisher_{self.lang}"])
        if pd.isna(figure["paragraph"]):
            return publisher
        return plain(self.say("source.paragraph", publisher=publisher, paragraph=int(figure["paragraph"])))

    def is_event_per_stock(self, row: Row) -> bool:
        """Tell whether a ratio counts what happened over years for each thing there was at their end."""
        known, parts = self._ds.rows("indicator"), (row["numerator"], row["denominator"])
        measures = [known[part]["measure_type"] for part in parts if part in known]
        return measures == ["flow", "stock"] and not parts[1].startswith("population")

    def hover(self, obs_ids: Sequence[str], *lines: str) -> list[str]:
        """Return what a point of a chart carries: the ids of its figures, and plain text about them.

        Of many population averages two tell the source.
        """
        quoted = [f"“{self.printed(key)}” — {self.source(key)}" for key in obs_ids[:2]]
        return [" ".join(obs_ids), "\n".join(plain(line) for line in (*lines, *quoted) if line)]

    def tied(self, text: str, obs_ids: Sequence[str]) -> str:
        """Link a number to its figures in the list of sources; a text without a number is left as it is."""
        listed = [key for key in obs_ids if key not in self._unlisted]
        if not listed or text == self.none:
            return text
        first, known = escape(listed[0]), escape(" ".join(listed))
        return Markup(f'<a class="fig" href="#obs-{first}" data-obs="{known}">{escape(text)}</a>')

    def linked(self, obs_id: str) -> str:
        """Write the number of a figure with its qualifying word, linked to its source."""
        return self.tied(self.number(obs_id), [obs_id])

    def told(self, obs_id: str, style: Markup = _PLAIN) -> str:
        """Say a figure within a sentence: its number, linked to its source, and what it counts."""
        number, what = self.number(obs_id), style.format(self.counted(self._ds.figure(obs_id)))
        # "từ 30 tập thể trở lên", but "từ 82% trở lên số vụ án".
        if number.endswith(_OR_MORE) and "%" not in number:
            number, what = number.removesuffix(f" {_OR_MORE}"), Markup("{} {}").format(what, _OR_MORE)
        return Markup("{} {}").format(self.tied(number, [obs_id]), what)

    def told_when(self, obs_id: str) -> str:
        """Say a figure as `told` does, with its years."""
        return self.say("quoted.years", figure=self.told(obs_id), years=years(self._ds.figure(obs_id)))

    def lowered(self, text: str) -> str:
        """Begin a name in small letters, as it stands within a sentence."""
        return text[:1].lower() + text[1:]

    def finding(self, clash: Row) -> str:
        """Say what does not fit in a row of `contradictions`."""
        write = self.share if clash["kind"] == "siblings_disagree" else self.range
        tied = {side: self.tied(write(clash, side), clash["obs_ids"]) for side in ("left", "right")}
        return self.say(f"finding.{clash['kind']}", **tied)

    def parts(self, obs_ids: Sequence[str], most: int = QUOTED) -> str:
        """Say each of some figures, and how many more there are."""
        more = [self.say("reading.more", count=len(obs_ids) - most)] * (len(obs_ids) > most)
        return self.join("; ", [*map(self.told, obs_ids[:most]), *more])

    def join(self, sign: str, texts: Iterable[str]) -> str:
        """Join texts as HTML."""
        return Markup(sign).join(texts)

    def listing(self, texts: Iterable[str]) -> str:
        """Join texts as a sentence does: `a, b và c`."""
        *first, last = texts
        return self.say("list.last", first=self.join(", ", first), last=last) if first else last


@remembered
def _scoped(ds: Dataset) -> frozenset[str]:
    """Return the indicators that are counted for several groups of bodies."""
    scopes = ds.observations.groupby("indicator")["scope_org"].nunique()
    return frozenset(scopes.index[scopes > 1])


@remembered
def _unlisted(ds: Dataset) -> frozenset[str]:
    """Return the figures beyond the first of each area, taken in turn from its indicators, newest first."""
    press = ds.observations.query("mandate != 'statistics'")
    press = press.sort_values("period_end", ascending=False, kind="stable")
    turn = press.groupby(["ref_area", "indicator"]).cumcount().sort_values(kind="stable")
    rank = press.loc[turn.index].groupby("ref_area").cumcount()
    return frozenset(press.loc[rank.index[rank >= FIGURES], "obs_id"])
