"""Statements of the sources that cannot all be true as they are read, found before a reader trusts them.

A contradiction does not say which figure is wrong. It says that two of them do not count the
same thing in the same way, and that no comparison may rest on either until the office explains.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import figure_rows, is_missing
from antq_analysis.analysis.grading import order
from antq_analysis.analysis.nesting import (
    Side,
    concepts_that_fall,
    siblings_that_disagree,
    totals_that_fall,
    windows_told_twice,
)
from antq_analysis.analysis.parts import (
    figures_after_source,
    fractions_beside_percent,
    parts_above_whole,
    parts_that_do_not_sum,
)
from antq_analysis.data.dataset import Dataset, remembered

COLUMNS = [
    "kind", "ref_area", "indicators", "concept", "unit",
    "left_lower", "left_upper", "right_lower", "right_upper",
    "possible", "wording", "reasons", "obs_ids",
]  # fmt: skip
_MAY_BE_EMPTY = ("period_start", "period_years", "part_of", "revision", "paragraph")
_TYPES = {
    **dict.fromkeys(["kind", "ref_area", "concept", "unit", "wording"], "str"),
    **dict.fromkeys(["left_lower", "left_upper", "right_lower", "right_upper"], "float64"),
    "possible": "bool",
}

# What finds each kind of statement, and the reason its figures carry into a comparison.
KINDS = {
    "same_window_differs": (windows_told_twice, "contradiction"),
    "nested_total_falls": (totals_that_fall, "contradiction"),
    "nested_concept_falls": (concepts_that_fall, "definition_differs"),
    "part_above_whole": (parts_above_whole, "contradiction"),
    "parts_do_not_sum": (parts_that_do_not_sum, "contradiction"),
    "siblings_disagree": (siblings_that_disagree, "siblings_disagree"),
    "fraction_percent": (fractions_beside_percent, "contradiction"),
    "after_source": (figures_after_source, "contradiction"),
}


@remembered
def contradictions(ds: Dataset) -> pd.DataFrame:
    """Find the statements of a data set that cannot be true together, a row each; an empty frame if none.

    Two sides, each with bounds, break what `kind` asks: left ≤ right for `nested_total_falls` (window within
    window), `nested_concept_falls` (the same across indicators of one concept and unit: the definitions
    differ), `part_above_whole`, `after_source` (days past the last day of publication); left = right for
    `same_window_differs` (two figures of one window), `parts_do_not_sum`, `fraction_percent`; right ≤
    3 × left for `siblings_disagree` (growth of two indicators of the same two texts). `wording` is "both", or
    "convention" where a strict reading lifts it; `possible` tells whether anything does. Bounds are those of
    convention; `obs_ids` are the figures, left first.

    >>> import antq_analysis as aq
    >>> found = contradictions(aq.load())
    >>> found.kind.value_counts().to_dict()
    {'siblings_disagree': 3, 'nested_concept_falls': 2}
    """
    found, strict = _found(ds.read_as("convention")), _found(ds.read_as("strict"))
    certain = {(row["kind"], row["obs_ids"]) for row in strict}
    rows = [row | _reading(row["kind"], (row["kind"], row["obs_ids"]) in certain) for row in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype(_TYPES)


def flagged(ds: Dataset) -> dict[str, tuple[str, ...]]:
    """Return for each figure in a contradiction, by its `obs_id`, the reasons it brings to any comparison.

    A strict reading lifts a contradiction that rests on convention. A disagreement of siblings it
    does not lift, for a wider reading makes no two indicators agree. What only shows that two definitions
    differ is no fault of either figure.
    """
    found = contradictions(ds)
    stands = (
        (found["wording"] == "both") | (ds.wording == "convention") | (found["kind"] == "siblings_disagree")
    )
    flags: dict[str, tuple[str, ...]] = {}
    kept = found[stands & (found["kind"] != "nested_concept_falls")]
    for reasons, obs_ids in zip(kept["reasons"], kept["obs_ids"], strict=True):
        flags |= {obs_id: order([*flags.get(obs_id, ()), *reasons]) for obs_id in obs_ids}
    return flags


def _reading(kind: str, both: bool) -> dict[str, Any]:
    return {
        # Siblings may grow apart in truth: unlikely, not impossible.
        "possible": not both or kind == "siblings_disagree",
        "wording": "both" if both else "convention",
        "reasons": (KINDS[kind][1],),
    }


def _found(ds: Dataset) -> list[dict[str, Any]]:
    sides = [_side(figure) for figure in figure_rows(ds)]
    published = _published(ds, {side["source_id"] for side in sides})
    for side in sides:
        side["published"] = published[side["source_id"]]
    return [_statement(kind, *pair) for kind, (finder, _) in KINDS.items() for pair in finder(sides)]


def _side(figure: Side) -> Side:
    # What is missing equals what is missing, which NaN and NaT do not.
    known = {column: None if is_missing(figure[column]) else figure[column] for column in _MAY_BE_EMPTY}
    return figure | known | {"revision": known["revision"] or "", "obs_ids": (figure["obs_id"],)}


def _published(ds: Dataset, source_ids: Iterable[str]) -> dict[str, pd.Timestamp | None]:
    """Return the last day each source may have appeared: of a year alone, the last of December."""
    days = {source["source_id"]: source["published_on"] for source in ds.cited(source_ids)}
    return {key: pd.Period(day).end_time.normalize() if day else None for key, day in days.items()}


def _statement(kind: str, left: Side, right: Side) -> dict[str, Any]:
    return {
        "kind": kind,
        "ref_area": left["ref_area"],
        "indicators": tuple(dict.fromkeys((left["indicator"], right["indicator"]))),
        "concept": left["concept"] if left["concept"] == right["concept"] else "",
        "unit": left["unit_measure"],
        "left_lower": left["value_lower"],
        "left_upper": left["value_upper"],
        "right_lower": right["value_lower"],
        "right_upper": right["value_upper"],
        "obs_ids": left["obs_ids"] + right["obs_ids"],
    }
