"""A chart with its caption and its data, the hover texts of its marks, and the reasons for drawing none."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import accumulate
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from antq_analysis.analysis.grading import NotComparable, order, reasons_text
from antq_analysis.display.labels import Labels, Row, plain, years
from antq_analysis.display.tables import Table

LONG = 260  # characters of single results in a caption: what is more is counted

# The ids of a mark's figures, and the lines of its text.
Hover = tuple[Sequence[str], Sequence[str]]


class Chart(go.Figure):  # type: ignore[misc]
    """A plotly figure with a caption and with its numbers as a folded table, shown as one output.

    `figure` is a dictionary of `data` and `layout`, `finding` the caption: one or a few sentences, perhaps
    Markup whose numbers link to their figures.
    """

    # Plotly's own method would display the figure by itself and leave its text behind.
    _ipython_display_ = None

    def __init__(self, figure: dict[str, Any], finding: str, table: Table) -> None:
        self._plain: dict[str, Any] | None = figure
        self._finding, self._table = finding, table

    def __getattr__(self, name: str) -> Any:
        """Let plotly validate the figure and build its objects when one of them is first needed.

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
        """The caption: what the chart shows, in plain sentences."""
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
        finding = Markup('<p class="finding">{}</p>').format(self._finding)
        return finding + Markup(self._table._repr_html_())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._plain or self.to_dict(), self._finding, self._table)


class Charts(tuple[Any, ...]):
    """Charts, or the reasons why one is not drawn, shown one below the other, each with its own text."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(*self)  # type: ignore[no-untyped-call]


def refused(subject: str, rows: Iterable[Row], lang: str) -> NotComparable:
    """Return, in place of a chart, the reasons why there is nothing to draw."""
    reasons = order(code for row in rows for code in row["reasons"]) or ("no_figures",)
    return NotComparable((subject,), reasons, lang=lang)


def hover(marks: Iterable[Hover]) -> dict[str, Any]:
    """Return the hover texts of a trace: for each mark the ids of its figures, and lines of plain text.

    A page reads them from `customdata`; plotly's own label, which takes markup, gets them escaped.

    >>> hover([(["a.01"], ["1 < 2", "so"])])["customdata"]
    [['a.01', '1 < 2\\nso']]
    """
    ids, texts = zip(*marks, strict=True)
    return {
        "customdata": [[" ".join(key), "\n".join(lines)] for key, lines in zip(ids, texts, strict=True)],
        "hovertext": ["<br>".join("<br>".join(wrap(escape(line), 58)) for line in lines) for lines in texts],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def hover_bars(
    bars: Iterable[tuple[float, float, float, float]], marks: Iterable[Hover], **look: Any
) -> dict[str, Any]:
    """Draw horizontal bars with hover texts, each from its start, length, place on the axis, and width."""
    drawn = dict(zip(("base", "x", "y", "width"), map(list, zip(*bars, strict=True)), strict=True))
    return {"type": "bar", "orientation": "h", **drawn, "marker": look, **hover(marks)}


def hover_lines(row: Row, name: Labels) -> list[str]:
    """Write the hover text of a result: its value, how sure, why not better graded, and its sources."""
    chance, reasons = name.range(row, "ci"), reasons_text(row["reasons"], name.lang)
    lines = [name.result({"refused": False, **row})]
    lines += [name.say("hover.chance", bounds=chance)] * (chance != name.none)
    return [*lines, *filter(None, [reasons]), *name.trace(row["obs_ids"])]


def caption(
    sentences: Iterable[str], name: Labels, *, left_out: int = 0, refusal: str = "shows.refused"
) -> str:
    """Join the first sentences of a caption, then say how many more there are, and how many were refused."""
    known = list(sentences)
    kept = max(1, sum(length <= LONG for length in accumulate(len(plain(text)) for text in known)))
    counted = {"shows.more": len(known) - kept, refusal: left_out}
    more = [name.say(key, count=count) for key, count in counted.items() if count > 0]
    return name.join(" ", [*known[:kept], *more, *name.unshown()])


def said(row: Row, name: Labels, what: str) -> str:
    """Say a result with its grade, as a sentence of a caption; `what` names what was counted."""
    key, about = (
        "shows.pair",
        {side: name.area(row[f"ref_area_{side}"]) for side in "ab" if "ref_area_a" in row},
    )
    if not about:
        key = "shows.implied" if row.get("kind") == "implied" else "shows.one"
        about = {"area": name.area(row["ref_area"]), "years": years(row)}
    result = name.tied(name.result({"refused": False, **row}), row["obs_ids"])
    grade = name.say("shows.grade", grade=row["grade"]) if isinstance(row["grade"], str) else ""
    return name.say(key, what=what, result=result, grade=grade, **about)
