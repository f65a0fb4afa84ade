"""What cumulative figures over windows say about a year, and what two nested windows imply.

A count over five years is not a point of a series. It is an average over its years, and two
nested windows of one definition bound what happened between them; that is all they do.
"""

import math
from collections.abc import Iterable
from itertools import permutations
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.comparability import Figure, shared_reasons
from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.grading import grade_of, order
from antq_analysis.analysis.intervals import rate_ratio
from antq_analysis.analysis.quotients import UNKNOWN, Bounded, chance_of_rate, drawn, outward
from antq_analysis.analysis.selection import chosen_figures, read
from antq_analysis.data.dataset import Dataset

COLUMNS = [
    "kind", "ref_area", "indicator", "period_start", "period_end", "years", "calendar_years",
    "count_lower", "count_upper", "value", "lower", "upper", "calendar_lower", "calendar_upper",
    "ci_lower", "ci_upper", "confidence", "method", "wording",
    "multiplier", "multiplier_lower", "multiplier_upper", "multiplier_ci_lower", "multiplier_ci_upper",
    "multiplier_calendar_lower", "multiplier_calendar_upper",
    "possible", "grade", "reasons", "obs_ids",
]  # fmt: skip


def windows(
    ds: Dataset,
    indicators: str | Iterable[str],
    areas: str | Iterable[str] | None = None,
    *,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return annual rates of every reported window of a yearly flow, then what nested windows imply.

    Rows of kind "reported": `lower`–`upper` a year by the length the text states, and
    `calendar_lower`–`calendar_upper` if the printed years are counted ("5 năm (2014-2019)" touches six).
    Rows of kind "implied": the years between two nested windows that start together,
    `multiplier_*` against the inner one, `possible` False where the total is below its part.
    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> implied = windows(aq.load(), "sessions_provincial_bodies", "Thanh Hóa").iloc[-1]
    >>> int(implied.count_lower), round(implied.value), float(implied.multiplier.round(2))
    (25707, 5141, 8.37)
    """
    ds = read(ds, wording)
    _, known = chosen_figures(ds, indicators=indicators, areas=areas, inferred_areas=True)
    flows = [figure for figure in known if figure["measure_type"] == "flow" and figure["yearly"]]
    groups: dict[Any, list[Figure]] = {}
    for figure in sorted(flows, key=itemgetter("period_end", "obs_id")):
        groups.setdefault((figure["indicator"], figure["ref_area"]), []).append(figure)
    rows: list[dict[str, Any]] = []
    for found in groups.values():
        rows += [_reported(figure, confidence) for figure in found]
        pairs = permutations(found, 2)
        rows += [_implied(inner, outer, confidence) for inner, outer in pairs if nested(inner, outer)]
    return pd.DataFrame(rows, columns=COLUMNS).assign(wording=ds.wording, confidence=confidence)


def nested(inner: Figure, outer: Figure) -> bool:
    """Tell whether two windows start together and `inner` ends first and is shorter, scope being equal."""
    same = all(inner[key] == outer[key] for key in ("period_start", "scope_org", "scope_level", "mandate"))
    same = same and is_missing(inner["part_of"]) == is_missing(outer["part_of"])
    return bool(
        same and inner["period_end"] < outer["period_end"] and inner["period_years"] < outer["period_years"]
    )


def increment(inner: Figure, outer: Figure) -> Bounded:
    """Return D = outer − inner, bounded by [l_outer − u_inner, u_outer − l_inner] and by 0 from below."""
    small, large = Bounded.of(inner), Bounded.of(outer)
    upper = large.upper - small.lower
    return Bounded(large.value - small.value, max(0.0, large.lower - small.upper), upper)


def _reported(figure: Figure, confidence: float) -> dict[str, Any]:
    calendar = _calendar(figure)
    reasons = order(shared_reasons(figure, figure))
    return _described(figure, "reported", reasons) | {
        **{key: figure[key] for key in ("period_start", "period_end")},
        **_annual(figure, Bounded.of(figure), figure["period_years"], confidence),
        "calendar_years": calendar,
        **_per_calendar(Bounded.of(figure), calendar),
        "possible": True,
        "obs_ids": (figure["obs_id"],),
    }


def _implied(inner: Figure, outer: Figure, confidence: float) -> dict[str, Any]:
    count, years = increment(inner, outer), outer["period_years"] - inner["period_years"]
    possible = count.upper >= 0
    reasons = order([*shared_reasons(inner, outer), *([] if possible else ["contradiction"])])
    rest = _calendar(outer) - _calendar(inner)
    numbers: dict[str, Any] = {"calendar_years": rest}
    if possible:
        numbers |= _annual(outer, count, years, confidence) | _multiplier(inner, outer, confidence)
        numbers |= _per_calendar(count, rest)
    return _described(outer, "implied", reasons) | {
        "period_start": inner["period_end"] + pd.Timedelta(days=1),
        "period_end": outer["period_end"],
        "years": years,
        **numbers,
        "possible": possible,
        "obs_ids": (inner["obs_id"], outer["obs_id"]),
    }


def _calendar(figure: Figure) -> int:
    """Count the calendar years a window touches."""
    return int(figure["period_end"].year - figure["period_start"].year + 1)


def _per_calendar(count: Bounded, years: int) -> dict[str, float]:
    if years < 1:
        return {}
    return {"calendar_lower": count.lower / years, "calendar_upper": count.upper / years}


def _described(figure: Figure, kind: str, reasons: tuple[str, ...]) -> dict[str, Any]:
    named = {key: figure[key] for key in ("ref_area", "indicator")}
    return {"kind": kind, **named, "reasons": reasons, "grade": grade_of(reasons)}


def _annual(figure: Figure, count: Bounded, years: Any, confidence: float) -> dict[str, Any]:
    exposure = Bounded(*(float(years),) * 3)
    ci_lower, ci_upper, method = chance_of_rate(figure, count, exposure, confidence=confidence)
    return {
        "years": years,
        "count_lower": count.lower,
        "count_upper": count.upper,
        **count.per(exposure)._asdict(),
        "ci_lower": ci_lower,
        "ci_upper": ci_upper,
        "method": method,
    }


def _multiplier(inner: Figure, outer: Figure, confidence: float) -> dict[str, Any]:
    # The increment holds the inner count, so D/I = O/I − 1, with sharper bounds than D and I apart.
    small, large = Bounded.of(inner), Bounded.of(outer)
    shorter, longer = float(inner["period_years"]), float(outer["period_years"] - inner["period_years"])
    scale, total, later = shorter / longer, large.per(small), increment(inner, outer)
    calendar = _calendar(inner) / max(1, _calendar(outer) - _calendar(inner))
    low = high = math.nan
    small, later = (Bounded(x.value, float(outward(x.lower, 0)), _up(x.upper)) for x in (small, later))
    if not drawn(inner):
        small = UNKNOWN
    if small.upper < math.inf and later.lower + small.upper > 0:
        low = float(rate_ratio(later.lower, longer, small.upper, shorter, confidence=confidence).lower)
    if later.upper < math.inf and later.upper + small.lower > 0:
        high = float(rate_ratio(later.upper, longer, small.lower, shorter, confidence=confidence).upper)
    return {
        "multiplier": (total.value - 1) * scale,
        "multiplier_lower": max(0.0, total.lower - 1) * scale,
        "multiplier_upper": max(0.0, total.upper - 1) * scale,
        "multiplier_calendar_lower": max(0.0, total.lower - 1) * calendar,
        "multiplier_calendar_upper": max(0.0, total.upper - 1) * calendar,
        "multiplier_ci_lower": low,
        "multiplier_ci_upper": high,
    }


def _up(count: float) -> float:
    return count if math.isinf(count) else float(outward(count, 1))
