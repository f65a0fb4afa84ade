"""Names of an axis's ticks as its reader writes numbers: plotly would put an English k or M behind them."""

import math
from typing import Any

from antq_analysis.i18n import number_text, words

MILLION = 1_000_000
_STEPS = (1, 2, 2.5, 5, 10)


def ticks(end: float, lang: str, *, most: int = 5) -> dict[str, Any]:
    """Return ticks from zero up to `end`, at most so many of them above zero, each with its name.

    >>> ticks(4_100_000, "vi")["ticktext"], ticks(0.7, "en")["ticktext"]
    (['0', '1 triệu', '2 triệu', '3 triệu', '4 triệu'], ['0', '0.2', '0.4', '0.6'])
    """
    step = _step(end / most)
    values = [step * number for number in range(math.floor(end / step + 1e-9) + 1)]
    many = end >= MILLION
    places = _decimals(step / MILLION if many else step)
    names = [number_text(value / MILLION if many else value, lang, decimals=places) for value in values]
    if many:
        names[1:] = [words(lang)("axis.million", number=name) for name in names[1:]]
    return {"tickvals": values, "ticktext": ["0", *names[1:]], "tickangle": 0}


def _step(least: float) -> float:
    """Return the smallest round number that is not less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in _STEPS if factor * power >= least * (1 - 1e-9))


def _decimals(step: float) -> int:
    """Return the digits after the point that tell neighbours apart: two for steps of 0.25."""
    return next(places for places in range(20) if abs(step - round(step, places)) < step * 1e-9)
