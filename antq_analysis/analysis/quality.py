"""Quality of the figures: contradictions among them, gaps in what was reported, and heaping of round numbers.

A contradiction does not say which figure is wrong: it says that two statements of the sources cannot both be
true as they are read, so that no comparison may rest on either until the office explains.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import permutations, product
from operator import itemgetter, or_
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis import frames
from antq_analysis.analysis.frames import Figure, Names, figure_rows, figures, grouped, is_missing
from antq_analysis.analysis.grading import BODIES, order
from antq_analysis.analysis.intervals import Bounded, check_confidence, wilson_interval
from antq_analysis.analysis.results import Results
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.errors import strict_options
from antq_analysis.i18n import language, year_text

COLUMNS = [
    "period", "kind", "ref_area", "indicators", "concept", "unit",
    "left_lower", "left_upper", "right_lower", "right_upper",
    "possible", "wording", "reasons", "obs_ids",
]  # fmt: skip
COVERAGE = [
    "period", "subject", "concept", "ref_area", "reported", "obs_status", "area_basis", "mandate",
    "period_start", "period_end", "indicators", "obs_ids",
]  # fmt: skip
NESTED = [
    "period", "ref_area", "indicator_id", "indicators", "concept",
    "inner_period", "inner_printed", "inner_lower", "inner_upper", "inner_years",
    "outer_period", "outer_printed", "outer_lower", "outer_upper", "outer_years",
    "share_lower", "share_upper", "expected", "rest_lower", "rest_upper", "same_definition", "obs_ids",
]  # fmt: skip
# How many times its sibling's the share of an inner window may be in the outer one, of the same two texts.
DISAGREE_ABOVE = 3.0
# The reason that the figures of a contradiction bring to any comparison, "contradiction" but for these kinds.
REASON = {"siblings_disagree": "siblings_disagree", "nested_concept_falls": "definition_differs"}

_TYPES = {
    **dict.fromkeys(["kind", "ref_area", "concept", "unit", "wording"], "str"),
    **dict.fromkeys(["left_lower", "left_upper", "right_lower", "right_upper"], "float64"),
    "possible": "bool",
}
_MAY_BE_EMPTY = ("period_start", "period_years", "paragraph")
_SCOPE = ["ref_area", "scope_org", "scope_level", "mandate", "revision", "is_part"]
_WINDOW = ["period_start", "period_end"]
# What makes two statements of the same kind the same, told in two places.
_SAME = [
    "kind", "indicators", "scope", "windows", "unit", "left_lower", "left_upper", "right_lower", "right_upper"
]  # fmt: skip
_BESIDE = ["source_id", "paragraph", "ref_area", "concept", "scope_org", "period_end"]
_COUNT = ["source_id", "paragraph", "ref_area", "period_end", "obs_value"]
_REPORTED = ["concept", "ref_area", "period_end", "period_start", "mandate", "area_basis"]
_SCALED = r"\d\s*(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)\b"

# A side of a statement: a figure, or what is computed of some, with bounds and the `obs_ids` it rests on.
Side = dict[str, Any]
Pairs = list[tuple[Side, Side]]


def chosen_figures(
    ds: Dataset, *, areas: Names | None = None, inferred_areas: bool = False, **selection: Any
) -> tuple[dict[str, str], list[Figure]]:
    """Return the areas asked for, in the order given, and the figures selected for them.

    By default every area that has a figure. Areas known only from outside evidence stay out unless
    `inferred_areas` is True. `selection` goes to `Dataset.select`. The areas come with the `obs_status` they
    have where they report nothing. The figures are rows of `figures` with their `flags`: the reasons each one
    brings along because another figure of the whole data set contradicts it.
    """
    wanted = None if areas is None else ds.ids("area", areas)
    every = ds.select(inferred_areas=True, areas=wanted, **selection)
    flags = flagged(ds.whole)
    found = figure_rows(every.select(inferred_areas=inferred_areas))
    for figure in found:
        figure["flags"] = flags.get(figure["obs_id"], ())
    reported = {figure["ref_area"] for figure in found}
    inferred = set(every.distinct("ref_area")) - reported
    chosen = sorted(reported) if wanted is None else wanted
    return {area: frames.LEFT_OUT if area in inferred else frames.MISSING for area in chosen}, found


@strict_options
def contradictions(ds: Dataset) -> pd.DataFrame:
    """Find the statements of a data set that cannot be true together, a row each; an empty frame if none.

    Two sides, each with bounds, break what `kind` asks: left ≤ right for `nested_total_falls` (window within
    window), `nested_concept_falls` (the same across indicators of one concept and unit in two texts: the
    definitions differ), `part_above_whole`; left = right for `same_window_differs` (two figures of one
    window), `parts_do_not_sum`, `fraction_percent`; right ≤ 3 × left for `siblings_disagree` (the share that
    the inner window of one text has in the outer window of another, for two indicators). `wording` is "both",
    or "convention" where a strict reading lifts it; `possible` tells whether anything does. Bounds are those
    of convention; `obs_ids` are the figures, left first. What is told in several places is one row.

    >>> import antq_analysis as aq
    >>> found = aq.contradictions(aq.load())
    >>> found.kind.value_counts().to_dict()
    {'siblings_disagree': 5, 'nested_concept_falls': 2}
    """
    return _named(_contradictions(ds), ds)


@remembered
def _contradictions(ds: Dataset) -> pd.DataFrame:
    found = _found(figure_rows(ds.read_as("convention")))
    involved = dict.fromkeys(obs_id for row in found for obs_id in row["obs_ids"])
    strict = _found(figure_rows(ds.read_as("strict"), involved))
    certain = {(row["kind"], row["obs_ids"]) for row in strict}
    for row in found:
        both = (row["kind"], row["obs_ids"]) in certain
        row["wording"] = "both" if both else "convention"
        # Siblings may grow apart in truth: unlikely, not impossible.
        row["possible"] = not both or row["kind"] == "siblings_disagree"
        row["reasons"] = (REASON.get(row["kind"], "contradiction"),)
    once = [_told_once(rows) for rows in grouped(found, "wording", *_SAME).values()]
    return pd.DataFrame(once, columns=COLUMNS).astype(_TYPES)


@remembered
def flagged(ds: Dataset) -> Mapping[str, tuple[str, ...]]:
    """Return for each figure in a contradiction, by its `obs_id`, the reasons it brings to any comparison.

    A strict reading lifts a contradiction that rests on convention. A disagreement of siblings it
    does not lift, for a wider reading makes no two indicators agree. What only shows that two definitions
    differ is no fault of either figure.
    """
    found = _contradictions(ds)
    certain = (found["wording"] == "both") | (ds.wording == "convention")
    stands = certain | (found["kind"] == "siblings_disagree")
    kept = found[stands & (found["kind"] != "nested_concept_falls")]
    flags: dict[str, list[str]] = defaultdict(list)
    for reasons, obs_ids in zip(kept["reasons"], kept["obs_ids"], strict=True):
        for obs_id in obs_ids:
            flags[obs_id] += reasons
    return MappingProxyType({obs_id: order(reasons) for obs_id, reasons in flags.items()})


def _found(known: list[Figure]) -> list[dict[str, Any]]:
    """Return the contradictions among some figures, kind by kind."""
    sides = [_side(figure) for figure in known]
    flows, wholes = _flows(sides), {side["obs_id"]: side for side in sides}
    parts = [(side, wholes[side["part_of"]]) for side in sides if side["part_of"] in wholes]
    within = _within(flows, ["indicator", *_SCOPE])
    beside = _told_apart(_within(flows, ["ref_area", "concept", "unit_measure"]), flows)
    found = {
        "same_window_differs": _apart(flows, ["indicator", *_SCOPE, *_WINDOW], 1.0),
        "nested_total_falls": [pair for pair in within if _above(*pair)],
        "nested_concept_falls": [
            (a, b) for a, b in beside if a["indicator"] != b["indicator"] and _above(a, b)
        ],
        "part_above_whole": [pair for pair in parts if _above(*pair)],
        "parts_do_not_sum": _parts_that_do_not_sum(parts),
        "siblings_disagree": _apart(_shares(within), ["reports", *_SCOPE], DISAGREE_ABOVE),
        "fraction_percent": _fractions_beside_percent(sides, parts),
    }
    return [_statement(kind, *pair) for kind, pairs in found.items() for pair in pairs]


def _side(figure: Figure) -> Side:
    # What is missing equals what is missing, which NaN and NaT do not.
    figure |= {column: None for column in _MAY_BE_EMPTY if is_missing(figure[column])}
    return figure | {
        "is_part": bool(figure["part_of"]),
        "windows": ((figure["period_start"], figure["period_end"]),),
        "obs_ids": (figure["obs_id"],),
    }


def _statement(kind: str, left: Side, right: Side) -> dict[str, Any]:
    windows = tuple(dict.fromkeys(left["windows"] + right["windows"]))
    return {
        "kind": kind,
        "ref_area": left["ref_area"],
        "period": " / ".join(dict.fromkeys(year_text(start or end, end) for start, end in windows)),
        "windows": windows,
        "scope": tuple(side[key] for side in (left, right) for key in _SCOPE),
        "indicators": tuple(dict.fromkeys((left["indicator"], right["indicator"]))),
        "concept": left["concept"] if left["concept"] == right["concept"] else "",
        "unit": left["unit_measure"],
        "left_lower": left["value_lower"],
        "left_upper": left["value_upper"],
        "right_lower": right["value_lower"],
        "right_upper": right["value_upper"],
        "left_ids": left["obs_ids"],
        "obs_ids": left["obs_ids"] + right["obs_ids"],
    }


def _told_once(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Join the rows of one statement told in several places: all its figures, left first."""
    ids = [obs_id for key in ("left_ids", "obs_ids") for row in rows for obs_id in row[key]]
    return rows[0] | {"obs_ids": tuple(dict.fromkeys(ids))}


def _named(frame: pd.DataFrame, ds: Dataset) -> pd.DataFrame:
    """Begin a frame with the area, the period and the indicators, named in the current language."""
    named = frames.names(ds.whole, language())
    indicators = [" / ".join(map(named["indicator"].__getitem__, codes)) for codes in frame["indicators"]]
    head = {"area": frame["ref_area"].map(named["area"]), "period": frame["period"], "indicator": indicators}
    return Results(pd.DataFrame(head).join(frame.drop(columns="period")))


def _between(side: Side, lower: float, upper: float, **more: Any) -> Side:
    return side | {"value_lower": lower, "value_upper": upper} | more


def _above(left: Side, right: Side) -> bool:
    return bool(left["value_lower"] > right["value_upper"])


def _flows(sides: list[Side]) -> list[Side]:
    """Return the flows over windows. A part of a total is never held against another total: `is_part`."""
    return [s for s in sides if s["measure_type"] == "flow" and s["obs_status"] != "D" and s["period_start"]]


def _apart(sides: Iterable[Side], same: list[str], factor: float) -> Pairs:
    """Pair the sides equal in `same` of which the right is more than `factor` times the left."""
    pairs: Pairs = []
    for group in grouped(sides, *same).values():
        # Where the outermost bounds are not apart, no pair is: no need to look at every one.
        if max(s["value_lower"] for s in group) > factor * min(s["value_upper"] for s in group):
            apart = permutations(group, 2)
            pairs += [(a, b) for a, b in apart if b["value_lower"] > factor * a["value_upper"]]
    return pairs


def _within(flows: list[Side], same: list[str]) -> Pairs:
    """Pair each window, left, with every wider one that holds it, right, among those equal in `same`.

    Ordered by first day, the windows that begin within a window are neighbours, and only these are looked at.
    """
    window = itemgetter(*_WINDOW)
    pairs: Pairs = []
    for group in grouped(flows, *same).values():
        ordered = sorted(group, key=window)
        starts = [side["period_start"] for side in ordered]
        for outer in group:
            first, last = window(outer)
            for inner in ordered[bisect_left(starts, first) : bisect_right(starts, last)]:
                if inner["period_end"] <= last and window(inner) != (first, last):
                    pairs.append((inner, outer))
    return pairs


def _told_apart(pairs: Pairs, flows: list[Side]) -> Pairs:
    """Leave out pairs of two indicators where one of the two texts counts both: it tells them apart."""
    told = {(side["ref_area"], side["source_id"], side["indicator"]) for side in flows}

    def counts(text: Side, other: Side) -> bool:
        return (text["ref_area"], text["source_id"], other["indicator"]) in told

    return [
        (a, b) for a, b in pairs if a["indicator"] == b["indicator"] or not (counts(a, b) or counts(b, a))
    ]


def _shares(pairs: Pairs) -> Iterator[Side]:
    """Give the share of each window in one that holds it, where two texts tell them and it can be a share."""
    for inner, outer in pairs:
        if inner["source_id"] == outer["source_id"] or _above(inner, outer) or not outer["value_upper"]:
            continue
        share = Bounded.of(inner).per(Bounded.of(outer))
        reports = tuple(side[key] for side in (inner, outer) for key in ("source_id", *_WINDOW))
        named = {key: inner[key] + outer[key] for key in ("windows", "obs_ids")} | {"unit_measure": "share"}
        yield _between(inner, share.lower, min(1.0, share.upper), reports=reports, **named)


def _parts_that_do_not_sum(pairs: Pairs) -> Pairs:
    """Find the sums of parts by kind of body that are not their whole, right.

    Parts that share no body are at most the whole; parts that together hold all its bodies are the whole.
    """
    counted = itemgetter("indicator", "scope_level", *_WINDOW)
    wholes = {whole["obs_id"]: whole for _, whole in pairs}
    fewer = [a for a, b in pairs if counted(a) == counted(b) and a["scope_org"] != b["scope_org"]]
    found = []
    for whole_id, told in sorted(grouped(fewer, "part_of").items()):
        # A part that is told twice is one part.
        parts = list({(part["scope_org"], *Bounded.of(part)[1:]): part for part in told}.values())
        whole, bodies = wholes[whole_id], [BODIES[part["scope_org"]] for part in parts]
        # The sum of the bits is their union where no body is counted twice.
        if len(parts) > 1 and sum(bodies) == reduce(or_, bodies):
            lower, upper = (math.fsum(part[end] for part in parts) for end in ("value_lower", "value_upper"))
            total = _between(parts[0], lower, upper, obs_ids=tuple(part["obs_id"] for part in parts))
            complete = sum(bodies) == BODIES[whole["scope_org"]]
            found += [(total, whole)] if _above(total, whole) or (complete and _above(whole, total)) else []
    return found


def _fractions_beside_percent(sides: list[Side], parts: Pairs) -> Pairs:
    """Find the fractions, in percent, that are not the percentage printed beside them, right."""
    fractions, shares = [], []
    for part, whole in parts:
        if re.search(r"\d\s*/\s*\d", part["figure_printed"]):
            share = Bounded.of(part).times(100).per(Bounded.of(whole))
            ids = part["obs_ids"] + whole["obs_ids"]
            fractions.append(_between(part, share.lower, share.upper, unit_measure="percent", obs_ids=ids))
    for side in sides:
        if side["unit_measure"] == "percent":
            # Rounding takes away up to half a unit of the last digit.
            decimals = re.search(r"\d,(\d+)", side["figure_printed"])
            half = 0.5 * 10.0 ** -(len(decimals[1]) if decimals else 0)
            shares.append(_between(side, side["value_lower"] - half, side["value_upper"] + half))
    key, beside = itemgetter(*_BESIDE), grouped(shares, *_BESIDE)
    pairs = [(one, share) for one in fractions for share in beside.get(key(one), ())]
    return [(a, b) for a, b in pairs if _above(a, b) or _above(b, a)]


@strict_options
def nested(ds: Dataset, indicators: Names | None = None, areas: Names | None = None) -> pd.DataFrame:
    """List the windows that lie within another of the same concept, and the share they have of its total.

    A row a pair: what is printed, the bounds and the stated years of both; `share_lower`–`share_upper` of
    the inner figure in the outer one, from 0 to 1, beside `expected`, the share of its years;
    `rest_lower`–`rest_upper` for the years between. Where `same_definition` is False (another indicator,
    organiser or mandate) the quotient is no share, may be above 1, and says how far the two are from being
    one series. Impossible numbers are missing. Raises UnknownName.

    >>> import antq_analysis as aq
    >>> pairs = aq.nested(aq.load(), "sessions_provincial_bodies", "Thanh Hóa")
    >>> pairs[["inner_printed", "expected", "share_upper"]].round(3).values.tolist()
    [['3.071 buổi tuyên truyền', 0.5, 0.107]]
    """
    _, known = chosen_figures(ds, indicators=indicators, areas=areas, inferred_areas=True)
    flows = _flows(list(map(_side, known)))
    pairs = _told_apart(_within(flows, ["ref_area", "concept", "unit_measure", "is_part"]), flows)
    once = grouped([_nesting(*pair) for pair in pairs], *_SAME).values()
    rows = sorted(map(_told_once, once), key=itemgetter("same_definition"), reverse=True)
    return _named(pd.DataFrame(rows, columns=NESTED), ds)


def _nesting(inner: Side, outer: Side) -> dict[str, Any]:
    same = all(inner[key] == outer[key] for key in ("indicator", *_SCOPE))
    small, large, falls = Bounded.of(inner), Bounded.of(outer), _above(inner, outer)
    share = small.per(large)
    sides = {"inner": inner, "outer": outer}
    printed = ("figure_printed", "value_lower", "value_upper", "period_years")
    return {
        **_statement("nested", inner, outer),
        "indicator_id": inner["indicator"],
        **{f"{end}_{key.split('_')[1]}": side[key] for end, side in sides.items() for key in printed},
        **{f"{end}_period": year_text(*side["windows"][0]) for end, side in sides.items()},
        "share_lower": share.lower,
        "share_upper": min(share.upper, 1.0) if same and not falls else share.upper,
        "expected": (inner["period_years"] or math.nan) / (outer["period_years"] or math.nan),
        "rest_lower": math.nan if falls else max(0.0, large.lower - small.upper),
        "rest_upper": math.nan if falls else large.upper - small.lower,
        "same_definition": same,
    }


@strict_options
def coverage(ds: Dataset, *, areas: Names | None = None, concepts: Names | None = None) -> pd.DataFrame:
    """List who reported what and when: a row per concept, area and window, and one for each gap.

    Areas (any spelling) and concepts are by default those that have figures in `ds`; `ds.select(mandates=…)`
    leaves the official series out or in. Where nothing was reported, `reported` is False, `obs_status` is
    "O" and the window is missing. A stock has only `period_end`. `indicators` and `obs_ids` are tuples.
    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> rows = aq.coverage(aq.load(), areas=["Quảng Bình", "Thanh Hóa"], concepts="tips")
    >>> rows[["ref_area", "obs_status"]].values.tolist()
    [['VN-24', 'O'], ['VN-21', 'A'], ['VN-21', 'A']]
    """
    places = ds.distinct("ref_area") if areas is None else ds.ids("area", areas)
    wanted = ds.distinct("concept") if concepts is None else ds.ids("concept", concepts)
    found = figures(ds.select(concepts=concepts, areas=areas, inferred_areas=True)).sort_values("obs_id")
    # Of several statuses of a window the one that is not normal is shown.
    windows = found.groupby(_REPORTED, dropna=False, as_index=False).agg(
        obs_status=("obs_status", "max"),
        indicators=("indicator", lambda names: tuple(dict.fromkeys(names))),
        obs_ids=("obs_id", tuple),
    )
    every = pd.DataFrame(product(wanted, places), columns=["concept", "ref_area"], dtype="str")
    rows = every.merge(windows, on=["concept", "ref_area"], how="left")
    reported = rows["obs_ids"].notna()
    empty = pd.Series([()] * len(rows), index=rows.index, dtype="object")
    days = rows[_WINDOW].itertuples(index=False)
    told = rows.assign(
        period=[year_text(a if pd.notna(a) else b, b) if pd.notna(b) else "" for a, b in days],
        subject=rows["concept"].map(frames.names(ds.whole, language())["concept"]),
        reported=reported,
        obs_status=rows["obs_status"].fillna(frames.MISSING),
        indicators=rows["indicators"].where(reported, empty),
        obs_ids=rows["obs_ids"].where(reported, empty),
    )
    return _named(told[COVERAGE], ds)


@strict_options
def heaping(ds: Dataset, *, confidence: float = 0.95) -> pd.DataFrame:
    """Count, for each source, how many of its plain figures end in 0, and how unlikely that is.

    Considered are counts from 10 up that carry no qualifying word and are printed to the last unit (not in
    thousands, nor as a share). One in ten should end in 0; by Benford's law twelve in a hundred of those
    with two digits. A number that a paragraph prints twice of one area and day is one count. `share` has a
    Wilson interval; `p_value`, the exact binomial probability of so many or more, is corrected for the number
    of sources (Bonferroni). A source without such figures has no row. Raises InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = aq.heaping(aq.load()).set_index("source_id")
    >>> rows.loc["baothanhhoa-2024", ["considered", "round"]].tolist()
    [10, 2]
    """
    from scipy.stats import binom

    check_confidence(confidence)
    found = figures(ds)
    exact = (found["qualifier"] == "exact") & (found["measure_type"] != "share")
    scaled = found["figure_printed"].str.contains(_SCALED, case=False)
    # Of 36 communes 36; as many records as inspections: the paragraph says one number.
    plain = found[exact & ~scaled & (found["obs_value"] >= 10)].drop_duplicates(_COUNT)
    sources = plain.assign(round=plain["obs_value"] % 10 == 0).groupby("source_id", as_index=False)
    rows = sources.agg(considered=("round", "size"), round=("round", "sum"), obs_ids=("obs_id", tuple))
    chance = wilson_interval(rows["round"], rows["considered"], confidence=confidence)
    ids = rows.pop("obs_ids")
    return Results(rows).assign(
        share=rows["round"] / rows["considered"],
        ci_lower=chance.lower,
        ci_upper=chance.upper,
        confidence=confidence,
        method="wilson score; exact binomial against 1/10, greater, Bonferroni",
        p_value=np.minimum(1, len(rows) * binom.sf(rows["round"] - 1, rows["considered"], 0.1)),
        obs_ids=ids,
    )
