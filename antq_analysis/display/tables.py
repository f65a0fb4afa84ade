"""Tables a reader can check: what was divided, over which years, where printed, and what is against it."""

from collections.abc import Callable, Hashable

import pandas as pd

from antq_analysis.analysis.frames import SILENT
from antq_analysis.analysis.grading import reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.evidence import (
    contradictions,
    coverage,
    definitions,
    heaping,
    robustness,
    series,
)
from antq_analysis.display.labels import Labels
from antq_analysis.display.results import chance_text, csv_cell, range_text, result_text, silence
from antq_analysis.display.rows import Row, Rows, grouped, rows_of
from antq_analysis.display.sources import sources
from antq_analysis.display.table import Column, Legend, Table
from antq_analysis.i18n import bounds_text, number_text, words, year_text

__all__ = [
    "contradictions", "contrasts", "coverage", "definitions", "heaping", "levels", "ratios", "robustness",
    "series", "sources", "windows",
]  # fmt: skip


def levels(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show the figures that `compare` lays side by side: as printed, when, per year, and where.

    The area is left out where there is only one.
    """
    name, say, legend = Labels(ds, lang, marked=True), words(lang), Legend(lang)
    given = rows_of(rows)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.printed"), lambda r: _if_reported(r, silence(r, lang), _printed(name))),
        Column(say("column.window"), lambda r: _if_reported(r, "", name.window), "window"),
        _rates(given, name),
        Column(say("column.indicator"), lambda r: _if_reported(r, "", lambda q: counted(q, name))),
        Column(say("column.grade"), lambda r: _if_reported(r, "", _grade(name)), "number"),
        _reasons(legend, lang, "column.compared"),
        Column(say("column.source"), lambda r: _if_reported(r, "", _where(name)), "small"),
    ]
    shown = columns[1:] if len({row["ref_area"] for row in given}) == 1 else columns
    groups = grouped(given, lambda r: name.concept(r["concept"]))
    return Table(say("table.levels"), shown, groups).explained(legend)


def contrasts(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show pairs of figures of different areas: their ratio, or why there is none.

    The refused pairs of two areas stand together in one row, with every reason against them.
    """
    name, say, legend = Labels(ds, lang, marked=True), words(lang), Legend(lang)
    columns = [
        Column(say("column.pair"), lambda r: _pair(r, name)),
        Column(say("column.indicators"), lambda r: _compared(r, name)),
        Column(say("column.ratio"), _result(name), "number", csv_cell()),
        Column(say("column.chance"), _chance(name), "number", csv_cell("ci")),
        Column(say("column.grade"), _grade(name), "number"),
        _reasons(legend, lang),
    ]
    groups = grouped(_refused_together(rows_of(rows)), lambda r: name.concept(r["concept"]))
    return Table(say("table.contrasts"), columns, groups).explained(legend)


def ratios(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show ratios with their parts, bounds, chance, grade and reasons."""
    name, say, legend = Labels(ds, lang, marked=True), words(lang), Legend(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.window"), lambda r: _if_reported(r, "", name.window), "window"),
        Column(say("column.parts"), lambda r: _if_reported(r, silence(r, lang), _parts(name))),
        Column(say("column.result"), lambda r: _if_reported(r, "", _result(name)), "number", csv_cell()),
        Column(say("column.chance"), lambda r: _if_reported(r, "", _chance(name)), "number", csv_cell("ci")),
        Column(say("column.grade_division"), lambda r: _if_reported(r, "", _grade(name)), "number"),
        _reasons(legend, lang),
    ]
    groups = grouped(rows_of(rows), lambda r: name.ratio(r["ratio"]))
    return Table(say("table.ratios"), columns, groups).explained(legend)


def windows(rows: Rows, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual rates per window and what nested windows imply."""
    name, say, legend = Labels(ds, lang, marked=True), words(lang), Legend(lang)

    def bounded(title: str, what: str) -> Column:
        return Column(
            say(title), lambda r: name.tied(range_text(r, what, lang), r["obs_ids"]), "number", csv_cell(what)
        )

    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.kind"), lambda r: say(f"kind.{r['kind']}"), "short"),
        Column(say("column.window"), lambda r: year_text(r["period_start"], r["period_end"]), "window"),
        Column(
            say("column.count"),
            lambda r: name.traced(range_text(r, "count", lang), r["obs_ids"]),
            "number",
            csv_cell("count"),
        ),
        bounded("column.per_year", ""),
        bounded("column.per_calendar_year", "calendar"),
        bounded("column.multiplier", "multiplier"),
        Column(say("column.grade"), _grade(name), "number"),
        _reasons(legend, lang),
    ]
    groups = grouped(rows_of(rows), lambda r: name.indicator(r["indicator"]))
    return Table(say("table.windows"), columns, groups).explained(legend)


def _if_reported(row: Row, otherwise: str, cell: Callable[[Row], str]) -> str:
    return otherwise if row.get("obs_status") in SILENT else cell(row)


def _printed(name: Labels) -> Callable[[Row], str]:
    return lambda row: name.traced(name.printed(row["obs_ids"][0]), row["obs_ids"][:1])


def _where(name: Labels) -> Callable[[Row], str]:
    return lambda row: name.source(row["obs_ids"][0])


def _result(name: Labels) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        text = result_text(row, name.lang)
        return text if row["refused"] else name.tied(text, row["obs_ids"])

    return cell


def _chance(name: Labels) -> Callable[[Row], str]:
    return lambda row: name.tied(chance_text(row, name.lang), row["obs_ids"])


def _grade(name: Labels) -> Callable[[Row], str]:
    return lambda row: name.grade(row["grade"]) if isinstance(row["grade"], str) else ""


def counted(row: Row, name: Labels) -> str:
    """Name the indicator of a row of `compare`, and which bodies it counts where that is a part of them."""
    key = f"scope.{row['scope_org']}"
    part = row["scope_org"] in ("agency", "enterprise", "school") or row["indicator"] == "models"
    indicator = name.indicator(row["indicator"])
    return f"{indicator} ({name.say(key)})" if part else indicator


def _reasons(legend: Legend, lang: str, title: str = "column.reasons") -> Column:
    """Return the column of reasons as letters, which the CSV spells out."""
    return Column(
        words(lang)(title),
        lambda r: _if_reported(r, "", lambda q: legend.letters(q["reasons"])),
        "short",
        lambda r: _if_reported(r, "", lambda q: reasons_text(q["reasons"], lang)),
    )


def _parts(name: Labels) -> Callable[[Row], str]:
    """Return the cell that quotes what was divided by what."""

    def cell(row: Row) -> str:
        above, *below = row["obs_ids"]
        if len(below) == 1:  # two printed figures; person-years come from several averages
            return name.say("parts", above=name.parts([above]), below=name.parts(below))
        bounds = bounds_text(round(row["denominator_lower"]), round(row["denominator_upper"]), name.lang)
        years = name.tied(name.say("person_years", bounds=bounds), below)
        return name.say("parts", above=name.parts([above]), below=years)

    return cell


def _refused_together(rows: list[Row]) -> list[Row]:
    merged: dict[Hashable, Row] = {}
    for position, row in enumerate(rows):
        key = (row["concept"], row["ref_area_a"], row["ref_area_b"]) if row["refused"] else position
        known = merged.setdefault(key, row | {"pairs": 0, "reasons": ()})
        known["pairs"] += 1
        known["reasons"] = (*known["reasons"], *row["reasons"])
    return list(merged.values())


def _pair(row: Row, name: Labels) -> str:
    """Name two areas, with the mark where one is not stated; their figures stand in no other cell."""
    areas = f"{name.area(row['ref_area_a'])} / {name.area(row['ref_area_b'])}"
    basis = name.basis(row["obs_ids"])
    return f"{areas} [{basis}]" if basis else areas


def _compared(row: Row, name: Labels) -> str:
    if row["pairs"] > 1:
        return name.say("pairs", count=row["pairs"])
    first, second = (name.indicator(row[f"indicator_{side}"]) for side in "ab")
    return first if first == second else f"{first} / {second}"


def _rate_title(rows: list[Row], lang: str) -> str:
    per = next((row["per"] for row in rows if not pd.isna(row["per"])), None)
    say = words(lang)
    return say("column.per_year") if per is None else say("column.per_head", per=number_text(per, lang))


def _rates(rows: list[Row], name: Labels) -> Column:
    title = _rate_title(rows, name.lang)
    return Column(title, lambda r: _if_reported(r, "", _rate(name)), "number", _rate_csv(name))


def _rate(name: Labels) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        text = range_text(row, "", name.lang) if _is_averaged(row, name) else name.say("status.none")
        return name.tied(text, row["obs_ids"])

    return cell


def _rate_csv(name: Labels) -> Callable[[Row], str]:
    return lambda row: _if_reported(row, "", lambda r: csv_cell()(r) if _is_averaged(r, name) else "")


def _is_averaged(row: Row, name: Labels) -> bool:
    # Of an order of magnitude there is no average: it would look like a number.
    averaged: bool = not pd.isna(row["per"]) or (row["measure_type"] == "flow" and row["yearly"])
    return bool(averaged and not name.is_vague(row["obs_ids"][0]))
