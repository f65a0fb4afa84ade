"""Two areas, one quotient: a contrast is a result of its own, with the reasons against it."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from antq_analysis.analysis.comparability import compare_reasons
from antq_analysis.analysis.compare import area_pairs, concept_figures
from antq_analysis.analysis.grading import check_allow, grade_of, order
from antq_analysis.analysis.guards import check_confidence
from antq_analysis.analysis.intervals import rate_ratio
from antq_analysis.analysis.measured import Measured, measure
from antq_analysis.analysis.quotients import NO_CHANCE, Bounded, drawn, outward
from antq_analysis.analysis.ratios import refuse
from antq_analysis.analysis.selection import read
from antq_analysis.data.dataset import Dataset

SIDES = [
    "ref_area", "indicator", "period_start", "period_end", "period_years",
    "count_lower", "count_upper", "exposure_lower", "exposure_upper",
]  # fmt: skip
COLUMNS = [
    "concept", *(f"{column}_{side}" for side in "ab" for column in SIDES),
    "value", "lower", "upper", "ci_lower", "ci_upper", "strict_lower", "strict_upper",
    "confidence", "method", "wording", "per",
    "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip


def contrasts(
    ds: Dataset,
    concepts: str | Iterable[str],
    *,
    areas: str | Iterable[str] | None = None,
    per: float | None = None,
    allow: str = "C",
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide each area's rate by each other area's, a row per pair of figures of different areas.

    `lower`–`upper` hold the wording, `strict_lower`–`strict_upper` the strict wording, `ci_lower`–`ci_upper`
    the chance (score interval of two Poisson rates), `grade` and `reasons` the comparability. Pairs worse
    than `allow` lose their numbers.
    The chance interval is a lower limit of the uncertainty: planned activities come in clusters.
    Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> pairs = contrasts(aq.load(), "awards_collectives", areas=["Thanh Hóa", "Điện Biên"])
    >>> pairs.loc[~pairs.refused, ["ref_area_a", "ref_area_b", "grade"]].values.tolist()
    [['VN-21', 'VN-71', 'C']]
    """
    check_allow(allow)
    check_confidence(confidence)
    ds = read(ds, wording)
    _, found = concept_figures(ds, concepts, areas=areas, inferred_areas=inferred_areas)
    strict = ds.read_as("strict")
    measured = {f["obs_id"]: measure(f, ds, per_head=per is not None) for f in found}
    pairs = [(measured[a["obs_id"]], measured[b["obs_id"]]) for a, b in area_pairs(found)]
    rows = [_row(a, b, confidence) | _strict(a, b, strict) for a, b in pairs]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return refuse(frame.assign(wording=ds.wording, confidence=confidence, per=per), allow)


def _row(a: Measured, b: Measured, confidence: float) -> dict[str, Any]:
    reasons = order([*compare_reasons(a.figure, b.figure), *a.reasons, *b.reasons])
    low, high, method = _chance(a, b, confidence)
    return {
        "concept": a.figure["concept"],
        **_side(a, "a"),
        **_side(b, "b"),
        **a.rate.per(b.rate)._asdict(),
        "ci_lower": low,
        "ci_upper": high,
        "method": method,
        "grade": grade_of(reasons),
        "reasons": reasons,
        "obs_ids": (a.figure["obs_id"], b.figure["obs_id"], *a.obs_ids[1:], *b.obs_ids[1:]),
    }


def _side(measured: Measured, side: str) -> dict[str, Any]:
    bounds = {
        "count_lower": measured.count.lower,
        "count_upper": measured.count.upper,
        "exposure_lower": measured.exposure.lower,
        "exposure_upper": measured.exposure.upper,
    }
    known = measured.figure | bounds
    return {f"{column}_{side}": known[column] for column in SIDES}


def _strict(a: Measured, b: Measured, ds: Dataset) -> dict[str, float]:
    counts = [Bounded.of(ds.figure(side.figure["obs_id"])) for side in (a, b)]
    ratio = counts[0].per(a.exposure).per(counts[1].per(b.exposure))
    return {"strict_lower": ratio.lower, "strict_upper": ratio.upper}


def _chance(a: Measured, b: Measured, confidence: float) -> tuple[float, float, str]:
    # The lowest ratio sets the fewest events of a over its longest exposure against the most of b.
    bounds = [*a.count[1:], *b.count[1:], *a.exposure[1:], *b.exposure[1:]]
    if not (drawn(a.figure) and drawn(b.figure) and all(map(math.isfinite, bounds))):
        return NO_CHANCE
    (least_a, most_a), (least_b, most_b) = (
        (outward(side.count.lower, 0), outward(side.count.upper, 1)) for side in (a, b)
    )
    if not least_a and not least_b:
        return NO_CHANCE
    low = rate_ratio(least_a, a.exposure.upper, most_b, b.exposure.lower, confidence=confidence)
    high = rate_ratio(most_a, a.exposure.lower, least_b, b.exposure.upper, confidence=confidence)
    return float(low.lower), float(high.upper), str(low.method)
