"""Cumulative figures as segments: an average of its years, and never a point among them.

Drawn as a point it would invite a line to the next.
"""

import math
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS, NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import findings, tables
from antq_analysis.display.chart import Chart
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.marks import SIGNS, refused, sign, story, telling
from antq_analysis.display.placing import PHONE, Box, beside, free
from antq_analysis.display.rows import Row, grouped
from antq_analysis.display.stack import lines, note
from antq_analysis.display.theme import CLEAR, PALETTE
from antq_analysis.display.timelines import BODY, Panel, stacked
from antq_analysis.display.years import covered, span
from antq_analysis.i18n import bounds_text

TOUCH = 26  # pixels: how high a segment is to a finger, at least


def windows(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw each window's annual rate as a segment over its years, its bounds as the segment's height.

    A panel holds one indicator of one area. What two nested windows imply is dashed; impossible ones are
    left out; a segment without an upper bound is open above.
    """
    name, given = Labels(ds, lang), records(rows)
    shown = [row for row in given if row["possible"]]
    if not shown:
        return refused(name.say("chart.windows"), given, lang)
    groups = list(grouped(shown, itemgetter("indicator", "ref_area")).values())
    headings = [_heading(group, name) for group in groups]
    figure, panels = stacked(groups, headings, lang, ends=[covered(shown)] * len(groups))
    for panel, found in zip(panels, groups, strict=True):
        figure["data"] += [_segment(row, panel) for row in found]
        figure["data"].append(_touched(found, name, panel))
        figure["layout"]["annotations"] += _names(found, name, panel)
    table = tables.windows(shown, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(figure, findings.windows(given, shown, Labels(ds, lang, marked=True)), table)


def _heading(rows: list[Row], name: Labels) -> list[str]:
    """Name a panel, its unit, its grade with what costs it most, and the signs on it."""
    key, area = rows[0]["indicator"], rows[0]["ref_area"]
    grave = {code for row in rows for code in row["reasons"] if REASONS[code] in "CD"}
    grade = name.say("heading.grade", grade=max(row["grade"] for row in rows))
    signs = {sign(row["obs_ids"], name) for row in rows}
    return lines(
        name.indicator(key),
        " · ".join([name.area(area), name.say("axis.per_year", unit=name.unit(key))]),
        " ".join(filter(None, [grade, reasons_text(grave, name.lang)])),
        *(f"{mark} {name.say(f'basis.{basis}')}" for basis, mark in SIGNS.items() if mark in signs),
    )


def _ends(row: Row, panel: Panel) -> tuple[float, float]:
    """Return the lowest and highest value of a segment; an open one leaves by the panel's upper edge."""
    return row["lower"], row["upper"] if math.isfinite(row["upper"]) else panel.range[1]


def _segment(row: Row, panel: Panel) -> dict[str, Any]:
    (first, last), (low, high) = span(row), _ends(row, panel)
    implied = row["kind"] == "implied"
    # Of an exact rate the path does not go back over itself: that would fill the gaps of a dashed one.
    closed = math.isfinite(row["upper"]) and low < high
    path = [(first, high), (first, low), (last, low), (last, high)] + [(first, high)] * closed
    if low == high:
        path = [(first, low), (last, low)]
    return panel.axes | {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "x": [x for x, _ in path],
        "y": [y for _, y in path],
        "fill": "toself",
        "line": {"color": PALETTE[implied], "width": 3, "dash": "dash" if implied else "solid"},
    }


def _touched(rows: list[Row], name: Labels, panel: Panel) -> dict[str, Any]:
    """Lay over each segment what cannot be seen but found by a finger: it tells of the window."""
    ends = [_ends(row, panel) for row in rows]
    least = TOUCH / BODY * (panel.range[1] - panel.range[0])
    return panel.axes | {
        "type": "bar",
        "orientation": "h",
        "base": [span(row)[0] for row in rows],
        "x": [span(row)[1] - span(row)[0] for row in rows],
        "y": [(low + high) / 2 for low, high in ends],
        "width": [max(high - low, least) for low, high in ends],
        "marker": {"color": CLEAR},
        **telling((row["obs_ids"], _story(row, name)) for row in rows),
    }


def _story(row: Row, name: Labels) -> list[str]:
    kind = f"{name.area(row['ref_area'])} · {years(row)} · {name.say('kind.' + row['kind'])}"
    return [kind, *filter(None, [name.basis(row["obs_ids"])]), *story(row, name)]


def _names(rows: list[Row], name: Labels, panel: Panel) -> list[dict[str, Any]]:
    """Write each rate at its segment, clear of the other segments and of their rates."""
    boxes = [_box(row, panel) for row in rows]
    taken, notes = list(boxes), []
    for row, box in zip(rows, boxes, strict=True):
        number = bounds_text(row["lower"], row["upper"], name.lang)
        words = f"{number}{sign(row['obs_ids'], name)} {name.say('kind.' + row['kind'])}"
        place, chosen = free(beside(box, len(words)), taken, Box(0, 0, PHONE, BODY))
        taken.append(chosen)
        notes.append(_name(f"<b>{number}</b>{words[len(number) :]}", row, place, panel))
    return notes


def _name(text: str, row: Row, place: str, panel: Panel) -> dict[str, Any]:
    (first, last), (low, high) = span(row), _ends(row, panel)
    above, left = "above" in place, "left" in place
    where = {"xanchor": "left" if left else "right", "yshift": 11 if above else -11, **panel.refs}
    return note(text, high if above else low, x=first if left else last, **where)


def _box(row: Row, panel: Panel) -> Box:
    """Return where a segment lies on a phone, in pixels."""
    first, last = panel.ends
    left, right = ((x - first) / (last + 1 - first) * PHONE for x in span(row))
    low, high = _ends(row, panel)
    return Box(left, panel.down(high) - 2, right, panel.down(low) + 2)
