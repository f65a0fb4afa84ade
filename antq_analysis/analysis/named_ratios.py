"""Ratios by the name a reader asks for: which indicators may form them is data, not code.

"Valuable tips per model" can be formed from several pairs of figures. All are tried, and the
pairs that do not belong together stay in the answer, refused and with their reasons, because
somebody will form them anyway.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import SILENT
from antq_analysis.analysis.grading import check_allow, grade_of, order
from antq_analysis.analysis.rates import rate_rows
from antq_analysis.analysis.ratios import COLUMNS, ratio_rows, refuse
from antq_analysis.analysis.selection import read
from antq_analysis.data.dataset import Dataset
from antq_analysis.errors import UnknownName


def ratios(ds: Dataset, names: str | Iterable[str], **options: Any) -> pd.DataFrame:
    """Form the ratios of these names from every pair of indicators listed for them.

    `options` are those of `ratio` (areas, allow, inferred_areas, confidence). The frame is that of
    `ratio` with a first column `ratio`; an area that reported for none of the pairs has one row
    with `obs_status` "O". Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = ratios(aq.load(), "valuable_tips_per_model", areas=["Thanh Hóa", "Quảng Bình"])
    >>> rows[["ref_area", "obs_status", "grade"]].fillna("").values.tolist()
    [['VN-21', 'A', 'C'], ['VN-21', 'A', 'D'], ['VN-24', 'O', '']]
    """
    allow = check_allow(options.pop("allow", "C"))
    ds = read(ds, options.pop("wording", None))
    rows = [
        row for name in ([names] if isinstance(names, str) else names) for row in _rows(ds, name, options)
    ]
    return refuse(pd.DataFrame(rows, columns=["ratio", *COLUMNS]), allow)


def _rows(ds: Dataset, name: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    known, parts = ds.ratios(), ds.ratio_parts()
    if name not in set(known["ratio"]):
        raise UnknownName("ratio", name, known["ratio"], "ds.ratios()")
    per = float(known.loc[known["ratio"] == name, "per"].iloc[0])
    pairs = parts[parts["ratio"] == name][["numerator", "denominator"]].itertuples(index=False)
    rows = [row for pair in pairs for row in _pair(ds, *pair, per=per, **options)]
    return [row | {"ratio": name} for row in _beside(_once_missing(rows))]


def _pair(ds: Dataset, numerator: str, denominator: str, **options: Any) -> list[dict[str, Any]]:
    concept = ds.indicators().set_index("indicator")["concept"]
    rows = rate_rows if concept[denominator] == "population" else ratio_rows
    return rows(ds, numerator, denominator, **options)


def _beside(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of one ratio with what is against reading them beside each other."""
    reported = [row for row in rows if row["obs_status"] not in SILENT]
    several = len({(row["numerator"], row["denominator"]) for row in reported}) > 1
    return [row if row["obs_status"] in SILENT else _against(row, reported, several) for row in rows]


def _against(row: dict[str, Any], reported: list[dict[str, Any]], several: bool) -> dict[str, Any]:
    more = ["formed_otherwise"] if several else []
    more += ["windows_overlap"] if any(_overlap(row, other) for other in reported) else []
    reasons = order([*row["reasons"], *more])
    return row | {"reasons": reasons, "grade": grade_of(reasons)}


def _overlap(row: dict[str, Any], other: dict[str, Any]) -> bool:
    same = all(row[key] == other[key] for key in ("ref_area", "numerator", "denominator"))
    apart = row["obs_ids"] == other["obs_ids"] or pd.isna(row["period_start"])
    return (
        same
        and not apart
        and bool(row["period_start"] <= other["period_end"] and other["period_start"] <= row["period_end"])
    )


def _once_missing(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep, area by area, the rows that were reported; of an area without any, its first."""
    kept = []
    for area in dict.fromkeys(row["ref_area"] for row in rows):
        here = [row for row in rows if row["ref_area"] == area]
        kept += [row for row in here if row["obs_status"] not in SILENT] or here[:1]
    return kept
