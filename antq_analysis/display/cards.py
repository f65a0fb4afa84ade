"""Key figures of a page as cards: the number as printed, what is sure of it, and what is not."""

import math
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

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


class Card(NamedTuple):
    """One number: what it counts, the number, what is sure, what is not, and its years and source."""

    what: str
    big: str
    sure: str = ""
    unsure: str = ""
    when: str = ""


class Cards:
    """Cards beside each other, shown as HTML in a notebook and in a page."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)

    def __repr__(self) -> str:
        return "\n\n".join("\n".join(map(plain, filter(None, card))) for card in self.cards)

    def _repr_html_(self) -> str:
        html = Markup()
        for card in self.cards:
            lines = ((kind, text) for kind, text in card._asdict().items() if text)
            inner = Markup().join(Markup('<p class="{}">{}</p>').format(*line) for line in lines)
            html += Markup('<li class="card">{}</li>').format(inner)
        return str(Markup('<ul class="cards">{}</ul>').format(html) if html else html)


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
    hard: set[str] = set()  # figures of a clash that cannot be right; one that drifts weighs less
    soft: set[str] = set()
    for row in [] if clashes is None else records(clashes):
        (soft if row["kind"] == "siblings_disagree" else hard).update(row["obs_ids"])

    def card(rows: list[Row]) -> Card:
        whole = [row for row in rows if is_missing(ds.figure(row["obs_ids"][0])["part_of"])]
        row = max(
            whole or rows,
            key=lambda r: (r["period_end"], 0 if pd.isna(r["period_years"]) else r["period_years"]),
        )
        obs_id = row["obs_ids"][0]
        figure = ds.figure(obs_id)
        sure, unsure = _certainty(row, figure, name)
        if not is_missing(note := figure[f"note_{lang}"]):
            unsure.append(str(note))
        if row["scope_level"] == "unstated":
            unsure.append(name.say("unsure.level"))
        if obs_id in hard | soft:
            unsure.append(name.say("unsure.clash" if obs_id in hard else "unsure.sibling"))
        ids = [other["obs_ids"][0] for other in rows if other is not row]
        others = [name.say("card.others", count=len(ids))] if ids else []
        if 0 < len(ids) <= QUOTED:
            others = [name.say("card.others_quoted", figures=name.parts(ids))]
        big = name.printed(obs_id)
        if lang != "vi" and pd.isna(figure["obs_value"]):
            big = name.say(f"figure.magnitude_{int(figure['value_lower'])}")
        elif lang != "vi":
            big = name.say(f"figure.{figure['qualifier']}", number=_amount(figure["obs_value"], row, name))
        return Card(
            what=f"{name.area(row['ref_area'])}: {name.counted(row)}" if several else name.counted(row),
            big=name.traced(big, [obs_id]),
            sure=sure,
            unsure=name.join(" ", unsure),
            when=name.join(" · ", [name.dated(row), name.source(obs_id), *others]),
        )

    return Cards(map(card, list(grouped(given, itemgetter("concept", "ref_area")).values())[:most]))


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how many pairs of figures compare, and how far."""
    name, pairs = Labels(ds, lang, marked=True), records(rows)
    cards = []
    for key, grades in {"direct": "AB", "reference": "C", "refused": "D"}.items():
        found = [row for row in pairs if row["grade"] in grades]
        # The reasons for which they have their grade and no better one.
        against = {code for row in found for code in row["reasons"] if REASONS[code] == grades[-1]}
        of, unsure = name.say("card.of", count=len(pairs)), reasons_text(against, lang)
        what, big = name.say(f"card.pairs_{key}"), name.say("pairs", count=len(found))
        cards.append(Card(what, big, unsure=unsure, when=of))
    return Cards(cards)


def ratios(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", most: int = MOST) -> Cards:
    """Show the first `most` ratios that were computed, best graded first, with grade and bounds."""
    name = Labels(ds, lang, marked=True)
    found = [row for row in reported(name.rows(rows)) if not row["refused"]]

    def card(row: Row) -> Card:
        sure = name.say("card.grade", grade=row["grade"], meaning=name.say(f"grade.{row['grade']}"))
        unsure = []
        if row["grade"] not in "AB":
            sure, unsure = "", [sure]
        if (chance := name.range(row, "ci")) != name.none:
            unsure.append(name.say("card.chance", bounds=name.tied(chance, row["obs_ids"])))
        return Card(
            what=f"{name.area(row['ref_area'])}: {subject(row, name)}",
            big=name.traced(name.result(row), row["obs_ids"]),
            sure=sure,
            unsure=name.join(" ", unsure),
            when=years(row),
        )

    return Cards(map(card, sorted(found, key=itemgetter("grade"))[:most]))


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", most: int = MOST) -> Cards:
    """Show what nested windows imply of the years between them."""
    name = Labels(ds, lang, marked=True)
    found = [row for row in name.rows(rows) if row["kind"] == "implied" and row["possible"]]

    def card(row: Row) -> Card:
        times = name.tied(name.range(row, "multiplier"), row["obs_ids"])
        return Card(
            what=f"{name.area(row['ref_area'])}: {name.indicator(row['indicator'])}",
            big=name.traced(name.range(row, "count"), row["obs_ids"]),
            unsure=name.say("card.implied", times=times, years=years(row), grade=row["grade"]),
        )

    return Cards(map(card, found[:most]))


def trends(results: Iterable[Any], ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how many annual series carry a trend, and how many do not."""
    name, several = Labels(ds, lang, marked=True), list(results)
    found = sum(isinstance(result, pd.DataFrame) for result in several)
    total, cards = name.say("card.of_series", count=len(several)), []
    for key, number, line in (("trends", found, "sure"), ("no_trend", len(several) - found, "unsure")):
        why = {line: name.say(f"card.{key}_why")}
        cards.append(Card(name.say(f"card.{key}"), number_text(number, lang), when=total, **why))
    return Cards(cards)


def quality(gaps: pd.DataFrame, found: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how much was not reported, how many figures carry a qualifying word, and how many clash.

    `gaps` are the rows of `coverage`, `found` those of `contradictions`.
    """
    say = Labels(ds, lang, marked=True).say
    cells = gaps.groupby(["concept", "ref_area"])["reported"].any()
    used = set(gaps["obs_ids"].explode().dropna())
    qualified = sum(ds.figure(obs_id)["qualifier"] != "exact" for obs_id in used)
    siblings = int((found["kind"] == "siblings_disagree").sum())
    counted = {
        "gaps": (int((~cells).sum()), say("card.of_cells", count=len(cells))),
        "qualified": (qualified, say("card.of_figures", count=len(used))),
        "contradictions": (len(found) - siblings, ""),
        "siblings": (siblings, ""),
    }
    return Cards(
        Card(say(f"card.{key}"), number_text(number, lang), unsure=say(f"card.{key}_why"), when=total)
        for key, (number, total) in counted.items()
    )


def _certainty(row: Row, figure: Mapping[str, Any], name: Labels) -> tuple[str, list[str]]:
    """Say which bound of a figure its words state, and which follows only from how it is written.

    `row` is a row of `compare`, `figure` the stored observation behind it.
    """
    low, high = (figure[f"{end}_basis"] in SURE for end in ("lower", "upper"))
    if low and high and figure["value_lower"] == figure["value_upper"]:
        value = figure["obs_value"]
        rounded = value >= ROUND_FROM and value % ROUND_TO == 0
        return name.say("sure.exact"), [name.say("unsure.round")] if rounded else []
    lower, upper = (_amount(figure[f"value_{end}"], row, name) for end in ("lower", "upper"))
    sure, unsure = [], []
    if high:
        sure.append(name.say("sure.at_most", number=upper))
    else:
        key = "unsure.open" if math.isinf(figure["value_upper"]) else "unsure.below"
        unsure.append(name.say(key, number=upper))
    if not low:
        unsure.append(name.say("unsure.above", number=lower))
    elif figure["value_lower"] > 0:  # that nothing counted is below zero need not be said
        sure.insert(0, name.say("sure.at_least", number=lower))
    return name.join(" ", sure), unsure


def _amount(value: Any, row: Row, name: Labels) -> str:
    """Write an amount of what a row counts, with its sign where it is a share."""
    return f"{number_text(float(value), name.lang)}{'%' if row['measure_type'] == 'share' else ''}"
