"""A page's paragraphs: the sentences of many results, with what they share said once.

Forty sentences that end in the same reason are read by nobody. Here gaps, refusals and reasons
stand together, and only what was found stands by itself.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from antq_analysis.analysis.frames import SILENT, records
from antq_analysis.analysis.reasons import REASONS, NotComparable, reasons_text
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.display.explain import sentence, subject
from antq_analysis.display.labels import Labels
from antq_analysis.display.tables import silence

Row = dict[str, Any]


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


def readings(
    results: pd.DataFrame | Iterable[pd.DataFrame | NotComparable], ds: Dataset, *, lang: str = "vi"
) -> Reading:
    """Say what one result or several found, then what is missing, what was refused, and the limits of all.

    >>> import antq_analysis as aq
    >>> ds = aq.load()
    >>> print(readings(aq.compare(ds, ["tips", "banners"], areas="Điện Biên"), ds))
    Điện Biên – không báo cáo: Tin báo; Băng rôn, khẩu hiệu.
    """
    several = [results] if isinstance(results, pd.DataFrame) else list(results)
    name = Labels(ds, lang)
    rows = [row for found in several if isinstance(found, pd.DataFrame) for row in records(found)]
    missing = [row for row in rows if row.get("obs_status") in SILENT]
    pairs = [row for row in rows if "ref_area_a" in row and row["refused"]]
    found = [row for row in rows if row not in missing and row not in pairs]
    refusals = [result for result in several if isinstance(result, NotComparable)]
    sentences = dict.fromkeys(sentence(row, name) for row in found)
    return Reading(
        [*_pairs(pairs, name), *sentences, *_missing(missing, name), *_refusals(refusals, name)],
        _limits(found, name),
    )


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
    pairs = rows.loc[
        ~rows["obs_status"].isin(SILENT), ["ratio", "numerator", "denominator"]
    ].drop_duplicates()
    return [str(key) for key, count in pairs["ratio"].value_counts(sort=False).items() if count > 1]


def _missing(rows: list[Row], name: Labels) -> list[str]:
    silent: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        key = (name.area(row["ref_area"]), silence(row, name.lang))
        silent.setdefault(key, []).append(subject(row, name))
    return [
        name.say("reading.silent", area=a, why=w, what="; ".join(what)) for (a, w), what in silent.items()
    ]


def _pairs(rows: list[Row], name: Labels) -> list[str]:
    if not rows:
        return []
    # What refuses a pair are its reasons of grade D; the table has the others.
    grave = (code for row in rows for code in row["reasons"] if REASONS[code] == "D")
    reasons = reasons_text(grave, name.lang)
    return [name.say("reading.pairs", count=len(rows), reasons=reasons)]


def _refusals(refusals: list[NotComparable], name: Labels) -> list[str]:
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
