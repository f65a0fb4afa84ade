"""A stock export drops a plotly figure with a warning and exits 0; here what cannot be shown is an error.

The notebook's markdown and outputs become one HTML fragment through our own nbconvert template, with a
place for every figure that the page's script draws.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from markupsafe import Markup, escape
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from antq_analysis.briefings.shell import TEMPLATES
from antq_analysis.errors import RenderFailed

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
SHOWN = (
    PLOTLY,
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/plain",
)

# Plotly's own default height of a figure, in pixels: the room that is kept free until it is drawn.
DEFAULT_HEIGHT = 450

_FOREIGN = re.compile(r"<(script|iframe|object|embed)\b", re.IGNORECASE)
_TOP_HEADING = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]+?)[ \t#]*(?:\n|\Z)")
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


class FragmentExporter(HTMLExporter):
    """Turn a notebook into the HTML of its text and outputs, without a page around it."""

    @property
    def default_config(self) -> Any:
        """Put figures first among what an output may be shown as, and leave out what needs a script."""
        config = super().default_config
        config.NbConvertBase.display_data_priority = list(SHOWN)
        return config

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Fill the template; the page reads the HTML itself, which the stock exporter does as well."""
        return super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)


def fragment(notebook: NotebookNode) -> str:
    """Export the text and the outputs of an executed notebook as HTML, without its title.

    Raises RenderFailed for the first output that a reader would not see as the notebook made it.
    """
    for cell, output in _outputs(notebook):
        if problem := _unshowable(output):
            raise RenderFailed(problem, cell=cell.get("execution_count"))
    html, _ = _exporter().from_notebook_node(_outline(notebook))
    return str(html)


def figures(notebook: NotebookNode) -> list[dict[str, Any]]:
    """List the plotly figures that an executed notebook made, in their order."""
    return [output.data[PLOTLY] for _, output in _outputs(notebook) if PLOTLY in output.get("data", {})]


def warnings_in(notebook: NotebookNode) -> list[str]:
    """List what an executed notebook wrote to stderr: for the operator, never for the reader."""
    return [
        output.text.strip()
        for _, output in _outputs(notebook)
        if output.output_type == "stream" and output.name == "stderr" and output.text.strip()
    ]


def title_of(notebook: NotebookNode) -> str | None:
    """Return the notebook's first top-level heading, in text or in a markdown output."""
    heading = next((found for _, _, found in _titles(notebook)), None)
    return Markup(markdown2html(heading["title"])).striptags() if heading else None


def inline_json(value: object) -> str:
    r"""Write a value as JSON that no HTML parser can mistake for markup.

    >>> inline_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_UNSAFE)


@cache
def _exporter() -> FragmentExporter:
    exporter = FragmentExporter(  # type: ignore[no-untyped-call]
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="briefing",
        exclude_anchor_links=True,
        # What they do is for code, which is not shown, and they check the notebook again and again.
        default_preprocessors=[],
    )
    exporter.register_filter("scrolls", _scrolls)  # type: ignore[no-untyped-call]
    exporter.register_filter("picture_text", _picture_text)  # type: ignore[no-untyped-call]
    return exporter


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


def _outline(notebook: NotebookNode) -> NotebookNode:
    """Copy what the template shows of a notebook: no code, no data of figures, no title."""
    outline = _node(metadata={}, cells=[_cell(cell) for cell in notebook.cells])
    for holder, key, title in _titles(outline):
        holder[key] = holder[key][title.end() :]
        break
    return outline


def _cell(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type != "code":
        return _node(**cell)
    return _node(**cell | {"source": "", "outputs": [_shown(output) for output in cell.outputs]})


def _shown(output: NotebookNode) -> NotebookNode:
    data = output.get("data", {})
    if not data:
        return output
    drawn = {PLOTLY: _place(data[PLOTLY])} if PLOTLY in data else {}
    return _node(**output | {"data": {**data, **drawn}})


def _node(**entries: Any) -> NotebookNode:
    return NotebookNode(entries)  # type: ignore[no-untyped-call]


def _titles(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str, re.Match[str]]]:
    for holder, key in _markdown(notebook):
        if found := _TOP_HEADING.match(holder[key]):
            yield holder, key, found


def _markdown(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell, "source"
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                yield output.data, "text/markdown"


def _unshowable(output: NotebookNode) -> str | None:
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}".removesuffix(": ")
    data = output.get("data")
    if data is None:
        return None
    if PLOTLY in data:
        return _fetching(data[PLOTLY])
    return next((remedy for lost, remedy in _LOSSES if lost(data)), None)


def _fetching(figure: dict[str, Any]) -> str | None:
    layout = figure.get("layout", {})
    pictures = [*figure.get("data", []), *layout.get("images", [])]
    found = [kind for drawn in figure.get("data", []) if (kind := drawn.get("type")) in _MAPS]
    found += [
        "image" for picture in pictures if not str(picture.get("source") or "data:").startswith("data:")
    ]
    return f"A chart of type {found[0]} {_OFFLINE}" if found else None


def _is_lost_figure(data: dict[str, Any]) -> bool:
    return any("plotly" in kind for kind in data) or data.get("text/plain", "").startswith("Figure({")


def _needs_script(data: dict[str, Any]) -> bool:
    return bool(_FOREIGN.search(data.get("text/html", "")))


# Charts for which plotly's script fetches borders or tiles.
_MAPS = {
    *("choropleth", "scattergeo", "choroplethmap", "densitymap", "scattermap"),
    *("choroplethmapbox", "densitymapbox", "scattermapbox"),
}
_OFFLINE = (
    "takes maps or pictures from the network, which a page may not. "
    "Show the values as bars or in a table, or display the finished picture as PNG."
)

# Ways in which an output is not seen in the page, the most telling first, each with the way out.
_LOSSES: tuple[tuple[Callable[[dict[str, Any]], bool], str], ...] = (
    (
        lambda data: WIDGET in data,
        "An interactive widget cannot be shown in a page. Display a plain plotly Figure or a table.",
    ),
    (
        _is_lost_figure,
        f"A figure was displayed without the type {PLOTLY} and would be lost. "
        'Keep plotly.io.renderers.default = "plotly_mimetype".',
    ),
    (
        _needs_script,
        "HTML with a script or frame of its own cannot be shown in a page that runs only its own script. "
        "Display a plotly Figure, a table or a picture.",
    ),
    (
        lambda data: not data.keys() & set(SHOWN),
        f"An output is of no type that a page can show. It can show {', '.join(SHOWN)}.",
    ),
)


def _place(figure: dict[str, Any]) -> dict[str, Any]:
    layout = figure.get("layout", {})
    title = layout.get("title", {})
    text = title.get("text", "") if isinstance(title, dict) else title
    return {
        "label": escape(Markup(text).striptags()),
        "height": int(layout.get("height") or DEFAULT_HEIGHT),
    }


def _scrolls(html: str) -> bool:
    # Our own tables bring a frame that scrolls and is reached by keyboard; a plain one is given it.
    return "<table" in html and "tabindex" not in html


def _picture_text(output: NotebookNode) -> str:
    return str(escape(output.get("metadata", {}).get("alt", "")))
