"""The look of all charts: the plotly template `antq`, and one colour and marker for each area."""

import os
from typing import Any

import plotly.graph_objects as go
import plotly.io

# Okabe & Ito (2008), "Color Universal Design"; sky blue, orange and yellow give way to colours that have,
# like the others, a contrast of 3 : 1 with a white and with a dark page (WCAG 2.2, 1.4.11).
COLOURS = {"VN-71": "#0072B2", "VN-21": "#D55E00", "VN-24": "#009E73", "VN-14": "#CC79A7"}
OTHERS = ("#8C7A00", "#9B59FF", "#5B7083", "#B5477D")
SYMBOLS = {"VN-71": "circle", "VN-21": "square", "VN-24": "diamond", "VN-14": "triangle-up"}

INK, MUTED, GRID, PAPER = "#1c2126", "#5d656d", "#d9dee3", "#ffffff"
FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
SEPARATORS = {"vi": ",.", "en": ".,"}
# Pixels of the smallest text: 7.5 points on paper, where a page is printed at three quarters of its size.
SMALL = 13

_AXIS = {
    "gridcolor": GRID, "zerolinecolor": MUTED, "linecolor": MUTED, "automargin": True, "fixedrange": True,
    "tickfont": {"size": SMALL}, "title": {"standoff": 8, "font": {"size": SMALL}},
}  # fmt: skip

# A white paper and dark ink read in a light and in a dark JupyterLab; a page of briefings sets its own.
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 14, "color": INK},
        "colorway": [*COLOURS.values(), *OTHERS],
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "separators": SEPARATORS["vi"],
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "font": {"size": SMALL}},
        "dragmode": False,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        # Of a chart of one's own, for the page has headings: it makes its own room.
        "title": {
            "automargin": True,
            "yref": "container",
            "y": 1,
            "x": 0,
            "xanchor": "left",
            "font": {"size": 16},
        },
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    }
)
plotly.io.templates["antq"] = TEMPLATE

# A front end has started this process, or one that has started it.
IS_WATCHED = not {"JPY_SESSION_NAME", "VSCODE_PID"}.isdisjoint(os.environ)
# In a kernel plotly shows a chart as its own type alone, which only a front end draws. In a kernel without
# one a chart brings HTML and plotly.js along: `papermill`, then `jupyter nbconvert`, keeps it. plotly reads
# this when it first shows a chart; to ask it for its choice would take seconds.
if "JPY_PARENT_PID" in os.environ and not IS_WATCHED:
    os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype+notebook")


def colour(ref_area: str) -> str:
    """Return the colour of an area, the same in every chart and table.

    >>> import antq_analysis as aq
    >>> aq.plots.colour("VN-21")
    '#D55E00'
    """
    # The sum of the letters is the same in every process, which a hash is not.
    return COLOURS.get(ref_area) or OTHERS[sum(map(ord, ref_area)) % len(OTHERS)]


def figure(data: list[Any], *, lang: str, description: str = "", **layout: Any) -> go.Figure:
    """Return a plotly figure on the template, with the description that a page prints below it."""
    base = {"template": TEMPLATE, "separators": SEPARATORS[lang], "meta": {"description": description}}
    return go.Figure(data, base | layout)
