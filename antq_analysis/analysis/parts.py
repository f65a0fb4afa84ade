"""What one text says twice: parts and their whole, a fraction and its percentage, a day and its own date.

The frames are figures with `obs_ids` and the last day `published`; pairs come back with `_left` and `_right`.
"""

import pandas as pd

from antq_analysis.analysis.nesting import joined, tuples

# One bit for each kind of body: parts that share none do not overlap, and all of them make the whole.
BODIES = {"agency": 1, "enterprise": 2, "school": 4, "aes": 7, "police": 8, "other": 16, "all": 31}
_SAME_COUNT = ["indicator", "scope_level", "period_start", "period_end"]


def parts_above_whole(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the parts `_left` that are above their whole `_right`."""
    pairs = _parts(figures)
    return pairs[pairs["value_lower_left"] > pairs["value_upper_right"]]


def parts_that_do_not_sum(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the sums `_left` of parts by kind of body that are not their whole `_right`.

    Parts that share no body are at most the whole; parts that together hold all its bodies are the whole.
    """
    whole = ["obs_id_right", "ref_area_right"]
    sums = (
        _by_body(_parts(figures))
        .groupby(whole, as_index=False)
        .agg(
            indicator=("indicator_left", "first"),
            concept=("concept_left", "first"),
            unit_measure=("unit_measure_left", "first"),
            value_lower=("value_lower_left", "sum"),
            value_upper=("value_upper_left", "sum"),
            obs_ids=("obs_ids_left", lambda ids: tuple(obs_id for part in ids for obs_id in part)),
            bodies=("bodies_left", "sum"),
            parts=("bodies_left", "size"),
        )
    )
    sums = sums[sums["parts"] > 1].rename(columns={"obs_id_right": "obs_id", "ref_area_right": "ref_area"})
    pairs = joined(sums, figures.assign(bodies=figures["scope_org"].map(BODIES)), ["obs_id"])
    above = pairs["value_lower_left"] > pairs["value_upper_right"]
    below = pairs["value_upper_left"] < pairs["value_lower_right"]
    return pairs[above | (below & (pairs["bodies_left"] == pairs["bodies_right"]))]


def fractions_beside_percent(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the fractions `_left`, in percent, that are not the percentage `_right` printed beside them."""
    fractions = _parts(figures)
    fractions = fractions[fractions["figure_printed_left"].str.contains(r"\d\s*/\s*\d")]
    parts = fractions.filter(regex="_left$")
    left = parts.rename(columns=lambda column: column.removesuffix("_left")).assign(
        value_lower=100 * fractions["value_lower_left"] / fractions["value_upper_right"],
        value_upper=100 * fractions["value_upper_left"] / fractions["value_lower_right"],
        unit_measure="percent",
        obs_ids=fractions["obs_ids_left"] + fractions["obs_ids_right"],
    )
    beside = ["source_id", "paragraph", "ref_area", "concept", "scope_org", "period_end"]
    pairs = joined(left, _rounded(figures[figures["unit_measure"] == "percent"]), beside)
    above = pairs["value_lower_left"] > pairs["value_upper_right"]
    return pairs[above | (pairs["value_upper_left"] < pairs["value_lower_right"])]


def figures_after_source(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures `_left` dated after the last day their source may have appeared, as days late."""
    late = (figures["period_end"] - figures["published"]).dt.days
    left = figures.assign(value_lower=late, value_upper=late, unit_measure="day")[late > 0]
    in_time = left.assign(value_lower=0.0, value_upper=0.0, obs_ids=tuples([()] * len(left), left.index))
    return joined(left, in_time, ["obs_id"])


def _parts(figures: pd.DataFrame) -> pd.DataFrame:
    parts = figures[figures["part_of"].notna()].assign(whole=lambda part: part["part_of"])
    return joined(parts, figures.assign(whole=figures["obs_id"]), ["whole"])


def _by_body(pairs: pd.DataFrame) -> pd.DataFrame:
    """Keep the parts that count what their whole counts, only of fewer bodies, and share none of them."""
    parts = pairs.assign(bodies_left=pairs["scope_org_left"].map(BODIES))
    same = pairs["scope_org_left"] != pairs["scope_org_right"]
    for column in _SAME_COUNT:
        left, right = pairs[f"{column}_left"], pairs[f"{column}_right"]
        same &= (left == right) | (left.isna() & right.isna())
    parts = parts[same]
    overlapping = parts.groupby("obs_id_right")["bodies_left"].transform(_overlap)
    return parts[~overlapping.astype(bool)]


def _overlap(bodies: "pd.Series[int]") -> bool:
    union = 0
    for bits in bodies:
        union |= bits
    return bool(union != bodies.sum())


def _rounded(shares: pd.DataFrame) -> pd.DataFrame:
    """Widen printed percentages by half a unit of their last digit, which is what rounding takes away."""
    decimals = shares["figure_printed"].str.extract(r"\d,(\d+)", expand=False).str.len().fillna(0)
    half = 0.5 * 10.0 ** -decimals.astype("float64")
    return shares.assign(value_lower=shares["value_lower"] - half, value_upper=shares["value_upper"] + half)
