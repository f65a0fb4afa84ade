"""A figure with what it is measured against: its years, or the person-years of its window."""

from dataclasses import dataclass

from antq_analysis.analysis.comparability import Figure, exposure_reasons
from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.grading import order
from antq_analysis.analysis.quotients import Bounded
from antq_analysis.analysis.rates import person_years
from antq_analysis.data.dataset import Dataset

POPULATION = "population_average"


@dataclass(frozen=True)
class Measured:
    """A count over an exposure, the reasons that the exposure adds, and every figure used."""

    figure: Figure
    count: Bounded
    exposure: Bounded
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...]

    @property
    def rate(self) -> Bounded:
        """The count divided by the exposure."""
        return self.count.per(self.exposure)


def measure(figure: Figure, ds: Dataset, *, per_head: bool) -> Measured:
    """Return a figure over the years its text states, or over the person-years of its window.

    A stock is measured against one year: as it is, or by the population of its year; so is a flow
    that is not `yearly`, such as awards given once for the work of all its years.
    """
    count, own = Bounded.of(figure), (figure["obs_id"],)
    if not per_head:
        counted = is_missing(figure["period_years"]) or not figure["yearly"]
        years = 1.0 if counted else float(figure["period_years"])
        return Measured(figure, count, Bounded(years, years, years), (), own)
    found = person_years(_people(ds, figure["ref_area"]), _with_window(figure))
    reasons = order([*exposure_reasons(figure), *found.reasons])
    return Measured(figure, count, found.exposure, reasons, (*own, *found.obs_ids))


def _people(ds: Dataset, area: str) -> list[Figure]:
    known = ds.select(areas=area, inferred_areas=True)
    return [dict(figure) for figure in known if figure["indicator"] == POPULATION]


def _with_window(figure: Figure) -> Figure:
    if not is_missing(figure["period_start"]):
        return figure
    return figure | {"period_start": figure["period_end"], "period_years": 1}
