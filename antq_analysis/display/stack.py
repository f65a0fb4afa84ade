"""Panels below each other in one chart, laid out in pixels so that text never depends on their number."""

from html import escape
from textwrap import wrap
from typing import Any, NamedTuple

LINE = 19  # pixels: a line of a title
AIR = 16  # pixels between a title and the drawing area below it
FOOT = 62  # pixels below it, for ticks, unit and air
WIDTH = 44  # characters of a title that fit beside each other on a phone


class Place(NamedTuple):
    """Where a panel stands: the suffix of its axes, and its drawing area as shares of the chart's height."""

    suffix: str
    bottom: float
    top: float


def stack(bodies: list[int], titles: list[list[str]]) -> tuple[int, list[Place]]:
    """Return the height of the whole chart and the place of each panel.

    `bodies` are the heights of the drawing areas in pixels, `titles` the lines above each.

    >>> height, places = stack([100, 100], [["one"], ["two", "below it"]])
    >>> height, places[1].suffix, round(places[0].top, 2)
    (413, '2', 0.92)
    """
    heads = [LINE * len(lines) + AIR for lines in titles]
    total = sum(bodies) + sum(heads) + FOOT * len(bodies)
    places, above = [], 0
    for number, (body, head) in enumerate(zip(bodies, heads, strict=True), 1):
        top = above + head
        places.append(Place("" if number == 1 else str(number), 1 - (top + body) / total, 1 - top / total))
        above = top + body + FOOT
    return total, places


def lines(heading: str, *below: str) -> list[str]:
    """Break a panel's title, and what stands below it, into lines that fit a phone; all of it escaped.

    >>> lines("Tips", "per model")
    ['<b>Tips</b>', 'per model']
    """
    bold = [f"<b>{escape(line)}</b>" for line in wrap(heading, WIDTH)]
    return bold + [escape(line) for text in below for line in wrap(text, WIDTH)]


def title(text: list[str], place: Place) -> dict[str, Any]:
    """Return the annotation that names a panel, above it at the left edge."""
    return note("<br>".join(text), place.top, yanchor="bottom", yshift=6, font={"size": 14})


def note(text: str, y: Any, **more: Any) -> dict[str, Any]:
    """Return a text at the left edge of the chart, or wherever `more` puts it."""
    base = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "xanchor": "left", "align": "left"}
    return base | {"text": text, "showarrow": False, "font": {"size": 13}} | more
