"""What one text says twice: parts and their whole, a fraction and its percentage, a day and its own date.

The sides are figures with `obs_ids` and the last day `published`.
"""

import math
import re
from collections.abc import Iterable

from antq_analysis.analysis.nesting import Pair, Side, above, below, joined, over

# One bit for each kind of body: parts that share none do not overlap, and all of them make the whole.
BODIES = {"agency": 1, "enterprise": 2, "school": 4, "aes": 7, "police": 8, "other": 16, "all": 31}
_SAME_COUNT = ["indicator", "scope_level", "period_start", "period_end"]
_BESIDE = ["source_id", "paragraph", "ref_area", "concept", "scope_org", "period_end"]


def parts_above_whole(figures: list[Side]) -> list[Pair]:
    """Return the parts that are above their whole, right."""
    return [pair for pair in _parts(figures) if above(pair)]


def parts_that_do_not_sum(figures: list[Side]) -> list[Pair]:
    """Return the sums of parts by kind of body that are not their whole, right.

    Parts that share no body are at most the whole; parts that together hold all its bodies are the whole.
    """
    by_whole: dict[str, list[Pair]] = {}
    for part, whole in _parts(figures):
        if _by_body(part, whole):
            by_whole.setdefault(whole["obs_id"], []).append((part, whole))
    found = []
    for _, pairs in sorted(by_whole.items()):
        parts, whole = [part for part, _ in pairs], pairs[0][1]
        bodies = [BODIES[part["scope_org"]] for part in parts]
        if len(parts) > 1 and not _overlap(bodies):
            pair = _sum(parts), whole
            complete = sum(bodies) == BODIES[whole["scope_org"]]
            found += [pair] if above(pair) or (complete and below(pair)) else []
    return found


def fractions_beside_percent(figures: list[Side]) -> list[Pair]:
    """Return the fractions, in percent, that are not the percentage printed beside them, right."""
    fractions = [
        _fraction(part, whole)
        for part, whole in _parts(figures)
        if re.search(r"\d\s*/\s*\d", part["figure_printed"])
    ]
    shares = [_rounded(figure) for figure in figures if figure["unit_measure"] == "percent"]
    return [pair for pair in joined(fractions, shares, _BESIDE) if above(pair) or below(pair)]


def figures_after_source(figures: list[Side]) -> list[Pair]:
    """Return the figures dated after the last day their source may have appeared, as days late."""
    found = []
    for figure in figures:
        late = (figure["period_end"] - figure["published"]).days if figure["published"] else 0
        if late > 0:
            left = figure | {"value_lower": float(late), "value_upper": float(late), "unit_measure": "day"}
            found.append((left, left | {"value_lower": 0.0, "value_upper": 0.0, "obs_ids": ()}))
    return found


def _parts(figures: list[Side]) -> list[Pair]:
    wholes = {figure["obs_id"]: figure for figure in figures}
    return [(part, wholes[part["part_of"]]) for part in figures if part["part_of"] in wholes]


def _by_body(part: Side, whole: Side) -> bool:
    """Tell whether a part counts what its whole counts, only of fewer bodies."""
    same = all(part[column] == whole[column] for column in _SAME_COUNT)
    return same and part["scope_org"] != whole["scope_org"]


def _overlap(bodies: Iterable[int]) -> bool:
    union = 0
    for bits in bodies:
        if union & bits:
            return True
        union |= bits
    return False


def _sum(parts: list[Side]) -> Side:
    return parts[0] | {
        "value_lower": math.fsum(part["value_lower"] for part in parts),
        "value_upper": math.fsum(part["value_upper"] for part in parts),
        "obs_ids": tuple(obs_id for part in parts for obs_id in part["obs_ids"]),
    }


def _fraction(part: Side, whole: Side) -> Side:
    return part | {
        "value_lower": over(100 * part["value_lower"], whole["value_upper"]),
        "value_upper": over(100 * part["value_upper"], whole["value_lower"]),
        "unit_measure": "percent",
        "obs_ids": part["obs_ids"] + whole["obs_ids"],
    }


def _rounded(share: Side) -> Side:
    """Widen a printed percentage by half a unit of its last digit, which is what rounding takes away."""
    decimals = re.search(r"\d,(\d+)", share["figure_printed"])
    half = 0.5 * 10.0 ** -(len(decimals[1]) if decimals else 0)
    return share | {"value_lower": share["value_lower"] - half, "value_upper": share["value_upper"] + half}
