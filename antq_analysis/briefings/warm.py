"""Import what every page needs, and use it once: the fork server imports this module before it forks.

Everything here happens at import, for that is when a fork server does it (`set_forkserver_preload`).
"""

# ruff: noqa: E402 - some settings come before the imports that heed them

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module

# The folder in which the server was started is no place to import from.
if sys.path and sys.path[0] == "":
    del sys.path[0]
# Threads would not survive the fork; a renderer chosen at plotly's import would be that of a terminal.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")

# jsonschema would load a grammar of addresses, a quarter of all the time, for a format that no notebook has.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
# It imports the engine as an entry point, and must not be imported by that first.
import papermill  # noqa: F401

del sys.modules["rfc3987_syntax"]

import nbformat
import pandas as pd

import antq_analysis as aq
from antq_analysis.briefings.engine import lacking
from antq_analysis.briefings.page import PLOTLY, page
from antq_analysis.errors import AntqError
from antq_analysis.i18n import LANGUAGES

for _name in (
    "plotly.graph_objects",
    "statsmodels.base.covtype",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.proportion",
    "statsmodels.stats.rates",
):
    import_module(_name)
for _name in dir(aq):
    getattr(aq, _name)

# As in a notebook: in a terminal pandas shows as many columns as are wide enough.
pd.set_option("display.max_columns", 20)

_chart = {"data": [{"type": "bar"}], "layout": {}}
_outputs = [nbformat.v4.new_output("display_data", {PLOTLY: _chart, "text/plain": "0"})]
_cells = [nbformat.v4.new_markdown_cell("# 0\n\n0"), nbformat.v4.new_code_cell("0", outputs=_outputs)]
# Faults of the data are told by whoever reads the plan.
with suppress(AntqError):
    # What is remembered of the data here, every fork remembers.
    _ds = aq.load()
    _rows = aq.compare(_ds, inferred_areas=True)
    for _lang in LANGUAGES:
        aq.tables.figures(_rows, _ds, lang=_lang)._repr_html_()
        page(nbformat.from_dict(nbformat.v4.new_notebook(cells=_cells)), lang=_lang)
lacking("python3")

# Nothing made here is ever freed; unmarked, its pages of memory stay shared with the forks.
gc.freeze()
