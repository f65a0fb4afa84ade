"""Statements of the sources that cannot all be true as they are read, found before a reader trusts them.

A contradiction does not say which figure is wrong. It says that two of them do not count the
same thing in the same way, and that no comparison may rest on either until the office explains.
"""

import numpy as np
import pandas as pd

from antq_analysis.analysis.frames import figures
from antq_analysis.analysis.nesting import (
    concepts_that_fall,
    siblings_that_disagree,
    totals_that_fall,
    tuples,
    windows_told_twice,
)
from antq_analysis.analysis.parts import (
    figures_after_source,
    fractions_beside_percent,
    parts_above_whole,
    parts_that_do_not_sum,
)
from antq_analysis.analysis.reasons import order
from antq_analysis.dataset.dataset import Dataset

COLUMNS = [
    "kind", "ref_area", "indicators", "concept", "unit",
    "left_lower", "left_upper", "right_lower", "right_upper",
    "possible", "wording", "reasons", "obs_ids",
]  # fmt: skip
USED = [
    "obs_id", "ref_area", "indicator", "concept", "measure_type", "unit_measure", "scope_org", "scope_level",
    "mandate", "period_start", "period_end", "period_years", "obs_status", "part_of", "revision", "source_id",
    "paragraph", "figure_printed", "value_lower", "value_upper",
]  # fmt: skip

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
    certain = set(zip(strict["kind"], strict["obs_ids"], strict=True))
    both = [statement in certain for statement in zip(found["kind"], found["obs_ids"], strict=True)]
    return found.assign(
        # Siblings may grow apart in truth: unlikely, not impossible.
        possible=~np.array(both, dtype=bool) | (found["kind"] == "siblings_disagree"),
        wording=np.where(both, "both", "convention"),
        reasons=tuples(((KINDS[kind][1],) for kind in found["kind"]), found.index),
    )[COLUMNS]


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


def _found(ds: Dataset) -> pd.DataFrame:
    known = figures(ds)[USED].merge(_published(ds), on="source_id", how="left")
    ids = tuples(((obs_id,) for obs_id in known["obs_id"]), known.index)
    known = known.assign(revision=known["revision"].fillna(""), obs_ids=ids)
    found = [_statements(finder(known)).assign(kind=kind) for kind, (finder, _) in KINDS.items()]
    return pd.concat(found, ignore_index=True)


def _published(ds: Dataset) -> pd.DataFrame:
    """Return the last day a source may have appeared: of a year alone, the last of December."""
    sources = ds.sources()
    days = [
        pd.Period(day).end_time.normalize() if day else pd.NaT for day in sources["published_on"].fillna("")
    ]
    return pd.DataFrame({"source_id": sources["source_id"], "published": pd.to_datetime(pd.Series(days))})


def _statements(pairs: pd.DataFrame) -> pd.DataFrame:
    """Lay pairs of sides out as statements."""
    indicators = zip(pairs["indicator_left"], pairs["indicator_right"], strict=True)
    one = pairs["concept_left"] == pairs["concept_right"]
    named = {"ref_area_left": "ref_area", "unit_measure_left": "unit"}
    ends = {
        f"value_{end}_{side}": f"{side}_{end}" for side in ("left", "right") for end in ("lower", "upper")
    }
    return pairs.rename(columns=named | ends)[[*named.values(), *ends.values()]].assign(
        indicators=tuples((tuple(dict.fromkeys(pair)) for pair in indicators), pairs.index),
        concept=pairs["concept_left"].where(one, ""),
        obs_ids=pairs["obs_ids_left"] + pairs["obs_ids_right"],
    )
