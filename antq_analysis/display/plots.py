"""Charts of results as plotly figures with a caption; refused results are left out, and counted in words.

Figures are built from plain dictionaries: plotly.express takes ten times as long for a chart.
"""

import math
from collections.abc import Callable, Iterable
from html import escape
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import tables, theme
from antq_analysis.display.chart import Chart, Charts, caption, hover, hover_lines, refused, said
from antq_analysis.display.labels import Labels, Row, grouped, is_floor, reported, years
from antq_analysis.display.reporting import coverage, periods
from antq_analysis.display.tables import Table
from antq_analysis.display.theme import Place, Places
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
    rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", places: Places | None = None
) -> Chart | NotComparable:
    """Draw ratios as an interval plot, a panel for each way a ratio is formed.

    Ratios formed from other figures never share an axis. Refused and missing ones are left out; if
    none is left, the reasons come instead of a chart. `places` are those of the areas in the palette,
    where several charts are to have the same.
    """
    name = Labels(ds, lang)
    given = name.rows(rows)
    colors, told = places or theme.places_of(given), reported(given)

    def panel(found: list[Row]) -> _Panel:
        key, above, below = (found[0][part] for part in ("ratio", "numerator", "denominator"))
        parts = name.say("axis.parts", above=name.indicator(above), below=name.indicator(below))
        heading = theme.title_lines(name.ratio(key), " ".join([parts, *_against(found, name)]))
        return _Panel(heading, _quotient_unit(found[0], name), [_by_area(r, name, colors) for r in found])

    shown = [row for row in told if not row["refused"]]
    groups = grouped(name.first(shown), itemgetter("ratio", "numerator", "denominator"))
    sentences = (said(row, name, name.ratio(row["ratio"])) for row in shown)
    return _drawn("ratios", map(panel, groups.values()), sentences, (told, shown, ds, name))


def levels(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw the figures of areas that may be compared, a panel per indicator; the rest stays in the table.

    The figures of a single area stand beside no other, and are all drawn.
    """
    name = Labels(ds, lang)
    given = name.rows(rows)
    colors, told = theme.places_of(given), reported(given)

    def panel(found: list[Row]) -> _Panel:
        heading = theme.title_lines(name.indicator(found[0]["indicator"]))
        return _Panel(heading, _unit(found[0], name), [_by_area(r, name, colors) for r in found])

    shown = [row for row in told if row["grade"] != "D" and not pd.isna(row["lower"])]
    groups = grouped(name.first(shown), itemgetter("indicator"))
    sentences = (said(row, name, name.indicator(row["indicator"])) for row in shown)
    return _drawn("levels", map(panel, groups.values()), sentences, (told, shown, ds, name))


def contrasts(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw rate ratios between areas against the line of no difference, a panel per indicator.

    Refused pairs are left out; if none is left, the reasons come instead of a chart.
    """
    name = Labels(ds, lang)
    given = name.rows(rows)
    if not given:
        return NotComparable((name.say("chart.contrasts"),), ("no_pair",), lang=lang)

    def panel(found: list[Row]) -> _Panel:
        pair = " / ".join(dict.fromkeys(name.indicator(found[0][f"indicator_{side}"]) for side in "ab"))
        heading = theme.title_lines(pair, *_against(found, name))
        return _Panel(heading, name.say("axis.rate_ratio"), [_by_pair(r, name) for r in found], 1.0)

    shown = [row for row in given if not row["refused"]]
    groups = grouped(name.first(shown), itemgetter("indicator_a", "indicator_b"))
    sentences = (said(row, name, name.indicator(row["indicator_a"]), "shows.pair") for row in shown)
    panels, refusal = map(panel, groups.values()), "shows.refused_pairs"
    return _drawn("contrasts", panels, sentences, (given, shown, ds, name), refusal=refusal)


def _drawn(
    kind: str,
    panels: "Iterable[_Panel]",
    sentences: Iterable[str],
    given: tuple[list[Row], list[Row], Dataset, Labels],
    *,
    refusal: str = "shows.refused",
) -> Chart | NotComparable:
    """Return the interval plot of the rows that may be drawn, or the reasons for which none may."""
    told, shown, ds, name = given
    if not shown:
        return refused(name.say(f"chart.{kind}"), told, name.lang)
    text = caption(sentences, name, left_out=len(told) - len(shown), refusal=refusal)
    table: Table = getattr(tables, kind)(shown, ds, lang=name.lang)
    return Chart(_interval_plot(list(panels), name.lang), text, table.folded(name.say("chart.data")))


def each_ratio(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Charts:
    """Draw a chart for each ratio: one for all would be longer than a sheet of paper."""
    return _each(ratios, rows, ds, by="ratio", lang=lang)


def each_series(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Charts:
    """Draw a chart for each indicator of annual series: one for all would be longer than a sheet of paper."""
    return _each(series, rows, ds, by="indicator", lang=lang)


def _each(draw: Callable[..., Any], rows: pd.DataFrame, ds: Dataset, *, by: str, lang: str) -> Charts:
    if rows.empty:
        return Charts([draw(rows, ds, lang=lang)])  # the reason why nothing is drawn
    places = theme.places_of(records(rows))
    return Charts(draw(found, ds, lang=lang, places=places) for _, found in rows.groupby(by, sort=False))


def _against(rows: list[Row], name: Labels) -> list[str]:
    """Say on a chart's face why it would be refused, if somebody asked for it all the same."""
    reasons = {code for row in rows if row["grade"] == "D" for code in row["reasons"]}
    # Two windows side by side look like a change, which a changed way of counting makes as well.
    if len(rows) > 1 and any("siblings_disagree" in row["reasons"] for row in rows):
        reasons.add("siblings_disagree")
    return [reasons_text(reasons, name.lang)] if reasons else []


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


class _Panel(NamedTuple):
    """Results that share one axis: title, unit, and a reference line where there is one."""

    title: list[str]
    unit: str
    results: list[Row]
    reference: float | None = None

    @property
    def height(self) -> int:
        return sum(row["height"] for row in self.results)


def _by_area(row: Row, name: Labels, colors: Places) -> Row:
    place = colors[row["ref_area"]]
    return _result(row, name, f"{theme.named(place, name.area(row['ref_area']))} · {years(row)}", place)


def _by_pair(row: Row, name: Labels) -> Row:
    return _result(row, name, escape(" / ".join(name.area(row[f"ref_area_{side}"]) for side in "ab")))


def _result(row: Row, name: Labels, label: str, place: int = 0) -> Row:
    """Add to a result the texts that an interval plot shows, and the place of its area in the palette."""
    row = {"refused": False, **row}
    basis, grade = name.basis(row["obs_ids"]), row["grade"] if isinstance(row["grade"], str) else ""
    texts = {"label": label, "text": name.result(row), "basis": basis, "grade": grade}
    marks = {"hover": hover_lines(row, name), "place": place, "height": LABEL + BASIS * bool(basis) + MARKS}
    if is_floor(row):
        row |= {"upper": math.inf, "ci_lower": math.nan, "ci_upper": math.nan, "value": math.nan}
    return row | texts | marks


def _interval_plot(panels: list[_Panel], lang: str) -> dict[str, Any]:
    """Draw panels of intervals below each other; every axis starts at zero so that lengths compare."""
    height, places = theme.stack([panel.height for panel in panels], [panel.title for panel in panels])
    shown = theme.layout(lang, height=height, annotations=[], margin={"l": 8, "r": 14, "t": 0, "b": 0})
    figure: dict[str, Any] = {"data": [], "layout": shown}
    for panel, place in zip(panels, places, strict=True):
        shown |= _axes(panel, place, lang)
        shown["annotations"].append(theme.panel_title(panel.title, place))
        if panel.reference is not None:
            line = {"color": theme.MUTED, "width": 1.5, "dash": "dot"}
            ends = {"x0": panel.reference, "x1": panel.reference, "y0": 0, "y1": panel.height}
            shape = {"type": "line", **place.refs, **ends, "line": line}
            shown.setdefault("shapes", []).append(shape)
        top = 0
        for row in panel.results:
            figure["data"] += _marks(row, top + row["height"] - MARKS / 2, place)
            shown["annotations"] += _texts(row, top, place.refs["yref"])
            top += row["height"]
    return figure


def _axes(panel: _Panel, place: Place, lang: str) -> dict[str, Any]:
    ends = (row[key] for row in panel.results for key in ("value", "lower", "upper", "ci_upper"))
    end = max([*filter(math.isfinite, ends), panel.reference or 0]) * 1.06 or 1
    unit = {"text": escape(panel.unit), "font": {"size": 13}, "standoff": 8}
    values = theme.axis(
        anchor=place.axes["yaxis"], range=[0, end], title=unit, zeroline=True, tickfont={"size": 12}
    )
    domain = [place.bottom, place.top]
    rows = theme.axis(anchor=place.axes["xaxis"], domain=domain, range=[panel.height, 0], visible=False)
    return {f"xaxis{place.suffix}": values | theme.ticks(end, lang), f"yaxis{place.suffix}": rows}


def _marks(row: Row, y: float, place: Place) -> list[dict[str, Any]]:
    """Draw the sampling interval as a thin line, rounding bounds as a thick one, the value as a marker."""
    ink = theme.color(row["place"])
    lower, upper, value, low, high = (row[k] for k in ("lower", "upper", "value", "ci_lower", "ci_upper"))
    open_end, marks = math.isinf(upper), []
    if math.isfinite(low) and math.isfinite(high):
        tick = {"symbol": "line-ns", "size": 9, "line": {"width": 1.5, "color": ink}}
        line = {"color": ink, "width": 1.5}
        marks.append({"mode": "lines+markers", "x": [low, high], "y": [y, y], "line": line, "marker": tick})
    if lower != upper and not open_end:
        marks.append({"mode": "lines", "x": [lower, upper], "y": [y, y], "line": {"color": ink, "width": 9}})
    point = value if math.isfinite(value) else lower if open_end else math.nan
    if math.isfinite(point):
        shape = "triangle-right" if open_end else theme.symbol(row["place"])
        marker = {"color": ink, "size": 12, "symbol": shape}
        marks.append({"mode": "markers", "x": [point], "y": [y], "marker": marker})
    told = (row["obs_ids"], row["hover"])
    return [{"type": "scatter", **place.axes} | mark | hover([told] * len(mark["x"])) for mark in marks]


def _texts(row: Row, top: float, yref: str) -> Iterable[dict[str, Any]]:
    """Write label and result above the marks, the grade as a badge at the right edge."""
    where = {"yref": yref, "yanchor": "top", "borderpad": 1}
    right = where | {"x": 1, "xanchor": "right"}
    yield theme.note(row["label"], top, xshift=INDENT, **where)
    yield theme.note(f"<b>{row['text']}</b>", top, xshift=-BADGE if row["grade"] else 0, **right)
    if row["grade"]:
        box = {"bordercolor": theme.MUTED, "borderwidth": 1, "borderpad": 2, "font": {"size": 11}}
        yield theme.note(f"<b>{row['grade']}</b>", top, **right | box)
    if row["basis"]:
        small = {"font": {"size": 12}, "opacity": theme.QUIET, "xshift": INDENT}
        yield theme.note(row["basis"], top + LABEL - 4, **where | small)
