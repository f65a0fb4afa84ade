"""Grades: the reasons against a comparison, the grade each one costs, and the rules that find them.

A result's grade is the worst of its reasons. The rules never look at the numbers: whether two figures are
comparable depends on what was counted, by whom, where and over which years.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from antq_analysis.analysis.frames import is_missing
from antq_analysis.errors import InvalidOption
from antq_analysis.i18n import words

Figure = Mapping[str, Any]

GRADES = ("A", "B", "C", "D")

REASONS: dict[str, str] = {
    # B: the same thing, known less exactly
    "wording_bounds": "B",
    "window_length": "B",
    "stock_at_end": "B",
    "area_from_publisher": "B",
    "source_differs": "B",
    "population_partial": "B",
    "revisions_differ": "B",
    "period_inherited": "B",
    "status_not_normal": "B",
    # C: close, but somebody or something else may be counted
    "level_differs": "C",
    "level_unstated": "C",
    "organiser_differs": "C",
    "denominator_wider": "C",
    "mandate_differs": "C",
    "area_inferred": "C",
    "period_inferred": "C",
    "windows_overlap": "C",
    "siblings_disagree": "C",
    "formed_otherwise": "C",
    # D: not the same thing
    "definition_differs": "D",
    "unit_differs": "D",
    "measure_differs": "D",
    "type_count": "D",
    "numerator_wider": "D",
    "time_mismatch": "D",
    "contradiction": "D",
    # D: too few figures for the question
    "no_figures": "D",
    "no_pair": "D",
    "population_unknown": "D",
    "too_few_points": "D",
    "too_few_windows": "D",
    "series_broken": "D",
}
_WORST_FIRST = sorted(REASONS, key=lambda code: -GRADES.index(REASONS[code]))

# Agencies, enterprises and schools together (`aes`) hold each of the three; `all` holds everybody.
_PARTS = ("agency", "enterprise", "school")
_WIDER = (
    {("all", part): "numerator_wider" for part in ("aes", "police", "other", *_PARTS)}
    | {(part, "all"): "denominator_wider" for part in ("aes", "police", "other", *_PARTS)}
    | {("aes", part): "numerator_wider" for part in _PARTS}
    | {(part, "aes"): "denominator_wider" for part in _PARTS}
)
_AREA_BASIS = {"inferred": ["area_inferred"], "publisher": ["area_from_publisher"]}


def order(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return each reason once, worst first, in the fixed order of the list.

    >>> order(["wording_bounds", "unit_differs", "wording_bounds"])
    ('unit_differs', 'wording_bounds')
    """
    given = set(reasons)
    if missing := given - REASONS.keys():
        raise KeyError(f"No reason {min(missing)!r}")
    return tuple(code for code in _WORST_FIRST if code in given)


def grade_of(reasons: Iterable[str]) -> str:
    """Return the worst grade among the reasons; none at all is an A.

    >>> grade_of([]), grade_of(["wording_bounds", "level_differs"])
    ('A', 'C')
    """
    return max((REASONS[code] for code in reasons), default="A")


def check_allow(allow: str) -> str:
    """Return `allow` if it is a grade, else raise InvalidOption."""
    if allow not in GRADES:
        raise InvalidOption(f"allow={allow!r} is no grade. Give the worst grade you accept: A, B, C or D.")
    return allow


def reasons_text(reasons: Iterable[str], lang: str = "vi") -> str:
    """Say the reasons in one language, worst first, as full sentences.

    >>> reasons_text(["type_count"], "en")
    'One of them counts types of model, not models.'
    """
    say = words(lang)
    return " ".join(say(f"reason.{code}") for code in order(reasons))


@dataclass(frozen=True)
class NotComparable:
    """Stand for a result that was refused, with the reasons; it is false and shows itself as text.

    `subject` names what was asked: codes of the data set, which `explain` puts into words, or ready text.
    """

    subject: tuple[str, ...]
    reasons: tuple[str, ...]
    obs_ids: tuple[str, ...] = ()
    lang: str = "vi"

    def __bool__(self) -> bool:
        return False

    def text(self, lang: str | None = None) -> str:
        """Say what was refused and why, in the language it was asked in unless told otherwise."""
        lang = lang or self.lang
        subject = ", ".join(self.subject)
        return words(lang)("refused.sentence", subject=subject, reasons=reasons_text(self.reasons, lang))

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f'<p class="refused">{escape(self.text())}</p>'


# ---- two figures side by side ------------------------------------------------------------------------------


def compare_reasons(a: Figure, b: Figure) -> tuple[str, ...]:
    """Return the reasons against comparing two figures, rows of `figures(ds)`, in either order.

    An empty tuple is grade A: same definition, scope, level and mandate, stated areas and periods of equal
    length.
    """
    return reasons_between(a, b, meet=_meet(a, b), same_area=a["ref_area"] == b["ref_area"])


def reasons_between(a: Figure, b: Figure, *, meet: bool, same_area: bool) -> tuple[str, ...]:
    """Return the reasons of `compare_reasons` for figures like `a` and `b`, of which two facts are given.

    `meet` tells whether their windows share a day (two stocks: a year), `same_area` whether both are of one
    area. All else that counts is in `kind_of`.
    """
    time = _comparing_time(a, b, meet=meet, same_area=same_area)
    return order([*_comparing_definition(a, b), *_comparing_scope(a, b), *time, *own_reasons(a, b)])


def kind_of(figure: Figure) -> tuple[Any, ...]:
    """Return what comparing looks at in a figure, area and dates apart: equal kinds have equal reasons."""
    counted = ("indicator", "scope_org", "scope_level", "mandate")
    length = 0 if _is_stock(figure) else figure["period_years"]
    return *(figure[key] for key in counted), _text(figure["revision"]), length, order(own_reasons(figure))


def own_reasons(*figures: Figure) -> list[str]:
    """Return the reasons that figures bring to any result by themselves, known contradictions included."""
    found = []
    for figure in figures:
        found += _AREA_BASIS.get(figure["area_basis"], [])
        if figure["period_basis"] in ("inferred", "inherited"):
            found.append(f"period_{figure['period_basis']}")
        if figure["qualifier"] != "exact":
            found.append("wording_bounds")
        if figure["obs_status"] != "A":
            found.append("definition_differs" if figure["obs_status"] == "D" else "status_not_normal")
        found += figure.get("flags", ())
    return found


def _comparing_definition(a: Figure, b: Figure) -> list[str]:
    if a["indicator"] == b["indicator"]:
        return ["definition_differs"] if _text(a["revision"]) != _text(b["revision"]) else []
    found = ["definition_differs"]
    types = {a["measure_type"], b["measure_type"]}
    if len(types) > 1:
        found.append("type_count" if "count_of_types" in types else "measure_differs")
    if a["unit_measure"] != b["unit_measure"]:
        found.append("unit_differs")
    return found


def _comparing_scope(a: Figure, b: Figure) -> list[str]:
    found = []
    if a["scope_org"] != b["scope_org"]:
        found.append("organiser_differs")
    if a["mandate"] != b["mandate"]:
        found.append("mandate_differs")
    if "unstated" in (a["scope_level"], b["scope_level"]):
        found.append("level_unstated")
    elif a["scope_level"] != b["scope_level"]:
        found.append("level_differs")
    return found


def _comparing_time(a: Figure, b: Figure, *, meet: bool, same_area: bool) -> list[str]:
    if _is_stock(a) != _is_stock(b):
        return ["measure_differs"]
    if not meet:
        return ["time_mismatch"]
    if _is_stock(a):
        return []
    found = [] if a["period_years"] == b["period_years"] else ["window_length"]
    return [*found, "windows_overlap"] if same_area else found


def _meet(a: Figure, b: Figure) -> bool:
    if _is_stock(a) or _is_stock(b):
        return bool(a["period_end"].year == b["period_end"].year)
    return bool(a["period_start"] <= b["period_end"] and b["period_start"] <= a["period_end"])


# ---- one figure divided by another -------------------------------------------------------------------------


def pairing_reasons(numerator: Figure, denominator: Figure) -> tuple[str, ...]:
    """Return the reasons against dividing `numerator` by `denominator`, rows of `figures(ds)`."""
    found = [*_pairing_measure(numerator, denominator), *_pairing_time(numerator, denominator)]
    found += [*_pairing_scope(numerator, denominator), *own_reasons(numerator, denominator)]
    if numerator["source_id"] != denominator["source_id"]:
        found.append("source_differs")
    return order(found)


def exposure_reasons(figure: Figure) -> tuple[str, ...]:
    """Return the reasons against dividing a figure by inhabitants, whatever the population series says."""
    found = own_reasons(figure)
    if figure["scope_level"] == "provincial_bodies":
        found.append("level_differs")
    if figure["scope_level"] == "unstated":
        found.append("level_unstated")
    if figure["measure_type"] in ("share", "count_of_types") or not figure["yearly"]:
        found.append("measure_differs")
    return order(found)


def _pairing_measure(numerator: Figure, denominator: Figure) -> list[str]:
    types = (numerator["measure_type"], denominator["measure_type"])
    if "share" in types:
        return ["measure_differs"]
    return ["type_count"] if types.count("count_of_types") == 1 else []


def _pairing_time(numerator: Figure, denominator: Figure) -> list[str]:
    if _is_stock(numerator) and not _is_stock(denominator):
        return ["measure_differs"]
    if not _is_stock(numerator) and _is_stock(denominator):
        return ["stock_at_end"] if _at_end(numerator, denominator) else ["time_mismatch"]
    parts = ["period_end"] if _is_stock(numerator) else ["period_start", "period_end", "period_years"]
    return [] if all(numerator[part] == denominator[part] for part in parts) else ["time_mismatch"]


def _at_end(flow: Figure, stock: Figure) -> bool:
    # A source counts its stock on the day it reports, up to a year after the window closes.
    days = (stock["period_end"] - flow["period_end"]).days
    return -366 <= days <= 366 and bool(stock["period_end"] >= flow["period_start"])


def _pairing_scope(numerator: Figure, denominator: Figure) -> list[str]:
    found = []
    if numerator["scope_org"] != denominator["scope_org"]:
        found.append(_WIDER.get((numerator["scope_org"], denominator["scope_org"]), "organiser_differs"))
    levels = {numerator["scope_level"], denominator["scope_level"]}
    if len(levels) > 1:
        found.append("level_unstated" if "unstated" in levels else "level_differs")
    if numerator["mandate"] != denominator["mandate"]:
        found.append("mandate_differs")
    return found


def _is_stock(figure: Figure) -> bool:
    return is_missing(figure["period_start"])


def _text(value: Any) -> str:
    return "" if is_missing(value) else str(value)
