"""Trends: the factor a year of an annual series, and the log-linear models behind it.

Two points always lie on a line, and two totals that overlap share their events. So a trend asks for five annual
figures of one definition and one revision, or for three disjoint windows; otherwise the reasons are returned.
Planned activities come in clusters, so that a Poisson model is too sure of itself: the dispersion is measured
first, the interval widens with it, and it never narrows below Poisson's.
"""

import math
import warnings
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from antq_analysis.analysis.frames import Names, listed, records
from antq_analysis.analysis.grading import NotComparable, grade_of, order, own_reasons
from antq_analysis.analysis.intervals import (
    Floats,
    check_confidence,
    numbers,
    positive,
    require,
    whole_counts,
)
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.errors import InvalidOption

MIN_POINTS = 5
MIN_WINDOWS = 3
MIN_COUNTS = 3
# Quasi-Poisson leaves a year its weight however large it is; where the variance is over ten times
# Poisson's, the rates themselves vary, and the negative binomial lets the scatter grow with the square
# of the mean (Ver Hoef and Boveng 2007, Ecology 88:2766).
QUASI_UP_TO = 10.0

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
    factor with its sampling interval; `method`, `deviance`, `df`, `dispersion` are those of `poisson_trend` and
    `window_trend`; `gap_years` are years without a figure. A stock is no sample: its
    interval speaks of the scatter about the line. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> line = trend(aq.load(), "population_average", "Quảng Bình").iloc[0]
    >>> f"{line.value - 1:.1%} a year, {line.first_year}–{line.last_year}, {line.revision}"
    '0.7% a year, 2017–2022, post-2019-census'
    >>> trend(aq.load(), "sessions_provincial_bodies", "Thanh Hóa").reasons
    ('too_few_windows', 'windows_overlap')
    """
    check_confidence(confidence)
    found = _figures(ds, indicator, area).dropna(subset="obs_value")
    subject, ids = (indicator, ds.area_id(area)), tuple(found["obs_id"])
    if any("contradiction" in flags for flags in found["flags"]):
        return NotComparable(subject, ("contradiction",), ids)
    segment = _longest(_segmented(found))
    if len(segment):
        return _result(poisson_trend(segment["year"], segment["obs_value"], confidence=confidence), segment)
    apart = _disjoint(_windows(found))
    if len(apart) >= MIN_WINDOWS and _sloped(apart):
        fit = window_trend(apart["start"], apart["year"], apart["obs_value"], confidence=confidence)
        return _result(fit, apart)
    return NotComparable(subject, order(_why_not(found)), ids)


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
    named = {"obs_value": "value", "value_lower": "lower", "value_upper": "upper"}
    found = [_segmented(_figures(ds, *pair)).rename(columns=named)[SERIES] for pair in pairs]
    series = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=SERIES)
    return series.astype(_TYPES)


# ---- series and windows ----------------------------------------------------------------------------------


def _figures(ds: Dataset, indicator: str, area: str) -> pd.DataFrame:
    """Return the figures of a series with the years they touch; a part is no year of its whole's series."""
    _, found = chosen_figures(ds, indicators=indicator, areas=area, inferred_areas=True)
    found = found[~found["part_of"].isin(found["obs_id"])]
    year = found["period_end"].dt.year
    return found.assign(
        year=year,
        start=found["period_start"].dt.year.fillna(year).astype("int64"),
        day=found["period_end"].dt.strftime("%m-%d"),
        revision=found["revision"].fillna(""),
    )


def _segmented(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the annual figures, numbered by segment; a figure printed twice with one value counts once."""
    one_year = (found["measure_type"] == "flow") & (found["period_years"] == 1).fillna(value=False)
    annual = found[one_year | found["measure_type"].isin(["stock", "count_of_types"])]
    series = [*_SCOPE, "day"]
    rows = annual.sort_values([*series, "year", "obs_id"])
    rows = rows.drop_duplicates([*series, "year", "value_lower", "value_upper", "obs_status"])
    other = (rows[series] != rows[series].shift()).any(axis="columns")
    broken = rows["obs_status"].isin(["B", "D"]) | (rows["obs_status"].shift() == "D")
    rows = rows.assign(run=(other | broken).cumsum())
    rows = rows.assign(begun=rows.groupby("run")["year"].transform("first")).sort_values(["begun", "run"])
    return rows.assign(segment=rows.groupby(["begun", "run"]).ngroup() + 1)


def _longest(series: pd.DataFrame) -> pd.DataFrame:
    """Return the segment with figures of most years, of two equal ones the later; none if it is too short."""
    segments = [rows for _, rows in series.groupby("segment") if _sloped(rows)]
    by_length = {(rows["year"].nunique(), rows["year"].max()): rows for rows in reversed(segments)}
    (years, _), rows = max(by_length.items(), key=lambda item: item[0], default=((0, 0), series))
    return rows if years >= MIN_POINTS else rows.iloc[:0]


def _sloped(rows: pd.DataFrame) -> bool:
    return has_slope(rows["year"].to_numpy(), rows["obs_value"].to_numpy())


def _windows(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the flows over several years, of the scope that has most disjoint ones."""
    several = (found["measure_type"] == "flow") & (found["period_years"] > 1).fillna(value=False)
    windows = found[several & ~found["obs_status"].isin(["B", "D"])]
    scopes = [rows for _, rows in windows.groupby(_SCOPE)]
    return max(scopes, key=lambda rows: (len(_disjoint(rows)), len(rows)), default=windows)


def _disjoint(windows: pd.DataFrame) -> pd.DataFrame:
    """Return the most windows that share no calendar year: time and again the next to end."""
    chosen, last = [], -math.inf
    ordered = windows.sort_values(["year", "start", "obs_id"])
    for place, start, end in zip(ordered.index, ordered["start"], ordered["year"], strict=True):
        if start > last:
            chosen.append(place)
            last = end
    return windows.loc[chosen]


def _why_not(found: pd.DataFrame) -> list[str]:
    if found.empty:
        return ["no_figures"]
    series, windows = _segmented(found), _windows(found)
    reasons = {
        "too_few_points": len(series) > 0 or windows.empty,
        "series_broken": series["year"].nunique() >= MIN_POINTS and series["segment"].max() > 1,
        "too_few_windows": len(windows) > 0,
        "windows_overlap": len(_disjoint(windows)) < len(windows),
    }
    return [code for code, holds in reasons.items() if holds]


def _result(fit: "TrendFit", used: pd.DataFrame) -> pd.DataFrame:
    reasons = order(own_reasons(*records(used)))
    spans = zip(used["start"], used["year"], strict=True)
    years = {year for start, end in spans for year in range(start, end + 1)}
    row = fit._asdict() | {
        **used.iloc[0][["indicator", "ref_area", "revision"]],
        "points": len(used),
        "first_year": min(years),
        "last_year": max(years),
        "gap_years": tuple(sorted(set(range(min(years), max(years))) - years)),
        "grade": grade_of(reasons),
        "reasons": reasons,
        "obs_ids": tuple(used["obs_id"]),
    }
    return pd.DataFrame([row], columns=COLUMNS)


# ---- models ----------------------------------------------------------------------------------------------


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


class _Line(NamedTuple):
    slope: float
    standard_error: float
    deviance: float
    pearson: float
    df: int


def poisson_trend(
    times: ArrayLike, counts: ArrayLike, exposure: ArrayLike = 1, *, confidence: float = 0.95
) -> TrendFit:
    """Fit counts that change by a constant factor per unit of time.

    `times` in years, `counts` whole numbers, `exposure` in person-years or the like. Method, by the
    dispersion of the Poisson GLM: up to 1 "poisson GLM" (normal quantile); up to 10 "quasi-Poisson"; above,
    that or "negative binomial" with Pearson's X² equal to df (Breslow 1984), whichever is less sure of its
    slope. The last two take Student's quantile.
    Raises InvalidOption for impossible numbers, fewer than 3 counts, or counts without a finite slope.

    >>> aids_belgium = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
    >>> fit = poisson_trend(range(1, 14), aids_belgium)
    >>> f"{fit.slope:.7f}, deviance {fit.deviance:.2f} on {fit.df} df, {fit.method}"
    '0.2021212, deviance 80.69 on 11 df, quasi-Poisson'
    """
    check_confidence(confidence)
    times, counts, exposure = np.broadcast_arrays(
        numbers("times", times), whole_counts("counts", counts), positive("exposure", exposure)
    )
    require(np.isfinite(times), "times", times, "Give the year or date of each count as a number.")
    _check_slope(times, counts)
    line = _glm(times, counts, exposure)
    fit = _summary(line, "poisson GLM", "quasi-Poisson", confidence)
    if fit.dispersion <= QUASI_UP_TO:
        return fit
    other = _glm(times, counts, exposure, alpha=_matched_alpha(times, counts, exposure, fit.dispersion))
    if other.standard_error < line.standard_error * math.sqrt(fit.dispersion):
        return fit
    scaled = line._replace(slope=other.slope, standard_error=other.standard_error)
    return _fit(scaled, "negative binomial", _student(confidence, line.df), confidence)


def window_trend(
    starts: ArrayLike, ends: ArrayLike, counts: ArrayLike, *, confidence: float = 0.95
) -> TrendFit:
    """Fit totals of disjoint windows as sums of yearly counts that change by a constant factor.

    E[Y] of a window is the sum of exp(α+βt) over its years, `starts` to `ends`, both included; α and β
    by maximum likelihood. With windows of one year it is `poisson_trend` up to a dispersion of 10.
    Raises InvalidOption for impossible numbers, windows that overlap, or fewer than 3.

    >>> fit = window_trend([2000, 2005, 2010], [2004, 2009, 2014], [310, 341, 375])
    >>> round(fit.value, 4), fit.method
    (1.0192, 'window-sum Poisson')
    """
    check_confidence(confidence)
    starts, ends, counts = np.broadcast_arrays(
        whole_counts("starts", starts), whole_counts("ends", ends), whole_counts("counts", counts)
    )
    require(ends >= starts, "ends", ends, "A window ends in the year it starts or later.")
    order = np.argsort(starts, kind="stable")
    starts, ends, counts = starts[order], ends[order], counts[order]
    if (starts[1:] <= ends[:-1]).any():
        raise InvalidOption("The windows overlap, so their totals are not independent. Give disjoint ones.")
    _check_slope(starts, counts)
    return _summary(
        _window_line(starts, ends, counts), "window-sum Poisson", "window-sum quasi-Poisson", confidence
    )


def has_slope(times: Floats, counts: Floats) -> bool:
    """Tell whether events fell on two times or more; with one, the slope is infinite or an accident."""
    return np.unique(times[counts > 0]).size > 1


def _check_slope(times: Floats, counts: Floats) -> None:
    if times.ndim != 1 or len(times) < MIN_COUNTS:
        raise InvalidOption(
            f"A trend needs at least {MIN_COUNTS} counts, one after another; {times.size} given."
        )
    if not has_slope(times, counts):
        raise InvalidOption(
            "No trend can be estimated: the counts are 0 but at one time. State them as they are."
        )


def _glm(times: Floats, counts: Floats, exposure: Floats, *, alpha: float = 0.0) -> _Line:
    from statsmodels.genmod.families import NegativeBinomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    # Centred, for 1 and 2014 are nearly the same column as 1 and 2015.
    design = np.column_stack([np.ones_like(times), times - times.mean()])
    family = NegativeBinomial(alpha=alpha) if alpha else Poisson()
    with warnings.catch_warnings():
        # Counts that lie on the line are no separation: that the slope is finite has been checked.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = GLM(counts, design, family=family, offset=np.log(exposure)).fit(tol=1e-12, rtol=1e-12)
    return _Line(
        slope=float(model.params[1]),
        standard_error=float(model.bse[1]),
        deviance=max(0.0, float(model.deviance)),
        pearson=float(model.pearson_chi2),
        df=int(model.df_resid),
    )


def _matched_alpha(times: Floats, counts: Floats, exposure: Floats, dispersion: float) -> float:
    """Find the α at which Pearson's X² equals its degrees of freedom.

    Maximum likelihood would put α too low with five to ten points: it spends no degrees of freedom.
    """
    from scipy.optimize import brentq

    def excess(log_alpha: float) -> float:
        line = _glm(times, counts, exposure, alpha=math.exp(log_alpha))
        return line.pearson / line.df - 1

    # With all means equal α is exactly this; the search goes both ways from it.
    low = high = math.log((dispersion - 1) / counts.mean())
    while excess(low) < 0:
        low -= 1
    while excess(high) > 0:
        high += 1
    return math.exp(brentq(excess, low, high)) if low < high else math.exp(low)


def _window_line(starts: Floats, ends: Floats, counts: Floats) -> _Line:
    from scipy.optimize import brentq

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
    information = float(expected @ (means - shares @ means) ** 2)
    squares = float(((counts - expected) ** 2 / expected).sum())
    return _Line(slope, information**-0.5, _deviance(counts, expected), squares, len(counts) - 2)


def _shares(years: list[Floats], slope: float) -> tuple[Floats, Floats]:
    """Return each window's share of all events under a slope, and the mean year of its events."""
    from scipy.special import logsumexp, softmax

    totals = np.array([logsumexp(slope * window) for window in years])
    means = np.array([softmax(slope * window) @ window for window in years])
    return softmax(totals), means


def _deviance(counts: Floats, expected: Floats) -> float:
    from scipy.special import xlogy

    return max(0.0, float(2 * (xlogy(counts, counts / expected) - (counts - expected)).sum()))


def _summary(line: _Line, plain: str, scaled: str, confidence: float) -> TrendFit:
    from scipy.stats import norm

    dispersion = line.pearson / line.df
    if dispersion <= 1:
        return _fit(line, plain, float(norm.isf((1 - confidence) / 2)), confidence)
    wider = line._replace(standard_error=line.standard_error * math.sqrt(dispersion))
    return _fit(wider, scaled, _student(confidence, line.df), confidence)


def _student(confidence: float, df: int) -> float:
    from scipy.stats import t

    return float(t.isf((1 - confidence) / 2, df))


def _fit(line: _Line, method: str, quantile: float, confidence: float) -> TrendFit:
    half = quantile * line.standard_error
    return TrendFit(
        value=math.exp(line.slope),
        ci_lower=_exp(line.slope - half),
        ci_upper=_exp(line.slope + half),
        confidence=confidence,
        method=method,
        slope=line.slope,
        deviance=line.deviance,
        df=line.df,
        dispersion=line.pearson / line.df,
    )


def _exp(exponent: float) -> float:
    """Return e to the power, infinite where it is beyond a float: nothing is known in that direction."""
    return float(np.exp(np.clip(exponent, -np.inf, 709.0))) if exponent <= 709.0 else math.inf
