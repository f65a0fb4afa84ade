"""What was reported, for which years, how sure: each printed figure over its window.

The number a reader needs is the printed one, so it stands in bold; the segment only places it in time,
and its length says nothing of its size.
"""

from html import escape
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import findings, tables
from antq_analysis.display.canvas import LINE, Canvas, packed
from antq_analysis.display.chart import Chart
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.marks import SIGNS, colors_of, sourced, telling
from antq_analysis.display.rows import Row, grouped, not_silent
from antq_analysis.display.stack import note
from antq_analysis.display.theme import CLEAR, QUIET, color
from antq_analysis.display.years import bands, covered, named, span, years_axis

ROW, MARK = 44, 27  # pixels: a figure with its segment, and how far down in it the segment lies
TALL = 480  # pixels: from here on the years are named again at the foot
SHORT = 0.15  # years: a line stops short of its mark, which may be open
REACH = 0.6  # years about a mark on one day in which a finger finds it

# How a number is worded: filled only where the source prints the number itself.
SHAPES = {
    "exact": ("circle", "●"),
    "more_than": ("triangle-up-open", "△"),
    "at_least": ("triangle-up-open", "△"),
    "nearly": ("triangle-down-open", "▽"),
    "about": ("circle-open", "○"),
    "order_of_magnitude": ("diamond-open", "◇"),
}

Mark = tuple[Row, float, str]  # a row, how far down its mark lies, and its colour


def periods(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw each printed figure over the years it speaks of, by subject; a stock as a mark on its day.

    `rows` are those of `compare`, for one area or several; what was not reported is left to the text. A full
    line between two ticks is a stated period, a dashed one is not stated; an open mark is a number that comes
    with a word such as “more than”. Where nothing was reported the reasons come instead of a chart.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> chart = periods(aq.compare(ds, "tips", areas="Thanh Hóa"), ds, lang="en")
    >>> [note.text for note in chart.layout.annotations if "10.000" in note.text]
    ['<b>hơn 10.000 tin</b>']
    """
    name, given = Labels(ds, lang), records(rows)
    shown = [_described(row, ds) for row in not_silent(given)]
    if not shown:
        return NotComparable((name.say("chart.periods"),), ("no_figures",), lang=lang)
    table = tables.levels(shown, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(_figure(shown, name), findings.periods(given, shown, Labels(ds, lang, marked=True)), table)


def _described(row: Row, ds: Dataset) -> Row:
    """Add how a number is worded and how its area is known."""
    figure = ds.figure(row["obs_ids"][0])
    return row | {"qualifier": figure["qualifier"], "area_basis": figure["area_basis"]}


def _figure(rows: list[Row], name: Labels) -> dict[str, Any]:
    canvas, places = Canvas(), colors_of(rows)
    marks: list[Mark] = []
    for concept, group in grouped(rows, itemgetter("concept")).items():
        canvas.heading(name.concept(concept))
        counted = ""
        for row in group:
            what = _counted(row, name, several=len(places) > 1)
            if what not in (counted, name.concept(concept)):
                canvas.small(what)
            counted = what
            marks.append((row, canvas.depth + MARK, color(places[row["ref_area"]])))
            _row(canvas, marks[-1], name)
    canvas.data += [_touched(marks, name), _marks(marks)]
    first, last = covered(rows)
    canvas.shapes += bands(first, last, y0=0, y1=canvas.depth)
    return _with_key(canvas, rows, name)


def _counted(row: Row, name: Labels, *, several: bool) -> str:
    area = [name.area(row["ref_area"])] if several else []
    return " · ".join([*area, tables.counted(row, name)])


def _row(canvas: Canvas, mark: Mark, name: Labels) -> None:
    """Write the figure as printed and its years, and draw its window below."""
    row, y, ink = mark
    canvas.write(f"<b>{escape(row['figure_printed'])}</b>{SIGNS.get(row['area_basis'], '')}")
    canvas.write(_years(row, name), size=12, x=1, xanchor="right", opacity=QUIET)
    first, last = span(row)
    stated = row["period_basis"] == "stated"
    if first < last:
        canvas.line((first, last - SHORT), (y, y), color=ink, width=3, dash=_dash(row))
    if first < last and stated:
        canvas.line((first, first), (y - 6, y + 6), color=ink, width=3)
    canvas.depth += ROW


def _dash(row: Row) -> str:
    if row["qualifier"] == "order_of_magnitude":
        return "dot"
    return "solid" if row["period_basis"] == "stated" else "dash"


def _years(row: Row, name: Labels) -> str:
    """Write the years at the right edge; that a day is inferred has no line to show it."""
    said = years(row)
    return name.say("key.inferred_year", year=said) if row["period_basis"] == "inferred" else said


def _marks(marks: list[Mark]) -> dict[str, Any]:
    """Draw each number as a mark at the end of its window; what it tells is told by the whole row."""
    inks = [ink for _, _, ink in marks]
    return {
        "type": "scatter",
        "mode": "markers",
        "hoverinfo": "skip",
        "x": [span(row)[1] for row, _, _ in marks],
        "y": [y for _, y, _ in marks],
        "marker": {
            "color": inks,
            "symbol": [SHAPES[row["qualifier"]][0] for row, _, _ in marks],
            "size": 12,
            "line": {"width": 2.5, "color": inks},
        },
    }


def _touched(marks: list[Mark], name: Labels) -> dict[str, Any]:
    """Lay over each row what cannot be seen but found by a finger: it tells of the figure."""
    ends = [_reach(*span(row)) for row, _, _ in marks]
    return {
        "type": "bar",
        "orientation": "h",
        "base": [first for first, _ in ends],
        "x": [last - first for first, last in ends],
        "y": [y - MARK + ROW / 2 for _, y, _ in marks],
        "width": [ROW] * len(marks),
        "marker": {"color": CLEAR},
        **telling((row["obs_ids"], _story(row, name)) for row, _, _ in marks),
    }


def _reach(first: float, last: float) -> tuple[float, float]:
    return min(first, last - REACH), last + REACH


def _story(row: Row, name: Labels) -> list[str]:
    """Tell what is counted where and when, how that is known, and where it is printed."""
    ids = row["obs_ids"]
    parts = [name.area(row["ref_area"]), name.basis(ids), tables.counted(row, name)]
    when = [name.window(row), name.say(f"period.{row['period_basis']}")]
    return [" · ".join(filter(None, parts)), " · ".join(when), *sourced(ids, name)]


def _with_key(canvas: Canvas, rows: list[Row], name: Labels) -> dict[str, Any]:
    """Put the explanation of the marks that occur above the axis, and the years again below a tall chart."""
    key = packed(_key(rows, name))
    first, last = covered(rows)
    top = 28 + LINE * len(key)
    years_above = years_axis(first, last, side="top")
    shown = canvas.figure(name.lang, years_above, top=top, bottom=26)
    text = {"x": 0, "yanchor": "bottom", "yshift": 26, "font": {"size": 12}, "opacity": QUIET}
    shown["layout"]["annotations"].append(note("<br>".join(key), 1, **text))
    if canvas.depth > TALL:
        foot = {"xref": "x", "xanchor": "center", "yanchor": "top", "yshift": -4, "font": {"size": 12}}
        shown["layout"]["annotations"] += [note(str(y), 0, x=y + 0.5, **foot) for y in named(first, last)]
    return shown


def _key(rows: list[Row], name: Labels) -> list[str]:
    """Explain each kind of mark, line and sign that occurs."""
    worded, known = ({row[column] for row in rows} for column in ("qualifier", "area_basis"))
    glyphs = {glyph: key for key, (_, glyph) in SHAPES.items() if key in worded}
    lines = {row["period_basis"] == "stated" for row in rows if not pd.isna(row["period_start"])}
    kinds = {"├─": "stated"} if True in lines else {}
    kinds |= {"╌╌": "unstated"} if False in lines else {}
    signs = [(sign, basis) for basis, sign in SIGNS.items() if basis in known]
    return [
        *(f"{glyph} {name.say(f'key.{key}')}" for glyph, key in glyphs.items()),
        *(f"{line} {name.say(f'key.period_{key}')}" for line, key in kinds.items()),
        *(f"{sign} {name.say(f'basis.{basis}')}" for sign, basis in signs),
    ]
