"""The options of a selection, checked before they act: `"no"` is not False and `True` is not the year 1."""

import datetime
from collections.abc import Collection, Iterable

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


def known_names(kind: str, given: str | Iterable[str], known: Collection[str], see: str) -> tuple[str, ...]:
    """List names of one kind, sorted and each once, if all of them are known.

    Raises UnknownName with the nearest known name, InvalidOption for what is no name.

    >>> known_names("concept", ["models"], ["models"], "ds.concepts()")
    ('models',)
    """
    wanted = names(f"{kind}s", given)
    for name in wanted:
        if name not in known:
            raise UnknownName(kind, name, known, see)
    return tuple(sorted(set(wanted)))


def moments(since: Moment, until: Moment) -> dict[str, str]:
    """Turn two moments into the first and the last day they mean, those that are given.

    Raises InvalidOption for a moment that is none, or for two in the wrong order.

    >>> moments(2014, "2019-06-30")
    {'since': '2014-01-01', 'until': '2019-06-30'}
    """
    days = {"since": _day("since", since, "01-01"), "until": _day("until", until, "12-31")}
    given = {option: day for option, day in days.items() if day is not None}
    if len(given) == 2 and given["since"] > given["until"]:
        raise InvalidOption(f"since={since!r} lies after until={until!r}. Swap them.")
    return given


def _day(option: str, moment: Moment, day_of_year: str) -> str | None:
    if moment is None:
        return None
    year = isinstance(moment, int) and not isinstance(moment, bool)
    text = f"{moment:04d}-{day_of_year}" if year else str(moment)
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidOption(
            f"{option}={moment!r} is no date. Give a year such as 2014, or YYYY-MM-DD."
        ) from None
