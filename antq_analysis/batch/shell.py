"""A page that opens from a mail attachment may ask no host for anything; the shell around it says so.

Head, header, footer, words and style are the same for a briefing and for the index of briefings. The
Content-Security-Policy names the page's own scripts by their hashes and forbids every connection.
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

from antq_analysis.wording import date_text, words

TEMPLATES = Path(__file__).parent / "templates"

# What decides how a page looks and what its figures are, in the order of the footer.
_MAKERS = ("antq-analysis", "pandas", "plotly")


def shell(
    template: str,
    *,
    lang: str,
    title: str,
    subtitle: str,
    published: str,
    scripts: Sequence[str] = (),
    **content: object,
) -> str:
    """Write a whole page from one of the templates that extend the common layout.

    `published` is the ISO date, or year, of the newest source behind the page, `scripts` the exact texts
    that may run in it, and `content` what the template itself asks for. Plain strings are escaped.
    """
    say = words(lang)
    return (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            title=title,
            subtitle=subtitle,
            data_until=say("page.data_until", date=_published(published, lang)) if published else "",
            made_with=say("page.made_with", versions=_versions()),
            policy=_policy(scripts),
            css=Markup(read("page.css")),
            say=say,
            **content,
        )
    )


@cache
def read(name: str) -> str:
    """Return the text of a file of the templates folder."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _published(day: str, lang: str) -> str:
    # Some sources are dated to the year only.
    return date_text(date.fromisoformat(day), lang) if len(day) == len("2024-04-19") else day


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@cache
def _versions() -> str:
    return ", ".join(f"{name.replace('-', '_')} {version(name)}" for name in _MAKERS)


def _policy(scripts: Sequence[str]) -> str:
    allowed = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
