"""Tables a reader can check: each row says what was divided, over which years, and where it is printed."""

import math
from collections.abc import Callable
from html import escape
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.reasons import reasons_text
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.display.labels import Labels
from antq_analysis.wording import bounds_text, number_text, words, year_text

Cell = Callable[[dict[str, Any]], str]


class Table:
    """A table of ready texts that shows itself in Jupyter and in a page; all cells are escaped."""

    def __init__(self, frame: pd.DataFrame, caption: str) -> None:
        self.frame, self.caption = frame, caption

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame.to_string(index=False)}"

    def _repr_html_(self) -> str:
        body = self.frame.to_html(index=False, border=0, classes="data", escape=True, justify="unset")
        head = f"<caption>{escape(self.caption)}</caption>"
        body = body.replace("<thead>", f"{head}<thead>", 1).replace("<th>", '<th scope="col">')
        frame = f'class="table-scroll" role="region" tabindex="0" aria-label="{escape(self.caption)}"'
        return f"<div {frame}>{body}</div>"


def _table(rows: pd.DataFrame, columns: dict[str, Cell], caption: str) -> Table:
    found = records(rows)
    return Table(
        pd.DataFrame({title: [cell(row) for row in found] for title, cell in columns.items()}), caption
    )


def levels(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show the figures that `compare` lays side by side, as printed and per year."""
    name, say = Labels(ds, lang), words(lang)
    return _table(
        rows,
        {
            say("column.concept"): lambda r: name.concept(r["concept"]),
            say("column.area"): lambda r: name.area(r["ref_area"]),
            say("column.indicator"): _reported(say, lambda r: name.indicator(r["indicator"])),
            say("column.window"): _reported(say, name.window),
            say("column.printed"): _reported(say, lambda r: r["figure_printed"]),
            say("column.per_year"): _reported(say, lambda r: _per_year(r, lang)),
            say("column.grade"): _reported(say, lambda r: _grade(r, lang)),
            say("column.source"): _reported(say, lambda r: name.source(r["obs_ids"][0])),
            say("column.note"): _reported(say, lambda r: name.note(r["obs_ids"][0])),
        },
        say("table.levels"),
    )


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show pairs of figures of different areas: their rate ratio, or why there is none."""
    name, say = Labels(ds, lang), words(lang)
    return _table(
        rows,
        {
            say("column.pair"): lambda r: f"{name.area(r['ref_area_a'])} / {name.area(r['ref_area_b'])}",
            say("column.indicators"): lambda r: _both(r, name),
            say("column.ratio"): lambda r: result_text(r, lang),
            say("column.chance"): lambda r: chance_text(r, lang),
            say("column.grade"): lambda r: _grade(r, lang),
            say("column.reasons"): lambda r: reasons_text(r["reasons"], lang),
        },
        say("table.contrasts"),
    )


def ratios(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show ratios with their parts, bounds, chance, grade and reasons."""
    name, say = Labels(ds, lang), words(lang)
    return _table(
        rows,
        {
            say("column.ratio_name"): lambda r: name.ratio(r["ratio"]),
            say("column.area"): lambda r: name.area(r["ref_area"]),
            say("column.window"): _reported(say, name.window),
            say("column.parts"): _reported(say, lambda r: parts_text(r, name)),
            say("column.result"): _reported(say, lambda r: result_text(r, lang)),
            say("column.chance"): _reported(say, lambda r: chance_text(r, lang)),
            say("column.grade"): _reported(say, lambda r: _grade(r, lang)),
            say("column.reasons"): lambda r: reasons_text(r["reasons"], lang),
        },
        say("table.ratios"),
    )


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Table:
    """Show annual rates per window and what nested windows imply."""
    name, say = Labels(ds, lang), words(lang)
    return _table(
        rows,
        {
            say("column.indicator"): lambda r: name.indicator(r["indicator"]),
            say("column.kind"): lambda r: say(f"kind.{r['kind']}"),
            say("column.window"): lambda r: f"{year_text(r['period_start'], r['period_end'])}",
            say("column.count"): lambda r: _range(r, "count_lower", "count_upper", lang),
            say("column.per_year"): lambda r: _range(r, "lower", "upper", lang),
            say("column.per_calendar_year"): lambda r: _range(r, "calendar_lower", "calendar_upper", lang),
            say("column.multiplier"): lambda r: _range(r, "multiplier_lower", "multiplier_upper", lang),
            say("column.reasons"): lambda r: reasons_text(r["reasons"], lang) or say("status.none"),
        },
        say("table.windows"),
    )


def result_text(row: dict[str, Any], lang: str = "vi") -> str:
    """Write a result: its number where the parts are exact, else its bounds, or that it was refused."""
    if row["refused"]:
        return words(lang)("status.refused")
    if not math.isnan(row["value"]):
        return number_text(row["value"], lang)
    return _range(row, "lower", "upper", lang)


def chance_text(row: dict[str, Any], lang: str = "vi") -> str:
    """Write the chance interval, or that there is none."""
    return _range(row, "ci_lower", "ci_upper", lang)


def parts_text(row: dict[str, Any], name: Labels) -> str:
    """Say what was divided by what, each as printed or named."""
    above = f"“{name.printed(row['obs_ids'][0])}”"
    if len(row["obs_ids"]) == 2:  # two printed figures; person-years come from several averages
        return f"{above} : “{name.printed(row['obs_ids'][1])}”"
    low, high = row["denominator_lower"], row["denominator_upper"]
    return f"{above} : {name.say('person_years', bounds=bounds_text(round(low), round(high), name.lang))}"


def _reported(say: Any, cell: Cell) -> Cell:
    return lambda row: say("status.missing") if row["obs_status"] == "O" else cell(row)


def _range(row: dict[str, Any], lower: str, upper: str, lang: str) -> str:
    low, high = row.get(lower), row.get(upper)
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return words(lang)("status.none")
    return bounds_text(float(low), float(high), lang)


def _per_year(row: dict[str, Any], lang: str) -> str:
    return (
        words(lang)("status.none") if row["measure_type"] != "flow" else _range(row, "lower", "upper", lang)
    )


def _grade(row: dict[str, Any], lang: str) -> str:
    grade = row["grade"]
    say = words(lang)
    return say("status.none") if not isinstance(grade, str) else f"{grade} – {say(f'grade.{grade}')}"


def _both(row: dict[str, Any], name: Labels) -> str:
    first, second = (name.indicator(row[f"indicator_{side}"]) for side in "ab")
    return first if first == second else f"{first} / {second}"
