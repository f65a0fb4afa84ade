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
from antq_analysis.analysis.frames import (
    Figure,
    Names,
    grouped,
    headed,
    is_missing,
    is_part_year,
    lengths,
    listed,
    names,
    read,
    strict_options,
    told_once,
    unit_text,
)
from antq_analysis.analysis.grading import grade_of, reasons_of
from antq_analysis.analysis.intervals import Bounded
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset
from antq_analysis.i18n import language

COLUMNS = [
    "unit", "kind", "ref_area", "indicator_id", "period_start", "period_end", "years", "years_lower",
    "years_upper", "count_lower", "count_upper", "value", "lower", "upper",
    "ci_lower", "ci_upper", "confidence", "method", "wording", "possible", "grade", "reasons", "obs_ids",
]  # fmt: skip


@strict_options
def windows(
    ds: Dataset,
    indicators: Names,
    areas: Names | None = None,
    *,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return annual rates of every reported window of a yearly flow, then what nested windows imply.

    Rows of kind "reported": `lower`–`upper` a year hold every length of the window, `years` by its words and
    `years_lower`–`years_upper` by words and dates ("5 năm (2014-2019)" may be six calendar years).
    Rows of kind "implied": the count and rate of the years between two nested windows that start together,
    the total less its part; `possible` is False where the total is below its part.
    Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> implied = windows(aq.load(), "sessions_provincial_bodies", "Thanh Hóa").iloc[-1]
    >>> int(implied.count_lower), implied.shown
    (25707, '4.284–5.142')
    """
    intervals.check_confidence(confidence)
    ds = read(ds, wording)
    wanted = listed(map(ds.indicator_id, listed(indicators)))
    _, known = chosen_figures(ds, indicators=wanted, areas=areas, inferred_areas=True)
    flows = [row for row in told_once(known) if row["measure_type"] == "flow" and row["yearly"]]
    flows.sort(key=itemgetter("period_end", "obs_id"))
    rows: list[dict[str, Any]] = []
    for found in grouped(flows, "indicator", "ref_area").values():
        rows += [
            _row("reported", [figure], figure, Bounded.of(figure), confidence=confidence) for figure in found
        ]
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
    """Lay out what the years added say: the count outer − inner, and its rate."""
    small, large = Bounded.of(inner), Bounded.of(outer)
    years = outer["period_years"] - inner["period_years"]
    after = {"period_start": inner["period_end"] + pd.Timedelta(days=1), "period_years": years}
    count = Bounded(large.value - small.value, max(0.0, large.lower - small.upper), large.upper - small.lower)
    return _row("implied", [inner, outer], outer | after, count, confidence=confidence)


def _row(
    kind: str, used: list[Figure], window: Figure, count: Bounded, *, confidence: float
) -> dict[str, Any]:
    """Lay out a count over a window and its annual rate, which holds every reading of the window's length."""
    possible = count.upper >= 0
    against = {"contradiction": not possible, "period_too_short": is_part_year(window)}
    reasons = reasons_of(against, *used)
    row = {key: window[key] for key in ("ref_area", "period_start", "period_end")} | {
        "kind": kind,
        "indicator_id": window["indicator"],
        "years": window["period_years"],
        "possible": possible,
        "grade": grade_of(reasons),
        "reasons": reasons,
        "obs_ids": tuple(obs_id for figure in used for obs_id in figure["obs_ids"]),
    }
    if not possible or is_part_year(window):
        return row
    span = Bounded.between(*lengths(window))
    chance = intervals.rate_intervals([count], [span], [intervals.is_sampled(window)], confidence=confidence)
    return row | {
        "years_lower": span.lower,
        "years_upper": span.upper,
        "count_lower": count.lower,
        "count_upper": count.upper,
        **count.per(span)._asdict(),
        "ci_lower": chance.lower[0],
        "ci_upper": chance.upper[0],
        "method": str(chance.method[0]),
    }
