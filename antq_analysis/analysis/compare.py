"""Provinces side by side: every figure keeps its window, its definition and its grade.

A table of figures invites the eye to rank them, so each row carries the best grade that any
comparison with another area could earn, and what stands against a better one.
"""

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any

import pandas as pd

from antq_analysis.analysis.comparability import Figure, compare_reasons
from antq_analysis.analysis.grading import GRADES, grade_of, order
from antq_analysis.analysis.guards import check_confidence
from antq_analysis.analysis.measured import Measured, measure
from antq_analysis.analysis.quotients import chance_of_rate
from antq_analysis.analysis.selection import Areas, chosen_figures, listed, read
from antq_analysis.data.dataset import Dataset

COLUMNS = [
    "ref_area", "obs_status", "concept", "indicator", "scope_org", "scope_level", "mandate", "measure_type",
    "unit_measure", "yearly", "period_start", "period_end", "period_years", "period_basis",
    "figure_printed", "source_id",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "exposure_lower", "exposure_upper", "grade", "reasons", "obs_ids",
]  # fmt: skip


def compare(
    ds: Dataset,
    concepts: str | Iterable[str] | None = None,
    *,
    areas: str | Iterable[str] | None = None,
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
    concepts = _reported(ds) if concepts is None else listed(concepts)
    chosen, found = concept_figures(ds, concepts, areas=areas, inferred_areas=inferred_areas)
    best = _best_reasons(found)
    rows = []
    for concept, area in product(concepts, chosen):
        here = [f for f in found if (f["concept"], f["ref_area"]) == (concept, area)]
        measured = [measure(figure, ds, per_head=per is not None) for figure in here]
        rows += [_row(m, best.get(m.figure["obs_id"]), per, confidence) for m in measured]
        rows += [] if here else [_silent(area, concept, chosen.silence(area))]
    return pd.DataFrame(rows, columns=COLUMNS).assign(wording=ds.wording, confidence=confidence, per=per)


def _reported(ds: Dataset) -> list[str]:
    reported = ds.distinct("concept")
    return [concept for concept in ds.concepts()["concept"] if concept in reported]


def concept_figures(ds: Dataset, concepts: str | Iterable[str], **options: Any) -> tuple[Areas, list[Figure]]:
    """Return the areas asked for and the figures of the concepts, in the order of the question."""
    chosen, known = chosen_figures(ds, concepts=listed(concepts), **options)
    place = {name: position for position, name in enumerate([*listed(concepts), *chosen])}

    def position(figure: Figure) -> tuple[Any, ...]:
        return place[figure["concept"]], place[figure["ref_area"]], figure["indicator"], figure["period_end"]

    return chosen, sorted(known, key=position)


def area_pairs(found: list[Figure]) -> list[tuple[Figure, Figure]]:
    """Return every pair of figures of one concept and two areas."""
    pairs = combinations(found, 2)
    return [(a, b) for a, b in pairs if a["concept"] == b["concept"] and a["ref_area"] != b["ref_area"]]


def _best_reasons(found: list[Figure]) -> dict[str, tuple[str, ...]]:
    """Return the reasons of each figure's best contrast: with another area, or else within its own."""
    best: dict[str, tuple[str, ...]] = {}
    across = area_pairs(found)
    beside = {figure["obs_id"] for pair in across for figure in pair}
    within = [
        (a, b)
        for a, b in combinations(found, 2)
        if a["concept"] == b["concept"] and not beside & {a["obs_id"], b["obs_id"]} and not _nested(a, b)
    ]
    for a, b in [*across, *within]:
        reasons = compare_reasons(a, b)
        for figure in (a, b):
            best[figure["obs_id"]] = min(best.get(figure["obs_id"], reasons), reasons, key=_cost)
    return best


def _nested(a: Figure, b: Figure) -> bool:
    """Tell whether one figure is a part of the other: that is no comparison."""
    return bool(a["part_of"] == b["obs_id"] or b["part_of"] == a["obs_id"])


def _cost(reasons: tuple[str, ...]) -> tuple[int, int]:
    return GRADES.index(grade_of(reasons)), len(reasons)


def _row(
    measured: Measured, best: tuple[str, ...] | None, per: float | None, confidence: float
) -> dict[str, Any]:
    figure, times = measured.figure, per or 1
    rate = measured.rate.times(times)
    low, high, method = chance_of_rate(figure, measured.count, measured.exposure, confidence=confidence)
    reasons = order([*(best or ()), *measured.reasons])
    return {key: figure[key] for key in COLUMNS if key in figure} | {
        **rate._asdict(),
        "ci_lower": low * times,
        "ci_upper": high * times,
        "method": method,
        "exposure_lower": measured.exposure.lower,
        "exposure_upper": measured.exposure.upper,
        "grade": None if best is None else grade_of(reasons),
        "reasons": reasons,
        "obs_ids": measured.obs_ids,
    }


def _silent(area: str, concept: str, silence: dict[str, Any]) -> dict[str, Any]:
    return {"ref_area": area, "concept": concept, "obs_ids": ()} | silence
