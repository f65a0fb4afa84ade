"""Rows of dots and intervals, the one shape that comparisons, ratios and contrasts share.

A label stands above its row and not beside it, so that long Vietnamese names leave the whole
width to the numbers, on a phone as on paper.
"""

import math
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from antq_analysis.display.stack import Place, note, stack, title
from antq_analysis.display.theme import MUTED, PALETTE, axis, layout

ROW = 58  # pixels: a line of label, a line of marks


@dataclass(frozen=True)
class Strip:
    """One row: a label, the result in words, wording bounds, chance interval and what hovering tells."""

    label: str
    text: str
    lower: float
    upper: float
    ci_lower: float = math.nan
    ci_upper: float = math.nan
    value: float = math.nan
    hover: str = ""
    color: int = 0


@dataclass(frozen=True)
class Panel:
    """Rows that share one axis: its title, its unit, and a reference line where there is one."""

    title: list[str]
    unit: str
    strips: list[Strip]
    reference: float | None = None


def strip_chart(panels: list[Panel], lang: str) -> go.Figure:
    """Draw panels of rows below each other; every axis starts at zero so that lengths can be compared."""
    height, places = stack([ROW * len(panel.strips) for panel in panels], [panel.title for panel in panels])
    shown = layout(lang, height=height, annotations=[], shapes=[], margin={"l": 8, "r": 12, "t": 0, "b": 0})
    figure: dict[str, Any] = {"data": [], "layout": shown}
    for panel, place in zip(panels, places, strict=True):
        shown |= _axes(panel, place)
        shown["annotations"].append(title(panel.title, place))
        if panel.reference is not None:
            shown["shapes"].append(_reference(panel, place))
        for position, strip in enumerate(reversed(panel.strips)):
            figure["data"] += _marks(strip, position, place.suffix)
            shown["annotations"] += _labels(strip, position, place.suffix)
    return go.Figure(figure)


def _axes(panel: Panel, place: Place) -> dict[str, Any]:
    x, y = f"x{place.suffix}", f"y{place.suffix}"
    values = axis(
        anchor=y, range=[0, _end(panel)], nticks=6, title={"text": panel.unit, "font": {"size": 13}}
    )
    rows = axis(
        anchor=x, domain=[place.bottom, place.top], range=[-0.6, len(panel.strips) - 0.4], visible=False
    )
    return {f"xaxis{place.suffix}": values, f"yaxis{place.suffix}": rows}


def _end(panel: Panel) -> float:
    ends = [x for s in panel.strips for x in (s.value, s.lower, s.upper, s.ci_upper) if math.isfinite(x)]
    return max([*ends, panel.reference or 0]) * 1.06 or 1


def _marks(strip: Strip, y: int, suffix: str) -> list[dict[str, Any]]:
    color = PALETTE[strip.color % len(PALETTE)]
    open_end = math.isinf(strip.upper)
    base = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "hovertemplate": f"{strip.hover}<extra></extra>"}
    marks = []
    if math.isfinite(strip.ci_lower) and math.isfinite(strip.ci_upper):
        ends = [strip.ci_lower, strip.ci_upper]
        marks.append(base | _line(ends, y, color=color, width=1.5) | {"marker": _tick(color)})
    if strip.lower != strip.upper and not open_end:
        marks.append(base | _line([strip.lower, strip.upper], y, color=color, width=9))
    point = strip.value if math.isfinite(strip.value) else strip.lower if open_end else math.nan
    if math.isfinite(point):
        symbol = "triangle-right" if open_end else "circle"
        dot = {"type": "scatter", "mode": "markers", "x": [point], "y": [y]}
        marks.append(base | dot | {"marker": {"color": color, "size": 11, "symbol": symbol}})
    return marks


def _line(x: list[float], y: int, *, color: str, width: float) -> dict[str, Any]:
    mode = "lines+markers" if width < 3 else "lines"
    return {"type": "scatter", "mode": mode, "x": x, "y": [y, y], "line": {"color": color, "width": width}}


def _tick(color: str) -> dict[str, Any]:
    return {"symbol": "line-ns", "size": 9, "line": {"width": 1.5, "color": color}}


def _labels(strip: Strip, y: int, suffix: str) -> list[dict[str, Any]]:
    place = {"yref": f"y{suffix}", "yshift": 10, "yanchor": "bottom"}
    result = note(f"<b>{strip.text}</b>", y, x=1, xanchor="right", **place)
    return [note(strip.label, y, xshift=4, **place), result]


def _reference(panel: Panel, place: Place) -> dict[str, Any]:
    return {
        "type": "line", "xref": f"x{place.suffix}", "yref": f"y{place.suffix}",
        "x0": panel.reference, "x1": panel.reference, "y0": -0.6, "y1": len(panel.strips) - 0.4,
        "line": {"color": MUTED, "width": 1, "dash": "dot"},
    }  # fmt: skip
