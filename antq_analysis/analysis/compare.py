"""Provinces side by side: the figures of each concept as rows (`compare`), and in pairs (`contrasts`).

A table of figures invites the eye to rank them, so each row carries the best grade that any comparison with
another area could earn, and what stands against a better one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import combinations, groupby, product
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis import frames, grading, intervals
from antq_analysis.analysis.frames import Figure, Names, days_of, grouped
from antq_analysis.analysis.intervals import UNKNOWN, Bounded
from antq_analysis.analysis.quality import chosen_figures, flagged
from antq_analysis.analysis.ratios import exposures
from antq_analysis.data.dataset import Dataset
from antq_analysis.errors import strict_options
from antq_analysis.i18n import language, words

COLUMNS = [
    "ref_area", "obs_status", "concept", "indicator_id", "counts", "printed", "qualifier", "area_basis",
    "scope_org", "scope_level", "mandate", "measure_type", "unit_measure", "yearly",
    "period_start", "period_end", "period_years", "period_basis", "part_of", "source_id",
    "year_lower", "year_upper", "unit", "per",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording",
    "exposure_lower", "exposure_upper", "grade", "reasons", "obs_ids",
]  # fmt: skip
SIDES = [
    "ref_area", "indicator_id", "period_start", "period_end", "period_years",
    "count_lower", "count_upper", "exposure_lower", "exposure_upper",
]  # fmt: skip
CONTRASTS = [
    "concept", *(f"{column}_{side}" for side in "ab" for column in SIDES),
    "value", "lower", "upper", "ci_lower", "ci_upper",
    "confidence", "method", "wording", "per", "unit", "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
_OF_FIGURE = [*COLUMNS[: COLUMNS.index("value")], "exposure_lower", "exposure_upper"]
PER = 100_000
# Reasons that belong to a figure or its population, not to its relation with another.
OF_ONE = {"contradiction", "area_changed", "siblings_disagree"}
OF_ONE |= {"zero_denominator", "population_unknown"}


@strict_options
def compare(
    ds: Dataset,
    concepts: Names | None = None,
    *,
    areas: Names | None = None,
    per: float | None = PER,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Lay the figures of a concept side by side, a row per area and window.

    By default every concept of the data set, and every area that has figures. Results are per 100,000
    inhabitants, or `per` so many, and flows per year; with `per=None`, and of one area alone whose population
    is not known, per year alone. Shares, counts of types and populations are not divided by inhabitants.
    `year_lower`–`year_upper` are annual averages, whatever `per`. `grade` and `reasons` are those of the
    row's best contrast with another area, or within the area where there is one only (missing where there is
    nothing else). `value` stays empty where a chart would stack or rank what does not belong together: rows
    graded D, areas with several rows of a concept, and values of several concepts. Areas that did not report
    are rows with `obs_status` "O"; areas inferred from outside evidence enter only with
    `inferred_areas=True`. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = aq.compare(aq.load(), "propaganda_sessions", areas=["Thanh Hóa", "Quảng Bình"])
    >>> rows[["area", "period", "shown", "grade"]].values.tolist()[2]
    ['Quảng Bình', '2019', '215', 'D']
    """
    intervals.check_confidence(confidence)
    ds = frames.read(ds, wording)
    reported = set(ds.distinct("concept"))
    every = [concept for concept in ds.rows("concept") if concept in reported]
    wanted = every if concepts is None else ds.ids("concept", concepts)
    areas_asked, found = _measured(ds, wanted, per, areas=areas, inferred_areas=inferred_areas)
    rankable: dict[str, set[str]] = {}
    for concept, same in groupby(found, key=itemgetter("concept")):
        figures = list(same)
        for figure, reasons in zip(figures, _best_reasons(figures), strict=True):
            figure["best"] = reasons
        if ids := {figure["obs_id"] for figure in _rankable(figures)}:
            rankable[concept] = ids
    drawn = next(iter(rankable.values())) if len(rankable) == 1 else ()
    sampled = list(map(intervals.is_sampled, found))
    chance = intervals.rate_intervals(*_parts(found), sampled, confidence=confidence)
    laid = defaultdict(list)
    for figure, *interval in zip(found, *chance, strict=True):
        row = _row(figure, interval) | ({} if figure["obs_id"] in drawn else {"value": math.nan})
        laid[figure["concept"], figure["ref_area"]].append(row)
    rows = []
    for concept, (area, status) in product(wanted, areas_asked.items()):
        rows += laid[concept, area] or [frames.gap(area, status, concept=concept, unit="")]
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(wording=ds.wording, confidence=confidence)
    return frames.headed(frame, ds)


@strict_options
def contrasts(
    ds: Dataset,
    concepts: Names,
    *,
    areas: Names | None = None,
    per: float | None = PER,
    allow: str = "C",
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide each area's rate by each other area's, a row per pair of figures of different areas.

    Rates are per inhabitant, and flows per year; with `per=None` sizes are left out, and C is the best grade.
    `lower`–`upper` are the rounding bounds, `ci_lower`–`ci_upper` the sampling interval (score interval of
    two Poisson rates), a lower limit of the uncertainty: planned activities come in clusters. Pairs worse
    than `allow` lose their numbers. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> pairs = aq.contrasts(aq.load(), "awards_collectives", areas=["Thanh Hóa", "Điện Biên"])
    >>> pairs.loc[~pairs.refused, ["ref_area_a", "ref_area_b", "grade"]].values.tolist()
    [['VN-21', 'VN-71', 'C']]
    """
    intervals.check_confidence(confidence)
    ds = frames.read(ds, wording)
    _, found = _measured(ds, ds.ids("concept", concepts), per, areas=areas, inferred_areas=inferred_areas)
    pairs = [
        _of_one_length(a, b)
        for a, b in combinations(found, 2)
        if a["concept"] == b["concept"] and a["ref_area"] != b["ref_area"]
    ]
    a, b = (_parts([pair[side] for pair in pairs]) for side in (0, 1))
    chance = intervals.ratio_intervals(a, b, [_has_interval(*pair) for pair in pairs], confidence=confidence)
    rows = [_pair_row(*pair, interval) for pair, *interval in zip(pairs, *chance, strict=True)]
    frame = pd.DataFrame(rows, columns=CONTRASTS).assign(wording=ds.wording, confidence=confidence, per=per)
    return frames.headed(grading.refuse(frame, allow), ds)


def reasons_among(rows: list[Figure], ds: Dataset) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the reasons against comparing each two of some rows of `compare`, by the places of both."""
    flags = flagged(ds.whole)
    told = frames.figure_rows(ds, (row["obs_ids"][0] for row in rows))
    told = [figure | {"flags": flags.get(figure["obs_id"], ())} for figure in told]
    sizes = exposures(ds, told, next((row["per"] for row in rows if not frames.is_missing(row["per"])), None))
    return {
        (a, b): grading.order(
            [*grading.compare_reasons(told[a], told[b]), *sizes[a].reasons, *sizes[b].reasons]
        )
        for a, b in combinations(range(len(rows)), 2)
    }


def _rankable(found: list[Figure]) -> list[Figure]:
    """Return the figures of a concept that a chart may rank: one an area, and no two of them graded D."""
    alone = [figures[0] for figures in grouped(found, "ref_area").values() if len(figures) == 1]
    kept = [figure for figure in alone if grading.grade_of(figure["best"] or ()) != "D"]
    pairs = (grading.compare_reasons(a, b) for a, b in combinations(kept, 2))
    return [] if "D" in map(grading.grade_of, pairs) else kept


def _measured(
    ds: Dataset, concepts: list[str], per: float | None, **which: Any
) -> tuple[dict[str, str], list[Figure]]:
    """Return the areas asked for, and the figures with exposure and rate, in the order asked."""
    intervals.check_per(per, raw=True)
    areas, known = chosen_figures(ds, concepts=concepts or None, **which)
    place = {name: position for position, name in enumerate([*concepts, *areas])}
    sides, named = itemgetter("concept", "ref_area"), frames.names(ds.whole, language())
    once = frames.told_once(known)
    once.sort(key=lambda row: (*map(place.get, sides(row)), row["indicator"], row["period_end"]))
    sizes = exposures(ds, once, per)
    unknown = ["population_unknown" in size.reasons for size in sizes if size.per]
    # Within one area sizes are equal; of several they would have to be known.
    if unknown and all(unknown) and len({figure["ref_area"] for figure in once}) == 1:
        sizes = exposures(ds, once, None)
    for figure, exposure in zip(once, sizes, strict=True):
        yearly = frames.is_yearly(figure)
        year = Bounded.of(figure).per(exposure.years) if yearly else UNKNOWN
        figure |= {
            "indicator_id": figure["indicator"],
            "counts": named["counts"][figure["indicator"]],
            "printed": figure["figure_printed"],
            "year_lower": year.lower,
            "year_upper": year.upper,
            "unit": frames.unit_text(named["unit"][figure["indicator"]], yearly=yearly, per=exposure.per),
            "per": exposure.per,
            "exposure": exposure,
            "rate": Bounded.of(figure).per(exposure.bounds),
            "count_lower": figure["value_lower"],
            "count_upper": figure["value_upper"],
            "exposure_lower": exposure.bounds.lower,
            "exposure_upper": exposure.bounds.upper,
        }
    return areas, once


def _parts(found: Iterable[Figure]) -> tuple[list[Bounded], list[Bounded]]:
    """Return the counts of figures and what each is divided by."""
    return [Bounded.of(figure) for figure in found], [figure["exposure"].bounds for figure in found]


def _row(figure: Figure, interval: list[Any]) -> dict[str, Any]:
    exposure, best, times = figure["exposure"], figure["best"], figure["per"] or 1
    reasons = grading.order([*exposure.reasons, *grading.own_reasons(figure)]) if best is None else best
    grade = grading.grade_of(reasons)
    return {key: figure[key] for key in _OF_FIGURE} | {
        **figure["rate"].times(times)._asdict(),
        "ci_lower": interval[0] * times,
        "ci_upper": interval[1] * times,
        "method": str(interval[2]),
        "grade": grade if best is not None or grade == "D" else None,
        "reasons": reasons,
        "obs_ids": (*figure["obs_ids"], *exposure.obs_ids),
    }


def _of_one_length(a: Figure, b: Figure) -> tuple[Figure, Figure]:
    """Return two figures; those of one window with one reading of its length, which their quotient loses."""
    if any(str(a[part]) != str(b[part]) for part in ("period_start", "period_end", "period_years")):
        return a, b
    sides = []
    for figure in (a, b):
        over, years = figure["exposure"].bounds, figure["exposure"].years
        bounds = Bounded.between(over.lower, over.upper * years.lower / years.upper)
        exposure = figure["exposure"]._replace(bounds=bounds)
        rate = Bounded.of(figure).per(bounds)
        sides.append(figure | {"exposure": exposure, "rate": rate, "exposure_upper": bounds.upper})
    return sides[0], sides[1]


def _has_interval(a: Figure, b: Figure) -> bool:
    """Tell whether a pair has a sampling interval: two samples, all bounds known, and some event."""
    bounds = [side[end] for side in (a, b) for end in SIDES[-4:]]
    some = math.floor(a["count_lower"]) + math.floor(b["count_lower"]) > 0
    return intervals.is_sampled(a) and intervals.is_sampled(b) and all(map(math.isfinite, bounds)) and some


def _pair_row(a: Figure, b: Figure, interval: list[Any]) -> dict[str, Any]:
    over, ratio = (a["exposure"], b["exposure"]), a["rate"].per(b["rate"])
    zero = grading.quotient_reasons(ratio, b["rate"], is_share=False)
    reasons = [*grading.compare_reasons(a, b), *over[0].reasons, *over[1].reasons, *zero]
    sides = {f"{column}_{name}": side[column] for name, side in (("a", a), ("b", b)) for column in SIDES}
    return sides | {
        "concept": a["concept"],
        "unit": words()("result.times"),
        "per": a["per"],
        **ratio._asdict(),
        "ci_lower": interval[0],
        "ci_upper": interval[1],
        "method": str(interval[2]),
        "grade": grading.grade_of(reasons),
        "reasons": grading.order(reasons),
        "obs_ids": (*a["obs_ids"], *b["obs_ids"], *over[0].obs_ids, *over[1].obs_ids),
    }


def _best_reasons(rows: list[Figure]) -> list[tuple[str, ...] | None]:
    """Return the reasons of each figure's best comparison: with another area, or else within its own.

    None where there is nothing to compare with. Figures of one kind have equal reasons, so that a figure is
    compared with kinds, once for each way in which windows and areas may lie.
    """
    number, days = np.arange(len(rows)), days_of(rows).T
    kind = pd.Series([(*grading.kind_of(row), row["exposure"].reasons) for row in rows]).factorize()[0]
    alike = [rows[first] for first in np.unique(kind, return_index=True)[1]]
    area, successor = (np.array([row[column] for row in rows]) for column in ("ref_area", "successor"))
    place = {obs_id: n for n, row in enumerate(rows) for obs_id in row["obs_ids"]}
    whole = np.array([place.get(row["part_of"], -1) for row in rows])
    within = len(set(area)) == 1

    @cache
    def cost(one: int, other: int, met: int, merged: bool) -> tuple[str, bool, int, tuple[str, ...]]:
        pair = alike[one], alike[other]
        between = grading.reasons_between(*pair, met=met, same_area=within, merged=merged)
        sizes = {reason for figure in pair for reason in figure["exposure"].reasons}
        # Within an area sizes are equal.
        both = {*between, *sizes} - ({"size_not_considered"} if within else set())
        # What tells against the other figure alone is said only where nothing else explains the grade.
        own = {*grading.own_reasons(pair[0]), *pair[0]["exposure"].reasons}
        own |= {"area_changed"} if merged else set()
        told = both - (OF_ONE - own)
        grade, alone = grading.grade_of(both), grading.grade_of(told)
        reasons = grading.order(told if alone == grade else both)
        return grade, alone != grade, len(reasons), reasons

    best: list[tuple[str, ...] | None] = []
    for n in number:
        # A figure and itself, and a part and its whole, are no comparison.
        allowed = (within | (area != area[n])) & (number != n) & (whole != n) & (number != whole[n])
        merged = (area == successor[n]) | (successor == area[n])
        way = kind * 6 + grading.shared(days[:, n], days) * 2 + merged
        ways = np.unique(way[allowed]).tolist()
        costs = [cost(int(kind[n]), code // 6, code % 6 // 2, bool(code % 2)) for code in ways]
        best.append(min(costs)[-1] if costs else None)
    return best
