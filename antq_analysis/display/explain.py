"""One result, one sentence: what was found, how sure it is, and why it may not be compared.

Every number that stands in a briefing's text comes from here, so text, table and chart cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.reasons import NotComparable, reasons_text
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.dataset.load import load
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.tables import chance_text, result_text
from antq_analysis.wording import bounds_text, number_text, percent_text, year_text


class Reading:
    """Sentences of plain text, and what limits them all; they show themselves in Jupyter and in a page."""

    def __init__(self, sentences: Iterable[str], limits: str = "") -> None:
        self.sentences, self.limits = [text for text in sentences if text], limits

    def __str__(self) -> str:
        return "\n".join([*self.sentences, *([self.limits] if self.limits else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(text)}</li>" for text in self.sentences)
        limits = f'<p class="limits">{escape(self.limits)}</p>' if self.limits else ""
        return f'<div class="reading"><ul>{items}</ul>{limits}</div>'


def explain(row: Any, *, lang: str = "vi", ds: Dataset | None = None) -> str:
    """Say one result row in one language, as a briefing prints it.

    `row` is a row of `compare`, `contrasts`, `ratio`, `rate`, `ratios`, `windows` or `trend`, or a
    `NotComparable`. `ds` names its codes, the bundled data by default. Raises TypeError for other rows.

    >>> import antq_analysis as aq
    >>> row = aq.ratio(aq.load(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa").iloc[0]
    >>> print(explain(row, lang="en"))
    Thanh Hóa, 2014–2019: Valuable tips from all bodies per Types of self-management model is not computed. \
One of them counts types of model, not models. ...
    """
    name = Labels(load() if ds is None else ds, lang)
    if isinstance(row, NotComparable):
        return replace(row, subject=tuple(map(name.known, row.subject))).text(lang)
    return " ".join(part for part in (_sentence(row, name), _why(row, name)) if part)


def readings(
    results: pd.DataFrame | Iterable[pd.DataFrame | NotComparable], ds: Dataset, *, lang: str = "vi"
) -> Reading:
    """Say the rows of one result or of several, each once, and then what limits them.

    Refusals come last, those with the same reasons together.
    """
    several = [results] if isinstance(results, pd.DataFrame) else list(results)
    name = Labels(ds, lang)
    rows = [row for found in several if isinstance(found, pd.DataFrame) for row in records(found)]
    refusals = [found for found in several if isinstance(found, NotComparable)]
    reported = [row for row in rows if row.get("obs_status") != "O"]
    reasons = reasons_text((code for row in reported for code in row["reasons"]), lang)
    sentences = dict.fromkeys(_sentence(row, name) for row in rows)
    limits = name.say("reading.limits", reasons=reasons) if reasons else ""
    return Reading([*sentences, *_refusals(refusals, name)], limits)


def _refusals(refusals: list[NotComparable], name: Labels) -> list[str]:
    together: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for refusal in refusals:
        what, *where = map(name.known, refusal.subject)
        together.setdefault(refusal.reasons, {}).setdefault(what, []).extend(where)
    lists = {
        reasons: "; ".join(f"{what} ({', '.join(where)})" for what, where in subjects.items())
        for reasons, subjects in together.items()
    }
    return [
        name.say("refused.sentence", subject=subjects, reasons=reasons_text(reasons, name.lang))
        for reasons, subjects in lists.items()
    ]


def _sentence(row: Any, name: Labels) -> str:
    found = {str(key): value for key, value in dict(row).items()}
    for column, say in _KINDS.items():
        if column in found:
            return say(found, name)
    raise TypeError("Not a result row. Give a row of compare, contrasts, ratio, rate, windows or trend.")


def _why(row: Any, name: Labels) -> str:
    return reasons_text(row["reasons"], name.lang) if row.get("obs_status") != "O" else ""


def _ratio(row: dict[str, Any], name: Labels) -> str:
    values = {"area": name.area(row["ref_area"]), "what": _quotient(row, name)}
    if row["obs_status"] == "O":
        return name.say("explain.missing", **values)
    values["years"] = years(row)
    if row["refused"]:
        return name.say("explain.refused", **values)
    return name.say("explain.ratio", result=_sure(row, name), grade=_grade(row, name), **values)


def _quotient(row: dict[str, Any], name: Labels) -> str:
    if isinstance(row.get("ratio"), str):
        return name.ratio(row["ratio"])
    parts = name.indicator(row["numerator"]), name.indicator(row["denominator"])
    if row.get("per", 1) != 1 and not pd.isna(row["per"]):
        return name.say("explain.per_many", above=parts[0], per=number_text(row["per"], name.lang))
    return name.say("explain.per", above=parts[0], below=parts[1])


def _level(row: dict[str, Any], name: Labels) -> str:
    area = name.area(row["ref_area"])
    if row["obs_status"] == "O":
        return name.say("explain.missing", area=area, what=name.concept(row["concept"]))
    values = {
        "area": area,
        "what": name.indicator(row["indicator"]),
        "printed": row["figure_printed"],
        "window": name.window(row),
    }
    if row["measure_type"] != "flow":
        return name.say("explain.level", **values)
    return name.say("explain.flow", result=_sure(row | {"refused": False}, name), **values)


def _contrast(row: dict[str, Any], name: Labels) -> str:
    first, second = (name.indicator(row[f"indicator_{side}"]) for side in "ab")
    values = {
        "a": name.area(row["ref_area_a"]),
        "b": name.area(row["ref_area_b"]),
        "what": first if first == second else f"{first} / {second}",
    }
    if row["refused"]:
        return name.say("explain.contrast_refused", **values)
    return name.say("explain.contrast", result=_sure(row, name), grade=_grade(row, name), **values)


def _window(row: dict[str, Any], name: Labels) -> str:
    values = {
        "what": name.indicator(row["indicator"]),
        "years": year_text(row["period_start"], row["period_end"]),
    }
    if not row["possible"]:
        return name.say("explain.impossible", **values)
    if row["kind"] == "reported":
        return name.say("explain.window", result=result_text(row | {"refused": False}, name.lang), **values)
    times = bounds_text(row["multiplier_lower"], row["multiplier_upper"], name.lang)
    count = bounds_text(row["count_lower"], row["count_upper"], name.lang)
    result = result_text(row | {"refused": False}, name.lang)
    return name.say("explain.implied", result=result, count=count, times=times, **values)


def _trend(row: dict[str, Any], name: Labels) -> str:
    growth, low, high = (percent_text(row[key] - 1, name.lang) for key in ("value", "ci_lower", "ci_upper"))
    return name.say(
        "explain.trend",
        area=name.area(row["ref_area"]),
        what=name.indicator(row["indicator"]),
        years=f"{int(row['first_year'])}–{int(row['last_year'])}",
        growth=growth,
        chance=f"{low} – {high}",
        points=int(row["points"]),
    )


# The first column that a row has tells which function made it.
_KINDS = {
    "slope": _trend,
    "multiplier": _window,
    "ref_area_a": _contrast,
    "numerator": _ratio,
    "figure_printed": _level,
}


def _sure(row: dict[str, Any], name: Labels) -> str:
    chance = chance_text(row, name.lang)
    result = result_text(row, name.lang)
    if chance == name.say("status.none"):
        return result
    return name.say(
        "explain.sure",
        result=result,
        chance=chance,
        level=percent_text(row["confidence"], name.lang, decimals=0),
    )


def _grade(row: dict[str, Any], name: Labels) -> str:
    return f"{row['grade']} ({name.say('grade.' + row['grade'])})"


def cautions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Reading:
    """Say what a reader of these results must not conclude, whatever their numbers are."""
    name = Labels(ds, lang)
    several = "; ".join(f"“{name.ratio(key)}”" for key in _formed_twice(rows))
    found = [name.say("caution.definitions", ratios=several)] if several else []
    if "ci_lower" in rows and rows["ci_lower"].notna().any():
        found.append(name.say("caution.chance"))
    return Reading(found)


def _formed_twice(rows: pd.DataFrame) -> list[str]:
    if "ratio" not in rows:
        return []
    pairs = rows.loc[rows["obs_status"] != "O", ["ratio", "numerator", "denominator"]].drop_duplicates()
    return [str(key) for key, count in pairs["ratio"].value_counts(sort=False).items() if count > 1]
