"""What to ask the office that reported: every open point of the data as one polite question.

A figure that cannot be compared today may be comparable tomorrow, if somebody asks.
"""

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.quality import contradictions
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.labels import Labels
from antq_analysis.display.readings import Reading
from antq_analysis.display.rows import Row

_CONTRADICTIONS = {
    "same_window_differs": "ask.window",
    "nested_concept_falls": "ask.concept",
    "nested_total_falls": "ask.total",
    "part_above_whole": "ask.parts",
    "parts_do_not_sum": "ask.parts",
    "fraction_percent": "ask.percent",
    "after_source": "ask.date",
}


def questions(ds: Dataset, area: str, *, lang: str = "vi") -> Reading:
    """List what the reporting office of an area should be asked, most serious first.

    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> len(questions(aq.load(), "Thanh Hóa").sentences) > 3
    True
    """
    name = Labels(ds, lang, marked=True)
    found = ds.select(areas=area, inferred_areas=True)
    clashes = records(contradictions(found))
    asked = [_contradiction(row, name) for row in clashes if row["kind"] != "siblings_disagree"]
    asked += _siblings([row for row in clashes if row["kind"] == "siblings_disagree"], name)
    press = [row for row in records(found.observations) if row["mandate"] != "statistics"]
    asked += [_about(key, rows, name) for key, rows in _open_points(press) if rows]
    return Reading(dict.fromkeys(asked))


def _open_points(press: list[Row]) -> list[tuple[str, list[Row]]]:
    inferred = [row for row in press if row["area_basis"] == "inferred"]
    worded = [row for row in press if row["qualifier"] not in ("exact", "order_of_magnitude")]
    return [
        ("ask.area", inferred[:1]),
        ("ask.period", [row for row in press if row["period_basis"] == "inferred"]),
        ("ask.magnitude", [row for row in press if row["qualifier"] == "order_of_magnitude"]),
        ("ask.exact", worded),
        ("ask.level", [row for row in press if row["scope_level"] == "unstated"]),
    ]


def _about(key: str, rows: list[Row], name: Labels) -> str:
    quoted = name.parts([row["obs_id"] for row in rows])
    return name.say(key, figures=quoted, area=name.area(rows[0]["ref_area"]))


def _siblings(rows: list[Row], name: Labels) -> list[str]:
    """Ask once for all indicators of two windows that drift apart, however many pairs they make."""
    if not rows:
        return []
    keys = dict.fromkeys(key for row in rows for key in row["indicators"])
    indicators = "; ".join(f"“{name.indicator(key)}”" for key in keys)
    obs_ids = list(dict.fromkeys(obs_id for row in rows for obs_id in row["obs_ids"]))
    return [name.say("ask.siblings", indicators=indicators, figures=name.parts(obs_ids))]


def _contradiction(row: Row, name: Labels) -> str:
    indicators = "; ".join(f"“{name.indicator(key)}”" for key in row["indicators"])
    return name.say(_CONTRADICTIONS[row["kind"]], indicators=indicators, figures=name.parts(row["obs_ids"]))
