"""A line is drawn only through figures that can carry one; for all others the reasons against it.

Two points always lie on a line, and two totals that overlap share their events. So a trend asks
for five annual figures of one definition and one revision, or for three windows apart.
"""

from collections.abc import Iterable
from itertools import product

import pandas as pd

from antq_analysis.analysis.comparability import shared_reasons
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.guards import check_confidence
from antq_analysis.analysis.reasons import NotComparable, grade_of, order
from antq_analysis.analysis.selection import chosen_figures, listed
from antq_analysis.analysis.trend_models import TrendFit, has_slope, poisson_trend, window_trend
from antq_analysis.dataset.dataset import Dataset

MIN_POINTS = 5
MIN_WINDOWS = 3

SERIES = [
    "indicator",
    "ref_area",
    "year",
    "value",
    "lower",
    "upper",
    "revision",
    "segment",
    "obs_status",
    "obs_id",
]
COLUMNS = [
    "indicator", "ref_area", "value", "ci_lower", "ci_upper", "confidence", "method", "slope",
    "deviance", "df", "dispersion", "points", "first_year", "last_year", "gap_years", "revision",
    "grade", "reasons", "obs_ids",
]  # fmt: skip

_SCOPE = ["revision", "scope_org", "scope_level", "mandate"]


def trend(
    ds: Dataset, indicator: str, area: str, *, confidence: float = 0.95
) -> pd.DataFrame | NotComparable:
    """Fit the factor by which an indicator of one area changes a year, or say why there is none.

    Fitted is the longest, then latest, segment of `annual_series` that has figures of five years or more;
    failing that, three or more windows of several years that share none. One row: `value` is the yearly
    factor with its chance interval; `method`, `deviance`, `df`, `dispersion` are those of `poisson_trend` and
    `window_trend`; `gap_years` are years without a figure. A stock is no draw of a lottery: its
    interval speaks of the scatter about the line. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> line = trend(aq.load(), "population_average", "Quảng Bình").iloc[0]
    >>> f"{line.value - 1:.1%} a year, {line.first_year}–{line.last_year}, {line.revision}"
    '0.7% a year, 2017–2022, post-2019-census'
    >>> trend(aq.load(), "sessions_provincial_bodies", "Thanh Hóa").reasons
    ('too_few_windows', 'windows_overlap')
    """
    check_confidence(confidence)
    rows = _counted(ds, indicator, area)
    if any("contradiction" in flags for flags in rows["flags"]):
        return NotComparable((indicator, ds.area_id(area)), ("contradiction",), tuple(rows["obs_id"]))
    chosen = _longest(_segmented(rows))
    if len(chosen):
        return _result(poisson_trend(chosen["year"], chosen["obs_value"], confidence=confidence), chosen)
    apart = _disjoint(_windows(rows))
    if len(apart) >= MIN_WINDOWS and _sloped(apart):
        fit = window_trend(apart["start"], apart["year"], apart["obs_value"], confidence=confidence)
        return _result(fit, apart)
    return NotComparable((indicator, ds.area_id(area)), order(_why_not(rows)), tuple(rows["obs_id"]))


def trends(
    ds: Dataset, indicators: str | Iterable[str], areas: str | Iterable[str], *, confidence: float = 0.95
) -> list[pd.DataFrame | NotComparable]:
    """Ask `trend` of every indicator and area; one answer each, a fit or the reasons against one.

    >>> import antq_analysis as aq
    >>> answers = trends(aq.load(), ["population_average", "cooperatives"], "Quảng Bình")
    >>> [isinstance(answer, aq.NotComparable) for answer in answers]
    [False, True]
    """
    pairs = product(listed(indicators), listed(areas))
    return [trend(ds, indicator, area, confidence=confidence) for indicator, area in pairs]


def annual_series(ds: Dataset, indicators: str | Iterable[str], areas: str | Iterable[str]) -> pd.DataFrame:
    """Return the annual figures of indicators in areas, cut into segments that may be joined by a line.

    Annual are stocks, by the year of their date, and flows over one year. A segment has one revision, scope,
    mandate and day of the year; an `obs_status` B begins a new one and a D stands alone, but a missing year
    does not cut. Columns: `indicator`, `ref_area`, `year`, `value`, `lower`, `upper`, `revision`, `segment`
    (from 1 in each series, by first year), `obs_status`, `obs_id`; empty where there is no annual figure.
    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> series = annual_series(aq.load(), "population_average", "Điện Biên")
    >>> series.groupby("segment")["year"].agg(["min", "max"]).values.tolist()
    [[2014, 2018], [2017, 2024]]
    """
    pairs = product(listed(indicators), listed(areas))
    series = pd.concat([_segmented(_figures(ds, *pair)) for pair in pairs], ignore_index=True)
    named = {"obs_value": "value", "value_lower": "lower", "value_upper": "upper"}
    return series.rename(columns=named)[SERIES]


def _figures(ds: Dataset, indicator: str, area: str) -> pd.DataFrame:
    _, rows = chosen_figures(ds, indicators=indicator, areas=area, inferred_areas=True)
    rows = rows[~rows["part_of"].isin(rows["obs_id"])]  # a part is no year of its whole's series
    year = rows["period_end"].dt.year
    start = rows["period_start"].dt.year.fillna(year).astype("int64")
    return rows.assign(year=year, start=start, revision=rows["revision"].fillna("")).astype(
        {"obs_value": "float64", "period_years": "float64"}
    )


def _counted(ds: Dataset, indicator: str, area: str) -> pd.DataFrame:
    return _figures(ds, indicator, area).dropna(subset="obs_value")


def _segmented(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the annual figures, numbered by segment; a figure printed twice with one value counts once."""
    stock = rows["measure_type"].isin(["stock", "count_of_types"])
    annual = rows[stock | ((rows["measure_type"] == "flow") & (rows["period_years"] == 1))]
    annual = annual.assign(day=annual["period_end"].dt.strftime("%m-%d"))
    annual = annual.assign(key=annual.groupby([*_SCOPE, "day"]).ngroup()).sort_values(
        ["key", "year", "obs_id"]
    )
    annual = annual.drop_duplicates(["key", "year", "value_lower", "value_upper", "obs_status"])
    alone = annual["obs_status"] == "D"
    begins = (annual["key"] != annual["key"].shift()) | (annual["obs_status"] == "B")
    annual["segment"] = (begins | alone | alone.shift(fill_value=False)).cumsum()
    annual["first"] = annual.groupby("segment")["year"].transform("min")
    annual = annual.sort_values(["first", "segment", "year"], kind="stable")
    return annual.assign(segment=annual["segment"].factorize()[0] + 1)


def _longest(series: pd.DataFrame) -> pd.DataFrame:
    """Return the segment with figures of most years, of two equal ones the later; none if it is too short."""
    segments = [segment for _, segment in series.groupby("segment") if _sloped(segment)]
    best = max(segments, key=lambda s: (s["year"].nunique(), s["year"].max()), default=series[:0])
    return best if best["year"].nunique() >= MIN_POINTS else series[:0]


def _sloped(rows: pd.DataFrame) -> bool:
    return has_slope(rows["year"].to_numpy(), rows["obs_value"].to_numpy())


def _windows(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the flows over several years, of the scope that has most disjoint ones."""
    flows = rows[(rows["measure_type"] == "flow") & (rows["period_years"] > 1)]
    flows = flows[~flows["obs_status"].isin(["B", "D"])]
    scopes = [scope for _, scope in flows.groupby(_SCOPE)]
    return max(scopes, key=lambda scope: (len(_disjoint(scope)), len(scope)), default=flows)


def _disjoint(windows: pd.DataFrame) -> pd.DataFrame:
    """Return the most windows that share no calendar year: time and again the next to end."""
    windows = windows.sort_values(["year", "start", "obs_id"])
    chosen, last = [], 0
    for position, (start, end) in enumerate(zip(windows["start"], windows["year"], strict=True)):
        if start > last:
            chosen.append(position)
            last = end
    return windows.iloc[chosen]


def _why_not(rows: pd.DataFrame) -> list[str]:
    if rows.empty:
        return ["no_figures"]
    series, windows = _segmented(rows), _windows(rows)
    overlap = len(_disjoint(windows)) < len(windows)
    found = {
        "too_few_points": len(series) > 0 or windows.empty,
        "series_broken": series["year"].nunique() >= MIN_POINTS and series["segment"].nunique() > 1,
        "too_few_windows": len(windows) > 0,
        "windows_overlap": overlap,
    }
    return [code for code, holds in found.items() if holds]


def _result(fit: TrendFit, used: pd.DataFrame) -> pd.DataFrame:
    reasons = order(code for figure in records(used) for code in shared_reasons(figure, figure))
    spans = zip(used["start"], used["year"], strict=True)
    years = {int(year) for start, end in spans for year in range(start, end + 1)}
    row = fit._asdict() | {
        "indicator": used["indicator"].iloc[0],
        "ref_area": used["ref_area"].iloc[0],
        "points": len(used),
        "first_year": min(years),
        "last_year": max(years),
        "gap_years": tuple(sorted(set(range(min(years), max(years))) - years)),
        "revision": used["revision"].iloc[0],
        "grade": grade_of(reasons),
        "reasons": reasons,
        "obs_ids": tuple(used["obs_id"]),
    }
    return pd.DataFrame([row], columns=COLUMNS)
