"""What is new between two data sets: figures added, corrected or withdrawn, and grades that changed."""

import numpy as np
import pandas as pd

from antq_analysis.analysis import frames
from antq_analysis.analysis.compare import compare
from antq_analysis.data.dataset import Dataset
from antq_analysis.data.read import COLUMNS as STORED
from antq_analysis.data.read import OBSERVATIONS
from antq_analysis.errors import InvalidOption, strict_options
from antq_analysis.i18n import language, words

KINDS = ["added", "corrected", "withdrawn", "grade"]
COLUMNS = [
    "area", "indicator", "value", "lower", "upper", "unit", "grade", "shown",
    "kind", "printed_before", "printed_after", "grade_before", "grade_after", "changed",
    "ref_area", "indicator_id", "period_start", "period_end", "period_years", "obs_id",
]  # fmt: skip
# A note, or the place where a figure stands, may change without the figure.
_BESIDE = {"obs_id", "paragraph", "note_vi", "note_en"}
_SAID = [column for column in STORED[OBSERVATIONS].split() if column not in _BESIDE]


@strict_options
def changes(old: Dataset, new: Dataset) -> pd.DataFrame:
    """List the figures that were added, corrected or withdrawn between two data sets, and changed grades.

    A figure is known by its `obs_id`. `kind` is "added", "corrected", "withdrawn" or "grade", one row a
    figure; `changed` are the columns of a corrected figure that differ, its notes and its paragraph aside.
    `printed_before`, `printed_after`, `grade_before` and `grade_after` are empty on the side that lacks it. A
    grade is that of `compare(ds)`: a new figure may change those of others. All else of a row is as in `new`,
    of a withdrawn figure as in `old`; `old` is read under the wording of `new`. Raises InvalidOption.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> rows = aq.changes(ds.select(areas=["Thanh Hóa", "Quảng Bình"]), ds.select(areas="Thanh Hóa"))
    >>> sorted(set(rows["kind"]))
    ['grade', 'withdrawn']
    """
    for side in (old, new):
        if not isinstance(side, Dataset):
            raise InvalidOption(f"changes() compares data sets, and {side!r} is none. Give aq.load(folder).")
    old, say = old.read_as(new.wording), words()
    rows = changed_figures(old, new)
    before, after = (pd.Series(_grades(ds), dtype="object").reindex(rows.index) for ds in (old, new))
    has_moved = (rows["kind"] == "") & (before.fillna("") != after.fillna(""))
    rows = rows.assign(
        kind=rows["kind"].mask(has_moved, "grade"),
        indicator=rows["name"],
        grade=after.fillna(before),
        grade_before=before,
        grade_after=after,
    )
    rows = pd.concat([rows[rows["kind"] == kind] for kind in KINDS])
    shown = [say(f"change.{row['kind']}", figure=_sides(row)) for row in frames.records(rows)]
    return frames.headed(rows.assign(shown=shown)[COLUMNS].reset_index(drop=True), new)


def changed_figures(old: Dataset, new: Dataset) -> pd.DataFrame:
    """Return all figures of two data sets with the `kind` of their change, "" for none, and its columns."""
    before, after = _figures(old), _figures(new)
    every = pd.concat([after, before[~before.index.isin(after.index)]])
    one, other = (side[_SAID].reindex(every.index) for side in (before, after))
    differs = one.ne(other) & ~(one.isna() & other.isna())
    is_added, is_withdrawn = ~every.index.isin(before.index), ~every.index.isin(after.index)
    cases = [is_added, is_withdrawn, differs.any(axis=1)]
    kinds = np.select(cases, ["added", "withdrawn", "corrected"], "").tolist()
    cells = zip(kinds, differs.to_numpy(), strict=True)
    return every.assign(
        kind=kinds,
        changed=[tuple(differs.columns[row]) if kind == "corrected" else () for kind, row in cells],
        printed_before=one["figure_printed"],
        printed_after=other["figure_printed"],
    )


def _figures(ds: Dataset) -> pd.DataFrame:
    """Return the figures by their ids, with the names that their own data set has for their codes."""
    found, named = ds.observations, frames.names(ds.whole, language())
    return found.assign(
        area=found["ref_area"].map(named["area"]),
        indicator_id=found["indicator"],
        name=found["indicator"].map(named["indicator"]),
        unit=found["indicator"].map(named["unit"]),
        value=found["value_lower"].where(found["value_lower"] == found["value_upper"]),
        lower=found["value_lower"],
        upper=found["value_upper"],
    ).set_index("obs_id", drop=False)


def _grades(ds: Dataset) -> dict[str, str]:
    """Return the grade of each figure beside those of other areas, by its id."""
    return {
        obs_id: row["grade"]
        for row in frames.records(compare(ds))
        for obs_id in row["obs_ids"]
        # The ids of the population that it is divided by stand beside its own.
        if ds.figure(obs_id)["indicator"] == row["indicator_id"] and not frames.is_missing(row["grade"])
    }


def _sides(row: frames.Figure) -> str:
    """Write what a figure was and what it is; once where it is there on one side only, or reads the same."""
    column = "grade" if row["kind"] == "grade" else "printed"
    sides = [row[f"{column}_before"], row[f"{column}_after"]]
    if row["kind"] == "grade":
        return " → ".join("–" if frames.is_missing(side) else side for side in sides)
    return " → ".join(dict.fromkeys(side for side in sides if not frames.is_missing(side)))
