"""Result frames: data frames that show their first columns, and write files without Python's own notation."""

import re
from typing import Any

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from antq_analysis.errors import InvalidOption
from antq_analysis.i18n import words

# What a person looks for, at the beginning of every result frame; codes, parts and ids follow.
HEAD = ["area", "period", "indicator", "value", "lower", "upper", "unit", "grade", "shown", "label"]

_TOLD = ["area", "period", "indicator"]
_SHOWN = [*_TOLD, "shown", "unit", "grade"]
# A spreadsheet takes a text that begins so for a formula; a number, or a range of two, it does not.
_FORMULA = re.compile(r"\s*([=@]|[+-](?![\d.,–% ]*$))")


class Results(pd.DataFrame):
    """A data frame of results, shown by its first columns: all of pandas works on it, and keeps its kind.

    `to_csv` and `to_excel` write tuples as texts joined by ", ", and put a ' before a text that a
    spreadsheet would take for a formula. Of a frame without the first columns pandas shows all.

    >>> import antq_analysis as aq
    >>> rows = aq.ratio(aq.load(), "valuable_tips_through_models", "models", areas="Thanh Hóa")
    >>> rows.to_csv(columns=["shown", "obs_ids"], index=False).split()
    ['shown,obs_ids', '"3,12","baothanhhoa-2024.12,', 'baothanhhoa-2024.10"']
    """

    @property
    def _constructor(self) -> type["Results"]:
        return Results

    def __repr__(self) -> str:
        head = self._head()
        if head is None:
            return super().__repr__()
        wide = ("display.max_columns", None, "display.expand_frame_repr", False)
        with pd.option_context("display.show_dimensions", False, *wide):
            return f"{head!r}\n\n{self._size(head)}"

    def _repr_html_(self) -> str | None:
        head = self._head()
        with pd.option_context("display.show_dimensions", False, "display.max_colwidth", None):
            html: str | None = (pd.DataFrame(self) if head is None else head)._repr_html_()  # type: ignore[operator]
        return html if head is None or html is None else f"{html}<p>{self._size(head)}</p>"

    def to_csv(self, *args: Any, **options: Any) -> Any:
        """Write as `pandas.DataFrame.to_csv` does, without tuples and formulas."""
        return _written(self).to_csv(*args, **options)

    def to_excel(self, *args: Any, **options: Any) -> None:  # type: ignore[misc]
        """Write as `pandas.DataFrame.to_excel` does, without tuples and formulas, or raise InvalidOption."""
        try:
            _written(self).to_excel(*args, **options)
        except ImportError as error:
            way = "Install what writes Excel files: pip install 'antq-analysis[excel]'"
            raise InvalidOption(f"to_excel() cannot write: {error}. {way}.") from None

    def _head(self) -> pd.DataFrame | None:
        """Return the columns to show, each row told apart; None where the frame is no longer laid out so."""
        if self.columns.has_duplicates or not {*_SHOWN} <= {*self.columns}:
            return None
        label = ["label"] if self.duplicated(_TOLD).any() and "label" in self else []
        return pd.DataFrame(self)[[*_SHOWN, *label]].astype("object").fillna("")

    def _size(self, head: pd.DataFrame) -> str:
        return words()("result.size", count=len(self), more=self.shape[1] - head.shape[1])


def _written(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of which cells, columns and index may be written."""
    written = pd.DataFrame(frame)
    for place, kind in enumerate(frame.dtypes):
        if not is_numeric_dtype(kind) and not is_datetime64_any_dtype(kind):
            written.isetitem(place, frame.iloc[:, place].map(_cell).array)
    return written.set_axis(_axis(frame.index), axis=0).set_axis(_axis(frame.columns), axis=1)


def _axis(axis: pd.Index) -> pd.Index:
    if isinstance(axis, pd.MultiIndex):
        return pd.MultiIndex.from_tuples([tuple(map(_cell, key)) for key in axis], names=axis.names)
    return axis.map(_cell)


def _cell(cell: Any) -> Any:
    """Write a cell for a file: several as one text, and no text as a formula."""
    text = ", ".join(map(str, cell)) if isinstance(cell, tuple | list) else cell
    return f"'{text}" if isinstance(text, str) and _FORMULA.match(text) else text
