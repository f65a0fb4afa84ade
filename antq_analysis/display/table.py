"""The table every result is shown in: groups of rows, and reasons as letters explained once below.

A reason repeated in forty rows is read in none. So a cell holds letters, and the legend the sentences.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from antq_analysis.analysis.reasons import order
from antq_analysis.wording import words

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its title, what its cell says of a row, and whether the cell is a short number or words."""

    title: str
    cell: Callable[[Row], str]
    kind: str = "words"


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
    """Ready texts in groups of rows; shows itself in Jupyter and in a page, every cell escaped."""

    def __init__(self, caption: str, columns: Sequence[Column], groups: dict[str, list[Row]]) -> None:
        self.caption = caption
        self.columns = columns
        self.groups = {
            head: [[column.cell(row) for column in columns] for row in rows] for head, rows in groups.items()
        }
        self.legend: list[tuple[str, str]] = []
        self.fold = False

    def explained(self, legend: Legend) -> "Table":
        """Take the legend over once all cells are written; return the table itself."""
        self.legend = legend.lines()
        return self

    def folded(self) -> "Table":
        """Show only the caption until a reader opens it; return the table itself."""
        self.fold = True
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """The cells as a frame; the group is the first column."""
        cells = [[head, *row] for head, rows in self.groups.items() for row in rows]
        return pd.DataFrame(cells, columns=["", *(column.title for column in self.columns)])

    def __repr__(self) -> str:
        legend = "\n".join(f"{letter}: {text}" for letter, text in self.legend)
        return f"{self.caption}\n{self.frame.to_string(index=False)}\n{legend}"

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col"{self._class(c)}>{escape(c.title)}</th>' for c in self.columns)
        body = "".join(self._group(head, rows) for head, rows in self.groups.items())
        caption = escape(self.caption)
        frame = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{caption}">'
        table = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead>{body}"
        shown = f'{frame}<table class="data">{table}</table></div>{self._legend()}'
        return f"<details><summary>{caption}</summary>{shown}</details>" if self.fold else shown

    def _group(self, head: str, rows: list[list[str]]) -> str:
        title = (
            f'<tr class="group"><th colspan="{len(self.columns)}" scope="rowgroup">{escape(head)}</th></tr>'
        )
        cells = [
            "".join(f"<td{self._class(c)}>{escape(t)}</td>" for c, t in self._beside(row)) for row in rows
        ]
        return f"<tbody>{title if head else ''}{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody>"

    def _beside(self, row: list[str]) -> Iterable[tuple[Column, str]]:
        return zip(self.columns, row, strict=True)

    def _class(self, column: Column) -> str:
        return f' class="{column.kind}"'

    def _legend(self) -> str:
        items = "".join(f"<dt>{letter}</dt><dd>{escape(text)}</dd>" for letter, text in self.legend)
        return f'<dl class="legend">{items}</dl>' if items else ""
