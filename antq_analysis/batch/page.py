"""A leader opens one file, often offline; this makes it whole and refuses it when a figure is missing.

Plotly's script is in the page once, compressed; each figure is inert data beside the text it belongs to.
"""

import base64
import copy
import gzip
import json
import re
from functools import cache
from typing import Any

from babel import Locale
from markupsafe import Markup
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

from antq_analysis.batch.fragment import figures, fragment, inline_json, take_title
from antq_analysis.batch.shell import read, shell
from antq_analysis.errors import RenderFailed
from antq_analysis.wording import words

_CHART = re.compile(r'<script class="chart-data" type="application/json">(.*?)</script>', re.DOTALL)


def page(
    notebook: NotebookNode,
    *,
    lang: str = "vi",
    title: str | None = None,
    subtitle: str = "",
    published: str = "",
) -> str:
    """Turn an executed notebook into one self-contained HTML page.

    The title is the notebook's first top-level heading unless one is given; `subtitle` says what the
    page was made for and `published` is the ISO date, or year, of the newest source.

    Raises RenderFailed where the page would show less than the notebook made.
    """
    notebook = copy.deepcopy(notebook)
    heading = take_title(notebook)
    title = title or heading or subtitle or "antq_analysis"
    made = figures(notebook)
    html = shell(
        "page.html.j2",
        lang=lang,
        title=title,
        subtitle=subtitle,
        published=published,
        body=Markup(fragment(notebook)),
        charts=len(made),
        **_drawing(lang) if made else {},
    )
    _refuse_lost(made, charts_in(html))
    return html


def charts_in(html: str) -> list[dict[str, Any]]:
    """Read back the figures that a page carries, in their order."""
    return [json.loads(data) for data in _CHART.findall(html)]


def _refuse_lost(made: list[dict[str, Any]], shown: list[dict[str, Any]]) -> None:
    if shown != made:
        raise RenderFailed(
            f"Figures made by the notebook: {len(made)}; figures in the page: {len(shown)}, or not the same. "
            "Display every figure once, as the result of a cell or with display()."
        )


def _drawing(lang: str) -> dict[str, Any]:
    say = words(lang)
    setup = {
        "locale": _plotly_locale(lang),
        "chart_failed": say("page.chart_failed"),
        "cannot_draw": say("page.cannot_draw"),
    }
    drawing = read("charts.js")
    return {
        "setup": Markup(inline_json(setup)),
        "plotly": Markup(_packed_plotly()),
        "drawing": Markup(drawing),
        "scripts": (drawing, get_plotlyjs()),
    }


@cache
def _packed_plotly() -> str:
    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()


def _plotly_locale(lang: str) -> dict[str, Any]:
    locale, date = Locale(lang), words(lang)("page.chart_date")
    days = [6, 0, 1, 2, 3, 4, 5]  # Plotly's week begins on Sunday, CLDR's on Monday.
    return {
        "name": lang,
        "dictionary": {},
        "format": {
            "days": [locale.days["stand-alone"]["wide"][day] for day in days],
            "shortDays": [locale.days["stand-alone"]["abbreviated"][day] for day in days],
            "months": list(locale.months["stand-alone"]["wide"].values()),
            "shortMonths": list(locale.months["stand-alone"]["abbreviated"].values()),
            "date": date,
            "time": "%H:%M:%S",
            "dateTime": f"{date} %H:%M:%S",
            "periods": ["AM", "PM"],
            "decimal": locale.number_symbols["latn"]["decimal"],
            "thousands": locale.number_symbols["latn"]["group"],
            "grouping": [3],
            "currency": ["", ""],
        },
    }
