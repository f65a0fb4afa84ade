"""The sentences of a page, made from results: the answer, what to keep in mind, and what to ask.

>>> import antq_analysis as aq
>>> aq.answers.keep(aq.compare(aq.load(), "models", areas="Thanh Hóa"), aq.load())
Bài năm 2024 không ghi tên tỉnh; đăng trên Báo Thanh Hóa nên tính cho Thanh Hóa.
"""

import math
from itertools import combinations
from operator import itemgetter
from typing import Any

import pandas as pd

from antq_analysis.analysis.compare import reasons_among
from antq_analysis.analysis.frames import figure_rows, grouped, is_missing, lengths, records
from antq_analysis.analysis.grading import REASONS, NotComparable, grade_of, reasons_text
from antq_analysis.analysis.intervals import Bounded
from antq_analysis.data.dataset import Dataset, load
from antq_analysis.display.cards import main, nearest
from antq_analysis.display.cautions import APART, bearing_on, keep, questions
from antq_analysis.display.labels import Labels, Row, areas_of, ends_of, is_silent, plain, reported, years
from antq_analysis.display.shown import Text
from antq_analysis.i18n import bounds_text, number_text, percent_text

__all__ = [
    "compare", "explain", "growth", "keep", "profile", "quality", "questions", "ratios", "subjects", "trends",
]  # fmt: skip

__dir__ = __all__.copy  # a notebook completes these alone

# Reasons that a sentence on what rows differ in says already.
DIFFERENCES = {"definition_differs", "unit_differs", "measure_differs", "type_count"}
AREAS = 5  # with figures of two windows, of which a page says what they imply
MISSING = 2  # ratios that could not be formed, of which a page names so many


# ---- the answers of the five pages -------------------------------------------------------------------------


def profile(
    figures: pd.DataFrame,
    ratios: pd.DataFrame,
    ds: Dataset,
    *,
    nested: pd.DataFrame,
    clashes: pd.DataFrame,
    lang: str | None = None,
) -> Text:
    """Say of one area what does not fit, what is solid, and what was not published.

    Takes the results of `compare`, `ratios`, `nested` and `contradictions` for the area.
    """
    name = Labels(ds, lang)
    told = reported(name.rows(figures))
    misfit = _misfit(name.rows(nested), clashes, name)
    solid = _solid(reported(name.rows(ratios)), name)
    stated = [] if misfit or len(solid) > 1 else _stated(main(told, ds), name)
    against = [] if misfit else _contradicted(clashes, told, name)
    said = [*_inferred(told, name), *misfit, *against, *stated, *solid]
    if not misfit:
        said += _unpublished(name.rows(ratios), name)
    return Text(said or [name.say("answer.nothing")])


def compare(rows: pd.DataFrame, pairs: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> Text:
    """Say how the areas stand side by side in the first subject that several published, and how far it goes.

    Takes the results of `compare` and `contrasts`: a pair that compares (grade A or B) is said as well.
    """
    name = Labels(ds, lang)
    by_concept = grouped(reported(name.rows(rows)), "concept")
    several = {key: found for key, found in by_concept.items() if len(areas_of(found)) > 1}
    first = next(iter(several), None)
    if not by_concept:
        return Text([name.say("answer.nothing")])
    if first is None:
        areas = areas_of(row for found in by_concept.values() for row in found)
        # Others may be in the data and were not asked for.
        every = {row["ref_area"] for row in figure_rows(ds.whole) if row["concept"] in by_concept}
        alone = name.say("answer.one_area", areas=name.listing(map(name.area, areas)))
        stated = _stated(main(reported(name.rows(rows)), ds), name)
        return Text([*stated, alone] if every <= {*areas} else stated)
    said = [*_side_by_side(several[first], name, ds), _how_far(several[first], name, ds)]
    quoted = {row["obs_ids"][0] for found in several.values() for row in nearest(found, ds)}
    good = [row for row in records(pairs) if row["grade"] in "AB" and len(quoted & {*row["obs_ids"]}) > 1]
    best = min(good, key=itemgetter("grade"), default=None)
    if best is not None:
        said.append(_pair(best, name))
    return Text(said)


def subjects(
    rows: pd.DataFrame, ds: Dataset, *, besides: Text | None = None, lang: str | None = None
) -> dict[str, str]:
    """Return for each concept in rows of `compare` the sentence of what may be said of the areas together.

    What stands already for a subject above, or in the text `besides`, is not said again.
    """
    name = Labels(ds, lang)
    said = set(besides.sentences if besides else ())
    found: dict[str, str] = {}
    for concept, about in grouped(reported(name.rows(rows)), "concept").items():
        text = _how_far(about, name, ds)
        found[concept] = "" if plain(text) in said else text
        said.add(plain(text))
    return found


def trends(
    rows: pd.DataFrame, ds: Dataset, *, nested: pd.DataFrame, clashes: pd.DataFrame, lang: str | None = None
) -> Text:
    """Say what the figures of the movement tell about change: takes those of `compare` and of two windows.

    `nested` and `clashes` are the results of `nested` and `contradictions`.
    """
    name = Labels(ds, lang)
    told = reported(name.rows(rows))
    with_two = {row["ref_area"] for row in records(nested)}
    alike = [row for row in name.rows(nested) if row["same_definition"] and not pd.isna(row["rest_lower"])]
    clashing, said = {obs_id for clash in records(clashes) for obs_id in clash["obs_ids"]}, []
    for found in [*grouped(alike, "ref_area").values()][:AREAS]:
        said.append(_implied(found[0], told, name))
        if clashing & set(found[0]["obs_ids"]):
            said += (_rest_per(found, name, ds) or [name.say("answer.out_of_step")])[:1]
    said += _contradicted(clashes, told, name)
    single = [area for area in areas_of(told) if area not in with_two]
    if single:
        said.append(name.say("answer.one_window", areas=name.listing(map(name.area, single))))
    return Text(said or [name.say("answer.nothing")])


def growth(courses: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> Text:
    """Say how the population of areas grew on average; takes the results of `describe_series`."""
    name = Labels(ds, lang)
    if courses.empty:
        return Text([name.say("answer.no_series")], "note")
    people = set(ds.indicators().query("concept == 'population'")["indicator"])
    grown = [row for row in records(courses) if row["indicator_id"] in people and not pd.isna(row["growth"])]
    key = "answer.population" if all(row["growth"] > 0 for row in grown) else "answer.population_changes"
    said = name.join("; ", (_course(row, name) for row in grown))
    return Text([name.say(key, courses=said)] if grown else [], "note")


def ratios(rows: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> Text:
    """Say the first ratio that can be formed, who published no parts for it, and the others in short."""
    name = Labels(ds, lang)
    given = name.rows(rows)
    formed = [row for row in reported(given) if not row["refused"]]
    if not formed:
        refused = [_refused(row, name) for row in reported(given)[:MISSING]]
        return Text(refused or [name.say("answer.no_ratio")])
    first = formed[0]
    area = name.area(first["ref_area"])
    said = [name.say("answer.ratio_of", area=area, ratio=_ratio_text(first, name))]
    said.append(name.join(" ", filter(None, [_how_long(first, name), _of_all(first, name, ds)])))
    said += _unpublished([row for row in given if row["ratio"] == first["ratio"]], name)
    return Text(said)


def quality(found: pd.DataFrame, gaps: pd.DataFrame, ds: Dataset, *, lang: str | None = None) -> Text:
    """Say what does not fit, how many figures are exact, and how much was not published.

    Takes the results of `contradictions` and `coverage`.
    """
    name = Labels(ds, lang)
    clashes, cells = name.rows(found), gaps.groupby(["concept", "ref_area"])["reported"].any()
    used = [dict(ds.figure(obs_id)) for obs_id in dict.fromkeys(gaps["obs_ids"].explode().dropna())]
    if not used:
        return Text([name.say("answer.nothing")])
    worded = sum(figure["qualifier"] != "exact" for figure in used)
    texts = {(figure["ref_area"], figure["source_id"]) for figure in used}
    several = len(texts) > len(areas_of(used))
    said = [name.say("answer.all_fit" if several else "answer.one_report")]
    if clashes:
        areas = name.listing(map(name.area, areas_of(clashes)))
        # The figures that are furthest apart: a total that is many times below its part.
        first = max(clashes, key=_apart)["obs_ids"][:2]
        told = {"one": name.told_when(first[0]), "other": name.told_when(first[-1])}
        said = [name.say("answer.clashes", count=len(clashes), areas=areas, **told)]
    said.append(name.say("answer.worded", worded=worded, count=len(used)))
    said.append(name.say("answer.gaps", gaps=int((~cells).sum()), count=len(cells)))
    return Text(said)


def _apart(clash: Row) -> float:
    return clash["left_lower"] / clash["right_upper"] if clash["right_upper"] else math.inf


# ---- their sentences ---------------------------------------------------------------------------------------


def _inferred(rows: list[Row], name: Labels) -> list[str]:
    """Say that the texts name no area, where all figures of an area are only understood to be its own."""
    if not rows or any(row["area_basis"] != "inferred" for row in rows):
        return []
    return [name.say("keep.area_inferred", areas=name.area(rows[0]["ref_area"]))]


def _misfit(nested: list[Row], clashes: pd.DataFrame, name: Labels) -> list[str]:
    """Say that two reports do not fit: a total that rises far beside one that falls or hardly moves."""
    involved = set(clashes["obs_ids"].explode())
    odd = [row for row in nested if involved.issuperset(row["obs_ids"][:2])]
    rising = [row for row in odd if row["share_upper"] < row["expected"]]
    # A total that fell says more than one that rose less; of tips those that were called valuable.
    others = sorted((row for row in odd if row not in rising[:1]), key=itemgetter("share_lower"))
    if not rising or not others:
        return []
    first, last = rising[0], others[-1]
    told = []
    for row in (first, last):
        inner, outer = row["obs_ids"][:2]
        # Of one definition the number alone is enough the second time.
        other = name.linked if len(set(row["indicators"])) == 1 else name.told
        values = {"inner": name.told(inner), "outer": other(outer)}
        spans = {f"{end}_years": row[f"{end}_period"] for end in ("inner", "outer")}
        told.append(name.say("answer.against", **values, **spans))
    area = name.area(first["ref_area"])
    return [name.say("answer.misfit", area=area, one=told[0], other=told[1]), name.say("answer.misfit_means")]


def _contradicted(clashes: pd.DataFrame, rows: list[Row], name: Labels) -> list[str]:
    """Say what cannot be true together among the figures of some rows."""
    bearing = [row for row in bearing_on(clashes, rows) if row["kind"] not in APART]
    return [
        name.say(
            "answer.contradicts",
            area=name.area(row["ref_area"]),
            what=name.counts(row["indicators"][0]),
            finding=name.lowered(name.finding(row)),
        )
        for row in bearing[:MISSING]
    ]


def _solid(rows: list[Row], name: Labels) -> list[str]:
    """Say up to two ratios whose parts stand in one report, best graded first."""
    good = [row for row in rows if not row["refused"] and not _is_rate(row)]
    exact = sorted((row for row in good if row["lower"] == row["upper"]), key=itemgetter("grade"))
    chosen = [found[0] for found in grouped(exact, "ratio").values()][:2]
    told = name.join("; ", (_ratio_text(row, name) for row in chosen))
    return [name.say("answer.solid", ratios=told)] if chosen else []


def _is_rate(row: Row) -> bool:
    return bool(str(row["denominator"]).startswith("population"))


def _ratio_text(row: Row, name: Labels) -> str:
    """Say a ratio with the numbers it is made of."""
    ids = row["obs_ids"][:1] if _is_rate(row) else row["obs_ids"]
    parts = name.join(" : ", map(name.linked, ids[:2]))
    result = name.tied(name.result(row), row["obs_ids"])
    what = name.lowered(name.ratio(row["ratio"]))
    span = years(row) if row["grade"] < "C" else f"{years(row)}; {name.say('grade.C')}"
    return name.say("answer.ratio", what=what, result=result, parts=parts, years=span)


def _refused(row: Row, name: Labels) -> str:
    """Say why a ratio of published figures is not formed."""
    reasons = reasons_text((code for code in row["reasons"] if REASONS[code] == row["grade"]), name.lang)
    subject = f"{name.ratio(row['ratio'])}, {name.area(row['ref_area'])}"
    return name.say("refused.sentence", subject=subject, reasons=reasons)


def _of_all(row: Row, name: Labels, ds: Dataset) -> str:
    """Say what a ratio would be, were its denominator the total that the counted things are a part of."""
    whole = ds.figure(row["obs_ids"][1])["part_of"] if len(row["obs_ids"]) == 2 else ""
    if is_missing(whole):
        return ""
    of_all = Bounded.of(ds.figure(row["obs_ids"][0])).per(Bounded.of(ds.figure(whole)))
    result = bounds_text(of_all.lower * row["per"], of_all.upper * row["per"], name.lang)
    tied = name.tied(result, [row["obs_ids"][0], whole])
    return name.say("answer.of_all", whole=name.told(whole), result=tied)


def _how_long(row: Row, name: Labels) -> str:
    """Say for few events per thing after how many years one comes, on average."""
    ends = ends_of(row)
    if not ends or not name.is_event_per_stock(row) or ends[0] <= 0 or row["per"] != 1:
        return ""
    shortest, longest = lengths(row)
    if ends[1] / shortest >= 1:
        return ""
    span = bounds_text(shortest / ends[1], longest / ends[0], name.lang, decimals=1)
    what, below = name.counts(row["numerator"]), name.unit(row["denominator"])
    return name.say("answer.one_in_years", span=name.tied(span, row["obs_ids"]), what=what, below=below)


def _stated(rows: list[Row], name: Labels) -> list[str]:
    """Quote the first figures of an area, each with its years."""
    quoted = [name.told_when(row["obs_ids"][0]) for row in rows[:3]]
    return [name.say("answer.stated", figures=name.listing(quoted))] if quoted else []


def _unpublished(rows: list[Row], name: Labels) -> list[str]:
    """Say which ratios could not be formed for want of published parts, and for which areas."""
    missing = grouped(filter(is_silent, rows), lambda row: name.lowered(name.ratio(row["ratio"])))
    if not missing:
        return []
    areas = dict.fromkeys(name.area(row["ref_area"]) for row in filter(is_silent, rows))
    what = name.listing(list(missing)[:MISSING])
    return [name.say("answer.unpublished", areas=name.listing(areas), what=what)]


def _side_by_side(rows: list[Row], name: Labels, ds: Dataset) -> list[str]:
    """Put the main rate of each area in a row; where a figure has no rate it is quoted instead."""
    chosen = nearest(rows, ds)
    parts: dict[bool, list[str]] = {True: [], False: []}
    for row in chosen:
        is_rated = row["qualifier"] != "order_of_magnitude" and ends_of(row) is not None
        parts[is_rated].append(_rate(row, name, is_rated=is_rated))
    rates, quoted = (name.join("; ", parts[is_rated]) for is_rated in (True, False))
    said = [name.say("answer.side_by_side", head=_scaled(chosen[0], name), parts=rates)] if rates else []
    return said + ([name.say("answer.stated", figures=quoted)] if quoted else [])


def _scaled(row: Row, name: Labels) -> str:
    """Say what the numbers of a row of `compare` are scaled to: per year, per so many inhabitants."""
    key = "answer.yearly" if row["measure_type"] == "flow" and row["yearly"] else "answer.at_once"
    if is_missing(row["per"]):
        return name.say(key)
    return name.say(f"{key}_per", per=number_text(row["per"], name.lang))


def _rate(row: Row, name: Labels, *, is_rated: bool) -> str:
    result = name.tied(name.range(row), row["obs_ids"]) if is_rated else name.linked(row["obs_ids"][0])
    what, area = name.counts(row["indicator_id"]), name.area(row["ref_area"])
    return name.say("answer.rate", area=area, result=result, what=what, years=years(row))


def _how_far(rows: list[Row], name: Labels, ds: Dataset) -> str:
    """Say how far the quoted rows of one subject may be compared, and what limits it."""
    chosen = nearest(rows, ds)
    if len(chosen) < 2:
        return name.say("far.one", area=name.area(chosen[0]["ref_area"]))
    against = reasons_among(chosen, ds)
    grade, alike = _alike(against)
    limits = {code for pair in combinations(alike, 2) for code in against[pair] if REASONS[code] == grade}
    found = [chosen[place] for place in alike]
    if "definition_differs" in limits and (differences := _differences(found, name)):
        said = name.say("far.D", differences=name.listing(differences))
        return name.join(" ", filter(None, [said, reasons_text(limits - DIFFERENCES, name.lang)]))
    reasons = reasons_text(limits, name.lang)
    if grade == "D":
        return reasons
    areas, what = name.listing(map(name.area, areas_of(found))), name.counts(found[0]["indicator_id"])
    return name.say(f"far.{grade}", areas=areas, what=what, reasons=reasons)


def _alike(against: dict[tuple[int, int], tuple[str, ...]]) -> tuple[str, list[int]]:
    """Return the best grade of any two rows, and the places of those that all compare by it."""
    grades = {pair: grade_of(reasons) for pair, reasons in against.items()}
    best = min(grades, key=lambda pair: (grades[pair], len(against[pair])))
    alike = [*best]
    for place in sorted({*sum(grades, ())} - {*best}):
        if all(grades[min(place, one), max(place, one)] <= grades[best] for one in alike):
            alike.append(place)
    return grades[best], sorted(alike)


def _differences(rows: list[Row], name: Labels) -> list[str]:
    """Name what rows of one subject differ in, so that they are no ranking."""
    columns = ("indicator_id", "scope_org", "scope_level", "unit_measure", "period_years")
    return [name.say(f"differs.{each}") for each in columns if len({str(row[each]) for row in rows}) > 1]


def _pair(pair: Row, name: Labels) -> str:
    """Say how many times as large one figure is as another that is counted alike, over which windows."""
    spans = [years({end: pair[f"{end}_{side}"] for end in ("period_start", "period_end")}) for side in "ab"]
    told = [name.area(pair[f"ref_area_{side}"]) for side in "ab"]
    if len(set(spans)) > 1:
        told = [f"{area} ({span})" for area, span in zip(told, spans, strict=True)]
    what, ratio = name.lowered(name.indicator(pair["indicator_id_a"])), name.range(pair)
    tied = name.tied(ratio, pair["obs_ids"])
    return name.say("answer.pair", one=told[0], other=told[1], what=what, ratio=tied)


def _implied(row: Row, rows: list[Row], name: Labels) -> str:
    """Say the annual averages of two nested windows, and what the later years would hold if counted alike."""
    means = {}
    for end in ("inner", "outer"):
        obs_id = row["obs_ids"][end == "outer"]
        level = next((each for each in rows if each["obs_ids"][0] == obs_id), None)
        means[end] = name.tied(name.range(level, "year"), [obs_id]) if level else name.none
        means[f"{end}_years"] = row[f"{end}_period"]
    rest = name.tied(name.range(row, "rest"), row["obs_ids"])
    what, area = name.counts(row["indicator_id"]), name.area(row["ref_area"])
    unit = name.unit(row["indicator_id"])
    return name.say("answer.implied", area=area, what=what, rest=rest, unit=unit, **means)


def _rest_per(rows: list[Row], name: Labels, ds: Dataset) -> list[str]:
    """Say a named ratio for the first window and for the years after it, if both reports counted alike."""
    by_indicator = {(row["ref_area"], row["indicator_id"]): row for row in rows}
    said = []
    for part in records(ds.ratio_parts()):
        for area in areas_of(rows):
            above, below = (by_indicator.get((area, part[key])) for key in ("numerator", "denominator"))
            if above and below and above["inner_period"] == below["inner_period"] and below["rest_lower"] > 0:
                ids = above["obs_ids"] + below["obs_ids"]
                texts = {end: name.range(_quotient(above, below, end)) for end in ("inner", "rest")}
                tied = {end: name.tied(text, ids) for end, text in texts.items()}
                said.append(name.say("answer.rest_per", what=name.lowered(name.ratio(part["ratio"])), **tied))
    return said


def _quotient(above: Row, below: Row, end: str) -> Row:
    parts = [Bounded.between(row[f"{end}_lower"], row[f"{end}_upper"]) for row in (above, below)]
    return parts[0].per(parts[1])._asdict()


def _course(row: Row, name: Labels) -> str:
    """Say the average growth of a described series between its first and its last year."""
    growth = name.tied(percent_text(row["growth"], name.lang), row["obs_ids"])
    span = f"{int(row['first_year'])}–{int(row['last_year'])}"
    return name.say("answer.course", area=name.area(row["ref_area"]), growth=growth, years=span)


# ---- one result --------------------------------------------------------------------------------------------


def explain(row: Any, *, ds: Dataset | None = None) -> str:
    """Say one result row as a plain sentence, with its grade and the reasons for it.

    `row` is a row of `compare`, `contrasts`, `ratio`, `ratios` or `trend`, a whole result, of which every row
    is said, or a `NotComparable`, in the language chosen by `set_language`. `ds` names the codes of a
    refusal, the bundled data by default. Raises TypeError for other rows.

    >>> import antq_analysis as aq
    >>> row = aq.ratio(aq.load(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa").iloc[0]
    >>> print(aq.explain(row))
    Thanh Hóa, 2014–2019: Tin có giá trị do mọi đơn vị cung cấp / ... – không tính. Mức D: ...
    """
    name = Labels(load() if ds is None else ds)
    if isinstance(row, NotComparable):
        return row.text(name.lang)
    if isinstance(row, pd.DataFrame):
        return " ".join(explain(one, ds=ds) for one in records(row))
    row = {str(key): value for key, value in dict(row).items()}
    if not {"area", "reasons", "obs_ids"} <= row.keys():
        raise TypeError("Not a result row. Give a row of compare, contrasts, ratio or trend.")
    return _explained(row, name)


def _explained(row: Row, name: Labels) -> str:
    shown = "" if is_silent(row) else reasons_text(row["reasons"], name.lang)
    head = ", ".join(filter(None, [row["area"], row["period"]]))
    unit = "" if row.get("refused") else row.get("unit") or ""
    result = f"{row['shown']}{unit}" if unit == "%" else f"{row['shown']} {unit}".strip()
    said = [f"{head}: {row['indicator']} – {result}."]
    if isinstance(row["grade"], str) and row["grade"]:
        meaning = name.say(f"grade.{row['grade']}")
        said.append(plain(name.say("explain.grade", grade=row["grade"], meaning=meaning)))
    return " ".join([*said, shown]).strip()
