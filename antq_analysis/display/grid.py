"""Who reported what and when, as a matrix: a gap is a cell that says so, and not a hole to overlook."""

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
from antq_analysis.display.marks import SIGNS, sourced, telling
from antq_analysis.display.rows import Row, grouped
from antq_analysis.display.stack import note
from antq_analysis.display.theme import CLEAR, PALETTE, QUIET

CELL, GAP = 24, 5  # pixels: a window's chip, and the air below it
WIDE = 0.92  # of a column: what a chip fills

Chip = tuple[Row, int, float]  # a window, its column, and how far down its chip lies


def coverage(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw the rows of `coverage` as a matrix: a column per area, a chip with its years per window, else “–”.

    A filled chip is of an area that the text names; an open one of an area told otherwise. Of no subject or
    no area the reasons come instead of a chart.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> chart = coverage(aq.coverage(ds, areas=["Quảng Bình", "Thanh Hóa"], concepts="tips"), ds, lang="en")
    >>> [note.text for note in chart.layout.annotations][:4]
    ['<b>Tips</b>', '–', '2014–2019', '2014–2024*']
    """
    name, given = Labels(ds, lang), records(rows)
    if not given:
        return NotComparable((name.say("chart.coverage"),), ("no_figures",), lang=lang)
    table = tables.coverage(given, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(_figure(given, name), findings.coverage(given, Labels(ds, lang, marked=True)), table)


def _figure(rows: list[Row], name: Labels) -> dict[str, Any]:
    canvas, columns = Canvas(), list(dict.fromkeys(row["ref_area"] for row in rows))
    chips: list[Chip] = []
    for concept, group in grouped(rows, itemgetter("concept")).items():
        canvas.heading(name.concept(concept))
        chips += _cells(canvas, group, columns)
    named = [chip for chip in chips if chip[0]["area_basis"] == "stated"]
    told = [chip for chip in chips if chip not in named]
    canvas.data += [_chips(found, name, open_=found is told) for found in (named, told) if found]
    return _with_head(canvas, [name.area(area) for area in columns], _key(chips, name), name.lang)


def _cells(canvas: Canvas, found: list[Row], columns: list[Any]) -> list[Chip]:
    """Place the windows of a subject below each other in the columns of their areas."""
    chips: list[Chip] = []
    for column, area in enumerate(columns):
        windows = [row for row in found if row["ref_area"] == area and row["reported"]]
        chips += [
            (row, column, canvas.depth + CELL / 2 + place * (CELL + GAP)) for place, row in enumerate(windows)
        ]
        if not windows:
            middle = {"xref": "x", "x": column, "xanchor": "center", "opacity": QUIET}
            canvas.write("–", size=14, **middle)
    tallest = max([y for _, _, y in chips], default=canvas.depth + CELL / 2)
    canvas.depth = tallest + CELL / 2 + 2
    for row, column, y in chips:
        canvas.notes.append(_written(row, column, y))
    return chips


def _written(row: Row, column: int, y: float) -> dict[str, Any]:
    """Write the years on a chip: white on a filled one, in the ink of the page on an open one."""
    stated = row["area_basis"] == "stated"
    font = {"size": 12} | ({"color": "#ffffff"} if stated else {})
    text = f"{years(row)}{SIGNS.get(row['area_basis'], '')}"
    return note(text, y, xref="x", yref="y", x=column, xanchor="center", yanchor="middle", font=font)


def _chips(chips: list[Chip], name: Labels, *, open_: bool) -> dict[str, Any]:
    """Draw the chips of one kind."""
    return {
        "type": "bar",
        "orientation": "h",
        "base": [column - WIDE / 2 for _, column, _ in chips],
        "x": [WIDE] * len(chips),
        "y": [y for _, _, y in chips],
        "width": [CELL] * len(chips),
        "marker": {
            "color": CLEAR if open_ else PALETTE[0],
            "cornerradius": 5,
            "line": {"color": PALETTE[0], "width": 1.5},
        },
        **telling((row["obs_ids"], _story(row, name)) for row, _, _ in chips),
    }


def _story(row: Row, name: Labels) -> list[str]:
    ids = row["obs_ids"]
    where = " · ".join(filter(None, [name.area(row["ref_area"]), name.basis(ids), years(row)]))
    return [where, name.concept(row["concept"]), *(line for i in ids for line in sourced((i,), name))]


def _key(chips: list[Chip], name: Labels) -> list[str]:
    """Explain each kind of cell that occurs."""
    known = {row["area_basis"] for row, _, _ in chips}
    signs = [f"□{sign} {name.say(f'basis.{b}')}" for b, sign in SIGNS.items() if b in known]
    stated = [f"■ {name.say('key.stated')}"] if "stated" in known else []
    return [*stated, *signs, f"– {name.say('status.missing')}"]


def _with_head(canvas: Canvas, areas: list[str], key: list[str], lang: str) -> dict[str, Any]:
    """Put the names of the columns, and above them the explanation of the cells."""
    columns = {"range": [-0.5, len(areas) - 0.5], "visible": False, "fixedrange": True}
    lines = packed(key)
    shown = canvas.figure(lang, columns, top=32 + LINE * len(lines))
    text = {"x": 0, "yanchor": "bottom", "yshift": 30, "font": {"size": 12}, "opacity": QUIET}
    heads = {"xref": "x", "xanchor": "center", "yanchor": "bottom", "yshift": 6}
    shown["layout"]["annotations"] += [
        note("<br>".join(lines), 1, **text),
        *(note(f"<b>{escape(area)}</b>", 1, x=column, **heads) for column, area in enumerate(areas)),
    ]
    return shown
