"""Charts of what was reported for which years: figures over their windows, and areas by subjects.

Both are lists of text lines with marks: labels stand above their marks, so that long Vietnamese names leave
the whole width to the marks, on a phone as on paper.
"""

from collections import Counter
from collections.abc import Iterable
from html import escape
from operator import itemgetter
from textwrap import wrap
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import tables, theme
from antq_analysis.display.chart import Chart, hover_bars, refused
from antq_analysis.display.labels import QUOTED, SIGNS, Labels, Row, begin, grouped, reported, years
from antq_analysis.i18n import year_text

LINE = 17  # pixels: a line of small text
WIDTH, SMALL_WIDTH = 42, 54  # characters beside each other on a phone

ROW, MARK = 44, 27  # pixels: a figure with its window, and how far down in it the window lies
TALL = 480  # pixels: from here on the years are named again at the foot
SHORT = 0.15  # years: a line stops short of its mark, which may be open
REACH = 0.6  # years about a mark on one day that show its hover text

CELL, GAP = 24, 5  # pixels: a window in the matrix, and the space below it
WIDE = 0.92  # of a column: what a window fills

# How a number is worded: the marker is filled only where the source prints the number itself.
SHAPES = {
    "exact": ("circle", "●"),
    "more_than": ("triangle-up-open", "△"),
    "at_least": ("triangle-up-open", "△"),
    "nearly": ("triangle-down-open", "▽"),
    "about": ("circle-open", "○"),
    "order_of_magnitude": ("diamond-open", "◇"),
}

Mark = tuple[Row, float, int]  # a row, how far down its mark lies, and its place in the palette or column


class _TextLines:
    """A chart that grows downwards line by line, a pixel a unit; `depth` is how far down it reaches."""

    def __init__(self) -> None:
        self.depth: float = 0
        self.notes: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []

    def heading(self, text: str) -> None:
        """Begin a subject below a faint rule."""
        if self.depth:
            self.rule((0, 1), (self.depth + 7, self.depth + 7), xref="paper", color=theme.FAINT, width=1)
            self.depth += 14
        for line in wrap(text, WIDTH):
            self.write(f"<b>{escape(line)}</b>", size=14)
            self.depth += 24

    def small(self, text: str) -> None:
        """Write secondary text, on as many lines as a phone needs."""
        for line in wrap(text, SMALL_WIDTH):
            self.write(escape(line), size=12, opacity=theme.QUIET)
            self.depth += LINE

    def write(self, text: str, *, size: int = 13, **more: Any) -> None:
        """Write one line of markup at the present depth, from the left edge unless told otherwise."""
        self.notes.append(theme.note(text, self.depth, yref="y", yanchor="top", font={"size": size}) | more)

    def rule(self, x: tuple[float, float], y: tuple[float, float], *, xref: str = "x", **look: Any) -> None:
        """Draw a straight line."""
        ends = {"x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1]}
        self.shapes.append({"type": "line", "xref": xref, "line": look} | ends)

    def figure(
        self,
        data: list[dict[str, Any]],
        key: list[str],
        lang: str,
        xaxis: dict[str, Any],
        *,
        gap: int,
        bottom: int,
    ) -> dict[str, Any]:
        """Return the figure, with the key of its marks `gap` pixels above it."""
        lines = packed(key)
        top = gap + 2 + LINE * len(lines)
        text = {"x": 0, "yanchor": "bottom", "yshift": gap, "font": {"size": 12}, "opacity": theme.QUIET}
        self.notes.append(theme.note("<br>".join(lines), 1, **text))
        rows = {"range": [self.depth, 0], "visible": False, "fixedrange": True}
        shown = theme.layout(
            lang, height=self.depth + top + bottom, margin={"l": 2, "r": 2, "t": top, "b": bottom},
            xaxis=xaxis, yaxis=rows, annotations=self.notes, shapes=self.shapes, barmode="overlay",
        )  # fmt: skip
        return {"data": data, "layout": shown}


def packed(items: Iterable[str]) -> list[str]:
    """Put the items of a key on as few lines as a phone has room for; no item is broken."""
    rows: list[list[str]] = [[]]
    for item in items:
        if len("   ".join([*rows[-1], item])) > SMALL_WIDTH and rows[-1]:
            rows.append([])
        rows[-1].append(item)
    return [escape("\u2003".join(row)) for row in rows if row]


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
    name, marked = Labels(ds, lang), Labels(ds, lang, marked=True)
    given = marked.rows(rows)
    kept = [(row, ds.figure(row["obs_ids"][0])) for row in marked.first(reported(given))]
    shown = [row | {key: figure[key] for key in ("qualifier", "area_basis")} for row, figure in kept]
    if not shown:
        return refused(name.say("chart.periods"), [], lang)
    table = tables.levels(shown, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(_periods_figure(shown, name), _periods_caption(given, shown, marked), table)


def _periods_figure(rows: list[Row], name: Labels) -> dict[str, Any]:
    chart, places = _TextLines(), theme.places_of(rows)
    marks: list[Mark] = []
    for concept, group in grouped(rows, itemgetter("concept")).items():
        chart.heading(name.concept(concept))
        before = ""
        for row in group:
            area = [name.area(row["ref_area"])] if len(places) > 1 else []
            what = " · ".join([*area, name.counted(row)])
            if what not in (before, name.concept(concept)):
                chart.small(what)
            before = what
            marks.append((row, chart.depth + MARK, places[row["ref_area"]]))
            _figure_lines(chart, row, theme.color(places[row["ref_area"]]), name)
    first, last = theme.years_covered(rows)
    chart.shapes += theme.year_bands(first, last, y0=0, y1=chart.depth)
    inks = [theme.color(place) for _, _, place in marks]
    symbols = [SHAPES[row["qualifier"]][0] for row, _, _ in marks]
    look = {"color": inks, "symbol": symbols, "size": 12, "line": {"width": 2.5, "color": inks}}
    points = {"x": [theme.span(row)[1] for row, _, _ in marks], "y": [y for _, y, _ in marks]}
    markers = {"type": "scatter", "mode": "markers", "hoverinfo": "skip", **points, "marker": look}
    data, xaxis = [_hover_bars(marks, name), markers], theme.years_axis(first, last, side="top")
    shown = chart.figure(data, _periods_key(rows, name), name.lang, xaxis, gap=26, bottom=26)
    foot = {"xref": "x", "xanchor": "center", "yanchor": "top", "yshift": -4, "font": {"size": 12}}
    for year in theme.years_named(first, last) if chart.depth > TALL else ():
        shown["layout"]["annotations"].append(theme.note(str(year), 0, x=year + 0.5, **foot))
    return shown


def _figure_lines(chart: _TextLines, row: Row, ink: str, name: Labels) -> None:
    """Write the figure as printed and its years, and draw its window below."""
    stated, when, y = row["period_basis"] == "stated", years(row), chart.depth + MARK
    # That a day is inferred has no line to show it.
    when = name.say("key.inferred_year", year=when) if row["period_basis"] == "inferred" else when
    chart.write(f"<b>{escape(row['figure_printed'])}</b>{SIGNS.get(row['area_basis'], '')}")
    chart.write(when, size=12, x=1, xanchor="right", opacity=theme.QUIET)
    first, last = theme.span(row)
    if first < last:
        dash = "dot" if row["qualifier"] == "order_of_magnitude" else "solid" if stated else "dash"
        chart.rule((first, last - SHORT), (y, y), color=ink, width=3, dash=dash)
    if first < last and stated:
        chart.rule((first, first), (y - 6, y + 6), color=ink, width=3)
    chart.depth += ROW


def _hover_bars(marks: list[Mark], name: Labels) -> dict[str, Any]:
    """Lay a transparent bar over each row, large enough for a finger, that shows the hover text."""
    bars, told = [], []
    for row, y, _ in marks:
        ids, (first, last) = row["obs_ids"], theme.span(row)
        start = min(first, last - REACH)
        bars.append((start, last + REACH - start, y - MARK + ROW / 2, ROW))
        parts = [name.area(row["ref_area"]), name.basis(ids), name.counted(row)]
        when = [name.window(row), name.say(f"period.{row['period_basis']}")]
        told.append((ids, [" · ".join(filter(None, parts)), " · ".join(when), *name.trace(ids)]))
    return hover_bars(bars, told, color=theme.CLEAR)


def _periods_key(rows: list[Row], name: Labels) -> list[str]:
    """Explain each kind of mark, line and sign that occurs."""
    worded = {row["qualifier"] for row in rows}
    glyphs = {glyph: key for key, (_, glyph) in SHAPES.items() if key in worded}
    stated = {row["period_basis"] == "stated" for row in rows if not pd.isna(row["period_start"])}
    kinds = {"├─": ("stated", True), "╌╌": ("unstated", False)}
    return [
        *(f"{glyph} {name.say(f'key.{key}')}" for glyph, key in glyphs.items()),
        *(f"{line} {name.say(f'key.period_{key}')}" for line, (key, kind) in kinds.items() if kind in stated),
        *_signs(rows, name),
    ]


def _signs(rows: list[Row], name: Labels, before: str = "") -> list[str]:
    """Explain the signs behind the years or numbers of areas that are not stated."""
    known = {row["area_basis"] for row in rows}
    return [f"{before}{sign} {name.say(f'basis.{key}')}" for key, sign in SIGNS.items() if key in known]


def _periods_caption(rows: list[Row], shown: list[Row], name: Labels) -> str:
    """Say how many figures were printed for which years, how they are worded, and what was not reported."""
    plain = {"exact": "exact", "order_of_magnitude": "magnitude"}
    kinds = Counter(plain.get(row["qualifier"], "worded") for row in shown)
    concepts = {row["concept"] for row in shown}
    about = {
        "areas": name.join(", ", dict.fromkeys(name.area(row["ref_area"]) for row in shown)),
        "subjects": len(concepts),
        "years": year_text(min(map(begin, shown)), max(row["period_end"] for row in shown)),
    }
    counted = {
        "shows.unstated": sum(row["period_basis"] != "stated" for row in shown),
        "shows.silent": len({row["concept"] for row in rows} - concepts),
    }
    sentences = [
        name.say("shows.periods", count=len(shown), **about),
        name.say("shows.wording", **{kind: kinds[kind] for kind in ("exact", "worded", "magnitude")}),
        *(name.say(key, count=count) for key, count in counted.items() if count),
        *name.unshown(),
    ]
    return name.join(" ", sentences)


def coverage(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Chart | NotComparable:
    """Draw the rows of `coverage` as a matrix: a column per area, a box with its years per window, else “–”.

    A filled box is of an area that the text names; an open one of an area told otherwise. Of no subject or
    no area the reasons come instead of a chart.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> chart = coverage(aq.coverage(ds, areas=["Quảng Bình", "Thanh Hóa"], concepts="tips"), ds, lang="en")
    >>> [note.text for note in chart.layout.annotations][:4]
    ['<b>Tips</b>', '–', '2014–2019', '2014–2024*']
    """
    name, given = Labels(ds, lang), records(rows)
    if not given:
        return refused(name.say("chart.coverage"), [], lang)
    table = tables.coverage(given, ds, lang=lang).folded(name.say("chart.data"))
    return Chart(_matrix(given, name), _coverage_caption(rows, Labels(ds, lang, marked=True)), table)


def _matrix(rows: list[Row], name: Labels) -> dict[str, Any]:
    chart, columns = _TextLines(), list(dict.fromkeys(row["ref_area"] for row in rows))
    boxes: list[Mark] = []
    for concept, group in grouped(rows, itemgetter("concept")).items():
        chart.heading(name.concept(concept))
        boxes += _cells(chart, group, columns)
    stated = [box for box in boxes if box[0]["area_basis"] == "stated"]
    others = [box for box in boxes if box[0]["area_basis"] != "stated"]
    kinds = ((stated, theme.PALETTE[0]), (others, theme.CLEAR))
    data = [_boxes(found, ink, name) for found, ink in kinds if found]
    key = [f"■ {name.say('key.stated')}"] if stated else []
    key += [*_signs([row for row, _, _ in boxes], name, "□"), f"– {name.say('status.missing')}"]
    xaxis = {"range": [-0.5, len(columns) - 0.5], "visible": False, "fixedrange": True}
    shown = chart.figure(data, key, name.lang, xaxis, gap=30, bottom=8)
    heads = {"xref": "x", "xanchor": "center", "yanchor": "bottom", "yshift": 6}
    for column, area in enumerate(columns):
        head = f"<b>{escape(name.area(area))}</b>"
        shown["layout"]["annotations"].append(theme.note(head, 1, x=column, **heads))
    return shown


def _cells(chart: _TextLines, found: list[Row], columns: list[Any]) -> list[Mark]:
    """Place the windows of a subject below each other in the columns of their areas."""
    boxes: list[Mark] = []
    for column, area in enumerate(columns):
        windows = [row for row in found if row["ref_area"] == area and row["reported"]]
        boxes += [(row, chart.depth + CELL / 2 + i * (CELL + GAP), column) for i, row in enumerate(windows)]
        if not windows:
            chart.write("–", size=14, xref="x", x=column, xanchor="center", opacity=theme.QUIET)
    tallest = max([y for _, y, _ in boxes], default=chart.depth + CELL / 2)
    chart.depth = tallest + CELL / 2 + 2
    for row, y, place in boxes:
        # White on a filled box, in the ink of the page on an open one.
        font = {"size": 12} | ({"color": "#ffffff"} if row["area_basis"] == "stated" else {})
        where = {"xref": "x", "yref": "y", "x": place, "xanchor": "center", "yanchor": "middle"}
        text = f"{years(row)}{SIGNS.get(row['area_basis'], '')}"
        chart.notes.append(theme.note(text, y, font=font, **where))
    return boxes


def _boxes(boxes: list[Mark], ink: str, name: Labels) -> dict[str, Any]:
    """Draw the windows of one kind."""
    bars = [(column - WIDE / 2, WIDE, y, CELL) for _, y, column in boxes]
    marks = []
    for row, _, _ in boxes:
        ids = row["obs_ids"]
        where = " · ".join(filter(None, [name.area(row["ref_area"]), name.basis(ids), years(row)]))
        traces = [line for obs_id in ids[:QUOTED] for line in name.trace([obs_id])]
        marks.append((name.listed(ids), [where, name.concept(row["concept"]), *traces]))
    line = {"color": theme.PALETTE[0], "width": 1.5}
    return hover_bars(bars, marks, color=ink, cornerradius=5, line=line)


def _coverage_caption(rows: pd.DataFrame, name: Labels) -> str:
    """Say how many of the subjects each area reported, and how many two or more of them."""
    told = rows[rows["reported"]].drop_duplicates(["ref_area", "concept"])
    counts = told["ref_area"].value_counts()
    areas = "; ".join(f"{name.area(area)} {counts.get(area, 0)}" for area in rows["ref_area"].unique())
    shared = int((told["concept"].value_counts() > 1).sum())
    heading = name.say("shows.coverage", count=rows["concept"].nunique(), areas=areas)
    return name.join(" ", [heading, name.say("shows.shared", count=shared)])
