"""Tables a reader can check: what was divided, over which years, where printed, and what is against it."""

import math
from collections.abc import Callable, Hashable

import pandas as pd

from antq_analysis.analysis.frames import LEFT_OUT, SILENT, records
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.display.evidence import (
    contradictions,
    coverage,
    definitions,
    heaping,
    robustness,
    sources,
)
from antq_analysis.display.labels import Labels
from antq_analysis.display.table import Column, Legend, Row, Table
from antq_analysis.wording import bounds_text, number_text, words, year_text

__all__ = [
    "contradictions", "contrasts", "coverage", "definitions", "heaping", "levels", "ratios", "robustness",
    "sources", "windows",
]  # fmt: skip


def levels(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show the figures that `compare` lays side by side: as printed, when, per year, and where.

    The area is left out where there is only one.
    """
    name, say, legend = Labels(ds, lang), words(lang), Legend(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.printed"), lambda r: _if_reported(r, silence(r, lang), _printed)),
        Column(say("column.window"), lambda r: _if_reported(r, "", name.window), "window"),
        Column(_rate_title(rows, lang), lambda r: _if_reported(r, "", lambda q: _rate(q, lang)), "number"),
        Column(say("column.indicator"), lambda r: _if_reported(r, "", lambda q: _counted(q, name))),
        Column(
            say("column.grade"),
            lambda r: _if_reported(r, "", lambda q: q["grade"] if isinstance(q["grade"], str) else ""),
            "number",
        ),
        Column(say("column.reasons"), lambda r: _if_reported(r, "", _letters(legend)), "short"),
        Column(say("column.source"), lambda r: _if_reported(r, "", _where(name)), "small"),
    ]
    shown = columns[1:] if rows["ref_area"].nunique() == 1 else columns
    groups = _grouped(rows, lambda r: name.concept(r["concept"]))
    return Table(say("table.levels"), shown, groups).explained(legend)


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show pairs of figures of different areas: their ratio, or why there is none.

    The refused pairs of two areas stand together in one row, with every reason against them.
    """
    name, say, legend = Labels(ds, lang), words(lang), Legend(lang)
    columns = [
        Column(say("column.pair"), lambda r: f"{name.area(r['ref_area_a'])} / {name.area(r['ref_area_b'])}"),
        Column(say("column.indicators"), lambda r: _compared(r, name)),
        Column(say("column.ratio"), lambda r: result_text(r, lang), "number"),
        Column(say("column.chance"), lambda r: chance_text(r, lang), "number"),
        Column(say("column.grade"), lambda r: r["grade"], "number"),
        Column(say("column.reasons"), lambda r: legend.letters(r["reasons"]), "short"),
    ]
    together = pd.DataFrame(_refused_together(records(rows)))
    groups = _grouped(together, lambda r: name.concept(r["concept"]))
    return Table(say("table.contrasts"), columns, groups).explained(legend)


def ratios(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show ratios with their parts, bounds, chance, grade and reasons."""
    name, say, legend = Labels(ds, lang), words(lang), Legend(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.window"), lambda r: _if_reported(r, "", name.window), "window"),
        Column(say("column.parts"), lambda r: _if_reported(r, silence(r, lang), _parts(name))),
        Column(say("column.result"), lambda r: _if_reported(r, "", lambda q: result_text(q, lang)), "number"),
        Column(say("column.chance"), lambda r: _if_reported(r, "", lambda q: chance_text(q, lang)), "number"),
        Column(say("column.grade_division"), lambda r: _if_reported(r, "", lambda q: q["grade"]), "number"),
        Column(say("column.reasons"), lambda r: _if_reported(r, "", _letters(legend)), "short"),
    ]
    groups = _grouped(rows, lambda r: name.ratio(r["ratio"]))
    return Table(say("table.ratios"), columns, groups).explained(legend)


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual rates per window and what nested windows imply."""
    name, say, legend = Labels(ds, lang), words(lang), Legend(lang)
    columns = [
        Column(say("column.area"), lambda r: name.area(r["ref_area"]), "short"),
        Column(say("column.kind"), lambda r: say(f"kind.{r['kind']}"), "short"),
        Column(say("column.window"), lambda r: year_text(r["period_start"], r["period_end"]), "window"),
        Column(say("column.count"), lambda r: _range(r, "count", lang), "number"),
        Column(say("column.per_year"), lambda r: _range(r, "", lang), "number"),
        Column(say("column.per_calendar_year"), lambda r: _range(r, "calendar", lang), "number"),
        Column(say("column.multiplier"), lambda r: _range(r, "multiplier", lang), "number"),
        Column(say("column.grade"), lambda r: r["grade"], "number"),
        Column(say("column.reasons"), _letters(legend), "short"),
    ]
    groups = _grouped(rows, lambda r: name.indicator(r["indicator"]))
    return Table(say("table.windows"), columns, groups).explained(legend)


def silence(row: Row, lang: str = "vi") -> str:
    """Say why an area has no figure here: it did not report, or is only inferred."""
    return words(lang)("status.left_out" if row["obs_status"] == LEFT_OUT else "status.missing")


def result_text(row: Row, lang: str = "vi") -> str:
    """Write a result: its number where the parts are exact, else its bounds, or that it was refused."""
    if row.get("refused"):
        return words(lang)("status.refused")
    exact = not math.isnan(row["value"]) and row["lower"] == row["upper"]
    return number_text(row["value"], lang) if exact else _range(row, "", lang)


def chance_text(row: Row, lang: str = "vi") -> str:
    """Write the chance interval, or that there is none."""
    return _range(row, "ci", lang)


def _grouped(rows: pd.DataFrame, head: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in records(rows):
        groups.setdefault(head(row), []).append(row)
    return groups


def _if_reported(row: Row, otherwise: str, cell: Callable[[Row], str]) -> str:
    return otherwise if row["obs_status"] in SILENT else cell(row)


def _printed(row: Row) -> str:
    return str(row["figure_printed"])


def _where(name: Labels) -> Callable[[Row], str]:
    return lambda row: name.source(row["obs_ids"][0])


def _counted(row: Row, name: Labels) -> str:
    """Name the indicator, and which bodies are counted where that is a part of them."""
    key = f"scope.{row['scope_org']}"
    part = row["scope_org"] in ("agency", "enterprise", "school") or row["indicator"] == "models"
    indicator = name.indicator(row["indicator"])
    return f"{indicator} ({name.say(key)})" if part else indicator


def _letters(legend: Legend) -> Callable[[Row], str]:
    return lambda row: legend.letters(row["reasons"])


def _parts(name: Labels) -> Callable[[Row], str]:
    """Return the cell that quotes what was divided by what."""

    def cell(row: Row) -> str:
        above = f"“{name.printed(row['obs_ids'][0])}”"
        if len(row["obs_ids"]) == 2:  # two printed figures; person-years come from several averages
            return f"{above} : “{name.printed(row['obs_ids'][1])}”"
        bounds = bounds_text(round(row["denominator_lower"]), round(row["denominator_upper"]), name.lang)
        return f"{above} : {name.say('person_years', bounds=bounds)}"

    return cell


def _refused_together(rows: list[Row]) -> list[Row]:
    merged: dict[Hashable, Row] = {}
    for position, row in enumerate(rows):
        key = (row["concept"], row["ref_area_a"], row["ref_area_b"]) if row["refused"] else position
        known = merged.setdefault(key, row | {"pairs": 0, "reasons": ()})
        known["pairs"] += 1
        known["reasons"] = (*known["reasons"], *row["reasons"])
    return list(merged.values())


def _compared(row: Row, name: Labels) -> str:
    if row["pairs"] > 1:
        return name.say("pairs", count=row["pairs"])
    first, second = (name.indicator(row[f"indicator_{side}"]) for side in "ab")
    return first if first == second else f"{first} / {second}"


def _range(row: Row, what: str, lang: str) -> str:
    low, high = (row.get(f"{what}_{end}" if what else end) for end in ("lower", "upper"))
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return words(lang)("status.none")
    return bounds_text(float(low), float(high), lang)


def _rate_title(rows: pd.DataFrame, lang: str) -> str:
    per = rows["per"].dropna().unique()
    say = words(lang)
    return say("column.per_head", per=number_text(per[0], lang)) if len(per) else say("column.per_year")


def _rate(row: Row, lang: str) -> str:
    if not pd.isna(row["per"]):
        return _range(row, "", lang)
    yearly = row["measure_type"] == "flow" and row["yearly"]
    return _range(row, "", lang) if yearly else words(lang)("status.none")
