"""What all charts share: the figure with its caption and data, hover texts, colours, axes and panels.

Distances are in pixels, for a phone first.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from itertools import accumulate, cycle
from textwrap import wrap
from typing import Any, NamedTuple

import plotly.graph_objects as go
from markupsafe import Markup

from antq_analysis.analysis.grading import NotComparable, order, reasons_text
from antq_analysis.display.labels import Labels, Row, begin, plain, years
from antq_analysis.display.tables import Table
from antq_analysis.i18n import number_text, words

LONG = 260  # characters of single results in a caption: what is more is counted

# The ids of a mark's figures, and the lines of its text.
Hover = tuple[Sequence[str], Sequence[str]]


class Chart(go.Figure):  # type: ignore[misc]
    """A plotly figure with a caption and with its numbers as a folded table, shown as one output.

    `figure` is a dictionary of `data` and `layout`, `finding` the caption: one or a few sentences, perhaps
    Markup whose numbers link to their figures.
    """

    # Plotly's own method would display the figure by itself and leave its text behind.
    _ipython_display_ = None

    def __init__(self, figure: dict[str, Any], finding: str, table: Table) -> None:
        self._plain: dict[str, Any] | None = figure
        self._finding, self._table = finding, table

    def __getattr__(self, name: str) -> Any:
        """Let plotly validate the figure and build its objects when one of them is first needed.

        That takes longer than all the rest of a chart, and a page shows the dictionary as it is.
        """
        figure = self.__dict__.get("_plain")
        # What a notebook asks of anything it shows, such as `_repr_png_`, is none of plotly's objects.
        if figure is None or name.endswith("_"):
            raise AttributeError(name)
        self._plain = None
        super().__init__(figure)
        return getattr(self, name)

    @property
    def finding(self) -> str:
        """The caption: what the chart shows, in plain sentences."""
        return plain(self._finding)

    @property
    def table(self) -> Table:
        """The numbers that are drawn."""
        return self._table

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        from plotly.io import renderers

        figure = self.to_dict() if self._plain is None else dict(self._plain)
        drawn: dict[str, Any] = renderers["plotly_mimetype"].to_mimebundle(figure)
        return drawn | {"text/html": self._repr_html_(), "text/plain": self.finding}

    def _repr_html_(self) -> str:
        finding = Markup('<p class="finding">{}</p>').format(self._finding)
        return finding + Markup(self._table._repr_html_())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._plain or self.to_dict(), self._finding, self._table)


class Charts(tuple[Any, ...]):
    """Charts, or the reasons why one is not drawn, shown one below the other, each with its own text."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(*self)


def refused(subject: str, rows: Iterable[Row], lang: str) -> NotComparable:
    """Return, in place of a chart, the reasons why there is nothing to draw."""
    reasons = order(code for row in rows for code in row["reasons"]) or ("no_figures",)
    return NotComparable((subject,), reasons, lang=lang)


def hover(marks: Iterable[Hover]) -> dict[str, Any]:
    """Return the hover texts of a trace: for each mark the ids of its figures, and lines of plain text.

    A page reads them from `customdata`; plotly's own label, which takes markup, gets them escaped.

    >>> hover([(["a.01"], ["1 < 2", "so"])])["customdata"]
    [['a.01', '1 < 2\\nso']]
    """
    ids, texts = zip(*marks, strict=True)
    return {
        "customdata": [[" ".join(key), "\n".join(lines)] for key, lines in zip(ids, texts, strict=True)],
        "hovertext": ["<br>".join("<br>".join(wrap(escape(line), 58)) for line in lines) for lines in texts],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def hover_bars(
    bars: Iterable[tuple[float, float, float, float]], marks: Iterable[Hover], **look: Any
) -> dict[str, Any]:
    """Draw horizontal bars with hover texts, each from its start, length, place on the axis, and width."""
    drawn = dict(zip(("base", "x", "y", "width"), map(list, zip(*bars, strict=True)), strict=True))
    return {"type": "bar", "orientation": "h", **drawn, "marker": look, **hover(marks)}


def hover_lines(row: Row, name: Labels) -> list[str]:
    """Write the hover text of a result: its value, how sure, why not better graded, and its sources."""
    chance, reasons = name.range(row, "ci"), reasons_text(row["reasons"], name.lang)
    lines = [name.result(row)]
    lines += [name.say("hover.chance", bounds=chance)] * (chance != name.none)
    return [*lines, *filter(None, [reasons]), *name.trace(row["obs_ids"])]


def caption(
    sentences: Iterable[str], name: Labels, *, left_out: int = 0, refusal: str = "shows.refused"
) -> str:
    """Join the first sentences of a caption, then say how many more there are, and how many were refused."""
    known = list(sentences)
    kept = max(1, sum(length <= LONG for length in accumulate(len(plain(text)) for text in known)))
    counted = {"shows.more": len(known) - kept, refusal: left_out}
    more = [name.say(key, count=count) for key, count in counted.items() if count > 0]
    return name.join(" ", [*known[:kept], *more, *name.unshown()])


def said(row: Row, name: Labels, what: str) -> str:
    """Say a result with its grade, as a sentence of a caption; `what` names what was counted."""
    if "ref_area_a" in row:
        key, about = "shows.pair", {side: name.area(row[f"ref_area_{side}"]) for side in "ab"}
    else:
        key = "shows.implied" if row.get("kind") == "implied" else "shows.one"
        about = {"area": name.area(row["ref_area"]), "years": years(row)}
    result = name.tied(name.result(row), row["obs_ids"])
    grade = name.say("shows.grade", grade=row["grade"]) if isinstance(row["grade"], str) else ""
    return name.say(key, what=what, result=result, grade=grade, **about)


class Look(NamedTuple):
    """The look of an area: colour, marker symbol, and the same shape in a line of text."""

    color: str
    symbol: str
    glyph: str


# Okabe & Ito (2008), "Color Universal Design". Sky blue, orange and yellow give way to two colours that have,
# like the other four, a contrast of 3 : 1 with the white page and with the dark one (WCAG 2.2, 1.4.11).
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C7A00", "#9B59FF")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star", "hexagon")
LOOKS = tuple(map(Look, PALETTE, SYMBOLS, "●■◆▲★⬢"))
MUTED = "#808890"
FAINT = "rgba(128,136,144,0.28)"
BAND = "rgba(128,136,144,0.10)"
CLEAR = "rgba(0,0,0,0)"
QUIET = 0.75  # opacity of secondary text, which takes the ink of the page, light or dark
FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
SEPARATORS = {"vi": ",.", "en": ".,"}

USUAL_YEARS = (2014, 2025)  # shown at least, so that the charts of a page line up
MILLION = 1_000_000

Looks = dict[str, Look]


def layout(lang: str = "vi", **more: Any) -> dict[str, Any]:
    """Return the layout that all charts share: separators of the language, no background, no legend."""
    base = {
        "template": {"layout": {"colorway": list(PALETTE)}},
        "font": {"family": FONT, "size": 14},
        "separators": SEPARATORS[lang],
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        "dragmode": False,
    }
    return base | more


def axis(**more: Any) -> dict[str, Any]:
    """Return an axis with faint grid lines and a fixed range, as zooming by accident is easy on a phone."""
    base = {
        "gridcolor": FAINT,
        "zerolinecolor": MUTED,
        "linecolor": MUTED,
        "automargin": True,
        "fixedrange": True,
        "title": {"standoff": 8, "font": {"size": 13}},
    }
    return base | more


def looks_of(rows: Iterable[Row]) -> Looks:
    """Give each area of some rows a look, in order of first appearance; after the last comes the first."""
    return dict(zip(dict.fromkeys(row["ref_area"] for row in rows), cycle(LOOKS), strict=False))


def named(look: Look, area: str) -> str:
    """Write an area's name behind its symbol, so that colour alone tells nothing."""
    return f'<span style="color:{look.color}">{look.glyph}</span> {escape(area)}'


def ticks(end: float, lang: str, *, most: int = 5) -> dict[str, Any]:
    """Return ticks from zero to `end`, at most `most` above zero, with numbers written as the language does.

    >>> ticks(4_100_000, "vi")["ticktext"], ticks(0.7, "en")["ticktext"]
    (['0', '1 triệu', '2 triệu', '3 triệu', '4 triệu'], ['0', '0.2', '0.4', '0.6'])
    """
    power = 10.0 ** math.floor(math.log10(end / most))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= end / most * (1 - 1e-9))
    values = [step * number for number in range(math.floor(end / step + 1e-9) + 1)]
    unit = MILLION if end >= MILLION else 1
    # As many decimals as tell neighbours apart: two for steps of 0.25.
    places = next(n for n in range(20) if abs(step / unit - round(step / unit, n)) < step / unit * 1e-9)
    names = [number_text(value / unit, lang, decimals=places) for value in values[1:]]
    if unit == MILLION:
        names = [words(lang)("axis.million", number=name) for name in names]
    return {"tickvals": values, "ticktext": ["0", *names], "tickangle": 0}


def span(row: Row) -> tuple[float, float]:
    """Return where a window begins and ends on the axis of years: 1 July 2019 is about 2019.5."""
    ends: list[date] = [begin(row), row["period_end"]]
    first, last = (float(when.year + (when.timetuple().tm_yday - 1) / 365.25) for when in ends)
    return first, last


def years_covered(rows: Iterable[Row]) -> tuple[int, int]:
    """Return the first and the last year to show, so that no window is cut."""
    found = {when.year for row in rows for when in (begin(row), row["period_end"])}
    return min(USUAL_YEARS[0], *found), max(USUAL_YEARS[1], *found)


def years_named(first: int, last: int, *, least: int = 1) -> list[int]:
    """Return the years to name on an axis, at least `least` apart and as many as a phone has room for."""
    return list(range(first, last + 1, max(least, 1 + (last - first) // 7)))


def years_axis(first: int, last: int, **more: Any) -> dict[str, Any]:
    """Return an axis of years whose names stand in the middle of their years."""
    shown = years_named(first, last)
    marks = {"tickvals": [year + 0.5 for year in shown], "ticktext": [str(year) for year in shown]}
    limits = {"range": [first - 0.15, last + 1.15], "showgrid": False, "zeroline": False}
    return axis(tickfont={"size": 12}, **limits, **marks) | more


def year_bands(first: int, last: int, **where: Any) -> list[dict[str, Any]]:
    """Return a faint band behind every second year or fewer, so that the ends of a window can be read off."""
    base = {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": BAND}
    return [base | {"x0": year, "x1": year + 1} | where for year in years_named(first, last, least=2)]


class Panel(NamedTuple):
    """A panel of a chart: its title, its axes as a trace names them, and as annotations and shapes do."""

    title: dict[str, Any]
    axes: dict[str, str]
    refs: dict[str, str]


def stacked(
    titles: list[list[str]], bodies: list[int], axes: list[tuple[dict[str, Any], dict[str, Any]]], **more: Any
) -> tuple[dict[str, Any], list[Panel]]:
    """Place empty panels below each other; return the layout of the whole chart and the panels.

    `titles` are the lines above each panel, `bodies` the heights of the drawing areas in pixels, `axes` the
    horizontal and the vertical axis of each.

    >>> shown, panels = stacked([["one"], ["two", "below it"]], [100, 100], [({}, {}), ({}, {})])
    >>> shown["height"], panels[1].axes["yaxis"], round(shown["yaxis"]["domain"][1], 2)
    (413, 'y2', 0.92)
    """
    line, gap, foot = 19, 16, 62  # a line of a title, the space below it, the space for ticks and unit
    total = sum(bodies) + sum(line * len(lines) + gap + foot for lines in titles)
    shown, panels, top = layout(height=total, annotations=[], **more), [], 0
    for number, (lines, body, (across, up)) in enumerate(zip(titles, bodies, axes, strict=True), 1):
        suffix = str(number) if number > 1 else ""
        x, y = f"x{suffix}", f"y{suffix}"
        top += line * len(lines) + gap
        domain = [1 - (top + body) / total, 1 - top / total]
        shown[f"xaxis{suffix}"] = across | {"anchor": y}
        shown[f"yaxis{suffix}"] = up | {"anchor": x, "domain": domain}
        title = note("<br>".join(lines), domain[1], yanchor="bottom", yshift=6, font={"size": 14})
        panels.append(Panel(title, {"xaxis": x, "yaxis": y}, {"xref": x, "yref": y}))
        top += body + foot
    return shown, panels


def title_lines(heading: str, *below: str) -> list[str]:
    """Wrap a panel's title, and what stands below it, to the width of a phone; escape all of it."""
    bold = [f"<b>{escape(line)}</b>" for line in wrap(heading, 44)]
    return bold + [escape(line) for text in below for line in wrap(text, 44)]


def note(text: str, y: Any, **more: Any) -> dict[str, Any]:
    """Return an annotation at the left edge of the chart, or wherever `more` puts it."""
    base = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "xanchor": "left", "align": "left"}
    return base | {"text": text, "showarrow": False, "font": {"size": 13}} | more


def line(start: tuple[float, float], end: tuple[float, float], **look: Any) -> dict[str, Any]:
    """Return a straight line as a shape."""
    return {"type": "line", "x0": start[0], "y0": start[1], "x1": end[0], "y1": end[1], "line": look}
