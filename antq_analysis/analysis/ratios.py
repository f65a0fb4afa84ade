"""Ratios: one figure divided by another, or by the person-years of its window; the pair is graded first."""

import math
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.analysis import frames, grading, intervals
from antq_analysis.analysis.frames import Figure, Names, grouped, is_missing, is_yearly, listed
from antq_analysis.analysis.intervals import UNKNOWN, Bounded
from antq_analysis.analysis.quality import chosen_figures
from antq_analysis.data.dataset import Dataset, remembered
from antq_analysis.errors import InvalidOption, strict_options
from antq_analysis.i18n import language

COLUMNS = [
    "indicator", "unit", "ref_area", "obs_status", "period_start", "period_end", "period_years",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "numerator", "numerator_lower", "numerator_upper",
    "denominator", "denominator_lower", "denominator_upper",
    "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
POPULATION = "population_average"
# A population of a year without a figure is held to have changed by no more than so much a year: 2 %, or the
# largest change seen. So far, in years, a figure may be from the window.
GROWTH, REACH = 0.02, 2


@strict_options
def ratio(  # noqa: PLR0913
    ds: Dataset,
    numerator: str,
    denominator: str,
    *,
    scope_org: str | None = None,
    per: float = 1,
    allow: str = "C",
    areas: Names | None = None,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide one indicator by another, a row per area and window; areas without both are rows too.

    A numerator meets the denominator of its own window, scope and source where there is one; `scope_org` asks
    for another scope of the denominator, such as "all". Indicators joined by "+" are added up as denominator.
    `value` is given only where both parts are printed exactly; `lower` and `upper` are the rounding bounds
    (open above, and without a sampling interval, where the denominator counts more than the numerator is
    about), `ci_lower` and `ci_upper` the sampling interval (Poisson exact, or Wilson for a share). A pairing
    worse than `allow` keeps its grade and reasons and loses its numbers (`refused`); an area that did not
    report has `obs_status` "O". Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> row = aq.ratio(aq.load(), "valuable_tips_through_models", "models", areas="Thanh Hóa").iloc[0]
    >>> f"{row.value:.4f} ({row.ci_lower:.4f}–{row.ci_upper:.4f}), grade {row.grade}"
    '3.1245 (2.9153–3.3448), grade C'
    """
    if scope_org is not None and scope_org not in grading.BODIES:
        raise InvalidOption(f"scope_org={scope_org!r} is no scope. Give one of: {', '.join(grading.BODIES)}.")
    ask = _question(ds, wording, per, confidence, areas=areas, inferred_areas=inferred_areas)
    return _result(ask, _ratio_rows(ask, numerator, denominator, scope_org), allow)


@strict_options
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

    The options are those of `ratio`. Its frame has besides `ratio`, its id, and `definition`, what is divided
    by what; pairs that do not belong together stay in it, refused and with their reasons; an area that
    reported for none of the pairs has one row with `obs_status` "O". `value` stays empty in a frame of
    several definitions, or of several rows of an area: a chart would stack or rank them. Of ratios
    to the average population `denominator_lower` and `denominator_upper` are person-years: they hold every
    reading of the window's length, as 5 years or as 2014–2019, and of each year every revision, or where
    there is none the nearest figures, widened by 2 % a year. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> row = aq.ratios(aq.load(), "valuable_tips_per_100k", areas="Thanh Hóa").iloc[0]
    >>> f"{row.lower:.2f}–{row.upper:.2f} {row.unit}"
    '2.06–2.30 tin một năm trên 100.000 dân'
    """
    ask = _question(ds, wording, 1, confidence, areas=areas, inferred_areas=inferred_areas)
    rows = [row for ratio in ask.ds.ids("ratio", names) for row in _named_rows(ask, ratio)]
    return _result(ask, rows, allow, "ratio", "definition")


def _result(ask: "_Question", rows: list[dict[str, Any]], allow: str, *more: str) -> pd.DataFrame:
    """Lay out the rows, name them, and refuse those that are worse than `allow`."""
    named = frames.names(ask.ds.whole, language())
    for row in rows:
        # Only of what is divided by inhabitants is it known whether it is yearly.
        yearly, parts = row.pop("yearly", None), [row["numerator"], row["denominator"]]
        above, below = (named["unit"][part.split("+")[0]] for part in parts)
        told = [" + ".join(map(named["indicator"].__getitem__, part.split("+"))) for part in parts]
        row["indicator"] = named["ratio"][row["ratio"]] if "ratio" in row else " / ".join(told)
        row["unit"] = frames.unit_text(
            above, yearly=bool(yearly), per=row["per"], below=below if yearly is None else ""
        )
    frame = grading.refuse(pd.DataFrame(rows, columns=[*more, *COLUMNS]), allow)
    given = frame.dropna(subset=["value"])
    # A chart would stack or rank what does not belong together.
    if given["ref_area"].duplicated().any() or given.get("definition", given["numerator"]).nunique() > 1:
        frame["value"] = math.nan
    return frames.headed(frame, ask.ds)


class Exposure(NamedTuple):
    """What a figure is divided by: its bounds, the reasons against dividing, and the figures it rests on.

    `years` are the readings of its window's length, `per` the inhabitants a result is scaled to, if any.
    """

    bounds: Bounded
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...]
    years: Bounded = Bounded(1.0, 1.0, 1.0)
    per: float | None = None


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
    intervals.check_per(per)
    return _Question(frames.read(ds, wording), which, per, intervals.check_confidence(confidence))


def _ratio_rows(
    ask: _Question, numerator: str, denominator: str, scope_org: str | None = None
) -> list[dict[str, Any]]:
    """Return the rows of `ratio`, none of them refused yet."""
    above, *below = (*ask.ds.ids("indicator", numerator), *ask.ds.ids("indicator", denominator.split("+")))
    areas, known = chosen_figures(ask.ds, indicators=[above, *below], **ask.which)
    once, shares = frames.told_once(known), _shares_of(ask, above, below)
    divisors = grouped(_sums(once, below, scope_org), "ref_area")
    pairs = []
    for n in once:
        if n["indicator"] == above and divisors[n["ref_area"]]:
            d = min(divisors[n["ref_area"]], key=partial(_distance, n))
            divisor = Exposure(Bounded.of(d), grading.pairing_reasons(n, d), d["obs_ids"])
            pairs.append((n, divisor, shares))
    return _rows(ask, areas, pairs, (above, "+".join(below)))


def _sums(found: list[Figure], indicators: list[str], scope_org: str | None) -> list[Figure]:
    """Return the denominators: figures of an indicator, or of several of one source and day added up."""
    asked = [row for row in found if row["indicator"] in indicators]
    if len(indicators) > 1:
        groups = grouped(asked, "ref_area", "source_id", "period_end").values()
        asked = [_sum(parts) for parts in groups if {part["indicator"] for part in parts} == set(indicators)]
    return [row for row in asked if scope_org in (None, row["scope_org"])]


def _sum(parts: list[Figure]) -> Figure:
    """Add up figures that count different bodies at one time; what speaks against one speaks against all."""
    bodies = sum({grading.BODIES[part["scope_org"]] for part in parts})
    return parts[0] | {
        "scope_org": next((name for name, bits in grading.BODIES.items() if bits == bodies), "other"),
        "value_lower": math.fsum(part["value_lower"] for part in parts),
        "value_upper": math.fsum(part["value_upper"] for part in parts),
        "flags": grading.order(grading.own_reasons(*parts)),
        "obs_ids": tuple(obs_id for part in parts for obs_id in part["obs_ids"]),
    }


def _shares_of(ask: _Question, above: str, below: list[str]) -> bool:
    """Tell whether one indicator is a part of another: a figure says so, or a percentage is asked for."""
    unit = ask.ds.indicators().set_index("indicator")["unit_measure"]
    percent = ask.per == 100 and unit[above] == unit[below[0]]
    return percent or (above, below[0]) in _parts(ask.ds.whole)


@remembered
def _parts(ds: Dataset) -> frozenset[tuple[str, str]]:
    """Return the pairs of indicators of which one is a part of the other, as a figure or a ratio says."""
    shares = ds.ratio_parts().merge(ds.ratios()[["ratio", "per"]]).query("per == 100")
    table = ds.observations.set_index("obs_id")[["indicator", "part_of"]]
    parts = table[table["part_of"].isin(table.index)]
    told = zip(parts["indicator"], table.loc[parts["part_of"], "indicator"], strict=True)
    return frozenset([*told, *zip(shares["numerator"], shares["denominator"], strict=True)])


def _rate_rows(ask: _Question, indicator: str, denominator: str) -> list[dict[str, Any]]:
    """Return the rows of an indicator per inhabitant and year, none of them refused yet."""
    areas, known = chosen_figures(ask.ds, indicators=indicator, **ask.which)
    people, pairs = _people(ask.ds, denominator), []
    for figure in frames.told_once(known):
        exposure = _per_head(figure, people[figure["ref_area"]], ask.per)
        against = {
            "period_too_short": frames.is_part_year(figure),
            "part_of_other": figure["concept"] == "population",
        }
        told = grading.order([*exposure.reasons, *grading.reasons_of(against)])
        pairs.append((figure, exposure._replace(reasons=told), False))
    said = ask.ds.indicators().set_index("indicator").loc[indicator]
    rows = _rows(ask, areas, pairs, (indicator, denominator))
    return [row | {"yearly": is_yearly({"period_years": None, **said, **row})} for row in rows]


def _rows(
    ask: _Question, areas: dict[str, str], pairs: list[_Pair], names: tuple[str, str]
) -> list[dict[str, Any]]:
    """Lay out the pairs area by area; an area without any is a row too."""
    silent = {"numerator": names[0], "denominator": names[1], "refused": False, "per": ask.per}
    rows = []
    for area, status in areas.items():
        here = [pair for pair in pairs if pair[0]["ref_area"] == area]
        rows += [_row(ask, *pair, denominator=names[1]) for pair in here]
        rows += [] if here else [frames.gap(area, status, **silent)]
    return rows


def _distance(numerator: Figure, denominator: Figure) -> tuple[bool | int, ...]:
    """Rank a denominator for a numerator: a whole of it, then the same window, bodies and source, stated."""
    stock = is_missing(denominator["period_start"])
    same_window = numerator["period_start"] == denominator["period_start"]
    return (
        not grading.is_part_of(numerator, denominator),
        not (is_missing(numerator["period_start"]) or grading.counted_at_end(numerator, denominator))
        if stock
        else not same_window,
        numerator["scope_org"] != denominator["scope_org"],
        numerator["source_id"] != denominator["source_id"],
        denominator["period_basis"] != "stated",
        not is_missing(denominator["part_of"]),
        abs((numerator["period_end"] - denominator["period_end"]).days),
    )


def _row(
    ask: _Question, figure: Figure, divisor: Exposure, is_share: bool, *, denominator: str
) -> dict[str, Any]:
    """Divide a figure and lay out the row: the parts, the quotient, its sampling interval and its grade."""
    count, bounds = Bounded.of(figure), divisor.bounds
    quotient, zero = count.per(bounds), bounds.upper == 0
    reasons = grading.order(
        [*divisor.reasons, *grading.quotient_reasons(quotient, bounds, is_share=is_share)]
    )
    wider = "denominator_wider" in reasons
    if wider and not zero:
        quotient = Bounded(math.nan, quotient.lower, math.inf)
    if is_share and quotient.lower <= 1:
        quotient = quotient._replace(upper=min(quotient.upper, 1.0))
    interval = intervals.share_intervals if is_share else intervals.rate_intervals
    sampled = intervals.is_sampled(figure) and not wider and not zero
    chance = interval([count], [bounds], [sampled], confidence=ask.confidence)
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
        "grade": grading.grade_of(reasons),
        "reasons": reasons,
        "refused": False,
        "obs_ids": (*figure["obs_ids"], *divisor.obs_ids),
    }


def exposures(ds: Dataset, found: list[Figure], per: float | None) -> list[Exposure]:
    """Return the exposure of each figure: its years, or with `per` the person-years of its window.

    A stock, and a flow that is not `yearly` (awards given once for all years), are divided by one year. A
    share, a count of types and a population are not divided by inhabitants.
    """
    people, every = _people(ds, POPULATION), []
    for row in found:
        sized = row["measure_type"] == "share" or row["concept"] == "population"
        if per is None or sized or row["measure_type"] == "count_of_types":
            every.append(Exposure(_years(row), () if sized else ("size_not_considered",), (), _years(row)))
        else:
            every.append(_per_head(row, people[row["ref_area"]], per))
    return every


def _years(figure: Figure) -> Bounded:
    """Return the years over which a figure counts; one where it is not counted by the year."""
    return Bounded.between(*frames.lengths(figure)) if is_yearly(figure) else Bounded.between(1.0, 1.0)


def _people(ds: Dataset, indicator: str) -> dict[str, list[Figure]]:
    """Return the yearly averages of every area: they are denominators, whatever figures were selected."""
    return grouped(frames.figure_rows(ds.whole.select(indicators=indicator, inferred_areas=True)), "ref_area")


def _per_head(figure: Figure, people: list[Figure], per: float) -> Exposure:
    """Return the person-years of a figure's window, from the yearly averages of its area.

    Revisions are never joined: the bounds are the sums of the lowest and of the highest average that any
    revision prints for each year, times the share of these years that the window is long. They are NaN where
    there is no average in or near it. Populations bring their own reasons: worded, provisional, estimated.
    """
    span, against = (
        _years(figure),
        {
            "level_unstated": figure["scope_level"] == "unstated",
            "measure_differs": figure["measure_type"] in ("share", "count_of_types"),
        },
    )
    first = figure["period_end"] if is_missing(figure["period_start"]) else figure["period_start"]
    years = range(first.year, figure["period_end"].year + 1)
    people = [p | {"year": p["period_end"].year} for p in people if p["obs_status"] != "D"]
    averages = grouped(people, "year")
    if not any(years[0] - REACH <= year <= years[-1] + REACH for year in averages):
        reasons = grading.reasons_of({**against, "population_unknown": True}, figure)
        return Exposure(UNKNOWN, reasons, (), span, per)
    keeps, used, lower, upper = 1 - _growth(people), dict[str, Figure](), 0.0, 0.0
    for year in years:
        before, after = [y for y in averages if y <= year], [y for y in averages if y >= year]
        near = [p for y in {*sorted(before)[-1:], *sorted(after)[:1]} for p in averages[y]]
        lower += min(p["value_lower"] * keeps ** abs(p["year"] - year) for p in near)
        upper += max(p["value_upper"] / keeps ** abs(p["year"] - year) for p in near)
        used |= {p["obs_id"]: p for p in near}
    bounds = Bounded.between(lower * span.lower / len(years), upper * span.upper / len(years))
    against |= {
        "population_partial": not averages.keys() >= set(years),
        "revisions_differ": len({p["revision"] for p in used.values()}) > 1,
        "zero_denominator": upper == 0,
    }
    return Exposure(bounds, grading.reasons_of(against, figure, *used.values()), tuple(used), span, per)


def _growth(people: list[Figure]) -> float:
    """Return the largest change a year between two averages of one revision, at least `GROWTH`."""
    changes = [GROWTH]
    for series in grouped(people, "revision").values():
        for one, after in pairwise(sorted(series, key=itemgetter("year"))):
            years = max(1, after["year"] - one["year"])
            rise = Bounded.of(after).per(Bounded.of(one))
            changes += [rise.upper ** (1 / years) - 1, 1 - rise.lower ** (1 / years)]
    return min(max(changes), 0.5)


def _named_rows(ask: _Question, name: str) -> list[dict[str, Any]]:
    """Return the rows of all pairs of indicators that are listed for the ratio of a name."""
    known, parts = ask.ds.ratios().set_index("ratio")["per"], ask.ds.ratio_parts()
    parts, ask = parts[parts["ratio"] == name], ask._replace(per=float(known[name]))
    concept = ask.ds.indicators().set_index("indicator")["concept"]
    rows: list[dict[str, Any]] = []
    columns = parts["numerator"], parts["denominator"], parts[f"definition_{language()}"]
    for above, below, definition in zip(*columns, strict=True):
        form = _rate_rows if concept.get(below) == "population" else _ratio_rows
        rows += [row | {"ratio": name, "definition": definition} for row in form(ask, above, below)]
    reported = grouped((row for row in rows if row["obs_status"] not in frames.SILENT), "ref_area")
    # Of an area without any of the pairs, one row is enough.
    first = {row["ref_area"]: row for row in reversed(rows)}
    areas = dict.fromkeys(row["ref_area"] for row in rows)
    return [row for area in areas for row in reported.get(area, [first[area]])]
