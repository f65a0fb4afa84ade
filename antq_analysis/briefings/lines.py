"""tomllib keeps no line numbers, and a fault without its line is a search: here they are found again."""

import re
from collections.abc import Sequence


class Lines:
    """Know on which line of a TOML file the n-th table of an array of tables, or a key in it, stands.

    >>> lines = Lines('[[briefing]]\\nnotebook = "a"\\n[briefing.parameters]\\nlang = "vi"', "briefing")
    >>> lines.find(1), lines.find(1, ["parameters", "lang"]), lines.find(2)
    (1, 4, None)
    """

    def __init__(self, text: str, table: str) -> None:
        self._lines = text.splitlines()
        header = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
        self._starts = [number for number, line in enumerate(self._lines, 1) if header.match(line)]

    def find(self, table: int, keys: Sequence[str] = ()) -> int | None:
        """Return the line of the last of `keys` that is found, of the table itself where none is.

        Tables are counted from 1; None where the text has no such table, as in an array written inline.
        """
        if table > len(self._starts):
            return None
        line = self._starts[table - 1]
        end = self._starts[table] if table < len(self._starts) else len(self._lines) + 1
        for key in keys:
            line = self._key(key, line, end) or line
        return line

    def _key(self, key: str, start: int, end: int) -> int | None:
        # A key opens its line, or a sub-table's header, or follows a brace or comma of an inline table.
        place = re.compile(rf"(^\s*(\[+\s*[\w.]+\.)?|[{{,.]\s*)[\"']?{re.escape(key)}[\"']?\s*[\]=.]")
        return next((number for number in range(start, end) if place.search(self._lines[number - 1])), None)
