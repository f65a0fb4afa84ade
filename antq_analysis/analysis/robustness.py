"""What would overturn a contrast: clustering, another definition, a stricter reading of the words.

An interval says how far chance alone reaches. Planned activities come in clusters, so the better
question is how much more than chance it would take, and whether a definition could do it alone.
"""

import math
from statistics import NormalDist
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS

COLUMNS = [
    "ref_area_a", "ref_area_b", "indicator_a", "indicator_b", "contrast", "phi_star",
    "beyond_chance", "survives_strict", "removed_by", "method", "obs_ids",
]  # fmt: skip


def robustness(result: pd.DataFrame) -> pd.DataFrame:
    """Return for each contrast what would make it vanish, a row per pair of `contrasts` not refused.

    `contrast` is "higher", "lower" or "none" by the wording bounds. `phi_star` is the over-dispersion
    (variance over mean) at which the large-sample interval exp(ln r ± z·√(φ(1/a + 1/b))) reaches 1, for
    the counts within their bounds nearest to no difference; over-dispersed counts: McCullagh and
    Nelder (1989), chapter 6. `beyond_chance` tells whether chance alone (φ = 1) leaves it standing,
    `survives_strict` whether the strict wording still excludes 1.
    `removed_by` lists the reasons of grade C and D, each of which could explain the contrast by itself.
    Raises KeyError for other frames.

    >>> import antq_analysis as aq
    >>> pairs = aq.contrasts(aq.load(), "awards_individuals", areas=["Điện Biên", "Thanh Hóa"])
    >>> robustness(pairs)[["contrast", "survives_strict"]].values.tolist()
    [['lower', True]]
    """
    return pd.DataFrame([_row(row) for row in records(result[~result["refused"]])], columns=COLUMNS)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    contrast = _contrast(row["lower"], row["upper"])
    phi_star = _phi_star(row, contrast)
    kept = ("ref_area_a", "ref_area_b", "indicator_a", "indicator_b", "obs_ids")
    return {key: row[key] for key in kept} | {
        "contrast": contrast,
        "phi_star": phi_star,
        "beyond_chance": phi_star > 1,
        "survives_strict": _contrast(row["strict_lower"], row["strict_upper"]) == contrast != "none",
        "removed_by": tuple(code for code in row["reasons"] if REASONS[code] in "CD"),
        "method": "log ratio, scaled variance",
    }


def _contrast(lower: float, upper: float) -> str:
    return "higher" if lower > 1 else "lower" if upper < 1 else "none"


def _phi_star(row: dict[str, Any], contrast: str) -> float:
    if contrast == "none" or row["method"] == "none":
        return math.nan
    nearest, ends = (
        (row["lower"], ("lower", "upper")) if contrast == "higher" else (row["upper"], ("upper", "lower"))
    )
    counts = [row[f"count_{end}_{side}"] for end, side in zip(ends, "ab", strict=True)]
    if not all(counts) or not nearest:
        return math.nan
    z = NormalDist().inv_cdf((1 + row["confidence"]) / 2)
    return float(math.log(nearest) ** 2 / (z**2 * sum(1 / count for count in counts)))
