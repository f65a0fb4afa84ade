"""What windows that lie within each other give away: totals that fall, and siblings that part ways.

A count over ten years holds the count over its first five. Where it does not, or where one
indicator of a pair of texts grows eightfold while its sibling does not, something else was counted.
"""

import math
from collections.abc import Iterable
from typing import Any, cast

import pandas as pd

DISAGREE_ABOVE = 3.0

_SCOPE = ["ref_area", "scope_org", "scope_level", "mandate", "revision", "is_part"]
_REPORTS = [
    f"{column}_{side}" for side in ("left", "right") for column in ("source_id", "period_start", "period_end")
]


def joined(left: pd.DataFrame, right: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    """Pair the rows of two frames that agree in the columns `same`; columns end in `_left` and `_right`."""
    return left.add_suffix("_left").merge(
        right.add_suffix("_right"),
        left_on=[f"{column}_left" for column in same],
        right_on=[f"{column}_right" for column in same],
    )


def tuples(values: Iterable[tuple[Any, ...]], index: pd.Index) -> "pd.Series[Any]":
    """Return a column of tuples."""
    return pd.Series(cast(Any, list(values)), index=index, dtype="object")


def totals_that_fall(figures: pd.DataFrame) -> pd.DataFrame:
    """Return windows `_left` within `_right` of one definition and scope, of which the wider has less."""
    pairs = _nested(_flows(figures), ["indicator", *_SCOPE])
    return pairs[pairs["value_lower_left"] > pairs["value_upper_right"]]


def concepts_that_fall(figures: pd.DataFrame) -> pd.DataFrame:
    """Return windows `_left` within `_right` of two definitions that cannot be one: the wider has less."""
    pairs = _nested(_flows(figures), ["ref_area", "concept", "unit_measure"])
    pairs = pairs[pairs["indicator_left"] != pairs["indicator_right"]]
    return pairs[pairs["value_lower_left"] > pairs["value_upper_right"]]


def windows_told_twice(figures: pd.DataFrame) -> pd.DataFrame:
    """Return figures `_left` and `_right` of one definition, scope and window whose bounds share nothing."""
    flows = _flows(figures)
    pairs = joined(flows, flows, ["indicator", *_SCOPE, "period_start", "period_end"])
    return pairs[pairs["value_upper_left"] < pairs["value_lower_right"]]


def siblings_that_disagree(figures: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of indicators of the same two texts: `_right` grew over three times as much as `_left`.

    The values are growth: the rate of the years added over the rate of the inner window.
    """
    grown = _growth(_nested(_flows(figures), ["indicator", *_SCOPE]))
    pairs = joined(grown, grown, [*_REPORTS, *_SCOPE])
    return pairs[pairs["value_lower_right"] > DISAGREE_ABOVE * pairs["value_upper_left"]]


def _flows(figures: pd.DataFrame) -> pd.DataFrame:
    flows = figures[(figures["measure_type"] == "flow") & (figures["obs_status"] != "D")]
    # A part of a total is never held against a total of another window.
    return flows.assign(is_part=flows["part_of"].fillna("") != "")


def _nested(flows: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    pairs = joined(flows, flows, same)
    starts = pairs["period_start_left"] - pairs["period_start_right"]
    ends = pairs["period_end_right"] - pairs["period_end_left"]
    none = pd.Timedelta(0)
    return pairs[(starts >= none) & (ends >= none) & (starts + ends > none)]


def _growth(pairs: pd.DataFrame) -> pd.DataFrame:
    added = (pairs["period_years_right"] - pairs["period_years_left"]).astype("float64")
    pairs, added = pairs[added > 0], added[added > 0]
    scale = pairs["period_years_left"].astype("float64") / added
    least = pairs["value_lower_right"] / pairs["value_upper_left"] - 1
    most = pairs["value_upper_right"] / pairs["value_lower_left"] - 1
    side = pairs.rename(columns={f"{column}_left": column for column in ["indicator", "concept", *_SCOPE]})
    return side[["indicator", "concept", *_SCOPE, *_REPORTS]].assign(
        # From nothing to nothing, or from anything to anything, is no growth of a known size.
        value_lower=(least * scale).fillna(0).clip(lower=0),
        value_upper=(most * scale).fillna(math.inf).clip(lower=0),
        unit_measure="times",
        obs_ids=pairs["obs_ids_left"] + pairs["obs_ids_right"],
    )
