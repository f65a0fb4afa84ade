"""The axis of years: a year is a stretch of it and not a point, so its name stands in its middle."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from antq_analysis.display.labels import begin
from antq_analysis.display.rows import Row
from antq_analysis.display.theme import BAND, axis

USUAL = (2014, 2025)  # shown at least, so that the charts of a page line up
_DAYS = 365.25


def day(when: date | Any) -> float:
    """Return where a day lies on the axis: 1 July 2019 at 2019.5.

    >>> round(day(date(2019, 7, 2)), 2)
    2019.5
    """
    return float(when.year + (when.timetuple().tm_yday - 1) / _DAYS)


def span(row: Row) -> tuple[float, float]:
    """Return where a window begins and ends; a stock has only its day."""
    return day(begin(row)), day(row["period_end"])


def covered(rows: Iterable[Row]) -> tuple[int, int]:
    """Return the first and the last year to show for these windows, none of them cut."""
    found = {when.year for row in rows for when in (begin(row), row["period_end"])}
    return min(USUAL[0], *found), max(USUAL[1], *found)


def named(first: int, last: int, *, least: int = 1) -> list[int]:
    """Return the years that are named, as many as a phone has room for, or each `least`-th of them."""
    step = max(least, 1 + (last - first) // 7)
    return list(range(first, last + 1, step))


def years_axis(first: int, last: int, **more: Any) -> dict[str, Any]:
    """Return the axis of the years `first` to `last`, with names in the middle of their years."""
    shown = named(first, last)
    marks = {"tickvals": [year + 0.5 for year in shown], "ticktext": [str(year) for year in shown]}
    return (
        axis(
            tickfont={"size": 12}, range=[first - 0.15, last + 1.15], showgrid=False, zeroline=False, **marks
        )
        | more
    )


def bands(first: int, last: int, **where: Any) -> list[dict[str, Any]]:
    """Return a faint band behind every second year or fewer, so that a segment's ends can be read off."""
    base = {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": BAND}
    return [base | {"x0": year, "x1": year + 1} | where for year in named(first, last, least=2)]
