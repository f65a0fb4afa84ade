"""Convert an executed notebook to one HTML page; raise if any output cannot be shown.

A stock export drops a plotly figure with a warning and exits 0. Here every cell is exported through our own
template, checked for what would act in the page or be fetched from elsewhere, and tied to the sources.
"""

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count, zip_longest
from typing import TYPE_CHECKING, Any, Literal

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from markupsafe import Markup
from nbformat import NotebookNode

from antq_analysis.briefings.assets import ENVIRONMENT, inline_json, layout, part, scripts_and_styles
from antq_analysis.briefings.provenance import PLOT, Cell, trace
from antq_analysis.display.sources import newest
from antq_analysis.errors import InvalidOption, RenderFailed, shorten
from antq_analysis.i18n import slugify, words

if TYPE_CHECKING:
    from antq_analysis.briefings.worker import Links

PLOTLY = "application/vnd.plotly.v1+json"
# The tag of cells that a page leaves out: what only somebody at work in the notebook looks at.
NOTEBOOK_ONLY = "remove-cell"
# What an output may be shown as, the preferred first.
SHOWN = (PLOTLY, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")

# Addresses that a link may not have: places in the page or beside it, web pages and mail are safe.
_UNSAFE = re.compile(r"(?!(https?|mailto):)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
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
    links: "Links | None" = None,
    made: date | None = None,
) -> str:
    """Turn an executed notebook into one HTML page.

    The title is the notebook's first top-level heading unless one is given; `subtitle` says what the page
    was made for. With `assets="shared"` the page takes its style and scripts from the files beside it that
    `shared_files` returns for it. `links` are those to the other pages, `made` is the day of making. Whoever
    is sent a link reads the notebook's metadata entry `description`, else the answer of the page.

    Raises RenderFailed where the page would show less than the notebook made, or a number without source.
    """
    if assets not in ("inline", "shared"):
        raise InvalidOption(f"assets={assets!r} is no way to make a page. Give 'inline' or 'shared'.")
    shown = _shown_cells(notebook)
    cells = [_export(cell) for cell in shown]
    heading = _take_title(cells)
    cells.append(Cell(_parsed(part("method.html.j2", lang=lang))))
    trace(cells, lang)
    _name_sections(cells)
    tagged = (at for at, cell in enumerate(shown) if "appendix" in cell.metadata.get("tags", []))
    begin = next(tagged, len(cells) - 1)
    summary = _take_summary(cells[begin]) or words(lang)("page.appendix")
    bodies = [cell.soup.decode(formatter="minimal") for cell in cells]
    answer, appendix = "".join(bodies[:begin]), "".join(bodies[begin:])
    charts = [chart for cell in cells for chart in cell.charts]
    return layout(
        "page.html.j2",
        lang=lang,
        title=title or heading or subtitle or "antq_analysis",
        subtitle=subtitle,
        description=notebook.metadata.get("description") or _description(cells),
        links=links,
        answer=Markup(answer),
        appendix=Markup(appendix),
        summary=summary,
        published=_newest(cells, "data-published"),
        official=_newest(cells, "data-published-official"),
        made=made,
        **scripts_and_styles(charts, lang, assets, answer + appendix, made=made),
    )


def _take_summary(cell: Cell) -> str:
    """Take the heading out of the cell that begins the appendix: a reader opens the whole by it."""
    heading = cell.soup.find("h2") if len(cell.soup.find_all(True)) == 1 else None
    return " ".join(heading.extract().get_text().split()) if isinstance(heading, Tag) else ""


def _newest(cells: Iterable[Cell], attribute: str) -> str:
    days = (str(tag[attribute]) for tag in _find(cells, attrs={attribute: True}))
    return newest(filter(_DATE.fullmatch, days))


def published_in(html: str) -> str:
    """Read back the day, or the year, of the newest source that a page cites; nothing if none is known."""
    return newest(filter(_DATE.fullmatch, _DAY_IN_TAG.findall(html)))


def figures(notebook: NotebookNode) -> list[dict[str, Any]]:
    """List the plotly figures that an executed notebook made, in their order."""
    return [figure for cell in _shown_cells(notebook) for figure in _figures(cell)]


def warnings_in(notebook: NotebookNode) -> list[str]:
    """List what an executed notebook wrote to stderr: for the operator, never for the reader."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    texts = (output.text.strip() for output in outputs if output.get("name") == "stderr")
    return [text for text in texts if text]


def _shown_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if NOTEBOOK_ONLY not in cell.metadata.get("tags", [])]


def _parsed(html: str) -> BeautifulSoup:
    # Of the parsers there are, this one changes nothing but what it is asked to.
    return BeautifulSoup(html, "html.parser", multi_valued_attributes={"*": ["class"]})


def _figures(cell: NotebookNode) -> list[dict[str, Any]]:
    return [output.data[PLOTLY] for output in cell.get("outputs", []) if PLOTLY in output.get("data", {})]


def _export(cell: NotebookNode) -> Cell:
    """Export what a page shows of a cell; raise RenderFailed, with its number, where it would be lost."""
    outputs, number = cell.get("outputs", []), cell.get("execution_count")
    for problem in filter(None, map(_loss, outputs)):
        raise RenderFailed(problem, cell=number)
    soup, charts = _parsed(_html(cell, outputs)), _figures(cell)
    # Browsers end some comments earlier than the parser does: what follows would act unseen.
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    # What the package shows in a notebook alone, such as its look; a page has its own.
    for own in soup.find_all(True, attrs={"data-antq": True}):
        own.extract()
    for problem in _faults(soup, cell, len(charts)):
        raise RenderFailed(problem, cell=number)
    for link in soup.find_all(href=True):
        # Browsers overlook blanks and line ends in an address.
        if _UNSAFE.match(re.sub(r"[\x00-\x20]", "", str(link["href"]))):
            del link["href"]
    return Cell(soup, charts, number)


def _html(cell: NotebookNode, outputs: Iterable[NotebookNode]) -> str:
    from nbconvert.filters.ansi import ansi2html
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    def markdown(text: str) -> Markup:
        attachments = cell.get("attachments", {})
        renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        return Markup(MarkdownWithMath(renderer=renderer).render(text))

    shown = [(*found, output) for output in outputs if (found := _shown(output))]
    template = ENVIRONMENT.get_template("cell.html.j2")
    return template.render(cell=cell, outputs=shown, ansi=ansi2html, markdown=markdown)


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
    # A widget that brings another form along is shown in that.
    if "application/vnd.jupyter.widget-view+json" in data and data.keys().isdisjoint(SHOWN[:-1]):
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
    sources = [str(each.get("source") or "data:") for each in (*drawn, *pictures)]
    found = [each["type"] for each in drawn if each.get("type") in _MAPS]
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


def _faults(soup: BeautifulSoup, cell: NotebookNode, charts: int) -> Iterator[str]:
    """Say what of a cell would fetch, send or run something, pass for a part of the page, or be lost."""
    text = f"The text {shorten(' '.join(cell.source.split()))!r}"
    name = "An output" if cell.cell_type == "code" else text
    for tag in soup.find_all(True):
        found = [f"<{tag.name}>"] if tag.name in _FOREIGN else []
        for what in found + [f"<{tag.name} {attribute}>" for attribute in tag.attrs if _acts(tag, attribute)]:
            yield (
                f"{name} holds {what}, but a page takes nothing from elsewhere and runs only its own "
                "script. Remove it; display a plotly Figure, a table or a picture, or write an ordinary link."
            )
        if tag.get("id") in _RESERVED:
            yield f'{name} gives <{tag.name}> the name id="{tag["id"]}" of a part of the page. Rename it.'
    # A selector takes a while: it is asked where there may be something.
    places = len(soup.select(PLOT)) if charts or soup.find("figure") else 0
    if charts != places:
        yield (
            f"Figures made by the cell: {charts}; places for figures in the page: {places}. "
            "Display every figure once, as the result of a cell or with display()."
        )


def _acts(tag: Tag, name: str) -> bool:
    value = str(tag[name]).strip().lower()
    if name in ("src", "poster"):
        return not value.startswith("data:")
    if name == "href":
        return tag.name not in ("a", "area") and not value.startswith(("#", "data:"))
    return name.startswith("on") or name in _SENDING


def _with_readable_tables(html: str) -> str:
    """Turn the tables that a DataFrame or a Styler shows itself as into tables like the page's own."""
    if not _PANDAS_TABLE.search(html):
        return html
    soup = _parsed(html)
    for table in soup.select('table.dataframe, table[id^="T_"]'):
        style, looks = table.find_previous_sibling("style"), {}
        if style and ("scoped" in style.attrs or style.get("type") == "text/css"):
            looks = _looks(style.extract().get_text())
        head, body = (_grid(part) if part else [] for part in (table.thead, table.tbody))
        numeric = [_is_numeric(map(_words, column)) for column in zip(*body, strict=True)]
        names = [dict.fromkeys(filter(None, map(_words, column))) for column in zip(*head, strict=True)]
        own = ENVIRONMENT.get_template("table.html.j2").render(
            caption=_words(table.caption) if table.caption else "",
            titles=list(zip_longest(map(" · ".join, names), numeric)) if names else [],
            rows=[list(zip(row, numeric, strict=True)) for row in body],
            looks=looks,
        )
        table.replace_with(_parsed(own))
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


def _grid(part: Tag) -> list[list[Tag]]:
    """Return the rows of a part of a table, with a cell in each of the rows and columns that it spans."""
    lines = part.find_all("tr", recursive=False)
    grid: list[dict[int, Tag]] = [{} for _ in lines]
    for at, line in enumerate(lines):
        for cell in line.find_all(["th", "td"], recursive=False):
            column = next(free for free in count() if free not in grid[at])
            spans = [str(cell.get(name, "1")) for name in ("rowspan", "colspan")]
            height, width = (min(int(text), 1000) if text.isdecimal() else 1 for text in spans)
            for covered in grid[at : at + height]:
                covered.update(dict.fromkeys(range(column, column + width), cell))
    width = max((len(cells) for cells in grid), default=0)
    return [[cells.get(column, Tag(name="td")) for column in range(width)] for cells in grid]


def _is_numeric(texts: Iterable[str]) -> bool:
    told = [text for text in texts if text not in _MISSING]
    return bool(told) and all(map(_NUMBER.fullmatch, told))


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def _find(cells: Iterable[Cell], name: str | bool = True, **attributes: Any) -> Iterator[Tag]:
    return (tag for cell in cells for tag in cell.soup.find_all(name, **attributes))


def _take_title(cells: Iterable[Cell]) -> str | None:
    """Take the first top-level heading that begins a text out of a page; return its words."""
    found = (cell.soup.select_one("div.prose > h1:first-child") for cell in cells)
    heading = next(filter(None, found), None)
    if heading is None:
        return None
    if isinstance(line_end := heading.next_sibling, NavigableString):
        line_end.replace_with(line_end.lstrip())
    return _words(heading.extract())


def _name_sections(cells: Iterable[Cell]) -> None:
    """Name the second-level headings of a page, in place.

    The names are the headings' words without accents, so that a link to a section can be read and kept.
    """
    taken = {*_RESERVED, *(str(tag["id"]) for tag in _find(cells, id=True))}
    for heading in _find(cells, "h2"):
        wanted = slugify(_words(heading)) or "section"
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
        heading["id"] = name = next(name for name in names if name not in taken)
        taken.add(name)


def _description(cells: Iterable[Cell]) -> str:
    """Say in at most 200 characters what a page finds: its answer or first finding, else a paragraph."""
    said = (tag for name in ("answer", "finding") for tag in _find(cells, class_=name))
    first = next(said, None) or next(_find(cells, "p"), None)
    text = " ".join(first.get_text(" ").split()) if first else ""
    return text if len(text) <= 200 else f"{text[:200].rsplit(' ', 1)[0]}…"
