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

import lazy_loader

__version__ = "0.1.0"

# The stub beside this file says where each name comes from.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
