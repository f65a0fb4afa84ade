"""Small data sets made for one question, read and bounded by the package's own rules."""

from functools import lru_cache
from typing import Any

import pandas as pd

import antq_analysis as aq
from antq_analysis.data.dataset import Dataset
from antq_analysis.data.figures import read_column, with_bounds

DEFAULTS = {
    "ref_area": "VN-21",
    "area_basis": "stated",
    "indicator": "sessions_provincial_bodies",
    "scope_org": "aes",
    "scope_level": "provincial_bodies",
    "mandate": "CT07-2014",
    "period_start": None,
    "period_years": None,
    "period_basis": "stated",
    "obs_status": "A",
    "part_of": "",
    "revision": "",
    "source_id": "baothanhhoa-2024",
    "paragraph": 1,
    "note_vi": "",
    "note_en": "",
}


@lru_cache(maxsize=1)
def bundled() -> Dataset:
    """Load the data of the package once."""
    return aq.load()


def made(*rows: dict[str, Any]) -> Dataset:
    """Make a data set of rows that name what matters; `figure_printed` gives value and qualifier."""
    base = bundled()
    like = base.observations
    given = [DEFAULTS | {"obs_id": f"made.{number:02d}"} | row for number, row in enumerate(rows, start=1)]
    readings = read_column(pd.Series([row["figure_printed"] for row in given]), "convention")
    frame = pd.DataFrame(given).assign(obs_value=readings["value"], qualifier=readings["qualifier"])
    stored = [column for column in like if column in frame]
    frame = frame[stored].astype({column: like[column].dtype for column in stored})
    tables = ("indicators", "areas", "sources", "units", "concepts")
    lookups = {table: getattr(base, table)() for table in tables}
    lookups |= {"ratios": base.ratios(), "ratio-parts": base.ratio_parts()}
    mandates = set(like["mandate"])
    return Dataset(with_bounds(frame, readings), lookups, mandates=mandates, wording="convention")


def floors() -> pd.DataFrame:
    """Give the ratios of an area whose denominator counts more than the numerator is about."""
    rows = aq.ratios(bundled(), "valuable_tips_per_site", areas="Thanh Hóa")
    return rows[rows["reasons"].map(lambda codes: "denominator_wider" in codes)]


def flow(figure: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    """Describe a count over the years `first` to `last`."""
    window = {
        "period_start": f"{first}-01-01",
        "period_end": f"{last}-12-31",
        "period_years": last - first + 1,
    }
    return {"figure_printed": figure} | window | more


def stock(figure: str, year: int, **more: Any) -> dict[str, Any]:
    """Describe a stock at the end of a year."""
    return {"figure_printed": figure, "period_end": f"{year}-12-31", "indicator": "cooperatives"} | more


def people(figure: str, year: int, revision: str = "post-2019-census", **more: Any) -> dict[str, Any]:
    """Describe the average population of a year."""
    row = stock(figure, year, indicator="population_average", scope_level="whole_province", scope_org="all")
    return row | {"period_end": f"{year}-07-01", "revision": revision, "mandate": "statistics"} | more


def populated(*rows: dict[str, Any], first: int = 2014, last: int = 2024) -> Dataset:
    """Make a data set in which each of three areas has a million inhabitants in every year."""
    averages = [
        people("1.000.000 người", year, ref_area=area)
        for area in ("VN-21", "VN-24", "VN-71")
        for year in range(first, last + 1)
    ]
    return made(*rows, *averages)
