"""A chart that grows downwards line by line, in pixels, as a page of text does.

A label stands above its marks and not beside them: long Vietnamese names leave the whole width to the
marks, on a phone as on paper.
"""

from collections.abc import Iterable
from html import escape
from textwrap import wrap
from typing import Any

from antq_analysis.display.stack import note
from antq_analysis.display.theme import FAINT, QUIET, layout

HEAD, LINE = 24, 17  # pixels: a heading, a line of small text
WIDTH, SMALL_WIDTH = 42, 54  # characters beside each other on a phone
AIR = 14


class Canvas:
    """What is drawn so far: `depth` is how far down, `data`, `notes` and `shapes` are plotly's."""

    def __init__(self) -> None:
        self.depth: float = 0
        self.data: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []

    def heading(self, text: str) -> None:
        """Begin a subject below a faint rule."""
        if self.depth:
            self.depth += AIR // 2
            self.line((0, 1), (self.depth, self.depth), xref="paper", color=FAINT, width=1)
            self.depth += AIR // 2
        for line in wrap(text, WIDTH):
            self.write(f"<b>{escape(line)}</b>", size=14)
            self.depth += HEAD

    def small(self, text: str) -> None:
        """Write a text that stands back, on as many lines as a phone needs."""
        for line in wrap(text, SMALL_WIDTH):
            self.write(escape(line), size=12, opacity=QUIET)
            self.depth += LINE

    def write(self, text: str, *, size: int = 13, **more: Any) -> None:
        """Write one line at the present depth, from the left edge unless told otherwise; markup is kept."""
        self.notes.append(note(text, self.depth, yref="y", yanchor="top", font={"size": size}) | more)

    def line(self, x: tuple[float, float], y: tuple[float, float], *, xref: str = "x", **look: Any) -> None:
        """Draw a straight line that belongs to no point: a window, a rule."""
        ends = {"x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1]}
        self.shapes.append({"type": "line", "xref": xref, "line": look} | ends)

    def figure(self, lang: str, xaxis: dict[str, Any], *, top: int, bottom: int = 8) -> dict[str, Any]:
        """Return the figure, a pixel a unit, with room above for its key and its axis."""
        rows = {"range": [self.depth, 0], "visible": False, "fixedrange": True}
        shown = layout(
            lang, height=self.depth + top + bottom, margin={"l": 2, "r": 2, "t": top, "b": bottom},
            xaxis=xaxis, yaxis=rows, annotations=self.notes, shapes=self.shapes, barmode="overlay",
        )  # fmt: skip
        return {"data": self.data, "layout": shown}


def packed(items: Iterable[str]) -> list[str]:
    """Put the items of a key on as few lines as a phone has room for; no item is broken.

    >>> packed(["● exact"] * 6)[0].count("exact")
    5
    """
    rows: list[list[str]] = [[]]
    for item in items:
        if len("   ".join([*rows[-1], item])) > SMALL_WIDTH and rows[-1]:
            rows.append([])
        rows[-1].append(item)
    return [escape("\u2003".join(row)) for row in rows if row]
