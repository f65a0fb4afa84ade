"""The table every result is shown in: groups of rows, and reasons as letters explained once below.

A reason repeated in forty rows is read in none. So a cell holds letters, and the legend the sentences.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.reasons import order
from antq_analysis.display.labels import signs
from antq_analysis.wording import words

Row = dict[str, Any]

# A frame that scrolls is a group: as a landmark it would hide the few that lead anywhere. On a phone the
# rows are laid out as blocks, and what is no table to the eye would be none to a screen reader either, were
# it not for the roles.
_TABLE = Markup(
    '<div class="table-scroll" role="group" tabindex="0" aria-label="{caption}">'
    '<table class="data" role="table"><caption>{caption}</caption>'
    '<thead role="rowgroup"><tr role="row">{head}</tr></thead>{body}</table></div>{legend}'
)
_HEAD = Markup('<th scope="col" role="columnheader" class="{kind}">{title}</th>')
_BODY = Markup('<tbody role="rowgroup">{rows}</tbody>')
_GROUP = Markup(
    '<tr class="group" role="row"><th colspan="{span}" scope="rowgroup" role="rowheader">{head}</th></tr>'
)
_ROW = Markup('<tr role="row"{key}>{cells}</tr>')
_KEY = Markup(' id="{}"')
_CELL = Markup('<td role="cell" class="{kind}" data-label="{title}"{full}>{text}</td>')
_FULL = Markup(' data-csv="{}"')
_FOLD = Markup('<details class="fold"><summary>{summary}</summary>{inner}</details>')
_LEGEND = Markup('<dl class="legend">{}</dl>')
_LETTER = Markup("<dt>{}</dt><dd>{}</dd>")


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
        cells = [[head, *map(plain, row)] for head, rows in self.groups.items() for row in rows]
        return pd.DataFrame(cells, columns=["", *(column.title for column in self.columns)])

    def __repr__(self) -> str:
        legend = "\n".join(f"{letter}: {text}" for letter, text in self.legend)
        return f"{self.caption}\n{self.frame.to_string(index=False)}\n{legend}"

    def _repr_html_(self) -> str:
        body = _joined(map(self._group, self.groups))
        table = _TABLE.format(
            caption=self.caption,
            head=_joined(_HEAD.format(kind=column.kind, title=column.title) for column in self.columns),
            body=body,
            legend=self._legend() + signs(body),
        )
        folded = self._summary is not None
        return str(_FOLD.format(summary=self._summary, inner=table) if folded else table)

    def _group(self, head: str) -> Markup:
        title = _GROUP.format(span=len(self.columns), head=head) if head else Markup()
        rows = zip(self._keys[head], self.groups[head], self._full[head], strict=True)
        return _BODY.format(rows=title + _joined(self._row(*row) for row in rows))

    def _row(self, key: str, texts: list[str], full: list[str]) -> Markup:
        cells = _joined(map(_cell, self.columns, texts, full))
        return _ROW.format(key=_KEY.format(key) if key else "", cells=cells)

    def _legend(self) -> Markup:
        lines = _joined(_LETTER.format(*line) for line in self.legend)
        return _LEGEND.format(lines) if lines else lines


def plain(text: str) -> str:
    """Return a text as a reader sees it, without the markup that ties its numbers to their figures.

    >>> plain(Markup('<a href="#obs-1">5 &lt; 6</a>')), plain("a < b")
    ('5 < 6', 'a < b')
    """
    return text.striptags() if isinstance(text, Markup) else text


def _cell(column: Column, text: str, full: str) -> Markup:
    whole = _FULL.format(full) if full else ""
    return _CELL.format(kind=column.kind, title=column.title, full=whole, text=text)


def _joined(parts: Iterable[str]) -> Markup:
    return Markup("").join(parts)
