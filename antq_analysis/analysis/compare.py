"""Comparisons: provinces side by side (`compare`), in pairs (`contrasts`), and how robust a contrast is.

A table of figures invites the eye to rank them, so each row carries the best grade that any comparison with
another area could earn, and what stands against a better one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, groupby, product
from operator import itemgetter
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis import grading, intervals
from antq_analysis.analysis.frames import (
    SILENT,
    Figure,
    Names,
    count_overlaps,
    days_of,
    gap,
    headed,
    listed,
    names,
    read,
    unit_text,
)
from antq_analysis.analysis.intervals import Bounded
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.analysis.ratios import exposures
from antq_analysis.data.dataset import Dataset
from antq_analysis.i18n import language, words

COLUMNS = [
    "ref_area", "obs_status", "concept", "indicator_id", "counts", "printed", "qualifier", "area_basis",
    "scope_org", "scope_level", "mandate", "measure_type", "unit_measure", "yearly",
    "period_start", "period_end", "period_years", "period_basis", "part_of", "source_id",
    "year_lower", "year_upper", "unit",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "exposure_lower", "exposure_upper", "grade", "reasons", "obs_ids",
]  # fmt: skip
SIDES = [
    "ref_area", "indicator_id", "period_start", "period_end", "period_years",
    "count_lower", "count_upper", "exposure_lower", "exposure_upper",
]  # fmt: skip
CONTRASTS = [
    "concept", *(f"{column}_{side}" for side in "ab" for column in SIDES),
    "value", "lower", "upper", "ci_lower", "ci_upper", "strict_lower", "strict_upper",
    "confidence", "method", "wording", "per", "unit", "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
ROBUSTNESS = [
    "ref_area_a", "ref_area_b", "indicator_id_a", "indicator_id_b", "contrast", "phi_star",
    "beyond_chance", "survives_strict", "removed_by", "method", "obs_ids",
]  # fmt: skip
_OF_FIGURE = [*COLUMNS[: COLUMNS.index("unit")], "exposure_lower", "exposure_upper"]


def compare(
    ds: Dataset,
    concepts: Names | None = None,
    *,
    areas: Names | None = None,
    per: float | None = None,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Lay the figures of a concept side by side, a row per area and window.

    By default every concept of the data set, and every area that has figures. Flows become annual
    rates by the length their text states; with `per`, rates per so many inhabitants. `grade` and
    `reasons` are those of the row's best contrast with another area, or within the area where there is
    one only (missing where there is nothing else). Areas that did not report are rows with `obs_status` "O".
    Areas inferred from outside evidence enter only with `inferred_areas=True`.
    Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = compare(aq.load(), "propaganda_sessions", areas=["Điện Biên", "Thanh Hóa", "Quảng Bình"])
    >>> sorted(set(rows.grade))
    ['D']
    """
    intervals.check_confidence(confidence)
    ds = read(ds, wording)
    reported = set(ds.distinct("concept"))
    every = [concept for concept in ds.concepts()["concept"] if concept in reported]
    wanted = every if concepts is None else listed(concepts)
    areas_asked, found = _measured(ds, wanted, per, areas=areas, inferred_areas=inferred_areas)
    by_concept = groupby(found, key=itemgetter("concept"))
    best = [reasons for _, figures in by_concept for reasons in _best_reasons(list(figures))]
    chance = intervals.rate_intervals(
        *_parts(found), list(map(intervals.is_sampled, found)), confidence=confidence
    )
    laid = defaultdict(list)
    for figure, reasons, *interval in zip(found, best, *chance, strict=True):
        laid[figure["concept"], figure["ref_area"]].append(_row(figure, reasons, interval, per or 1))
    rows = []
    for concept, (area, status) in product(wanted, areas_asked.items()):
        rows += laid[concept, area] or [gap(area, status, concept=concept, unit="")]
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(wording=ds.wording, confidence=confidence, per=per)
    # One bar an area is right; several, or one of another definition, would be stacked or ranked by a chart.
    alone = ~frame.duplicated(["concept", "ref_area"], keep=False) & (frame["grade"] != "D")
    return headed(frame.assign(value=frame["value"].where(alone)), ds)


def contrasts(
    ds: Dataset,
    concepts: Names,
    *,
    areas: Names | None = None,
    per: float | None = None,
    allow: str = "C",
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide each area's rate by each other area's, a row per pair of figures of different areas.

    `lower`–`upper` are the rounding bounds, `strict_lower`–`strict_upper` those of the strict wording,
    `ci_lower`–`ci_upper` the sampling interval (score interval of two Poisson rates), `grade` and `reasons`
    the comparability. Pairs worse than `allow` lose their numbers. The sampling interval is a lower limit of
    the uncertainty: planned activities come in clusters. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> pairs = contrasts(aq.load(), "awards_collectives", areas=["Thanh Hóa", "Điện Biên"])
    >>> pairs.loc[~pairs.refused, ["ref_area_a", "ref_area_b", "grade"]].values.tolist()
    [['VN-21', 'VN-71', 'C']]
    """
    intervals.check_confidence(confidence)
    ds = read(ds, wording)
    _, found = _measured(ds, listed(concepts), per, areas=areas, inferred_areas=inferred_areas)
    pairs = [
        (a, b)
        for a, b in combinations(found, 2)
        if a["concept"] == b["concept"] and a["ref_area"] != b["ref_area"]
    ]
    a, b = (_parts([pair[side] for pair in pairs]) for side in (0, 1))
    chance = intervals.ratio_intervals(a, b, [_has_interval(*pair) for pair in pairs], confidence=confidence)
    strict = ds.read_as("strict")
    rows = [_pair_row(*pair, interval, strict) for pair, *interval in zip(pairs, *chance, strict=True)]
    frame = pd.DataFrame(rows, columns=CONTRASTS).assign(wording=ds.wording, confidence=confidence, per=per)
    return headed(grading.refuse(frame, allow), ds)


def robustness(result: pd.DataFrame) -> pd.DataFrame:
    """Return for each contrast what would make it vanish, a row per pair of `contrasts` not refused.

    `contrast` is "higher", "lower" or "none" by the rounding bounds. `phi_star` is the over-dispersion
    (variance over mean) at which the large-sample interval exp(ln r ± z·√(φ(1/a + 1/b))) reaches 1, for
    the counts within their bounds nearest to no difference; over-dispersed counts: McCullagh and
    Nelder (1989), chapter 6. `beyond_chance` tells whether sampling alone (φ = 1) leaves it standing,
    `survives_strict` whether the strict wording still excludes 1.
    `removed_by` lists the reasons of grade C and D, each of which could explain the contrast by itself.
    Raises KeyError for other frames.

    >>> import antq_analysis as aq
    >>> pairs = aq.contrasts(aq.load(), "awards_individuals", areas=["Điện Biên", "Thanh Hóa"])
    >>> robustness(pairs)[["contrast", "survives_strict"]].values.tolist()
    [['lower', True]]
    """
    rows = result[~result["refused"]].reset_index(drop=True)
    contrast, strictly = (
        np.select([rows[f"{kind}lower"] > 1, rows[f"{kind}upper"] < 1], ["higher", "lower"], default="none")
        for kind in ("", "strict_")
    )
    higher, stands = contrast == "higher", contrast != "none"
    nearest = np.where(higher, rows["lower"], rows["upper"])
    a = np.where(higher, rows["count_lower_a"], rows["count_upper_a"])
    b = np.where(higher, rows["count_upper_b"], rows["count_lower_b"])
    known = stands & (rows["method"] != intervals.NONE) & (a != 0) & (b != 0) & (nearest != 0)
    z = rows["confidence"].map(lambda confidence: NormalDist().inv_cdf((1 + confidence) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        phi_star = np.where(known, np.log(nearest) ** 2 / (z**2 * (1 / a + 1 / b)), np.nan)
    removed_by = [tuple(code for code in codes if grading.REASONS[code] in "CD") for codes in rows["reasons"]]
    return rows.assign(
        contrast=contrast.astype(str),
        phi_star=phi_star,
        beyond_chance=phi_star > 1,
        survives_strict=stands & (strictly == contrast),
        removed_by=pd.Series(removed_by, dtype="object"),
        method="log ratio, scaled variance",
    )[ROBUSTNESS]


def headline(rows: pd.DataFrame, concepts: Names, *, fewest: int = 3) -> pd.DataFrame:
    """Keep the reported rows of `compare` that are about some concepts, in the order of the concepts.

    Where fewer than `fewest` of these were reported, the first others follow, so that a page begins with
    something as long as anything was reported. Returns a new frame.

    >>> import antq_analysis as aq
    >>> rows = aq.compare(aq.load(), ["tips", "valuable_tips", "models"], areas="Thanh Hóa")
    >>> list(dict.fromkeys(headline(rows, ["models"], fewest=2)["concept"]))
    ['models', 'tips']
    """
    reported = rows[~rows["obs_status"].isin(SILENT)]
    found = list(dict.fromkeys(reported["concept"]))
    wanted = [concept for concept in listed(concepts) if concept in found]
    others = [concept for concept in found if concept not in wanted]
    kept = [*wanted, *others[: max(0, fewest - len(wanted))]]
    shown = reported[reported["concept"].isin(kept)]
    return shown.sort_values("concept", key=lambda column: column.map(kept.index), kind="stable")


def _measured(
    ds: Dataset, concepts: list[str], per: float | None, **which: Any
) -> tuple[dict[str, str], list[Figure]]:
    """Return the areas asked for, and the figures with exposure and rate, in the order asked."""
    areas, known = chosen_figures(ds, concepts=concepts, **which)
    place = {name: position for position, name in enumerate([*concepts, *areas])}
    sides = itemgetter("concept", "ref_area")
    known.sort(key=lambda row: (*map(place.get, sides(row)), row["indicator"], row["period_end"]))
    named = names(ds.whole, language())
    annual = exposures(ds, known, per_head=False)
    over = annual if per is None else exposures(ds, known, per_head=True)
    for figure, years, exposure in zip(known, annual, over, strict=True):
        yearly = figure["measure_type"] == "flow" and figure["yearly"]
        year = Bounded.of(figure).per(years.bounds) if yearly else Bounded(math.nan, math.nan, math.nan)
        figure |= {
            "indicator_id": figure["indicator"],
            "counts": named["counts"][figure["indicator"]],
            "printed": figure["figure_printed"],
            "year_lower": year.lower,
            "year_upper": year.upper,
            "unit": unit_text(named["unit"][figure["indicator"]], yearly=yearly, per=per),
            "exposure": exposure,
            "rate": Bounded.of(figure).per(exposure.bounds),
            "count_lower": figure["value_lower"],
            "count_upper": figure["value_upper"],
            "exposure_lower": exposure.bounds.lower,
            "exposure_upper": exposure.bounds.upper,
        }
    return areas, known


def _parts(found: Iterable[Figure]) -> tuple[list[Bounded], list[Bounded]]:
    """Return the counts of figures and what each is divided by."""
    return [Bounded.of(figure) for figure in found], [figure["exposure"].bounds for figure in found]


def _row(figure: Figure, best: tuple[str, ...] | None, interval: list[Any], times: float) -> dict[str, Any]:
    reasons = grading.order([*(best or ()), *figure["exposure"].reasons])
    return {key: figure[key] for key in [*_OF_FIGURE, "unit"]} | {
        **figure["rate"].times(times)._asdict(),
        "ci_lower": interval[0] * times,
        "ci_upper": interval[1] * times,
        "method": str(interval[2]),
        "grade": None if best is None else grading.grade_of(reasons),
        "reasons": reasons,
        "obs_ids": (figure["obs_id"], *figure["exposure"].obs_ids),
    }


def _has_interval(a: Figure, b: Figure) -> bool:
    """Tell whether a pair has a sampling interval: two samples, all bounds known, and some event."""
    bounds = [side[end] for side in (a, b) for end in SIDES[-4:]]
    some = math.floor(a["count_lower"]) + math.floor(b["count_lower"]) > 0
    return intervals.is_sampled(a) and intervals.is_sampled(b) and all(map(math.isfinite, bounds)) and some


def _pair_row(a: Figure, b: Figure, interval: list[Any], strict: Dataset) -> dict[str, Any]:
    over = a["exposure"], b["exposure"]
    reasons = [*grading.compare_reasons(a, b), *over[0].reasons, *over[1].reasons]
    strictly = [Bounded.of(strict.figure(side["obs_id"])).per(side["exposure"].bounds) for side in (a, b)]
    ratio = strictly[0].per(strictly[1])
    sides = {f"{column}_{name}": side[column] for name, side in (("a", a), ("b", b)) for column in SIDES}
    return sides | {
        "concept": a["concept"],
        "unit": words()("result.times"),
        **a["rate"].per(b["rate"])._asdict(),
        "ci_lower": interval[0],
        "ci_upper": interval[1],
        "method": str(interval[2]),
        "strict_lower": ratio.lower,
        "strict_upper": ratio.upper,
        "grade": grading.grade_of(reasons),
        "reasons": grading.order(reasons),
        "obs_ids": (a["obs_id"], b["obs_id"], *over[0].obs_ids, *over[1].obs_ids),
    }


def _best_reasons(rows: list[Figure]) -> list[tuple[str, ...] | None]:
    """Return the reasons of each figure's best comparison: with another area, or else within its own.

    None where there is nothing to compare with. Work grows with the figures, not with their pairs: figures of
    one kind have equal reasons, so that only kinds are compared.
    """
    size, days = len(rows), days_of(rows)
    kind = pd.Series([grading.kind_of(row) for row in rows]).factorize()[0]
    area = pd.Series([row["ref_area"] for row in rows]).factorize()[0]
    alike, within = np.unique(kind, return_index=True)[1], area.max() == 0
    figure, other = _no_comparisons(rows)
    meet = (days[figure, 0] <= days[other, 1]) & (days[other, 0] <= days[figure, 1])
    options: list[Sequence[tuple[str, ...] | None]] = [[None] * len(alike)]
    choice, cheapest = np.zeros(size, dtype=int), np.full(size, np.inf)
    for number, place in dict.fromkeys(zip(kind, area, strict=True)):
        partner = (kind == number) & (area == place)
        barred, allowed = partner[other], within | (area != place)
        meeting = count_overlaps(days, days[partner]) - np.bincount(figure[barred & meet], minlength=size)
        apart = partner.sum() - np.bincount(figure[barred], minlength=size) - meeting
        for meets, count in ((True, meeting), (False, apart)):
            reasons = [
                grading.reasons_between(rows[one], rows[alike[number]], meet=meets, same_area=within)
                for one in alike
            ]
            # The best grade, then the fewest reasons.
            costs = [100 * grading.GRADES.index(grading.grade_of(codes)) + len(codes) for codes in reasons]
            cost = np.array(costs)[kind]
            better = allowed & (count > 0) & (cost < cheapest)
            choice, cheapest = np.where(better, len(options), choice), np.where(better, cost, cheapest)
            options.append(reasons)
    return [options[option][number] for option, number in zip(choice, kind, strict=True)]


def _no_comparisons(rows: list[Figure]) -> Any:
    """Return the places of pairs that are no comparison: a figure and itself, a part and its whole."""
    place = {row["obs_id"]: number for number, row in enumerate(rows)}
    parts = [(part, place[row["part_of"]]) for part, row in enumerate(rows) if row["part_of"] in place]
    return np.array([*((n, n) for n in place.values()), *parts, *((whole, part) for part, whole in parts)]).T
