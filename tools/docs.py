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
# The words of the package for coded values, by column.
CODED = {"scope_org": "scope", "qualifier": "qualifier", "obs_status": "status"}


def table(lang: str, kind: str, rows: Iterable[Iterable[str]]) -> str:
    """Lay out a table in Markdown."""
    heads = TEXTS[lang]["heads"][kind].split("|")
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def bounds(lang: str) -> str:
    """Show how the package reads some printed figures."""
    rows = []
    for text in TEXTS["printed"]:
        usual, strict = (aq.parse_figure(text, wording=way) for way in ("convention", "strict"))
        told = (bounds_text(each.lower, each.upper, lang) for each in (usual, strict))
        rows.append([usual.text, f"`{usual.qualifier}`", *told])
    return table(lang, "bounds", rows)


def reasons(lang: str) -> str:
    """List every reason with the grade it costs, as the code has them."""
    rows = ([f"**{grade}**", reasons_text([code], lang), f"`{code}`"] for code, grade in REASONS.items())
    return table(lang, "reasons", rows)


def tables(lang: str) -> str:
    """Describe every table and column of the data."""
    parts, data, seen = [], ROOT / "data", set()
    for resource in json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        name, schema = resource["name"], resource["schema"]
        parts.append(f"### `{resource['path']}`\n\n{described(lang, 'tables', name, resource)}.")
        if isinstance(schema, str) and schema not in seen:
            seen.add(schema)
            name, schema = "observations", json.loads((data / schema).read_text(encoding="utf-8"))
        if isinstance(schema, dict):
            parts.append(table(lang, "columns", (cells(lang, name, field) for field in schema["fields"])))
    return "\n\n".join(parts)


def described(lang: str, kind: str, name: str, entry: dict[str, Any]) -> str:
    """Return the description of a table or a column; what the data lack stands in `codebook.toml`."""
    said, own = entry.get("description", entry.get("title")) if lang == "en" else None, TEXTS[lang][kind]
    text = said or own.get(f"{name}.{entry['name']}") or own.get(entry["name"])
    if text is None:
        raise KeyError(f"docs/codebook.toml, [{lang}.{kind}], lacks {entry['name']} ({name})")
    return str(text)


def cells(lang: str, name: str, field: dict[str, Any]) -> Iterator[str]:
    """Give the cells of a column of the data: name, type, description, allowed values."""
    limits, coded, say = field.get("constraints", {}), CODED.get(field["name"]), words(lang)
    yield f"`{field['name']}`" + (" \\*" if limits.get("required") else "")
    yield field["type"]
    yield described(lang, "columns", name, field)
    allowed = [f"`{value}` {say(f'{coded}.{value}') if coded else ''}" for value in limits.get("enum", [])]
    signs = {"minimum": "≥ ", "maximum": "≤ ", "pattern": ""}
    yield "<br>".join([*allowed, *(f"{sign}`{limits[end]}`" for end, sign in signs.items() if end in limits)])


def indicators(lang: str) -> str:
    """List the indicators with their definitions, concept by concept."""
    ds, name, parts = aq.load(), f"name_{lang}", []
    units, listed = ds.units().set_index("unit_measure")[name], ds.indicators()
    listed = listed.assign(id="`" + listed["indicator"] + "`", unit=listed["unit_measure"].map(units))
    for concept, title in ds.concepts().set_index("concept")[name].items():
        rows = listed.query("concept == @concept")[[name, "id", "unit", f"definition_{lang}"]]
        parts.append(f"### {title} (`{concept}`)\n\n{table(lang, 'indicators', rows.to_numpy())}")
    return "\n\n".join(parts)


def api(package: str) -> str:
    """Ask for the documentation of every public name, in the groups of the package's own docstring."""
    found = re.findall(r"(?m)^(?: {4}(\w+)  .*|([A-Z].*[^.\n]))$", aq.__doc__ or "")
    return "\n\n".join(f"::: {package}.{name}" if name else f"## {group}" for name, group in found)


def notebook(name: str) -> str:
    """Run a notebook beside the pages and return it as Markdown, with its code and what it shows."""
    papermill.engines.papermill_engines.register("antq", AntqEngine)
    with TemporaryDirectory() as folder:
        options = {"engine_name": "antq", "cwd": folder, "progress_bar": False}
        made = papermill.execute_notebook(ROOT / "docs" / name, Path(folder, name), **options)
    parts = []
    for cell in made.cells:
        parts.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
        for output in cell.get("outputs", []):
            bundle = output.get("data") or {"text/plain": output["text"]}
            kind = next(kind for kind in SHOWN if kind in bundle)
            if kind == PLOTLY:  # drawn by plotly's script, which the page brings along
                shown = plotly.io.to_html(bundle[kind], full_html=False, include_plotlyjs=False)
            else:
                shown = bundle[kind] if kind == "text/html" else f"<pre>{escape(bundle[kind])}</pre>"
            parts.append(f'<div class="shown" tabindex="0">{shown}</div>')
    return "\n\n".join(parts)


FILLED = {each.__name__: each for each in (bounds, reasons, tables, indicators, api, notebook)}


def on_files(files: Any, config: Any) -> None:
    files.append(File.generated(config, "javascripts/plotly.min.js", content=get_plotlyjs()))


def on_page_markdown(markdown: str, **_: Any) -> str:
    return re.sub(r"<!-- antq: (\w+) (\S+) -->", lambda found: FILLED[found[1]](found[2]), markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    return output.replace('<html lang="en"', f'<html lang="{page.meta.get("lang", "en")}"', 1)


class Doctests(griffe.Extension):
    """Show the examples of docstrings as code."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Fence each example."""
        if obj.docstring:
            fenced = r"```pycon\n\1\n```"
            obj.docstring.value = re.sub(r"(?m)^(>>> .*(?:\n.+)*)", fenced, obj.docstring.value)
