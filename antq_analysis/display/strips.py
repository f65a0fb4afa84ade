"""Rows of dots and intervals, the one shape that comparisons, ratios and contrasts share.

A label stands above its row and not beside it, so that long Vietnamese names leave the whole
width to the numbers, on a phone as on paper.
"""

import math
from dataclasses import dataclass
from typing import Any

from antq_analysis.display.marks import Told, telling
from antq_analysis.display.stack import Place, note, stack, title
from antq_analysis.display.theme import MUTED, QUIET, axis, color, layout, symbol
from antq_analysis.display.ticks import ticks

LABEL, BASIS, MARKS = 22, 15, 32  # pixels: a label, what is said of its area, and the marks below
BADGE = 26  # pixels: the grade's place at the right edge
INDENT = 6  # pixels: labels keep clear of the axis


@dataclass(frozen=True)
class Strip:
    """One row: a label, the result in words, its grade, wording bounds, chance interval and what it tells.

    `basis` says how the area is known where that is not plain, `place` is the area's place in the palette.
    """

    label: str
    text: str
    lower: float
    upper: float
    told: Told
    ci_lower: float = math.nan
    ci_upper: float = math.nan
    value: float = math.nan
    grade: str = ""
    basis: str = ""
    place: int = 0

    @property
    def height(self) -> int:
        """The pixels that the row takes."""
        return LABEL + (BASIS if self.basis else 0) + MARKS


@dataclass(frozen=True)
class Panel:
    """Rows that share one axis: its title, its unit, and a reference line where there is one."""

    title: list[str]
    unit: str
    strips: list[Strip]
    reference: float | None = None

    @property
    def height(self) -> int:
        """The pixels that its rows take."""
        return sum(strip.height for strip in self.strips)


def strip_chart(panels: list[Panel], lang: str) -> dict[str, Any]:
    """Draw panels of rows below each other; every axis starts at zero so that lengths can be compared."""
    height, places = stack([panel.height for panel in panels], [panel.title for panel in panels])
    shown = layout(lang, height=height, annotations=[], margin={"l": 8, "r": 14, "t": 0, "b": 0})
    figure: dict[str, Any] = {"data": [], "layout": shown}
    for panel, place in zip(panels, places, strict=True):
        shown |= _axes(panel, place, lang)
        shown["annotations"].append(title(panel.title, place))
        if panel.reference is not None:
            shown.setdefault("shapes", []).append(_reference(panel, place))
        top = 0
        for strip in panel.strips:
            figure["data"] += _marks(strip, top + strip.height - MARKS / 2, place.suffix)
            shown["annotations"] += _labels(strip, top, place.suffix)
            top += strip.height
    return figure


def _axes(panel: Panel, place: Place, lang: str) -> dict[str, Any]:
    x, y = f"x{place.suffix}", f"y{place.suffix}"
    end = _end(panel)
    unit = {"text": panel.unit, "font": {"size": 13}, "standoff": 8}
    values = axis(anchor=y, range=[0, end], title=unit, zeroline=True, tickfont={"size": 12})
    rows = axis(anchor=x, domain=[place.bottom, place.top], range=[panel.height, 0], visible=False)
    return {f"xaxis{place.suffix}": values | ticks(end, lang), f"yaxis{place.suffix}": rows}


def _end(panel: Panel) -> float:
    ends = [x for s in panel.strips for x in (s.value, s.lower, s.upper, s.ci_upper) if math.isfinite(x)]
    return max([*ends, panel.reference or 0]) * 1.06 or 1


def _marks(strip: Strip, y: float, suffix: str) -> list[dict[str, Any]]:
    """Draw chance as a thin line, wording as a thick one, and the number itself as a mark."""
    ink, open_end = color(strip.place), math.isinf(strip.upper)
    base = {"type": "scatter", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    marks = []
    if math.isfinite(strip.ci_lower) and math.isfinite(strip.ci_upper):
        line = {"line": {"color": ink, "width": 1.5}, "marker": _tick(ink)}
        marks.append(_line((strip.ci_lower, strip.ci_upper), y) | {"mode": "lines+markers"} | line)
    if strip.lower != strip.upper and not open_end:
        marks.append(_line((strip.lower, strip.upper), y) | {"line": {"color": ink, "width": 9}})
    point = strip.value if math.isfinite(strip.value) else strip.lower if open_end else math.nan
    if math.isfinite(point):
        shape = "triangle-right" if open_end else symbol(strip.place)
        dot = {"mode": "markers", "x": [point], "y": [y]}
        marks.append(dot | {"marker": {"color": ink, "size": 12, "symbol": shape}})
    return [base | mark | telling([strip.told] * len(mark["x"])) for mark in marks]


def _line(x: tuple[float, float], y: float) -> dict[str, Any]:
    return {"mode": "lines", "x": list(x), "y": [y, y]}


def _tick(ink: str) -> dict[str, Any]:
    return {"symbol": "line-ns", "size": 9, "line": {"width": 1.5, "color": ink}}


def _labels(strip: Strip, top: float, suffix: str) -> list[dict[str, Any]]:
    """Write label and result above the marks, the grade as a badge at the right edge."""
    where = {"yref": f"y{suffix}", "yanchor": "top", "borderpad": 1}
    found = [
        note(strip.label, top, xshift=INDENT, **where),
        note(f"<b>{strip.text}</b>", top, x=1, xanchor="right", xshift=-BADGE if strip.grade else 0, **where),
    ]
    if strip.grade:
        box = {"bordercolor": MUTED, "borderwidth": 1, "borderpad": 2, "font": {"size": 11}}
        found.append(note(f"<b>{strip.grade}</b>", top, x=1, xanchor="right", **where | box))
    if strip.basis:
        small = {"font": {"size": 12}, "opacity": QUIET, "xshift": INDENT}
        found.append(note(strip.basis, top + LABEL - 4, **where | small))
    return found


def _reference(panel: Panel, place: Place) -> dict[str, Any]:
    return {
        "type": "line", "xref": f"x{place.suffix}", "yref": f"y{place.suffix}",
        "x0": panel.reference, "x1": panel.reference, "y0": 0, "y1": panel.height,
        "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
    }  # fmt: skip
