"""Charts of results as plotly figures with a caption; refused results are left out, and counted in words.

Figures are built from plain dictionaries: plotly.express takes ten times as long for a chart.
"""

import math
from collections.abc import Callable, Sequence
from html import escape
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import chart, tables
from antq_analysis.display.labels import Labels, Row, grouped, is_floor, reported, years
from antq_analysis.display.reporting import coverage, periods
from antq_analysis.display.tables import Table
from antq_analysis.display.timelines import series, windows
from antq_analysis.i18n import number_text

__all__ = [
    "contrasts", "coverage", "each_ratio", "each_series", "levels", "periods", "ratios", "series", "windows",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


# Pixels of a row of an interval plot: its label, what is said of its area, and its marks.
LABEL, BASIS, MARKS = 22, 15, 32
BADGE = 26  # pixels: the grade's place at the right edge
INDENT = 6  # pixels: labels keep clear of the axis


def ratios(
    rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", looks: chart.Looks | None = None
) -> chart.Chart | NotComparable:
    """Draw ratios as an interval plot, a panel for each way a ratio is formed.

    Ratios formed from other figures never share an axis. Refused and missing ones are left out; if
    none is left, the reasons come instead of a chart. `looks` are those of the areas, where several charts
    are to have the same.
    """
    name = Labels(ds, lang)
    given = name.rows(rows)

    def head(row: Row, against: list[str]) -> tuple[list[str], str]:
        above, below = (name.indicator(row[part]) for part in ("numerator", "denominator"))
        parts = name.say("axis.parts", above=above, below=below)
        return chart.title_lines(name.ratio(row["ratio"]), " ".join([parts, *against])), _quotient_unit(
            row, name
        )

    told = reported(given)
    shown = [row for row in told if not row["refused"]]
    by = ("ratio", "numerator", "denominator")
    return _interval_plot(
        "ratios", told, shown, (ds, name), by=by, head=head, looks=looks or chart.looks_of(given)
    )


def levels(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Chart | NotComparable:
    """Draw the figures of areas that may be compared, a panel per indicator; the rest stays in the table.

    The figures of a single area stand beside no other, and are all drawn.
    """
    name = Labels(ds, lang)
    given = name.rows(rows)

    def head(row: Row, _: list[str]) -> tuple[list[str], str]:
        key = "axis.per_year" if row["measure_type"] == "flow" and row["yearly"] else "axis.count"
        unit, per = name.unit(row["indicator"]), row["per"]
        said = name.say(key, unit=unit)
        if not pd.isna(per):
            said = name.say(f"{key}_per", unit=unit, per=number_text(per, lang))
        return chart.title_lines(name.indicator(row["indicator"])), said

    told = reported(given)
    shown = [row for row in told if row["grade"] != "D" and not pd.isna(row["lower"])]
    return _interval_plot(
        "levels", told, shown, (ds, name), by=("indicator",), head=head, looks=chart.looks_of(given)
    )


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Chart | NotComparable:
    """Draw rate ratios between areas against the line of no difference, a panel per indicator.

    Refused pairs are left out; if none is left, the reasons come instead of a chart.
    """
    name = Labels(ds, lang)
    given = name.rows(rows)
    if not given:
        return NotComparable((name.say("chart.contrasts"),), ("no_pair",), lang=lang)

    def head(row: Row, against: list[str]) -> tuple[list[str], str]:
        pair = " / ".join(dict.fromkeys(name.indicator(row[f"indicator_{side}"]) for side in "ab"))
        return chart.title_lines(pair, *against), name.say("axis.rate_ratio")

    shown = [row for row in given if not row["refused"]]
    by = ("indicator_a", "indicator_b")
    return _interval_plot("contrasts", given, shown, (ds, name), by=by, head=head, looks={})


def each_ratio(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Charts:
    """Draw a chart for each ratio: one for all would be longer than a sheet of paper."""
    return _each(ratios, rows, ds, by="ratio", lang=lang)


def each_series(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Charts:
    """Draw a chart for each indicator of annual series: one for all would be longer than a sheet of paper."""
    return _each(series, rows, ds, by="indicator", lang=lang)


def _each(draw: Callable[..., Any], rows: pd.DataFrame, ds: Dataset, *, by: str, lang: str) -> chart.Charts:
    if rows.empty:
        return chart.Charts([draw(rows, ds, lang=lang)])  # the reason why nothing is drawn
    looks = chart.looks_of(records(rows))
    return chart.Charts(draw(found, ds, lang=lang, looks=looks) for _, found in rows.groupby(by, sort=False))


def _quotient_unit(row: Row, name: Labels) -> str:
    above, below = name.unit(row["numerator"]), name.unit(row["denominator"])
    if above == below and row["per"] == 100:
        return "%"
    many = number_text(row["per"], name.lang)
    if row["denominator"] in name.populations:
        return name.say("axis.rate", above=above, per=many)
    if row["per"] == 1:
        return name.say("axis.quotient", above=above, below=below)
    return name.say("explain.per", above=above, below=f"{many} {below}")


def _interval_plot(
    kind: str,
    told: list[Row],
    shown: list[Row],
    texts: tuple[Dataset, Labels],
    *,
    by: Sequence[str],
    head: Callable[[Row, list[str]], tuple[list[str], str]],
    looks: chart.Looks,
) -> chart.Chart | NotComparable:
    """Draw results as intervals in panels of those equal in `by`, or return the reasons for drawing none.

    `head` returns a panel's title and unit. Every axis starts at zero so that lengths compare.
    """
    (ds, name), pairs = texts, kind == "contrasts"
    if not shown:
        return chart.refused(name.say(f"chart.{kind}"), told, name.lang)
    groups = list(grouped(name.first(shown), itemgetter(*by)).values())
    what = name.ratio if kind == "ratios" else name.indicator
    sentences = (chart.said(row, name, what(row[by[0]])) for row in shown)
    left_out, refusal = len(told) - len(shown), "shows.refused_pairs" if pairs else "shows.refused"
    text = chart.caption(sentences, name, left_out=left_out, refusal=refusal)
    panels = [[_result(row, name, looks) for row in group] for group in groups]
    titles, axes, heights = [], [], [sum(row["height"] for row in panel) for panel in panels]
    for panel, height in zip(panels, heights, strict=True):
        # Say on the chart's face why it would be refused, if somebody asked for it all the same.
        against = {code for row in panel if row["grade"] == "D" for code in row["reasons"]}
        # Two windows side by side look like a change, which a changed way of counting makes as well.
        if len(panel) > 1 and any("siblings_disagree" in row["reasons"] for row in panel):
            against.add("siblings_disagree")
        title, unit = head(panel[0], list(filter(None, [reasons_text(against, name.lang)])))
        ends = (row[key] for row in panel for key in ("value", "lower", "upper", "ci_upper"))
        end = max([*filter(math.isfinite, ends), 1.0 if pairs else 0]) * 1.06 or 1
        label = {"text": escape(unit), "font": {"size": 13}, "standoff": 8}
        across = chart.axis(range=[0, end], title=label, zeroline=True, tickfont={"size": 12})
        titles.append(title)
        axes.append((across | chart.ticks(end, name.lang), chart.axis(range=[height, 0], visible=False)))
    margin = {"l": 8, "r": 14, "t": 0, "b": 0}
    layout, places = chart.stacked(titles, heights, axes, lang=name.lang, margin=margin)
    figure: dict[str, Any] = {"data": [], "layout": layout}
    for panel, place, height in zip(panels, places, heights, strict=True):
        layout["annotations"].append(place.title)
        if pairs:
            no_difference = chart.line((1.0, 0), (1.0, height), color=chart.MUTED, width=1.5, dash="dot")
            layout.setdefault("shapes", []).append(no_difference | place.refs)
        top = 0
        for row in panel:
            _draw_row(figure, row, name, top=top, place=place)
            top += row["height"]
    table: Table = getattr(tables, kind)(shown, ds, lang=name.lang)
    return chart.Chart(figure, text, table.folded(name.say("chart.data")))


def _result(row: Row, name: Labels, looks: chart.Looks) -> Row:
    """Add to a result the label, grade and basis that an interval plot shows, and the look of its area."""
    if "ref_area_a" in row:
        look, label = chart.LOOKS[0], escape(" / ".join(name.area(row[f"ref_area_{side}"]) for side in "ab"))
    else:
        look = looks[row["ref_area"]]
        label = f"{chart.named(look, name.area(row['ref_area']))} · {years(row)}"
    texts = {
        "basis": name.basis(row["obs_ids"]),
        "chip": row["grade"] if isinstance(row["grade"], str) else "",
    }
    if is_floor(row):
        row = row | {"upper": math.inf, "ci_lower": math.nan, "ci_upper": math.nan, "value": math.nan}
    height = LABEL + BASIS * bool(texts["basis"]) + MARKS
    return row | texts | {"label": label, "look": look, "height": height}


def _draw_row(shown: dict[str, Any], row: Row, name: Labels, *, top: float, place: chart.Panel) -> None:
    """Draw the sampling interval as a thin line, rounding bounds as a thick one, the value as a marker.

    Label and result stand above the marks, the grade as a badge at the right edge.
    """
    ink, marks, notes = row["look"].color, [], shown["layout"]["annotations"]
    y = top + row["height"] - MARKS / 2
    lower, upper, value, low, high = (row[k] for k in ("lower", "upper", "value", "ci_lower", "ci_upper"))
    open_end = math.isinf(upper)
    if math.isfinite(low) and math.isfinite(high):
        tick = {"symbol": "line-ns", "size": 9, "line": {"width": 1.5, "color": ink}}
        line = {"color": ink, "width": 1.5}
        marks.append({"mode": "lines+markers", "x": [low, high], "line": line, "marker": tick})
    if lower != upper and not open_end:
        marks.append({"mode": "lines", "x": [lower, upper], "line": {"color": ink, "width": 9}})
    point = value if math.isfinite(value) else lower if open_end else math.nan
    if math.isfinite(point):
        shape = "triangle-right" if open_end else row["look"].symbol
        marks.append({"mode": "markers", "x": [point], "marker": {"color": ink, "size": 12, "symbol": shape}})
    told_of = (row["obs_ids"], chart.hover_lines(row, name))
    for mark in marks:
        points = {"y": [y] * len(mark["x"])} | chart.hover([told_of] * len(mark["x"]))
        shown["data"].append({"type": "scatter", **place.axes, **mark, **points})
    where = {"yref": place.refs["yref"], "yanchor": "top", "borderpad": 1}
    right = where | {"x": 1, "xanchor": "right"}
    notes.append(chart.note(row["label"], top, xshift=INDENT, **where))
    result = f"<b>{name.result(row)}</b>"
    notes.append(chart.note(result, top, xshift=-BADGE if row["chip"] else 0, **right))
    if row["chip"]:
        box = {"bordercolor": chart.MUTED, "borderwidth": 1, "borderpad": 2, "font": {"size": 11}}
        notes.append(chart.note(f"<b>{row['chip']}</b>", top, **right | box))
    if row["basis"]:
        small = {"font": {"size": 12}, "opacity": chart.QUIET, "xshift": INDENT}
        notes.append(chart.note(row["basis"], top + LABEL - 4, **where | small))
