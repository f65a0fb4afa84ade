"""What surrounds and serves the content of a page: layout and policy, styles, scripts and their words.

Styles and scripts are carried in the page, or lie beside it in files that pages share. Plotly's whole script
is five times as long as bars and lines need: a page takes the smallest script that draws its charts.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from antq_analysis.i18n import date_text, words

TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

# The page's own scripts in the order in which they build on each other.
SCRIPTS = ("popover.js", "tables.js", "provenance.js", "paper.js", "tools.js", "charts.js")

_BASIC = frozenset({"bar", "pie", "scatter"})
# The small scripts of plotly.js, the smallest first, and the types of traces that each draws.
SMALL = {
    "basic": _BASIC,
    "cartesian": _BASIC
    | {"box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour"}
    | {"image", "scatterternary", "violin"},
}

_PACKAGE = Path(__file__).resolve().parent.parent

_SHARED = re.compile(r'(?:src|href)="(assets/(page|plotly(?:-[a-z]+)?)-[0-9a-f]{12}\.(css|js))"')
# The style of maps that plotly adds to any page, whether it draws a map or not.
_MAP_STYLE = re.compile(r"""createElement\("style"\);\w+\.id="\w+",\w+\.textContent='([^'\\]*)'""")

_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}

# What decides how a page looks and what its figures are, in the order of the footer.
_MAKERS = ("antq-analysis", "pandas", "plotly")

# Open Graph names a language with a country.
_LOCALES = {"vi": "vi_VN", "en": "en_US"}

# Words of the scripts: `page.to_row` of the catalogue is `toRow` in a script, which fills in the braces.
_WORDS = (
    *("close", "figure_dialog", "point_dialog", "to_row", "more_figures", "chart_role", "chart_hint"),
    *("point_of", "chart_failed", "cannot_draw", "png"),
    *("csv", "csv_group", "csv_source", "csv_basis", "csv_figures"),
)


def layout(
    name: str,
    *,
    lang: str,
    title: str,
    published: str,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    nonce: str = "",
    **content: object,
) -> str:
    """Fill in a template of a whole page: head with Content-Security-Policy, header, content and footer.

    `published` is the ISO date, or year, of the newest source, with `?` if inferred. `scripts` and `styles`
    are the texts that the policy allows by their hashes beside the layout's own, `nonce` marks the files
    that it allows. `content` is what the template asks for besides. Plain strings are escaped.
    """
    css, marker = read("page.css"), read("head.js")
    policy = _policy([marker, *scripts], [css, *styles], nonce)
    marked = {"policy": policy, "css": Markup(css), "marker": Markup(marker), "locale": _LOCALES[lang]}
    return part(name, lang=lang, published=published, title=title, nonce=nonce, **marked, **content)


def part(name: str, *, lang: str, published: str = "", **content: object) -> str:
    """Fill in a template with the words of a language, the day of the newest source and the versions.

    >>> "<h2>" in part("method.html.j2", lang="vi", published="2024")
    True
    """
    say = words(lang)
    made_with = say("page.made_with", versions=_versions())
    until = data_until(published, lang)
    return template(name).render(say=say, lang=lang, data_until=until, made_with=made_with, **content)


def data_until(published: str, lang: str) -> str:
    """Say when the newest source was published; nothing if that is not known.

    >>> data_until("2024?", "en")
    'Newest source published: 2024 (inferred).'
    """
    if not (known := published.rstrip("?")):
        return ""
    # Some sources are dated to the year only.
    day = date_text(date.fromisoformat(known), lang) if len(known) > len("2024") else known
    shown = words(lang)("date.inferred", date=day) if published.endswith("?") else day
    return words(lang)("page.data_until", date=shown)


@cache
def read(name: str) -> str:
    """Return the text of a file of the templates folder."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def template(name: str) -> Template:
    """Return a template of the templates folder; it escapes plain strings and refuses unknown names."""
    return _ENVIRONMENT.get_template(name)


@cache
def _versions() -> str:
    return ", ".join(f"{name.replace('-', '_')} {version(name)}" for name in _MAKERS)


def _policy(scripts: Sequence[str], styles: Sequence[str], nonce: str) -> str:
    # Browsers that know style-src-elem and style-src-attr do not look at style-src; older ones need it.
    return (
        f"default-src 'none'; script-src {_allowed(scripts, nonce)}; style-src 'unsafe-inline'; "
        f"style-src-elem {_allowed(styles, nonce)}; style-src-attr 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _allowed(texts: Sequence[str], nonce: str) -> str:
    # A page opened from a folder has no origin, so that neither 'self' nor an integrity hash lets a file
    # beside it act: a nonce does.
    hashes = [f"'sha256-{digest(text)}'" for text in texts]
    return " ".join([f"'nonce-{nonce}'", *hashes] if nonce else hashes)


@cache
def digest(text: str) -> str:
    """Return the SHA-256 of a text as policies write it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def scripts_and_styles(charts: list[dict[str, Any]], lang: str, assets: str, body: str) -> dict[str, Any]:
    """Return what the template of a page needs to bring its charts, its styles and its scripts.

    They are carried in the page where `assets` is "inline"; with "shared" styles and scripts are files beside
    it, and bear a nonce. Charts are always in the page.
    """
    name = script_for(chart_types(*charts)) if charts else ""
    plotly = _plotly(name) if charts else ""
    content = {
        "setup": Markup(inline_json(page_setup(lang))),
        "charts": Markup(packed(inline_json(charts))) if charts else "",
        # The first is an element that plotly fills by rules, which no policy counts as its text.
        "styles": ["", *_MAP_STYLE.findall(plotly)] if charts else [],
    }
    if assets == "shared":
        linked = [beside(f"{name}.js"), beside("page.js")] if charts else [beside("page.js")]
        # No text can hold what its own digest will be.
        own = {"sheet": beside("page.css"), "linked": linked, "nonce": digest(body)}
        return {**content, **own, "plotly": "", "inline": []}
    scripts = [read(script) for script in SCRIPTS if charts or script != "charts.js"]
    carried = {"plotly": Markup(packed(plotly)) if charts else "", "inline": list(map(Markup, scripts))}
    return {
        **content,
        **carried,
        "scripts": [*scripts, plotly] if charts else scripts,
        "sheet": "",
        "linked": [],
    }


def inline_json(value: object) -> str:
    r"""Write a value as JSON that no HTML parser can mistake for markup.

    >>> inline_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_UNSAFE)


def shared_files(html: str) -> dict[str, bytes]:
    """Return the files that a page takes its style and scripts from, by their paths from the page.

    There are none for a page that carries all it needs. A file that another version of this package
    made is not among them.
    """
    referred = {path: f"{stem}.{suffix}" for path, stem, suffix in _SHARED.findall(html)}
    return {path: _content(name) for path, name in referred.items() if beside(name) == path}


@cache
def beside(name: str) -> str:
    """Return the path from a page to a file that it shares, named after its content.

    >>> beside("page.css").startswith("assets/page-")
    True
    """
    stem, _, suffix = name.partition(".")
    return f"assets/{stem}-{hashlib.sha256(_content(name)).hexdigest()[:12]}.{suffix}"


@cache
def _content(name: str) -> bytes:
    if name == "page.js":
        return "\n".join(map(read, SCRIPTS)).encode()
    return (read(name) if name == "page.css" else _plotly(name.removesuffix(".js"))).encode()


@cache
def packed(text: str) -> str:
    """Compress a text and write it as text; the same every time.

    >>> gzip.decompress(base64.b64decode(packed("Điện Biên"))).decode()
    'Điện Biên'
    """
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def script_files() -> dict[str, Path]:
    """Return the files of the small scripts of plotly.js that are installed, by name, the smallest first.

    A wheel brings them along; beside a checkout `npm ci` puts them.
    """
    return {name: file for name in SMALL for file in _places(name)[:1]}


def _places(name: str) -> list[Path]:
    file = f"plotly-{name}.min.js"
    npm = _PACKAGE.parent / "node_modules" / f"plotly.js-{name}-dist-min" / file
    return [path for path in (_PACKAGE / "_bundled" / "scripts" / file, npm) if path.is_file()]


def chart_types(*figures: dict[str, Any]) -> set[str]:
    """Name the types of what some figures draw.

    >>> sorted(chart_types({"data": [{"type": "bar"}, {"y": [1]}]}))
    ['bar', 'scatter']
    """
    return {drawn.get("type") or "scatter" for figure in figures for drawn in figure.get("data", [])}


def script_for(types: Collection[str]) -> str:
    """Name the smallest installed script of plotly that draws charts of some types; `plotly` draws all.

    >>> script_for(["sankey"])
    'plotly'
    """
    fitting = (name for name, drawn in SMALL.items() if drawn.issuperset(types) and _small(name))
    return next((f"plotly-{name}" for name in fitting), "plotly")


def lacking(types: Collection[str]) -> str | None:
    """Say that charts of some types take the whole script for want of a small one; None where they do not.

    >>> lacking(["sankey"])
    """
    missing = [name for name in SMALL if not _small(name)]
    would_do = any(SMALL[name].issuperset(types) for name in missing)
    if not types or not would_do or script_for(types) != "plotly":
        return None
    return (
        f"the small scripts of plotly.js {get_plotlyjs_version()} are not installed ({', '.join(missing)}), "
        "and a page with charts has 2 MB instead of 0.7 MB; run `npm ci --ignore-scripts` in the project"
    )


def _plotly(name: str) -> str:
    return _small(name.removeprefix("plotly-")) or get_plotlyjs()


@cache
def _small(name: str) -> str:
    file = script_files().get(name)
    # Line ends as they are: the policy of a page counts every character.
    text = file.read_bytes().decode() if file else ""
    # One of another version might draw otherwise than the notebook did.
    return text if f" v{get_plotlyjs_version()}\n" in text[:200] else ""


def page_setup(lang: str) -> dict[str, Any]:
    """Return what the scripts of a page need to know: its language, and the words they say.

    >>> page_setup("en")["words"]["toRow"]
    'See in the list of sources'
    """
    camel = {re.sub("_(.)", lambda found: found[1].upper(), name): name for name in _WORDS}
    unfilled = {"number": "{number}", "count": "{count}"}
    said = {name: words(lang)(f"page.{key}", **unfilled) for name, key in camel.items()}
    return {"lang": lang, "locale": _plotly_locale(lang), "words": said}


def _plotly_locale(lang: str) -> dict[str, Any]:
    """Return the names of days and months and the separators of a language, as plotly asks for them."""
    locale, day = Locale(lang), words(lang)("page.chart_date")
    days, months = locale.days["stand-alone"], locale.months["stand-alone"]
    week = [6, 0, 1, 2, 3, 4, 5]  # Plotly's week begins on Sunday, CLDR's on Monday.
    written = {
        "days": [days["wide"][number] for number in week],
        "shortDays": [days["abbreviated"][number] for number in week],
        "months": list(months["wide"].values()),
        "shortMonths": list(months["abbreviated"].values()),
        "date": day,
        "time": "%H:%M:%S",
        "dateTime": f"{day} %H:%M:%S",
        "periods": ["AM", "PM"],
        "decimal": locale.number_symbols["latn"]["decimal"],
        "thousands": locale.number_symbols["latn"]["group"],
        "grouping": [3],
        "currency": ["", ""],
    }
    return {"name": lang, "dictionary": {}, "format": written}
