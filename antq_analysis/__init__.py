"""Checked figures, graded comparisons and offline briefings on a movement reported in scattered figures.

Data
    load            read the bundled data, or a folder of one's own, checked, as a Dataset
    check           list what is wrong with a folder of data
    search          find indicators, concepts, areas and ratios by words, with or without accents
    Dataset         figures with their lookup tables: select, search, wide, areas(), indicators(), sources()
    parse_figure    read a printed figure such as "hơn 1,8 triệu người": value, qualifier, rounding bounds
    PrintedFigure   what parse_figure returns
    export          write figures for Excel, CSV, Parquet, SDMX-CSV, JSON-LD, or as a folder of data
    read_text       the figures of an article, with what each counts, and what every other number is

Analysis: frames that begin with area, period, indicator, value, bounds, unit and grade (A to D)
    Results         the kind of these frames: shows its first columns, writes CSV and Excel files
    compare         figures of areas side by side, per inhabitant and year
    contrasts       ratios of figures of two areas
    ratio           one indicator divided by another
    ratios          the named ratios of the data set
    nested          a longer window beside a shorter one within it
    annual_series   annual figures, in segments of one definition
    describe_series   first, last, peak, low and average growth of an annual series
    trend           yearly change of an annual series of events
    changes         figures added, corrected or withdrawn between two data sets, and changed grades
    coverage        who published what, and when
    contradictions  figures that cannot all be right
    heaping         share of round figures in each source
    poisson_interval  confidence interval of a count
    wilson_interval   confidence interval of a share
    rate_ratio        ratio of two rates with its confidence interval

Display, in the language chosen by set_language
    set_language    choose "vi" or "en"
    answers         sentences: the answer of a page, what to keep in mind, what to ask
    cards           key figures as printed
    plots           charts as plotly figures
    tables          tables of results, and of the sources of every figure
    explain         one result as a sentence
    explore         controls in JupyterLab for areas, subject and years, with chart, table and code

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
