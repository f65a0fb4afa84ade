"""An executed notebook becomes one HTML page that shows all it made; what would be lost is an error.

A stock export drops a plotly figure with a warning and exits 0. Here every cell is exported through a template
of our own, checked for what would act in the page or be fetched from elsewhere, and tied to the sources.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from markupsafe import Markup
from nbformat import NotebookNode

from antq_analysis.briefings.assets import (
    chart_types,
    digest,
    inline,
    layout,
    packed,
    page_setup,
    part,
    shared,
    template,
)
from antq_analysis.briefings.provenance import Cell, plots, trace
from antq_analysis.display.published import newest
from antq_analysis.errors import InvalidOption, RenderFailed, shorten
from antq_analysis.i18n import slugify

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
# What an output may be shown as, the preferred first.
SHOWN = (PLOTLY, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")

# Plotly's own default height of a figure, in pixels: the room that is kept free until it is drawn.
DEFAULT_HEIGHT = 450

# Characters of a description that a chat or a search shows.
_DESCRIBED = 200

# What a link of a page may lead to: a place in it or beside it, a web page, an address to write to.
_SAFE = ("http", "https", "mailto")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)", re.IGNORECASE)
# Elements that run, fetch or send something, lead away by themselves, or change the whole page.
_FOREIGN = {
    *("script", "style", "base", "link", "meta", "form"),
    *("frame", "frameset", "iframe", "portal", "object", "embed", "applet", "audio", "video"),
}
# Attributes that fetch or send something, whatever their value.
_SENDING = {"action", "background", "formaction", "ping", "srcset", "xlink:href"}
# Names of the page's own places and parts, by which its links and scripts find them.
_RESERVED = ("chart-hint", "charts", "main", "page-setup", "plotly", "popover")

# Charts for which plotly's script fetches borders or tiles.
_MAPS = {
    *("choropleth", "scattergeo", "choroplethmap", "densitymap", "scattermap"),
    *("choroplethmapbox", "densitymapbox", "scattermapbox"),
}

_DAY_IN_TAG = re.compile(r'<[^<>]* data-published="([^"<>]*)"')
_DATE = re.compile(r"\d{4}(-\d\d-\d\d)?\??")
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def page(
    notebook: NotebookNode,
    *,
    lang: str = "vi",
    title: str | None = None,
    subtitle: str = "",
    assets: Literal["inline", "shared"] = "inline",
) -> str:
    """Turn an executed notebook into one HTML page.

    The title is the notebook's first top-level heading unless one is given; `subtitle` says what the page
    was made for. With `assets="shared"` the page takes its style and scripts from the files beside it that
    `shared_files` returns for it. Whoever is sent a link reads the notebook's metadata entry
    `description`, else the page's first finding.

    Raises RenderFailed where the page would show less than the notebook made, or a number without source.
    """
    if assets not in ("inline", "shared"):
        raise InvalidOption(f"assets={assets!r} is no way to make a page. Give 'inline' or 'shared'.")
    cells = [_exported(cell) for cell in notebook.cells]
    heading = _take_title(cells)
    published = newest(day for day in _attributes(cells, "data-published") if _DATE.fullmatch(day))
    cells.append(Cell(parsed(part("method.html.j2", lang=lang, published=published))))
    trace(cells, lang)
    listed = _contents(cells)
    body = "".join(cell.soup.decode(formatter="minimal") for cell in cells)
    charts = [chart for cell in cells for chart in cell.charts]
    types = chart_types(*charts)
    return layout(
        "page.html.j2",
        lang=lang,
        title=title or heading or subtitle or "antq_analysis",
        subtitle=subtitle,
        published=published,
        description=notebook.metadata.get("description") or _description(cells),
        contents=listed,
        body=Markup(body),
        setup=Markup(inline_json(page_setup(lang))),
        charts=Markup(packed(inline_json(charts))) if charts else "",
        # No text can hold what its own digest will be.
        **(inline(types) if assets == "inline" else shared(types, nonce=digest(body))),
    )


def published_in(html: str) -> str:
    """Read back the day, or the year, of the newest source that a page cites; nothing if none is known."""
    return newest(filter(_DATE.fullmatch, _DAY_IN_TAG.findall(html)))


def title_of(notebook: NotebookNode) -> str | None:
    """Return the top-level heading that begins one of a notebook's texts, or a markdown output."""
    return _take_title([_exported(cell) for cell in notebook.cells])


def figures(notebook: NotebookNode) -> list[dict[str, Any]]:
    """List the plotly figures that an executed notebook made, in their order."""
    return [figure for cell in notebook.cells for figure in _figures(cell)]


def warnings_in(notebook: NotebookNode) -> list[str]:
    """List what an executed notebook wrote to stderr: for the operator, never for the reader."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = (output.text.strip() for output in outputs if output.get("name") == "stderr")
    return [text for text in texts if text]


def inline_json(value: object) -> str:
    r"""Write a value as JSON that no HTML parser can mistake for markup.

    >>> inline_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_UNSAFE)


def parsed(html: str) -> BeautifulSoup:
    """Read a piece of HTML: of the parsers there are, this one changes nothing but what it is asked to."""
    return BeautifulSoup(html, "html.parser", multi_valued_attributes=None)


# ---- the export of a cell ----------------------------------------------------------------------------------


def _exported(cell: NotebookNode) -> Cell:
    """Export what a page shows of a cell; raise RenderFailed, with its number, where something would be lost."""
    outputs, charts = cell.get("outputs", []), list(_figures(cell))
    problem = next(filter(None, map(_loss, outputs)), None)
    if not problem:
        soup = _without_comments(parsed(_html(cell, outputs)))
        problem = next(_faults(soup, _name(cell)), None) or _miscounted(soup, charts)
        _disarm(soup)
    if problem:
        raise RenderFailed(problem, cell=cell.get("execution_count"))
    return Cell(soup, charts, cell.get("execution_count"))


def _html(cell: NotebookNode, outputs: Iterable[NotebookNode]) -> str:
    from nbconvert.filters.ansi import ansi2html

    shown = [(*found, output) for output in outputs if (found := _shown(output))]
    return template("cell.html.j2").render(
        cell=cell, outputs=shown, ansi=ansi2html, markdown=lambda text: _markdown(text, cell)
    )


def _markdown(text: str, cell: NotebookNode) -> Markup:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    attachments = cell.get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(text))


def _figures(cell: NotebookNode) -> Iterator[dict[str, Any]]:
    return (output.data[PLOTLY] for output in cell.get("outputs", []) if PLOTLY in output.get("data", {}))


def _shown(output: NotebookNode) -> tuple[str, Any] | None:
    """Return the type that an output is shown as, and what the template fills in; None for stderr."""
    if output.output_type == "stream":
        return ("text/plain", output.text) if output.name == "stdout" else None
    kind = next(kind for kind in SHOWN if kind in output.data)
    content = output.data[kind]
    if kind == PLOTLY:
        return kind, _place(content)
    if kind == "image/svg+xml":
        return kind, b64encode(content.encode()).decode()
    return kind, content.replace("\n", "") if kind.startswith("image/") else content


def _place(figure: dict[str, Any]) -> dict[str, Any]:
    layout = figure.get("layout", {})
    title = layout.get("title", {})
    text = title.get("text", "") if isinstance(title, dict) else title
    return {"label": Markup(text).striptags(), "height": int(layout.get("height") or DEFAULT_HEIGHT)}


def _loss(output: NotebookNode) -> str | None:
    """Say why a reader would not see an output as the notebook made it, and the way out."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}".removesuffix(": ")
    if not (data := output.get("data")):
        return None
    if PLOTLY in data:
        return _undrawn(data[PLOTLY])
    if WIDGET in data:
        return "An interactive widget cannot be shown in a page. Display a plain plotly Figure or a table."
    if any("plotly" in kind for kind in data) or data.get("text/plain", "").startswith("Figure({"):
        return (
            f"A figure was displayed without the type {PLOTLY} and would be lost. "
            'Keep plotly.io.renderers.default = "plotly_mimetype".'
        )
    unknown = f"An output is of no type that a page can show. It can show {', '.join(SHOWN)}."
    return None if data.keys() & set(SHOWN) else unknown


def _undrawn(figure: dict[str, Any]) -> str | None:
    drawn, pictures = figure.get("data", []), figure.get("layout", {}).get("images", [])
    found = [trace["type"] for trace in drawn if trace.get("type") in _MAPS]
    sources = [str(picture.get("source") or "data:") for picture in [*drawn, *pictures]]
    found += ["image" for source in sources if not source.startswith("data:")]
    if found:
        return (
            f"A chart of type {found[0]} takes maps or pictures from the network, which a page may not. "
            "Show the values as bars or in a table, or display the finished picture as PNG."
        )
    try:
        inline_json(figure)
    except ValueError:
        return "A figure holds NaN or infinity; leave such values out (None)."
    return None


def _miscounted(soup: BeautifulSoup, charts: Sequence[object]) -> str | None:
    if len(charts) == (places := len(plots(soup))):
        return None
    return (
        f"Figures made by the notebook: {len(charts)}; places for figures in the page: {places}. "
        "Display every figure once, as the result of a cell or with display()."
    )


# ---- what may not act in a page ----------------------------------------------------------------------------


def _name(cell: NotebookNode) -> str:
    return "An output" if cell.cell_type == "code" else f"The text {shorten(' '.join(cell.source.split()))!r}"


def _faults(soup: BeautifulSoup, name: str) -> Iterator[str]:
    """Say what of a cell would fetch, send or run something, lead away, or take a part of the page for its own."""
    for tag in soup.find_all(True):
        found = [f"<{tag.name}>"] if tag.name in _FOREIGN else []
        for what in found + [f"<{tag.name} {attribute}>" for attribute in tag.attrs if _acts(tag, attribute)]:
            yield (
                f"{name} holds {what}, but a page takes nothing from elsewhere and runs only its own "
                "script. Remove it; display a plotly Figure, a table or a picture, or write an ordinary link."
            )
        if tag.get("id") in _RESERVED:
            yield f'{name} gives <{tag.name}> the name id="{tag["id"]}" of a part of the page. Rename it.'


def _acts(tag: Tag, name: str) -> bool:
    value = str(tag[name]).strip().lower()
    if name in ("src", "poster"):
        return not value.startswith("data:")
    if name == "href":
        return tag.name not in ("a", "area") and not value.startswith(("#", "data:"))
    return name.startswith("on") or name in _SENDING


def _without_comments(soup: BeautifulSoup) -> BeautifulSoup:
    # Browsers end some comments earlier than the parser does: what follows would act unseen.
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    return soup


def _disarm(soup: BeautifulSoup) -> None:
    """Take the address from every link that would run something or read a file."""
    for link in soup.find_all(href=True):
        # Browsers overlook blanks and line ends in an address.
        scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", str(link["href"])))
        if scheme and scheme[0].lower() not in _SAFE:
            del link["href"]


# ---- title, contents, description --------------------------------------------------------------------------


def _take_title(cells: Iterable[Cell]) -> str | None:
    """Take the first top-level heading that begins a text out of a page; return its words."""
    for text in (text for cell in cells for text in cell.soup.select("div.prose")):
        heading = text.find(True, recursive=False)
        if heading and heading.name == "h1":
            after = heading.extract() and next(iter(text.contents), None)
            if isinstance(after, NavigableString):
                after.replace_with(after.lstrip())
            return " ".join(heading.get_text().split())
    return None


def _contents(cells: Sequence[Cell]) -> list[dict[str, str]]:
    """Name the second-level headings of a page, in place, and list names and texts in their order.

    The names are the headings' words without accents, so that a link to a section can be read and kept.
    """
    taken = {*_RESERVED, *_attributes(cells, "id")}
    listed = []
    for heading in (heading for cell in cells for heading in cell.soup.find_all("h2")):
        text = " ".join(heading.get_text().split())
        wanted = slugify(text) or "section"
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
        heading["id"] = next(name for name in names if name not in taken)
        taken.add(heading["id"])
        listed.append({"id": heading["id"], "text": text})
    return listed


def _description(cells: Sequence[Cell]) -> str:
    """Say in at most 200 characters what a page finds: its first finding, else its first paragraph."""
    found = (cell.soup.select_one(query) for query in (".finding", "p") for cell in cells)
    first = next(filter(None, found), None)
    text = " ".join(first.get_text().split()) if first else ""
    return text if len(text) <= _DESCRIBED else f"{text[:_DESCRIBED].rsplit(' ', 1)[0]}…"


def _attributes(cells: Iterable[Cell], name: str) -> list[str]:
    return [str(tag[name]) for cell in cells for tag in cell.soup.find_all(attrs={name: True})]
