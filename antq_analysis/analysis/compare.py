"""Comparisons: provinces side by side (`compare`), in pairs (`contrasts`), and what could overturn a contrast.

A table of figures invites the eye to rank them, so each row carries the best grade that any comparison with
another area could earn, and what stands against a better one.
"""

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis.frames import (
    SILENT,
    Names,
    count_overlaps,
    figures,
    listed,
    objects,
    read,
    records,
    spans,
    with_gaps,
)
from antq_analysis.analysis.grading import (
    GRADES,
    REASONS,
    check_allow,
    compare_reasons,
    grade_of,
    kind_of,
    order,
    reasons_between,
)
from antq_analysis.analysis.intervals import (
    NONE,
    Bounded,
    Interval,
    bounded_rate_interval,
    bounded_ratio_interval,
    check_confidence,
    is_sampled,
)
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.analysis.ratios import exposures, refuse
from antq_analysis.data.dataset import Dataset

COLUMNS = [
    "ref_area", "obs_status", "concept", "indicator", "scope_org", "scope_level", "mandate", "measure_type",
    "unit_measure", "yearly", "period_start", "period_end", "period_years", "period_basis",
    "figure_printed", "source_id",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "exposure_lower", "exposure_upper", "grade", "reasons", "obs_ids",
]  # fmt: skip
SIDES = [
    "ref_area", "indicator", "period_start", "period_end", "period_years",
    "count_lower", "count_upper", "exposure_lower", "exposure_upper",
]  # fmt: skip
CONTRASTS = [
    "concept", *(f"{column}_{side}" for side in "ab" for column in SIDES),
    "value", "lower", "upper", "ci_lower", "ci_upper", "strict_lower", "strict_upper",
    "confidence", "method", "wording", "per",
    "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
ROBUSTNESS = [
    "ref_area_a", "ref_area_b", "indicator_a", "indicator_b", "contrast", "phi_star",
    "beyond_chance", "survives_strict", "removed_by", "method", "obs_ids",
]  # fmt: skip
FEWEST = 3


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
    check_confidence(confidence)
    ds = read(ds, wording)
    wanted = _reported_concepts(ds) if concepts is None else listed(concepts)
    chosen, found = _in_order(ds, wanted, areas=areas, inferred_areas=inferred_areas)
    rows = _measured(ds, found, per)
    count, exposure, times = _bounds(rows, "count"), _bounds(rows, "exposure"), per or 1
    chance = bounded_rate_interval(count, exposure, is_sampled(rows), confidence=confidence)
    best = _best_reasons(found)
    reasons = [order([*(one or ()), *added]) for one, added in zip(best, rows["reasons"], strict=True)]
    grades = [None if one is None else grade_of(codes) for one, codes in zip(best, reasons, strict=True)]
    graded = rows.assign(
        **count.per(exposure).times(times)._asdict(),
        ci_lower=chance.lower * times,
        ci_upper=chance.upper * times,
        method=chance.method.astype(str),
        grade=pd.Series(grades, rows.index, dtype="str"),
        reasons=objects(reasons, rows.index),
    )
    pairs = [(concept, area) for concept in wanted for area in chosen]
    asked = pd.DataFrame(pairs, columns=["concept", "ref_area"], dtype="str")
    laid = with_gaps(graded, asked, chosen)
    return laid.assign(wording=ds.wording, confidence=confidence, per=per)[COLUMNS]


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
    `ci_lower`–`ci_upper` the sampling interval (score interval of two Poisson rates), `grade` and `reasons` the
    comparability. Pairs worse than `allow` lose their numbers. The sampling interval is a lower limit of the
    uncertainty: planned activities come in clusters. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> pairs = contrasts(aq.load(), "awards_collectives", areas=["Thanh Hóa", "Điện Biên"])
    >>> pairs.loc[~pairs.refused, ["ref_area_a", "ref_area_b", "grade"]].values.tolist()
    [['VN-21', 'VN-71', 'C']]
    """
    check_allow(allow)
    check_confidence(confidence)
    ds = read(ds, wording)
    _, found = _in_order(ds, listed(concepts), areas=areas, inferred_areas=inferred_areas)
    a, b = _area_pairs(_measured(ds, found, per))
    quotient, chance, strict = _contrast_numbers(ds, a, b, confidence)
    reasons = [
        order([*compare_reasons(one, other), *one["reasons"], *other["reasons"]])
        for one, other in zip(records(a), records(b), strict=True)
    ]
    ids = zip(a["obs_ids"], b["obs_ids"], strict=True)
    sides = {f"{column}_{name}": side[column] for name, side in (("a", a), ("b", b)) for column in SIDES}
    frame = pd.DataFrame({"concept": a["concept"], **sides}).assign(
        **quotient._asdict(),
        **{"ci_lower": chance.lower, "ci_upper": chance.upper, "method": chance.method.astype(str)},
        **{"strict_lower": strict.lower, "strict_upper": strict.upper},
        grade=pd.Series([grade_of(codes) for codes in reasons], dtype="str"),
        reasons=objects(reasons),
        obs_ids=objects((one[0], other[0], *one[1:], *other[1:]) for one, other in ids),
        **{"wording": ds.wording, "confidence": confidence, "per": per},
    )
    return refuse(frame, allow)[CONTRASTS]


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
    contrast = _direction(rows["lower"], rows["upper"])
    phi_star = _phi_star(rows, contrast)
    removed_by = [tuple(code for code in codes if REASONS[code] in "CD") for codes in rows["reasons"]]
    return rows.assign(
        contrast=contrast.astype(str),
        phi_star=phi_star,
        beyond_chance=phi_star > 1,
        survives_strict=(_direction(rows["strict_lower"], rows["strict_upper"]) == contrast)
        & (contrast != "none"),
        removed_by=objects(removed_by),
        method="log ratio, scaled variance",
    )[ROBUSTNESS]


def headline(rows: pd.DataFrame, concepts: Names, *, fewest: int = FEWEST) -> pd.DataFrame:
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


def _reported_concepts(ds: Dataset) -> list[str]:
    reported = ds.distinct("concept")
    return [concept for concept in ds.concepts()["concept"] if concept in reported]


def _in_order(ds: Dataset, concepts: list[str], **which: Any) -> tuple[dict[str, str], pd.DataFrame]:
    """Return the areas asked for and the figures of the concepts, in the order of the question."""
    chosen, known = chosen_figures(ds, concepts=concepts, **which)
    place = {name: number for number, name in enumerate([*concepts, *chosen])}
    ordered = known.assign(at=known["concept"].map(place), by=known["ref_area"].map(place))
    ordered = ordered.sort_values(["at", "by", "indicator", "period_end"], ignore_index=True)
    return chosen, ordered.drop(columns=["at", "by"])


def _measured(ds: Dataset, found: pd.DataFrame, per: float | None) -> pd.DataFrame:
    """Add to figures the bounds of their counts and exposures, and the reasons and ids of the exposures."""
    exposed = exposures(ds, found, per_head=per is not None)
    return found.assign(
        count_lower=found["value_lower"],
        count_upper=found["value_upper"],
        exposure_lower=exposed["lower"],
        exposure_upper=exposed["upper"],
        reasons=exposed["reasons"],
        obs_ids=exposed["obs_ids"],
    )


def _bounds(rows: pd.DataFrame, part: str) -> Bounded:
    return Bounded.between(rows[f"{part}_lower"], rows[f"{part}_upper"])


# ---- pairs -----------------------------------------------------------------------------------------------


def _area_pairs(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both sides of every pair of figures of one concept and two areas, in the order of the rows."""
    places = rows[["concept", "ref_area"]].assign(place=range(len(rows)))
    pairs = places.merge(places, on="concept", suffixes=("", "_other"))
    pairs = pairs[(pairs["place"] < pairs["place_other"]) & (pairs["ref_area"] != pairs["ref_area_other"])]
    a, b = (rows.iloc[pairs[side]].reset_index(drop=True) for side in ("place", "place_other"))
    return a, b


def _contrast_numbers(
    ds: Dataset, a: pd.DataFrame, b: pd.DataFrame, confidence: float
) -> tuple[Bounded, Interval, Bounded]:
    """Return the ratios of rates a over b: rounding bounds, sampling intervals, bounds of the strict wording."""
    count_a, count_b, over_a, over_b = (
        _bounds(side, part) for part in ("count", "exposure") for side in (a, b)
    )
    printed = figures(ds.read_as("strict")).set_index("obs_id")
    strict_a, strict_b = (Bounded.of(printed.loc[side["obs_id"]]) for side in (a, b))
    bounds = np.array([part for known in (count_a, count_b, over_a, over_b) for part in known[1:]])
    known = np.isfinite(bounds).all(axis=0) & (np.floor(count_a.lower) + np.floor(count_b.lower) > 0)
    sampled = is_sampled(a) & is_sampled(b) & known
    chance = bounded_ratio_interval(count_a, over_a, count_b, over_b, sampled, confidence=confidence)
    return (
        count_a.per(over_a).per(count_b.per(over_b)),
        chance,
        strict_a.per(over_a).per(strict_b.per(over_b)),
    )


def _direction(lower: "pd.Series[float]", upper: "pd.Series[float]") -> Any:
    return np.select([lower > 1, upper < 1], ["higher", "lower"], default="none")


def _phi_star(rows: pd.DataFrame, contrast: Any) -> Any:
    higher = contrast == "higher"
    nearest = np.where(higher, rows["lower"], rows["upper"])
    a = np.where(higher, rows["count_lower_a"], rows["count_upper_a"])
    b = np.where(higher, rows["count_upper_b"], rows["count_lower_b"])
    known = (contrast != "none") & (rows["method"] != NONE) & (a != 0) & (b != 0) & (nearest != 0)
    z = rows["confidence"].map(lambda confidence: NormalDist().inv_cdf((1 + confidence) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, np.log(nearest) ** 2 / (z**2 * (1 / a + 1 / b)), np.nan)


# ---- the best comparison of each figure ------------------------------------------------------------------


def _best_reasons(found: pd.DataFrame) -> list[tuple[str, ...] | None]:
    """Return the reasons of each figure's best comparison: with another area, or else within its own.

    None where there is nothing to compare with. Work grows with the figures, not with their pairs: figures of
    one kind have equal reasons, so that only kinds are compared.
    """
    best: dict[Any, tuple[str, ...] | None] = {}
    for _, here in found.groupby("concept", sort=False):
        best |= zip(here.index, _best_in_concept(here), strict=True)
    return [best[place] for place in found.index]


def _best_in_concept(here: pd.DataFrame) -> list[tuple[str, ...] | None]:
    rows, days, area = records(here), spans(here), pd.factorize(here["ref_area"])[0]
    kind = pd.factorize(objects(map(kind_of, rows)))[0]
    alike = [rows[place] for place in np.unique(kind, return_index=True)[1]]
    within = area.max() == 0
    figure, other = _no_comparisons(here)
    meet = (days[figure, 0] <= days[other, 1]) & (days[other, 0] <= days[figure, 1])
    options: list[list[tuple[str, ...] | None]] = [[None] * len(alike)]
    choice, cheapest = np.zeros(len(rows), dtype=int), np.full(len(rows), np.inf)
    for number, place in dict.fromkeys(zip(kind, area, strict=True)):
        partner = (kind == number) & (area == place)
        barred, allowed = partner[other], within | (area != place)
        meeting = count_overlaps(days, days[partner]) - np.bincount(
            figure[barred & meet], minlength=len(rows)
        )
        apart = partner.sum() - np.bincount(figure[barred], minlength=len(rows)) - meeting
        for meets, count in ((True, meeting), (False, apart)):
            reasons = [reasons_between(one, alike[number], meet=meets, same_area=within) for one in alike]
            cost = np.array([100 * GRADES.index(grade_of(codes)) + len(codes) for codes in reasons])[kind]
            better = allowed & (count > 0) & (cost < cheapest)
            choice, cheapest = np.where(better, len(options), choice), np.where(better, cost, cheapest)
            options.append(reasons)
    return [options[option][number] for option, number in zip(choice, kind, strict=True)]


def _no_comparisons(here: pd.DataFrame) -> Any:
    """Return the places of pairs that are no comparison: a figure and itself, a part and its whole."""
    place = {obs_id: number for number, obs_id in enumerate(here["obs_id"])}
    parts = [(part, place[whole]) for part, whole in enumerate(here["part_of"]) if whole in place]
    return np.array([*((n, n) for n in place.values()), *parts, *((whole, part) for part, whole in parts)]).T
