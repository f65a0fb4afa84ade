"""What every mark of a chart shares: a colour per area, what hovering tells, and the refusal to draw."""

from html import escape
from textwrap import wrap
from typing import Any

import pandas as pd

from antq_analysis.analysis.reasons import NotComparable, order, reasons_text
from antq_analysis.display.labels import Labels
from antq_analysis.display.tables import chance_text, result_text

HOVER_WIDTH = 58  # characters: a phone is not wider


def colors_of(areas: "pd.Series[Any]") -> dict[str, int]:
    """Give each area its place in the palette, in the order of first appearance."""
    return {str(area): position for position, area in enumerate(dict.fromkeys(areas))}


def hover(row: dict[str, Any], name: Labels) -> str:
    """Tell of a result what it is, how sure, why not better, and where its figures are printed."""
    lines = [result_text({"refused": False, **row}, name.lang)]
    if (chance := chance_text(row, name.lang)) != name.say("status.none"):
        lines.append(name.say("hover.chance", bounds=chance))
    if reasons := reasons_text(row["reasons"], name.lang):
        lines.append(_wrapped(reasons))
    return "<br>".join([*lines, trace(row["obs_ids"], name)])


def trace(obs_ids: tuple[str, ...], name: Labels) -> str:
    """Quote figures as printed and say where; of many population averages two tell the source."""
    return "<br>".join(_wrapped(escape(name.trace(obs_id))) for obs_id in obs_ids[:2])


def _wrapped(text: str) -> str:
    return "<br>".join(wrap(text, HOVER_WIDTH))


def refused(subject: str, rows: pd.DataFrame, lang: str) -> NotComparable:
    """Say in place of a chart why there is nothing to draw."""
    reasons = order(code for found in rows["reasons"] for code in found) or ("no_figures",)
    return NotComparable((subject,), reasons, lang=lang)
