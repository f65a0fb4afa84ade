"""Quality of the figures: contradictions among them, gaps in what was reported, and heaping of round numbers.

A contradiction does not say which figure is wrong: it says that two statements of the sources cannot both be
true as they are read, so that no comparison may rest on either until the office explains.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis.frames import (
    LEFT_OUT,
    MISSING,
    Names,
    constant,
    figures,
    gathered,
    listed,
    objects,
    spans,
)
from antq_analysis.analysis.grading import order
from antq_analysis.analysis.intervals import check_confidence, wilson_interval
from antq_analysis.data.dataset import Dataset, remembered

COLUMNS = [
    "kind", "ref_area", "indicators", "concept", "unit",
    "left_lower", "left_upper", "right_lower", "right_upper",
    "possible", "wording", "reasons", "obs_ids",
]  # fmt: skip
COVERAGE = [
    "concept", "ref_area", "reported", "obs_status", "area_basis", "mandate",
    "period_start", "period_end", "indicators", "obs_ids",
]  # fmt: skip
HEAPING = [
    "source_id", "considered", "round", "share", "ci_lower", "ci_upper", "confidence", "method",
    "p_value", "obs_ids",
]  # fmt: skip
HEAPING_FROM = 10
HEAPING_METHOD = "wilson score; exact binomial against 1/10, greater"
# How many times as much as its sibling an indicator may grow between the same two texts.
DISAGREE_ABOVE = 3.0
# One bit for each kind of body: parts that share none do not overlap, and all of them make the whole.
BODIES = {"agency": 1, "enterprise": 2, "school": 4, "aes": 7, "police": 8, "other": 16, "all": 31}

_TYPES = {
    **dict.fromkeys(["kind", "ref_area", "concept", "unit", "wording"], "str"),
    **dict.fromkeys(["left_lower", "left_upper", "right_lower", "right_upper"], "float64"),
    "possible": "bool",
}
_SCOPE = ["ref_area", "scope_org", "scope_level", "mandate", "revision", "is_part"]
_BOUNDS = ["value_lower", "value_upper"]
_WINDOW = ["period_start", "period_end"]
_STATEMENT = [
    "source_id",
    "indicator",
    "concept",
    "unit_measure",
    *_SCOPE,
    *_WINDOW,
    "period_years",
    *_BOUNDS,
]
_BESIDE = ["source_id", "paragraph", "ref_area", "concept", "scope_org", "period_end"]
_SAME_COUNT = ["indicator", "scope_level", *_WINDOW]
_REPORTED = ["concept", "ref_area", "period_end", "period_start", "mandate", "area_basis"]
_SCALED = r"\d\s*(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)\b"

# The two sides of some statements, a row each: bounds, and the `obs_ids` that each side rests on.
Sides = tuple[pd.DataFrame, pd.DataFrame]


def chosen_figures(
    ds: Dataset, *, areas: Names | None = None, inferred_areas: bool = False, **selection: Any
) -> tuple[dict[str, str], pd.DataFrame]:
    """Return the areas asked for, in the order given, and the figures selected for them.

    By default every area that has a figure. Areas known only from outside evidence stay out unless
    `inferred_areas` is True. `selection` goes to `Dataset.select`. The areas come with the `obs_status` they
    have where they report nothing. The figures are rows of `figures` with their `flags`: the reasons each one
    brings along because another figure of the whole data set contradicts it.
    """
    wanted = None if areas is None else [ds.area_id(area) for area in listed(areas)]
    every = ds.select(inferred_areas=True, areas=wanted, **selection)
    found = figures(every.select(inferred_areas=inferred_areas))
    reported = set(found["ref_area"])
    inferred = set(every.distinct("ref_area")) - reported
    chosen = sorted(reported) if wanted is None else wanted
    flags = flagged(ds.whole)
    return (
        {area: LEFT_OUT if area in inferred else MISSING for area in chosen},
        found.assign(flags=objects([flags.get(obs_id, ()) for obs_id in found["obs_id"]], found.index)),
    )


# ---- contradictions --------------------------------------------------------------------------------------


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
    found, strict = _statements(ds.read_as("convention")), _statements(ds.read_as("strict"))
    certain = set(zip(strict["kind"], strict["obs_ids"], strict=True))
    both = np.array([key in certain for key in zip(found["kind"], found["obs_ids"], strict=True)], dtype=bool)
    return found.assign(
        # Siblings may grow apart in truth: unlikely, not impossible.
        possible=~both | (found["kind"] == "siblings_disagree"),
        wording=np.where(both, "both", "convention"),
        reasons=objects([(KINDS[kind][1],) for kind in found["kind"]]),
    )[COLUMNS].astype(_TYPES)


@remembered
def flagged(ds: Dataset) -> Mapping[str, tuple[str, ...]]:
    """Return for each figure in a contradiction, by its `obs_id`, the reasons it brings to any comparison.

    A strict reading lifts a contradiction that rests on convention. A disagreement of siblings it
    does not lift, for a wider reading makes no two indicators agree. What only shows that two definitions
    differ is no fault of either figure.
    """
    found = contradictions(ds)
    stands = (
        (found["wording"] == "both") | (ds.wording == "convention") | (found["kind"] == "siblings_disagree")
    )
    flags: dict[str, set[str]] = {}
    for kind, obs_ids in found.loc[
        stands & (found["kind"] != "nested_concept_falls"), ["kind", "obs_ids"]
    ].values:
        for obs_id in obs_ids:
            flags.setdefault(obs_id, set()).add(KINDS[kind][1])
    return MappingProxyType({obs_id: order(reasons) for obs_id, reasons in flags.items()})


def _statements(ds: Dataset) -> pd.DataFrame:
    """Return the contradictions under one reading of the words, kind by kind."""
    found = figures(ds)
    days = ds.sources().set_index("source_id")["published_on"].dropna()
    # Of a year alone, the last day a source may have appeared is the last of December.
    published = {source: pd.Period(day).end_time.normalize() for source, day in days.items() if day}
    found = found.assign(
        obs_ids=objects(zip(found["obs_id"]), found.index),
        published=pd.to_datetime(found["source_id"].map(published)),
        is_part=found["part_of"].notna(),
    )
    return pd.concat(
        [_as_rows(kind, *finder(found)) for kind, (finder, _) in KINDS.items()], ignore_index=True
    )


def _as_rows(kind: str, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    sides = {
        f"{name}_{bound}": side[f"value_{bound}"].to_numpy(dtype="float64")
        for name, side in (("left", left), ("right", right))
        for bound in ("lower", "upper")
    }
    pairs = [zip(left[column], right[column], strict=True) for column in ("indicator", "concept", "obs_ids")]
    return pd.DataFrame(
        {
            "kind": kind,
            "ref_area": left["ref_area"].to_numpy(),
            "indicators": objects(tuple(dict.fromkeys(pair)) for pair in pairs[0]),
            "concept": objects(one if one == other else "" for one, other in pairs[1]),
            "unit": left["unit_measure"].to_numpy(),
            **sides,
            "obs_ids": objects(one + other for one, other in pairs[2]),
        }
    )


def _joined(left: pd.DataFrame, right: pd.DataFrame, same: list[str]) -> Sides:
    """Pair each left row with every right one that agrees in the columns `same`, in their order."""
    places = [side[same].assign(place=np.arange(len(side))) for side in (left, right)]
    pairs = places[0].merge(places[1], on=same, suffixes=("", "_right"))
    return left.iloc[pairs["place"]], right.iloc[pairs["place_right"]]


def _where(sides: Sides, holds: Callable[[pd.DataFrame, pd.DataFrame], Any]) -> Sides:
    """Keep the pairs of which something holds."""
    left, right = (side.reset_index(drop=True) for side in sides)
    kept = holds(left, right)
    return left[kept], right[kept]


def _above(left: pd.DataFrame, right: pd.DataFrame) -> "pd.Series[bool]":
    return left["value_lower"] > right["value_upper"]


def _below(left: pd.DataFrame, right: pd.DataFrame) -> "pd.Series[bool]":
    return left["value_upper"] < right["value_lower"]


def _apart(left: pd.DataFrame, right: pd.DataFrame) -> "pd.Series[bool]":
    return _above(left, right) | _below(left, right)


# ---- windows within windows ------------------------------------------------------------------------------


def _totals_that_fall(found: pd.DataFrame) -> Sides:
    """Find windows within others of one definition and scope, of which the wider, right, has less."""
    return _where(_nested(_flows(found), ["indicator", *_SCOPE]), _above)


def _concepts_that_fall(found: pd.DataFrame) -> Sides:
    """Find windows within others of two definitions that cannot be one: the wider, right, has less."""
    pairs = _nested(_flows(found), ["ref_area", "concept", "unit_measure"])
    return _where(
        pairs, lambda inner, outer: (inner["indicator"] != outer["indicator"]) & _above(inner, outer)
    )


def _windows_that_differ(found: pd.DataFrame) -> Sides:
    """Find pairs of figures of one definition, scope and window whose bounds share nothing."""
    same = ["indicator", *_SCOPE, *_WINDOW]
    disputed = _disputed(_flows(found), same, 1)
    return _where(_joined(disputed, disputed, same), _below)


def _siblings_that_disagree(found: pd.DataFrame) -> Sides:
    """Find pairs of indicators of the same two texts: the right grew over three times as much as the left.

    The values are growth: the rate of the years added over the rate of the inner window.
    """
    same = [
        *_SCOPE,
        *(f"{column}_{side}" for side in ("inner", "outer") for column in ("source_id", *_WINDOW)),
    ]
    grown = _disputed(_growth(*_nested(_flows(found), ["indicator", *_SCOPE])), same, DISAGREE_ABOVE)
    pairs = _joined(grown, grown, same)
    return _where(pairs, lambda a, b: b["value_lower"] > DISAGREE_ABOVE * a["value_upper"])


def _flows(found: pd.DataFrame) -> pd.DataFrame:
    """Return the flows over windows; what one text prints several times is one row with all its `obs_ids`."""
    # A part of a total is never held against a total of another window, hence `is_part` in the scope.
    flow = (found["measure_type"] == "flow") & (found["obs_status"] != "D") & found["period_start"].notna()
    flows = found[flow]
    groups = flows.groupby(_STATEMENT, dropna=False, sort=False).ngroup()
    once = flows[~groups.duplicated()]
    return once.assign(obs_ids=objects(gathered(flows["obs_id"], groups), once.index))


def _disputed(rows: pd.DataFrame, same: list[str], factor: float) -> pd.DataFrame:
    """Keep the rows of groups in which some bounds lie apart by a factor, so that few pairs need a look."""
    groups = rows.groupby(same, dropna=False)
    least, most = groups["value_upper"].transform("min"), groups["value_lower"].transform("max")
    return rows[most > factor * least]


def _nested(flows: pd.DataFrame, same: list[str]) -> Sides:
    """Pair each window, left, with every wider one that holds it, right, among those equal in `same`."""
    # Ordered by group and first day, the windows that begin within a window are neighbours: no need to look at
    # all pairs.
    group = flows.groupby(same, dropna=False).ngroup().to_numpy()
    days = spans(flows) - (spans(flows).min() if len(flows) else 0)
    first, last = (group * (days.max(initial=0) + 1) + day for day in days.T)
    by_first = np.argsort(first, kind="stable")
    begin, end = np.searchsorted(first[by_first], first), np.searchsorted(first[by_first], last, side="right")
    outer = np.repeat(np.arange(len(flows)), end - begin)
    runs = np.arange(len(outer)) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin)
    inner = by_first[np.repeat(begin, end - begin) + runs]
    within = (last[inner] <= last[outer]) & ((first[inner] != first[outer]) | (last[inner] != last[outer]))
    pairs = np.column_stack([inner, outer])[within]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return flows.iloc[pairs[:, 0]], flows.iloc[pairs[:, 1]]


def _growth(inner: pd.DataFrame, outer: pd.DataFrame) -> pd.DataFrame:
    """Return by how much nested windows grew: the rate of the years added over the rate of the inner window."""
    inner, outer = inner.reset_index(drop=True), outer.reset_index(drop=True)
    years, all_years = inner["period_years"].astype("float64"), outer["period_years"].astype("float64")
    scale = years / (all_years - years)
    reports = {
        f"{column}_{name}": side[column]
        for name, side in (("inner", inner), ("outer", outer))
        for column in ("source_id", *_WINDOW)
    }
    growth = _quotient(outer, inner)
    return inner.assign(
        **reports,
        # From nothing to nothing, or from anything to anything, is no growth of a known size.
        value_lower=((growth[0] - 1) * scale).clip(lower=0.0).fillna(0.0),
        value_upper=((growth[1] - 1) * scale).clip(lower=0.0).fillna(np.inf),
        unit_measure="times",
        obs_ids=objects(a + b for a, b in zip(inner["obs_ids"], outer["obs_ids"], strict=True)),
    )[all_years > years]


def _quotient(a: pd.DataFrame, b: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """Return the bounds of a over b; 0 over 0, and what is open over what is open, is NaN."""
    return a["value_lower"] / b["value_upper"], a["value_upper"] / b["value_lower"]


# ---- parts, fractions and dates --------------------------------------------------------------------------


def _parts(found: pd.DataFrame) -> Sides:
    """Pair each part, left, with its whole, right."""
    wholes = found.assign(part_of=found["obs_id"])
    return _joined(found[found["is_part"]], wholes, ["part_of"])


def _parts_above_whole(found: pd.DataFrame) -> Sides:
    """Find the parts that are above their whole, right."""
    return _where(_parts(found), _above)


def _parts_that_do_not_sum(found: pd.DataFrame) -> Sides:
    """Find the sums of parts by kind of body that are not their whole, right.

    Parts that share no body are at most the whole; parts that together hold all its bodies are the whole.
    """
    parts, wholes = _where(_parts(found), _counts_fewer_bodies)
    body = parts["scope_org"].map(BODIES)
    groups = [list(places) for _, places in sorted(parts.groupby("part_of").groups.items())]
    # Bits that overlap make a sum above their union.
    apart = [g for g in groups if len(g) > 1 and body[g].sum() == np.bitwise_or.reduce(body[g])]
    sums = parts.loc[[g[0] for g in apart]].assign(
        value_lower=[parts.loc[g, "value_lower"].sum() for g in apart],
        value_upper=[parts.loc[g, "value_upper"].sum() for g in apart],
        obs_ids=objects([tuple(parts.loc[g, "obs_id"]) for g in apart], [g[0] for g in apart]),
        complete=[body[g].sum() == BODIES[wholes.at[g[0], "scope_org"]] for g in apart],
    )
    return _where(
        (sums, wholes.loc[sums.index]),
        lambda total, whole: _above(total, whole) | (total["complete"].astype(bool) & _below(total, whole)),
    )


def _counts_fewer_bodies(part: pd.DataFrame, whole: pd.DataFrame) -> "pd.Series[bool]":
    """Mark the parts that count what their whole counts, only of fewer bodies."""
    same = [
        (part[column] == whole[column]) | (part[column].isna() & whole[column].isna())
        for column in _SAME_COUNT
    ]
    return np.logical_and.reduce(same) & (part["scope_org"] != whole["scope_org"])


def _fractions_beside_percent(found: pd.DataFrame) -> Sides:
    """Find the fractions, in percent, that are not the percentage printed beside them, right."""
    part, whole = _where(_parts(found), lambda part, _: part["figure_printed"].str.contains(r"\d\s*/\s*\d"))
    lower, upper = _quotient(
        part.assign(value_lower=100 * part["value_lower"], value_upper=100 * part["value_upper"]), whole
    )
    fractions = part.assign(
        value_lower=lower,
        value_upper=upper,
        unit_measure="percent",
        obs_ids=objects([a + b for a, b in zip(part["obs_ids"], whole["obs_ids"], strict=True)], part.index),
    )
    return _where(_joined(fractions, _rounded(found[found["unit_measure"] == "percent"]), _BESIDE), _apart)


def _rounded(shares: pd.DataFrame) -> pd.DataFrame:
    """Widen printed percentages by half a unit of their last digit, which is what rounding takes away."""
    digits = [re.search(r"\d,(\d+)", text) for text in shares["figure_printed"]]
    half = np.array([0.5 * 10.0 ** -(len(found[1]) if found else 0) for found in digits])
    return shares.assign(value_lower=shares["value_lower"] - half, value_upper=shares["value_upper"] + half)


def _figures_after_source(found: pd.DataFrame) -> Sides:
    """Find the figures dated after the last day their source may have appeared, as days late."""
    days = (found["period_end"] - found["published"]).dt.days
    late = found.assign(value_lower=days, value_upper=days, unit_measure="day")[days > 0]
    return late, late.assign(value_lower=0.0, value_upper=0.0, obs_ids=constant((), late))


# What finds each kind of statement, and the reason its figures carry into a comparison.
KINDS: dict[str, tuple[Callable[[pd.DataFrame], Sides], str]] = {
    "same_window_differs": (_windows_that_differ, "contradiction"),
    "nested_total_falls": (_totals_that_fall, "contradiction"),
    "nested_concept_falls": (_concepts_that_fall, "definition_differs"),
    "part_above_whole": (_parts_above_whole, "contradiction"),
    "parts_do_not_sum": (_parts_that_do_not_sum, "contradiction"),
    "siblings_disagree": (_siblings_that_disagree, "siblings_disagree"),
    "fraction_percent": (_fractions_beside_percent, "contradiction"),
    "after_source": (_figures_after_source, "contradiction"),
}


# ---- gaps and heaping ------------------------------------------------------------------------------------


def coverage(ds: Dataset, *, areas: Names | None = None, concepts: Names | None = None) -> pd.DataFrame:
    """List who reported what and when: a row per concept, area and window, and one for each gap.

    Areas (any spelling) and concepts are by default those that have figures in `ds`; `ds.select(mandates=…)`
    leaves the official series out or in. Where nothing was reported, `reported` is False, `obs_status` is
    "O" and the window is missing. A stock has only `period_end`. `indicators` and `obs_ids` are tuples.
    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> rows = coverage(aq.load(), areas=["Quảng Bình", "Thanh Hóa"], concepts="tips")
    >>> rows[["ref_area", "obs_status"]].values.tolist()
    [['VN-24', 'O'], ['VN-21', 'A'], ['VN-21', 'A']]
    """
    places = ds.distinct("ref_area") if areas is None else [ds.area_id(area) for area in _several(areas)]
    wanted = ds.distinct("concept") if concepts is None else _several(concepts)
    found = figures(ds.select(concepts=wanted, areas=places, inferred_areas=True))
    pairs = [(concept, place) for concept in wanted for place in places]
    every = pd.DataFrame(pairs, columns=["concept", "ref_area"], dtype="str")
    rows = every.merge(_by_window(found), on=["concept", "ref_area"], how="left")
    reported = rows["obs_ids"].notna()
    empty = constant((), rows)
    return rows.assign(
        reported=reported,
        obs_status=rows["obs_status"].fillna(MISSING),
        indicators=rows["indicators"].where(reported, empty),
        obs_ids=rows["obs_ids"].where(reported, empty),
    )[COVERAGE]


def _several(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _by_window(found: pd.DataFrame) -> pd.DataFrame:
    """Gather the figures of a window; of several statuses the one that is not normal is shown."""
    windows = found.sort_values("obs_id").groupby(_REPORTED, dropna=False)
    groups = windows.ngroup()
    status = windows["obs_status"].max().reset_index()
    ordered = found.loc[groups.index]
    return status.assign(
        indicators=objects(gathered(ordered["indicator"], groups)),
        obs_ids=objects(gathered(ordered["obs_id"], groups)),
    )


def heaping(ds: Dataset, *, confidence: float = 0.95) -> pd.DataFrame:
    """Count, for each source, how many of its plain figures end in 0, and how unlikely that is.

    Considered are counts from 10 up that carry no qualifying word and are printed to the last unit (not in
    thousands, nor as a share). One in ten should end in 0; by Benford's law twelve in a hundred of those
    with two digits. `share` has a Wilson interval, `p_value` is the exact binomial probability of so many
    or more. A source without such figures has no row. Raises InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = heaping(aq.load()).set_index("source_id")
    >>> rows.loc["baothanhhoa-2024", ["considered", "round"]].tolist()
    [10, 2]
    """
    from scipy.stats import binom

    check_confidence(confidence)
    plain = _plain(figures(ds))
    ends_in_0 = (plain["obs_value"] % 10 == 0).groupby(plain["source_id"])
    rows = ends_in_0.agg(["size", "sum"]).reset_index().set_axis(["source_id", "considered", "round"], axis=1)
    chance = wilson_interval(rows["round"], rows["considered"], confidence=confidence)
    return rows.assign(
        share=rows["round"] / rows["considered"],
        ci_lower=chance.lower,
        ci_upper=chance.upper,
        confidence=confidence,
        method=HEAPING_METHOD,
        p_value=binom.sf(rows["round"] - 1, rows["considered"], 0.1),
        obs_ids=objects(gathered(plain["obs_id"], ends_in_0.ngroup())),
    )[HEAPING]


def _plain(found: pd.DataFrame) -> pd.DataFrame:
    exact = (found["qualifier"] == "exact") & (found["measure_type"] != "share")
    scaled = found["figure_printed"].str.contains(_SCALED, case=False)
    plain = found[exact & ~scaled & (found["obs_value"] >= HEAPING_FROM)]
    # A number printed twice in one paragraph (36/36; as many records as inspections) is one count.
    return plain.drop_duplicates(["source_id", "paragraph", "obs_value"])
