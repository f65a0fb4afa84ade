"""What is new between two data sets: figures added, corrected or withdrawn, and grades that changed."""

from typing import Any

import pandas as pd

from antq_analysis.analysis import frames
from antq_analysis.analysis.compare import compare
from antq_analysis.data.dataset import Dataset
from antq_analysis.data.read import COLUMNS as STORED
from antq_analysis.data.read import OBSERVATIONS
from antq_analysis.errors import strict_options
from antq_analysis.i18n import language, words

ADDED, CORRECTED, WITHDRAWN, GRADE = KINDS = "added", "corrected", "withdrawn", "grade"
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
    `printed_before`, `printed_after`, `grade_before` and `grade_after` are "" on the side that lacks it. A
    grade is that of `compare(ds)`: a new figure may change those of others. All else of a row is as in `new`,
    of a withdrawn figure as in `old`; `old` is read under the wording of `new`. Raises InvalidOption.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> rows = aq.changes(ds.select(areas=["Thanh Hóa", "Quảng Bình"]), ds.select(areas="Thanh Hóa"))
    >>> sorted(set(rows["kind"]))
    ['grade', 'withdrawn']
    """
    old = old.read_as(new.wording)
    rows = changed_figures(old, new)
    before, after = (_grades(ds).reindex(rows.index).fillna("") for ds in (old, new))
    is_moved = rows["kind"].isin(["", CORRECTED]) & (before != after)
    grade = after.where(rows["kind"] != WITHDRAWN, before)
    rows = rows.assign(grade=grade, grade_before=before, grade_after=after, is_moved=is_moved)
    rows["kind"] = rows["kind"].mask(is_moved & (rows["kind"] == ""), GRADE)
    rows = pd.concat([rows[rows["kind"] == kind] for kind in KINDS])
    shown = [_shown(row) for row in frames.records(rows)]
    rows = rows.assign(indicator=rows["name"], shown=shown)[COLUMNS]
    return frames.headed(rows.reset_index(drop=True), new)


def changed_figures(old: Dataset, new: Dataset) -> pd.DataFrame:
    """Return all figures of two data sets with the `kind` of their change, "" for none, and its columns."""
    before, after = _figures(old), _figures(new)
    rows = pd.concat([after, before[~before.index.isin(after.index)]])
    one, other = (side[_SAID].reindex(rows.index) for side in (before, after))
    differs = one.ne(other) & ~(one.isna() & other.isna())
    kind = pd.Series("", rows.index).mask(differs.any(axis=1), CORRECTED)
    kind = kind.mask(~rows.index.isin(before.index), ADDED).mask(~rows.index.isin(after.index), WITHDRAWN)
    cells = differs[kind == CORRECTED].to_dict("index")
    changed = {key: tuple(name for name in row if row[name]) for key, row in cells.items()}
    columns: list[Any] = [changed.get(key, ()) for key in rows.index]
    was, now = (side["figure_printed"].fillna("") for side in (one, other))
    return rows.assign(kind=kind, changed=columns, printed_before=was, printed_after=now)


def _figures(ds: Dataset) -> pd.DataFrame:
    """Return the figures by their ids, with the names that their own data set has for their codes."""
    rows, named = ds.observations, frames.names(ds.whole, language())
    lower, upper, code = rows["value_lower"], rows["value_upper"], rows["indicator"]
    texts = {noun: code.map(named[noun]) for noun in ("indicator", "unit")}
    rows = rows.assign(area=rows["ref_area"].map(named["area"]), name=texts["indicator"], unit=texts["unit"])
    rows = rows.assign(indicator_id=code, value=lower.where(lower == upper), lower=lower, upper=upper)
    return rows.set_index("obs_id", drop=False)


def _grades(ds: Dataset) -> "pd.Series[str]":
    """Return the grade of each figure beside those of other areas, by its id."""
    rows = compare(ds).explode("obs_ids").dropna(subset=["obs_ids", "grade"])
    # The ids of the population that it is divided by stand beside its own.
    counted = rows["obs_ids"].map(ds.observations.set_index("obs_id")["indicator"])
    return rows[counted == rows["indicator_id"]].set_index("obs_ids")["grade"].astype("object")


def _shown(row: frames.Figure) -> str:
    """Write what a figure was and what it is, once where both read the same, and its grade if that moved."""
    said = []
    if row["kind"] != GRADE:
        printed = filter(None, dict.fromkeys([row["printed_before"], row["printed_after"]]))
        said.append(words()(f"change.{row['kind']}", figure=" → ".join(printed)))
    if row["is_moved"]:
        moved = f"{row['grade_before'] or '–'} → {row['grade_after'] or '–'}"
        said.append(words()("change.grade", figure=moved))
    return "; ".join(said)
