"""One look for every chart: quiet, readable in print, safe for colour-blind eyes."""

from typing import Any

# Okabe & Ito (2008), "Color Universal Design": told apart by the common colour-vision deficiencies.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MUTED = "#8a8f98"
FAINT = "rgba(138,143,152,0.28)"
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
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
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
