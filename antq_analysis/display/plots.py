"""Charts of results as plain plotly figures on the template `antq`, readable on a phone and on paper.

Every point carries the ids of its figures, so that a page can lead from it to the sources.

>>> import antq_analysis as aq
>>> chart = aq.plots.dots(aq.compare(aq.load(), "models"), aq.load())
>>> type(chart).__name__, len(chart.data)
('Figure', 6)
"""

import math
from collections import Counter
from html import escape
from operator import itemgetter
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from antq_analysis.analysis.frames import grouped
from antq_analysis.data.dataset import Dataset
from antq_analysis.display import theme
from antq_analysis.display.cards import main
from antq_analysis.display.labels import Labels, Row, Rows, ends_of, plain, reported, years
from antq_analysis.display.theme import TEMPLATE, colour
from antq_analysis.i18n import number_text, percent_text

__all__ = ["TEMPLATE", "annual", "colour", "dots", "nested", "windows"]

__dir__ = __all__.copy  # a notebook completes these alone

# Pixels: a row of a chart, the title of a panel, its axis, and the drawing area of a panel over years.
LINE, HEAD, FOOT, BODY = 46, 34, 52, 220
NAMES = 84  # pixels at the right edge for the names of lines
TITLE = 38  # letters of a panel's title in a line, on a phone


def dots(rows: Rows, ds: Dataset, *, lang: str | None = None) -> go.Figure:
    """Draw results as an interval plot: a panel for each subject, a row for each area and definition.

    `rows` are those of `aq.compare` or `aq.ratios`. A panel has one axis from zero; a mark is hollow where
    the figure does not compare with the others. Refused and missing results are not drawn.
    """
    name = Labels(ds, lang)
    shown = [row for row in reported(name.rows(rows)) if not row.get("refused") and _is_finite(row)]
    key = "ratio" if shown and "ratio" in shown[0] else "concept"
    groups = grouped(shown, itemgetter(key))
    title = name.ratio if key == "ratio" else name.concept
    panels = _Panels([(title(each), _unit(found), LINE * len(found)) for each, found in groups.items()])
    data: list[dict[str, Any]] = []
    for number, found in enumerate(groups.values(), 1):
        panels.across(number, rangemode="tozero", nticks=6)
        panels.upright(number, range=[len(found) - 0.4, -0.6], visible=False)
        for place, row in enumerate(found):
            panels.note(number, f"{escape(_label(row, name))}: <b>{plain(name.range(row))}</b>", place - 0.3)
            data.append(_dot(row, place, name) | panels.axes(number))
    return theme.figure(data, lang=name.lang, description=_caption(shown, name), **panels.layout)


def _caption(rows: list[Row], name: Labels) -> str:
    """Say what a chart of rates shows, and how far its marks compare."""
    if not rows:
        return ""
    yearly = all(row.get("yearly") for row in rows)
    per = [number_text(row["per"], name.lang) for row in rows if not pd.isna(row["per"])][:1]
    units = {row["unit"] for row in rows}
    key = "shows.rates" + ("_yearly" if yearly else "") + ("_per" if per else "")
    # Ratios of several names have each their own unit, which stands at the axis.
    unit = units.pop() if len(units) == 1 else "" if "ratio" in rows[0] else name.say(key, per="".join(per))
    said = [name.say("shows.unit", unit=unit)] if unit else []
    differing = [row["grade"] == "D" for row in rows]
    if any(differing):
        said.append(name.say("shows.apart" if all(differing) else "shows.hollow"))
    return " ".join(map(plain, said))


def nested(rows: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> go.Figure:
    """Draw how much of each longer window its shorter one holds, beside the share of the years.

    `rows` are those of `aq.nested`. A bar is the whole of the longer window; filled is the shorter one,
    hatched what no source explains. Bars whose two figures follow different definitions are paler.
    Windows that hold less than their part are no bar and are left out.
    """
    name = Labels(ds, lang)
    shown = [row for row in name.rows(rows) if row["share_upper"] <= 1]
    panels = _Panels([("", name.say("axis.share_of_window"), LINE * len(shown))])
    panels.across(1, range=[0, 101], ticksuffix="%", dtick=25, showgrid=False)
    panels.upright(1, range=[len(shown) - 0.4, -0.6], visible=False)
    data, subjects = [], Counter(row["concept"] for row in shown)
    for place, row in enumerate(shown):
        data += [bar | panels.axes(1) for bar in _nested_bars(row, place, name)]
        inner, outer = (name.number(obs_id) for obs_id in row["obs_ids"][:2])
        # A phone has no room for more than the subject; the finding below says what each counts.
        is_alone = subjects[row["concept"]] == 1
        what = name.concept(row["concept"]) if is_alone else name.counts(row["indicator_id"])
        text = name.say("chart.nested", what=what, inner=inner, outer=outer)
        panels.note(1, text, place - 0.3, font={"size": theme.SMALL})
    for expected in {100 * row["expected"] for row in shown}:
        panels.line(1, expected, plain(name.say("chart.expected", share=number_text(expected, name.lang))))
    text = _nested_text(shown, name)
    return theme.figure(data, lang=name.lang, description=text, barmode="stack", **panels.layout)


def _nested_bars(row: Row, place: int, name: Labels) -> list[dict[str, Any]]:
    """Return the two parts of a bar: the shorter window, and what is left of the longer one."""
    paint, middle = colour(row["ref_area"]), 50 * (row["share_lower"] + row["share_upper"])
    opacity = 1 if row["same_definition"] else 0.55
    hatched = {"shape": "/", "fgcolor": paint, "bgcolor": "rgba(0,0,0,0)", "size": 7, "solidity": 0.25}
    looks = [
        {"color": paint, "opacity": opacity},
        {"color": "rgba(0,0,0,0)", "pattern": hatched, "line": {"color": paint, "width": 1}},
    ]
    told = name.hover(row["obs_ids"], name.indicator(row["indicator_id"]), name.share(row, "share"))
    return [
        {
            "type": "bar", "orientation": "h", "width": 0.36, "x": [length], "y": [place + 0.14],
            "marker": look, **_hover([told]),
        }
        for length, look in zip((middle, 100 - middle), looks, strict=True)
    ]  # fmt: skip


def _nested_text(rows: list[Row], name: Labels) -> str:
    """Say which part of the longer window the shorter one would hold, were both counted alike."""
    if not rows:
        return ""
    alike = [row for row in rows if row["same_definition"]] or rows
    parts = "; ".join(f"{name.counts(row['indicator_id'])} {name.share(row, 'share')}" for row in alike)
    inner, outer, expected = (rows[0][key] for key in ("inner_period", "outer_period", "expected"))
    years_share = percent_text(expected, name.lang, decimals=0)
    texts = {obs_id.rpartition(".")[0] for row in rows for obs_id in row["obs_ids"]}
    key = "shows.nested" if len(texts) > 1 else "shows.nested_in_one"
    said = [name.say(key, parts=parts, inner=inner, outer=outer, expected=years_share)]
    said += [] if all(row["same_definition"] for row in rows) else [name.say("shows.pale")]
    return " ".join(map(plain, said))


def windows(rows: Rows, ds: Dataset, *, lang: str | None = None) -> go.Figure:
    """Draw each window's average as a segment over its years, a panel for each subject.

    `rows` are those of `aq.compare`; the height of a segment is its rate per inhabitant where the rows have
    one, else per year. Of several figures of one area, subject and window the main one is drawn. A dashed
    segment does not compare with the others.
    """
    name = Labels(ds, lang)
    told = [row for row in main(name.rows(rows), ds, by=("ref_area", "concept", "period")) if _is_finite(row)]
    groups = grouped((row for row in told if not pd.isna(row["period_start"])), "concept")
    panels = _Panels([(name.concept(each), _unit(found), BODY) for each, found in groups.items()])
    data = []
    for number, found in enumerate(groups.values(), 1):
        first, last = min(r["period_start"].year for r in found), max(r["period_end"].year for r in found)
        highest = max(_middle(row) for row in found)
        panels.years(number, first, last + 1, beyond=0.8)
        panels.upright(number, range=[0, 1.12 * highest], nticks=5)
        differ = {row["grade"] == "D" for row in found}
        below = -theme.SMALL - 3.0
        for row in sorted(found, key=_middle):
            dashed = len(differ) > 1 and row["grade"] == "D"
            data.append(_segment(row, name, dashed=dashed) | panels.axes(number))
            text = f"<b>{plain(name.range(row))}</b> {escape(name.area(row['ref_area']))}"
            end, middle = row["period_end"].year + 1, _middle(row)
            if end > (first + last) / 2 + 1.5:
                panels.mark(number, text, (end, middle), anchor="right")
                continue
            # Beside a segment that ends early: below its line, and clear of the name below it.
            pixels = BODY * middle / (1.12 * highest)
            below = max(pixels - theme.SMALL, below + theme.SMALL + 3)
            panels.mark(number, text, (end, middle), anchor="left", shift=6, lift=round(below - pixels))
    return theme.figure(data, lang=name.lang, description=_caption(told, name), **panels.layout)


def _segment(row: Row, name: Labels, *, dashed: bool) -> dict[str, Any]:
    start, end, paint = row["period_start"].year, row["period_end"].year + 1, colour(row["ref_area"])
    # Points along the line, so that a finger finds it.
    x = [start + (end - start) * part / 6 for part in range(7)]
    told = name.hover(row["obs_ids"], _label(row, name), name.range(row), name.counts(row["indicator_id"]))
    dash = "dash" if dashed else "solid"
    return {
        "type": "scatter", "mode": "lines", "name": plain(_label(row, name)), "x": x,
        "y": [_middle(row)] * 7, "line": {"color": paint, "width": 5, "dash": dash}, **_hover([told] * 7),
    }  # fmt: skip


def annual(rows: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> go.Figure:
    """Draw annual series as small multiples: a panel for each indicator, a line for each area.

    `rows` are those of `aq.annual_series`. A line is broken where the definition or the revision changes, and
    an axis ends where the data end. Each line is named at its end.
    """
    name = Labels(ds, lang)
    known = [row for row in name.rows(rows) if _is_finite(row)]
    groups = grouped(known, "indicator_id")
    panels = _Panels([(name.indicator(each), name.unit(each), BODY) for each in groups])
    data = []
    for number, found in enumerate(groups.values(), 1):
        panels.years(number, min(row["year"] for row in found), max(row["year"] for row in found))
        panels.upright(number, rangemode="tozero", nticks=5)
        for (area, _), part in grouped(found, "ref_area", "segment").items():
            data.append(_line(part, area, name) | panels.axes(number))
        for area, part in grouped(found, "ref_area").items():
            newest = max(part, key=itemgetter("year"))
            end = newest["year"], _middle(newest)
            panels.mark(number, escape(name.area(area)), end, anchor="left", shift=8)
    described, layout = plain(name.say("shows.annual")), panels.layout | {"margin": {"r": NAMES}}
    return theme.figure(data, lang=name.lang, description=described, **layout)


def _middle(row: Row) -> float:
    """Return the middle of the bounds, or the lower one where the upper is open."""
    low, high = ends_of(row) or (0.0, 0.0)
    return low if math.isinf(high) else (low + high) / 2


def _half(row: Row) -> float:
    return _middle(row) - (ends_of(row) or (0.0,))[0]


def _line(rows: list[Row], area: str, name: Labels) -> dict[str, Any]:
    paint, symbol = colour(area), theme.SYMBOLS.get(area, "circle")
    told = []
    for row in rows:
        status = "" if row["obs_status"] == "A" else plain(name.say(f"status.{row['obs_status']}"))
        text = f"{name.area(area)} {row['year']}: {plain(name.range(row))}"
        # A data set of one's own may have other revisions.
        known = f"revision.{row['revision']}"
        revision = name.say(known) if known in name.say else row["revision"]
        told.append(name.hover([row["obs_id"]], text, status, revision))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name.area(area),
        "x": [row["year"] for row in rows],
        "y": [_middle(row) for row in rows],
        "line": {"color": paint, "width": 2},
        # What is known between bounds only is a bar about its middle.
        "error_y": {"type": "data", "array": list(map(_half, rows)), "color": paint, "width": 0},
        "marker": {
            "color": paint,
            "size": 8,
            # An open mark is a figure that is provisional, estimated or of another definition.
            "symbol": [symbol + ("" if row["obs_status"] == "A" else "-open") for row in rows],
        },
        **_hover(told),
    }


def _is_finite(row: Row) -> bool:
    ends = ends_of(row)
    return ends is not None and math.isfinite(ends[0]) and row.get("qualifier") != "order_of_magnitude"


def _unit(rows: list[Row]) -> str:
    return rows[0]["unit"] if len({row["unit"] for row in rows}) == 1 else ""


def _label(row: Row, name: Labels) -> str:
    return f"{name.area(row['ref_area'])} {years(row)}"


def _dot(row: Row, place: int, name: Labels) -> dict[str, Any]:
    """Draw the bounds of a result as a line about its middle; an open upper bound is an arrow."""
    is_open, paint = math.isinf((ends_of(row) or (0.0,))[-1]), colour(row["ref_area"])
    symbol = theme.SYMBOLS.get(row["ref_area"], "circle") + ("-open" if row["grade"] == "D" else "")
    what = name.counts(row["indicator_id"]) if "indicator_id" in row else ""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(_label(row, name)),
        "x": [_middle(row)],
        "y": [place + 0.14],
        "marker": {
            "color": paint,
            "size": 12,
            "symbol": "triangle-right" if is_open else symbol,
            "line": {"width": 2, "color": paint},
        },
        "error_x": {"type": "data", "array": [_half(row)], "color": paint, "thickness": 4, "width": 0},
        **_hover([name.hover(row["obs_ids"], _label(row, name), name.range(row), what)]),
    }


def _hover(told: list[list[str]]) -> dict[str, Any]:
    """Return the hover texts of a trace; plotly's own label takes markup and gets them escaped."""
    texts = [escape(text).replace("\n", "<br>") for _, text in told]
    return {"customdata": told, "hovertext": texts, "hovertemplate": "%{hovertext}<extra></extra>"}


class _Panels:
    """Panels below each other on one figure, each with its own title, axes and notes; heights in pixels."""

    def __init__(self, panels: list[tuple[str, str, int]]) -> None:
        titles = [wrap(title, TITLE) for title, *_ in panels]
        heads = [HEAD * 0.6 * len(title) + HEAD * 0.4 for title in titles]
        whole = sum(heads) + sum(body + FOOT for *_, body in panels) or LINE
        self.layout: dict[str, Any] = {"height": whole, "annotations": [], "shapes": []}
        top = 0.0
        for number, (title, head, (_, unit, body)) in enumerate(zip(titles, heads, panels, strict=True), 1):
            top += head
            domain = [1 - (top + body) / whole, 1 - top / whole]
            x, y = self.axes(number).values()
            label = {"text": escape(unit)} if unit else {}
            self.layout[f"xaxis{x[1:]}"] = {"anchor": y, "title": label, "tickformat": ",~r"}
            self.layout[f"yaxis{y[1:]}"] = {"anchor": x, "domain": domain, "tickformat": ",~r"}
            lines = "<br>".join(map(escape, title))
            self.note(number, f"<b>{lines}</b>", domain[1], yref="paper", yanchor="bottom", yshift=6)
            top += body + FOOT

    def axes(self, number: int) -> dict[str, str]:
        suffix = str(number) if number > 1 else ""
        return {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}

    def across(self, number: int, **axis: Any) -> None:
        self.layout[f"xaxis{self.axes(number)['xaxis'][1:]}"] |= axis

    def upright(self, number: int, **axis: Any) -> None:
        self.layout[f"yaxis{self.axes(number)['yaxis'][1:]}"] |= axis

    def years(self, number: int, first: int, last: int, beyond: float = 0) -> None:
        """Let the axis of a panel run over some years, and name as many as a phone has room for."""
        step = 1 + (last - first) // 6
        self.across(number, range=[first - 0.3, last + 0.3 + beyond], tickformat="d", tick0=first, dtick=step)

    def note(self, number: int, text: str, y: float, **more: Any) -> None:
        """Write a text at the left edge of a panel."""
        base = {"xref": "paper", "x": 0, "xanchor": "left", "yref": self.axes(number)["yaxis"], "y": y}
        self.layout["annotations"].append(base | {"text": text, "showarrow": False, "align": "left"} | more)

    def mark(
        self, number: int, text: str, at: tuple[float, float], *, anchor: str, shift: int = 0, lift: int = 3
    ) -> None:
        """Write a text at a point of a panel, `shift` pixels aside and its foot `lift` pixels above."""
        xref, yref = self.axes(number).values()
        place = {"xref": xref, "x": at[0], "yref": yref, "xanchor": anchor, "xshift": shift}
        look = {"yanchor": "bottom", "yshift": lift, "font": {"size": theme.SMALL}}
        self.note(number, text, at[1], **place | look)

    def line(self, number: int, x: float, text: str) -> None:
        """Draw an upright dotted line through a panel, with a text at its head."""
        look = {"color": theme.MUTED, "width": 1.5, "dash": "dot"}
        xref, yref = self.axes(number).values()
        where = {"xref": xref, "yref": f"{yref} domain"}
        shape = {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": look}
        self.layout["shapes"].append(shape | where)
        head = {"x": x, "xanchor": "center", "yanchor": "bottom", "font": {"size": theme.SMALL}}
        self.note(number, text, 1, **where | head)
