"""What results allow a reader to say, what only with reserve, and what not at all, each with its reason.

A page of graded results still leaves the reader to draw the line. Here it is drawn.
"""

from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.frames import SILENT, records
from antq_analysis.analysis.grading import REASONS, NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.explain import sentence, subject
from antq_analysis.display.labels import Labels, signs, years
from antq_analysis.display.readings import missing, pairs_refused, refusals_said
from antq_analysis.display.rows import Row
from antq_analysis.display.sources import Results
from antq_analysis.display.table import plain
from antq_analysis.i18n import words

KINDS = ("can", "maybe", "cannot")

# Of what was not reported the first few subjects are named; the page's table has the rest.
NAMED = 5

_VERDICT = Markup('<div class="verdict">{}</div>')
_PART = Markup('<section class="{kind}"><h3>{title}</h3>{body}</section>')
_LIST = Markup("<ul>{}</ul>")
_ITEM = Markup("<li>{}</li>")
_NOTHING = Markup("<p>{}</p>")


class Verdict:
    """Sentences in three parts; they show themselves in Jupyter and in a page."""

    def __init__(self, parts: dict[str, list[str]], lang: str) -> None:
        self._parts = parts
        self._say = words(lang)

    @property
    def parts(self) -> dict[str, list[str]]:
        """The sentences as a reader sees them, under `can`, `maybe` and `cannot`."""
        return {kind: [plain(text) for text in texts] for kind, texts in self._parts.items()}

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([self._say(f"verdict.{kind}"), *(texts or [self._say("verdict.nothing")])])
            for kind, texts in self.parts.items()
        )

    def _repr_html_(self) -> str:
        parts = Markup().join(map(self._part, KINDS))
        return str(_VERDICT.format(parts + signs(parts)))

    def _part(self, kind: str) -> Markup:
        items = Markup().join(map(_ITEM.format, self._parts[kind]))
        body = _LIST.format(items) if items else _NOTHING.format(self._say("verdict.nothing"))
        return _PART.format(kind=kind, title=self._say(f"verdict.{kind}"), body=body)


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
    several = [results] if isinstance(results, pd.DataFrame) else list(results)
    rows = [row for found in several if isinstance(found, pd.DataFrame) for row in records(found)]
    refusals = [found for found in several if isinstance(found, NotComparable)]
    printed = [row for row in rows if _kind(row) == "level"]
    graded = [row for row in rows if _kind(row) == "graded"]
    silent = [row for row in rows if row.get("obs_status") in SILENT]
    parts = {
        "can": [*_exact(printed, ds, name), *_said(graded, "AB", name)],
        "maybe": [*_bounded(printed, ds, name), *_said(graded, "C", name)],
        "cannot": [
            *_vague(printed, ds, name),
            *_apart(printed, name),
            *_clashes([row for row in rows if _kind(row) == "clash"], name),
            *_refused(graded, name),
            *refusals_said(refusals, name),
            *missing(silent, name, most=NAMED),
        ],
    }
    return Verdict({kind: list(dict.fromkeys(texts)) for kind, texts in parts.items()}, lang)


def _kind(row: Row) -> str:
    if row.get("obs_status") in SILENT or row.get("kind") == "reported":
        return "said elsewhere"
    if "left_lower" in row:
        return "clash"
    return "level" if "figure_printed" in row else "graded"


def _printed_as(rows: list[Row], ds: Dataset, **wanted: set[str]) -> list[str]:
    """Return the figures of rows whose `qualifier`, `area_basis` or `period_basis` is one of those wanted."""
    figures = (ds.figure(row["obs_ids"][0]) for row in rows)
    return [
        figure["obs_id"]
        for figure in figures
        if all(figure[column] in kinds for column, kinds in wanted.items())
    ]


def _exact(rows: list[Row], ds: Dataset, name: Labels) -> list[str]:
    found = _printed_as(rows, ds, qualifier={"exact"}, area_basis={"stated", "publisher"})
    if not found:
        return []
    more = [name.say("verdict.more", count=len(found) - NAMED)] * (len(found) > NAMED)
    quoted = name.join("; ", [name.parts(found[:NAMED]), *more])
    return [name.say("verdict.exact", count=len(found), figures=quoted)]


def _bounded(rows: list[Row], ds: Dataset, name: Labels) -> list[str]:
    found = {
        "verdict.bounded": _printed_as(rows, ds, qualifier={"more_than", "at_least", "nearly", "about"}),
        "verdict.period": _printed_as(rows, ds, period_basis={"inherited", "inferred"}),
        "verdict.area": _printed_as(rows, ds, area_basis={"inferred"}),
    }
    return [name.say(key, count=len(ids), figures=name.parts(ids)) for key, ids in found.items() if ids]


def _vague(rows: list[Row], ds: Dataset, name: Labels) -> list[str]:
    found = _printed_as(rows, ds, qualifier={"order_of_magnitude"})
    return [name.say("verdict.vague", figures=name.parts(found))] if found else []


def _apart(rows: list[Row], name: Labels) -> list[str]:
    """Say which subjects have figures that may not be put side by side, and why."""
    apart = [row for row in rows if row["grade"] == "D"]
    if not apart:
        return []
    concepts = dict.fromkeys(name.concept(row["concept"]) for row in apart)
    return [name.say("verdict.apart", what=name.join("; ", concepts), reasons=_grave(apart, "D", name))]


def _said(rows: list[Row], grades: str, name: Labels) -> list[str]:
    found = [row for row in rows if _grade(row) in grades and not _is_refused(row)]
    sentences = [sentence(row, name) for row in found]
    reasons = _grave(found, grades, name)
    key = "verdict.because" if "C" in grades else "verdict.within"
    return [*sentences, name.say(key, reasons=reasons)] if reasons else sentences


def _clashes(rows: list[Row], name: Labels) -> list[str]:
    siblings = [row for row in rows if row["kind"] == "siblings_disagree"]
    differing = dict.fromkeys(name.indicator(key) for row in siblings for key in row["indicators"])
    said = [name.say("verdict.siblings", indicators=name.join("; ", differing))] if siblings else []
    return said + [
        name.say(
            "verdict.clash",
            indicators=name.join("; ", map(name.indicator, row["indicators"])),
            figures=name.parts(row["obs_ids"]),
        )
        for row in rows
        if row["kind"] != "siblings_disagree"
    ]


def _refused(rows: list[Row], name: Labels) -> list[str]:
    refused = [row for row in rows if _is_refused(row)]
    pairs = [row for row in refused if "ref_area_a" in row]
    others: dict[str, list[str]] = {}
    for row in refused:
        if "ref_area_a" not in row:
            others.setdefault(_grave([row], "D", name), []).append(_about(row, name))
    said = [
        name.say("verdict.refused", what=name.join("; ", what), reasons=why) for why, what in others.items()
    ]
    return [*pairs_refused(pairs, name), *said]


def _is_refused(row: Row) -> bool:
    return bool(row.get("refused")) or not row.get("possible", True) or _grade(row) == "D"


def _grade(row: Row) -> str:
    return row["grade"] if isinstance(row.get("grade"), str) else "A"


def _about(row: Row, name: Labels) -> str:
    what = subject(row, name) if "numerator" in row else name.indicator(row["indicator"])
    return name.say("verdict.about", what=what, area=name.area(row["ref_area"]), years=years(row))


def _grave(rows: list[Row], grades: str, name: Labels) -> str:
    """Say the reasons that decide a grade, once for all rows."""
    codes: set[Any] = {code for row in rows for code in row["reasons"] if REASONS[code] in grades}
    return reasons_text(codes, name.lang)
