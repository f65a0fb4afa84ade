"""Grades: the reasons against a comparison, the grade each one costs, and the rules that find them.

A result's grade is the worst of its reasons, the same from whatever function it comes. Whether two figures
are comparable depends on what was counted, by whom, where and over which years; of the numbers only the
impossible ones are looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from antq_analysis.analysis.frames import days_of, is_missing, is_part_year
from antq_analysis.analysis.intervals import Bounded
from antq_analysis.errors import InvalidOption
from antq_analysis.i18n import language, words

Figure = Mapping[str, Any]

GRADES = ("A", "B", "C", "D")
_NUMBERS = ("value", "lower", "upper", "ci_lower", "ci_upper")

# B: the same thing, known less exactly. C: close, but somebody or something else may be counted.
# D: not the same thing, or too few figures for the question.
_GRADED = {
    "B": [
        "wording_bounds", "window_length", "stock_at_end", "area_from_publisher", "source_differs",
        "population_partial", "revisions_differ", "period_inherited", "status_not_normal",
    ],
    "C": [
        "level_differs", "level_unstated", "organiser_differs", "denominator_wider", "mandate_differs",
        "area_inferred", "period_inferred", "windows_overlap", "windows_barely_meet", "siblings_disagree",
        "size_not_considered", "words_changed", "window_total",
    ],
    "D": [
        "definition_differs", "unit_differs", "measure_differs", "type_count", "numerator_wider",
        "time_mismatch", "period_too_short", "area_changed", "part_of_other", "share_above_whole",
        "zero_denominator", "contradiction", "no_figures", "no_pair", "population_unknown",
        "too_few_points", "too_few_events", "series_broken", "gap_in_series", "dispersion_too_high",
        "estimates_only",
    ],
}  # fmt: skip
REASONS = {code: grade for grade, codes in _GRADED.items() for code in codes}
_WORST_FIRST = sorted(REASONS, key=REASONS.__getitem__, reverse=True)

# One bit for each kind of body: parts that share none do not overlap, and all of them make the whole.
BODIES = {"agency": 1, "enterprise": 2, "school": 4, "aes": 7, "police": 8, "other": 16, "all": 31}
_OWN: dict[str, dict[str, list[str]]] = {
    "area_basis": {"inferred": ["area_inferred"], "publisher": ["area_from_publisher"]},
    "period_basis": {"inferred": ["period_inferred"], "inherited": ["period_inherited"]},
    "obs_status": {
        "D": ["definition_differs"],
        "B": ["words_changed"],
        "E": ["status_not_normal"],
        "P": ["status_not_normal"],
    },
}


def order(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return each reason once, worst first, in the fixed order of the list."""
    given = set(reasons)
    if unknown := given - REASONS.keys():
        raise KeyError(f"No reason {min(unknown)!r}")
    return tuple(code for code in _WORST_FIRST if code in given)


def grade_of(reasons: Iterable[str]) -> str:
    """Return the worst grade among the reasons; none at all is an A."""
    return max((REASONS[code] for code in reasons), default="A")


def refuse(frame: pd.DataFrame, allow: str) -> pd.DataFrame:
    """Return the frame without the numbers of the rows whose grade is worse than `allow`, and `refused`.

    Raises InvalidOption where `allow` is no grade.
    """
    if allow not in GRADES:
        raise InvalidOption(f"allow={allow!r} is no grade. Give the worst grade you accept: A, B, C or D.")
    worse = frame["grade"].isin(GRADES[GRADES.index(allow) + 1 :])
    numbers = {name: frame[name].astype("float64").mask(worse) for name in _NUMBERS if name in frame}
    return frame.assign(**numbers, refused=worse)


def reasons_text(reasons: Iterable[str], lang: str | None = None) -> str:
    """Say the reasons, worst first, as full sentences, by default in the language chosen."""
    say = words(lang)
    return " ".join(say(f"reason.{code}") for code in order(reasons))


@dataclass(frozen=True)
class NotComparable:
    """Stand for a result that was refused, with the reasons; it is false and shows itself as text.

    `subject` names what was asked: codes, which `names` puts into the words of each language, or ready text.

    >>> import antq_analysis as aq
    >>> bool(aq.trend(aq.load(), "population_average", "Thanh Hóa"))
    False
    """

    subject: tuple[str, ...]
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return False

    def text(self, lang: str | None = None) -> str:
        """Say what was refused and why, by default in the language chosen by `set_language`."""
        known = self.names.get(language(lang), {})
        subject = ", ".join(known.get(part, part) for part in self.subject)
        return words(lang)("refused.sentence", subject=subject, reasons=reasons_text(self.reasons, lang))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<NotComparable: {self.text()}>"

    def _repr_html_(self) -> str:
        return f'<p class="refused">{escape(self.text())}</p>'


def reasons_of(found: dict[str, bool], *figures: Figure) -> tuple[str, ...]:
    """Return the codes that hold, and the reasons the figures bring along, in the order of the list."""
    return order([*(code for code, holds in found.items() if holds), *own_reasons(*figures)])


# How much of their time two windows share, as `shared` tells: nothing, less than half of it, or more.
APART, BARELY, WELL = 0, 1, 2


def shared(one: Any, other: Any) -> Any:
    """Tell how much of their union two windows share, each given by first and last day, or many at once."""
    (first, last), (begun, ended) = one, other
    common = np.minimum(last, ended) - np.maximum(first, begun) + 1
    union = last - first + ended - begun + 2 - common
    found = np.where(common <= 0, APART, np.where(2 * common < union, BARELY, WELL))
    return found if found.ndim else int(found)


def compare_reasons(a: Figure, b: Figure) -> tuple[str, ...]:
    """Return the reasons against comparing two figures, rows of `figures(ds)`, in either order.

    An empty tuple is grade A: same definition, scope, level and mandate, stated areas and periods of equal
    length that mostly coincide.
    """
    met = shared(*days_of([a, b]))
    successors = a["ref_area"] == b["successor"] or b["ref_area"] == a["successor"]
    return reasons_between(a, b, met=met, same_area=a["ref_area"] == b["ref_area"], merged=successors)


def reasons_between(
    a: Figure, b: Figure, *, met: int, same_area: bool, merged: bool = False
) -> tuple[str, ...]:
    """Return the reasons of `compare_reasons` for figures like `a` and `b`, of which three facts are given.

    `met` is what `shared` says of their windows (of stocks: of their years), `same_area` whether both are of
    one area, `merged` whether one area became part of the other. All else that counts is in `kind_of`.
    """
    measures, levels = ({figure[key] for figure in (a, b)} for key in ("measure_type", "scope_level"))
    same_measure, types = _is_stock(a) == _is_stock(b), "count_of_types" in measures and len(measures) > 1
    unequal = a["period_years"] != b["period_years"]
    flows_meet = met > APART and same_measure and not _is_stock(a)
    found = {
        "definition_differs": a["indicator"] != b["indicator"] or a["revision"] != b["revision"],
        "type_count": types,
        "measure_differs": (len(measures) > 1 and not types) or not same_measure,
        "unit_differs": a["unit_measure"] != b["unit_measure"],
        "organiser_differs": a["scope_org"] != b["scope_org"],
        "mandate_differs": a["mandate"] != b["mandate"],
        "level_unstated": "unstated" in levels,
        "level_differs": len(levels) > 1 and "unstated" not in levels,
        "time_mismatch": same_measure and met == APART,
        "windows_barely_meet": flows_meet and met == BARELY,
        "window_length": flows_meet and unequal and (a["yearly"] or b["yearly"]),
        "window_total": flows_meet and unequal and not (a["yearly"] or b["yearly"]),
        "period_too_short": flows_meet and is_part_year(a) != is_part_year(b),
        "windows_overlap": flows_meet and same_area,
        "area_changed": merged,
    }
    return reasons_of(found, a, b)


def kind_of(figure: Figure) -> tuple[Any, ...]:
    """Return the key of all attributes used in comparisons, except area and dates."""
    counted = ("indicator", "scope_org", "scope_level", "mandate", "revision")
    length = 0 if _is_stock(figure) else figure["period_years"]
    return *(figure[key] for key in counted), length, *own_reasons(figure)


def pairing_reasons(numerator: Figure, denominator: Figure) -> tuple[str, ...]:
    """Return the reasons against dividing `numerator` by `denominator`, rows of `figures(ds)`."""
    pair = (numerator, denominator)
    measures, levels = [figure["measure_type"] for figure in pair], {figure["scope_level"] for figure in pair}
    above, below = (figure["scope_org"] for figure in pair)
    # A share is asked of a whole, which counts more than its part.
    share = is_part_of(numerator, denominator)
    common = BODIES[above] & BODIES[below]
    wider, narrower = (above != below and common == BODIES[org] for org in (below, above))
    stocks = [_is_stock(figure) for figure in pair]
    flow_over_stock, alike = stocks == [False, True], stocks[0] == stocks[1]
    at_end = flow_over_stock and counted_at_end(numerator, denominator)
    window = ["period_end"] if stocks[0] else ["period_start", "period_end", "period_years"]
    same_window = all(numerator[part] == denominator[part] for part in window)
    same_indicator = numerator["indicator"] == denominator["indicator"]
    inside = same_indicator and not share and shared(*days_of(pair)) > APART
    found = {
        "measure_differs": "share" in measures or stocks == [True, False],
        "type_count": "share" not in measures and measures.count("count_of_types") == 1,
        "part_of_other": is_part_of(denominator, numerator) or inside,
        "stock_at_end": at_end,
        "time_mismatch": (flow_over_stock and not at_end) or (alike and not same_window),
        "numerator_wider": wider,
        "denominator_wider": narrower and not share,
        "organiser_differs": above != below and not wider and not narrower,
        "level_unstated": len(levels) > 1 and "unstated" in levels,
        "level_differs": len(levels) > 1 and "unstated" not in levels,
        "mandate_differs": numerator["mandate"] != denominator["mandate"],
        "source_differs": numerator["source_id"] != denominator["source_id"],
    }
    return reasons_of(found, *pair)


def counted_at_end(flow: Figure, stock: Figure) -> bool:
    """Tell whether a stock was counted as a window closed; a source may do so up to a year after it."""
    days = (stock["period_end"] - flow["period_end"]).days
    return bool(-366 <= days <= 366 and stock["period_end"] >= flow["period_start"])


def is_part_of(part: Figure, whole: Figure) -> bool:
    """Tell whether a figure is said to be a part of another."""
    return not is_missing(part["part_of"]) and part["part_of"] in whole.get("obs_ids", (whole["obs_id"],))


def quotient_reasons(quotient: Bounded, below: Bounded, *, is_share: bool) -> list[str]:
    """Return the reasons against a quotient that no true numbers can have."""
    impossible = {"share_above_whole": is_share and quotient.lower > 1, "zero_denominator": below.upper == 0}
    return [code for code, holds in impossible.items() if holds]


def own_reasons(*figures: Figure) -> list[str]:
    """Return the reasons that figures bring to any result by themselves, known contradictions included."""
    found: list[str] = []
    for figure in figures:
        for column, reasons in _OWN.items():
            found += reasons.get(figure[column], ())
        found += ["wording_bounds"] if figure["qualifier"] != "exact" else []
        found += figure.get("flags", ())
        found += ["area_changed"] if figure["outside"] else []
    return found


def _is_stock(figure: Figure) -> bool:
    return is_missing(figure["period_start"])
