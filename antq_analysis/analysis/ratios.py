"""Ratios: one figure divided by another, or by the person-years of its window; the pair is graded first.

Ratios of indicators are formed here: of two (`ratio`), per inhabitant and year (`rate`), and by name
(`ratios`); `exposures` gives `compare` the denominators of a figure. Every division is `Bounded.per` of
`intervals`.
"""

import math
from collections import Counter
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.analysis import grading, intervals
from antq_analysis.analysis.frames import (
    SILENT,
    Figure,
    Names,
    count_overlaps,
    days_of,
    figure_rows,
    gap,
    grouped,
    headed,
    is_missing,
    listed,
    read,
    unit_text,
)
from antq_analysis.analysis.frames import names as names_of
from antq_analysis.analysis.intervals import Bounded
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset
from antq_analysis.errors import UnknownName
from antq_analysis.i18n import language

COLUMNS = [
    "indicator", "unit", "ref_area", "obs_status", "period_start", "period_end", "period_years",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "numerator", "numerator_lower", "numerator_upper",
    "denominator", "denominator_lower", "denominator_upper",
    "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
POPULATION = "population_average"


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
    where both parts are printed exactly; `lower` and `upper` are the rounding bounds, `ci_lower` and
    `ci_upper` the sampling interval (Poisson exact, or Wilson for a part of its whole).
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
    ask = _question(ds, wording, per, confidence, areas=areas, inferred_areas=inferred_areas)
    return _result(ask, _ratio_rows(ask, numerator, denominator), allow)


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
    ask = _question(ds, wording, per, confidence, areas=areas, inferred_areas=inferred_areas)
    return _result(ask, _rate_rows(ask, indicator, denominator), allow)


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
    ask = _question(ds, wording, 1, confidence, areas=areas, inferred_areas=inferred_areas)
    rows = [row for ratio in listed(names) for row in _named_rows(ask, ratio)]
    return _result(ask, rows, allow, "ratio")


def _result(ask: "_Question", rows: list[dict[str, Any]], allow: str, *more: str) -> pd.DataFrame:
    """Lay out the rows, name them, and refuse those that are worse than `allow`."""
    named = names_of(ask.ds.whole, language())
    for row in rows:
        heads, parts = row.pop("heads", False), [row["numerator"], row["denominator"]]
        above, below = (named["unit"][part] for part in parts)
        told = " / ".join(named["indicator"][part] for part in (parts[:1] if heads else parts))
        row["indicator"] = named["ratio"][row["ratio"]] if more else told
        row["unit"] = unit_text(above, yearly=heads, per=row.get("per"), below="" if heads else below)
    return headed(grading.refuse(pd.DataFrame(rows, columns=[*more, *COLUMNS]), allow), ask.ds)


class Exposure(NamedTuple):
    """What a figure is divided by: its bounds, the reasons against dividing, and the figures it rests on."""

    bounds: Bounded
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...]


# A figure, what it is divided by, and whether it is a part of that.
_Pair = tuple[Figure, Exposure, bool]


class _Question(NamedTuple):
    ds: Dataset
    which: dict[str, Any]
    per: float
    confidence: float


def _question(ds: Dataset, wording: str | None, per: float, confidence: float, **which: Any) -> _Question:
    if which["areas"] is not None:
        which["areas"] = listed(which["areas"])
    return _Question(read(ds, wording), which, per, intervals.check_confidence(confidence))


def _ratio_rows(ask: _Question, numerator: str, denominator: str) -> list[dict[str, Any]]:
    """Return the rows of `ratio`, none of them refused yet."""
    areas, known = chosen_figures(ask.ds, indicators=[numerator, denominator], **ask.which)
    below = grouped((row for row in known if row["indicator"] == denominator), "ref_area")
    pairs = []
    for n in known:
        if n["indicator"] == numerator and below[n["ref_area"]]:
            d = min(below[n["ref_area"]], key=partial(_distance, n))
            divisor = Exposure(Bounded.of(d), grading.pairing_reasons(n, d), (d["obs_id"],))
            pairs.append((n, divisor, _is_part_of(n, d)))
    return _rows(ask, areas, pairs, (numerator, denominator))


def _rate_rows(ask: _Question, indicator: str, denominator: str) -> list[dict[str, Any]]:
    """Return the rows of `rate`, none of them refused yet."""
    areas, flows = chosen_figures(ask.ds, indicators=indicator, **ask.which)
    which = ask.which | {"areas": list(areas)}
    people = grouped(chosen_figures(ask.ds, indicators=denominator, **which)[1], "ref_area")
    pairs = [(flow, _per_head(flow, people[flow["ref_area"]]), False) for flow in flows]
    return [row | {"heads": True} for row in _rows(ask, areas, pairs, (indicator, denominator))]


def _rows(
    ask: _Question, areas: dict[str, str], pairs: list[_Pair], names: tuple[str, str]
) -> list[dict[str, Any]]:
    """Lay out the pairs area by area; an area without any is a row too."""
    rows = []
    for area, status in areas.items():
        here = [pair for pair in pairs if pair[0]["ref_area"] == area]
        silent = gap(area, status, numerator=names[0], denominator=names[1], refused=False)
        rows += [_row(ask, *pair, denominator=names[1]) for pair in here] or [silent]
    return rows


def _distance(numerator: Figure, denominator: Figure) -> tuple[bool, bool, bool, bool, bool, int]:
    same_window = numerator["period_start"] == denominator["period_start"]
    return (
        not _is_part_of(numerator, denominator),
        not is_missing(denominator["period_start"]) and not same_window,
        numerator["source_id"] != denominator["source_id"],
        numerator["scope_org"] != denominator["scope_org"],
        not is_missing(denominator["part_of"]),
        abs((numerator["period_end"] - denominator["period_end"]).days),
    )


def _is_part_of(numerator: Figure, denominator: Figure) -> bool:
    return not is_missing(numerator["part_of"]) and numerator["part_of"] == denominator["obs_id"]


def _row(
    ask: _Question, figure: Figure, divisor: Exposure, is_share: bool, *, denominator: str
) -> dict[str, Any]:
    """Divide a figure and lay out the row: the parts, the quotient, its sampling interval and its grade."""
    count, bounds = Bounded.of(figure), divisor.bounds
    quotient = count.per(bounds)
    if is_share and quotient.lower <= 1:
        quotient = quotient._replace(upper=min(quotient.upper, 1.0))
    interval = intervals.share_intervals if is_share else intervals.rate_intervals
    chance = interval([count], [bounds], [intervals.is_sampled(figure)], confidence=ask.confidence)
    return {key: figure[key] for key in ("ref_area", "period_start", "period_end", "period_years")} | {
        "obs_status": "A",
        **quotient.times(ask.per)._asdict(),
        "ci_lower": chance.lower[0] * ask.per,
        "ci_upper": chance.upper[0] * ask.per,
        "confidence": ask.confidence,
        "method": str(chance.method[0]),
        "wording": ask.ds.wording,
        "per": ask.per,
        "numerator": figure["indicator"],
        "numerator_lower": count.lower,
        "numerator_upper": count.upper,
        "denominator": denominator,
        "denominator_lower": bounds.lower,
        "denominator_upper": bounds.upper,
        "grade": grading.grade_of(divisor.reasons),
        "reasons": divisor.reasons,
        "refused": False,
        "obs_ids": (figure["obs_id"], *divisor.obs_ids),
    }


def exposures(ds: Dataset, found: list[Figure], *, per_head: bool) -> list[Exposure]:
    """Return the exposure of each figure: its years, or with `per_head` the person-years of its window.

    A flow is divided by the years its text states. A stock, and a flow that is not `yearly` (awards given
    once for all years), are divided by one year.
    """
    if not per_head:
        years = [
            float(row["period_years"]) if row["yearly"] and not is_missing(row["period_years"]) else 1.0
            for row in found
        ]
        return [Exposure(Bounded.between(length, length), (), ()) for length in years]
    people = grouped((row for row in figure_rows(ds) if row["indicator"] == POPULATION), "ref_area")
    windows = [
        row | {"period_start": row["period_end"], "period_years": 1}
        if is_missing(row["period_start"])
        else row
        for row in found
    ]
    return [_per_head(row, people[row["ref_area"]]) for row in windows]


def _per_head(figure: Figure, people: list[Figure]) -> Exposure:
    """Return the person-years of a figure's window, from the yearly averages of its area.

    The revisions of the population are never joined: the bounds are the lowest and the highest average that
    any revision prints for a year of the window. They are NaN where there is no window or no average in it.
    """
    against, unknown = grading.exposure_reasons(figure), Bounded(math.nan, math.nan, math.nan)
    if is_missing(figure["period_start"]):
        return Exposure(unknown, grading.order([*against, "measure_differs"]), ())
    first, last = figure["period_start"].year, figure["period_end"].year
    inside = [p for p in people if first <= p["period_end"].year <= last and p["obs_status"] != "D"]
    if not inside:
        return Exposure(unknown, grading.order([*against, "population_unknown"]), ())
    revisions = ["" if is_missing(p["revision"]) else p["revision"] for p in inside]
    dated = set(zip(revisions, (p["period_end"] for p in inside), strict=True))
    most = max(Counter(revision for revision, _ in dated).values())
    partial_years = ["population_partial"] if most < last - first + 1 else []
    revised = ["revisions_differ"] if len(set(revisions)) > 1 else []
    bounds = Bounded.between(min(p["value_lower"] for p in inside), max(p["value_upper"] for p in inside))
    reasons = grading.order([*against, *partial_years, *revised])
    return Exposure(bounds.times(float(figure["period_years"])), reasons, tuple(p["obs_id"] for p in inside))


def _named_rows(ask: _Question, name: str) -> list[dict[str, Any]]:
    """Return the rows of all pairs of indicators that are listed for the ratio of a name."""
    known, parts = ask.ds.ratios().set_index("ratio")["per"], ask.ds.ratio_parts()
    if name not in known.index:
        raise UnknownName("ratio", name, known.index, "ds.ratios()")
    parts, ask = parts[parts["ratio"] == name], ask._replace(per=float(known[name]))
    concept = ask.ds.indicators().set_index("indicator")["concept"]
    rows: list[dict[str, Any]] = []
    for above, below in zip(parts["numerator"], parts["denominator"], strict=True):
        form = _rate_rows if concept[below] == "population" else _ratio_rows
        rows += [row | {"ratio": name} for row in form(ask, above, below)]
    reported = grouped((row for row in rows if row["obs_status"] not in SILENT), "ref_area")
    _read_side_by_side([row for here in reported.values() for row in here])
    # Of an area without any of the pairs, one row is enough.
    first = {row["ref_area"]: row for row in reversed(rows)}
    areas = dict.fromkeys(row["ref_area"] for row in rows)
    return [row for area in areas for row in reported.get(area, [first[area]])]


def _read_side_by_side(rows: list[dict[str, Any]]) -> None:
    """Add the reasons against reading the rows of one ratio beside each other."""
    pairs = grouped(rows, "ref_area", "numerator", "denominator")
    several = ["formed_otherwise"] if len({pair[1:] for pair in pairs}) > 1 else []
    for same in pairs.values():
        windows = days_of(same)
        for row, overlaps in zip(same, count_overlaps(windows, windows), strict=True):
            apart = overlaps == 1 or is_missing(row["period_start"])
            more = several if apart else [*several, "windows_overlap"]
            row["reasons"] = grading.order([*row["reasons"], *more])
            row["grade"] = grading.grade_of(row["reasons"])
