"""A line is drawn only through figures that can carry one; for all others the reasons against it.

Two points always lie on a line, and two totals that overlap share their events. So a trend asks
for five annual figures of one definition and one revision, or for three windows apart.
"""

import math
from collections.abc import Iterable
from itertools import groupby, product
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis.comparability import Figure, shared_reasons
from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.grading import NotComparable, grade_of, order
from antq_analysis.analysis.guards import check_confidence
from antq_analysis.analysis.selection import chosen_figures, listed
from antq_analysis.analysis.trend_models import TrendFit, has_slope, poisson_trend, window_trend
from antq_analysis.data.dataset import Dataset, remembered

MIN_POINTS = 5
MIN_WINDOWS = 3

SERIES = [
    "indicator", "ref_area", "year", "value", "lower", "upper", "revision", "segment", "obs_status", "obs_id",
]  # fmt: skip
COLUMNS = [
    "indicator", "ref_area", "value", "ci_lower", "ci_upper", "confidence", "method", "slope",
    "deviance", "df", "dispersion", "points", "first_year", "last_year", "gap_years", "revision",
    "grade", "reasons", "obs_ids",
]  # fmt: skip

_TYPES = {
    **dict.fromkeys(["value", "lower", "upper"], "float64"),
    **dict.fromkeys(["indicator", "ref_area", "revision", "obs_status", "obs_id"], "str"),
    "year": "int32",
    "segment": "int64",
}
_SCOPE = ["revision", "scope_org", "scope_level", "mandate"]


@remembered
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
    rows = [row for row in _figures(ds, indicator, area) if not math.isnan(row["obs_value"])]
    subject = (indicator, ds.area_id(area))
    if any("contradiction" in row["flags"] for row in rows):
        return _refused(subject, ["contradiction"], rows)
    if chosen := _longest(_segmented(rows)):
        fit = poisson_trend(_each(chosen, "year"), _each(chosen, "obs_value"), confidence=confidence)
        return _result(fit, chosen)
    apart = _disjoint(_windows(rows))
    if len(apart) >= MIN_WINDOWS and _sloped(apart):
        spans = [_each(apart, column) for column in ("start", "year", "obs_value")]
        return _result(window_trend(*spans, confidence=confidence), apart)
    return _refused(subject, _why_not(rows), rows)


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
    rows = [row for pair in pairs for row in _segmented(_figures(ds, *pair))]
    named = {"value": "obs_value", "lower": "value_lower", "upper": "value_upper"}
    series = {column: _each(rows, named.get(column, column)) for column in SERIES}
    return pd.DataFrame(series).astype(_TYPES)


def _figures(ds: Dataset, indicator: str, area: str) -> list[Figure]:
    _, found = chosen_figures(ds, indicators=indicator, areas=area, inferred_areas=True)
    # A part is no year of its whole's series.
    ids = set(_each(found, "obs_id"))
    return [_dated(figure) for figure in found if figure["part_of"] not in ids]


def _dated(figure: Figure) -> Figure:
    year, begun = figure["period_end"].year, figure["period_start"]
    return figure | {
        "year": year,
        "start": year if is_missing(begun) else begun.year,
        "day": figure["period_end"].strftime("%m-%d"),
        "revision": "" if is_missing(figure["revision"]) else figure["revision"],
    }


def _each(rows: list[Figure], column: str) -> list[Any]:
    return [row[column] for row in rows]


def _segmented(rows: list[Figure]) -> list[Figure]:
    """Keep the annual figures, numbered by segment; a figure printed twice with one value counts once."""
    annual = [row for row in rows if _is_annual(row)]
    once = {_told(row): row for row in sorted(annual, key=_place, reverse=True)}
    segments: list[list[Figure]] = []
    for row in reversed(once.values()):
        last = segments[-1][-1] if segments else None
        if last is None or _key(last) != _key(row) or row["obs_status"] in "BD" or last["obs_status"] == "D":
            segments.append([])
        segments[-1].append(row)
    segments.sort(key=lambda segment: segment[0]["year"])
    return [row | {"segment": place} for place, segment in enumerate(segments, 1) for row in segment]


def _is_annual(row: Figure) -> bool:
    one_year = row["measure_type"] == "flow" and row["period_years"] == 1
    return one_year or row["measure_type"] in ("stock", "count_of_types")


def _key(row: Figure) -> tuple[str, ...]:
    return tuple(row[column] for column in (*_SCOPE, "day"))


def _place(row: Figure) -> tuple[Any, ...]:
    return _key(row), row["year"], row["obs_id"]


def _told(row: Figure) -> tuple[Any, ...]:
    return _key(row), row["year"], row["value_lower"], row["value_upper"], row["obs_status"]


def _longest(series: list[Figure]) -> list[Figure]:
    """Return the segment with figures of most years, of two equal ones the later; none if it is too short."""
    segments = [list(rows) for _, rows in groupby(series, key=itemgetter("segment"))]
    sloped = [segment for segment in segments if _sloped(segment)]
    best = max(sloped, key=lambda s: (_years(s), max(_each(s, "year"))), default=[])
    return best if _years(best) >= MIN_POINTS else []


def _years(rows: list[Figure]) -> int:
    return len(set(_each(rows, "year")))


def _sloped(rows: list[Figure]) -> bool:
    return has_slope(np.array(_each(rows, "year")), np.array(_each(rows, "obs_value")))


def _windows(rows: list[Figure]) -> list[Figure]:
    """Keep the flows over several years, of the scope that has most disjoint ones."""
    scopes: dict[Any, list[Figure]] = {}
    for row in rows:
        several = row["measure_type"] == "flow" and (row["period_years"] or 0) > 1
        if several and row["obs_status"] not in "BD":
            scopes.setdefault(itemgetter(*_SCOPE)(row), []).append(row)
    ordered = [scopes[scope] for scope in sorted(scopes)]
    return max(ordered, key=lambda scope: (len(_disjoint(scope)), len(scope)), default=[])


def _disjoint(windows: list[Figure]) -> list[Figure]:
    """Return the most windows that share no calendar year: time and again the next to end."""
    chosen: list[Figure] = []
    for row in sorted(windows, key=itemgetter("year", "start", "obs_id")):
        if not chosen or row["start"] > chosen[-1]["year"]:
            chosen.append(row)
    return chosen


def _why_not(rows: list[Figure]) -> list[str]:
    if not rows:
        return ["no_figures"]
    series, windows = _segmented(rows), _windows(rows)
    found = {
        "too_few_points": len(series) > 0 or not windows,
        "series_broken": _years(series) >= MIN_POINTS and series[-1]["segment"] > 1,
        "too_few_windows": len(windows) > 0,
        "windows_overlap": len(_disjoint(windows)) < len(windows),
    }
    return [code for code, holds in found.items() if holds]


def _refused(subject: tuple[str, str], reasons: list[str], rows: list[Figure]) -> NotComparable:
    return NotComparable(subject, order(reasons), tuple(_each(rows, "obs_id")))


def _result(fit: TrendFit, used: list[Figure]) -> pd.DataFrame:
    reasons = order(code for figure in used for code in shared_reasons(figure, figure))
    years = {year for row in used for year in range(row["start"], row["year"] + 1)}
    row = fit._asdict() | {
        **{column: used[0][column] for column in ("indicator", "ref_area", "revision")},
        "points": len(used),
        "first_year": min(years),
        "last_year": max(years),
        "gap_years": tuple(sorted(set(range(min(years), max(years))) - years)),
        "grade": grade_of(reasons),
        "reasons": reasons,
        "obs_ids": tuple(_each(used, "obs_id")),
    }
    return pd.DataFrame([row], columns=COLUMNS)
