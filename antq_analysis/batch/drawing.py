"""Charts are drawn in the page by one script that it carries, in the words and numbers of its language."""

import base64
import gzip
import re
from functools import cache
from typing import Any

from babel import Locale
from plotly.offline import get_plotlyjs

from antq_analysis.wording import words

# The style of maps that plotly adds to any page, whether it draws a map or not.
_STYLE = re.compile(r"""createElement\("style"\);\w+\.id="\w+",\w+\.textContent='([^'\\]*)'""")


@cache
def plotly_styles() -> tuple[str, ...]:
    """Return the texts of the style elements that plotly's script adds to a page.

    >>> "" in plotly_styles()  # an element that it fills by rules, which no policy counts as its text
    True
    """
    return ("", *_STYLE.findall(get_plotlyjs()))


@cache
def packed_plotly() -> str:
    """Return plotly's own script, compressed, as text; the same every time."""
    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()


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
