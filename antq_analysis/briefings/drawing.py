"""Charts are drawn in the page by one script that it carries, in the words and numbers of its language.

Plotly's own script weighs five times what a page of bars and lines needs of it: a page takes the smallest
script that draws its charts.
"""

import base64
import gzip
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from babel import Locale
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from antq_analysis.briefings.scripts import SMALL, script_files
from antq_analysis.i18n import words

# The style of maps that plotly adds to any page, whether it draws a map or not.
_STYLE = re.compile(r"""createElement\("style"\);\w+\.id="\w+",\w+\.textContent='([^'\\]*)'""")

_BASIC = frozenset({"bar", "pie", "scatter"})
_CARTESIAN = _BASIC | {
    *("box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour"),
    *("image", "scatterternary", "violin"),
}

# What each small script draws.
_DRAWS = dict(zip(SMALL, (_BASIC, _CARTESIAN), strict=True))


@dataclass(frozen=True)
class Script:
    """One of plotly's scripts: its name, its text, and what it adds to a page."""

    name: str
    text: str

    @cached_property
    def packed(self) -> str:
        """The script compressed, as text; the same every time."""
        return packed(self.text)

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """The texts of the style elements that the script adds to a page."""
        # The first is an element that it fills by rules, which no policy counts as its text.
        return ("", *_STYLE.findall(self.text))


def script_for(types: Collection[str]) -> Script:
    """Return the smallest script at hand that draws charts of some types.

    >>> script_for(["sankey"]).name
    'plotly'
    """
    fitting = (_small(name) for name, drawn in _DRAWS.items() if drawn.issuperset(types))
    return next(filter(None, fitting), None) or _whole()


def script_named(name: str) -> Script:
    """Return a script by its name; the whole one, `plotly`, where it is not at hand."""
    return _small(name.removeprefix("plotly-")) or _whole()


def lacking(types: Collection[str]) -> str | None:
    """Say that charts of some types take the whole script for want of a small one; None where they do not.

    >>> lacking(["sankey"])
    """
    missing = [name for name in SMALL if _small(name) is None]
    would_do = any(_DRAWS[name].issuperset(types) for name in missing)
    if not types or not would_do or script_for(types) is not _whole():
        return None
    return (
        f"the small scripts of plotly.js {get_plotlyjs_version()} are not installed ({', '.join(missing)}), "
        "and a page with charts has 2 MB instead of 0.7 MB; run `npm ci --ignore-scripts` in the project"
    )


def chart_types(*figures: dict[str, Any]) -> set[str]:
    """Name the types of what some figures draw.

    >>> sorted(chart_types({"data": [{"type": "bar"}, {"y": [1]}]}))
    ['bar', 'scatter']
    """
    return {drawn.get("type") or "scatter" for figure in figures for drawn in figure.get("data", [])}


def packed(text: str) -> str:
    """Compress a text and write it as text; the same every time.

    >>> gzip.decompress(base64.b64decode(packed("Điện Biên"))).decode()
    'Điện Biên'
    """
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@cache
def _small(name: str) -> Script | None:
    if (file := script_files().get(name)) is None:
        return None
    # Line ends as they are: the policy of a page counts every character.
    text = file.read_bytes().decode()
    # One of another version might draw otherwise than the notebook did.
    return Script(f"plotly-{name}", text) if f" v{get_plotlyjs_version()}\n" in text[:200] else None


@cache
def _whole() -> Script:
    return Script("plotly", get_plotlyjs())


def page_setup(lang: str) -> dict[str, Any]:
    """Return what the scripts of a page need to know: its language, and the words they say.

    >>> page_setup("en")["words"]["close"]
    'Close'
    """
    say = words(lang)
    return {
        "lang": lang,
        "locale": plotly_locale(lang),
        "words": {
            "close": say("page.close"),
            "figureDialog": say("page.figure_dialog"),
            "pointDialog": say("page.point_dialog"),
            "toRow": say("page.to_row"),
            # The script counts; it puts the number where the word stands.
            "moreFigures": say("page.more_figures", count="{count}"),
            "chartRole": say("page.chart_role"),
            "chartHint": say("page.chart_hint"),
            "pointOf": say("page.point_of", number="{number}", count="{count}"),
            "chartFailed": say("page.chart_failed"),
            "cannotDraw": say("page.cannot_draw"),
            "png": say("page.png"),
            "csv": say("page.csv"),
            "csvGroup": say("page.csv_group"),
            "csvSource": say("page.csv_source"),
            "csvBasis": say("page.csv_basis"),
            "csvFigures": say("page.csv_figures"),
        },
    }


def plotly_locale(lang: str) -> dict[str, Any]:
    """Return the names of days and months and the separators of a language, as plotly asks for them.

    >>> plotly_locale("vi")["format"]["decimal"]
    ','
    """
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
