"""Say words, numbers and dates in Vietnamese or English.

The catalogues in `locale/` are keyed by what is said, so that no language is the original.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from antq_analysis.errors import InvalidOption

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES = ("vi", "en")

Forms = tuple[str, ...]


class Words:
    """Say things in one language: `words("vi")("grade.title")`.

    Where a message has several forms, `count` chooses among them by the rules of the language.

    >>> words("en")("windows.years", count=5), words("en")("windows.years", count=1)
    ('5 years', '1 year')
    """

    def __init__(self, lang: str, messages: dict[str, Forms], plural: Callable[[int], int]) -> None:
        self.lang = lang
        self._messages = messages
        self._plural = plural

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return the message of a key with its `{placeholders}` filled in."""
        return self._form(key, values).format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._messages

    @property
    def marked(self) -> "Words":
        """The same words as HTML: values are escaped unless they are Markup themselves."""
        return _MarkedWords(self.lang, self._messages, self._plural)

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def forms(self, key: str) -> Forms:
        """Return the message of a key as it stands in the catalogue, in each of its forms."""
        return self._messages[key]

    def _form(self, key: str, values: dict[str, Any]) -> str:
        forms = self._messages[key]
        return forms[self._plural(values["count"])] if len(forms) > 1 else forms[0]


class _MarkedWords(Words):
    def __call__(self, key: str, /, **values: Any) -> Markup:
        # Escaped by hand: Markup's own way to format takes five times as long.
        escaped = {name: escape(value) for name, value in values.items()}
        return Markup(self._form(key, values).format(**escaped))


_chosen = [LANGUAGES[0]]


def set_language(lang: str) -> None:
    """Choose the language of names, numbers, sentences, tables and charts, "vi" or "en", from here on.

    Raises InvalidOption for any other.

    >>> import antq_analysis as aq
    >>> aq.set_language("en"), aq.load().wide("models")["area"][0], aq.set_language("vi")
    (None, 'Thanh Hóa', None)
    """
    _chosen[0] = language(lang)


def language(lang: str | None = None) -> str:
    """Return the language asked for, or the one chosen by `set_language`, at first Vietnamese.

    Raises InvalidOption for one that is not known.
    """
    if lang is None:
        return _chosen[0]
    if lang not in LANGUAGES:
        raise InvalidOption(f"No language {lang!r}. Give one of: {', '.join(LANGUAGES)}.")
    return lang


def words(lang: str | None = None) -> Words:
    """Return the catalogue of a language, by default of the one chosen; raise InvalidOption for another."""
    return _catalogue(language(lang))


@cache
def _catalogue(lang: str) -> Words:
    from babel.messages.pofile import read_po

    # The catalogue is read as it stands: a compiled copy could be older than its source.
    with (files("antq_analysis") / "locale" / f"{lang}.po").open("rb") as file:
        catalogue = read_po(file, locale=lang, abort_invalid=True)
    messages: dict[str, Forms] = {}
    for message in catalogue:
        key, said = message.id, message.string
        if key:
            said = (said,) if isinstance(said, str) else tuple(said or ("",))
            messages[key if isinstance(key, str) else key[0]] = said
    return Words(lang, messages, c2py(catalogue.plural_expr))


# A rate is shown with so many significant digits: more would claim what no figure here carries.
SIGNIFICANT = 3


def number_text(
    value: float, lang: str = "vi", *, decimals: int | None = None, rounding: str = ROUND_HALF_EVEN
) -> str:
    """Write a number; without `decimals`, whole from 100 up, else three significant digits, two below 1.

    `rounding` is one of the ways of the module decimal.

    >>> number_text(1645, "vi"), number_text(3.1245, "vi"), number_text(0.0312, "en")
    ('1.645', '3,12', '0.031')
    """
    if math.isinf(value):
        return "∞"
    optional = decimals is None
    if decimals is None:
        # Two digits tell a number below 1 as well as three tell a larger one.
        digits = SIGNIFICANT - (abs(value) < 1)
        # The exponent of the rounded number: 99.96 is written as 100, not as 100.0.
        exponent = int(f"{value:.{digits - 1}e}".split("e")[1])
        decimals = 0 if float(value).is_integer() else max(0, digits - 1 - exponent)
    if rounding != ROUND_HALF_EVEN:
        # What floating point adds to an exact number is no reason to round it up.
        value = float(Decimal(f"{value:.13g}").quantize(Decimal(1).scaleb(-decimals), rounding))
    return _written(value, lang, decimals, optional=optional)


def percent_text(share: float, lang: str = "vi", *, decimals: int = 1) -> str:
    """Write a share of one as a percentage."""
    return _written(share, lang, decimals, sign="%")


def bounds_text(lower: float, upper: float, lang: str = "vi", *, decimals: int | None = None) -> str:
    """Write two bounds as one range, rounded outward, and an open one as “at least …”.

    >>> bounds_text(740001, 749999, "vi"), bounds_text(5, 5, "vi")
    ('740.001–749.999', '5')
    >>> bounds_text(16.849, 17.551, "en"), bounds_text(740001, float("inf"), "en")
    ('16.8–17.6', 'at least 740,001')
    """
    if lower == upper:
        return number_text(lower, lang, decimals=decimals)
    low = number_text(lower, lang, decimals=decimals, rounding=ROUND_FLOOR)
    if math.isinf(upper):
        return words(lang)("bounds.open", lower=low)
    high = number_text(upper, lang, decimals=decimals, rounding=ROUND_CEILING)
    return low if low == high else f"{low}–{high}"


def date_text(day: date | Any, lang: str = "vi") -> str:
    """Write a date: `19/04/2024` or `19 Apr 2024`."""
    from babel.dates import format_date

    return format_date(day, format="dd/MM/yyyy" if lang == "vi" else "d MMM yyyy", locale=_locale(lang))


def year_text(start: date | Any, end: date | Any) -> str:
    """Write the years a window touches: `2014–2019`, or `2019`."""
    return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"


def window_text(row: Any, lang: str = "vi") -> str:
    """Write the window of an observation, or the as-of date of a stock.

    `row` has `period_start` (missing for a stock), `period_end` and `period_years`.
    """
    say = words(lang)
    start, end = row["period_start"], row["period_end"]
    if str(start) in ("None", "NaT", "<NA>"):  # a stock has no start; pandas is not needed to see it
        if row.get("period_basis") == "inferred":
            return say("windows.as_of_inferred", year=end.year)
        return say("windows.as_of", day=date_text(end, lang))
    years = float(row["period_years"])
    if years == 1:
        return say("windows.one_year", year=year_text(start, end))
    if years % 1:
        return say("windows.months", months=round(years * 12), day=date_text(end, lang))
    length = say("windows.years", count=int(years))
    return say("windows.window", years=length, span=year_text(start, end))


def span_text(row: Any, lang: str = "vi") -> str:
    """Write the years that a window touches, or of a part of a year its months, from a row as above."""
    if str(row["period_years"]) not in ("None", "nan", "<NA>") and row["period_years"] < 1:
        return window_text(row, lang)
    is_stock = str(row["period_start"]) in ("None", "NaT", "<NA>")
    return year_text(row["period_end"] if is_stock else row["period_start"], row["period_end"])


def _written(value: float, lang: str, places: int, *, sign: str = "", optional: bool = False) -> str:
    pattern = _pattern("#,##0" + ("." + "#0"[not optional] * places if places else "") + sign)
    return str(pattern.apply(value, _locale(lang)))


# Babel reads a pattern and a language anew for every number, which takes longer than to write it.
@cache
def _pattern(text: str) -> Any:
    from babel.numbers import parse_pattern

    return parse_pattern(text)


@cache
def _locale(lang: str) -> "Locale":
    from babel import Locale

    return Locale.parse(lang)


def slugify(*parts: str) -> str:
    """Make a name without accents, capitals or spaces, for files and links.

    >>> slugify("compare_provinces", "Điện Biên")
    'compare-provinces-dien-bien'
    """
    # Đ is a letter of its own, not a D with a mark: decomposing leaves it as it is.
    text = "-".join(parts).replace("Đ", "D").replace("đ", "d")
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
