"""An executed notebook becomes one HTML page that shows all it made; what would be lost is an error.

A stock export drops a plotly figure with a warning and exits 0. Here every cell is exported through our own
template, checked for what would act in the page or be fetched from elsewhere, and tied to the sources.
"""

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, zip_longest
from typing import Any, Literal

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from markupsafe import Markup
from nbformat import NotebookNode

from antq_analysis.briefings.assets import inline_json, layout, part, scripts_and_styles, template
from antq_analysis.briefings.provenance import Cell, is_plot, trace
from antq_analysis.display.sources import newest
from antq_analysis.errors import InvalidOption, RenderFailed, shorten
from antq_analysis.i18n import slugify

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
# What an output may be shown as, the preferred first.
SHOWN = (PLOTLY, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")

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

# Tables of a DataFrame and of a Styler; properties and values of a Styler that are only looks.
_PANDAS_TABLE = re.compile(r'<table [^>]*(class="dataframe|id="T_)')
_LOOKS = {"color", "background", "background-color", "font-weight", "font-style", "text-decoration"}
_LOOK = re.compile(r"([#\w.,%\s)-]|\b(rgb|rgba|hsl|hsla|linear-gradient)\()*")
_NUMBER = re.compile(r"[-+]?(\d[\d.,]*(e[-+]?\d+)?|inf)\s?%?", re.IGNORECASE)
_MISSING = ("", "NaN", "nan", "None", "NaT", "<NA>", "...")

_DAY_IN_TAG = re.compile(r'<[^<>]* data-published="([^"<>]*)"')
_DATE = re.compile(r"\d{4}(-\d\d-\d\d)?\??")


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
    cells = [_export(cell) for cell in notebook.cells]
    heading = _take_title(cells)
    published = newest(day for day in _attributes(cells, "data-published") if _DATE.fullmatch(day))
    cells.append(Cell(parsed(part("method.html.j2", lang=lang, published=published))))
    trace(cells, lang)
    listed = _contents(cells)
    body = "".join(cell.soup.decode(formatter="minimal") for cell in cells)
    charts = [chart for cell in cells for chart in cell.charts]
    return layout(
        "page.html.j2",
        lang=lang,
        title=title or heading or subtitle or "antq_analysis",
        subtitle=subtitle,
        published=published,
        description=notebook.metadata.get("description") or _description(cells),
        contents=listed,
        body=Markup(body),
        **scripts_and_styles(charts, lang, assets, body),
    )


def published_in(html: str) -> str:
    """Read back the day, or the year, of the newest source that a page cites; nothing if none is known."""
    return newest(filter(_DATE.fullmatch, _DAY_IN_TAG.findall(html)))


def title_of(notebook: NotebookNode) -> str | None:
    """Return the top-level heading that begins one of a notebook's texts, or a markdown output."""
    return _take_title([_export(cell) for cell in notebook.cells])


def figures(notebook: NotebookNode) -> list[dict[str, Any]]:
    """List the plotly figures that an executed notebook made, in their order."""
    return [figure for cell in notebook.cells for figure in _figures(cell)]


def warnings_in(notebook: NotebookNode) -> list[str]:
    """List what an executed notebook wrote to stderr: for the operator, never for the reader."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = (output.text.strip() for output in outputs if output.get("name") == "stderr")
    return [text for text in texts if text]


def parsed(html: str) -> BeautifulSoup:
    """Read a piece of HTML: of the parsers there are, this one changes nothing but what it is asked to."""
    return BeautifulSoup(html, "html.parser", multi_valued_attributes={"*": ["class"]})


# ---- the export of a cell ----------------------------------------------------------------------------------


def _export(cell: NotebookNode) -> Cell:
    """Export what a page shows of a cell; raise RenderFailed, with its number, where it would be lost."""
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
    if kind == "image/svg+xml":
        return kind, b64encode(content.encode()).decode()
    if kind == "text/html":
        return kind, _with_readable_tables(content)
    return kind, content.replace("\n", "") if kind in ("image/png", "image/jpeg") else content


def _loss(output: NotebookNode) -> str | None:
    """Say why a reader would not see an output as the notebook made it, and the way out."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}".removesuffix(": ")
    if (data := output.get("data")) is None:
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
    if len(charts) == (places := sum(map(is_plot, soup.find_all("div")))):
        return None
    return (
        f"Figures made by the cell: {len(charts)}; places for figures in the page: {places}. "
        "Display every figure once, as the result of a cell or with display()."
    )


# ---- tables of pandas --------------------------------------------------------------------------------------


def _with_readable_tables(html: str) -> str:
    """Turn the tables that a DataFrame or a Styler shows itself as into tables like the page's own."""
    if not _PANDAS_TABLE.search(html):
        return html
    soup = parsed(html)
    for table in soup.select('table.dataframe, table[id^="T_"]'):
        style, looks = table.find_previous_sibling("style"), {}
        if style and ("scoped" in style.attrs or style.get("type") == "text/css"):
            looks = _looks(style.extract().get_text())
        table.replace_with(parsed(_table(table, looks)))
    return soup.decode(formatter="minimal")


def _looks(css: str) -> dict[str, str]:
    """Return what the style of a Styler says of single cells, by their ids, as far as it is only looks."""
    looks: dict[str, str] = defaultdict(str)
    for selectors, rules in re.findall(r"([^{}]*)\{([^{}]*)\}", css):
        pairs = [[part.strip() for part in rule.partition(":")[::2]] for rule in rules.split(";")]
        plain = [f"{name}: {value};" for name, value in pairs if name in _LOOKS and _LOOK.fullmatch(value)]
        for cell in re.findall(r"#([\w-]+)(?:,|$)", selectors.strip()) if plain else ():
            looks[cell] += "".join(plain)
    return looks


def _table(table: Tag, looks: Mapping[str, str]) -> str:
    head, body = (_grid(part) if part else [] for part in (table.thead, table.tbody))
    numeric = [_is_numeric(map(_words, column)) for column in zip(*body, strict=True)]
    names = [dict.fromkeys(filter(None, map(_words, column))) for column in zip(*head, strict=True)]
    return template("table.html.j2").render(
        caption=_words(table.caption) if table.caption else "",
        titles=list(zip_longest(map(" · ".join, names), numeric)) if names else [],
        rows=[list(zip(row, numeric, strict=True)) for row in body],
        looks=looks,
    )


def _grid(part: Tag) -> list[list[Tag]]:
    """Return the rows of a part of a table, with a cell in each of the rows and columns that it spans."""
    lines = part.find_all("tr", recursive=False)
    grid: list[dict[int, Tag]] = [{} for _ in lines]
    for at, line in enumerate(lines):
        for cell in line.find_all(["th", "td"], recursive=False):
            column = next(free for free in count() if free not in grid[at])
            for covered in grid[at : at + _span(cell, "rowspan")]:
                covered.update(dict.fromkeys(range(column, column + _span(cell, "colspan")), cell))
    width = max((len(cells) for cells in grid), default=0)
    return [[cells.get(column, Tag(name="td")) for column in range(width)] for cells in grid]


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name, "1"))
    return min(int(text), 1000) if text.isdecimal() else 1


def _is_numeric(texts: Iterable[str]) -> bool:
    told = [text for text in texts if text not in _MISSING]
    return bool(told) and all(map(_NUMBER.fullmatch, told))


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


# ---- what may not act in a page ----------------------------------------------------------------------------


def _name(cell: NotebookNode) -> str:
    return "An output" if cell.cell_type == "code" else f"The text {shorten(' '.join(cell.source.split()))!r}"


def _faults(soup: BeautifulSoup, name: str) -> Iterator[str]:
    """Say what of a cell would fetch, send or run something, or bear the name of a part of the page."""
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
    for text in (text for cell in cells for text in cell.soup.find_all("div", class_="prose")):
        heading = text.find(True, recursive=False)
        if heading and heading.name == "h1":
            heading.extract()
            if text.contents and isinstance(line_end := text.contents[0], NavigableString):
                line_end.replace_with(line_end.lstrip())
            return _words(heading)
    return None


def _contents(cells: Sequence[Cell]) -> list[dict[str, str]]:
    """Name the second-level headings of a page, in place, and list names and texts in their order.

    The names are the headings' words without accents, so that a link to a section can be read and kept.
    """
    taken = {*_RESERVED, *_attributes(cells, "id")}
    listed = []
    for heading in (heading for cell in cells for heading in cell.soup.find_all("h2")):
        text = _words(heading)
        wanted = slugify(text) or "section"
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
        heading["id"] = name = next(name for name in names if name not in taken)
        taken.add(name)
        listed.append({"id": name, "text": text})
    return listed


def _description(cells: Sequence[Cell]) -> str:
    """Say in at most 200 characters what a page finds: its first finding, else its first paragraph."""
    findings = (cell.soup.find(class_="finding") for cell in cells)
    first = next(filter(None, (*findings, *(cell.soup.find("p") for cell in cells))), None)
    text = _words(first) if first else ""
    return text if len(text) <= _DESCRIBED else f"{text[:_DESCRIBED].rsplit(' ', 1)[0]}…"


def _attributes(cells: Iterable[Cell], name: str) -> list[str]:
    return [str(tag[name]) for cell in cells for tag in cell.soup.find_all(True) if name in tag.attrs]
