"""One result, one sentence: what was found, how sure it is, and why it may not be compared.

Every number that stands in a briefing's text comes from here, so text, table and chart cannot disagree.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import SILENT, records
from antq_analysis.analysis.grading import NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset, load
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.results import chance_text, result_text, silence
from antq_analysis.i18n import bounds_text, number_text, percent_text, year_text


def explain(row: Any, *, lang: str = "vi", ds: Dataset | None = None) -> str:
    """Say one result row in one language, as a briefing prints it.

    `row` is a row of `compare`, `contrasts`, `ratio`, `rate`, `ratios`, `windows` or `trend`, a whole
    result, of which every row is said, or a `NotComparable`. `ds` names its codes, the bundled data by
    default. Raises TypeError for other rows.

    >>> import antq_analysis as aq
    >>> row = aq.ratio(aq.load(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa").iloc[0]
    >>> print(explain(row, lang="en"))
    Thanh Hóa, 2014–2019: Valuable tips from all bodies per Types of self-management model is not computed. \
One of them counts types of model, not models. ...
    """
    name = Labels(load() if ds is None else ds, lang)
    if isinstance(row, NotComparable):
        return replace(row, subject=tuple(map(name.known, row.subject))).text(lang)
    if isinstance(row, pd.DataFrame):
        return " ".join(explain(one, lang=lang, ds=ds) for one in records(row))
    return " ".join(part for part in (graded(row, name), _why(row, name)) if part)


def graded(row: Any, name: Labels) -> str:
    """Say a result row with its grade, without the reasons that stand against it."""
    said = sentence(row, name)
    if row.get("obs_status") in SILENT or row.get("refused", True):
        return said
    return name.say(
        "explain.graded", sentence=said, grade=row["grade"], meaning=name.say(f"grade.{row['grade']}")
    )


def sentence(row: Any, name: Labels) -> str:
    """Say a result row without its grade and the reasons that stand against it."""
    found = {str(key): value for key, value in dict(row).items()}
    for column, say in _KINDS.items():
        if column in found:
            return say(found, name)
    raise TypeError("Not a result row. Give a row of compare, contrasts, ratio, rate, windows or trend.")


def _why(row: Any, name: Labels) -> str:
    return reasons_text(row["reasons"], name.lang) if row.get("obs_status") not in SILENT else ""


def _ratio(row: dict[str, Any], name: Labels) -> str:
    values = {"area": name.area(row["ref_area"]), "what": _formed(row, name)}
    if row["obs_status"] in SILENT:
        return name.say("explain.silent", why=silence(row, name.lang), **values)
    values["years"] = years(row)
    if row["refused"]:
        return name.say("explain.refused", **values)
    return name.say("explain.ratio", result=_sure(row, name), **values)


def _formed(row: dict[str, Any], name: Labels) -> str:
    """Name a ratio, with its parts where others of its name are formed from other figures."""
    if "formed_otherwise" not in row["reasons"]:
        return subject(row, name)
    # Person-years come from several averages: there the count alone is quoted.
    parts = row["obs_ids"][:1] if len(row["obs_ids"]) > 2 else row["obs_ids"]
    return name.say("explain.formed", what=subject(row, name), parts=name.parts(parts))


def subject(row: dict[str, Any], name: Labels) -> str:
    """Name what a row of `compare` or of a ratio is about."""
    if "concept" in row:
        return name.concept(row["concept"])
    if isinstance(row.get("ratio"), str):
        return name.ratio(row["ratio"])
    parts = name.indicator(row["numerator"]), name.indicator(row["denominator"])
    if pd.isna(row["per"]) or row["per"] == 1:
        return name.say("explain.per", above=parts[0], below=parts[1])
    per = number_text(row["per"], name.lang)
    if name.is_population(row["denominator"]):
        return name.say("explain.per_many", above=parts[0], per=per)
    return name.say("explain.per", above=parts[0], below=f"{per} {parts[1]}")


def _level(row: dict[str, Any], name: Labels) -> str:
    area = name.area(row["ref_area"])
    if row["obs_status"] in SILENT:
        return name.say("explain.silent", area=area, what=subject(row, name), why=silence(row, name.lang))
    values = {
        "area": area,
        "what": name.indicator(row["indicator"]),
        "printed": name.parts(row["obs_ids"][:1]),
        "window": name.window(row),
    }
    if row["measure_type"] != "flow" or not row["yearly"]:
        return name.say("explain.level", **values)
    values["result"] = _sure(row | {"refused": False}, name)
    if pd.isna(row["per"]):
        return name.say("explain.flow", **values)
    return name.say("explain.flow_per", per=number_text(row["per"], name.lang), **values)


def _contrast(row: dict[str, Any], name: Labels) -> str:
    first, second = (name.indicator(row[f"indicator_{side}"]) for side in "ab")
    values = {
        "a": name.area(row["ref_area_a"]),
        "b": name.area(row["ref_area_b"]),
        "what": first if first == second else f"{first} / {second}",
    }
    if row["refused"]:
        return name.say("explain.contrast_refused", **values)
    return name.say("explain.contrast", result=_sure(row, name), **values)


def _window(row: dict[str, Any], name: Labels) -> str:
    values = {
        "area": name.area(row["ref_area"]),
        "what": name.indicator(row["indicator"]),
        "years": year_text(row["period_start"], row["period_end"]),
    }
    if not row["possible"]:
        return name.say("explain.impossible", **values)
    if row["kind"] == "reported":
        return name.say("explain.window", result=_result(row, name), **values)
    times = _bounded(row, "multiplier", name)
    calendar = _bounded(row, "multiplier_calendar", name)
    count = _bounded(row, "count", name)
    return name.say(
        "explain.implied", result=_result(row, name), count=count, times=times, calendar=calendar, **values
    )


def _trend(row: dict[str, Any], name: Labels) -> str:
    growth, low, high = (percent_text(row[key] - 1, name.lang) for key in ("value", "ci_lower", "ci_upper"))
    return name.say(
        "explain.trend",
        area=name.area(row["ref_area"]),
        what=name.indicator(row["indicator"]),
        years=f"{int(row['first_year'])}–{int(row['last_year'])}",
        growth=name.traced(growth, row["obs_ids"]),
        chance=name.tied(f"{low} – {high}", row["obs_ids"]),
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
    result = name.traced(result_text(row, name.lang), row["obs_ids"])
    if chance == name.say("status.none"):
        return result
    return name.say(
        "explain.sure",
        result=result,
        chance=name.tied(chance, row["obs_ids"]),
        level=percent_text(row["confidence"], name.lang, decimals=0),
    )


def _result(row: dict[str, Any], name: Labels) -> str:
    return name.traced(result_text(row | {"refused": False}, name.lang), row["obs_ids"])


def _bounded(row: dict[str, Any], what: str, name: Labels) -> str:
    return name.tied(bounds_text(row[f"{what}_lower"], row[f"{what}_upper"], name.lang), row["obs_ids"])
