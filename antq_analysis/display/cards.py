"""Key figures of a page: a figure as printed, what it counts and when, and the weightiest caution.

>>> import antq_analysis as aq
>>> aq.cards.quoted(["baothanhhoa-2019.01"], aq.load())
3.071 · Thanh Hóa, buổi tuyên truyền của đơn vị cấp tỉnh, 2014–2019 · nguồn ghi số cụ thể
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.frames import grouped, is_missing, records
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels, Row, Rows, areas_of, plain, reported, years
from antq_analysis.display.shown import Shown

__all__ = ["figures", "main", "nearest", "quoted"]

__dir__ = __all__.copy  # a notebook completes these alone

MOST = 5  # key figures of a page

# A plain number from a thousand up that ends in two zeros may have been rounded without a word.
ROUND_FROM, ROUND_TO = 1000, 100

_CARD = Markup('<li><p class="value">{value}</p><p class="what">{what}</p>{caution}</li>')
_CAUTION = Markup('<p class="caution">{}</p>')


class Card(NamedTuple):
    """One key figure: the number as printed, what it counts and when, and what to know before using it."""

    value: str
    what: str
    caution: str = ""


class Cards(Shown):
    """Key figures, shown as a list in a notebook and in a page."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)

    def __repr__(self) -> str:
        return "\n".join(" · ".join(map(plain, filter(None, card))) for card in self.cards)

    def _repr_html_(self) -> str:
        html = Markup()
        for value, what, caution in self.cards:
            said = _CAUTION.format(caution) if caution else ""
            html += _CARD.format(value=value, what=what, caution=said)
        return str(Markup('<ul class="keys">{}</ul>').format(html) if html else html)


def figures(
    rows: Rows, ds: Dataset, *, clashes: pd.DataFrame | None = None, most: int = MOST, lang: str | None = None
) -> Cards:
    """Show the main figure of each of the first `most` subjects, as printed.

    `rows` are those of `aq.compare`; each area has its own. Of the figures of a subject the one of the
    movement's own bodies is chosen, of several windows the one nearest to those of other areas, else the
    newest and longest. `clashes` are the rows of
    `aq.contradictions`: a figure in one of them says what it does not fit.
    """
    name = Labels(ds, lang)
    subjects = grouped(reported(name.rows(rows)), "concept").values()
    chosen = [row for found in subjects for row in nearest(found, ds)][:most]
    several = len(areas_of(chosen)) > 1
    return _cards((row["obs_ids"][0] for row in chosen), ds, clashes, lang, several=several)


def main(rows: Rows, ds: Dataset, *, by: Sequence[str] = ("ref_area", "concept")) -> list[Row]:
    """Choose the main row of each area and subject among the rows of `aq.compare`, in their order."""
    given = reported(records(rows) if isinstance(rows, pd.DataFrame) else rows)
    groups = grouped(given, itemgetter(*by)).values()
    known, unit = ds.rows("indicator"), itemgetter("concept", "unit_measure")
    units = Counter(unit(known[figure["indicator"]]) for figure in ds.whole)

    def weight(row: Row) -> tuple[Any, ...]:
        # Directive 07 is about agencies, enterprises and schools: what they count stands before the total of
        # all, things before their types, and the unit that most figures of the subject have.
        figure = ds.figure(row["obs_ids"][0])
        own, length = figure["scope_org"] == "aes", row["period_years"]
        return (
            row["measure_type"] != "count_of_types",
            own or is_missing(figure["part_of"]),
            own,
            units[unit(row)],
            row["period_end"],
            0.0 if pd.isna(length) else float(length),
            # Of several stocks at one time the largest; of flows the first, whose activities belong together.
            figure["value_lower"] if pd.isna(row["period_start"]) else 0.0,
        )

    return [max(found, key=weight) for found in groups]


def nearest(rows: Rows, ds: Dataset) -> list[Row]:
    """Choose for each area a row of one subject: one that compares with another area's, else the main one.

    Of several windows it is the one that lies nearest to the others'.
    """
    told = reported(records(rows) if isinstance(rows, pd.DataFrame) else rows)
    if len(areas_of(told)) < 2:
        return main(told, ds, by=("ref_area",))
    by_end = main(_comparable(told), ds, by=("ref_area", "period_end"))

    def distance(row: Row) -> float:
        others = (other["period_end"] for other in by_end if other["ref_area"] != row["ref_area"])
        return float(min(abs((row["period_end"] - end).days) for end in others))

    return [min(found, key=distance) for found in grouped(by_end, "ref_area").values()]


def _comparable(rows: list[Row]) -> list[Row]:
    """Leave of the areas that compare best the rows by which they do: those of one indicator and grade."""
    kind = itemgetter("grade", "indicator_id")
    alike = grouped((row for row in rows if row["grade"] in ("A", "B", "C")), kind)
    if not alike:
        return rows
    best = min(alike, key=lambda key: (key[0], -len(areas_of(alike[key]))))
    areas = areas_of(alike[best])
    return [row for row in rows if kind(row) == best or row["ref_area"] not in areas]


def quoted(
    obs_ids: Iterable[str], ds: Dataset, *, clashes: pd.DataFrame | None = None, lang: str | None = None
) -> Cards:
    """Show some figures by their ids, each once, as key figures with the names of their areas."""
    return _cards(obs_ids, ds, clashes, lang, several=True)


def _cards(
    obs_ids: Iterable[str], ds: Dataset, clashes: pd.DataFrame | None, lang: str | None, *, several: bool
) -> Cards:
    name, other = Labels(ds, lang), _others(clashes)
    wanted = [dict(ds.figure(obs_id)) for obs_id in dict.fromkeys(obs_ids)]
    cards = [_card(figure, name, other.get(figure["obs_id"]), ds, several=several) for figure in wanted]
    # A caution is said once.
    first = {card.caution: number for number, card in reversed(list(enumerate(cards)))}
    return Cards(
        card._replace(caution=card.caution * (first[card.caution] == number))
        for number, card in enumerate(cards)
    )


def _others(clashes: pd.DataFrame | None) -> dict[str, str]:
    """Return for each figure in a contradiction the first other one that it does not fit."""
    found: dict[str, str] = {}
    for row in [] if clashes is None else records(clashes):
        first, *rest = row["obs_ids"]
        for obs_id in rest[:1]:
            found.setdefault(first, obs_id)
            found.setdefault(obs_id, first)
    return found


def _card(figure: Row, name: Labels, other: str | None, ds: Dataset, *, several: bool) -> Card:
    what = [name.area(figure["ref_area"])] if several else []
    what += [name.counted(figure), years(figure)]
    against = caution(figure, name, ds.figure(other) if other else None)
    return Card(name.linked(figure["obs_id"]), name.join(", ", what), against)


def caution(figure: Mapping[str, Any], name: Labels, other: Mapping[str, Any] | None = None) -> str:
    """Say in a few words what weighs most against a figure: `other` is one that it does not fit."""
    say, value, qualifier = name.say, figure["obs_value"], figure["qualifier"]
    if other is not None:
        return say("caution.clash", number=name.linked(other["obs_id"]), years=years(other))
    if qualifier != "exact":
        return say(f"caution.{qualifier}")
    if figure["period_basis"] == "inferred":
        return say("caution.period")
    if value >= ROUND_FROM and value % ROUND_TO == 0:
        return say("caution.round")
    if figure["scope_level"] == "unstated":
        return say("caution.level")
    return say("caution.exact")
