"""A stock export drops a plotly figure with a warning and exits 0; here what cannot be shown is an error.

The notebook's markdown and outputs become one HTML fragment through our own nbconvert template, with
every figure as data that the page's script draws.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from traitlets.config import Config

from ..errors import RenderFailed

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
TEMPLATES = Path(__file__).parent / "templates"

# Plotly's own default height of a figure, in pixels: the room that is kept free until it is drawn.
DEFAULT_HEIGHT = 450

_NEEDS_SCRIPT = re.compile(r"<(script|iframe|object|embed)\b", re.IGNORECASE)
_TOP_HEADING = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]+?)[ \t#]*(?:\n|\Z)")
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


class FragmentExporter(HTMLExporter):
    """Turn a notebook into the HTML of its text and outputs, without a page around it."""

    @property
    def default_config(self) -> Config:
        """Put figures first among what an output may be shown as, and leave out what needs a script."""
        config = Config({"NbConvertBase": {"display_data_priority": list(SHOWN)}})
        return Config(super().default_config, **config)


def fragment(notebook: NotebookNode) -> str:
    """Export the text and the outputs of an executed notebook as HTML.

    Raises RenderFailed for the first output that a reader would not see as the notebook made it.
    """
    for cell, output in _outputs(notebook):
        if problem := _unshowable(output):
            raise RenderFailed(problem, cell=cell.get("execution_count"))
    exporter = FragmentExporter(
        extra_template_basedirs=[str(TEMPLATES)], template_name="briefing", exclude_anchor_links=True
    )
    exporter.register_filter("chart", _chart)
    exporter.register_filter("picture_text", _picture_text)
    html, _ = exporter.from_notebook_node(notebook)
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


def take_title(notebook: NotebookNode) -> str | None:
    """Remove the notebook's first top-level heading, in text or in a markdown output, and return it."""
    for holder, key in _markdown(notebook):
        if found := _TOP_HEADING.match(holder[key]):
            holder[key] = holder[key][found.end() :]
            return Markup(markdown2html(found["title"])).striptags()
    return None


def inline_json(value: object) -> str:
    r"""Write a value as JSON that no HTML parser can mistake for markup.

    >>> inline_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_UNSAFE)


def _outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


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
    if output.output_type == "stream":
        return None
    data = output.data
    if PLOTLY in data:
        return None
    if WIDGET in data:
        return "An interactive widget cannot be shown in a page. Display a plain plotly Figure or a table."
    if "plotly" in " ".join(data) or data.get("text/plain", "").startswith("Figure({"):
        return (
            f"A figure was displayed without the {PLOTLY} type and would be lost. "
            'Keep plotly.io.renderers.default = "plotly_mimetype".'
        )
    if "text/html" in data and _NEEDS_SCRIPT.search(data["text/html"]):
        return (
            "HTML with its own script or frame cannot be shown in a page that runs only its own. "
            "Display a plotly Figure, a table or a picture."
        )
    if not set(SHOWN) & set(data):
        return f"An output of type {', '.join(data) or 'nothing'} cannot be shown. Types shown: {', '.join(SHOWN)}."
    return None


def _chart(figure: dict[str, Any]) -> dict[str, Any]:
    layout = figure.get("layout", {})
    title = layout.get("title", {})
    text = title.get("text", "") if isinstance(title, dict) else title
    try:
        data = inline_json(figure)
    except ValueError as error:
        raise RenderFailed("A figure holds NaN or infinity; leave such values out (None).") from error
    return {
        "json": data,
        "label": escape(Markup(text).striptags()),
        "height": int(layout.get("height") or DEFAULT_HEIGHT),
    }


def _picture_text(output: NotebookNode) -> str:
    return str(escape(output.get("metadata", {}).get("alt", "")))
