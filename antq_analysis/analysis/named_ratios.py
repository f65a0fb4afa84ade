"""Ratios by the name a reader asks for: which indicators may form them is data, not code.

"Valuable tips per model" can be formed from several pairs of figures. All are tried, and the
pairs that do not belong together stay in the answer, refused and with their reasons, because
somebody will form them anyway.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from antq_analysis.analysis.rates import rate
from antq_analysis.analysis.ratios import COLUMNS, ratio
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
    return _once_missing(rows).assign(ratio=name)[["ratio", *COLUMNS]]


def _pair(ds: Dataset, numerator: str, denominator: str, **options: Any) -> pd.DataFrame:
    concept = ds.indicators().set_index("indicator")["concept"]
    if concept[denominator] == "population":
        return rate(ds, numerator, denominator=denominator, **options)
    return ratio(ds, numerator, denominator, **options)


def _once_missing(rows: pd.DataFrame) -> pd.DataFrame:
    reported = rows[rows["obs_status"] != "O"]
    silent = rows[~rows["ref_area"].isin(reported["ref_area"])].drop_duplicates("ref_area")
    order = {area: place for place, area in enumerate(rows["ref_area"].unique())}
    return pd.concat([reported, silent]).sort_values("ref_area", key=lambda a: a.map(order), kind="stable")
