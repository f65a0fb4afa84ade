"""A chart with its text: who cannot see it reads what it shows, and everybody can check its numbers.

Notebook and page receive picture and text as one output, so that neither can lose the other.
"""

from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup, escape

from antq_analysis.display.table import Table, plain

_TEXT = Markup('<p class="finding">{finding}</p>{table}')


class Chart(go.Figure):  # type: ignore[misc]
    """A plotly figure that says in words what it shows, and carries its numbers as a folded table.

    `figure` is a dictionary of `data` and `layout`, `finding` one or a few sentences, perhaps Markup whose
    numbers are tied to their figures.

    >>> chart = Chart({"data": [], "layout": {}}, "Nothing is drawn.", Table("Numbers", [], {}))
    >>> chart.finding
    'Nothing is drawn.'
    """

    # Plotly's own method would display the figure by itself and leave its text behind.
    _ipython_display_ = None

    def __init__(self, figure: dict[str, Any], finding: str, table: Table) -> None:
        self._plain: dict[str, Any] | None = figure
        self._finding, self._table = finding, table

    def __getattr__(self, name: str) -> Any:
        """Let plotly check the figure and build its objects, once anybody asks for one of them.

        That takes longer than all the rest of a chart, and a page shows the dictionary as it is.
        """
        figure = self.__dict__.get("_plain")
        # What a notebook asks of anything it shows, such as `_repr_png_`, is none of plotly's objects.
        if figure is None or name.endswith("_"):
            raise AttributeError(name)
        self._plain = None
        super().__init__(figure)
        return getattr(self, name)

    @property
    def finding(self) -> str:
        """What the chart shows, in plain sentences."""
        return plain(self._finding)

    @property
    def table(self) -> Table:
        """The numbers that are drawn."""
        return self._table

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        from plotly.io import renderers

        figure = self.to_dict() if self._plain is None else dict(self._plain)
        drawn: dict[str, Any] = renderers["plotly_mimetype"].to_mimebundle(figure)
        return drawn | {"text/html": self._repr_html_(), "text/plain": self.finding}

    def _repr_html_(self) -> str:
        return _TEXT.format(finding=escape(self._finding), table=Markup(self._table._repr_html_()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._plain or self.to_dict(), self._finding, self._table)


class Charts(tuple[Any, ...]):
    """Charts, or the reasons why one is not drawn, shown one below the other, each with its own text.

    >>> Charts(["one", "two"])[1]
    'two'
    """

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(*self)  # type: ignore[no-untyped-call]
