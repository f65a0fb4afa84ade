"""Catalogues keyed by what is said, not by one language's words: no language is the original."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from antq_analysis.errors import InvalidOption

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
        """The same words as HTML: values are escaped unless they are Markup themselves.

        >>> words("en").marked("status.missing")
        Markup('not reported')
        """
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


@cache
def words(lang: str) -> Words:
    """Read the catalogue of a language, `"vi"` or `"en"`.

    Raises InvalidOption for any other language.

    >>> words("vi").lang
    'vi'
    """
    if lang not in LANGUAGES:
        raise InvalidOption(f"No language {lang!r}. Give one of: {', '.join(LANGUAGES)}.")
    return _read(lang)


def _read(lang: str) -> Words:
    # The catalogue is read as it stands: a compiled copy could be older than its source.
    from babel.messages.pofile import read_po

    with (files("antq_analysis.wording") / "locale" / f"{lang}.po").open("rb") as file:
        catalogue = read_po(file, locale=lang, abort_invalid=True)
    messages = {_key(message.id): _forms(message.string) for message in catalogue if message.id}
    return Words(lang, messages, c2py(catalogue.plural_expr))


def _key(ids: str | Sequence[str]) -> str:
    return ids if isinstance(ids, str) else ids[0]


def _forms(strings: str | Sequence[str] | None) -> Forms:
    return (strings,) if isinstance(strings, str) else tuple(strings or ("",))
