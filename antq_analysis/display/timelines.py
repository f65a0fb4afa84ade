"""Charts over years: annual series as lines that break where definitions do, window averages as segments.

A figure of several years is an average of them: drawn as a point it would invite a line to the next.
"""

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.analysis.grading import REASONS, NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import chart, tables
from antq_analysis.display.labels import SIGNS, Labels, Row, grouped, years
from antq_analysis.i18n import bounds_text

BODY = 220  # pixels: enough for five ticks, and four names below each other
ROOM = (0.14, 0.2)  # of the highest mark: what lies below zero and above that mark, for names
NAMES = 104  # pixels at the right edge, for the names of lines
NAME = 33  # pixels: a name and the last number below it
LEAST = 4  # years that a panel shows beyond its first
DIGIT = 7  # pixels: a digit at an axis
TOUCH = 26  # pixels: how high the area is, at least, that shows a hover text
PHONE = 290  # pixels across that a panel's drawing area has at least
LETTER, LINE = 7.2, 17  # pixels: a letter of 13 pixels on the average, the height of its line

Years = tuple[int, int]
Box = tuple[float, float, float, float]  # left, top, right and bottom in pixels, counted downwards


class Panel(NamedTuple):
    """A panel over years: its axes as a trace and as an annotation names them, its values and its years."""

    axes: dict[str, str]
    refs: dict[str, str]
    low: float
    high: float
    ends: Years

    def down(self, value: float) -> float:
        """Return how many pixels below the panel's upper edge a value lies."""
        return (self.high - value) / (self.high - self.low) * BODY

    def up(self, pixels: float) -> float:
        """Return the value that lies so many pixels below the upper edge."""
        return self.high - pixels / BODY * (self.high - self.low)


def series(
    rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi", looks: chart.Looks | None = None
) -> chart.Chart | NotComparable:
    """Draw annual series, a panel per indicator and a line per area, broken where the definition is.

    An open mark is a figure that is provisional, estimated or of another definition. `looks` are those of
    the areas, where several charts are to have the same.
    """
    name = Labels(ds, lang)
    known = [row for row in name.rows(rows) if not pd.isna(row["value"])]
    if not known:
        return chart.refused(name.say("chart.series"), [], lang)
    looks = looks or chart.looks_of(known)
    groups, headings, ends = list(grouped(known, itemgetter("indicator")).values()), [], []
    for group in groups:
        key, years_of = group[0]["indicator"], [row["year"] for row in group]
        notes = [name.say("heading.open")] if any(row["obs_status"] != "A" for row in group) else []
        notes += [name.say("heading.break")] if any(row["segment"] > 1 for row in group) else []
        unit = name.say("axis.count", unit=name.unit(key))
        headings.append(chart.title_lines(name.indicator(key), unit, *notes))
        # Where there are few years some more are shown: a name must not stand far from its line.
        ends.append((min(years_of), max(*years_of, min(years_of) + LEAST)))
    figure, panels = _stacked(groups, headings, lang, ends=ends, right=NAMES)
    notes, shapes = figure["layout"]["annotations"], figure["layout"]["shapes"]
    for panel, group in zip(panels, groups, strict=True):
        parts = grouped(group, itemgetter("ref_area", "segment"))
        figure["data"] += [_line(part, name, looks[area]) | panel.axes for (area, _), part in parts.items()]
        # Each line is named at the right edge with its last number, and a line leads to the name.
        by_year = sorted(group, key=itemgetter("year"))
        newest = {row["ref_area"]: row for row in by_year}
        last = [row for row in by_year if row is newest[row["ref_area"]]]
        heights = spread([panel.down(row["value"]) - NAME / 2 for row in last], gap=NAME, end=BODY - NAME)
        for row, height in zip(last, heights, strict=True):
            number = bounds_text(row["lower"], row["upper"], lang)
            text = f"{chart.named(looks[row['ref_area']], name.area(row['ref_area']))}<br>{number}"
            beside = {"x": 1, "yref": panel.refs["yref"], "xshift": 4, "yanchor": "top", "font": {"size": 12}}
            notes.append(chart.note(text, panel.up(height), **beside))
            start, end = (row["year"] + 0.5, row["value"]), (panel.ends[1] + 1.15, panel.up(height + 9))
            shapes.append(
                chart.line(start, end, color=chart.MUTED, width=1) | panel.refs | {"layer": "below"}
            )
        # A dotted line marks where a new way of counting begins.
        begins = {min(row["year"] for row in part) for (_, segment), part in parts.items() if segment > 1}
        for year in sorted(begins):
            dotted = chart.line(
                (year, panel.low), (year, panel.high), color=chart.MUTED, width=1.5, dash="dot"
            )
            shapes.append(dotted | panel.refs | {"layer": "below"})
            small = {"font": {"size": 12}, "opacity": chart.QUIET, "yanchor": "top", "xshift": 2}
            notes.append(chart.note(name.say("chart.break"), panel.high, x=year, **panel.refs, **small))
    table = tables.series(known, ds, lang=lang).folded(name.say("chart.data"))
    return chart.Chart(figure, _series_caption(known, Labels(ds, lang, marked=True)), table)


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Chart | NotComparable:
    """Draw each window's annual rate as a segment over its years, its bounds as the segment's height.

    A panel holds one indicator of one area. What two nested windows imply is dashed; impossible ones are
    left out; a segment without an upper bound is open above.
    """
    name, marked = Labels(ds, lang), Labels(ds, lang, marked=True)
    given = marked.rows(rows)
    possible = [row for row in given if row["possible"]]
    shown = marked.first(possible)
    if not shown:
        return chart.refused(name.say("chart.windows"), given, lang)
    groups, headings = list(grouped(shown, itemgetter("indicator", "ref_area")).values()), []
    for group in groups:
        key, area = group[0]["indicator"], group[0]["ref_area"]
        grave = {code for row in group for code in row["reasons"] if REASONS[code] in "CD"}
        grade = name.say("heading.grade", grade=max(row["grade"] for row in group))
        bases = {name.weakest(row["obs_ids"]) for row in group}
        heading = chart.title_lines(
            name.indicator(key),
            " · ".join([name.area(area), name.say("axis.per_year", unit=name.unit(key))]),
            " ".join(filter(None, [grade, reasons_text(grave, lang)])),
            *(f"{sign} {name.say(f'basis.{basis}')}" for basis, sign in SIGNS.items() if basis in bases),
        )
        headings.append(heading)
    figure, panels = _stacked(groups, headings, lang, ends=[chart.years_covered(shown)] * len(groups))
    for panel, group in zip(panels, groups, strict=True):
        _draw_windows(figure, group, name, panel)
    table = tables.windows(shown, ds, lang=lang).folded(name.say("chart.data"))
    sentences = (chart.said(row, marked, name.indicator(row["indicator"])) for row in shown)
    return chart.Chart(figure, chart.caption(sentences, marked, left_out=len(given) - len(possible)), table)


def _draw_windows(figure: dict[str, Any], rows: list[Row], name: Labels, panel: Panel) -> None:
    """Draw segments, above each a transparent bar for its hover text that is large enough for a finger."""
    least, bars, marks, boxes = TOUCH / BODY * (panel.high - panel.low), [], [], []
    for row in rows:
        is_open, implied = math.isinf(row["upper"]), row["kind"] == "implied"
        (first, last), low, high = chart.span(row), row["lower"], panel.high if is_open else row["upper"]
        # Of an exact rate the path does not go back over itself: that would fill the gaps of a dashed one.
        path = [(first, low), (last, low)]
        if low < high:
            path = [(first, high), *path, (last, high)] + [(first, high)] * (not is_open)
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines",
                "hoverinfo": "skip",
                "x": [x for x, _ in path],
                "y": [y for _, y in path],
                "fill": "toself",
                "line": {"color": chart.PALETTE[implied], "width": 3, "dash": "dash" if implied else "solid"},
                **panel.axes,
            }
        )
        bars.append((first, last - first, (low + high) / 2, max(high - low, least)))
        kind = f"{name.area(row['ref_area'])} · {years(row)} · {name.say('kind.' + row['kind'])}"
        lines = [kind, name.basis(row["obs_ids"]), *chart.hover_lines(row, name)]
        marks.append((row["obs_ids"], list(filter(None, lines))))
        begin, end = panel.ends
        left, right = ((x - begin) / (end + 1 - begin) * PHONE for x in (first, last))
        boxes.append((left, panel.down(high) - 2, right, panel.down(low) + 2))
    figure["data"].append(chart.hover_bars(bars, marks, color=chart.CLEAR) | panel.axes)
    taken, within = list(boxes), (0, 0, PHONE, BODY)
    for row, (left, top, right, bottom) in zip(rows, boxes, strict=True):
        number = bounds_text(row["lower"], row["upper"], name.lang)
        kind = f"{SIGNS.get(name.weakest(row['obs_ids']), '')} {name.say('kind.' + row['kind'])}"
        width = len(number + kind) * LETTER
        # The rate stands above or below its segment, where it covers least of other segments and rates.
        chosen: Box = min(
            (
                (x, y, x + width, y + LINE)
                for y in (top - LINE - 2, bottom + 2)
                for x in (left, right - width)
            ),
            key=lambda box: _overlap(box, box) - _overlap(box, within) + sum(_overlap(box, o) for o in taken),
        )
        taken.append(chosen)
        side, above = "left" if chosen[0] == left else "right", chosen[1] < top
        x, high = chart.span(row)[side == "right"], min(row["upper"], panel.high)
        where = {"x": x, "xanchor": side, "yshift": 11 if above else -11, **panel.refs}
        text = f"<b>{number}</b>{kind}"
        figure["layout"]["annotations"].append(chart.note(text, high if above else row["lower"], **where))


def _stacked(
    groups: list[list[Row]], headings: list[list[str]], lang: str, *, ends: list[Years], right: int = 8
) -> tuple[dict[str, Any], list[Panel]]:
    """Return a figure of empty panels below each other, with their axes, and the panels."""
    highest: list[tuple[float, float]] = []
    axes = []
    for rows, years_shown in zip(groups, ends, strict=True):
        bounds = (float(row[end]) for row in rows for end in ("lower", "upper"))
        most = max(filter(math.isfinite, bounds), default=0.0) or 1.0
        # Zero is always in sight, with room below it and above the highest mark for names.
        limits = -ROOM[0] * most, (1 + ROOM[1]) * most
        values = chart.axis(range=list(limits), zeroline=True, tickfont={"size": 12}) | {"automargin": False}
        highest.append(limits)
        axes.append((chart.years_axis(*years_shown), values | chart.ticks(most, lang)))
    left = 10 + DIGIT * max(len(text) for _, values in axes for text in values["ticktext"])
    shown, places = chart.stacked(
        headings, [BODY] * len(groups), axes, lang=lang, shapes=[], barmode="overlay",
        margin={"l": left, "r": right, "t": 0, "b": 0},
    )  # fmt: skip
    panels = []
    for (title, traced, refs), (low, high), years_shown in zip(places, highest, ends, strict=True):
        panels.append(Panel(traced, refs, low, high, years_shown))
        shown["annotations"].append(title | {"xshift": -left})
        edges: dict[str, Any] = refs | {"yref": f"{refs['yref']} domain", "y0": 0, "y1": 1}
        shown["shapes"] += chart.year_bands(*years_shown, **edges)
    return {"data": [], "layout": shown}, panels


def _line(rows: list[Row], name: Labels, look: chart.Look) -> dict[str, Any]:
    """Draw a segment of a series; bounds are bars about their marks, an open mark is no plain figure."""
    symbols = [look.symbol + ("" if row["obs_status"] == "A" else "-open") for row in rows]
    bars = {"type": "data", "symmetric": False, "color": look.color, "visible": False}
    if any(row["lower"] < row["upper"] for row in rows):
        above = [max(row["upper"] - row["value"], 0.0) for row in rows]
        below = [max(row["value"] - row["lower"], 0.0) for row in rows]
        bars |= {"visible": True, "array": above, "arrayminus": below}
    marks = []
    for row in rows:
        status = [name.say(f"status.{row['obs_status']}")] if row["obs_status"] != "A" else []
        number = f"{row['year']}: {bounds_text(row['lower'], row['upper'], name.lang)}"
        first = " · ".join([name.area(row["ref_area"]), number, *status])
        marks.append(([row["obs_id"]], [first, *name.trace([row["obs_id"]])]))
    line = {"color": look.color, "width": 2}
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [row["year"] + 0.5 for row in rows],
        "y": [row["value"] for row in rows],
        "line": line,
        "error_y": bars,
        "marker": {"color": look.color, "size": 9, "symbol": symbols, "line": line},
        **chart.hover(marks),
    }


def spread(wanted: Sequence[float], *, gap: float, end: float) -> list[float]:
    """Move positions apart until neighbours are `gap` from each other, none beyond 0 or `end` if they fit.

    >>> spread([10, 12, 40], gap=10, end=50)
    [10.0, 20.0, 40.0]
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    found, least, most = [float(each) for each in wanted], 0.0, end
    for place in order:
        found[place] = max(found[place], least)
        least = found[place] + gap
    for place in reversed(order):
        found[place] = min(found[place], most)
        most = found[place] - gap
    return found


def _series_caption(rows: list[Row], name: Labels) -> str:
    """Say from what to what each series goes; of a broken one only into how many parts."""

    def value(row: Row) -> str:
        return name.tied(bounds_text(row["lower"], row["upper"], name.lang), [row["obs_id"]])

    def course(found: list[Row]) -> str:
        first, last = (end(found, key=itemgetter("year")) for end in (min, max))
        where = {"what": name.indicator(first["indicator"]), "area": name.area(first["ref_area"])}
        where |= {"first": first["year"], "last": last["year"]}
        if (parts := len({row["segment"] for row in found})) > 1:
            return name.say("shows.broken", count=parts, **where)
        key = "shows.point" if len(found) == 1 else "shows.series"
        return name.say(key, start=value(first), end=value(last), **where)

    return chart.caption(map(course, grouped(rows, itemgetter("indicator", "ref_area")).values()), name)


def _overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    return max(wide, 0) * max(min(one[3], other[3]) - max(one[1], other[1]), 0)
