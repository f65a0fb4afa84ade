"""A page's paragraphs: the sentences of many results, with what they share said once.

Forty sentences that end in the same reason are read by nobody. Here gaps, refusals and reasons
stand together, and only what was found stands by itself.
"""

import math
from collections.abc import Iterable
from operator import itemgetter

import pandas as pd
from markupsafe import escape

from antq_analysis.analysis.frames import SILENT, records
from antq_analysis.analysis.grading import REASONS, NotComparable, reasons_text
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.explain import graded, subject
from antq_analysis.display.labels import Labels, signs
from antq_analysis.display.results import silence
from antq_analysis.display.rows import Row, grouped, not_silent
from antq_analysis.display.table import plain


class Reading:
    """Sentences and what limits them all; shows itself in Jupyter and in a page."""

    def __init__(self, sentences: Iterable[str], limits: str = "") -> None:
        self._marked = [text for text in sentences if text]
        self.limits = plain(limits)

    @property
    def sentences(self) -> list[str]:
        """The sentences as a reader sees them, without the markup that ties numbers to their figures."""
        return [plain(text) for text in self._marked]

    def __str__(self) -> str:
        return "\n".join([*self.sentences, *([self.limits] if self.limits else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(text)}</li>" for text in self._marked)
        listed = f"<ul>{items}</ul>" if items else ""
        limits = f'<p class="limits">{escape(self.limits)}</p>' if self.limits else ""
        return f'<div class="reading">{listed}{limits}{signs(items)}</div>'


def readings(
    results: pd.DataFrame | Iterable[pd.DataFrame | NotComparable], ds: Dataset, *, lang: str = "vi"
) -> Reading:
    """Say what one result or several found, then what is missing, what was refused, and the limits of all.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> print(readings(aq.compare(ds, ["tips", "banners"], areas="Điện Biên"), ds))
    Điện Biên – không báo cáo trong các nguồn đã thu thập: Tin báo; Băng rôn, khẩu hiệu.
    """
    several = [results] if isinstance(results, pd.DataFrame) else list(results)
    name = Labels(ds, lang, marked=True)
    rows = [row for found in several if isinstance(found, pd.DataFrame) for row in records(found)]
    silent, told = [row for row in rows if row.get("obs_status") in SILENT], not_silent(rows)
    pairs = [row for row in told if "ref_area_a" in row and row["refused"]]
    found = [row for row in told if "ref_area_a" not in row or not row["refused"]]
    refusals = [result for result in several if isinstance(result, NotComparable)]
    sentences = dict.fromkeys(graded(row, name) for row in found)
    return Reading(
        [*pairs_refused(pairs, name), *sentences, *missing(silent, name), *refusals_said(refusals, name)],
        _limits(found, name),
    )


def cautions(rows: pd.DataFrame, ds: Dataset, *, lang: str = "vi") -> Reading:
    """Say what a reader of these results must not conclude, whatever their numbers are."""
    name, given = Labels(ds, lang), records(rows)
    several = "; ".join(f"“{name.ratio(key)}”" for key in _formed_twice(given))
    found = [name.say("caution.definitions", ratios=several)] if several else []
    if any(not pd.isna(row.get("ci_lower", math.nan)) for row in given):
        found.append(name.say("caution.chance"))
    return Reading(found)


def _formed_twice(rows: list[Row]) -> list[str]:
    formed = grouped(not_silent(row for row in rows if "ratio" in row), itemgetter("ratio"))
    parts = {ratio: {(r["numerator"], r["denominator"]) for r in found} for ratio, found in formed.items()}
    return [ratio for ratio, pairs in parts.items() if len(pairs) > 1]


def missing(rows: list[Row], name: Labels, *, most: int | None = None) -> list[str]:
    """Say of each area, and each reason of its silence, what it has no figure for: all, or `most` of it."""
    silent: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        key = (name.area(row["ref_area"]), silence(row, name.lang))
        silent.setdefault(key, []).append(subject(row, name))
    return [
        name.say("reading.silent", area=a, why=w, what=name.join("; ", _first(what, name, most)))
        for (a, w), what in silent.items()
    ]


def _first(what: list[str], name: Labels, most: int | None) -> list[str]:
    left = what[most:] if most else []
    return [*what[:most], name.say("reading.more", count=len(left))] if left else what


def pairs_refused(rows: list[Row], name: Labels) -> list[str]:
    """Say in one sentence how many pairs of figures were refused, and for what."""
    if not rows:
        return []
    # What refuses a pair are its reasons of grade D; the table has the others.
    grave = (code for row in rows for code in row["reasons"] if REASONS[code] == "D")
    reasons = reasons_text(grave, name.lang)
    return [name.say("reading.pairs", count=len(rows), reasons=reasons)]


def refusals_said(refusals: list[NotComparable], name: Labels) -> list[str]:
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


def _limits(rows: list[Row], name: Labels) -> str:
    reasons = reasons_text((code for row in rows for code in row["reasons"]), name.lang)
    return name.say("reading.limits", reasons=reasons) if reasons else ""
