"""What each chart shows, in a few sentences, for whoever cannot see it.

They state the result, how sure it is and what is left out; more numbers than an ear can keep are left to
the chart's table. Nothing is ranked. With marked labels the numbers are tied to their figures.
"""

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import records
from antq_analysis.display.labels import Labels, years
from antq_analysis.display.results import result_text
from antq_analysis.display.table import plain
from antq_analysis.wording import bounds_text, year_text

LONG = 260  # characters of single results: what is more is counted

Row = dict[str, Any]


def ratios(reported: pd.DataFrame, shown: pd.DataFrame, name: Labels) -> str:
    """Say each ratio with its grade, and how many were refused."""
    said = (_one(row, name.ratio(row["ratio"]), name) for row in records(shown))
    return _listed(said, name, left_out=len(reported) - len(shown))


def levels(reported: pd.DataFrame, shown: pd.DataFrame, name: Labels) -> str:
    """Say each figure that is drawn, and how many may not stand beside them."""
    said = (_one(row, name.indicator(row["indicator"]), name) for row in records(shown))
    return _listed(said, name, left_out=len(reported) - len(shown))


def contrasts(rows: pd.DataFrame, shown: pd.DataFrame, name: Labels) -> str:
    """Say each ratio between two areas, and how many pairs do not compare."""
    said = (_pair(row, name) for row in records(shown))
    return _listed(said, name, left_out=len(rows) - len(shown), refusal="shows.refused_pairs")


def windows(rows: pd.DataFrame, shown: pd.DataFrame, name: Labels) -> str:
    """Say the annual average of each window, what nested ones imply, and how many cannot be."""
    keys = {"reported": "shows.one", "implied": "shows.implied"}
    said = (_one(row, name.indicator(row["indicator"]), name, keys[row["kind"]]) for row in records(shown))
    return _listed(said, name, left_out=len(rows) - len(shown))


def series(rows: pd.DataFrame, name: Labels) -> str:
    """Say from what to what each series goes; of a broken one only into how many parts."""
    groups = rows.groupby(["indicator", "ref_area"], sort=False)
    return _listed((_course(group, name) for _, group in groups), name)


def periods(rows: pd.DataFrame, shown: pd.DataFrame, name: Labels) -> str:
    """Say how many figures were printed for which years, how they are worded, and what was not reported."""
    kinds = shown["qualifier"].map({"exact": "exact", "order_of_magnitude": "magnitude"}).fillna("worded")
    counts = {kind: int((kinds == kind).sum()) for kind in ("exact", "worded", "magnitude")}
    start = shown["period_start"].fillna(shown["period_end"]).min()
    about = {
        "areas": name.join(", ", dict.fromkeys(map(name.area, shown["ref_area"]))),
        "subjects": shown["concept"].nunique(),
        "years": year_text(start, shown["period_end"].max()),
    }
    counted = {
        "shows.unstated": int((shown["period_basis"] != "stated").sum()),
        "shows.silent": len(set(rows["concept"]) - set(shown["concept"])),
    }
    return _joined(
        [
            name.say("shows.periods", count=len(shown), **about),
            name.say("shows.wording", **counts),
            *(name.say(key, count=count) for key, count in counted.items() if count),
        ],
        name,
    )


def coverage(rows: pd.DataFrame, name: Labels) -> str:
    """Say how many of the subjects each area reported, and how many two or more of them."""
    told = rows[rows["reported"]].groupby("ref_area")["concept"].nunique()
    each = (f"{name.area(area)} {told.get(area, 0)}" for area in dict.fromkeys(rows["ref_area"]))
    shared = int((rows[rows["reported"]].groupby("concept")["ref_area"].nunique() > 1).sum())
    heading = name.say("shows.coverage", count=rows["concept"].nunique(), areas="; ".join(each))
    return _joined([heading, name.say("shows.shared", count=shared)], name)


def _one(row: Row, what: str, name: Labels, key: str = "shows.one") -> str:
    about = {"what": what, "area": name.area(row["ref_area"]), "years": years(row)}
    return name.say(key, **about, **_sure(row, name))


def _pair(row: Row, name: Labels) -> str:
    sides = {side: name.area(row[f"ref_area_{side}"]) for side in "ab"}
    return name.say("shows.pair", what=name.indicator(row["indicator_a"]), **sides, **_sure(row, name))


def _sure(row: Row, name: Labels) -> dict[str, str]:
    """Return the result and its grade, as they stand in a sentence."""
    result = result_text({"refused": False, **row}, name.lang)
    grade = name.say("shows.grade", grade=row["grade"]) if isinstance(row["grade"], str) else ""
    return {"result": name.tied(result, row["obs_ids"]), "grade": grade}


def _course(rows: pd.DataFrame, name: Labels) -> str:
    first, *_, last = records(pd.concat([rows.nsmallest(1, "year"), rows.nlargest(1, "year")]))
    where = {"what": name.indicator(first["indicator"]), "area": name.area(first["ref_area"])}
    where |= {"first": first["year"], "last": last["year"]}
    if (parts := rows["segment"].nunique()) > 1:
        return name.say("shows.broken", count=parts, **where)
    key = "shows.point" if len(rows) == 1 else "shows.series"
    return name.say(key, start=_value(first, name), end=_value(last, name), **where)


def _value(row: Row, name: Labels) -> str:
    return name.tied(bounds_text(row["lower"], row["upper"], name.lang), [row["obs_id"]])


def _listed(said: Iterable[str], name: Labels, *, left_out: int = 0, refusal: str = "shows.refused") -> str:
    """Say as many results as an ear keeps, how many more there are, and how many were left out."""
    known = list(said)
    lengths = accumulate(len(plain(text)) for text in known)
    kept = max(1, sum(length <= LONG for length in lengths))
    more = len(known) - kept
    return _joined(
        [
            *known[:kept],
            name.say("shows.more", count=more) if more else "",
            name.say(refusal, count=left_out) if left_out else "",
        ],
        name,
    )


def _joined(parts: Iterable[str], name: Labels) -> str:
    return name.join(" ", filter(None, parts))
