"""How old a page's figures are is told by the newest source that prints them, as far as its day is known."""

from collections.abc import Iterable, Mapping
from typing import Any


def published(source: Mapping[str, Any]) -> str:
    """Return the day, or the year where no more is known, on which a source was published, else nothing.

    `source` is a row of the table of sources. One that is inferred ends in `?`, as uncertain
    dates do in ISO 8601-2.

    >>> published({"published_on": "2019-09-11", "published_basis": "inferred"})
    '2019-09-11?'
    """
    day = str(source["published_on"])
    return f"{day}?" if day and source["published_basis"] == "inferred" else day


def newest(days: Iterable[str]) -> str:
    """Return the newest of such days; nothing if none is known.

    A year alone is newer than any day of it: it ends later.

    >>> newest(["2024-04-19", "", "2024?", "2019"])
    '2024?'
    """
    return max(filter(None, days), key=lambda day: day.rstrip("?").ljust(len("2024-04-19"), "~"), default="")
