"""Charts over years: annual series as lines that break where definitions do, window averages as segments.

A figure of several years is an average of them: drawn as a point it would invite a line to the next.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.analysis.grading import REASONS, NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import tables, theme
from antq_analysis.display.chart import Chart, caption, hover, hover_bars, hover_lines, refused, said
from antq_analysis.display.labels import SIGNS, Labels, Row, grouped, years
from antq_analysis.display.theme import Place, Places
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


class Panel(NamedTuple):
    """A panel over years: where it stands, how high its values reach, and the years it shows."""

    place: Place
    most: float
    ends: Years

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
    name = Labels(ds, lang)
    known = [row for row in name.rows(rows) if not pd.isna(row["value"])]
    if not known:
        return refused(name.say("chart.series"), [], lang)
    colors = places or theme.places_of(known)
    groups = list(grouped(known, itemgetter("indicator")).values())
    headings = [_series_heading(group, name) for group in groups]
    years_of = [[row["year"] for row in group] for group in groups]
    # Where there are few years some more are shown: a name must not stand far from its line.
    ends = [(min(found), max(*found, min(found) + LEAST)) for found in years_of]
    figure, panels = _stacked(groups, headings, lang, ends=ends, right=NAMES)
    for panel, group in zip(panels, groups, strict=True):
        for (area, _), segment in grouped(group, itemgetter("ref_area", "segment")).items():
            figure["data"].append(_line(segment, name, colors[area]) | panel.place.axes)
        _name_lines(figure["layout"], group, name, (panel, colors))
        _mark_breaks(figure["layout"], group, name, panel)
    table = tables.series(known, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(figure, _series_caption(known, Labels(ds, lang, marked=True)), table)


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw each window's annual rate as a segment over its years, its bounds as the segment's height.

    A panel holds one indicator of one area. What two nested windows imply is dashed; impossible ones are
    left out; a segment without an upper bound is open above.
    """
    name, marked = Labels(ds, lang), Labels(ds, lang, marked=True)
    given = marked.rows(rows)
    possible = [row for row in given if row["possible"]]
    shown = marked.first(possible)
    if not shown:
        return refused(name.say("chart.windows"), given, lang)
    groups = list(grouped(shown, itemgetter("indicator", "ref_area")).values())
    headings = [_windows_heading(group, name) for group in groups]
    figure, panels = _stacked(groups, headings, lang, ends=[theme.years_covered(shown)] * len(groups))
    for panel, found in zip(panels, groups, strict=True):
        figure["data"] += [_segment(row, panel) for row in found]
        figure["data"].append(_hover_bars(found, name, panel))
        figure["layout"]["annotations"] += _rates(found, name, panel)
    table = tables.windows(shown, ds, lang=lang).folded(name.say("chart.data"))
    keys = {"reported": "shows.one", "implied": "shows.implied"}
    sentences = (said(row, marked, name.indicator(row["indicator"]), keys[row["kind"]]) for row in shown)
    return Chart(figure, caption(sentences, marked, left_out=len(given) - len(possible)), table)


def _stacked(
    groups: list[list[Row]], headings: list[list[str]], lang: str, *, ends: list[Years], right: int = 8
) -> tuple[dict[str, Any], list[Panel]]:
    """Return a figure of empty panels below each other, with their axes, and the panels."""
    height, places = theme.stack([BODY] * len(groups), headings)
    panels = [Panel(*each) for each in zip(places, map(_most, groups), ends, strict=True)]
    named_ticks = [theme.ticks(panel.most, lang) for panel in panels]
    left = 10 + DIGIT * max(len(text) for each in named_ticks for text in each["ticktext"])
    margin = {"l": left, "r": right, "t": 0, "b": 0}
    shown = theme.layout(lang, height=height, annotations=[], shapes=[], margin=margin, barmode="overlay")
    for panel, heading, values in zip(panels, headings, named_ticks, strict=True):
        shown |= _axes(panel, values)
        shown["annotations"].append(theme.panel_title(heading, panel.place) | {"xshift": -left})
        refs = panel.place.refs
        edges: dict[str, Any] = refs | {"yref": f"{refs['yref']} domain", "y0": 0, "y1": 1}
        shown["shapes"] += theme.year_bands(*panel.ends, **edges)
    return {"data": [], "layout": shown}, panels


def _axes(panel: Panel, named_ticks: dict[str, Any]) -> dict[str, Any]:
    place = panel.place
    # Zero is always in sight, with room below it and above the highest mark for names.
    limits = {"domain": [place.bottom, place.top], "range": list(panel.range), "zeroline": True}
    values = theme.axis(anchor=place.axes["xaxis"], **limits)
    values |= {"tickfont": {"size": 12}, "automargin": False} | named_ticks
    horizontal = theme.years_axis(*panel.ends, anchor=place.axes["yaxis"])
    return {f"xaxis{place.suffix}": horizontal, f"yaxis{place.suffix}": values}


def _most(rows: list[Row]) -> float:
    """Return the highest finite bound of all rows."""
    ends = (float(row[end]) for row in rows for end in ("lower", "upper"))
    return max(filter(math.isfinite, ends), default=0.0) or 1.0


def _series_heading(rows: list[Row], name: Labels) -> list[str]:
    """Name a panel, its unit, and what its open marks and dotted lines mean where there are any."""
    key = rows[0]["indicator"]
    notes = [name.say("heading.open")] if any(row["obs_status"] != "A" for row in rows) else []
    notes += [name.say("heading.break")] if any(row["segment"] > 1 for row in rows) else []
    return theme.title_lines(name.indicator(key), name.say("axis.count", unit=name.unit(key)), *notes)


def _line(rows: list[Row], name: Labels, place: int) -> dict[str, Any]:
    """Draw a segment of a series; bounds are bars about their marks, an open mark is no plain figure."""
    ink = theme.color(place)
    symbols = [theme.symbol(place) + ("" if row["obs_status"] == "A" else "-open") for row in rows]
    bars = {"type": "data", "symmetric": False, "color": ink, "visible": False}
    if any(row["lower"] < row["upper"] for row in rows):
        above = [max(row["upper"] - row["value"], 0.0) for row in rows]
        below = [max(row["value"] - row["lower"], 0.0) for row in rows]
        bars |= {"visible": True, "array": above, "arrayminus": below}

    def lines(row: Row) -> list[str]:
        status = [name.say(f"status.{row['obs_status']}")] if row["obs_status"] != "A" else []
        number = f"{row['year']}: {bounds_text(row['lower'], row['upper'], name.lang)}"
        return [" · ".join([name.area(row["ref_area"]), number, *status]), *name.trace((row["obs_id"],))]

    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [row["year"] + 0.5 for row in rows],
        "y": [row["value"] for row in rows],
        "line": {"color": ink, "width": 2},
        "error_y": bars,
        "marker": {"color": ink, "size": 9, "symbol": symbols, "line": {"color": ink, "width": 2}},
        **hover(((row["obs_id"],), lines(row)) for row in rows),
    }


def _name_lines(shown: dict[str, Any], rows: list[Row], name: Labels, where: tuple[Panel, Places]) -> None:
    """Name each line at the right edge with its last number, and lead from the line to its name."""
    panel, colors = where
    by_year = sorted(rows, key=itemgetter("year"))
    newest = {row["ref_area"]: row for row in by_year}
    last = [row for row in by_year if row is newest[row["ref_area"]]]
    heights = spread([panel.down(row["value"]) - NAME / 2 for row in last], gap=NAME, end=BODY - NAME)
    beside = {"yref": panel.place.refs["yref"], "xanchor": "left", "xshift": 4, "yanchor": "top"}
    leader = {"type": "line", "line": {"color": theme.MUTED, "width": 1}, **panel.place.refs}
    for row, height in zip(last, heights, strict=True):
        number = bounds_text(row["lower"], row["upper"], name.lang)
        text = f"{theme.named(colors[row['ref_area']], name.area(row['ref_area']))}<br>{number}"
        shown["annotations"].append(theme.note(text, panel.up(height), x=1, font={"size": 12}, **beside))
        start = {"x0": row["year"] + 0.5, "y0": row["value"]}
        end = {"x1": panel.ends[1] + 1.15, "y1": panel.up(height + 9), "layer": "below"}
        shown["shapes"].append(leader | start | end)


def _mark_breaks(shown: dict[str, Any], rows: list[Row], name: Labels, panel: Panel) -> None:
    """Mark with a dotted line where a new way of counting begins."""
    parts = grouped(rows, itemgetter("ref_area", "segment"))
    begins = {min(row["year"] for row in part) for (_, segment), part in parts.items() if segment > 1}
    (low, high), refs = panel.range, panel.place.refs
    for year in sorted(begins):
        line = {"type": "line", "x0": year, "x1": year, "y0": low, "y1": high, "layer": "below", **refs}
        shown["shapes"].append(line | {"line": {"color": theme.MUTED, "width": 1.5, "dash": "dot"}})
        small = {"font": {"size": 12}, "opacity": theme.QUIET, "yanchor": "top", "xshift": 2}
        shown["annotations"].append(theme.note(name.say("chart.break"), high, x=year, **refs, **small))


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

    return caption(map(course, grouped(rows, itemgetter("indicator", "ref_area")).values()), name)


def _windows_heading(rows: list[Row], name: Labels) -> list[str]:
    """Name a panel, its unit, its grade with what costs it most, and the signs on it."""
    key, area = rows[0]["indicator"], rows[0]["ref_area"]
    grave = {code for row in rows for code in row["reasons"] if REASONS[code] in "CD"}
    grade = name.say("heading.grade", grade=max(row["grade"] for row in rows))
    signs = {name.sign(row["obs_ids"]) for row in rows}
    return theme.title_lines(
        name.indicator(key),
        " · ".join([name.area(area), name.say("axis.per_year", unit=name.unit(key))]),
        " ".join(filter(None, [grade, reasons_text(grave, name.lang)])),
        *(f"{sign} {name.say(f'basis.{basis}')}" for basis, sign in SIGNS.items() if sign in signs),
    )


def _ends(row: Row, panel: Panel) -> tuple[float, float]:
    """Return the lowest and highest value of a segment; an open one leaves by the panel's upper edge."""
    return row["lower"], row["upper"] if math.isfinite(row["upper"]) else panel.range[1]


def _segment(row: Row, panel: Panel) -> dict[str, Any]:
    (first, last), (low, high) = theme.span(row), _ends(row, panel)
    implied = row["kind"] == "implied"
    # Of an exact rate the path does not go back over itself: that would fill the gaps of a dashed one.
    path = [(first, low), (last, low)]
    if low < high:
        closed = math.isfinite(row["upper"])
        path = [(first, high), *path, (last, high)] + [(first, high)] * closed
    return panel.place.axes | {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "x": [x for x, _ in path],
        "y": [y for _, y in path],
        "fill": "toself",
        "line": {"color": theme.PALETTE[implied], "width": 3, "dash": "dash" if implied else "solid"},
    }


def _hover_bars(rows: list[Row], name: Labels, panel: Panel) -> dict[str, Any]:
    """Lay a transparent bar over each segment, large enough for a finger, that shows the hover text."""
    least = TOUCH / BODY * (panel.range[1] - panel.range[0])
    ends = [(*theme.span(row), *_ends(row, panel)) for row in rows]
    bars = [(x0, x1 - x0, (low + high) / 2, max(high - low, least)) for x0, x1, low, high in ends]
    marks = []
    for row in rows:
        kind = f"{name.area(row['ref_area'])} · {years(row)} · {name.say('kind.' + row['kind'])}"
        basis = filter(None, [name.basis(row["obs_ids"])])
        marks.append((row["obs_ids"], [kind, *basis, *hover_lines(row, name)]))
    return panel.place.axes | hover_bars(bars, marks, color=theme.CLEAR)


def _rates(rows: list[Row], name: Labels, panel: Panel) -> Iterable[dict[str, Any]]:
    """Write each rate at its segment, clear of the other segments and of their rates."""
    boxes = [_box(row, panel) for row in rows]
    taken = list(boxes)
    for row, box in zip(rows, boxes, strict=True):
        number = bounds_text(row["lower"], row["upper"], name.lang)
        kind = f"{name.sign(row['obs_ids'])} {name.say('kind.' + row['kind'])}"
        place, chosen = free(_beside(box, len(number + kind)), taken, Box(0, 0, PHONE, BODY))
        taken.append(chosen)
        (first, last), (low, high) = theme.span(row), _ends(row, panel)
        above, left = "above" in place, "left" in place
        where = {"xanchor": "left" if left else "right", "yshift": 11 if above else -11, **panel.place.refs}
        yield theme.note(f"<b>{number}</b>{kind}", high if above else low, x=first if left else last, **where)


def _box(row: Row, panel: Panel) -> "Box":
    """Return where a segment lies on a phone, in pixels."""
    first, last = panel.ends
    left, right = ((x - first) / (last + 1 - first) * PHONE for x in theme.span(row))
    low, high = _ends(row, panel)
    return Box(left, panel.down(high) - 2, right, panel.down(low) + 2)


class Box(NamedTuple):
    """A rectangle in pixels, `y` counted downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> float:
        """Return the area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0) * max(high, 0)


def _beside(segment: Box, letters: int) -> list[tuple[str, Box]]:
    """Return where a name may stand at a segment, best first: above or below it, at its left or right end."""
    width = letters * LETTER
    spans = {"left": (segment.left, segment.left + width), "right": (segment.right - width, segment.right)}
    rows = {"above": segment.top - LINE - 2, "below": segment.bottom + 2}
    return [
        (f"{row} {side}", Box(spans[side][0], rows[row], spans[side][1], rows[row] + LINE))
        for row, side in product(rows, spans)
    ]


def free(choices: Sequence[tuple[str, Box]], taken: Sequence[Box], within: Box) -> tuple[str, Box]:
    """Return the first choice that covers least of what is taken and of what lies outside."""

    def cost(choice: tuple[str, Box]) -> float:
        box = choice[1]
        outside = (box.right - box.left) * (box.bottom - box.top) - box.meets(within)
        return outside + sum(box.meets(other) for other in taken)

    return min(choices, key=cost)


def spread(wanted: Sequence[float], *, gap: float, end: float) -> list[float]:
    """Move positions apart until neighbours are `gap` from each other, none beyond 0 or `end` if they fit.

    >>> spread([10, 12, 40], gap=10, end=50)
    [10.0, 20.0, 40.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = [0.0] * len(wanted)
    least = 0.0
    for place in order:
        found[place] = least = max(float(wanted[place]), least)
        least += gap
    most = end
    for place in reversed(order):
        found[place] = most = min(found[place], most)
        most -= gap
    return found
