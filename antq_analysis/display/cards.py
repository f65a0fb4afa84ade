"""Key figures of a page as cards: the number as printed, what is sure of it, and what is not."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.frames import is_missing, records
from antq_analysis.analysis.grading import REASONS, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.answers import subject
from antq_analysis.display.labels import Labels, Row, grouped, plain, reported, years
from antq_analysis.i18n import number_text

__all__ = ["contrasts", "levels", "quality", "ratios", "trends", "windows"]


def __dir__() -> list[str]:
    return sorted(__all__)


MOST = 5  # cards
QUOTED = 2  # other figures on a subject that its card quotes; more are counted

# A plain number from a thousand up that ends in two zeros may have been rounded without a word.
ROUND_FROM, ROUND_TO = 1000, 100

# Bases of a bound that hold whatever habit the writer follows.
SURE = ("printed", "meaning", "logical")

_CARDS = Markup('<ul class="cards">{}</ul>')
_CARD = Markup('<li class="card">{}</li>')
_LINE = Markup('<p class="{kind}">{text}</p>')


@dataclass(frozen=True)
class Card:
    """One number: what it counts, the number, what is sure, what is not, and its years and source."""

    what: str
    big: str
    sure: str = ""
    unsure: str = ""
    when: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Return the lines of the card that say something, each with its kind."""
        return [(kind, text) for kind, text in vars(self).items() if text]


class Cards:
    """Cards beside each other, shown as HTML in a notebook and in a page."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)

    def __repr__(self) -> str:
        return "\n\n".join("\n".join(plain(text) for _, text in card.lines()) for card in self.cards)

    def _repr_html_(self) -> str:
        lines = ((_LINE.format(kind=kind, text=text) for kind, text in card.lines()) for card in self.cards)
        cards = Markup().join(_CARD.format(Markup().join(card)) for card in lines)
        return str(_CARDS.format(cards) if cards else cards)


def levels(
    rows: pd.DataFrame,
    ds: Dataset,
    *,
    clashes: pd.DataFrame | None = None,
    lang: str = "vi",
    most: int = MOST,
) -> Cards:
    """Show a figure, as it was printed, for each of the first `most` concepts that rows of `compare` report.

    Of several figures of a concept and area the latest and longest is shown, never a part of another, and
    the card names the others. Beside what its wording leaves open stands what else is against the
    figure: its note, a level that is not stated, and a clash with others, if the rows of `contradictions`
    are given as `clashes`.
    """
    name = Labels(ds, lang, marked=True)
    given = reported(name.rows(rows))
    several = len({row["ref_area"] for row in given}) > 1
    groups = list(grouped(given, itemgetter("concept", "ref_area")).values())
    clashing = {} if clashes is None else _clashing(records(clashes))
    return Cards(_level(group, ds, name, clashing=clashing, several=several) for group in groups[:most])


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how many pairs of figures compare, and how far."""
    name, pairs = Labels(ds, lang, marked=True), records(rows)
    total = name.say("card.of", count=len(pairs))

    def card(key: str, grades: str) -> Card:
        found = [row for row in pairs if row["grade"] in grades]
        # The reasons for which they have their grade and no better one.
        against = {code for row in found for code in row["reasons"] if REASONS[code] == grades[-1]}
        return Card(
            name.say(f"card.pairs_{key}"),
            name.say("pairs", count=len(found)),
            when=total,
            unsure=reasons_text(against, lang),
        )

    return Cards([card("direct", "AB"), card("reference", "C"), card("refused", "D")])


def ratios(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", most: int = MOST) -> Cards:
    """Show the first `most` ratios that were computed, best graded first, with grade and bounds."""
    name = Labels(ds, lang, marked=True)
    found = [row for row in reported(name.rows(rows)) if not row["refused"]]
    return Cards(_ratio(row, name) for row in sorted(found, key=itemgetter("grade"))[:most])


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", most: int = MOST) -> Cards:
    """Show what nested windows imply of the years between them."""
    name = Labels(ds, lang, marked=True)
    found = [row for row in name.rows(rows) if row["kind"] == "implied" and row["possible"]]
    return Cards(_window(row, name) for row in found[:most])


def trends(results: Iterable[Any], ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how many annual series carry a trend, and how many do not."""
    name, several = Labels(ds, lang, marked=True), list(results)
    found = sum(isinstance(result, pd.DataFrame) for result in several)
    total = name.say("card.of_series", count=len(several))

    def card(key: str, number: int, line: str) -> Card:
        why = {line: name.say(f"card.{key}_why")}
        return Card(name.say(f"card.{key}"), number_text(number, lang), when=total, **why)

    return Cards([card("trends", found, "sure"), card("no_trend", len(several) - found, "unsure")])


def quality(gaps: pd.DataFrame, found: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how much was not reported, how many figures carry a qualifying word, and how many clash.

    `gaps` are the rows of `coverage`, `found` those of `contradictions`.
    """
    name = Labels(ds, lang, marked=True)
    cells = gaps.groupby(["concept", "ref_area"])["reported"].any()
    used = set(gaps["obs_ids"].explode().dropna())
    qualified = sum(ds.figure(obs_id)["qualifier"] != "exact" for obs_id in used)
    siblings = int((found["kind"] == "siblings_disagree").sum())

    def card(key: str, number: int, total: str = "") -> Card:
        why = name.say(f"card.{key}_why")
        return Card(name.say(f"card.{key}"), number_text(number, lang), unsure=why, when=total)

    return Cards(
        [
            card("gaps", int((~cells).sum()), name.say("card.of_cells", count=len(cells))),
            card("qualified", qualified, name.say("card.of_figures", count=len(used))),
            card("contradictions", len(found) - siblings),
            card("siblings", siblings),
        ]
    )


def _clashing(rows: list[Row]) -> dict[str, str]:
    """Return the message for each figure that clashes; one that cannot be right outweighs one that drifts."""
    found = {obs_id: "unsure.sibling" for row in rows for obs_id in row["obs_ids"]}
    hard = [row for row in rows if row["kind"] != "siblings_disagree"]
    return found | {obs_id: "unsure.clash" for row in hard for obs_id in row["obs_ids"]}


def _level(rows: list[Row], ds: Dataset, name: Labels, *, clashing: dict[str, str], several: bool) -> Card:
    whole = [row for row in rows if is_missing(ds.figure(row["obs_ids"][0])["part_of"])]
    row = max(
        whole or rows, key=lambda r: (r["period_end"], 0 if pd.isna(r["period_years"]) else r["period_years"])
    )
    obs_id = row["obs_ids"][0]
    figure = ds.figure(obs_id)
    sure, unsure = certainty(row, figure, name)
    note, clash = figure[f"note_{name.lang}"], clashing.get(obs_id)
    doubts = [] if is_missing(note) else [str(note)]
    doubts += [name.say("unsure.level")] * (row["scope_level"] == "unstated")
    doubts += [name.say(clash)] if clash else []
    ids = [other["obs_ids"][0] for other in rows if other is not row]
    others = [name.say("card.others", count=len(ids))] if ids else []
    if 0 < len(ids) <= QUOTED:
        others = [name.say("card.others_quoted", figures=name.parts(ids))]
    return Card(
        what=f"{name.area(row['ref_area'])}: {name.counted(row)}" if several else name.counted(row),
        big=name.traced(_figure(row, figure, name), [obs_id]),
        sure=sure,
        unsure=name.join(" ", [*unsure, *doubts]),
        when=name.join(" · ", [name.dated(row), name.source(obs_id), *others]),
    )  # fmt: skip


def certainty(row: Row, figure: Mapping[str, Any], name: Labels) -> tuple[str, list[str]]:
    """Say which bound of a figure its words state, and which follows only from how it is written.

    `row` is a row of `compare`, `figure` the stored observation behind it.
    """
    low, high = (figure[f"{end}_basis"] in SURE for end in ("lower", "upper"))
    if low and high and figure["value_lower"] == figure["value_upper"]:
        value = figure["obs_value"]
        return name.say("sure.exact"), [name.say("unsure.round")] * bool(
            value >= ROUND_FROM and value % ROUND_TO == 0
        )
    lower, upper = (_amount(figure[f"value_{end}"], row, name) for end in ("lower", "upper"))
    # That nothing counted is below zero need not be said.
    at_least = low and bool(figure["value_lower"] > 0)
    sure = [name.say("sure.at_least", number=lower)] * at_least
    sure += [name.say("sure.at_most", number=upper)] * high
    open_end = math.isinf(figure["value_upper"])
    unsure = [name.say("unsure.open" if open_end else "unsure.below", number=upper)] * (not high)
    unsure += [name.say("unsure.above", number=lower)] * (not low)
    return name.join(" ", sure), unsure


def _amount(value: Any, row: Row, name: Labels) -> str:
    """Write an amount of what a row counts, with its sign where it is a share."""
    return f"{number_text(float(value), name.lang)}{'%' if row['measure_type'] == 'share' else ''}"


def _figure(row: Row, figure: Mapping[str, Any], name: Labels) -> str:
    """Write a figure as printed, or say in the reader's language what is printed."""
    if name.lang == "vi":
        return name.printed(row["obs_ids"][0])
    if pd.isna(figure["obs_value"]):
        return name.say(f"figure.magnitude_{int(figure['value_lower'])}")
    return name.say(f"figure.{figure['qualifier']}", number=_amount(figure["obs_value"], row, name))


def _ratio(row: Row, name: Labels) -> Card:
    meaning = name.say("card.grade", grade=row["grade"], meaning=name.say(f"grade.{row['grade']}"))
    sure = row["grade"] in "AB"
    chance = name.range(row, "ci")
    told = [name.say("card.chance", bounds=name.tied(chance, row["obs_ids"]))] * (chance != name.none)
    return Card(
        what=f"{name.area(row['ref_area'])}: {subject(row, name)}",
        big=name.traced(name.result(row), row["obs_ids"]),
        sure=meaning if sure else "",
        unsure=name.join(" ", told if sure else [meaning, *told]),
        when=years(row),
    )


def _window(row: Row, name: Labels) -> Card:
    times = name.tied(name.range(row, "multiplier"), row["obs_ids"])
    return Card(
        what=f"{name.area(row['ref_area'])}: {name.indicator(row['indicator'])}",
        big=name.traced(name.range(row, "count"), row["obs_ids"]),
        unsure=name.say("card.implied", times=times, years=years(row), grade=row["grade"]),
    )
