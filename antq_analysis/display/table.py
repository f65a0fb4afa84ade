"""The table every result is shown in: groups of rows, and reasons as letters explained once below.

A reason repeated in forty rows is read in none. So a cell holds letters, and the legend the sentences.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.grading import order
from antq_analysis.display.labels import signs
from antq_analysis.display.rows import Row
from antq_analysis.i18n import words

# A frame that scrolls is a group: as a landmark it would hide the few that lead anywhere.
_TABLE = Markup(
    '<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}"><table class="data">'
    "<caption>{caption}</caption><thead><tr>{head}</tr></thead>{body}</table></div>{legend}"
)
_HEAD = Markup('<th scope="col" class="{kind}"{letters}>{title}</th>')
_LETTERS = Markup(" data-letters")
_BODY = Markup("<tbody>{}</tbody>")
_GROUP = Markup('<tr class="group"><th colspan="{span}" scope="rowgroup">{head}</th></tr>')
_FOLD = Markup('<details class="fold"><summary>{summary}</summary>{inner}</details>')
_LEGEND = Markup('<dl class="legend">{}</dl>')
_LETTER = Markup("<dt>{}</dt><dd>{}</dd>")

# Kinds that a cell itself looks by; for the width of a column its head is enough.
_STYLED = {"back", "number", "small"}


@dataclass(frozen=True)
class Column:
    """A column: its title, what its cell says of a row, and whether the cell is a short number or words.

    `full` says in the table's CSV what the cell abbreviates.
    """

    title: str
    cell: Callable[[Row], str]
    kind: str = "words"
    full: Callable[[Row], str] | None = None


class Legend:
    """Letters for reasons, given in the order in which a table first needs them."""

    def __init__(self, lang: str) -> None:
        self._say = words(lang)
        self._letters: dict[str, str] = {}

    def letters(self, reasons: Iterable[str]) -> str:
        """Return the letters of some reasons, worst first.

        >>> Legend("vi").letters(["wording_bounds", "type_count"])
        'a, b'
        """
        for code in (found := order(reasons)):
            self._letters.setdefault(code, chr(ord("a") + len(self._letters)))
        return ", ".join(self._letters[code] for code in found)

    def lines(self) -> list[tuple[str, str]]:
        """Return each letter with the sentence it stands for."""
        return [(letter, self._say(f"reason.{code}")) for code, letter in self._letters.items()]


class Table:
    """Ready texts in groups of rows; shows itself in Jupyter and in a page, every cell escaped.

    A cell may be Markup, such as a number tied to its figures. `key` names the rows, to be linked to.
    """

    def __init__(
        self,
        caption: str,
        columns: Sequence[Column],
        groups: dict[str, list[Row]],
        *,
        key: Callable[[Row], str] | None = None,
    ) -> None:
        self.caption = caption
        self.columns = columns
        self.groups = {
            head: [[column.cell(row) for column in columns] for row in rows] for head, rows in groups.items()
        }
        self.legend: list[tuple[str, str]] = []
        self._keys = {head: [key(row) if key else "" for row in rows] for head, rows in groups.items()}
        self._full = {
            head: [[c.full(row) if c.full else "" for c in columns] for row in rows]
            for head, rows in groups.items()
        }
        self._summary: str | None = None

    def explained(self, legend: Legend) -> "Table":
        """Take the legend over once all cells are written; return the table itself."""
        self.legend = legend.lines()
        return self

    def folded(self, summary: str = "") -> "Table":
        """Show only the summary, or the caption, until a reader opens it; return the table itself."""
        self._summary = summary or self.caption
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as a frame of plain texts; the group is the first column."""
        titles, *rows = self._plain_rows()
        return pd.DataFrame(rows, columns=titles)

    def __repr__(self) -> str:
        legend = "\n".join(f"{letter}: {text}" for letter, text in self.legend)
        return f"{self.caption}\n{_lined_up(self._plain_rows())}\n{legend}"

    def _plain_rows(self) -> list[list[str]]:
        """Return the titles of the columns, then the cells, each row after its group."""
        cells = [[head, *map(plain, row)] for head, rows in self.groups.items() for row in rows]
        return [["", *(column.title for column in self.columns)], *cells]

    def _repr_html_(self) -> str:
        lettered = self._lettered()
        heads = (
            _HEAD.format(kind=column.kind, title=column.title, letters=_LETTERS if letters else "")
            for column, letters in zip(self.columns, lettered, strict=True)
        )
        body = _joined(self._group(head, lettered) for head in self.groups)
        legend = self._legend() + signs(body)
        table = _TABLE.format(caption=self.caption, head=_joined(heads), body=body, legend=legend)
        folded = self._summary is not None
        return str(_FOLD.format(summary=self._summary, inner=table) if folded else table)

    def _lettered(self) -> list[bool]:
        """Tell of each column whether the legend says in full what all of its cells abbreviate."""
        meanings = dict(self.legend)
        cells = [
            list(zip(row, full, strict=True))
            for head, rows in self.groups.items()
            for row, full in zip(rows, self._full[head], strict=True)
        ]
        return [
            any(full for _, full in column) and all(_spelt(text, meanings) == full for text, full in column)
            for column in zip(*cells, strict=True)
        ] or [False] * len(self.columns)

    def _group(self, head: str, lettered: list[bool]) -> Markup:
        title = _GROUP.format(span=len(self.columns), head=head) if head else Markup()
        rows = zip(self._keys[head], self.groups[head], self._full[head], strict=True)
        return _BODY.format(title + _joined(self._row(*row, lettered) for row in rows))

    def _row(self, key: str, texts: list[str], full: list[str], lettered: list[bool]) -> Markup:
        whole = ("" if letters else text for text, letters in zip(full, lettered, strict=True))
        named = f' id="{escape(key)}"' if key else ""
        return Markup(f"<tr{named}>{_joined(map(_cell, self.columns, texts, whole))}</tr>")

    def _legend(self) -> Markup:
        lines = _joined(_LETTER.format(*line) for line in self.legend)
        return _LEGEND.format(lines) if lines else lines


def plain(text: str) -> str:
    """Return a text as a reader sees it, without the markup that ties its numbers to their figures.

    >>> plain(Markup('<a href="#obs-1">5 &lt; 6</a>')), plain("a < b")
    ('5 < 6', 'a < b')
    """
    return text.striptags() if isinstance(text, Markup) else text


def _lined_up(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(" ".join(map(str.rjust, row, widths)) for row in rows)


def _spelt(text: str, meanings: dict[str, str]) -> str:
    letters = text.split(", ") if text else []
    return " ".join(meanings.get(letter, "") for letter in letters)


def _cell(column: Column, text: str, full: str) -> Markup:
    # There are many cells, and a template fills in each far more slowly.
    kind = f' class="{escape(column.kind)}"' if column.kind in _STYLED else ""
    whole = f' data-csv="{escape(full)}"' if full and full != plain(text) else ""
    return Markup(f"<td{kind}{whole}>{escape(text)}</td>")


def _joined(parts: Iterable[str]) -> Markup:
    return Markup("").join(parts)
