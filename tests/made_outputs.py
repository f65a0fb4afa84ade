"""Everything the package shows of a data set: what the notebooks ask for, and what their pages hold."""

import ast
import re
from itertools import zip_longest
from typing import Any

import nbformat
import plotly.graph_objects as go
from bs4 import BeautifulSoup

import antq_analysis as aq
from antq_analysis.data import bundled as bundled_folder
from antq_analysis.data.dataset import Dataset
from antq_analysis.i18n import words

THREE = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
FOUR = [*THREE, "Hòa Bình"]
MOVEMENT = ["CT07-2014", "ND06-2014", "annual"]
CONCEPTS = ["propaganda_sessions", "valuable_tips", "models", "awards_collectives"]
RATIOS = ["valuable_tips_per_model", "valuable_tips_per_100k", "valuable_share_of_tips"]
SERIES = ["population_average", "cooperatives"]


def results(ds: Dataset) -> dict[str, Any]:
    """Give every kind of result of a data set that has the bundled areas."""
    press = ds.select(mandates=MOVEMENT, inferred_areas=True)
    return {
        "figures": aq.compare(press, areas=FOUR, inferred_areas=True),
        "one": aq.compare(press, areas="Thanh Hóa"),
        "pairs": aq.contrasts(ds, CONCEPTS, areas=THREE),
        "ratios": aq.ratios(ds, RATIOS, areas=THREE),
        "nested": aq.nested(press, areas="Thanh Hóa"),
        "series": aq.annual_series(ds, SERIES, THREE),
        "courses": aq.describe_series(ds, SERIES, THREE),
        "gaps": aq.coverage(press, areas=FOUR, concepts=CONCEPTS),
        "clashes": aq.contradictions(press),
        "heaping": aq.heaping(press),
    }


def shown(found: dict[str, Any], ds: Dataset, lang: str) -> dict[str, Any]:
    """Show each result in every way there is; return what shows it by its name."""
    figures, one, clashes = found["figures"], found["one"], found["clashes"]
    pairs, ratios, nested, series = (found[key] for key in ("pairs", "ratios", "nested", "series"))
    answers, tables, plots = aq.answers, aq.tables, aq.plots
    beside = {"nested": nested, "clashes": clashes}
    return {
        "answers.profile": answers.profile(one, ratios, ds, **beside, lang=lang),
        "answers.compare": answers.compare(figures, pairs, ds, lang=lang),
        "answers.trends": answers.trends(figures, ds, **beside, lang=lang),
        "answers.growth": answers.growth(found["courses"], ds, lang=lang),
        "answers.ratios": answers.ratios(ratios, ds, lang=lang),
        "answers.quality": answers.quality(clashes, found["gaps"], ds, lang=lang),
        "answers.keep": answers.keep(figures, ds, clashes=clashes, lang=lang),
        "answers.keep ratios": answers.keep(ratios, ds, lang=lang),
        "answers.questions": answers.questions(ds, "Thanh Hóa", clashes, lang=lang),
        "cards.figures": aq.cards.figures(figures, ds, clashes=clashes, most=99, lang=lang),
        "cards.quoted": aq.cards.quoted(clashes["obs_ids"].explode(), ds, clashes=clashes, lang=lang),
        "tables.compare": tables.compare(
            figures, ds, leads=answers.subjects(figures, ds, lang=lang), lang=lang
        ),
        "tables.compare one": tables.compare(one, ds, lang=lang),
        "tables.figures": tables.figures(figures, ds, lang=lang),
        "tables.contrasts": tables.contrasts(pairs, ds, lang=lang),
        "tables.ratios": tables.ratios(ratios, ds, reasons=True, lang=lang),
        "tables.coverage": tables.coverage(found["gaps"], ds, lang=lang),
        "tables.contradictions": tables.contradictions(clashes, ds, lang=lang),
        "tables.heaping": tables.heaping(found["heaping"], ds, lang=lang),
        "tables.definitions": tables.definitions(ds, CONCEPTS, lang=lang),
        "tables.sources": tables.sources(
            [rows for key, rows in found.items() if key != "courses"], ds, lang=lang
        ),
        "plots.dots": plots.dots(figures, ds, lang=lang),
        "plots.dots ratios": plots.dots(ratios, ds, lang=lang),
        "plots.nested": plots.nested(nested, ds, lang=lang),
        "plots.windows": plots.windows(figures, ds, lang=lang),
        "plots.annual": plots.annual(series, ds, lang=lang),
    }


def soup(output: Any) -> BeautifulSoup:
    """Read what an output shows as HTML."""
    return BeautifulSoup(str(output._repr_html_()), "html.parser")


def drawn_texts(figure: go.Figure) -> list[str]:
    """Return the texts of a chart that plotly reads as markup: titles, annotations and hover texts."""
    texts = [note.text for note in figure.layout.annotations]
    texts += [axis.title.text or "" for axis in (*figure.select_xaxes(), *figure.select_yaxes())]
    return texts + [text for trace in figure.data for text in trace.hovertext or ()]


def html(output: Any) -> str:
    """Return everything of an output that a reader may meet as HTML."""
    return " ".join(drawn_texts(output)) if isinstance(output, go.Figure) else str(output._repr_html_())


def linked(output: Any) -> set[str]:
    """Return the ids of the figures to which an output leads."""
    if isinstance(output, go.Figure):
        return {key for trace in output.data for ids, _ in trace.customdata or () for key in ids.split()}
    return {key for link in soup(output).select("a.fig") for key in link["data-obs"].split()}


def run(name: str, **given: Any) -> tuple[list[Any], dict[str, Any]]:
    """Run a notebook of the project with parameters; return what its cells show, and its variables."""
    notebook = nbformat.read(bundled_folder("notebooks") / f"{name}.ipynb", as_version=4)
    outputs: list[Any] = []
    names: dict[str, Any] = {"display": outputs.append}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        *body, last = ast.parse(cell.source).body
        exec(ast.unparse(ast.Module(body, [])), names)
        if isinstance(last, ast.Expr):
            outputs.append(eval(ast.unparse(last.value), names))
        else:
            exec(ast.unparse(last), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= given
    return outputs, names


def says(text: str, key: str, lang: str = "vi", **values: str) -> bool:
    """Tell whether a text is the message of a key, with these values, and any others, filled in."""
    pieces = re.split(r"{(\w+)}", words(lang).forms(key)[0])
    parts = [re.escape(piece) for piece in pieces[::2]]
    holes = [re.escape(values[hole]) if hole in values else ".+" for hole in pieces[1::2]]
    pattern = "".join(part + hole for part, hole in zip_longest(parts, holes, fillvalue=""))
    return re.fullmatch(pattern, text, re.DOTALL) is not None
