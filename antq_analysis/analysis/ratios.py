"""Ratios: one figure divided by another, or by the person-years of its window; the pair is graded first.

A ratio is formed here and nowhere else: of two indicators (`ratio`), per inhabitant and year (`rate`), by the
name a reader asks for (`ratios`), and, for `compare`, of a figure and its exposure (`exposures`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from antq_analysis.analysis.frames import (
    SILENT,
    Names,
    constant,
    count_overlaps,
    figures,
    is_missing,
    listed,
    objects,
    read,
    records,
    spans,
    with_gaps,
)
from antq_analysis.analysis.grading import (
    GRADES,
    check_allow,
    exposure_reasons,
    grade_of,
    order,
    pairing_reasons,
)
from antq_analysis.analysis.intervals import (
    Bounded,
    Interval,
    bounded_rate_interval,
    bounded_share_interval,
    check_confidence,
    is_sampled,
)
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset
from antq_analysis.errors import UnknownName

COLUMNS = [
    "ref_area", "obs_status", "period_start", "period_end", "period_years",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "numerator", "numerator_lower", "numerator_upper",
    "denominator", "denominator_lower", "denominator_upper",
    "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
POPULATION = "population_average"
_NUMBERS = ("value", "lower", "upper", "ci_lower", "ci_upper", "strict_lower", "strict_upper")


def ratio(
    ds: Dataset,
    numerator: str,
    denominator: str,
    *,
    per: float = 1,
    allow: str = "C",
    areas: Names | None = None,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide one indicator by another, a row per area and window; areas without both are rows too.

    Numerators meet the denominator of the same source and scope where there is one. `value` is given only
    where both parts are printed exactly; `lower` and `upper` are the rounding bounds, `ci_lower` and `ci_upper`
    the sampling interval (Poisson exact, or Wilson for a part of its whole).
    A pairing worse than `allow` keeps its grade and reasons and loses its numbers (`refused`); an area that
    did not report has `obs_status` "O". `wording` is that of `ds` unless given.
    Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> row = ratio(aq.load(), "valuable_tips_through_models", "models", areas="Thanh Hóa").iloc[0]
    >>> f"{row.value:.4f} ({row.ci_lower:.4f}–{row.ci_upper:.4f}), grade {row.grade}"
    '3.1245 (2.9153–3.3448), grade C'
    >>> ratio(aq.load(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa").iloc[0].reasons[0]
    'type_count'
    """
    check_allow(allow)
    ask = _question(areas, inferred_areas, per=per, confidence=confidence)
    return refuse(_ratio_rows(read(ds, wording), numerator, denominator, ask), allow)


def rate(
    ds: Dataset,
    indicator: str,
    *,
    denominator: str = POPULATION,
    per: float = 100_000,
    allow: str = "C",
    areas: Names | None = None,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide a flow by the person-years of its window, a row per area and window, `per` so many.

    The frame is that of `ratio`; `denominator_lower` and `denominator_upper` are person-years.
    Areas without the figure are rows with `obs_status` "O". Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> row = rate(aq.load(), "valuable_tips_through_models", areas="Thanh Hóa").iloc[0]
    >>> f"{row.lower:.2f}–{row.upper:.2f} per {row.per:,} inhabitants and year"
    '2.22–2.37 per 100,000 inhabitants and year'
    """
    check_allow(allow)
    ask = _question(areas, inferred_areas, per=per, confidence=confidence)
    return refuse(_rate_rows(read(ds, wording), indicator, denominator, ask), allow)


def ratios(
    ds: Dataset,
    names: Names,
    *,
    allow: str = "C",
    areas: Names | None = None,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Form the ratios of these names from every pair of indicators listed for them in `ds.ratio_parts()`.

    The options are those of `ratio`. Its frame has a first column `ratio` here; pairs that do not belong
    together stay in it, refused and with their reasons; an area that reported for none of the pairs has one
    row with `obs_status` "O". Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = ratios(aq.load(), "valuable_tips_per_model", areas=["Thanh Hóa", "Quảng Bình"])
    >>> rows[["ref_area", "obs_status", "grade"]].fillna("").values.tolist()
    [['VN-21', 'A', 'C'], ['VN-21', 'A', 'D'], ['VN-24', 'O', '']]
    """
    check_allow(allow)
    ask = _question(areas, inferred_areas, per=1, confidence=confidence)
    ds = read(ds, wording)
    found = [_named(ds, name, ask) for name in listed(names)]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["ratio", *COLUMNS])
    return refuse(rows, allow)


def refuse(frame: pd.DataFrame, allow: str) -> pd.DataFrame:
    """Return the frame with the numbers taken out of every row whose grade is worse than `allow`."""
    worse = frame["grade"].isin(GRADES[GRADES.index(allow) + 1 :])
    numbers = {name: frame[name].astype("float64").mask(worse) for name in _NUMBERS if name in frame}
    return frame.assign(**numbers, refused=worse)


# ---- two indicators --------------------------------------------------------------------------------------


class _Question(NamedTuple):
    areas: list[str] | None
    inferred_areas: bool
    per: float
    confidence: float


def _question(areas: Names | None, inferred_areas: bool, *, per: float, confidence: float) -> _Question:
    named = None if areas is None else listed(areas)
    return _Question(named, inferred_areas, per, check_confidence(confidence))


def _ratio_rows(ds: Dataset, numerator: str, denominator: str, ask: _Question) -> pd.DataFrame:
    """Return the rows of `ratio`, none of them refused yet."""
    names = [numerator, denominator]
    areas, known = chosen_figures(ds, areas=ask.areas, inferred_areas=ask.inferred_areas, indicators=names)
    above, below = _paired(*(known[known["indicator"] == name] for name in names))
    share = (above["part_of"] == below["obs_id"]).to_numpy(dtype=bool)
    pairs = list(zip(records(above), records(below), strict=True))
    count, whole = Bounded.of(above), Bounded.of(below)
    sampled, quotient = is_sampled(above), count.per(whole)
    capped = share & (quotient.lower <= 1)
    of_share = bounded_share_interval(count, whole, sampled, confidence=ask.confidence)
    of_rate = bounded_rate_interval(count, whole, sampled, confidence=ask.confidence)
    chance = Interval(*(np.where(share, *limits) for limits in zip(of_share, of_rate, strict=True)))
    rows = _quotient_rows(
        above,
        quotient._replace(upper=np.where(capped, np.minimum(quotient.upper, 1), quotient.upper)),
        chance,
        ask,
    ).assign(
        denominator_lower=whole.lower,
        denominator_upper=whole.upper,
        reasons=objects([pairing_reasons(*pair) for pair in pairs]),
        obs_ids=objects(zip(above["obs_id"], below["obs_id"], strict=True)),
    )
    return _complete(rows, areas, names, ds.wording)


def _paired(above: pd.DataFrame, below: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pair each numerator with the nearest denominator of its area; numerators without any are left out."""
    pairs = above.reset_index().merge(below.reset_index(), on="ref_area", suffixes=("", "_below"))
    start = pairs["period_start_below"]
    distance = pd.DataFrame(
        {
            "index": pairs["index"],
            "no_part": pairs["part_of"] != pairs["obs_id_below"],
            "window": start.notna() & (start != pairs["period_start"]),
            "source": pairs["source_id"] != pairs["source_id_below"],
            "scope": pairs["scope_org"] != pairs["scope_org_below"],
            "part": pairs["part_of_below"].notna(),
            "days": (pairs["period_end"] - pairs["period_end_below"]).abs(),
        }
    )
    nearest = distance.sort_values(list(distance), kind="stable").drop_duplicates("index").index
    chosen = pairs.loc[nearest]
    return (
        above.loc[chosen["index"]].reset_index(drop=True),
        below.loc[chosen["index_below"]].reset_index(drop=True),
    )


def _quotient_rows(above: pd.DataFrame, quotient: Bounded, chance: Interval, ask: _Question) -> pd.DataFrame:
    """Lay out the numbers of ratios: what was divided, the quotient and its sampling interval."""
    return above[["ref_area", "period_start", "period_end", "period_years"]].assign(
        obs_status="A",
        **quotient.times(ask.per)._asdict(),
        ci_lower=chance.lower * ask.per,
        ci_upper=chance.upper * ask.per,
        confidence=ask.confidence,
        method=chance.method.astype(str),
        per=ask.per,
        numerator_lower=above["value_lower"],
        numerator_upper=above["value_upper"],
    )


def _complete(rows: pd.DataFrame, areas: dict[str, str], names: Sequence[str], wording: str) -> pd.DataFrame:
    """Add the grades, the names of both parts, and the rows of areas that did not report."""
    graded = rows.assign(wording=wording, grade=rows["reasons"].map(grade_of).astype("str"))
    asked = pd.DataFrame({"ref_area": list(areas)}, dtype="str")
    named = dict(zip(("numerator", "denominator"), names, strict=True))
    return with_gaps(graded, asked, areas).assign(**named, refused=False)[COLUMNS]


# ---- inhabitants and years -------------------------------------------------------------------------------


def _rate_rows(ds: Dataset, indicator: str, denominator: str, ask: _Question) -> pd.DataFrame:
    """Return the rows of `rate`, none of them refused yet."""
    inferred, confidence = ask.inferred_areas, ask.confidence
    areas, flows = chosen_figures(ds, areas=ask.areas, inferred_areas=inferred, indicators=indicator)
    _, people = chosen_figures(ds, areas=list(areas), inferred_areas=inferred, indicators=denominator)
    exposed = _person_years(flows, people)
    count, exposure = Bounded.of(flows), Bounded.between(exposed["lower"], exposed["upper"])
    chance = bounded_rate_interval(count, exposure, is_sampled(flows), confidence=confidence)
    rows = _quotient_rows(flows, count.per(exposure), chance, ask).assign(
        denominator_lower=exposed["lower"],
        denominator_upper=exposed["upper"],
        reasons=exposed["reasons"],
        obs_ids=exposed["obs_ids"],
    )
    return _complete(rows, areas, [indicator, denominator], ds.wording)


def exposures(ds: Dataset, found: pd.DataFrame, *, per_head: bool) -> pd.DataFrame:
    """Return what figures are divided by to become rates: years, or person-years with `per_head`.

    A row per figure: `lower` and `upper` of the exposure, the `reasons` it adds, and the `obs_ids` of the figure
    and of all averages used. A flow is divided by the years its text states. A stock, and a flow that is not
    `yearly` (awards given once for all years), are divided by one year.
    """
    if per_head:
        stock, population = found["period_start"].isna(), figures(ds)
        dated = found.assign(
            period_start=found["period_start"].fillna(found["period_end"]),
            period_years=found["period_years"].mask(stock, 1),
        )
        return _person_years(dated, population[population["indicator"] == POPULATION])
    yearly = found["yearly"].fillna(value=False).astype(bool)
    years = found["period_years"].where(yearly).astype("float64").fillna(1.0)
    obs_ids = objects(zip(found["obs_id"]), found.index)
    return pd.DataFrame({"lower": years, "upper": years, "reasons": constant((), found), "obs_ids": obs_ids})


def _person_years(found: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return the person-years of each figure's window, from the yearly averages of its area."""
    of_area = {area: records(rows) for area, rows in people.groupby("ref_area")}
    seen: dict[Any, _Exposure] = {}
    rows = []
    for figure in records(found):
        window = tuple(figure[key] for key in ("ref_area", "period_start", "period_end", "period_years"))
        if window not in seen:
            seen[window] = _exposure(figure, of_area.get(figure["ref_area"], []))
        used = seen[window]
        reasons = order([*exposure_reasons(figure), *used.reasons])
        rows.append((used.lower, used.upper, reasons, (figure["obs_id"], *used.obs_ids)))
    return pd.DataFrame(rows, columns=["lower", "upper", "reasons", "obs_ids"], index=found.index)


class _Exposure(NamedTuple):
    lower: float
    upper: float
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...]


def _exposure(window: dict[str, Any], people: list[dict[str, Any]]) -> _Exposure:
    """Return the person-years of one window, unknown (NaN) where there is no window or no average in it.

    The revisions of the population are never joined: the bounds are the lowest and the highest average that any
    revision prints for a year of the window.
    """
    if is_missing(window["period_start"]):
        return _Exposure(np.nan, np.nan, ("measure_differs",), ())
    first, last = window["period_start"].year, window["period_end"].year
    inside = [p for p in people if first <= p["period_end"].year <= last and p["obs_status"] != "D"]
    if not inside:
        return _Exposure(np.nan, np.nan, ("population_unknown",), ())
    days: dict[str, set[Any]] = {}
    for average in inside:
        revision = "" if is_missing(average["revision"]) else average["revision"]
        days.setdefault(revision, set()).add(average["period_end"])
    reasons = ["population_partial"] if max(map(len, days.values())) < last - first + 1 else []
    reasons += ["revisions_differ"] if len(days) > 1 else []
    years = float(window["period_years"])
    low, high = min(p["value_lower"] for p in inside), max(p["value_upper"] for p in inside)
    return _Exposure(low * years, high * years, tuple(reasons), tuple(p["obs_id"] for p in inside))


# ---- ratios by name --------------------------------------------------------------------------------------


def _named(ds: Dataset, name: str, ask: _Question) -> pd.DataFrame:
    """Return the rows of all pairs of indicators that are listed for the ratio of a name."""
    known, parts = ds.ratios(), ds.ratio_parts()
    if name not in set(known["ratio"]):
        raise UnknownName("ratio", name, known["ratio"], "ds.ratios()")
    ask = ask._replace(per=float(known.loc[known["ratio"] == name, "per"].iloc[0]))
    concept = ds.indicators().set_index("indicator")["concept"]
    found = [
        (_rate_rows if concept[below] == "population" else _ratio_rows)(ds, above, below, ask)
        for ratio, above, below in parts[["ratio", "numerator", "denominator"]].itertuples(index=False)
        if ratio == name
    ]
    rows = _gaps_once(pd.concat(found, ignore_index=True)).assign(ratio=name)
    return _marked(rows)[["ratio", *COLUMNS]]


def _gaps_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep, area by area, the rows that were reported; of an area without any, its first."""
    reported = ~rows["obs_status"].isin(SILENT)
    somewhere = reported.groupby(rows["ref_area"]).transform("any")
    kept = rows[reported | (~somewhere & ~rows.duplicated("ref_area"))]
    places = {area: place for place, area in enumerate(rows["ref_area"].unique())}
    return kept.sort_values("ref_area", key=lambda areas: areas.map(places), kind="stable", ignore_index=True)


def _marked(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the reasons against reading the rows of one ratio beside each other."""
    reported = rows[~rows["obs_status"].isin(SILENT)]
    pairs = reported.groupby(["numerator", "denominator"]).ngroups
    added = constant(("formed_otherwise",) if pairs > 1 else (), rows)
    windows = reported[reported["period_start"].notna()]
    for _, same in windows.groupby(["ref_area", "numerator", "denominator"]):
        days = spans(same)
        for place in same.index[count_overlaps(days, days) > 1]:
            added[place] = (*added[place], "windows_overlap")
    reasons = rows["reasons"].copy()
    for place in reported.index:
        reasons[place] = order([*reasons[place], *added[place]])
    grades = reasons.loc[reported.index].map(grade_of)
    return rows.assign(reasons=reasons, grade=rows["grade"].mask(rows.index.isin(reported.index), grades))
