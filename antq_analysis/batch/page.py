"""A leader opens one file, often offline; this makes it whole and refuses it when something is missing.

Plotly's script is in the page once, compressed; each figure is inert data beside the text it belongs to.
"""

import copy
import json
import re
from typing import Any

from bs4 import BeautifulSoup
from markupsafe import Markup
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

from antq_analysis.batch.drawing import packed_plotly, page_setup, plotly_styles
from antq_analysis.batch.fragment import figures, fragment, inline_json, take_title
from antq_analysis.batch.sections import contents, description, disarm, refuse_foreign
from antq_analysis.batch.shell import part, read, shell
from antq_analysis.batch.tracing import trace
from antq_analysis.errors import RenderFailed

_CHART = re.compile(r'<script class="chart-data" type="application/json">(.*?)</script>', re.DOTALL)

# The page's own scripts in the order in which they build on each other.
_SCRIPTS = ("popover.js", "provenance.js", "paper.js", "tools.js")


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
    page was made for and `published` is the ISO date, or year, of the newest source. Whoever is sent a
    link reads the notebook's metadata entry `description`, else the page's first finding.

    Raises RenderFailed where the page would show less than the notebook made, or a number without source.
    """
    notebook = copy.deepcopy(notebook)
    heading = take_title(notebook)
    made = figures(notebook)
    # Of the parsers there are, this one changes nothing but what it is asked to.
    soup = BeautifulSoup(
        fragment(notebook) + part("method.html.j2", lang=lang, published=published), "html.parser"
    )
    refuse_foreign(soup)
    disarm(soup)
    trace(soup, lang)
    listed = contents(soup)
    html = shell(
        "page.html.j2",
        lang=lang,
        title=title or heading or subtitle or "antq_analysis",
        subtitle=subtitle,
        published=published,
        description=notebook.metadata.get("description") or description(soup),
        contents=listed,
        body=Markup(soup.decode(formatter="minimal")),
        **_acting(lang, drawn=bool(made)),
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


def _acting(lang: str, *, drawn: bool) -> dict[str, Any]:
    inline = [read(name) for name in _SCRIPTS]
    drawing = [read("charts.js")] if drawn else []
    return {
        "setup": Markup(inline_json(page_setup(lang))),
        "inline": [Markup(script) for script in inline],
        "drawing": Markup(*drawing) if drawn else "",
        "plotly": Markup(packed_plotly()) if drawn else "",
        "scripts": [*inline, *drawing, get_plotlyjs()] if drawn else inline,
        "styles": plotly_styles() if drawn else (),
    }
