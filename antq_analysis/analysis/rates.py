"""Figures per inhabitant and year: a window's count over that window's person-years.

The two revisions of the population are never joined: the person-years are bounded by the lowest and
the highest average that any revision prints for a year of the window.
"""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple, Unpack

import pandas as pd

from antq_analysis.analysis.comparability import Figure, exposure_reasons
from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.grading import check_allow, order
from antq_analysis.analysis.quotients import UNKNOWN, Bounded, chance_of_rate
from antq_analysis.analysis.ratios import COLUMNS, missing_row, quotient_row, refuse
from antq_analysis.analysis.selection import Which, chosen_figures, read
from antq_analysis.data.dataset import Dataset


class PersonYears(NamedTuple):
    """Person-years of a window, the reasons they are less than exact, and the averages used."""

    exposure: Bounded
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...]


def rate(
    ds: Dataset,
    indicator: str,
    *,
    denominator: str = "population_average",
    per: float = 100_000,
    allow: str = "C",
    areas: str | Iterable[str] | None = None,
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
    which: Which = {"areas": areas, "inferred_areas": inferred_areas}
    rows = rate_rows(read(ds, wording), indicator, denominator, per=per, confidence=confidence, **which)
    return refuse(pd.DataFrame(rows, columns=COLUMNS), allow)


def rate_rows(
    ds: Dataset,
    indicator: str,
    denominator: str,
    *,
    per: float = 100_000,
    confidence: float = 0.95,
    **which: Unpack[Which],
) -> list[dict[str, Any]]:
    """Return the rows of `rate`, none of them refused yet."""
    chosen, flows = chosen_figures(ds, indicators=indicator, **which)
    _, population = chosen_figures(ds, indicators=denominator, **which | {"areas": chosen})
    options = {"per": per, "confidence": confidence, "wording": ds.wording, "denominator": denominator}
    rows = []
    for area in chosen:
        people = [average for average in population if average["ref_area"] == area]
        found = [_row(figure, people, options) for figure in flows if figure["ref_area"] == area]
        rows += found or [missing_row(area, indicator, denominator, chosen.silence(area))]
    return rows


def _row(figure: Figure, people: list[Figure], options: dict[str, Any]) -> dict[str, Any]:
    years = person_years(people, figure)
    count = Bounded.of(figure)
    more = {
        "denominator_lower": years.exposure.lower,
        "denominator_upper": years.exposure.upper,
        "reasons": order([*exposure_reasons(figure), *years.reasons]),
        "obs_ids": (figure["obs_id"], *years.obs_ids),
    }
    chance = chance_of_rate(figure, count, years.exposure, confidence=options["confidence"])
    return quotient_row(figure, count.per(years.exposure), chance, options | more)


def person_years(people: list[Figure], figure: Figure) -> PersonYears:
    """Return the person-years of a figure's window from the yearly averages of its area.

    `people` holds the averages of one area, `figure` has `period_start`, `period_end` and `period_years`.
    The exposure is unknown (NaN), with the reason, where there is no window or no average in it.
    """
    if is_missing(figure["period_start"]):
        return PersonYears(UNKNOWN, ("measure_differs",), ())
    first, last = figure["period_start"].year, figure["period_end"].year
    inside = [p for p in people if first <= p["period_end"].year <= last and p["obs_status"] != "D"]
    if not inside:
        return PersonYears(UNKNOWN, ("population_unknown",), ())
    days: dict[str, set[Any]] = {}
    for average in inside:
        revision = "" if is_missing(average["revision"]) else average["revision"]
        days.setdefault(revision, set()).add(average["period_end"])
    reasons = ["population_partial"] if max(map(len, days.values())) < last - first + 1 else []
    reasons += ["revisions_differ"] if len(days) > 1 else []
    low, high = min(p["value_lower"] for p in inside), max(p["value_upper"] for p in inside)
    exposure = Bounded(low if low == high else math.nan, low, high).times(float(figure["period_years"]))
    return PersonYears(exposure, tuple(reasons), tuple(average["obs_id"] for average in inside))
