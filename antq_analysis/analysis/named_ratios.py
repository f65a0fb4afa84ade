"""Ratios by the name a reader asks for: which indicators may form them is data, not code.

"Valuable tips per model" can be formed from several pairs of figures. All are tried, and the
pairs that do not belong together stay in the answer, refused and with their reasons, because
somebody will form them anyway.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import SILENT, records
from antq_analysis.analysis.rates import rate
from antq_analysis.analysis.ratios import COLUMNS, ratio, refuse
from antq_analysis.analysis.reasons import grade_of, order
from antq_analysis.dataset.dataset import Dataset
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
    asked = [names] if isinstance(names, str) else list(names)
    frames = [_one(ds, name, options) for name in asked]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["ratio", *COLUMNS])


def _one(ds: Dataset, name: str, options: dict[str, Any]) -> pd.DataFrame:
    known, parts = ds.ratios(), ds.ratio_parts()
    if name not in set(known["ratio"]):
        raise UnknownName("ratio", name, known["ratio"], "ds.ratios()")
    per = float(known.loc[known["ratio"] == name, "per"].iloc[0])
    pairs = parts[parts["ratio"] == name][["numerator", "denominator"]].itertuples(index=False)
    rows = pd.concat([_pair(ds, *pair, per=per, **options) for pair in pairs], ignore_index=True)
    rows = _once_missing(rows)
    return refuse(rows.assign(ratio=name, **_beside(rows)), options.get("allow", "C"))[["ratio", *COLUMNS]]


def _pair(ds: Dataset, numerator: str, denominator: str, **options: Any) -> pd.DataFrame:
    concept = ds.indicators().set_index("indicator")["concept"]
    if concept[denominator] == "population":
        return rate(ds, numerator, denominator=denominator, **options)
    return ratio(ds, numerator, denominator, **options)


def _beside(rows: pd.DataFrame) -> dict[str, list[Any]]:
    """Return grades and reasons with what is against reading the rows of one ratio beside each other."""
    found = records(rows)
    reported = [row for row in found if row["obs_status"] not in SILENT]
    several = len({(row["numerator"], row["denominator"]) for row in reported}) > 1
    for row in reported:
        more = ["formed_otherwise"] if several else []
        more += ["windows_overlap"] if any(_overlap(row, other) for other in reported) else []
        row["reasons"] = order([*row["reasons"], *more])
        row["grade"] = grade_of(row["reasons"])
    return {key: [row[key] for row in found] for key in ("grade", "reasons")}


def _overlap(row: dict[str, Any], other: dict[str, Any]) -> bool:
    same = all(row[key] == other[key] for key in ("ref_area", "numerator", "denominator"))
    apart = row["obs_ids"] == other["obs_ids"] or pd.isna(row["period_start"])
    return (
        same
        and not apart
        and bool(row["period_start"] <= other["period_end"] and other["period_start"] <= row["period_end"])
    )


def _once_missing(rows: pd.DataFrame) -> pd.DataFrame:
    reported = rows[~rows["obs_status"].isin(SILENT)]
    silent = rows[~rows["ref_area"].isin(reported["ref_area"])].drop_duplicates("ref_area")
    order = {area: place for place, area in enumerate(rows["ref_area"].unique())}
    return pd.concat([reported, silent]).sort_values("ref_area", key=lambda a: a.map(order), kind="stable")
