"""Windows: annual rates of cumulative figures, and what two nested windows imply.

A count over five years is not a point of a series. It is an average over its years, and two nested windows of
one definition bound what happened between them; that is all they do.
"""

import numpy as np
import pandas as pd

from antq_analysis.analysis.frames import Names, objects, read, records
from antq_analysis.analysis.grading import grade_of, order, own_reasons
from antq_analysis.analysis.intervals import (
    Bounded,
    bounded_rate_interval,
    bounded_ratio_interval,
    check_confidence,
    is_sampled,
)
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset

COLUMNS = [
    "kind", "ref_area", "indicator", "period_start", "period_end", "years", "calendar_years",
    "count_lower", "count_upper", "value", "lower", "upper", "calendar_lower", "calendar_upper",
    "ci_lower", "ci_upper", "confidence", "method", "wording",
    "multiplier", "multiplier_lower", "multiplier_upper", "multiplier_ci_lower", "multiplier_ci_upper",
    "multiplier_calendar_lower", "multiplier_calendar_upper",
    "possible", "grade", "reasons", "obs_ids",
]  # fmt: skip
_SAME = ["indicator", "ref_area", "period_start", "scope_org", "scope_level", "mandate", "is_part"]
_MULTIPLIERS = [column for column in COLUMNS if column.startswith("multiplier")]


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
    check_confidence(confidence)
    ds = read(ds, wording)
    _, known = chosen_figures(ds, indicators=indicators, areas=areas, inferred_areas=True)
    flows = _flows(known)
    rows = pd.concat([_reported(flows, confidence), _implied(*_nested(flows), confidence)], ignore_index=True)
    # Each series in the order of its first figure, what was reported before what is implied.
    rows = rows.sort_values(["series", "kind"], ascending=[True, False], kind="stable", ignore_index=True)
    grades = rows["reasons"].map(grade_of).astype("str")
    return rows.assign(grade=grades, wording=ds.wording, confidence=confidence)[COLUMNS]


def _flows(known: pd.DataFrame) -> pd.DataFrame:
    """Return the yearly flows by their last day, with the number of their series and the years they touch."""
    yearly = known["yearly"].fillna(value=False).astype(bool)
    flows = known[(known["measure_type"] == "flow") & yearly]
    flows = flows.sort_values(["period_end", "obs_id"], ignore_index=True)
    return flows.assign(
        series=flows.groupby(["indicator", "ref_area"], sort=False).ngroup(),
        is_part=flows["part_of"].notna(),
        years=flows["period_years"].astype("int64"),
        calendar_years=(flows["period_end"].dt.year - flows["period_start"].dt.year + 1).astype("int64"),
    )


def _nested(flows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pairs of windows of one scope that start together, of which the first ends first."""
    places = flows[[*_SAME, "period_end", "years"]].assign(place=range(len(flows)))
    pairs = places.merge(places, on=_SAME, suffixes=("", "_outer"))
    ends_first = pairs["period_end"] < pairs["period_end_outer"]
    pairs = pairs[ends_first & (pairs["years"] < pairs["years_outer"])]
    inner, outer = (flows.iloc[pairs[place]].reset_index(drop=True) for place in ("place", "place_outer"))
    return inner, outer


def _reported(flows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    return _annual(flows, Bounded.of(flows), confidence).assign(
        kind="reported",
        possible=True,
        reasons=objects(order(own_reasons(figure)) for figure in records(flows)),
        obs_ids=objects(zip(flows["obs_id"])),
    )


def _implied(inner: pd.DataFrame, outer: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return what the years added say: their count, outer − inner, its rate, and that over the inner rate."""
    small, large = Bounded.of(inner), Bounded.of(outer)
    upper = large.upper - small.lower
    possible = upper >= 0
    known = (large.value - small.value, np.maximum(0.0, large.lower - small.upper), upper)
    count = Bounded(*(np.where(possible, part, np.nan) for part in known))
    added = outer.assign(
        period_start=inner["period_end"] + pd.Timedelta(days=1),
        years=outer["years"] - inner["years"],
        calendar_years=outer["calendar_years"] - inner["calendar_years"],
    )
    annual, multipliers = _annual(added, count, confidence), _multipliers(inner, added, count, confidence)
    reasons = [
        order([*own_reasons(a, b), *([] if is_possible else ["contradiction"])])
        for a, b, is_possible in zip(records(inner), records(outer), possible, strict=True)
    ]
    return annual.assign(
        **multipliers.where(pd.Series(possible), axis="index"),
        kind="implied",
        method=annual["method"].where(possible),
        possible=possible,
        reasons=objects(reasons),
        obs_ids=objects(zip(inner["obs_id"], outer["obs_id"], strict=True)),
    )


def _annual(rows: pd.DataFrame, count: Bounded, confidence: float) -> pd.DataFrame:
    """Divide counts by the years their texts state, and by the calendar years they touch."""
    years = rows["years"].to_numpy(dtype="float64")
    touched = rows["calendar_years"].where(rows["calendar_years"] > 0).to_numpy(dtype="float64")
    stated, sampled = Bounded(years, years, years), is_sampled(rows) & ~np.isnan(count.lower)
    chance = bounded_rate_interval(count, stated, sampled, confidence=confidence)
    return rows[
        ["series", "ref_area", "indicator", "period_start", "period_end", "years", "calendar_years"]
    ].assign(
        count_lower=count.lower,
        count_upper=count.upper,
        **count.per(stated)._asdict(),
        calendar_lower=count.lower / touched,
        calendar_upper=count.upper / touched,
        ci_lower=chance.lower,
        ci_upper=chance.upper,
        method=chance.method.astype(str),
    )


def _multipliers(inner: pd.DataFrame, added: pd.DataFrame, count: Bounded, confidence: float) -> pd.DataFrame:
    """Return the rate of the years added over the rate of the inner window."""
    # The total holds the inner count, so D/I = O/I − 1, with sharper bounds than D and I apart.
    small, total = Bounded.of(inner), Bounded.of(added).per(Bounded.of(inner))
    stated = inner["years"] / added["years"]
    touched = inner["calendar_years"] / added["calendar_years"].clip(lower=1)
    shorter, longer = (Bounded.between(side["years"], side["years"]) for side in (inner, added))
    chance = bounded_ratio_interval(count, longer, small, shorter, is_sampled(inner), confidence=confidence)
    growth = [np.maximum(0.0, bound - 1) for bound in (total.lower, total.upper)]
    columns = [
        (total.value - 1) * stated,
        *(bound * stated for bound in growth),
        chance.lower,
        chance.upper,
        *(bound * touched for bound in growth),
    ]
    return pd.DataFrame(dict(zip(_MULTIPLIERS, columns, strict=True)))
