"""Page layout, Content-Security-Policy, styles, scripts and their translations.

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
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from antq_analysis.i18n import date_text, words

TEMPLATES = Path(__file__).parent / "templates"
# Templates escape plain strings and refuse unknown names.
ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

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

# Words of the scripts: `page.to_row` of the catalogue is `toRow` in a script, which fills in the braces.
_WORDS = (
    *("close", "figure_dialog", "point_dialog", "to_row", "more_figures", "chart_role", "chart_hint"),
    *("point_of", "chart_failed", "cannot_draw", "png", "png_source"),
    *("csv", "csv_group", "csv_source", "csv_figures", "csv_lower", "csv_upper"),
)


def layout(
    name: str,
    *,
    lang: str,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    nonce: str = "",
    **content: Any,
) -> str:
    """Fill in a template of a whole page: head with Content-Security-Policy, header, content and footer.

    `scripts` and `styles` are the texts that the policy allows by their hashes beside the layout's own,
    `nonce` marks the files that it allows. `content` is what the template and `part` ask for besides.
    """
    css, marker = read("page.css"), read("head.js")
    # A page opened from a folder has no origin, so that neither 'self' nor an integrity hash lets a file
    # beside it act: a nonce does.
    beside_it = [f"'nonce-{nonce}'"] if nonce else []
    allowed_scripts, allowed_styles = (
        " ".join(beside_it + [f"'sha256-{_digest(text)}'" for text in texts])
        for texts in ([marker, *scripts], [css, *styles])
    )
    # Browsers that know style-src-elem and style-src-attr do not look at style-src; older ones need it.
    policy = (
        f"default-src 'none'; script-src {allowed_scripts}; style-src 'unsafe-inline'; "
        f"style-src-elem {allowed_styles}; style-src-attr 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    # Open Graph names a language with a country.
    content |= {"policy": policy, "css": Markup(css), "marker": Markup(marker), "nonce": nonce}
    return part(name, lang=lang, locale={"vi": "vi_VN", "en": "en_US"}[lang], **content)


def part(
    name: str,
    *,
    lang: str,
    published: str = "",
    official: str = "",
    made: date | None = None,
    **content: object,
) -> str:
    """Fill in a template with the words of a language, the days of the newest sources and the versions.

    `published` is the ISO date, or year, of the newest source on the movement, `official` that of the newest
    statistics, with `?` if inferred; `made` is the day on which the page is made.
    """
    say = words(lang)
    # What decides how a page looks and what its figures are.
    versions = ", ".join(f"{each} {version(each)}" for each in ("antq_analysis", "pandas", "plotly"))
    made_with, day = say("page.made_with", versions=versions), date_text(made, lang) if made else ""
    until = [data_until(published, lang), data_until(official, lang, "page.official_until")]
    until += [say("page.made_on", date=day)] if day else []
    return ENVIRONMENT.get_template(name).render(
        say=say, lang=lang, data_until=" ".join(filter(None, until)), made_with=made_with, **content
    )


def data_until(published: str, lang: str, key: str = "page.data_until") -> str:
    """Say when the newest source was published; nothing if that is not known.

    >>> data_until("2024?", "en")
    'Newest source on the movement: 2024 (inferred).'
    """
    say, known = words(lang), published.rstrip("?")
    if not known:
        return ""
    # Some sources are dated to the year only.
    day = date_text(date.fromisoformat(known), lang) if "-" in known else known
    return say(key, date=day if known == published else say("date.inferred", date=day))


@cache
def read(name: str) -> str:
    """Return the text of a file of the templates folder."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _digest(text: str) -> str:
    """Return the SHA-256 of a text as policies write it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def scripts_and_styles(
    charts: list[dict[str, Any]], lang: str, assets: str, body: str, *, made: date | None = None
) -> dict[str, Any]:
    """Return what the template of a page needs to bring its charts, its styles and its scripts.

    They are carried in the page where `assets` is "inline"; with "shared" styles and scripts are files beside
    it, and bear a nonce. Charts are always in the page.
    """
    is_shared, types = assets == "shared", chart_types(*charts)
    fitting = (f"plotly-{name}" for name, drawn in SMALL.items() if types <= drawn and _small(name))
    name = next(fitting, "plotly")
    plotly = _plotly(name) if charts else ""
    is_carried = charts and not is_shared
    scripts = [] if is_shared else [read(each) for each in SCRIPTS if charts or each != "charts.js"]
    files = [f"{name}.js", "page.js"] if charts else ["page.js"]
    return {
        "setup": Markup(inline_json(page_setup(lang, made))),
        "charts": Markup(_packed(inline_json(charts))) if charts else "",
        "plotly": Markup(_packed(plotly)) if is_carried else "",
        "inline": list(map(Markup, scripts)),
        "linked": [_file(each)[0] for each in files] if is_shared else [],
        "sheet": _file("page.css")[0] if is_shared else "",
        "scripts": [*scripts, plotly] if is_carried else scripts,
        # The first is an element that plotly fills by rules, which no policy counts as its text.
        "styles": ["", *_MAP_STYLE.findall(plotly)] if charts else [],
        # No text can hold what its own digest will be.
        "nonce": _digest(body) if is_shared else "",
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
    referred = _SHARED.findall(html)
    made = dict(_file(f"{stem}.{suffix}") for _, stem, suffix in referred)
    return {path: made[path] for path, *_ in referred if path in made}


@cache
def _file(name: str) -> tuple[str, bytes]:
    """Return the path from a page to a file that pages share, named after its content, and the content."""
    stem, _, suffix = name.partition(".")
    if name == "page.js":
        content = "\n".join(map(read, SCRIPTS)).encode()
    else:
        content = (read(name) if name == "page.css" else _plotly(stem)).encode()
    return f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{suffix}", content


@cache
def _packed(text: str) -> str:
    """Compress a text and write it as text; the same every time."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def script_files() -> dict[str, Path]:
    """Return the files of the small scripts of plotly.js that are installed, by name, the smallest first.

    A wheel brings them along; beside a checkout `npm ci` puts them.
    """
    bundled, npm = _PACKAGE / "_bundled" / "scripts", _PACKAGE.parent / "node_modules"
    found: dict[str, Path] = {}
    for name in SMALL:
        for folder in (bundled, npm / f"plotly.js-{name}-dist-min"):
            if (file := folder / f"plotly-{name}.min.js").is_file():
                found.setdefault(name, file)
    return found


def chart_types(*figures: dict[str, Any]) -> set[str]:
    """Name the types of what some figures draw."""
    return {drawn.get("type") or "scatter" for figure in figures for drawn in figure.get("data", [])}


def lacking(types: Collection[str]) -> str | None:
    """Say that charts of some types take the whole script for want of a small one; None where they do not."""
    fitting = [name for name, drawn in SMALL.items() if drawn.issuperset(types)]
    if not types or not fitting or any(map(_small, fitting)):
        return None
    missing = [name for name in SMALL if not _small(name)]
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


def page_setup(lang: str, made: date | None = None) -> dict[str, Any]:
    """Return what the scripts of a page need to know: its language, its day, and the words they say."""
    say = words(lang)
    camel = {re.sub("_(.)", lambda found: found[1].upper(), name): name for name in _WORDS}
    braces = {name: f"{{{name}}}" for name in ("number", "count", "sources", "date")}
    said = {name: say(f"page.{key}", **braces) for name, key in camel.items()}
    locale, day = Locale(lang), say("page.chart_date")
    days, months = locale.days["stand-alone"], locale.months["stand-alone"]
    week = [6, *range(6)]  # Plotly's week begins on Sunday, CLDR's on Monday.
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
    return {
        "lang": lang,
        "locale": {"name": lang, "dictionary": {}, "format": written},
        "words": said,
        "made": date_text(made, lang) if made else "",
    }
