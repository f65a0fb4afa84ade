"""What is sure of a printed figure, and what is not: its wording, its note, its level, its neighbours.

Without the second half a tick beside a number reads as truth about the world, not about the print.
"""

import math
from collections.abc import Mapping
from typing import Any

from antq_analysis.analysis.frames import is_missing
from antq_analysis.display.labels import Labels
from antq_analysis.display.rows import Row
from antq_analysis.i18n import number_text

# A plain number from a thousand up that ends in two zeros may have been rounded without a word.
FROM, ROUND = 1000, 100

# Bases of a bound that hold whatever habit the writer follows.
_SURE = ("printed", "meaning", "logical")


def certainty(row: Row, figure: Mapping[str, Any], name: Labels) -> tuple[str, list[str]]:
    """Say which bound of a figure is meant by its words, and which follows only from how it is written.

    `row` is a row of `compare`, `figure` the stored observation behind it.
    """
    low, high = (figure[f"{end}_basis"] in _SURE for end in ("lower", "upper"))
    if low and high and figure["value_lower"] == figure["value_upper"]:
        return name.say("sure.exact"), [name.say("unsure.round")] * _is_round(figure["obs_value"])
    lower, upper = (amount(figure[f"value_{end}"], row, name) for end in ("lower", "upper"))
    # That nothing counted is below zero need not be said.
    at_least = low and bool(figure["value_lower"] > 0)
    sure = [name.say("sure.at_least", number=lower)] * at_least
    sure += [name.say("sure.at_most", number=upper)] * high
    open_end = math.isinf(figure["value_upper"])
    unsure = [name.say("unsure.open" if open_end else "unsure.below", number=upper)] * (not high)
    unsure += [name.say("unsure.above", number=lower)] * (not low)
    return name.join(" ", sure), unsure


def _is_round(value: float) -> bool:
    return bool(value >= FROM and value % ROUND == 0)


def doubts(row: Row, figure: Mapping[str, Any], clashing: dict[str, str], name: Labels) -> list[str]:
    """Say what is against a figure besides its wording.

    `clashing` holds the message for each figure that does not fit others.
    """
    note = figure[f"note_{name.lang}"]
    unstated = [name.say("unsure.level")] * (row["scope_level"] == "unstated")
    clash = [name.say(key) for obs_id, key in clashing.items() if obs_id == row["obs_ids"][0]]
    return [*([] if is_missing(note) else [str(note)]), *unstated, *clash]


def amount(value: Any, row: Row, name: Labels) -> str:
    """Write an amount of what a row counts, with its sign where it is a share."""
    percent = "%" if row["measure_type"] == "share" else ""
    return f"{number_text(float(value), name.lang)}{percent}"
