"""A page that opens from a mail attachment may ask no host for anything; the shell around it says so.

Head, header, footer, words and style are the same for a briefing and for the index of briefings. The
Content-Security-Policy names the page's own scripts and styles by their hashes and forbids every connection.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from antq_analysis.i18n import date_text, words

TEMPLATES = Path(__file__).parent / "templates"

# What decides how a page looks and what its figures are, in the order of the footer.
_MAKERS = ("antq-analysis", "pandas", "plotly")

# Open Graph names a language with a country.
_LOCALES = {"vi": "vi_VN", "en": "en_US"}


def shell(
    template: str,
    *,
    lang: str,
    title: str,
    subtitle: str,
    published: str,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    nonce: str = "",
    **content: object,
) -> str:
    """Write a whole page from one of the templates that extend the common layout.

    `published` is the ISO date, or year, of the newest source, with `?` if inferred; `scripts` and `styles`
    are the exact texts that may act in it beside the layout's own, `nonce` marks the files that may;
    `content` is what the template itself asks for, with a `description` for whoever is sent a link to the
    page. Plain strings are escaped.
    """
    css, marker = read("page.css"), read("head.js")
    return (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            title=title,
            subtitle=subtitle,
            locale=_LOCALES[lang],
            nonce=nonce,
            policy=_policy([marker, *scripts], [css, *styles], nonce),
            css=Markup(css),
            marker=Markup(marker),
            **_imprint(lang, published),
            **{"description": "", **content},
        )
    )


def part(template: str, *, lang: str, published: str) -> str:
    """Write a piece of a page that is words only.

    >>> "<h2>" in part("method.html.j2", lang="vi", published="2024")
    True
    """
    return _environment().get_template(template).render(**_imprint(lang, published))


@cache
def read(name: str) -> str:
    """Return the text of a file of the templates folder."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _imprint(lang: str, published: str) -> dict[str, object]:
    say = words(lang)
    return {
        "say": say,
        "data_until": say("page.data_until", date=_published(published, lang)) if published else "",
        "made_with": say("page.made_with", versions=_versions()),
    }


def _published(day: str, lang: str) -> str:
    known = day.rstrip("?")
    # Some sources are dated to the year only.
    text = date_text(date.fromisoformat(known), lang) if len(known) == len("2024-04-19") else known
    return words(lang)("date.inferred", date=text) if day.endswith("?") else text


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


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
