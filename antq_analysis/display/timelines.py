"""Annual series as lines that break where definitions do, in panels that every chart over years shares.

A line says that its points may be joined; where the way of counting changed, they may not.
"""

import math
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import findings, tables
from antq_analysis.display.chart import Chart
from antq_analysis.display.labels import Labels
from antq_analysis.display.marks import Places, colors_of, named, sourced, telling
from antq_analysis.display.placing import spread
from antq_analysis.display.rows import Row, grouped
from antq_analysis.display.stack import Place, lines, note, stack, title
from antq_analysis.display.theme import MUTED, QUIET, axis, color, layout, symbol
from antq_analysis.display.ticks import ticks
from antq_analysis.display.years import bands, years_axis
from antq_analysis.i18n import bounds_text

BODY = 220  # pixels: enough for five ticks, and four names below each other
ROOM = (0.14, 0.2)  # of the highest mark: what lies below zero and above that mark, for names
NAMES = 104  # pixels at the right edge, for the names of lines
NAME = 33  # pixels: a name and the last number below it

LEAST = 4  # years that a panel shows beyond its first
DIGIT = 7  # pixels: a digit at an axis

Years = tuple[int, int]


class Panel:
    """A panel over years: where it stands, how high its values reach, and the years it shows."""

    def __init__(self, place: Place, most: float, ends: Years) -> None:
        self.place, self.most, self.ends = place, most, ends

    @property
    def axes(self) -> dict[str, str]:
        """The axes of a trace or a shape in this panel."""
        return {"xaxis": f"x{self.place.suffix}", "yaxis": f"y{self.place.suffix}"}

    @property
    def refs(self) -> dict[str, str]:
        """The axes of a note or a shape in this panel."""
        return {"xref": f"x{self.place.suffix}", "yref": f"y{self.place.suffix}"}

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value shown."""
        return -ROOM[0] * self.most, (1 + ROOM[1]) * self.most

    def down(self, value: float) -> float:
        """Return how many pixels below the panel's upper edge a value lies."""
        low, high = self.range
        return (high - value) / (high - low) * BODY

    def up(self, pixels: float) -> float:
        """Return the value that lies so many pixels below the upper edge."""
        low, high = self.range
        return high - pixels / BODY * (high - low)


def series(
    rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", places: Places | None = None
) -> Chart | NotComparable:
    """Draw annual series, a panel per indicator and a line per area, broken where the definition is.

    An open mark is a figure that is provisional, estimated or of another definition. `places` are those of
    the areas in the palette, where several charts are to have the same.
    """
    name, known = Labels(ds, lang), [row for row in records(rows) if not pd.isna(row["value"])]
    if not known:
        return NotComparable((name.say("chart.series"),), ("no_figures",), lang=lang)
    colors = places or colors_of(known)
    groups = list(grouped(known, itemgetter("indicator")).values())
    headings = [_heading(group, name) for group in groups]
    figure, panels = stacked(groups, headings, lang, ends=list(map(_years, groups)), right=NAMES)
    for panel, group in zip(panels, groups, strict=True):
        for (area, _), segment in grouped(group, itemgetter("ref_area", "segment")).items():
            figure["data"].append(_line(segment, name, colors[area]) | panel.axes)
        _name_lines(figure["layout"], group, name, (panel, colors))
        _mark_breaks(figure["layout"], group, name, panel)
    table = tables.series(known, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(figure, findings.series(known, Labels(ds, lang, marked=True)), table)


def stacked(
    groups: list[list[Row]], headings: list[list[str]], lang: str, *, ends: list[Years], right: int = 8
) -> tuple[dict[str, Any], list[Panel]]:
    """Return a figure of empty panels below each other, with their axes, and the panels."""
    height, places = stack([BODY] * len(groups), headings)
    panels = [
        Panel(place, _most(group), years) for place, group, years in zip(places, groups, ends, strict=True)
    ]
    named_ticks = [ticks(panel.most, lang) for panel in panels]
    left = 10 + DIGIT * max(len(text) for each in named_ticks for text in each["ticktext"])
    margin = {"l": left, "r": right, "t": 0, "b": 0}
    shown = layout(lang, height=height, annotations=[], shapes=[], margin=margin, barmode="overlay")
    for panel, heading, values in zip(panels, headings, named_ticks, strict=True):
        shown |= _axes(panel, values)
        shown["annotations"].append(title(heading, panel.place) | {"xshift": -left})
        edges: dict[str, Any] = panel.refs | {"yref": f"{panel.refs['yref']} domain", "y0": 0, "y1": 1}
        shown["shapes"] += bands(*panel.ends, **edges)
    return {"data": [], "layout": shown}, panels


def _axes(panel: Panel, named_ticks: dict[str, Any]) -> dict[str, Any]:
    x, y = panel.axes["xaxis"], panel.axes["yaxis"]
    low, high = panel.range
    # Zero is always in sight, with room below it and above the highest mark for names.
    values = axis(anchor=x, domain=[panel.place.bottom, panel.place.top], range=[low, high], zeroline=True)
    values |= {"tickfont": {"size": 12}, "automargin": False} | named_ticks
    years = years_axis(*panel.ends, anchor=y)
    return {f"xaxis{panel.place.suffix}": years, f"yaxis{panel.place.suffix}": values}


def _years(rows: list[Row]) -> Years:
    """Return the years of a panel, some more where there are few: a name must not stand far from its line."""
    first, last = (end(row["year"] for row in rows) for end in (min, max))
    return first, max(last, first + LEAST)


def _most(rows: list[Row]) -> float:
    """Return the highest end of all; an open bound is none."""
    ends = (float(row[end]) for row in rows for end in ("lower", "upper"))
    return max(filter(math.isfinite, ends), default=0.0) or 1.0


def _heading(rows: list[Row], name: Labels) -> list[str]:
    """Name a panel, its unit, and what its open marks and dotted lines mean where there are any."""
    key = rows[0]["indicator"]
    notes = [name.say("heading.open")] if any(row["obs_status"] != "A" for row in rows) else []
    notes += [name.say("heading.break")] if any(row["segment"] > 1 for row in rows) else []
    return lines(name.indicator(key), name.say("axis.count", unit=name.unit(key)), *notes)


def _line(rows: list[Row], name: Labels, place: int) -> dict[str, Any]:
    ink = color(place)
    suffixes = ["" if row["obs_status"] == "A" else "-open" for row in rows]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [row["year"] + 0.5 for row in rows],
        "y": [row["value"] for row in rows],
        "line": {"color": ink, "width": 2},
        "error_y": _bars(rows, ink),
        "marker": {
            "color": ink,
            "size": 9,
            "symbol": [symbol(place) + suffix for suffix in suffixes],
            "line": {"color": ink, "width": 2},
        },
        **telling(((row["obs_id"],), _story(row, name)) for row in rows),
    }


def _story(row: Row, name: Labels) -> list[str]:
    status = [name.say(f"status.{row['obs_status']}")] if row["obs_status"] != "A" else []
    number = f"{row['year']}: {bounds_text(row['lower'], row['upper'], name.lang)}"
    return [" · ".join([name.area(row["ref_area"]), number, *status]), *sourced((row["obs_id"],), name)]


def _bars(rows: list[Row], ink: str) -> dict[str, Any]:
    """Return the bounds of figures that carry a qualifying word as bars about their marks."""
    above = [max(row["upper"] - row["value"], 0.0) for row in rows]
    below = [max(row["value"] - row["lower"], 0.0) for row in rows]
    ends = {"array": above, "arrayminus": below}
    bounded = any(row["lower"] < row["upper"] for row in rows)
    return {"type": "data", "symmetric": False, "color": ink, "visible": bounded} | (ends if bounded else {})


def _name_lines(
    shown: dict[str, Any], rows: list[Row], name: Labels, where: tuple[Panel, dict[str, int]]
) -> None:
    """Name each line at the right edge with its last number, and lead from the line to its name."""
    panel, colors = where
    by_year = sorted(rows, key=itemgetter("year"))
    newest = {row["ref_area"]: row for row in by_year}
    last = [row for row in by_year if row is newest[row["ref_area"]]]
    heights = spread([panel.down(row["value"]) - NAME / 2 for row in last], gap=NAME, end=BODY - NAME)
    edge = panel.ends[1] + 1.15
    for row, height in zip(last, heights, strict=True):
        place, level = colors[row["ref_area"]], panel.up(height + 9)
        number = bounds_text(row["lower"], row["upper"], name.lang)
        text = f"{named(place, name.area(row['ref_area']))}<br>{number}"
        beside = {"yref": panel.refs["yref"], "xanchor": "left", "xshift": 4, "yanchor": "top"}
        shown["annotations"].append(note(text, panel.up(height), x=1, font={"size": 12}, **beside))
        leader = {"type": "line", "line": {"color": MUTED, "width": 1}, **panel.refs}
        shown["shapes"].append(
            leader | {"x0": row["year"] + 0.5, "y0": row["value"], "x1": edge, "y1": level, "layer": "below"}
        )


def _mark_breaks(shown: dict[str, Any], rows: list[Row], name: Labels, panel: Panel) -> None:
    """Mark with a dotted line where a new way of counting begins."""
    parts = grouped(rows, itemgetter("ref_area", "segment"))
    begins = {min(row["year"] for row in part) for (_, segment), part in parts.items() if segment > 1}
    low, high = panel.range
    for year in sorted(begins):
        line = {"type": "line", "x0": year, "x1": year, "y0": low, "y1": high, "layer": "below", **panel.refs}
        shown["shapes"].append(line | {"line": {"color": MUTED, "width": 1.5, "dash": "dot"}})
        small = {"font": {"size": 12}, "opacity": QUIET, "yanchor": "top", "xshift": 2}
        shown["annotations"].append(note(name.say("chart.break"), high, x=year, **panel.refs, **small))
