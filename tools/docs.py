"""Fill in what the documentation takes from the code, the data and the tutorial while mkdocs builds it.

A page asks for it by a comment, `<!-- antq: NAME WHAT -->`, and reads well as plain Markdown too.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import griffe
import papermill
import plotly.io
from mkdocs.structure.files import File
from plotly.offline import get_plotlyjs

import antq_analysis as aq
from antq_analysis.analysis.grading import REASONS, reasons_text
from antq_analysis.briefings.engine import AntqEngine
from antq_analysis.briefings.page import PLOTLY, SHOWN
from antq_analysis.i18n import bounds_text, words

ROOT = Path(__file__).parents[1]
TEXTS = tomllib.loads((ROOT / "docs" / "codebook.toml").read_text(encoding="utf-8"))
PRINTED = ("28.778 buổi", "hơn 740.000", "hơn 1,8 triệu", "trên 2.170", "từ 80% trở lên", "trên 80%", "gần 4.000",
           "khoảng 300", "hàng trăm")  # fmt: skip
# The words of the package for coded values, by column.
CODED = {"scope_org": "scope", "qualifier": "qualifier", "obs_status": "status"}


# ---- what a page may ask for -------------------------------------------------------------------------------


def table(lang: str, kind: str, rows: Iterable[Iterable[str]]) -> str:
    """Lay out a table in Markdown."""
    heads = TEXTS[lang]["heads"][kind].split("|")
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def bounds(lang: str) -> str:
    """Show how the package reads some printed figures."""
    readings = ([aq.parse_figure(text, wording=way) for way in ("convention", "strict")] for text in PRINTED)
    rows = (
        [usual.text, f"`{usual.qualifier}`", *(bounds_text(e.lower, e.upper, lang) for e in (usual, strict))]
        for usual, strict in readings
    )
    return table(lang, "bounds", rows)


def reasons(lang: str) -> str:
    """List every reason with the grade it costs, as the code has them."""
    rows = ([f"**{grade}**", reasons_text([code], lang), f"`{code}`"] for code, grade in REASONS.items())
    return table(lang, "reasons", rows)


def tables(lang: str) -> str:
    """Describe every table and column of the data."""
    parts, data = [], ROOT / "data"
    for resource in json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        name, schema = resource["name"], resource["schema"]
        parts.append(f"### `{resource['path']}`\n\n{described(lang, name, resource['title'])}.")
        if isinstance(schema, dict) or name == "observations-press":
            name, schema = (name, schema) if isinstance(schema, dict) else ("observations", data / schema)
            fields = schema if isinstance(schema, dict) else json.loads(schema.read_text(encoding="utf-8"))
            parts.append(table(lang, "columns", (cells(lang, name, field) for field in fields["fields"])))
    return "\n\n".join(parts)


def described(lang: str, name: str, said: str | None, column: str = "") -> str:
    """Return the description of a table or a column; what the data lack stands in `codebook.toml`."""
    own = TEXTS[lang]["columns" if column else "tables"]
    text = (said if lang == "en" else None) or own.get(f"{name}.{column}") or own.get(column or name)
    if not text:
        raise KeyError(f"docs/codebook.toml lacks the description of {name} {column} for {lang!r}")
    return str(text)


def cells(lang: str, name: str, field: dict[str, Any]) -> Iterator[str]:
    """Give the cells of a column of the data: name, type, description, allowed values."""
    limits, coded, say = field.get("constraints", {}), CODED.get(field["name"]), words(lang)
    yield f"`{field['name']}`" + (" \\*" if limits.get("required") else "")
    yield field["type"]
    yield described(lang, name, field.get("description"), field["name"])
    values = [f"`{each}`" + (f" {say(f'{coded}.{each}')}" if coded else "") for each in limits.get("enum", [])]
    ends = [f"{sign} {limits[end]}" for sign, end in (("≥", "minimum"), ("≤", "maximum")) if end in limits]
    yield "<br>".join([*values, *ends, *(f"`{limits[key]}`" for key in ("pattern",) if key in limits)])


def indicators(lang: str) -> str:
    """List the indicators with their definitions, concept by concept."""
    ds, name = aq.load(), f"name_{lang}"
    units, listed = ds.units().set_index("unit_measure")[name], ds.indicators().to_dict("records")
    parts = []
    for concept, title in ds.concepts().set_index("concept")[name].items():
        rows = (
            [row[name], f"`{row['indicator']}`", units[row["unit_measure"]], row[f"definition_{lang}"]]
            for row in listed
            if row["concept"] == concept
        )
        parts.append(f"### {title} (`{concept}`)\n\n{table(lang, 'indicators', rows)}")
    return "\n\n".join(parts)


def api(package: str) -> str:
    """Ask for the documentation of every public name, in the groups of the package's own docstring."""
    parts = []
    for line in (aq.__doc__ or "").splitlines()[1:]:
        if found := re.match(r" {4}(\w+)  ", line):
            parts.append(f"::: {package}.{found[1]}")
        elif re.match("[A-Z]", line) and not line.endswith("."):
            parts.append(f"## {line}")
    return "\n\n".join(parts)


def notebook(name: str) -> str:
    """Run a notebook beside the pages and return it as Markdown; what it shows waits for the finished page."""
    papermill.engines.papermill_engines.register("antq", AntqEngine)
    with TemporaryDirectory() as folder:
        options = {"engine_name": "antq", "cwd": folder, "progress_bar": False}
        made = papermill.execute_notebook(ROOT / "docs" / name, Path(folder, name), **options)
    parts = []
    for cell in made.cells:
        parts.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
        for output in cell.get("outputs", []):
            parts.append(f'<div id="output-{len(OUTPUTS)}"></div>')
            OUTPUTS.append(f'<div class="shown">{html_of(output)}</div>')
    return "\n\n".join(parts)


def html_of(output: Any) -> str:
    """Return what a cell shows as HTML; a chart is drawn by plotly's script, which the page brings along."""
    bundle = output.get("data") or {"text/plain": output["text"]}
    kind = next(kind for kind in SHOWN if kind in bundle)
    if kind == PLOTLY:
        return plotly.io.to_html(bundle[kind], full_html=False, include_plotlyjs=False)
    return bundle[kind] if kind == "text/html" else f"<pre><code>{escape(bundle[kind])}</code></pre>"


# ---- what mkdocs and griffe call ---------------------------------------------------------------------------

FILLED = {each.__name__: each for each in (bounds, reasons, tables, indicators, api, notebook)}
OUTPUTS: list[str] = []


def on_files(files: Any, config: Any) -> None:
    files.append(File.generated(config, "javascripts/plotly.min.js", content=get_plotlyjs()))


def on_page_markdown(markdown: str, **_: Any) -> str:
    return re.sub(r"<!-- antq: (\w+) (\S+) -->", lambda found: FILLED[found[1]](found[2]), markdown)


def on_page_content(html: str, **_: Any) -> str:
    return re.sub(r'<div id="output-(\d+)"></div>', lambda found: OUTPUTS[int(found[1])], html)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    return output.replace('<html lang="en"', f'<html lang="{page.meta.get("lang", "en")}"', 1)


class Doctests(griffe.Extension):
    """Show the examples of docstrings as code."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            fenced = r"```pycon\n\1\n```"
            obj.docstring.value = re.sub(r"(?m)^(>>> .*(?:\n.+)*)", fenced, obj.docstring.value)
