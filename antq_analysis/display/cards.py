"""The three to five numbers a leader takes away, each with what is sure of it and what is not.

A number is shown as it was printed: "hơn 740.000" is not 740000.
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import is_missing, records
from antq_analysis.analysis.grading import REASONS, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.card import Card, Cards
from antq_analysis.display.certainty import amount, certainty, doubts
from antq_analysis.display.explain import subject
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.results import chance_text, result_text
from antq_analysis.display.rows import Row, grouped, not_silent
from antq_analysis.display.tables import counted
from antq_analysis.i18n import bounds_text, number_text

__all__ = ["contrasts", "levels", "quality", "ratios", "trends", "windows"]

MOST = 5

# So many other figures on a subject are quoted on its card; more are counted.
QUOTED = 2


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
    the card tells of the others. Beside what its wording leaves open stands what else is against the
    figure: its note, a level that is not stated, and a clash with others, if the rows of `contradictions`
    are given as `clashes`.
    """
    name = Labels(ds, lang, marked=True)
    reported = not_silent(records(rows))
    several = len({row["ref_area"] for row in reported}) > 1
    groups = list(grouped(reported, itemgetter("concept", "ref_area")).values())
    clashing = {} if clashes is None else _clashing(records(clashes))
    return Cards(_level(group, ds, name, clashing=clashing, several=several) for group in groups[:most])


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how many pairs of figures compare, and how far."""
    name, pairs = Labels(ds, lang, marked=True), records(rows)
    direct, refer, refused = ([row for row in pairs if row["grade"] in kinds] for kinds in ("AB", "C", "D"))
    total = name.say("card.of", count=len(pairs))
    return Cards(
        Card(
            name.say(f"card.pairs_{key}"),
            name.say("pairs", count=len(found)),
            when=total,
            unsure=_against(found, grade, lang),
        )
        for key, grade, found in (
            ("direct", "B", direct),
            ("reference", "C", refer),
            ("refused", "D", refused),
        )
    )


def ratios(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", most: int = MOST) -> Cards:
    """Show the first `most` ratios that were computed, best graded first, with grade and bounds."""
    name = Labels(ds, lang, marked=True)
    found = [row for row in not_silent(records(rows)) if not row["refused"]]
    return Cards(_ratio(row, name) for row in sorted(found, key=itemgetter("grade"))[:most])


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", most: int = MOST) -> Cards:
    """Show what nested windows imply of the years between them."""
    name = Labels(ds, lang, marked=True)
    found = [row for row in records(rows) if row["kind"] == "implied" and row["possible"]]
    return Cards(_window(row, name) for row in found[:most])


def trends(results: Iterable[Any], ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how many annual series carry a trend, and how many do not."""
    name, several = Labels(ds, lang, marked=True), list(results)
    found = [result for result in several if isinstance(result, pd.DataFrame)]
    total = name.say("card.of_series", count=len(several))
    return Cards(
        [
            Card(
                name.say("card.trends"),
                number_text(len(found), lang),
                sure=name.say("card.trends_why"),
                when=total,
            ),
            Card(
                name.say("card.no_trend"),
                number_text(len(several) - len(found), lang),
                unsure=name.say("card.no_trend_why"),
                when=total,
            ),
        ]
    )


def quality(gaps: pd.DataFrame, found: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Cards:
    """Show how much was not reported, how many figures carry a qualifying word, and how many clash.

    `gaps` are the rows of `coverage`, `found` those of `contradictions`.
    """
    name = Labels(ds, lang, marked=True)
    cells = grouped(records(gaps), itemgetter("concept", "ref_area"))
    empty = sum(not any(row["reported"] for row in cell) for cell in cells.values())
    used = {obs_id for obs_ids in gaps["obs_ids"] for obs_id in obs_ids}
    qualified = sum(ds.figure(obs_id)["qualifier"] != "exact" for obs_id in used)
    siblings = int((found["kind"] == "siblings_disagree").sum())
    counted = (
        ("gaps", empty, "card.of_cells", len(cells)),
        ("qualified", qualified, "card.of_figures", len(used)),
        ("contradictions", len(found) - siblings, "", 0),
        ("siblings", siblings, "", 0),
    )
    return Cards(
        Card(
            name.say(f"card.{key}"),
            number_text(number, lang),
            unsure=name.say(f"card.{key}_why"),
            when=name.say(total, count=whole) if total else "",
        )
        for key, number, total, whole in counted
    )


def _clashing(rows: list[Row]) -> dict[str, str]:
    """Return the message for each figure that clashes; one that cannot be right outweighs one that drifts."""
    found = {obs_id: "unsure.sibling" for row in rows for obs_id in row["obs_ids"]}
    hard = [row for row in rows if row["kind"] != "siblings_disagree"]
    return found | {obs_id: "unsure.clash" for row in hard for obs_id in row["obs_ids"]}


def _against(pairs: list[Row], grade: str, lang: str) -> str:
    """Say the reasons for which pairs have their grade and no better one."""
    return reasons_text({code for row in pairs for code in row["reasons"] if REASONS[code] == grade}, lang)


def _level(rows: list[Row], ds: Dataset, name: Labels, *, clashing: dict[str, str], several: bool) -> Card:
    row = _latest(rows, ds)
    figure = ds.figure(row["obs_ids"][0])
    sure, unsure = certainty(row, figure, name)
    what = counted(row, name)
    return Card(
        what=f"{name.area(row['ref_area'])}: {what}" if several else what,
        big=name.traced(_figure(row, figure, name), row["obs_ids"][:1]),
        sure=sure,
        unsure=name.join(" ", [*unsure, *doubts(row, figure, clashing, name)]),
        when=name.join(" · ", [name.dated(row), name.source(row["obs_ids"][0]), *_others(row, rows, name)]),
    )


def _latest(rows: list[Row], ds: Dataset) -> Row:
    whole = [row for row in rows if is_missing(ds.figure(row["obs_ids"][0])["part_of"])]
    return max(whole or rows, key=lambda row: (row["period_end"], _length(row)))


def _length(row: Row) -> int:
    return 0 if pd.isna(row["period_years"]) else int(row["period_years"])


def _figure(row: Row, figure: Mapping[str, Any], name: Labels) -> str:
    """Write a figure as printed, or say in the reader's language what is printed."""
    if name.lang == "vi":
        return name.printed(row["obs_ids"][0])
    if pd.isna(figure["obs_value"]):
        return name.say(f"figure.magnitude_{int(figure['value_lower'])}")
    return name.say(f"figure.{figure['qualifier']}", number=amount(figure["obs_value"], row, name))


def _others(row: Row, rows: list[Row], name: Labels) -> list[str]:
    ids = [other["obs_ids"][0] for other in rows if other is not row]
    if not ids:
        return []
    if len(ids) <= QUOTED:
        return [name.say("card.others_quoted", figures=name.parts(ids))]
    return [name.say("card.others", count=len(ids))]


def _ratio(row: Row, name: Labels) -> Card:
    meaning = name.say("card.grade", grade=row["grade"], meaning=name.say(f"grade.{row['grade']}"))
    sure = row["grade"] in "AB"
    chance = chance_text(row, name.lang)
    told = [name.say("card.chance", bounds=name.tied(chance, row["obs_ids"]))]
    against = [meaning] * (not sure) + told * (chance != name.say("status.none"))
    return Card(
        what=f"{name.area(row['ref_area'])}: {subject(row, name)}",
        big=name.traced(result_text(row, name.lang), row["obs_ids"]),
        sure=meaning if sure else "",
        unsure=name.join(" ", against),
        when=years(row),
    )


def _window(row: Row, name: Labels) -> Card:
    count = bounds_text(row["count_lower"], row["count_upper"], name.lang)
    times = bounds_text(row["multiplier_lower"], row["multiplier_upper"], name.lang)
    return Card(
        what=f"{name.area(row['ref_area'])}: {name.indicator(row['indicator'])}",
        big=name.traced(count, row["obs_ids"]),
        unsure=name.say(
            "card.implied", times=name.tied(times, row["obs_ids"]), years=years(row), grade=row["grade"]
        ),
    )
