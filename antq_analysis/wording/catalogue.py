"""Catalogues keyed by what is said, not by one language's words: no language is the original."""

from functools import cache
from importlib.resources import files
from typing import Any

from antq_analysis.errors import InvalidOption

LANGUAGES = ("vi", "en")


class Words:
    """Say things in one language: `words("vi")("grade.title")`.

    >>> words("en")("windows.years", years=5)
    '5 years'
    """

    def __init__(self, lang: str, messages: dict[str, str]) -> None:
        self.lang = lang
        self._messages = messages

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return the message of a key with its `{placeholders}` filled in."""
        return self._messages[key].format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._messages

    def keys(self) -> set[str]:
        """Return every key of the catalogue."""
        return set(self._messages)

    def name(self, row: Any) -> str:
        """Return `name_vi` or `name_en` of a row of a look-up table."""
        return str(row[f"name_{self.lang}"])


@cache
def words(lang: str) -> Words:
    """Read the catalogue of a language, `"vi"` or `"en"`.

    Raises InvalidOption for any other language.

    >>> words("vi").lang
    'vi'
    """
    if lang not in LANGUAGES:
        raise InvalidOption(f"No language {lang!r}. Give one of: {', '.join(LANGUAGES)}.")
    return Words(lang, _read(lang))


def _read(lang: str) -> dict[str, str]:
    # The catalogue is read as it stands: a compiled copy could be older than its source.
    from babel.messages.pofile import read_po

    with (files("antq_analysis.wording") / "locale" / f"{lang}.po").open("rb") as file:
        catalogue = read_po(file, locale=lang, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id}
