"""Sentences about results: each result by itself, what may be concluded from several, and what to ask."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from antq_analysis.analysis.frames import records
from antq_analysis.analysis.grading import REASONS, NotComparable, reasons_text
from antq_analysis.analysis.quality import contradictions
from antq_analysis.data.dataset import Dataset, load
from antq_analysis.display.labels import Labels, Row, grouped, is_silent, plain, reported, signs, years
from antq_analysis.display.sources import Results
from antq_analysis.i18n import number_text, percent_text, words

# So many examples are named where a page's table has the rest.
NAMED = 5

_PART = Markup('<section class="{kind}"><h3>{title}</h3>{body}</section>')
_ASKED = {
    "same_window_differs": "ask.window",
    "nested_concept_falls": "ask.concept",
    "nested_total_falls": "ask.total",
    "part_above_whole": "ask.parts",
    "parts_do_not_sum": "ask.parts",
    "fraction_percent": "ask.percent",
    "after_source": "ask.date",
}


class Reading:
    """Sentences, and what limits them all, shown as a list in a notebook and in a page."""

    def __init__(self, sentences: Iterable[str], limits: str = "") -> None:
        self._marked = [text for text in sentences if text]
        self.limits = plain(limits)

    @property
    def sentences(self) -> list[str]:
        """The sentences as plain text."""
        return [plain(text) for text in self._marked]

    def __str__(self) -> str:
        return "\n".join([*self.sentences, *([self.limits] if self.limits else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        listed = _listed(self._marked)
        limits = f'<p class="limits">{escape(self.limits)}</p>' if self.limits else ""
        return f'<div class="reading">{listed}{limits}{signs(listed)}</div>'


class Verdict:
    """Sentences in three parts, shown under three headings in a notebook and in a page."""

    def __init__(self, parts: dict[str, list[str]], lang: str) -> None:
        self._parts = parts
        self._say = words(lang)

    @property
    def parts(self) -> dict[str, list[str]]:
        """The sentences as plain text, under `can`, `maybe` and `cannot`."""
        return {kind: [plain(text) for text in texts] for kind, texts in self._parts.items()}

    def __repr__(self) -> str:
        nothing = [self._say("verdict.nothing")]
        parts = ([self._say(f"verdict.{kind}"), *(texts or nothing)] for kind, texts in self.parts.items())
        return "\n\n".join(map("\n".join, parts))

    def _repr_html_(self) -> str:
        html, nothing = Markup(), Markup("<p>{}</p>").format(self._say("verdict.nothing"))
        for kind, texts in self._parts.items():
            title = self._say(f"verdict.{kind}")
            html += _PART.format(kind=kind, title=title, body=_listed(texts) or nothing)
        return f'<div class="verdict">{html}{signs(html)}</div>'


def _listed(texts: Iterable[str]) -> Markup:
    items = Markup().join(map(Markup("<li>{}</li>").format, texts))
    return Markup("<ul>{}</ul>").format(items) if items else items


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
    why = "" if is_silent(row) else reasons_text(row["reasons"], lang)
    return " ".join(filter(None, [_graded(row, name), why]))


def readings(results: Results, ds: Dataset, *, lang: str = "vi") -> Reading:
    """Say what one result or several found, then what is missing, what was refused, and the limits of all.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> print(readings(aq.compare(ds, ["tips", "banners"], areas="Điện Biên"), ds))
    Điện Biên – không báo cáo trong các nguồn đã thu thập: Tin báo; Băng rôn, khẩu hiệu.
    """
    name = Labels(ds, lang, marked=True)
    rows, refusals = _parted(results, name)
    told = reported(rows)
    pairs = [row for row in told if "ref_area_a" in row and row["refused"]]
    found = [row for row in told if "ref_area_a" not in row or not row["refused"]]
    sentences = [*_pairs_refused(pairs, name), *(_graded(row, name) for row in found)]
    reasons = reasons_text((code for row in found for code in row["reasons"]), lang)
    sentences += [*_missing(rows, name), *_refusals(refusals, name)]
    limits = name.say("reading.limits", reasons=reasons) if reasons else ""
    return Reading([*name.sentences(sentences), *name.unshown()], limits)


def cautions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Reading:
    """Say what a reader of these results must not conclude, whatever their numbers are."""
    name, given = Labels(ds, lang), records(rows)
    ways: dict[str, set[tuple[str, str]]] = {}
    for row in reported(row for row in given if "ratio" in row):
        ways.setdefault(row["ratio"], set()).add((row["numerator"], row["denominator"]))
    several = "; ".join(f"“{name.ratio(key)}”" for key, parts in ways.items() if len(parts) > 1)
    found = [name.say("caution.definitions", ratios=several)] if several else []
    if any(not pd.isna(row.get("ci_lower")) for row in given):
        found.append(name.say("caution.chance"))
    return Reading(found)


def verdict(results: Results, ds: Dataset, *, lang: str = "vi") -> Verdict:
    """Sort what results found into what can be said, what only for reference, and what cannot be said.

    `results` are frames of `compare`, `contrasts`, `ratios`, `rate`, `windows`, `trends` or
    `contradictions`, and answers that were refused. Grades A and B can be said, C only with its reasons,
    D not at all, nor what was not reported. Figures of `compare` are counted by how they are printed.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> found = verdict(aq.contrasts(ds, "propaganda_sessions"), ds)
    >>> found.parts["can"], len(found.parts["cannot"])
    ([], 1)
    """
    name = Labels(ds, lang, marked=True)
    rows, refusals = _parted(results, name)
    told = reported(rows)
    levels = [row for row in told if "figure_printed" in row]
    # What windows report is said of the figures themselves.
    graded = [
        row
        for row in told
        if row.get("kind") != "reported" and not {"figure_printed", "left_lower"} & row.keys()
    ]
    printed, apart = _by_print(levels, ds, name), [row for row in levels if row["grade"] == "D"]
    concepts = name.join("; ", dict.fromkeys(name.concept(row["concept"]) for row in apart))
    cannot = [name.say("verdict.apart", what=concepts, reasons=_reasons(apart, "D", name))] if apart else []
    cannot += _clashes([row for row in told if "left_lower" in row], name)
    cannot += [*_refused(graded, name), *_refusals(refusals, name), *_missing(rows, name, most=NAMED)]
    parts = {
        "can": [printed["exact"], *_said(graded, "AB", name)],
        "maybe": [*(printed[key] for key in ("bounded", "period", "area")), *_said(graded, "C", name)],
        "cannot": [printed["vague"], *cannot],
    }
    parts = {kind: name.sentences(texts) for kind, texts in parts.items()}
    return Verdict(parts | {"cannot": [*parts["cannot"], *name.unshown()]}, lang)


def questions(ds: Dataset, area: str, *, lang: str = "vi") -> Reading:
    """List what the reporting office of an area should be asked, most serious first.

    Raises UnknownName.

    >>> import antq_analysis as aq
    >>> len(questions(aq.load(), "Thanh Hóa").sentences) > 3
    True
    """
    name = Labels(ds, lang, marked=True)
    found = ds.select(areas=area, inferred_areas=True)
    siblings: dict[str, None] = {}
    drifting: dict[str, None] = {}
    asked = []

    def ask(key: str, indicators: Iterable[str], obs_ids: Iterable[str]) -> None:
        named = "; ".join(f"“{name.indicator(indicator)}”" for indicator in indicators)
        asked.append(name.say(key, indicators=named, figures=name.parts(list(obs_ids))))

    for row in name.rows(contradictions(found)):
        if row["kind"] == "siblings_disagree":
            siblings |= dict.fromkeys(row["indicators"])
            drifting |= dict.fromkeys(row["obs_ids"])
        else:
            ask(_ASKED[row["kind"]], row["indicators"], row["obs_ids"])
    if siblings:  # once for all indicators of two windows that drift apart, however many pairs they make
        ask("ask.siblings", siblings, drifting)
    press = name.rows(found.observations.query("mandate != 'statistics'"))
    points = {
        "ask.area": [row for row in press if row["area_basis"] == "inferred"][:1],
        "ask.period": [row for row in press if row["period_basis"] == "inferred"],
        "ask.magnitude": [row for row in press if row["qualifier"] == "order_of_magnitude"],
        "ask.exact": [row for row in press if row["qualifier"] not in ("exact", "order_of_magnitude")],
        "ask.level": [row for row in press if row["scope_level"] == "unstated"],
    }
    for key, rows in points.items():
        quoted = name.parts([row["obs_id"] for row in rows])
        asked += [name.say(key, figures=quoted, area=name.area(row["ref_area"])) for row in rows[:1]]
    return Reading([*name.sentences(asked), *name.unshown()])


def _parted(results: Results, name: Labels) -> tuple[list[Row], list[NotComparable]]:
    """Return the rows of all results, and the answers that were refused."""
    several = [results] if isinstance(results, pd.DataFrame) else list(results)
    rows = [row for found in several if isinstance(found, pd.DataFrame) for row in name.rows(found)]
    return rows, [found for found in several if isinstance(found, NotComparable)]


def _missing(rows: list[Row], name: Labels, *, most: int | None = None) -> list[str]:
    """Say of each area what it has no figure for and why: all of it, or the first `most` subjects."""
    silent = grouped(filter(is_silent, rows), lambda row: (name.area(row["ref_area"]), name.silence(row)))
    found = []
    for (area, why), group in silent.items():
        what = [subject(row, name) for row in group]
        if most and len(what) > most:
            what[most:] = [name.say("reading.more", count=len(what) - most)]
        found.append(name.say("reading.silent", area=area, why=why, what=name.join("; ", what)))
    return found


def _pairs_refused(rows: list[Row], name: Labels) -> list[str]:
    """Say in one sentence how many pairs of figures were refused, and for what."""
    return [name.say("reading.pairs", count=len(rows), reasons=_reasons(rows, "D", name))] if rows else []


def _refusals(refusals: list[NotComparable], name: Labels) -> list[str]:
    """Say refused answers, those with the same reasons together."""
    together: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for refusal in refusals:
        what, *where = map(name.known, refusal.subject)
        together.setdefault(refusal.reasons, {}).setdefault(what, []).extend(where)
    return [
        name.say(
            "refused.sentence",
            subject="; ".join(f"{what} ({', '.join(where)})" for what, where in subjects.items()),
            reasons=reasons_text(reasons, name.lang),
        )
        for reasons, subjects in together.items()
    ]


def _by_print(rows: list[Row], ds: Dataset, name: Labels) -> dict[str, str]:
    """Say which figures of `compare` are exact, bounded, vague, or of a period or area not stated."""
    figures = [ds.figure(row["obs_ids"][0]) for row in rows]
    found = {
        "exact": [f for f in figures if f["qualifier"] == "exact" and f["area_basis"] != "inferred"],
        "bounded": [f for f in figures if f["qualifier"] not in ("exact", "order_of_magnitude")],
        "period": [f for f in figures if f["period_basis"] != "stated"],
        "area": [f for f in figures if f["area_basis"] == "inferred"],
        "vague": [f for f in figures if f["qualifier"] == "order_of_magnitude"],
    }
    said = dict.fromkeys(found, "")
    for key, listed in found.items():
        if listed:
            most = {"most": NAMED} if key == "exact" else {}
            quoted = name.parts([f["obs_id"] for f in listed], **most)
            said[key] = name.say(f"verdict.{key}", count=len(listed), figures=quoted)
    return said


def _said(rows: list[Row], grades: str, name: Labels) -> list[str]:
    found = [row for row in rows if _standing(row) in grades]
    sentences = [sentence(row, name) for row in found]
    reasons = _reasons(found, grades, name)
    key = "verdict.because" if "C" in grades else "verdict.within"
    return [*sentences, name.say(key, reasons=reasons)] if reasons else sentences


def _clashes(rows: list[Row], name: Labels) -> list[str]:
    siblings = [row for row in rows if row["kind"] == "siblings_disagree"]
    differing = dict.fromkeys(name.indicator(key) for row in siblings for key in row["indicators"])
    said = [name.say("verdict.siblings", indicators=name.join("; ", differing))] if siblings else []
    for row in rows:
        if row["kind"] != "siblings_disagree":
            indicators = name.join("; ", map(name.indicator, row["indicators"]))
            said.append(name.say("verdict.clash", indicators=indicators, figures=name.parts(row["obs_ids"])))
    return said


def _refused(rows: list[Row], name: Labels) -> list[str]:
    refused = [row for row in rows if _standing(row) == "D"]
    said = _pairs_refused([row for row in refused if "ref_area_a" in row], name)
    others = (row for row in refused if "ref_area_a" not in row)
    for why, found in grouped(others, lambda row: _reasons([row], "D", name)).items():
        what = []
        for row in found:
            about = subject(row, name) if "numerator" in row else name.indicator(row["indicator"])
            where = name.area(row["ref_area"])
            what.append(name.say("verdict.about", what=about, area=where, years=years(row)))
        said.append(name.say("verdict.refused", what=name.join("; ", what), reasons=why))
    return said


def _standing(row: Row) -> str:
    """Return the grade under which a result is sorted: D where it is refused, A where it has none."""
    if row.get("refused") or not row.get("possible", True):
        return "D"
    return row["grade"] if isinstance(row.get("grade"), str) else "A"


def _reasons(rows: list[Row], grades: str, name: Labels) -> str:
    """Say the reasons that decide a grade, once for all rows."""
    return reasons_text({code for r in rows for code in r["reasons"] if REASONS[code] in grades}, name.lang)


def _graded(row: Any, name: Labels) -> str:
    """Say a result row with its grade, without the reasons that stand against it."""
    said = sentence(row, name)
    if is_silent(row) or row.get("refused", True):
        return said
    meaning = name.say(f"grade.{row['grade']}")
    return name.say("explain.graded", sentence=said, grade=row["grade"], meaning=meaning)


def sentence(row: Any, name: Labels) -> str:
    """Say a result row without its grade and the reasons that stand against it."""
    row = {str(key): value for key, value in dict(row).items()}
    # The first of these columns that a row has tells which function made it.
    kinds = ("slope", "multiplier", "ref_area_a", "numerator", "figure_printed")
    kind = next((column for column in kinds if column in row), None)
    if kind is None:
        raise TypeError("Not a result row. Give a row of compare, contrasts, ratio, rate, windows or trend.")
    values: dict[str, Any] = {"area": name.area(row["ref_area"]) if "ref_area" in row else ""}
    if is_silent(row):
        return name.say("explain.silent", what=subject(row, name), why=name.silence(row), **values)
    ids = row["obs_ids"]
    if "indicator" in row:
        values["what"] = name.indicator(row["indicator"])
    if kind in ("multiplier", "numerator"):
        values["years"] = years(row)
    if kind == "slope":
        key = "trend"
        growth, low, high = (percent_text(row[k] - 1, name.lang) for k in ("value", "ci_lower", "ci_upper"))
        values |= {"growth": name.traced(growth, ids), "chance": name.tied(f"{low} – {high}", ids)}
        values |= {"years": f"{int(row['first_year'])}–{int(row['last_year'])}", "points": int(row["points"])}
    elif kind == "multiplier":
        key = "window" if row["kind"] == "reported" else "implied" if row["possible"] else "impossible"
        bounds = {"count": "count", "times": "multiplier", "calendar": "multiplier_calendar"}
        values |= {word: name.tied(name.range(row, what), ids) for word, what in bounds.items()}
        values["result"] = name.traced(name.result(row), ids)
    elif kind == "ref_area_a":
        key = "contrast_refused" if row["refused"] else "contrast"
        values |= {side: name.area(row[f"ref_area_{side}"]) for side in "ab"}
        values["what"] = " / ".join(dict.fromkeys(name.indicator(row[f"indicator_{side}"]) for side in "ab"))
    elif kind == "numerator":
        key, values["what"] = "refused" if row["refused"] else "ratio", subject(row, name)
        if "formed_otherwise" in row["reasons"]:
            # Person-years come from several averages: there the count alone is quoted.
            parts = name.parts(ids[:1] if len(ids) > 2 else ids)
            values["what"] = name.say("explain.formed", what=values["what"], parts=parts)
    else:
        key = "level"
        values |= {"printed": name.parts(ids[:1]), "window": name.window(row)}
        if row["measure_type"] == "flow" and row["yearly"]:
            key = "flow" if pd.isna(row["per"]) else "flow_per"
            values["per"] = "" if key == "flow" else number_text(row["per"], name.lang)
    if key in ("contrast", "ratio", "flow", "flow_per"):
        values["result"] = _sure(row, name)
    return name.say(f"explain.{key}", **values)


def subject(row: Row, name: Labels) -> str:
    """Name what a row of `compare` or of a ratio is about."""
    if "concept" in row:
        return name.concept(row["concept"])
    if isinstance(row.get("ratio"), str):
        return name.ratio(row["ratio"])
    above, below = name.indicator(row["numerator"]), name.indicator(row["denominator"])
    if pd.isna(row["per"]) or row["per"] == 1:
        return name.say("explain.per", above=above, below=below)
    per = number_text(row["per"], name.lang)
    if row["denominator"] in name.populations:
        return name.say("explain.per_many", above=above, per=per)
    return name.say("explain.per", above=above, below=f"{per} {below}")


def _sure(row: Row, name: Labels) -> str:
    """Say a result with its sampling interval, if it has one."""
    result, chance = name.traced(name.result(row), row["obs_ids"]), name.range(row, "ci")
    if chance == name.none:
        return result
    level, tied = percent_text(row["confidence"], name.lang, decimals=0), name.tied(chance, row["obs_ids"])
    return name.say("explain.sure", result=result, chance=tied, level=level)
