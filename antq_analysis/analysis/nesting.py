"""What windows that lie within each other give away: totals that fall, and siblings that part ways.

A count over ten years holds the count over its first five. Where it does not, or where one
indicator of a pair of texts grows eightfold while its sibling does not, something else was counted.

A side is a mapping like a figure, with bounds and the `obs_ids` it rests on; a pair has a left and a right.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

Side = dict[str, Any]
Pair = tuple[Side, Side]

DISAGREE_ABOVE = 3.0

_SCOPE = ["ref_area", "scope_org", "scope_level", "mandate", "revision", "is_part"]
_REPORT = ["source_id", "period_start", "period_end"]


def joined(left: Iterable[Side], right: Iterable[Side], same: Sequence[str]) -> Iterator[Pair]:
    """Pair each left side with every right one that agrees in the columns `same`, in their order."""
    key = itemgetter(*same)
    beside: dict[Any, list[Side]] = {}
    for side in right:
        beside.setdefault(key(side), []).append(side)
    return ((one, other) for one in left for other in beside.get(key(one), ()))


def over(a: float, b: float) -> float:
    """Divide as floats do: by 0 there is infinity, or nothing known."""
    return a / b if b else math.copysign(math.inf, a) if a else math.nan


def totals_that_fall(figures: list[Side]) -> list[Pair]:
    """Return windows within others of one definition and scope, of which the wider, right, has less."""
    return [pair for pair in _nested(_flows(figures), ["indicator", *_SCOPE]) if above(pair)]


def concepts_that_fall(figures: list[Side]) -> list[Pair]:
    """Return windows within others of two definitions that cannot be one: the wider, right, has less."""
    pairs = _nested(_flows(figures), ["ref_area", "concept", "unit_measure"])
    return [(a, b) for a, b in pairs if a["indicator"] != b["indicator"] and above((a, b))]


def windows_told_twice(figures: list[Side]) -> list[Pair]:
    """Return pairs of figures of one definition, scope and window whose bounds share nothing."""
    flows = _flows(figures)
    pairs = joined(flows, flows, ["indicator", *_SCOPE, "period_start", "period_end"])
    return [pair for pair in pairs if below(pair)]


def siblings_that_disagree(figures: list[Side]) -> list[Pair]:
    """Return pairs of indicators of the same two texts: the right grew over three times as much as the left.

    The values are growth: the rate of the years added over the rate of the inner window.
    """
    grown = list(_growth(_nested(_flows(figures), ["indicator", *_SCOPE])))
    pairs = joined(grown, grown, ["reports", *_SCOPE])
    return [(a, b) for a, b in pairs if b["value_lower"] > DISAGREE_ABOVE * a["value_upper"]]


def above(pair: Pair) -> bool:
    """Tell whether the left side is certainly above the right one."""
    return bool(pair[0]["value_lower"] > pair[1]["value_upper"])


def below(pair: Pair) -> bool:
    """Tell whether the left side is certainly below the right one."""
    return bool(pair[0]["value_upper"] < pair[1]["value_lower"])


def _flows(figures: list[Side]) -> list[Side]:
    # A part of a total is never held against a total of another window.
    return [
        figure | {"is_part": bool(figure["part_of"])}
        for figure in figures
        if figure["measure_type"] == "flow" and figure["obs_status"] != "D" and figure["period_start"]
    ]


def _nested(flows: list[Side], same: list[str]) -> Iterator[Pair]:
    window = itemgetter("period_start", "period_end")
    for inner, outer in joined(flows, flows, same):
        (start, end), (first, last) = window(inner), window(outer)
        if first <= start and end <= last and (first, last) != (start, end):
            yield inner, outer


def _growth(pairs: Iterable[Pair]) -> Iterator[Side]:
    for inner, outer in pairs:
        years, all_years = inner["period_years"], outer["period_years"]
        if years is None or all_years is None or all_years <= years:
            continue
        scale = years / (all_years - years)
        least = (over(outer["value_lower"], inner["value_upper"]) - 1) * scale
        most = (over(outer["value_upper"], inner["value_lower"]) - 1) * scale
        yield {key: inner[key] for key in ("indicator", "concept", *_SCOPE)} | {
            "reports": tuple(side[key] for side in (inner, outer) for key in _REPORT),
            # From nothing to nothing, or from anything to anything, is no growth of a known size.
            "value_lower": 0.0 if math.isnan(least) else max(least, 0.0),
            "value_upper": math.inf if math.isnan(most) else max(most, 0.0),
            "unit_measure": "times",
            "obs_ids": inner["obs_ids"] + outer["obs_ids"],
        }
