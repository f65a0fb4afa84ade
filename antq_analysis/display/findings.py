"""What each chart shows, in a few sentences, for whoever cannot see it.

They state the result, how sure it is and what is left out; more numbers than an ear can keep are left to
the chart's table. Nothing is ranked. With marked labels the numbers are tied to their figures.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, chain
from operator import itemgetter

from antq_analysis.display.labels import Labels, begin, years
from antq_analysis.display.results import result_text
from antq_analysis.display.rows import Row, grouped
from antq_analysis.display.table import plain
from antq_analysis.i18n import bounds_text, year_text

LONG = 260  # characters of single results: what is more is counted

# How a number is worded; whatever is neither comes with a word.
_WORDED = {"exact": "exact", "order_of_magnitude": "magnitude"}


def ratios(reported: list[Row], shown: list[Row], name: Labels) -> str:
    """Say each ratio with its grade, and how many were refused."""
    said = (_one(row, name.ratio(row["ratio"]), name) for row in shown)
    return _listed(said, name, left_out=len(reported) - len(shown))


def levels(reported: list[Row], shown: list[Row], name: Labels) -> str:
    """Say each figure that is drawn, and how many may not stand beside them."""
    said = (_one(row, name.indicator(row["indicator"]), name) for row in shown)
    return _listed(said, name, left_out=len(reported) - len(shown))


def contrasts(rows: list[Row], shown: list[Row], name: Labels) -> str:
    """Say each ratio between two areas, and how many pairs do not compare."""
    said = (_pair(row, name) for row in shown)
    return _listed(said, name, left_out=len(rows) - len(shown), refusal="shows.refused_pairs")


def windows(rows: list[Row], shown: list[Row], name: Labels) -> str:
    """Say the annual average of each window, what nested ones imply, and how many cannot be."""
    keys = {"reported": "shows.one", "implied": "shows.implied"}
    said = (_one(row, name.indicator(row["indicator"]), name, keys[row["kind"]]) for row in shown)
    return _listed(said, name, left_out=len(rows) - len(shown))


def series(rows: list[Row], name: Labels) -> str:
    """Say from what to what each series goes; of a broken one only into how many parts."""
    groups = grouped(rows, itemgetter("indicator", "ref_area"))
    return _listed((_course(group, name) for group in groups.values()), name)


def periods(rows: list[Row], shown: list[Row], name: Labels) -> str:
    """Say how many figures were printed for which years, how they are worded, and what was not reported."""
    kinds = [_WORDED.get(row["qualifier"], "worded") for row in shown]
    counts = {kind: kinds.count(kind) for kind in ("exact", "worded", "magnitude")}
    concepts = {row["concept"] for row in shown}
    about = {
        "areas": name.join(", ", dict.fromkeys(name.area(row["ref_area"]) for row in shown)),
        "subjects": len(concepts),
        "years": year_text(min(map(begin, shown)), max(row["period_end"] for row in shown)),
    }
    counted = {
        "shows.unstated": sum(row["period_basis"] != "stated" for row in shown),
        "shows.silent": len({row["concept"] for row in rows} - concepts),
    }
    return _joined(
        [
            name.say("shows.periods", count=len(shown), **about),
            name.say("shows.wording", **counts),
            *(name.say(key, count=count) for key, count in counted.items() if count),
        ],
        name,
    )


def coverage(rows: list[Row], name: Labels) -> str:
    """Say how many of the subjects each area reported, and how many two or more of them."""
    told: dict[str, set[str]] = {row["ref_area"]: set() for row in rows}
    for row in rows:
        if row["reported"]:
            told[row["ref_area"]].add(row["concept"])
    each = (f"{name.area(area)} {len(concepts)}" for area, concepts in told.items())
    shared = sum(count > 1 for count in Counter(chain(*told.values())).values())
    subjects = len({row["concept"] for row in rows})
    heading = name.say("shows.coverage", count=subjects, areas="; ".join(each))
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


def _course(rows: list[Row], name: Labels) -> str:
    first, last = (end(rows, key=itemgetter("year")) for end in (min, max))
    where = {"what": name.indicator(first["indicator"]), "area": name.area(first["ref_area"])}
    where |= {"first": first["year"], "last": last["year"]}
    if (parts := len({row["segment"] for row in rows})) > 1:
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
