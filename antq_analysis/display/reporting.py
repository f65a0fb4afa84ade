"""Charts of what was reported for which years: figures over their windows, and areas by subjects.

Both are lists of text lines with marks: labels stand above their marks, so that long Vietnamese names leave
the whole width to the marks, on a phone as on paper.
"""

from collections import Counter
from html import escape
from operator import itemgetter
from textwrap import wrap
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import NotComparable
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import chart, tables
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


class _TextLines:
    """A chart that grows downwards line by line, a pixel a unit; `depth` is how far down it reaches."""

    def __init__(self) -> None:
        self.depth: float = 0
        self.notes: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []

    def heading(self, text: str) -> None:
        """Begin a subject below a faint rule."""
        if self.depth:
            faint = chart.line((0, self.depth + 7), (1, self.depth + 7), color=chart.FAINT, width=1)
            self.shapes.append(faint | {"xref": "paper"})
            self.depth += 14
        for line in wrap(text, WIDTH):
            self.write(f"<b>{escape(line)}</b>", size=14)
            self.depth += 24

    def write(self, text: str, *, size: int = 13, **more: Any) -> None:
        """Write one line of markup at the present depth, from the left edge unless told otherwise."""
        self.notes.append(chart.note(text, self.depth, yref="y", yanchor="top", font={"size": size}) | more)

    def figure(
        self, data: list[dict[str, Any]], key: list[str], xaxis: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        """Return the figure, with the key of its marks above it: `gap` pixels, `bottom` below it."""
        gap, bottom, lang = more["gap"], more["bottom"], more["lang"]
        # On as few lines as a phone has room for; no item is broken.
        text = "   ".join(item.replace(" ", "\0") for item in key)
        lines = wrap(text, SMALL_WIDTH, break_long_words=False, break_on_hyphens=False)
        lines = [escape(line.replace("   ", "\u2003").replace("\0", " ")) for line in lines]
        top = gap + 2 + LINE * len(lines)
        look = {"x": 0, "yanchor": "bottom", "yshift": gap, "font": {"size": 12}, "opacity": chart.QUIET}
        self.notes.append(chart.note("<br>".join(lines), 1, **look))
        rows = {"range": [self.depth, 0], "visible": False, "fixedrange": True}
        shown = chart.layout(
            lang, height=self.depth + top + bottom, margin={"l": 2, "r": 2, "t": top, "b": bottom},
            xaxis=xaxis, yaxis=rows, annotations=self.notes, shapes=self.shapes, barmode="overlay",
        )  # fmt: skip
        return {"data": data, "layout": shown}


def periods(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Chart | NotComparable:
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
        return chart.refused(name.say("chart.periods"), [], lang)
    table = tables.levels(shown, ds, lang=lang).folded(name.say("chart.data"))
    return chart.Chart(_periods_figure(shown, name), _periods_caption(given, shown, marked), table)


def _periods_figure(rows: list[Row], name: Labels) -> dict[str, Any]:
    lines, looks = _TextLines(), chart.looks_of(rows)
    bars, told, points = [], [], []
    for concept, group in grouped(rows, itemgetter("concept")).items():
        lines.heading(name.concept(concept))
        known = {name.concept(concept)}
        for row in group:
            area, counted, ids = name.area(row["ref_area"]), name.counted(row), row["obs_ids"]
            what = f"{area} · {counted}" if len(looks) > 1 else counted
            for line in () if what in known else wrap(what, SMALL_WIDTH):
                lines.write(escape(line), size=12, opacity=chart.QUIET)
                lines.depth += LINE
            known = {name.concept(concept), what}
            first, last = chart.span(row)
            start = min(first, last - REACH)
            bars.append((start, last + REACH - start, lines.depth + ROW / 2, ROW))
            parts = " · ".join(filter(None, [area, name.basis(ids), counted]))
            when = f"{name.window(row)} · {name.say('period.' + row['period_basis'])}"
            y = lines.depth + MARK
            ink = looks[row["ref_area"]].color
            points.append((last, y, ink, SHAPES[row["qualifier"]][0]))
            told.append((ids, [parts, when, *name.trace(ids)]))
            stated, when = row["period_basis"] == "stated", years(row)
            # That a day is inferred has no line to show it.
            when = name.say("key.inferred_year", year=when) if row["period_basis"] == "inferred" else when
            lines.write(f"<b>{escape(row['figure_printed'])}</b>{SIGNS.get(row['area_basis'], '')}")
            lines.write(when, size=12, x=1, xanchor="right", opacity=chart.QUIET)
            if first < last:
                dash = "dot" if row["qualifier"] == "order_of_magnitude" else "solid" if stated else "dash"
                window = chart.line((first, y), (last - SHORT, y), color=ink, width=3, dash=dash)
                lines.shapes.append(window | {"xref": "x"})
                if stated:
                    tick = chart.line((first, y - 6), (first, y + 6), color=ink, width=3)
                    lines.shapes.append(tick | {"xref": "x"})
            lines.depth += ROW
    first, last = chart.years_covered(rows)
    lines.shapes += chart.year_bands(first, last, y0=0, y1=lines.depth)
    ends, heights, inks, symbols = map(list, zip(*points, strict=True))
    look = {"color": inks, "symbol": symbols, "size": 12, "line": {"width": 2.5, "color": inks}}
    markers = {
        "type": "scatter",
        "mode": "markers",
        "hoverinfo": "skip",
        "x": ends,
        "y": heights,
        "marker": look,
    }
    data = [chart.hover_bars(bars, told, color=chart.CLEAR), markers]
    xaxis = chart.years_axis(first, last, side="top")
    shown = lines.figure(data, _periods_key(rows, name), xaxis, gap=26, bottom=26, lang=name.lang)
    foot = {"xref": "x", "xanchor": "center", "yanchor": "top", "yshift": -4, "font": {"size": 12}}
    for year in chart.years_named(first, last) if lines.depth > TALL else ():
        lines.notes.append(chart.note(str(year), 0, x=year + 0.5, **foot))
    return shown


def _periods_key(rows: list[Row], name: Labels) -> list[str]:
    """Explain each kind of mark, line and sign that occurs."""
    worded = {row["qualifier"] for row in rows}
    glyphs = {glyph: key for key, (_, glyph) in SHAPES.items() if key in worded}
    stated = {row["period_basis"] == "stated" for row in rows if not pd.isna(row["period_start"])}
    kinds = {"├─": ("stated", True), "╌╌": ("unstated", False)}
    return [
        *(f"{glyph} {name.say(f'key.{key}')}" for glyph, key in glyphs.items()),
        *(f"{line} {name.say(f'key.period_{key}')}" for line, (key, kind) in kinds.items() if kind in stated),
        *_signs({row["area_basis"] for row in rows}, name),
    ]


def _signs(known: set[str], name: Labels, before: str = "") -> list[str]:
    """Explain the signs behind the years or numbers of areas that are not stated."""
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


def coverage(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> chart.Chart | NotComparable:
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
        return chart.refused(name.say("chart.coverage"), [], lang)
    told = rows[rows["reported"]].drop_duplicates(["ref_area", "concept"])
    counts = told["ref_area"].value_counts()
    areas = "; ".join(f"{name.area(area)} {counts.get(area, 0)}" for area in rows["ref_area"].unique())
    shared = int((told["concept"].value_counts() > 1).sum())
    said = name.say("shows.coverage", count=rows["concept"].nunique(), areas=areas)
    table = tables.coverage(given, ds, lang=lang).folded(name.say("chart.data"))
    return chart.Chart(_matrix(given, name), f"{said} {name.say('shows.shared', count=shared)}", table)


def _matrix(rows: list[Row], name: Labels) -> dict[str, Any]:
    lines, columns = _TextLines(), list(dict.fromkeys(row["ref_area"] for row in rows))
    boxes = []
    for concept, group in grouped(rows, itemgetter("concept")).items():
        lines.heading(name.concept(concept))
        found, top = [], lines.depth + CELL / 2
        for column, area in enumerate(columns):
            windows = [row for row in group if row["ref_area"] == area and row["reported"]]
            if not windows:
                lines.write("–", size=14, xref="x", x=column, xanchor="center", opacity=chart.QUIET)
            found += [(row, top + number * (CELL + GAP), column) for number, row in enumerate(windows)]
        lines.depth = max([y for _, y, _ in found], default=top) + CELL / 2 + 2
        for row, y, column in found:
            # White on a filled box, in the ink of the page on an open one.
            font = {"size": 12} | ({"color": "#ffffff"} if row["area_basis"] == "stated" else {})
            where = {"xref": "x", "yref": "y", "x": column, "xanchor": "center", "yanchor": "middle"}
            text = f"{years(row)}{SIGNS.get(row['area_basis'], '')}"
            lines.notes.append(chart.note(text, y, font=font, **where))
        boxes += found
    data, look = [], {"cornerradius": 5, "line": {"color": chart.PALETTE[0], "width": 1.5}}
    for is_stated, ink in ((True, chart.PALETTE[0]), (False, chart.CLEAR)):
        if kind := [box for box in boxes if (box[0]["area_basis"] == "stated") == is_stated]:
            bars = [(column - WIDE / 2, WIDE, y, CELL) for _, y, column in kind]
            told = []
            for row, _, _ in kind:
                ids = row["obs_ids"]
                about = " · ".join(filter(None, [name.area(row["ref_area"]), name.basis(ids), years(row)]))
                traces = [line for obs_id in ids[:QUOTED] for line in name.trace([obs_id])]
                told.append((name.listed(ids), [about, name.concept(row["concept"]), *traces]))
            data.append(chart.hover_bars(bars, told, color=ink, **look))
    bases = {row["area_basis"] for row, _, _ in boxes}
    key = [f"■ {name.say('key.stated')}"] if "stated" in bases else []
    key += [*_signs(bases, name, "□"), f"– {name.say('status.missing')}"]
    xaxis = {"range": [-0.5, len(columns) - 0.5], "visible": False, "fixedrange": True}
    shown = lines.figure(data, key, xaxis, gap=30, bottom=8, lang=name.lang)
    heads = {"xref": "x", "xanchor": "center", "yanchor": "bottom", "yshift": 6}
    for column, area in enumerate(columns):
        lines.notes.append(chart.note(f"<b>{escape(name.area(area))}</b>", 1, x=column, **heads))
    return shown
