"""Why two figures may not be put side by side: codes, each with the grade it costs.

A grade without its reasons is a verdict; with them it can be checked. Every comparison
collects codes from here, its grade is the worst of them, and the catalogue says them in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from antq_analysis.errors import InvalidOption
from antq_analysis.i18n import words

GRADES = ("A", "B", "C", "D")

REASONS: dict[str, str] = {
    # B: the same thing, seen less sharply
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
    # D: nothing to fit a line through
    "no_figures": "D",
    "no_pair": "D",
    "population_unknown": "D",
    "too_few_points": "D",
    "too_few_windows": "D",
    "series_broken": "D",
}


def order(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return each reason once, worst first, in the fixed order of the list.

    >>> order(["wording_bounds", "unit_differs", "wording_bounds"])
    ('unit_differs', 'wording_bounds')
    """
    given = set(reasons)
    listed = [code for code in REASONS if code in given]
    if missing := given - set(listed):
        raise KeyError(f"No reason {sorted(missing)[0]!r}")
    return tuple(sorted(listed, key=lambda code: -GRADES.index(REASONS[code])))


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
    """An answer that was refused, with the reasons; it is false and shows itself as text.

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
