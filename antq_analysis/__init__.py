"""Checked figures, graded comparisons and offline briefings on a movement reported in scattered figures.

Data
    load            read the bundled data, or a folder of one's own, checked, as a Dataset
    check           list what is wrong with a folder of data
    Dataset         figures with their lookup tables: select, search, areas(), indicators(), sources()
    parse_figure    read a printed figure such as "hơn 1,8 triệu người": value, qualifier, rounding bounds
    PrintedFigure   what parse_figure returns

Analysis, each with a grade (A to D) and its reasons
    compare         figures of areas side by side, per year or per inhabitant
    contrasts       ratios of figures of two areas
    ratio           one indicator divided by another
    ratios          the named ratios of the data set
    rate            events per so many inhabitants and year
    windows         annual averages of cumulative figures, and what nested windows imply
    annual_series   annual figures, in segments of one definition
    trend           yearly change of an annual series of events
    trends          trend for several indicators and areas
    coverage        who reported what, and when
    contradictions  figures that cannot all be right
    heaping         share of round figures in each source
    headline        rows of compare for the head of a page
    robustness      what would make a contrast vanish
    poisson_interval  confidence interval of a count
    wilson_interval   confidence interval of a share
    rate_ratio        ratio of two rates with its confidence interval

Display, in Vietnamese or English
    plots           charts as plotly figures
    tables          tables of results, and of the sources of every figure
    cards           key figures
    verdict         what can be concluded, what only for reference, what not
    readings        results as sentences, with their limits
    cautions        what must not be concluded
    questions       what to ask the office that reported
    explain         one result as a sentence

Errors
    AntqError         any error of this package
    InvalidData       data that break a rule, with each Problem
    InvalidOption     an option that does not exist or makes no sense
    MissingData       data that are needed and not there
    NotComparable     a result that is refused, with the reasons
    Problem           a fault of the data: file, row, column, what is wrong, the way out
    UnknownName       a name that the data do not have, with the nearest ones
    UnreadableFigure  a printed figure that cannot be read

Names are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antq_analysis.analysis.compare import compare as compare
    from antq_analysis.analysis.contradictions import contradictions as contradictions
    from antq_analysis.analysis.contrasts import contrasts as contrasts
    from antq_analysis.analysis.coverage import coverage as coverage
    from antq_analysis.analysis.coverage import heaping as heaping
    from antq_analysis.analysis.grading import NotComparable as NotComparable
    from antq_analysis.analysis.headline import headline as headline
    from antq_analysis.analysis.intervals import poisson_interval as poisson_interval
    from antq_analysis.analysis.intervals import rate_ratio as rate_ratio
    from antq_analysis.analysis.intervals import wilson_interval as wilson_interval
    from antq_analysis.analysis.named_ratios import ratios as ratios
    from antq_analysis.analysis.rates import rate as rate
    from antq_analysis.analysis.ratios import ratio as ratio
    from antq_analysis.analysis.robustness import robustness as robustness
    from antq_analysis.analysis.trends import annual_series as annual_series
    from antq_analysis.analysis.trends import trend as trend
    from antq_analysis.analysis.trends import trends as trends
    from antq_analysis.analysis.windows import windows as windows
    from antq_analysis.data.dataset import Dataset as Dataset
    from antq_analysis.data.dataset import check as check
    from antq_analysis.data.dataset import load as load
    from antq_analysis.data.figures import PrintedFigure as PrintedFigure
    from antq_analysis.data.figures import parse_figure as parse_figure
    from antq_analysis.display import cards as cards
    from antq_analysis.display import plots as plots
    from antq_analysis.display import tables as tables
    from antq_analysis.display.answers import cautions as cautions
    from antq_analysis.display.answers import explain as explain
    from antq_analysis.display.answers import questions as questions
    from antq_analysis.display.answers import readings as readings
    from antq_analysis.display.answers import verdict as verdict
    from antq_analysis.errors import AntqError as AntqError
    from antq_analysis.errors import InvalidData as InvalidData
    from antq_analysis.errors import InvalidOption as InvalidOption
    from antq_analysis.errors import MissingData as MissingData
    from antq_analysis.errors import Problem as Problem
    from antq_analysis.errors import UnknownName as UnknownName
    from antq_analysis.errors import UnreadableFigure as UnreadableFigure

_HOMES = {
    "antq_analysis.analysis.compare": ["compare"],
    "antq_analysis.analysis.contrasts": ["contrasts"],
    "antq_analysis.analysis.contradictions": ["contradictions"],
    "antq_analysis.analysis.coverage": ["coverage", "heaping"],
    "antq_analysis.analysis.headline": ["headline"],
    "antq_analysis.analysis.intervals": ["poisson_interval", "rate_ratio", "wilson_interval"],
    "antq_analysis.analysis.named_ratios": ["ratios"],
    "antq_analysis.analysis.rates": ["rate"],
    "antq_analysis.analysis.ratios": ["ratio"],
    "antq_analysis.analysis.grading": ["NotComparable"],
    "antq_analysis.analysis.robustness": ["robustness"],
    "antq_analysis.analysis.trends": ["annual_series", "trend", "trends"],
    "antq_analysis.analysis.windows": ["windows"],
    "antq_analysis.data.dataset": ["Dataset", "check", "load"],
    "antq_analysis.data.figures": ["PrintedFigure", "parse_figure"],
    "antq_analysis.display.cards": ["cards"],
    "antq_analysis.display.plots": ["plots"],
    "antq_analysis.display.tables": ["tables"],
    "antq_analysis.display.answers": ["cautions", "explain", "questions", "readings", "verdict"],
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
    return sorted(_HOME_OF)
