"""Everything a briefing imports, and what these libraries do only at their first use, done once beforehand.

What is done here leaves nothing that a notebook could see: no figure, no setting, no warning used up.
"""

import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antq_analysis.data.dataset import Dataset

# What takes long to import and serves nothing here, by what asks for it and does without: jsonschema would
# check a format that no notebook has, ipykernel would debug.
_UNUSED = {"jsonschema": "rfc3987_syntax", "ipykernel.debugger": "debugpy"}

# What else a worker, or a kernel, imports when it is first asked to work.
_NEEDED = (
    "nbformat",
    "papermill",
    "antq_analysis.briefings.forked",
    "antq_analysis.briefings.page",
    "antq_analysis.briefings.worker",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "babel.numbers",
    "http.server",
    "jinja2.ext",
    "mistune.plugins.def_list",
    "mistune.plugins.task_lists",
    "mistune.plugins.url",
    "plotly.graph_objects",
    "plotly.io._templates",
    "pyarrow.dataset",
    "scipy.optimize",
    "scipy.stats",
    "sqlite3",
    "statsmodels.base.covtype",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.proportion",
    "statsmodels.stats.rates",
    "tornado.platform.asyncio",
)

_LANGUAGES = "vi", "en"

_kept: list["Dataset"] = []


def warm_up() -> None:
    """Import what briefings need, use its lazy parts once, and load the data that come with the package."""
    with _quiet():
        for user, unused in _UNUSED.items():
            _import_without(user, unused)
        for name in _NEEDED:
            import_module(name)
        _use_package()
        _make_page()


@contextmanager
def _quiet() -> Iterator[None]:
    """Show no warning; filters that libraries add at their import stay, as after any import."""
    silent = ("ignore", None, Warning, None, 0)
    with warnings.catch_warnings():
        warnings.filters.insert(0, silent)  # type: ignore[attr-defined]
        yield
        kept = [each for each in warnings.filters if each is not silent]
    warnings.filters[:] = kept  # type: ignore[index]
    # Nothing that was warned of meanwhile counts as having been said.
    warnings._filters_mutated()  # type: ignore[attr-defined]


def _import_without(name: str, unused: str) -> None:
    if name in sys.modules or unused in sys.modules:
        return
    sys.modules[unused] = None  # type: ignore[assignment]
    try:
        import_module(name)
    finally:
        # A notebook may import it itself.
        del sys.modules[unused]


def _make_page() -> None:
    """Go once the way from a notebook to a page, with whatever is compiled on that way."""
    import nbformat

    from antq_analysis.briefings.engine import unforkable
    from antq_analysis.briefings.page import PLOTLY, page

    v4: Any = nbformat.v4
    chart = {"data": [{"type": "bar"}], "layout": {}}
    shown = [
        v4.new_output("display_data", {"text/html": "<p>0</p>", "text/plain": "0"}),
        v4.new_output("display_data", {PLOTLY: chart, "text/plain": "0"}),
    ]
    cells = [v4.new_markdown_cell("# 0\n\n0"), v4.new_code_cell("0", outputs=shown)]
    text = json.dumps(v4.new_notebook(cells=cells))
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    for lang in _LANGUAGES:
        page(notebook, lang=lang)
    unforkable("python3")


def _use_package() -> None:
    import antq_analysis as aq

    for name in dir(aq):
        getattr(aq, name)
    ds = aq.load()
    _kept.append(ds)
    # What is remembered of the data here, every worker remembers: which figures contradict each other, names.
    rows = aq.compare(ds, inferred_areas=True)
    for lang in _LANGUAGES:
        aq.tables.levels(rows, ds, lang=lang)
