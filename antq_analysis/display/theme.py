"""One look for every chart: quiet, readable in print, safe for colour-blind eyes."""

from typing import Any

# Okabe & Ito (2008), "Color Universal Design". Sky blue, orange and yellow give way to two colours that have,
# like the other four, a contrast of 3 : 1 with the white page and with the dark one (WCAG 2.2, 1.4.11).
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C7A00", "#9B59FF")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star", "hexagon")
GLYPHS = ("●", "■", "◆", "▲", "★", "⬢")  # the same shapes in a line of text
MUTED = "#808890"
FAINT = "rgba(128,136,144,0.28)"
BAND = "rgba(128,136,144,0.10)"
CLEAR = "rgba(0,0,0,0)"
QUIET = 0.75  # opacity of text that stands back: it takes the ink of the page, light or dark
FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
SEPARATORS = {"vi": ",.", "en": ".,"}


def layout(lang: str = "vi", **more: Any) -> dict[str, Any]:
    """Return the layout every chart starts from: the reader's separators, no background, no legend.

    >>> layout("vi")["separators"], layout("en")["separators"]
    (',.', '.,')
    """
    base = {
        "template": {"layout": {"colorway": list(PALETTE)}},
        "font": {"family": FONT, "size": 14},
        "separators": SEPARATORS[lang],
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        "margin": {"l": 12, "r": 16, "t": 12, "b": 44},
        "dragmode": False,
    }
    return base | more


def axis(**more: Any) -> dict[str, Any]:
    """Return an axis with faint lines, tight labels and no zoom by accident on a phone."""
    base = {
        "gridcolor": FAINT,
        "zerolinecolor": MUTED,
        "linecolor": MUTED,
        "automargin": True,
        "fixedrange": True,
        "title": {"standoff": 8, "font": {"size": 13}},
    }
    return base | more


def color(place: int) -> str:
    """Return the colour of the area in that place; after the last colour the first comes again."""
    return PALETTE[place % len(PALETTE)]


def symbol(place: int) -> str:
    """Return the shape of the marks of the area in that place."""
    return SYMBOLS[place % len(SYMBOLS)]


def glyph(place: int) -> str:
    """Return the same shape as a character, to stand before the area's name."""
    return GLYPHS[place % len(GLYPHS)]
