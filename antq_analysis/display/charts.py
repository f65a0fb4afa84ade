"""Charts that draw only what may be compared; what was refused stays in words.

Figures are built from plain dictionaries: the express interface costs ten times as much a chart.
"""

import math
from collections.abc import Callable
from html import escape
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import findings, tables
from antq_analysis.display.chart import Chart, Charts
from antq_analysis.display.grid import coverage
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.marks import Places, colors_of, named, refused, story
from antq_analysis.display.periods import periods
from antq_analysis.display.results import is_floor, result_text
from antq_analysis.display.rows import Row, grouped, not_silent
from antq_analysis.display.segments import windows
from antq_analysis.display.stack import lines
from antq_analysis.display.strips import Panel, Strip, strip_chart
from antq_analysis.display.timelines import series
from antq_analysis.i18n import number_text

__all__ = [
    "contrasts",
    "coverage",
    "each_ratio",
    "each_series",
    "levels",
    "periods",
    "ratios",
    "series",
    "windows",
]


def ratios(
    rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", places: Places | None = None
) -> Chart | NotComparable:
    """Draw ratios as rows of dots and intervals, a panel for each way a ratio is formed.

    Ratios formed from other figures never share an axis. Refused and missing ones are left out; if
    none is left, the reasons come instead of a chart. `places` are those of the areas in the palette,
    where several charts are to have the same.
    """
    name, given = Labels(ds, lang), records(rows)
    reported = not_silent(given)
    shown = [row for row in reported if not row["refused"]]
    if not shown:
        return refused(name.say("chart.ratios"), reported, lang)
    colors = places or colors_of(given)
    panels = []
    for (key, above, below), found in grouped(shown, itemgetter("ratio", "numerator", "denominator")).items():
        parts = name.say("axis.parts", above=name.indicator(above), below=name.indicator(below))
        strips = [_strip(row, name, colors) for row in found]
        heading = lines(name.ratio(key), " ".join([parts, *_refusable(found, name)]))
        panels.append(Panel(heading, escape(_quotient_unit(found[0], name)), strips))
    table = tables.ratios(shown, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(strip_chart(panels, lang), findings.ratios(reported, shown, name), table)


def each_ratio(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Charts:
    """Draw a chart for each ratio: one for all would be longer than a sheet of paper."""
    return _apart(ratios, rows, ds, by="ratio", lang=lang)


def each_series(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Charts:
    """Draw a chart for each indicator of annual series: one for all would be longer than a sheet of paper."""
    return _apart(series, rows, ds, by="indicator", lang=lang)


def _apart(draw: Callable[..., Any], rows: pd.DataFrame, ds: Dataset, *, by: str, lang: str) -> Charts:
    if rows.empty:
        # It says that there is nothing, and of what.
        return Charts([draw(rows, ds, lang=lang)])
    places = colors_of(records(rows))
    return Charts(draw(found, ds, lang=lang, places=places) for _, found in rows.groupby(by, sort=False))


def levels(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw the figures of areas that may be compared, a panel per indicator; the rest stays in the table.

    The figures of a single area stand beside no other, and are all drawn.
    """
    name, given = Labels(ds, lang), records(rows)
    reported = not_silent(given)
    shown = [row for row in reported if row["grade"] != "D" and not pd.isna(row["lower"])]
    if not shown:
        return refused(name.say("chart.levels"), reported, lang)
    colors = colors_of(given)
    panels = []
    for key, found in grouped(shown, itemgetter("indicator")).items():
        strips = [_strip(row | {"refused": False}, name, colors) for row in found]
        panels.append(Panel(lines(name.indicator(key)), escape(_unit(found[0], name)), strips))
    table = tables.levels(shown, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(strip_chart(panels, lang), findings.levels(reported, shown, name), table)


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw rate ratios between areas against the line of no difference, a panel per indicator.

    Refused pairs are left out; if none is left, the reasons come instead of a chart.
    """
    name, given = Labels(ds, lang), records(rows)
    if not given:
        return NotComparable((name.say("chart.contrasts"),), ("no_pair",), lang=lang)
    shown = [row for row in given if not row["refused"]]
    if not shown:
        return refused(name.say("chart.contrasts"), given, lang)
    panels = []
    for pair, found in grouped(shown, itemgetter("indicator_a", "indicator_b")).items():
        compared = " / ".join(dict.fromkeys(map(name.indicator, pair)))
        strips = [_pair(row, name) for row in found]
        panels.append(
            Panel(
                lines(compared, *_refusable(found, name)), name.say("axis.rate_ratio"), strips, reference=1.0
            )
        )
    table = tables.contrasts(shown, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(strip_chart(panels, lang), findings.contrasts(given, shown, name), table)


def _refusable(rows: list[Row], name: Labels) -> list[str]:
    """Say on a chart's face why it would be refused, if somebody asked for it all the same."""
    reasons = {code for row in rows if row["grade"] == "D" for code in row["reasons"]}
    # Two windows side by side look like a change, which a changed way of counting makes as well.
    if len(rows) > 1 and any("siblings_disagree" in row["reasons"] for row in rows):
        reasons.add("siblings_disagree")
    return [reasons_text(reasons, name.lang)] if reasons else []


def _strip(row: Row, name: Labels, colors: dict[str, int]) -> Strip:
    place = colors[row["ref_area"]]
    return _measured(row, name, f"{named(place, name.area(row['ref_area']))} · {years(row)}", place=place)


def _pair(row: Row, name: Labels) -> Strip:
    return _measured(row, name, escape(f"{name.area(row['ref_area_a'])} / {name.area(row['ref_area_b'])}"))


def _measured(row: Row, name: Labels, label: str, *, place: int = 0) -> Strip:
    numbers = {key: row[key] for key in ("lower", "upper", "ci_lower", "ci_upper", "value")}
    if is_floor(row):
        numbers |= {"upper": math.inf, "ci_lower": math.nan, "ci_upper": math.nan, "value": math.nan}
    return Strip(
        label=label,
        text=result_text(row, name.lang),
        told=(row["obs_ids"], story(row, name)),
        grade=row["grade"] if isinstance(row["grade"], str) else "",
        basis=name.basis(row["obs_ids"]),
        place=place,
        **numbers,
    )


def _quotient_unit(row: Row, name: Labels) -> str:
    above, below = name.unit(row["numerator"]), name.unit(row["denominator"])
    if above == below and row["per"] == 100:
        return "%"
    many = number_text(row["per"], name.lang)
    if name.is_population(row["denominator"]):
        return name.say("axis.rate", above=above, per=many)
    if row["per"] == 1:
        return name.say("axis.quotient", above=above, below=below)
    return name.say("explain.per", above=above, below=f"{many} {below}")


def _unit(row: Row, name: Labels) -> str:
    key = "axis.per_year" if row["measure_type"] == "flow" and row["yearly"] else "axis.count"
    unit = name.unit(row["indicator"])
    if pd.isna(row["per"]):
        return name.say(key, unit=unit)
    return name.say(f"{key}_per", unit=unit, per=number_text(row["per"], name.lang))
