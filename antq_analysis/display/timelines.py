"""Charts over years: windows as segments, annual series as lines that break where definitions do.

A cumulative figure is an average of its years. Drawn as a point it would invite a line to the next.
"""

import math
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.reasons import REASONS, NotComparable, reasons_text
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.display.labels import Labels
from antq_analysis.display.marks import colors_of, hover, refused, trace
from antq_analysis.display.stack import Place, lines, note, stack, title
from antq_analysis.display.theme import PALETTE, axis, layout
from antq_analysis.wording import bounds_text, number_text

BODY = 210  # pixels: enough for five ticks and three lines with their names
YEARS = (2013.5, 2025.5)  # shown at least, so that the panels of a page line up
ROOM = 0.15  # of the highest mark: below it a name would run into zero


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> go.Figure | NotComparable:
    """Draw each window's annual rate as a segment over its years, its bounds as the segment's height.

    A panel holds one indicator of one area. What two nested windows imply is dashed; impossible ones are
    left out; a segment without an upper bound is open above.
    """
    name = Labels(ds, lang)
    shown = rows[rows["possible"].astype(bool)]
    if shown.empty:
        return refused(name.say("chart.windows"), rows, lang)
    figure, panels = _panels(shown, name, ["indicator", "ref_area"], unit="axis.per_year")
    for place, group in panels:
        panel = (place, _most(group))
        for row in records(group):
            figure["data"].append(_segment(row, name, panel))
            figure["layout"]["annotations"].append(_segment_label(row, name, panel))
    return go.Figure(figure)


def series(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> go.Figure | NotComparable:
    """Draw annual series, a panel per indicator and a line per area, broken where the definition is."""
    name, rows = Labels(ds, lang), rows.dropna(subset="value")
    if rows.empty:
        return NotComparable((name.say("chart.series"),), ("no_figures",), lang=lang)
    colors = colors_of(rows["ref_area"])
    figure, panels = _panels(rows, name, ["indicator"], unit="axis.count")
    for place, group in panels:
        for (area, _), segment in group.groupby(["ref_area", "segment"], sort=False):
            figure["data"].append(_line(segment, name, (colors[area], place)))
        figure["layout"]["annotations"] += _line_labels(group, name, colors, place)
    return go.Figure(figure)


def _panels(
    rows: pd.DataFrame, name: Labels, by: list[str], *, unit: str
) -> tuple[dict[str, Any], list[tuple[Place, Any]]]:
    groups = list(rows.groupby(by, sort=False))
    # The unit stands above its axis: a rotated title runs into the numbers on a phone.
    titles = [_heading(key, name, unit) + _against(group, name) for key, group in groups]
    height, places = stack([BODY] * len(groups), titles)
    shown = layout(name.lang, height=height, annotations=[], margin={"l": 8, "r": 12, "t": 0, "b": 0})
    for place, heading, (_, group) in zip(places, titles, groups, strict=True):
        shown |= _axes(place, _most(group), _years(rows))
        shown["annotations"].append(title(heading, place))
    return {"data": [], "layout": shown}, [(p, group) for p, (_, group) in zip(places, groups, strict=True)]


def _heading(key: Any, name: Labels, unit: str) -> list[str]:
    indicator, *areas = key
    below = [*map(name.area, areas), name.say(unit, unit=name.unit(indicator))]
    return lines(name.indicator(indicator), " · ".join(below))


def _against(rows: pd.DataFrame, name: Labels) -> list[str]:
    """Return the grade of a panel of results and what costs it most, for the chart's face."""
    if "grade" not in rows:
        return []
    grave = {code for reasons in rows["reasons"] for code in reasons if REASONS[code] in "CD"}
    grade = name.say("heading.grade", grade=max(rows["grade"]))
    return lines("", " ".join(part for part in (grade, reasons_text(grave, name.lang)) if part))


def _years(rows: pd.DataFrame) -> list[float]:
    dates = ["period_start", "period_end"]
    found = rows["year"] if "year" in rows else rows[dates].stack().dt.year
    return [min(YEARS[0], found.min() - 0.5), max(YEARS[1], found.max() + 1.5)]


def _most(rows: pd.DataFrame) -> float:
    """Return the highest end of all; an open bound is none."""
    ends = rows[["lower", "upper"]].to_numpy(dtype="float64")
    return float(ends[np.isfinite(ends)].max(initial=0)) or 1.0


def _axes(place: Place, most: float, span: list[float]) -> dict[str, Any]:
    x, y = f"x{place.suffix}", f"y{place.suffix}"
    years = axis(anchor=y, range=span, dtick=2, tick0=2014, tickformat="d")
    # Zero is always in sight, with room below it and above the highest mark for their names.
    values = axis(anchor=x, domain=[place.bottom, place.top], range=[-0.14 * most, 1.2 * most], nticks=5)
    values |= {"zeroline": True, "tickformat": ",~r"}
    return {f"xaxis{place.suffix}": years, f"yaxis{place.suffix}": values}


def _on(place: Place) -> dict[str, str]:
    return {"type": "scatter", "xaxis": f"x{place.suffix}", "yaxis": f"y{place.suffix}"}


def _segment(row: dict[str, Any], name: Labels, panel: tuple[Place, float]) -> dict[str, Any]:
    first, last = _span(row)
    implied, closed = row["kind"] == "implied", math.isfinite(row["upper"])
    # An open segment leaves by the upper edge of its panel.
    low, high = row["lower"], row["upper"] if closed else 1.2 * panel[1]
    return _on(panel[0]) | {
        "mode": "lines",
        "x": [first, first, last, last] + [first] * closed,
        "y": [high, low, low, high] + [high] * closed,
        "fill": "toself",
        "line": {"color": PALETTE[implied], "width": 3, "dash": "dash" if implied else "solid"},
        "hovertemplate": f"{hover(row, name)}<extra></extra>",
    }


def _segment_label(row: dict[str, Any], name: Labels, panel: tuple[Place, float]) -> dict[str, Any]:
    """Name a segment: what is implied above it, what is reported below, where zero leaves room."""
    first, last = _span(row)
    text = f"{name.say('kind.' + row['kind'])}: {bounds_text(row['lower'], row['upper'], name.lang)}"
    where = {"xref": f"x{panel[0].suffix}", "yref": f"y{panel[0].suffix}", "xanchor": "center"}
    high = row["upper"] if math.isfinite(row["upper"]) else row["lower"]
    if row["kind"] == "implied" or row["lower"] < ROOM * panel[1]:
        return note(text, high, x=(first + last) / 2, yshift=11, **where)
    # A long window names itself below its later half, clear of the shorter one within it.
    x = first + (0.75 if last - first > 8 else 0.5) * (last - first)
    return note(text, row["lower"], x=x, yshift=-11, **where)


def _span(row: dict[str, Any]) -> tuple[float, float]:
    """Return where a window begins and ends on the axis of years, to the day."""
    first, last = (d.year + (d.day_of_year - 1) / 365.25 for d in (row["period_start"], row["period_end"]))
    return first, last


def _line(rows: pd.DataFrame, name: Labels, ink: tuple[int, Place]) -> dict[str, Any]:
    color = PALETTE[ink[0] % len(PALETTE)]
    found = records(rows)
    return _on(ink[1]) | {
        "mode": "lines+markers",
        "x": [row["year"] for row in found],
        "y": [row["value"] for row in found],
        "text": [trace((row["obs_id"],), name) for row in found],
        "hovertemplate": "%{x}: %{y}<br>%{text}<extra></extra>",
        "line": {"color": color, "width": 2},
        "error_y": _bars(rows, color),
        # An open mark is a figure that is provisional, estimated or of another definition.
        "marker": {
            "color": color,
            "size": 8,
            "symbol": ["circle" if row["obs_status"] == "A" else "circle-open" for row in found],
        },
    }


def _bars(rows: pd.DataFrame, color: str) -> dict[str, Any]:
    """Return the bounds of figures that carry a qualifying word as bars about their marks."""
    above, below = rows["upper"] - rows["value"], rows["value"] - rows["lower"]
    ends = {"array": above.clip(lower=0).tolist(), "arrayminus": below.clip(lower=0).tolist()}
    bounded = bool((rows["lower"] < rows["upper"]).any())
    return {"type": "data", "symmetric": False, "color": color, "visible": bounded} | (
        ends if bounded else {}
    )


def _line_labels(rows: pd.DataFrame, name: Labels, colors: dict[str, int], place: Place) -> list[Any]:
    """Name each line at its last figure, the lowest line from below so that neighbours keep apart."""
    last = rows.sort_values("year").groupby("ref_area").tail(1).sort_values("value")
    labels = []
    for position, row in enumerate(records(last)):
        text = f"{escape(name.area(row['ref_area']))} {number_text(row['value'], name.lang)}"
        where: dict[str, Any] = {"xref": f"x{place.suffix}", "yref": f"y{place.suffix}", "x": row["year"]}
        below = position == 0 and row["value"] > ROOM * last["value"].max()
        where |= {"xanchor": "right" if row["year"] > 2020 else "left", "yshift": -14 if below else 14}
        color = PALETTE[colors[row["ref_area"]] % len(PALETTE)]
        labels.append(note(text, row["value"], font={"size": 13, "color": color}, **where))
    return labels
