"""What marks of all charts share: a colour and a shape per area, what they tell, and the refusal to draw."""

from collections.abc import Iterable, Sequence
from html import escape
from textwrap import wrap
from typing import Any

from antq_analysis.analysis.grading import NotComparable, order, reasons_text
from antq_analysis.display.labels import Labels
from antq_analysis.display.results import chance_text, result_text
from antq_analysis.display.rows import Row
from antq_analysis.display.theme import color, glyph

HOVER_WIDTH = 58  # characters: a phone is not wider

# How an area is known that its text does not name, as a sign behind a number.
SIGNS = {"publisher": "*", "inferred": "†"}

Told = tuple[Sequence[str], Sequence[str]]


# The place of each area in the palette.
Places = dict[str, int]


def colors_of(rows: Iterable[Row]) -> Places:
    """Give each area of some rows its place in the palette, in the order of first appearance."""
    return {area: place for place, area in enumerate(dict.fromkeys(row["ref_area"] for row in rows))}


def named(place: int, area: str) -> str:
    """Write an area's name behind the mark of its place: colour alone tells nothing, nor is text coloured.

    >>> named(0, "Thanh Hóa")
    '<span style="color:#0072B2">●</span> Thanh Hóa'
    """
    return f'<span style="color:{color(place)}">{glyph(place)}</span> {escape(area)}'


def sign(obs_ids: Iterable[str], name: Labels) -> str:
    """Return the sign that stands behind a number whose area the text does not name, else nothing."""
    return SIGNS.get(name.weakest(obs_ids), "")


def story(row: Row, name: Labels) -> list[str]:
    """Tell of a result what it is, how sure, why not better, and where its figures are printed."""
    lines = [result_text({"refused": False, **row}, name.lang)]
    if (chance := chance_text(row, name.lang)) != name.say("status.none"):
        lines.append(name.say("hover.chance", bounds=chance))
    if reasons := reasons_text(row["reasons"], name.lang):
        lines.append(reasons)
    return [*lines, *sourced(row["obs_ids"], name)]


def sourced(obs_ids: Sequence[str], name: Labels) -> list[str]:
    """Quote figures as printed and say where; of many population averages two tell the source."""
    return [name.trace(obs_id) for obs_id in obs_ids[:2]]


def telling(marks: Iterable[Told]) -> dict[str, Any]:
    """Return the part of a trace that tells of each of its marks: its figures' ids, and lines of plain text.

    A page reads them from `customdata`; plotly's own label, which takes markup, gets them escaped.

    >>> telling([(["a.01"], ["1 < 2", "so"])])["customdata"]
    [['a.01', '1 < 2\\nso']]
    """
    known = list(marks)
    return {
        "customdata": [[" ".join(obs_ids), "\n".join(lines)] for obs_ids, lines in known],
        "hovertext": ["<br>".join(_wrapped(escape(line)) for line in lines) for _, lines in known],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _wrapped(text: str) -> str:
    return "<br>".join(wrap(text, HOVER_WIDTH))


def refused(subject: str, rows: Iterable[Row], lang: str) -> NotComparable:
    """Say in place of a chart why there is nothing to draw."""
    reasons = order(code for row in rows for code in row["reasons"]) or ("no_figures",)
    return NotComparable((subject,), reasons, lang=lang)
