"""What was not reported, as data: a gap that is a row cannot be read as a zero.

Beside it the one thing a reader can tell of a source without knowing what it counts: whether its
plain numbers end in 0 more often than numbers do.
"""

from collections.abc import Iterable

import pandas as pd

from antq_analysis.analysis.frames import figures
from antq_analysis.analysis.guards import check_confidence
from antq_analysis.analysis.intervals import wilson_interval
from antq_analysis.data.dataset import Dataset

COVERAGE = [
    "concept", "ref_area", "reported", "obs_status", "area_basis", "mandate",
    "period_start", "period_end", "indicators", "obs_ids",
]  # fmt: skip
HEAPING = [
    "source_id", "considered", "round", "share", "ci_lower", "ci_upper", "confidence", "method",
    "p_value", "obs_ids",
]  # fmt: skip
HEAPING_FROM = 10
HEAPING_METHOD = "wilson score; exact binomial against 1/10, greater"

_WINDOW = ["concept", "ref_area", "period_end", "period_start", "mandate", "area_basis"]
_SCALED = r"\d\s*(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)\b"


def coverage(
    ds: Dataset, *, areas: str | Iterable[str] | None = None, concepts: str | Iterable[str] | None = None
) -> pd.DataFrame:
    """List who reported what and when: a row per concept, area and window, and one for each gap.

    Areas (any spelling) and concepts are by default those that have figures in `ds`; `ds.select(mandates=…)`
    leaves the official series out or in. Where nothing was reported, `reported` is False, `obs_status` is
    "O" and the window is missing. A stock has only `period_end`. `indicators` and `obs_ids` are tuples.
    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> rows = coverage(aq.load(), areas=["Quảng Bình", "Thanh Hóa"], concepts="tips")
    >>> rows[["ref_area", "obs_status"]].values.tolist()
    [['VN-24', 'O'], ['VN-21', 'A'], ['VN-21', 'A']]
    """
    places = ds.distinct("ref_area") if areas is None else [ds.area_id(area) for area in _listed(areas)]
    wanted = ds.distinct("concept") if concepts is None else _listed(concepts)
    found = figures(ds.select(concepts=wanted, areas=places, inferred_areas=True))
    pairs = [(concept, place) for concept in wanted for place in places]
    every = pd.DataFrame(pairs, columns=["concept", "ref_area"], dtype="str")
    rows = every.merge(_reported(found), on=["concept", "ref_area"], how="left")
    reported = rows["obs_ids"].notna()
    empty = pd.Series([()] * len(rows), index=rows.index, dtype="object")
    return rows.assign(
        reported=reported,
        obs_status=rows["obs_status"].fillna("O"),
        indicators=rows["indicators"].where(reported, empty),
        obs_ids=rows["obs_ids"].where(reported, empty),
    )[COVERAGE]


def heaping(ds: Dataset, *, confidence: float = 0.95) -> pd.DataFrame:
    """Count, for each source, how many of its plain figures end in 0, and how unlikely that is.

    Considered are counts from 10 up that carry no qualifying word and are printed to the last unit (not in
    thousands, nor as a share). One in ten should end in 0; by Benford's law twelve in a hundred of those
    with two digits. `share` has a Wilson interval, `p_value` is the exact binomial probability of so many
    or more. A source without such figures has no row. Raises InvalidOption.

    >>> import antq_analysis as aq
    >>> rows = heaping(aq.load()).set_index("source_id")
    >>> rows.loc["baothanhhoa-2024", ["considered", "round"]].tolist()
    [10, 2]
    """
    check_confidence(confidence)
    plain = _plain(figures(ds))
    rows = [_heap(str(source), group, confidence) for source, group in plain.groupby("source_id")]
    return pd.DataFrame(rows, columns=HEAPING)


def _listed(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _reported(found: pd.DataFrame) -> pd.DataFrame:
    """Gather the figures of a window; of several statuses the one that is not normal is shown."""
    windows = found.sort_values("obs_id").groupby(_WINDOW, dropna=False, as_index=False)
    return windows.agg(
        obs_status=("obs_status", "max"),
        indicators=("indicator", lambda names: tuple(dict.fromkeys(names))),
        obs_ids=("obs_id", tuple),
    )


def _plain(found: pd.DataFrame) -> pd.DataFrame:
    exact = (found["qualifier"] == "exact") & (found["measure_type"] != "share")
    scaled = found["figure_printed"].str.contains(_SCALED, case=False)
    plain = found[exact & ~scaled & (found["obs_value"] >= HEAPING_FROM)]
    # A number printed twice in one paragraph (36/36; as many records as inspections) is one count.
    return plain.drop_duplicates(["source_id", "paragraph", "obs_value"])


def _heap(source: str, group: pd.DataFrame, confidence: float) -> dict[str, object]:
    from scipy.stats import binomtest

    considered, ends_in_0 = len(group), int((group["obs_value"] % 10 == 0).sum())
    interval = wilson_interval(ends_in_0, considered, confidence=confidence)
    return {
        "source_id": source,
        "considered": considered,
        "round": ends_in_0,
        "share": ends_in_0 / considered,
        "ci_lower": interval.lower,
        "ci_upper": interval.upper,
        "confidence": confidence,
        "method": HEAPING_METHOD,
        "p_value": float(binomtest(ends_in_0, considered, 0.1, alternative="greater").pvalue),
        "obs_ids": tuple(group["obs_id"]),
    }
