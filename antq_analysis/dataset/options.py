"""The options of a selection, checked before they act: `"no"` is not False and `True` is not the year 1."""

import datetime
from collections.abc import Collection, Iterable

import pandas as pd

from antq_analysis.errors import InvalidOption, UnknownName

Names = str | Iterable[str] | None
Moment = int | str | datetime.date | None


def check_flag(option: str, value: object) -> None:
    """Refuse everything but True and False.

    Raises InvalidOption.

    >>> check_flag("inferred_areas", True)
    """
    if not isinstance(value, bool):
        raise InvalidOption(f"{option}={value!r} is neither True nor False. Give one of the two.")


def names(option: str, given: str | Iterable[str]) -> list[str]:
    """List one name or several.

    Raises InvalidOption for anything that is no text.

    >>> names("areas", "Thanh Hóa")
    ['Thanh Hóa']
    """
    listed = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    for name in listed:
        if not isinstance(name, str):
            raise InvalidOption(f"{option}={given!r} is no name. Give a name in quotes, or a list of names.")
    return listed


def known_names(kind: str, given: str | Iterable[str], known: Collection[str], see: str) -> list[str]:
    """List names of one kind if all of them are known.

    Raises UnknownName with the nearest known name, InvalidOption for what is no name.

    >>> known_names("concept", ["models"], ["models"], "ds.concepts()")
    ['models']
    """
    wanted = names(f"{kind}s", given)
    for name in wanted:
        if name not in known:
            raise UnknownName(kind, name, known, see)
    return wanted


def inside(obs: pd.DataFrame, since: Moment, until: Moment) -> "pd.Series[bool]":
    """Mark the observations whose whole window lies between two moments.

    Raises InvalidOption for a moment that is none, or for two in the wrong order.

    >>> inside(pd.DataFrame({"period_start": [], "period_end": []}), None, None).tolist()
    []
    """
    first, last = _day("since", since, "01-01"), _day("until", until, "12-31")
    if first is not None and last is not None and first > last:
        raise InvalidOption(f"since={since!r} lies after until={until!r}. Swap them.")
    within = pd.Series(True, index=obs.index)
    if first is not None:
        within &= obs["period_start"].fillna(obs["period_end"]) >= first
    if last is not None:
        within &= obs["period_end"] <= last
    return within


def _day(option: str, moment: Moment, day_of_year: str) -> pd.Timestamp | None:
    if moment is None:
        return None
    year = isinstance(moment, int) and not isinstance(moment, bool)
    text = f"{moment:04d}-{day_of_year}" if year else str(moment)
    try:
        return pd.Timestamp(datetime.date.fromisoformat(text))
    except ValueError:
        raise InvalidOption(
            f"{option}={moment!r} is no date. Give a year such as 2014, or YYYY-MM-DD."
        ) from None
