"""Trends: the factor a year of an annual series, and the log-linear models behind it.

Two points always lie on a line, and two totals that overlap share their events. So a trend asks for five
annual figures of one definition and one revision, or for three disjoint windows; otherwise the reasons are
returned. Planned activities come in clusters and a Poisson model is too sure of itself: the dispersion is
measured first, the interval widens with it, and it never narrows below Poisson's.
"""

import math
import warnings
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from antq_analysis.analysis import intervals
from antq_analysis.analysis.frames import Figure, Names, grouped, is_missing, listed
from antq_analysis.analysis.grading import NotComparable, grade_of, order, own_reasons, reasons_of
from antq_analysis.analysis.intervals import Floats
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.errors import InvalidOption

MIN_POINTS = 5
MIN_WINDOWS = 3
MIN_COUNTS = 3

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


@remembered
def trend(
    ds: Dataset, indicator: str, area: str, *, confidence: float = 0.95
) -> pd.DataFrame | NotComparable:
    """Fit the factor by which an indicator of one area changes a year, or say why there is none.

    Fitted is the longest, then latest, segment of `annual_series` that has figures of five years or more;
    failing that, three or more windows of several years that share none. One row: `value` is the yearly
    factor with its sampling interval; `method`, `deviance`, `df`, `dispersion` are those of `poisson_trend`
    and `window_trend`; `gap_years` are years without a figure. A stock is no sample: its interval speaks of
    the scatter about the line. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> line = trend(aq.load(), "population_average", "Quảng Bình").iloc[0]
    >>> f"{line.value - 1:.1%} a year, {line.first_year}–{line.last_year}, {line.revision}"
    '0.7% a year, 2017–2022, post-2019-census'
    >>> trend(aq.load(), "sessions_provincial_bodies", "Thanh Hóa").reasons
    ('too_few_windows', 'windows_overlap')
    """
    intervals.check_confidence(confidence)
    rows = [row for row in _figures(ds, indicator, area) if not math.isnan(row["obs_value"])]
    subject, ids = (indicator, ds.area_id(area)), tuple(_each(rows, "obs_id"))
    if any("contradiction" in row["flags"] for row in rows):
        return NotComparable(subject, ("contradiction",), ids)
    segments, windows = _segments(rows), _windows(rows)
    # The longest segment, of two equal ones the later.
    sloped = filter(_sloped, segments)
    longest = max(sloped, key=lambda rows: (_years(rows), rows[-1]["year"]), default=[])
    if _years(longest) >= MIN_POINTS:
        years, counts = _each(longest, "year"), _each(longest, "obs_value")
        return _result(poisson_trend(years, counts, confidence=confidence), longest)
    apart = _disjoint(windows)
    if len(apart) >= MIN_WINDOWS and _sloped(apart):
        spans = [_each(apart, column) for column in ("start", "year", "obs_value")]
        return _result(window_trend(*spans, confidence=confidence), apart)
    found = {
        "no_figures": not rows,
        "too_few_points": len(segments) > 0 or (len(rows) > 0 and not windows),
        "series_broken": len(segments) > 1
        and _years([row for segment in segments for row in segment]) >= MIN_POINTS,
        "too_few_windows": len(windows) > 0,
        "windows_overlap": len(apart) < len(windows),
    }
    return NotComparable(subject, reasons_of(found), ids)


def trends(
    ds: Dataset, indicators: Names, areas: Names, *, confidence: float = 0.95
) -> list[pd.DataFrame | NotComparable]:
    """Ask `trend` of every indicator and area; one answer each, a fit or the reasons against one.

    >>> import antq_analysis as aq
    >>> answers = trends(aq.load(), ["population_average", "cooperatives"], "Quảng Bình")
    >>> [isinstance(answer, aq.NotComparable) for answer in answers]
    [False, True]
    """
    pairs = product(listed(indicators), listed(areas))
    return [trend(ds, indicator, area, confidence=confidence) for indicator, area in pairs]


def annual_series(ds: Dataset, indicators: Names, areas: Names) -> pd.DataFrame:
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
    named = {"value": "obs_value", "lower": "value_lower", "upper": "value_upper"}
    rows = [
        row | {"segment": number} | {column: row[source] for column, source in named.items()}
        for pair in pairs
        for number, segment in enumerate(_segments(_figures(ds, *pair)), start=1)
        for row in segment
    ]
    return pd.DataFrame(rows, columns=SERIES).astype(_TYPES)


def _figures(ds: Dataset, indicator: str, area: str) -> list[Figure]:
    """Return the figures of a series, parts left out, with the years and the scope of each."""
    _, found = chosen_figures(ds, indicators=indicator, areas=area, inferred_areas=True)
    ids = set(_each(found, "obs_id"))
    rows = []
    for figure in found:
        end, begun = figure["period_end"], figure["period_start"]
        revision = "" if is_missing(figure["revision"]) else figure["revision"]
        scope = (revision, *(figure[column] for column in ("scope_org", "scope_level", "mandate")))
        named = {"revision": revision, "scope": scope, "series": (*scope, end.strftime("%m-%d"))}
        years = {"year": end.year, "start": end.year if is_missing(begun) else begun.year}
        rows += [figure | named | years] if figure["part_of"] not in ids else []
    return rows


def _each(rows: list[Figure], column: str) -> list[Any]:
    return [row[column] for row in rows]


def _segments(rows: list[Figure]) -> list[list[Figure]]:
    """Cut the annual figures into segments, by first year; a value printed twice counts once."""
    annual = [
        row
        for row in rows
        if row["measure_type"] in ("stock", "count_of_types")
        or (row["measure_type"] == "flow" and row["period_years"] == 1)
    ]
    value = itemgetter("series", "year", "value_lower", "value_upper", "obs_status")
    place = itemgetter("series", "year", "obs_id")
    once = {value(row): row for row in sorted(annual, key=place, reverse=True)}
    segments: list[list[Figure]] = []
    for row in reversed(once.values()):
        last = segments[-1][-1] if segments else {"series": None, "obs_status": ""}
        if last["series"] != row["series"] or row["obs_status"] in "BD" or last["obs_status"] == "D":
            segments.append([])
        segments[-1].append(row)
    return sorted(segments, key=lambda segment: segment[0]["year"])


def _years(rows: list[Figure]) -> int:
    return len(set(_each(rows, "year")))


def _sloped(rows: list[Figure]) -> bool:
    return len({row["year"] for row in rows if row["obs_value"] > 0}) > 1


def _windows(rows: list[Figure]) -> list[Figure]:
    """Keep the flows over several years, of the scope that has most disjoint ones."""
    flows = [
        row
        for row in rows
        if row["measure_type"] == "flow" and (row["period_years"] or 0) > 1 and row["obs_status"] not in "BD"
    ]
    scopes = [windows for _, windows in sorted(grouped(flows, "scope").items())]
    return max(scopes, key=lambda windows: (len(_disjoint(windows)), len(windows)), default=[])


def _disjoint(windows: list[Figure]) -> list[Figure]:
    """Return a largest set of non-overlapping windows (greedy by end year)."""
    chosen: list[Figure] = []
    for row in sorted(windows, key=itemgetter("year", "start", "obs_id")):
        if not chosen or row["start"] > chosen[-1]["year"]:
            chosen.append(row)
    return chosen


def _result(fit: "TrendFit", used: list[Figure]) -> pd.DataFrame:
    reasons = order(own_reasons(*used))
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


class TrendFit(NamedTuple):
    """Hold a fitted factor per unit of time, its interval, and how badly the counts scatter about the line.

    `slope` is the logarithm of `value`; `deviance`, `df` and `dispersion` (Pearson's X² over df) are the
    Poisson model's, from which `method` was chosen.
    """

    value: float
    ci_lower: float
    ci_upper: float
    confidence: float
    method: str
    slope: float
    deviance: float
    df: int
    dispersion: float


def poisson_trend(
    times: ArrayLike, counts: ArrayLike, exposure: ArrayLike = 1, *, confidence: float = 0.95
) -> TrendFit:
    """Fit counts that change by a constant factor per unit of time.

    `times` in years, `counts` whole numbers, `exposure` in person-years or the like. The model is a Poisson
    GLM. Up to a dispersion of 1 `method` is "poisson GLM", with the normal quantile; above, "quasi-Poisson":
    the standard error is multiplied by the root of the dispersion, with Student's quantile (McCullagh and
    Nelder 1989, section 6.2).
    Raises InvalidOption for impossible numbers, fewer than 3 counts, or counts without a finite slope.

    >>> aids_belgium = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
    >>> fit = poisson_trend(range(1, 14), aids_belgium)
    >>> f"{fit.slope:.7f}, deviance {fit.deviance:.2f} on {fit.df} df, {fit.method}"
    '0.2021212, deviance 80.69 on 11 df, quasi-Poisson'
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    intervals.check_confidence(confidence)
    events, over = intervals.whole_counts("counts", counts), intervals.positive("exposure", exposure)
    times, counts, exposure = np.broadcast_arrays(intervals.numbers("times", times), events, over)
    intervals.require(np.isfinite(times), "times", times, "Give the year or date of each count as a number.")
    _check_slope(times, counts)
    # Centred, for 1 and 2014 are nearly the same column as 1 and 2015.
    design = np.column_stack([np.ones_like(times), times - times.mean()])
    with warnings.catch_warnings():
        # Counts that lie on the line are no separation: that the slope is finite has been checked.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = GLM(counts, design, family=Poisson(), offset=np.log(exposure)).fit(tol=1e-12, rtol=1e-12)
    slope, error, methods = model.params[1], model.bse[1], ("poisson GLM", "quasi-Poisson")
    return _fit((slope, error), counts, model.fittedvalues, methods, confidence=confidence)


def window_trend(
    starts: ArrayLike, ends: ArrayLike, counts: ArrayLike, *, confidence: float = 0.95
) -> TrendFit:
    """Fit totals of disjoint windows as sums of yearly counts that change by a constant factor.

    E[Y] of a window is the sum of exp(α+βt) over its years, `starts` to `ends`, both included; α and β
    by maximum likelihood. With windows of one year it is `poisson_trend`.
    Raises InvalidOption for impossible numbers, windows that overlap, or fewer than 3.

    >>> fit = window_trend([2000, 2005, 2010], [2004, 2009, 2014], [310, 341, 375])
    >>> round(fit.value, 4), fit.method
    (1.0192, 'window-sum Poisson')
    """
    from scipy.optimize import brentq

    intervals.check_confidence(confidence)
    named = {"starts": starts, "ends": ends, "counts": counts}
    starts, ends, counts = np.broadcast_arrays(*(intervals.whole_counts(*part) for part in named.items()))
    intervals.require(ends >= starts, "ends", ends, "A window ends in the year it starts or later.")
    order = np.argsort(starts, kind="stable")
    starts, ends, counts = starts[order], ends[order], counts[order]
    if (starts[1:] <= ends[:-1]).any():
        raise InvalidOption("The windows overlap, so their totals are not independent. Give disjoint ones.")
    _check_slope(starts, counts)
    middle = (starts[0] + ends[-1]) / 2
    years = [np.arange(start, end + 1) - middle for start, end in zip(starts, ends, strict=True)]

    def score(slope: float) -> float:
        shares, means = _shares(years, slope)
        return float(counts @ means - counts.sum() * (shares @ means))

    reach = 1.0 / (ends[-1] - starts[0])
    while score(-reach) <= 0 or score(reach) >= 0:
        reach *= 2
    slope = brentq(score, -reach, reach, xtol=1e-14)
    shares, means = _shares(years, slope)
    expected = counts.sum() * shares
    error = float(expected @ (means - shares @ means) ** 2) ** -0.5
    methods = ("window-sum Poisson", "window-sum quasi-Poisson")
    return _fit((slope, error), counts, expected, methods, confidence=confidence)


def _shares(years: list[Floats], slope: float) -> tuple[Floats, Floats]:
    """Return each window's share of all events under a slope, and the mean year of its events."""
    from scipy.special import logsumexp, softmax

    totals = np.array([logsumexp(slope * window) for window in years])
    means = np.array([softmax(slope * window) @ window for window in years])
    return softmax(totals), means


def _check_slope(times: Floats, counts: Floats) -> None:
    if times.ndim != 1 or len(times) < MIN_COUNTS:
        needed = f"A trend needs at least {MIN_COUNTS} counts, one after another"
        raise InvalidOption(f"{needed}; {times.size} given.")
    # With events at one time alone the slope is infinite or an accident.
    if np.unique(times[counts > 0]).size < 2:
        remedy = "State them as they are."
        raise InvalidOption(f"No trend can be estimated: the counts are 0 but at one time. {remedy}")


def _fit(
    line: tuple[float, float], counts: Floats, expected: Floats, names: tuple[str, str], *, confidence: float
) -> TrendFit:
    """Lay out a slope and its standard error, widened by a dispersion above 1: then the second name holds."""
    from scipy.special import xlogy
    from scipy.stats import norm, t

    slope, error = map(float, line)
    tail, df = (1 - confidence) / 2, len(counts) - 2
    dispersion = float(((counts - expected) ** 2 / expected).sum()) / df
    scattered = dispersion > 1
    quantile = t.isf(tail, df) * math.sqrt(dispersion) if scattered else norm.isf(tail)
    with np.errstate(over="ignore"):
        value, lower, upper = np.exp(slope + np.array([0, -1, 1]) * quantile * error).tolist()
    return TrendFit(
        value=value,
        ci_lower=lower,
        ci_upper=upper,
        confidence=confidence,
        method=names[scattered],
        slope=slope,
        deviance=max(0.0, float(2 * (xlogy(counts, counts / expected) - (counts - expected)).sum())),
        df=df,
        dispersion=dispersion,
    )
