"""A leader opens one file, often offline; this makes it whole and refuses it when something is missing.

The charts of a page and the script that draws them are in it once, compressed, for no reader but the script.
"""

import re
from typing import Any

from bs4 import BeautifulSoup
from markupsafe import Markup
from nbformat import NotebookNode

from antq_analysis.briefings.assets import SCRIPTS, beside
from antq_analysis.briefings.drawing import Script, chart_types, packed, page_setup, script_for
from antq_analysis.briefings.fragment import figures, fragment, inline_json, title_of
from antq_analysis.briefings.job import Assets
from antq_analysis.briefings.sections import contents, description, disarm, parsed, refuse_foreign
from antq_analysis.briefings.shell import digest, part, read, shell
from antq_analysis.briefings.tracing import trace
from antq_analysis.display.sources import newest
from antq_analysis.errors import InvalidOption, RenderFailed

_DAY_IN_TAG = re.compile(r'<[^<>]* data-published="([^"<>]*)"')
_DATE = re.compile(r"\d{4}(-\d\d-\d\d)?\??")


def page(
    notebook: NotebookNode,
    *,
    lang: str = "vi",
    title: str | None = None,
    subtitle: str = "",
    assets: Assets = "inline",
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
    charts = figures(notebook)
    soup = parsed(fragment(notebook))
    refuse_foreign(soup)
    disarm(soup)
    published = _published(soup)
    soup.append(parsed(part("method.html.j2", lang=lang, published=published)))
    trace(soup, charts, lang)
    listed = contents(soup)
    body = soup.decode(formatter="minimal")
    return shell(
        "page.html.j2",
        lang=lang,
        title=title or title_of(notebook) or subtitle or "antq_analysis",
        subtitle=subtitle,
        published=published,
        description=notebook.metadata.get("description") or description(soup),
        contents=listed,
        body=Markup(body),
        setup=Markup(inline_json(page_setup(lang))),
        **(_inline(charts) if assets == "inline" else _shared(charts, body)),
    )


def published_in(html: str) -> str:
    """Read back the day, or the year, of the newest source that a page cites; nothing if none is known."""
    return newest(filter(_DATE.fullmatch, _DAY_IN_TAG.findall(html)))


def _published(soup: BeautifulSoup) -> str:
    days = [str(tag["data-published"]) for tag in soup.find_all(True) if "data-published" in tag.attrs]
    return newest(filter(_DATE.fullmatch, days))


def _inline(charts: list[dict[str, Any]]) -> dict[str, Any]:
    script = _script(charts)
    inline = [read(name) for name in SCRIPTS if script or name != "charts.js"]
    return {
        "charts": Markup(_packed(charts)),
        "plotly": Markup(script.packed) if script else "",
        "inline": [Markup(text) for text in inline],
        "scripts": [*inline, script.text] if script else inline,
        "styles": script.styles if script else (),
        "sheet": "",
        "linked": [],
    }


def _shared(charts: list[dict[str, Any]], body: str) -> dict[str, Any]:
    script = _script(charts)
    return {
        "charts": Markup(_packed(charts)),
        "plotly": "",
        "inline": [],
        "styles": script.styles if script else (),
        "sheet": beside("page.css"),
        "linked": [*([beside(f"{script.name}.js")] if script else []), beside("page.js")],
        # No text can hold what its own digest will be.
        "nonce": digest(body),
    }


def _script(charts: list[dict[str, Any]]) -> Script | None:
    return script_for(chart_types(*charts)) if charts else None


def _packed(charts: list[dict[str, Any]]) -> str:
    try:
        return packed(inline_json(charts)) if charts else ""
    except ValueError as error:
        raise RenderFailed("A figure holds NaN or infinity; leave such values out (None).") from error
