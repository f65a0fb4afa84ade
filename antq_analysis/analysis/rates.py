"""Figures per inhabitant and year: a window's count over that window's person-years.

The two revisions of the population are never joined: the person-years come from the one that
covers most of the window, and their bounds from every average printed for its years.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.analysis.comparability import Figure, exposure_reasons
from antq_analysis.analysis.frames import records
from antq_analysis.analysis.quotients import Bounded, chance_of_rate
from antq_analysis.analysis.ratios import COLUMNS, missing_row, quotient_row, refuse
from antq_analysis.analysis.reasons import check_allow, order
from antq_analysis.analysis.selection import chosen_figures, read
from antq_analysis.dataset.dataset import Dataset


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
    ds = read(ds, wording)
    chosen, flows = chosen_figures(ds, indicators=indicator, areas=areas, inferred_areas=inferred_areas)
    _, population = chosen_figures(ds, indicators=denominator, inferred_areas=inferred_areas)
    options = {"per": per, "confidence": confidence, "wording": ds.wording, "denominator": denominator}
    rows = []
    for area in chosen:
        people = population[population["ref_area"] == area]
        found = [_row(f, people, options) for f in records(flows[flows["ref_area"] == area])]
        rows += [row for row in found if row] or [missing_row(area, indicator, denominator)]
    return refuse(pd.DataFrame(rows, columns=COLUMNS), allow)


def _row(figure: Figure, people: pd.DataFrame, options: dict[str, Any]) -> dict[str, Any] | None:
    years = person_years(people, figure)
    if years is None:
        return None
    count = Bounded.of(figure)
    chance = chance_of_rate(count, years.exposure, confidence=options["confidence"])
    more = {
        "denominator_lower": years.exposure.lower,
        "denominator_upper": years.exposure.upper,
        "reasons": order([*exposure_reasons(figure), *years.reasons]),
        "obs_ids": (figure["obs_id"], *years.obs_ids),
    }
    return quotient_row(figure, count.per(years.exposure), chance, options | more)


def person_years(people: pd.DataFrame, figure: Figure) -> PersonYears | None:
    """Return the person-years of a figure's window from the yearly averages of its area.

    `people` holds the averages of one area, `figure` has `period_start`, `period_end` and
    `period_years`. None where no average falls into the window, or the figure has no window.
    """
    if pd.isna(figure["period_start"]):
        return None
    year = people["period_end"].dt.year
    inside = people[year.between(figure["period_start"].year, figure["period_end"].year)]
    inside = inside[inside["obs_status"] != "D"]
    if inside.empty:
        return None
    best = _best_revision(inside)
    length = float(figure["period_years"])
    calendar = figure["period_end"].year - figure["period_start"].year + 1
    middle = float(best["obs_value"].mean())
    low, high = float(inside["value_lower"].min()), float(inside["value_upper"].max())
    reasons = ("population_partial",) if len(best) < calendar else ()
    return PersonYears(Bounded(middle, low, high).times(length), reasons, tuple(best["obs_id"]))


def _best_revision(inside: pd.DataFrame) -> pd.DataFrame:
    # The revision with most years of the window; of two equal ones the later, which was corrected.
    revision = inside["revision"].fillna("")
    years = inside.groupby(revision)["period_end"].agg(["size", "max"])
    chosen: pd.DataFrame = inside[revision == years.sort_values(["size", "max"]).index[-1]]
    return chosen
