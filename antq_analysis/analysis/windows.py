"""Windows: annual rates of cumulative figures, and what two nested windows imply.

A count over five years is not a point of a series. It is an average over its years, and two nested windows of
one definition bound what happened between them; that is all they do.
"""

from functools import partial
from itertools import permutations
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis import intervals
from antq_analysis.analysis.frames import Figure, Names, grouped, headed, is_missing, names, read, unit_text
from antq_analysis.analysis.grading import grade_of, order, own_reasons
from antq_analysis.analysis.intervals import Bounded
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset
from antq_analysis.i18n import language

COLUMNS = [
    "unit", "kind", "ref_area", "indicator_id", "period_start", "period_end", "years", "calendar_years",
    "count_lower", "count_upper", "value", "lower", "upper", "calendar_lower", "calendar_upper",
    "ci_lower", "ci_upper", "confidence", "method", "wording",
    "multiplier", "multiplier_lower", "multiplier_upper", "multiplier_ci_lower", "multiplier_ci_upper",
    "multiplier_calendar_lower", "multiplier_calendar_upper",
    "possible", "grade", "reasons", "obs_ids",
]  # fmt: skip


def windows(
    ds: Dataset,
    indicators: Names,
    areas: Names | None = None,
    *,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return annual rates of every reported window of a yearly flow, then what nested windows imply.

    Rows of kind "reported": `lower`–`upper` a year by the length the text states, and
    `calendar_lower`–`calendar_upper` if the printed years are counted ("5 năm (2014-2019)" touches six).
    Rows of kind "implied": the years between two nested windows that start together, `multiplier_*` against
    the inner one, `possible` False where the total is below its part. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> implied = windows(aq.load(), "sessions_provincial_bodies", "Thanh Hóa").iloc[-1]
    >>> int(implied.count_lower), round(implied.value), float(implied.multiplier.round(2))
    (25707, 5141, 8.37)
    """
    intervals.check_confidence(confidence)
    ds = read(ds, wording)
    _, known = chosen_figures(ds, indicators=indicators, areas=areas, inferred_areas=True)
    flows = [figure for figure in known if figure["measure_type"] == "flow" and figure["yearly"]]
    flows.sort(key=itemgetter("period_end", "obs_id"))
    rows: list[dict[str, Any]] = []
    for found in grouped(flows, "indicator", "ref_area").values():
        for figure in found:
            count, touched = Bounded.of(figure), _calendar(figure)
            annual = _annual(figure, count, figure["period_years"], touched, confidence=confidence)
            rows.append(_row("reported", [figure], figure["period_start"], annual))
        rows += [_implied(*pair, confidence) for pair in permutations(found, 2) if _nested(*pair)]
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(wording=ds.wording, confidence=confidence)
    unit = frame["indicator_id"].map(names(ds.whole, language())["unit"]).map(partial(unit_text, yearly=True))
    return headed(frame.assign(unit=unit), ds)


def _nested(inner: Figure, outer: Figure) -> bool:
    """Tell whether two windows start together and `inner` ends first and is shorter, scope being equal."""
    same = all(inner[key] == outer[key] for key in ("period_start", "scope_org", "scope_level", "mandate"))
    same = same and is_missing(inner["part_of"]) == is_missing(outer["part_of"])
    shorter = inner["period_years"] < outer["period_years"]
    return bool(same and inner["period_end"] < outer["period_end"] and shorter)


def _implied(inner: Figure, outer: Figure, confidence: float) -> dict[str, Any]:
    """Lay out what the years added say: D = outer − inner, its rate, and that rate over the inner one."""
    small, large = Bounded.of(inner), Bounded.of(outer)
    upper = large.upper - small.lower
    count = Bounded(large.value - small.value, max(0.0, large.lower - small.upper), upper)
    years, rest = outer["period_years"] - inner["period_years"], _calendar(outer) - _calendar(inner)
    numbers = {"years": years, "calendar_years": rest}
    if upper >= 0:
        numbers |= _annual(outer, count, years, rest, confidence=confidence)
        numbers |= _multiplier(inner, outer, count, confidence)
    start = inner["period_end"] + pd.Timedelta(days=1)
    return _row("implied", [inner, outer], start, numbers | {"possible": upper >= 0})


def _row(kind: str, used: list[Figure], start: Any, numbers: dict[str, Any]) -> dict[str, Any]:
    row = {"kind": kind, "period_start": start, "possible": True, **numbers}
    reasons = order([*own_reasons(*used), *([] if row["possible"] else ["contradiction"])])
    last = used[-1]
    named = {"indicator_id": last["indicator"]} | {key: last[key] for key in ("ref_area", "period_end")}
    ids = tuple(figure["obs_id"] for figure in used)
    return row | named | {"reasons": reasons, "grade": grade_of(reasons), "obs_ids": ids}


def _calendar(figure: Figure) -> int:
    """Count the calendar years a window touches."""
    return int(figure["period_end"].year - figure["period_start"].year + 1)


def _annual(figure: Figure, count: Bounded, years: int, touched: int, *, confidence: float) -> dict[str, Any]:
    """Divide a count by the years its text states, and by the calendar years it touches."""
    stated = Bounded.between(float(years), float(years))
    chance = intervals.rate_intervals(
        [count], [stated], [intervals.is_sampled(figure)], confidence=confidence
    )
    calendar = {f"calendar_{end}": getattr(count, end) / touched for end in ("lower", "upper") if touched > 0}
    return {
        "years": years,
        "calendar_years": touched,
        "count_lower": count.lower,
        "count_upper": count.upper,
        **count.per(stated)._asdict(),
        **calendar,
        "ci_lower": chance.lower[0],
        "ci_upper": chance.upper[0],
        "method": str(chance.method[0]),
    }


def _multiplier(inner: Figure, outer: Figure, count: Bounded, confidence: float) -> dict[str, float]:
    """Return the rate of the years added over the rate of the inner window."""
    # The total holds the inner count, so D/I = O/I − 1, with sharper bounds than D and I apart.
    small, total = Bounded.of(inner), Bounded.of(outer).per(Bounded.of(inner))
    shorter, longer = float(inner["period_years"]), float(outer["period_years"] - inner["period_years"])
    calendar = _calendar(inner) / max(1, _calendar(outer) - _calendar(inner))
    later, inside = [Bounded.between(longer, longer)], [Bounded.between(shorter, shorter)]
    sampled = [intervals.is_sampled(inner)]
    chance = intervals.ratio_intervals(([count], later), ([small], inside), sampled, confidence=confidence)
    stated, low, high = shorter / longer, max(0.0, total.lower - 1), max(0.0, total.upper - 1)
    return {
        "multiplier": (total.value - 1) * stated,
        "multiplier_lower": low * stated,
        "multiplier_upper": high * stated,
        "multiplier_calendar_lower": low * calendar,
        "multiplier_calendar_upper": high * calendar,
        "multiplier_ci_lower": chance.lower[0],
        "multiplier_ci_upper": chance.upper[0],
    }
