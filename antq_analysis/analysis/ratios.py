"""Ratios of two reported figures, matched by area, source, scope and time, graded as a pair.

Who divides 8,000 tips by 31 types of model gets 258 and has said nothing; the pairing itself
is what needs a grade, so it is graded before a number is shown.
"""

from collections.abc import Iterable
from typing import Any, Unpack

import pandas as pd

from antq_analysis.analysis.comparability import Figure, pairing_reasons
from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.grading import GRADES, check_allow, grade_of
from antq_analysis.analysis.quotients import Bounded, chance_of_rate, chance_of_share, is_part_of
from antq_analysis.analysis.selection import Which, chosen_figures, read
from antq_analysis.data.dataset import Dataset

COLUMNS = [
    "ref_area", "obs_status", "period_start", "period_end", "period_years",
    "value", "lower", "upper", "ci_lower", "ci_upper", "confidence", "method", "wording", "per",
    "numerator", "numerator_lower", "numerator_upper",
    "denominator", "denominator_lower", "denominator_upper",
    "grade", "reasons", "refused", "obs_ids",
]  # fmt: skip
NUMBERS = ("value", "lower", "upper", "ci_lower", "ci_upper", "strict_lower", "strict_upper")


def ratio(
    ds: Dataset,
    numerator: str,
    denominator: str,
    *,
    per: float = 1,
    allow: str = "C",
    areas: str | Iterable[str] | None = None,
    inferred_areas: bool = False,
    wording: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Divide one indicator by another, a row per area and window; areas without both are rows too.

    Numerators meet the denominator of the same source and scope where there is one. `value` is
    given only where both parts are printed exactly; `lower` and `upper` hold the wording,
    `ci_lower` and `ci_upper` the chance (Poisson exact, or Wilson for a part of its whole).
    A pairing worse than `allow` keeps its grade and reasons and loses its numbers (`refused`);
    an area that did not report has `obs_status` "O". `wording` is that of `ds` unless
    given. Raises UnknownName, InvalidOption.

    >>> import antq_analysis as aq
    >>> row = ratio(aq.load(), "valuable_tips_through_models", "models", areas="Thanh Hóa").iloc[0]
    >>> f"{row.value:.4f} ({row.ci_lower:.4f}–{row.ci_upper:.4f}), grade {row.grade}"
    '3.1245 (2.9153–3.3448), grade C'
    >>> ratio(aq.load(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa").iloc[0].reasons[0]
    'type_count'
    """
    check_allow(allow)
    which: Which = {"areas": areas, "inferred_areas": inferred_areas}
    rows = ratio_rows(read(ds, wording), numerator, denominator, per=per, confidence=confidence, **which)
    return refuse(pd.DataFrame(rows, columns=COLUMNS), allow)


def ratio_rows(
    ds: Dataset,
    numerator: str,
    denominator: str,
    *,
    per: float = 1,
    confidence: float = 0.95,
    **which: Unpack[Which],
) -> list[dict[str, Any]]:
    """Return the rows of `ratio`, none of them refused yet."""
    chosen, known = chosen_figures(ds, indicators=[numerator, denominator], **which)
    options = {"per": per, "confidence": confidence, "wording": ds.wording}
    rows = []
    for area in chosen:
        above, below = (
            [f for f in known if (f["indicator"], f["ref_area"]) == (name, area)]
            for name in (numerator, denominator)
        )
        rows += [_row(n, d, options) for n, d in _pairs(above, below)] or [
            missing_row(area, numerator, denominator, chosen.silence(area))
        ]
    return rows


def _pairs(above: list[Figure], below: list[Figure]) -> list[tuple[Figure, Figure]]:
    return [(n, min(below, key=lambda d: _distance(n, d))) for n in above if below]


def _distance(numerator: Figure, denominator: Figure) -> tuple[bool, bool, bool, bool, bool, int]:
    same_window = numerator["period_start"] == denominator["period_start"]
    return (
        not is_part_of(numerator, denominator),
        not is_missing(denominator["period_start"]) and not same_window,
        numerator["source_id"] != denominator["source_id"],
        numerator["scope_org"] != denominator["scope_org"],
        not is_missing(denominator["part_of"]),
        abs((numerator["period_end"] - denominator["period_end"]).days),
    )


def _row(numerator: Figure, denominator: Figure, options: dict[str, Any]) -> dict[str, Any]:
    above, below = Bounded.of(numerator), Bounded.of(denominator)
    share = is_part_of(numerator, denominator)
    chance = (chance_of_share if share else chance_of_rate)(
        numerator, above, below, confidence=options["confidence"]
    )
    quotient = above.per(below)
    if share and quotient.lower <= 1:
        quotient = quotient._replace(upper=min(quotient.upper, 1.0))
    return quotient_row(
        numerator,
        quotient,
        chance,
        options
        | {
            "denominator": denominator["indicator"],
            "denominator_lower": below.lower,
            "denominator_upper": below.upper,
            "reasons": pairing_reasons(numerator, denominator),
            "obs_ids": (numerator["obs_id"], denominator["obs_id"]),
        },
    )


def quotient_row(
    figure: Figure, quotient: Bounded, chance: tuple[float, float, str], more: dict[str, Any]
) -> dict[str, Any]:
    """Lay out one result row: what was divided, the quotient, its chance and its reasons."""
    scaled = quotient.times(more["per"])
    return {
        **{key: figure[key] for key in ("ref_area", "period_start", "period_end", "period_years")},
        "obs_status": "A",
        "value": scaled.value,
        "lower": scaled.lower,
        "upper": scaled.upper,
        "ci_lower": chance[0] * more["per"],
        "ci_upper": chance[1] * more["per"],
        "method": chance[2],
        "numerator": figure["indicator"],
        "numerator_lower": figure["value_lower"],
        "numerator_upper": figure["value_upper"],
        "grade": grade_of(more["reasons"]),
        "refused": False,
        **more,
    }


def missing_row(area: str, numerator: str, denominator: str, silence: dict[str, Any]) -> dict[str, Any]:
    """Lay out the row of an area that did not report what the ratio needs."""
    return {
        "ref_area": area,
        "numerator": numerator,
        "denominator": denominator,
        **silence,
        "refused": False,
        "obs_ids": (),
    }


def refuse(frame: pd.DataFrame, allow: str) -> pd.DataFrame:
    """Return the frame with the numbers taken out of every row whose grade is worse than `allow`."""
    worse = frame["grade"].map(lambda grade: grade in GRADES and GRADES.index(grade) > GRADES.index(allow))
    numbers = {name: frame[name].astype("float64").mask(worse) for name in NUMBERS if name in frame}
    return frame.assign(**numbers, refused=worse)
