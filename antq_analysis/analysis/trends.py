"""Trends: the factor a year of annual counts of events, and the plain course of any annual series.

Two points always lie on a line, and a stock or an official estimate is no sample: a model is fitted to annual
counts of events alone, all else is described. Planned activities come in clusters and a Poisson model is too
sure of itself: the interval widens with the dispersion and never narrows below Poisson's.
"""

import math
import warnings
from itertools import chain, product
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from antq_analysis.analysis import intervals
from antq_analysis.analysis.frames import Figure, Names, grouped, headed, is_missing, names, unit_text
from antq_analysis.analysis.grading import BODIES, REASONS, NotComparable, grade_of, reasons_of
from antq_analysis.analysis.intervals import UNKNOWN, Bounded, Floats
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.errors import InvalidOption, strict_options
from antq_analysis.i18n import LANGUAGES, words

MIN_POINTS = 5
MIN_COUNTS = 3
# Years without a figure between two neighbours that a line may pass over.
MAX_GAP = 2
# Ten events for each coefficient (Peduzzi et al. 1996, J Clin Epidemiol 49:1373-1379).
MIN_EVENTS = 10
# A dispersion of 6 to 10 or more tells against the model itself (Burnham and Anderson 2002, section 2.5).
MAX_DISPERSION = 10

SERIES = [
    "value", "lower", "upper", "grade", "indicator_id", "ref_area", "scope_org", "scope_level", "year",
    "revision", "segment", "obs_status", "reasons", "obs_id", "several",
]  # fmt: skip
COURSE = [
    "value", "lower", "upper", "unit", "grade", "indicator_id", "ref_area", "scope_org", "scope_level",
    "period_start", "period_end", "first_year", "first", "last_year", "last", "peak_year", "peak",
    "low_year", "low", "growth", "points", "gap_years", "segments", "revision",
    "reasons", "obs_ids", "several",
]  # fmt: skip
# From the narrowest to the widest, as the bits of `BODIES` grow from one kind of body to all.
LEVELS = ["unstated", "provincial_bodies", "whole_province"]


@strict_options
def trend(
    ds: Dataset, indicator: str, area: str, *, confidence: float = 0.95
) -> pd.DataFrame | NotComparable:
    """Fit the factor by which yearly events of one area change a year, or say why there is none.

    Fitted is the longest, then latest, run of years in one segment of `annual_series`: five or more, ten
    events or more, at most two years missing between neighbours. One row: `value` is the yearly factor,
    `ci_lower`–`ci_upper` its sampling interval. Of worded figures `lower`–`upper` hold every factor that
    their bounds allow, and the interval is the envelope of both ends. `method`, `deviance`, `df` and
    `dispersion` are those of `poisson_trend`; above a dispersion of 10 there is no line. `gap_years` are
    years without a figure. Stocks, shares and numbers of people have no model: see `describe_series`.
    Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> aq.trend(aq.load(), "population_average", "Quảng Bình").reasons
    ('estimates_only',)
    """
    for option, given in {"indicator": indicator, "area": area}.items():
        if not isinstance(given, str):
            remedy = "A trend is of one indicator in one area; ask for each by itself."
            raise InvalidOption(f"{option}={given!r} is no single name. {remedy}")
    (indicator,), (area,) = ds.ids("indicator", indicator), ds.ids("area", area)
    found = _trend(ds, indicator, area, intervals.check_confidence(confidence))
    if isinstance(found, NotComparable):
        return found
    return _scoped(found.assign(unit=words()("result.factor")), ds)


@strict_options
def annual_series(ds: Dataset, indicators: Names, areas: Names) -> pd.DataFrame:
    """Return the annual figures of indicators in areas, cut into segments that may be joined by a line.

    Annual are stocks, by the year of their date, and flows over one year. A segment has one revision, scope,
    mandate, territory and day of the year; an `obs_status` B begins a new one and a D stands alone, but a
    missing year does not cut. `segment` counts from 1 in each series, by first year; `value` is missing
    where only bounds are known. Of several scopes of an indicator the widest that has two years or more is
    the series, and `label` names it: a part stands neither beside nor for its whole. Empty where there is no
    annual figure. Raises UnknownName.

    >>> import antq_analysis as aq
    >>> series = aq.annual_series(aq.load(), "population_average", "Điện Biên")
    >>> series.groupby("segment")["year"].agg(["min", "max"]).values.tolist()
    [[2014, 2018], [2017, 2024]]
    """
    rows = [
        row | Bounded.of(row)._asdict() | _judged(row) | {"indicator_id": row["indicator"], "segment": number}
        for segments in _each_series(ds, indicators, areas)
        for number, segment in enumerate(segments, start=1)
        for row in segment
    ]
    return _scoped(pd.DataFrame(rows, columns=SERIES), ds)


@strict_options
def describe_series(ds: Dataset, indicators: Names, areas: Names) -> pd.DataFrame:
    """Describe the course of annual figures: first, last, highest and lowest, and average growth a year.

    For each indicator and area that has annual figures, one row about the longest, then latest, segment of
    `annual_series`; `segments` counts all of them, for nothing grows across a break. `growth` is
    (last / first)^(1 / years) − 1, and `value`, `lower`, `upper` are the same in percent; missing after a
    first figure of 0 and where there is one year only. A number known only between bounds is missing too:
    then `peak_year` is the year of the highest bound, `low_year` that of the lowest. No interval: stocks and
    official figures are no samples. Raises UnknownName.

    >>> import antq_analysis as aq
    >>> row = aq.describe_series(aq.load(), "population_average", "Quảng Bình").iloc[0]
    >>> [f"{row[end]:,.0f} in {row[f'{end}_year']}" for end in ("first", "last")], f"{row.growth:+.1%}"
    (['885,700 in 2017', '913,860 in 2022'], '+0.6%')
    """
    rows = [_course(segments) for segments in _each_series(ds, indicators, areas) if segments]
    return _scoped(pd.DataFrame(rows, columns=COURSE).assign(unit=unit_text("%", yearly=True)), ds)


def _scoped(frame: pd.DataFrame, ds: Dataset) -> pd.DataFrame:
    """Begin a frame with its head; where a scope was chosen among `several`, the label names it."""
    scopes = " · " + frame["scope_org"].map(lambda org: words()(f"scope.{org}"))
    head = headed(frame.drop(columns="several"), ds)
    return head.assign(label=head["label"] + scopes.where(frame["several"].astype(bool), ""))


def _each_series(ds: Dataset, indicators: Names, areas: Names) -> list[list[list[Figure]]]:
    """Return the segments of each indicator in each area."""
    return [
        _segments(_figures(ds, *pair))
        for pair in product(ds.ids("indicator", indicators), ds.ids("area", areas))
    ]


def _figures(ds: Dataset, indicator: str, area: str) -> list[Figure]:
    """Return the figures of a series in its widest scope, with the years and the territory of each."""
    _, found = chosen_figures(ds, indicators=indicator, areas=area, inferred_areas=True)
    ids = set(_each(found, "obs_id"))
    rows = []
    for figure in found:
        end, revision = figure["period_end"], figure["revision"]
        # Before the area was, or after it became part of another, its name means another territory.
        scope = itemgetter("scope_org", "scope_level", "mandate", "outside")(figure)
        named = {"series": (revision, *scope, end.strftime("%m-%d")), "year": end.year}
        rows += [figure | named] if figure["part_of"] not in ids else []
    scopes = grouped(rows, "scope_org", "scope_level")
    widest = max(scopes.values(), key=_width, default=[])
    return [row | {"several": len(scopes) > 1} for row in widest]


def _width(rows: list[Figure]) -> tuple[Any, ...]:
    """Rank a scope: it has two years or more, counts more kinds of body, a wider level, more years."""
    org, level = rows[0]["scope_org"], rows[0]["scope_level"]
    years = len({row["year"] for row in rows if _is_annual(row)})
    return years > 1, BODIES[org].bit_count(), LEVELS.index(level), years, org


def _is_annual(row: Figure) -> bool:
    stock = row["measure_type"] in ("stock", "count_of_types")
    return stock or (row["measure_type"] == "flow" and row["period_years"] == 1)


def _each(rows: list[Figure], column: str) -> list[Any]:
    return [row[column] for row in rows]


def _segments(rows: list[Figure]) -> list[list[Figure]]:
    """Cut the annual figures into segments, by first year; a value printed twice counts once."""
    value = itemgetter("series", "year", "value_lower", "value_upper", "obs_status")
    place = itemgetter("series", "year", "obs_id")
    once = {value(row): row for row in sorted(filter(_is_annual, rows), key=place, reverse=True)}
    segments: list[list[Figure]] = []
    for row in reversed(once.values()):
        last = segments[-1][-1] if segments else {"series": None, "obs_status": ""}
        if last["series"] != row["series"] or row["obs_status"] in "BD" or last["obs_status"] == "D":
            segments.append([])
        segments[-1].append(row)
    return sorted(segments, key=lambda segment: segment[0]["year"])


def _by_year(segment: list[Figure]) -> list[Figure]:
    """Return one figure a year, that which is known best."""
    ordered = sorted(segment, key=lambda row: row["value_lower"] - row["value_upper"])
    once = {row["year"]: row for row in ordered}
    return [once[year] for year in sorted(once)]


def _length(rows: list[Figure]) -> tuple[int, int]:
    """Return what makes a segment the longest or, of two equal ones, the later."""
    return len(set(_each(rows, "year"))), rows[-1]["year"]


def _judged(*used: Figure) -> dict[str, Any]:
    reasons = reasons_of({}, *used)
    return {"reasons": reasons, "grade": grade_of(reasons)}


def _about(used: list[Figure]) -> dict[str, Any]:
    """Lay out what a row about several years of one series says of them."""
    first, last = used[0], used[-1]
    # A break begins the segment, so that nothing is broken within it.
    judged = [row | {"obs_status": "A"} if row["obs_status"] == "B" else row for row in used]
    return {
        **{key: first[key] for key in ("ref_area", "scope_org", "scope_level", "revision", "several")},
        "indicator_id": first["indicator"],
        "period_start": first["period_end"] if is_missing(first["period_start"]) else first["period_start"],
        "period_end": last["period_end"],
        "points": len(used),
        "first_year": first["year"],
        "last_year": last["year"],
        "gap_years": tuple(sorted(set(range(first["year"], last["year"])) - set(_each(used, "year")))),
        **_judged(*judged),
        "obs_ids": tuple(_each(used, "obs_id")),
    }


def _course(segments: list[list[Figure]]) -> dict[str, Any]:
    used = _by_year(max(segments, key=_length))
    ends = {"first": used[0], "last": used[-1]}
    ends |= {
        "peak": max(used, key=itemgetter("value_upper")),
        "low": min(used, key=itemgetter("value_lower")),
    }
    years, start = used[-1]["year"] - used[0]["year"], Bounded.of(used[0])
    factor = Bounded.of(used[-1]).per(start) if years else UNKNOWN
    growth = Bounded(*(part ** (1 / max(1, years)) - 1 for part in factor))
    return {
        **_about(used),
        **{end: Bounded.of(row).value for end, row in ends.items()},
        **{f"{end}_year": row["year"] for end, row in ends.items()},
        **growth.times(100)._asdict(),
        "growth": growth.value,
        "segments": len(segments),
    }


# ---- the model ---------------------------------------------------------------------------------------------


@remembered
def _trend(ds: Dataset, indicator: str, area: str, confidence: float) -> pd.DataFrame | NotComparable:
    rows = [row for row in _figures(ds, indicator, area) if not math.isnan(row["obs_value"])]
    segments = _segments(rows)
    inside = [segment for segment in segments if not segment[0]["outside"]]
    longest = max(chain(*map(_runs, inside)), key=_length, default=[])
    reasons = _against(rows, inside, longest)
    if not reasons:
        years = np.array(_each(longest, "year"))
        fits = [poisson_trend(years, counts, confidence=confidence) for counts in _extremes(years, longest)]
        if all(fit.dispersion <= MAX_DISPERSION for fit in fits):
            return pd.DataFrame([_about(longest) | _envelope(fits)])
        reasons = ("dispersion_too_high",)
    said = {lang: names(ds.whole, lang) for lang in LANGUAGES}
    known = {lang: {**named["indicator"], **named["area"]} for lang, named in said.items()}
    return NotComparable((indicator, area), reasons, tuple(_each(rows, "obs_id")), known)


def _runs(segment: list[Figure]) -> list[list[Figure]]:
    """Cut a segment, one figure a year, where more years are missing than a line may pass over."""
    runs: list[list[Figure]] = []
    for row in _by_year(segment):
        if not runs or row["year"] - runs[-1][-1]["year"] > MAX_GAP + 1:
            runs.append([])
        runs[-1].append(row)
    return runs


def _against(rows: list[Figure], inside: list[list[Figure]], longest: list[Figure]) -> tuple[str, ...]:
    """Return the reasons against a line, before any is fitted."""
    if rows and not intervals.is_sampled(rows[0]):
        return ("estimates_only",)
    short, least = len(longest) < MIN_POINTS, _each(longest, "value_lower")
    years = {row["year"] for segment in inside for row in segment}
    found = {
        "no_figures": not rows,
        **{flag: REASONS[flag] == "D" for row in rows for flag in row["flags"]},
        "too_few_points": short and len(rows) > 0,
        "series_broken": short and len(inside) > 1 and len(years) >= MIN_POINTS,
        "area_changed": short and any(_each(rows, "outside")),
        "gap_in_series": short and any(_length(segment)[0] >= MIN_POINTS for segment in inside),
        "too_few_events": not short and (sum(least) < MIN_EVENTS or sum(map(bool, least)) < 2),
        # What has no upper bound may change by any factor.
        "wording_bounds": not short and math.inf in _each(longest, "value_upper"),
    }
    return reasons_of(found)


def _extremes(years: Floats, rows: list[Figure]) -> tuple[Floats, Floats]:
    """Return the counts within their bounds whose line falls most, and those whose line rises most.

    The slope of a Poisson line grows with the mean year of the events alone. That is latest with low counts
    up to some year and high ones after it, and earliest the other way round.
    """
    low, high = np.floor(_each(rows, "value_lower")), np.ceil(_each(rows, "value_upper"))
    late = np.arange(len(rows)) >= np.arange(len(rows) + 1)[:, None]
    falling, rising = np.where(late, low, high), np.where(late, high, low)
    mean_years = [counts @ years / counts.sum(axis=1) for counts in (falling, rising)]
    return falling[mean_years[0].argmin()], rising[mean_years[1].argmax()]


def _envelope(fits: list["TrendFit"]) -> dict[str, Any]:
    """Join the fits of both ends: the factor between them, and the scatter where it is worse."""
    falling, rising = fits
    factor = Bounded.between(falling.value, rising.value)
    chance = {"ci_lower": min(fit.ci_lower for fit in fits), "ci_upper": max(fit.ci_upper for fit in fits)}
    worse = max(fits, key=attrgetter("dispersion"))
    return worse._asdict() | factor._asdict() | chance | {"slope": math.log(factor.value)}


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
    from scipy.special import xlogy
    from scipy.stats import norm, t
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
    slope, error, expected = float(model.params[1]), float(model.bse[1]), model.fittedvalues
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
        method="quasi-Poisson" if scattered else "poisson GLM",
        slope=slope,
        deviance=max(0.0, float(2 * (xlogy(counts, counts / expected) - (counts - expected)).sum())),
        df=df,
        dispersion=dispersion,
    )


def _check_slope(times: Floats, counts: Floats) -> None:
    if times.ndim != 1 or len(times) < MIN_COUNTS:
        needed = f"A trend needs at least {MIN_COUNTS} counts, one after another"
        raise InvalidOption(f"{needed}; {times.size} given.")
    # With events at one time alone the slope is infinite or an accident.
    if np.unique(times[counts > 0]).size < 2:
        remedy = "State them as they are."
        raise InvalidOption(f"No trend can be estimated: the counts are 0 but at one time. {remedy}")
