"""Checked figures, honest comparisons and offline briefings on a movement reported in scattered numbers.

The public names are fetched when they are first used: the import itself reads nothing large.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antq_analysis.analysis.compare import compare as compare
    from antq_analysis.analysis.compare import contrasts as contrasts
    from antq_analysis.analysis.compare import headline as headline
    from antq_analysis.analysis.compare import robustness as robustness
    from antq_analysis.analysis.grading import NotComparable as NotComparable
    from antq_analysis.analysis.intervals import poisson_interval as poisson_interval
    from antq_analysis.analysis.intervals import rate_ratio as rate_ratio
    from antq_analysis.analysis.intervals import wilson_interval as wilson_interval
    from antq_analysis.analysis.quality import contradictions as contradictions
    from antq_analysis.analysis.quality import coverage as coverage
    from antq_analysis.analysis.quality import heaping as heaping
    from antq_analysis.analysis.ratios import rate as rate
    from antq_analysis.analysis.ratios import ratio as ratio
    from antq_analysis.analysis.ratios import ratios as ratios
    from antq_analysis.analysis.trends import annual_series as annual_series
    from antq_analysis.analysis.trends import trend as trend
    from antq_analysis.analysis.trends import trends as trends
    from antq_analysis.analysis.windows import windows as windows
    from antq_analysis.data.dataset import Dataset as Dataset
    from antq_analysis.data.figures import Figure as Figure
    from antq_analysis.data.figures import parse_figure as parse_figure
    from antq_analysis.data.load import check as check
    from antq_analysis.data.load import load as load
    from antq_analysis.display import cards as cards
    from antq_analysis.display import charts as charts
    from antq_analysis.display import tables as tables
    from antq_analysis.display.explain import explain as explain
    from antq_analysis.display.questions import questions as questions
    from antq_analysis.display.readings import cautions as cautions
    from antq_analysis.display.readings import readings as readings
    from antq_analysis.display.verdict import verdict as verdict
    from antq_analysis.errors import AntqError as AntqError
    from antq_analysis.errors import InvalidData as InvalidData
    from antq_analysis.errors import InvalidOption as InvalidOption
    from antq_analysis.errors import MissingData as MissingData
    from antq_analysis.errors import Problem as Problem
    from antq_analysis.errors import UnknownName as UnknownName
    from antq_analysis.errors import UnreadableFigure as UnreadableFigure

_HOMES = {
    "antq_analysis.analysis.compare": ["compare", "contrasts", "headline", "robustness"],
    "antq_analysis.analysis.grading": ["NotComparable"],
    "antq_analysis.analysis.intervals": ["poisson_interval", "rate_ratio", "wilson_interval"],
    "antq_analysis.analysis.quality": ["contradictions", "coverage", "heaping"],
    "antq_analysis.analysis.ratios": ["rate", "ratio", "ratios"],
    "antq_analysis.analysis.trends": ["annual_series", "trend", "trends"],
    "antq_analysis.analysis.windows": ["windows"],
    "antq_analysis.data.dataset": ["Dataset"],
    "antq_analysis.data.figures": ["Figure", "parse_figure"],
    "antq_analysis.data.load": ["check", "load"],
    "antq_analysis.display.cards": ["cards"],
    "antq_analysis.display.charts": ["charts"],
    "antq_analysis.display.tables": ["tables"],
    "antq_analysis.display.explain": ["explain"],
    "antq_analysis.display.questions": ["questions"],
    "antq_analysis.display.readings": ["cautions", "readings"],
    "antq_analysis.display.verdict": ["verdict"],
    "antq_analysis.errors": [
        "AntqError", "InvalidData", "InvalidOption", "MissingData", "Problem", "UnknownName",
        "UnreadableFigure",
    ],
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(_HOME_OF[name])
    return home if _HOME_OF[name].endswith(f".{name}") and not hasattr(home, name) else getattr(home, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
