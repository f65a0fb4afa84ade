"""The index of a folder of pages: what there is, in which language, how old its data are, and what failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from antq_analysis.briefings.assets import data_until, layout, read
from antq_analysis.briefings.notebooks import question
from antq_analysis.briefings.output import PageRecord
from antq_analysis.briefings.plan import Briefing
from antq_analysis.i18n import LANGUAGES, date_text, slugify, words


@dataclass(frozen=True)
class _Entry:
    briefing: Briefing
    href: str | None
    pdf: str | None
    failure: str | None
    made: date | None
    year: str
    dated: str


@dataclass(frozen=True)
class _Part:
    """The pages of one notebook in one language, under its question in that language."""

    lang: str
    question: str
    entries: list[_Entry]


def index_page(
    briefings: Iterable[Briefing],
    pages: Mapping[str, PageRecord],
    *,
    published: str,
    today: date,
) -> str:
    """Return the index of the briefings of a plan that were tried at least once.

    `pages` are the records of the pages by their file names: one that failed says so, and an earlier page
    of it stays linked, with its day. `published` is the ISO date, or year, of the newest source of all data,
    `today` the day of rendering.
    """
    entries = [_entry(each, pages[each.slug]) for each in briefings if each.slug in pages]
    langs = [lang for lang in LANGUAGES if any(entry.briefing.lang == lang for entry in entries)]
    lang = langs[0] if langs else LANGUAGES[0]
    groups = _groups(entries, langs)
    subtitle = _subtitle(entries, lang, today)
    return layout(
        "index.html.j2",
        lang=lang,
        title=words(lang)("page.index_title"),
        subtitle=subtitle,
        description=subtitle,
        published=published,
        groups=groups,
        several=len(langs) > 1,
        words=words,
        date_text=date_text,
        index_css=Markup(read("index.css")),
        styles=[read("index.css")],
        **_filter(entries, groups, langs, lang),
    )


def _entry(briefing: Briefing, page: PageRecord) -> _Entry:
    html, pdf = f"{briefing.slug}.html", f"{briefing.slug}.pdf"
    return _Entry(
        briefing,
        href=html if html in page.files else None,
        pdf=pdf if pdf in page.files else None,
        failure=page.failure.message if page.failure else None,
        made=datetime.fromisoformat(page.started).astimezone().date() if page.started else None,
        year=page.published[: len("2024")],
        dated=data_until(page.published, briefing.lang),
    )


def _groups(entries: Sequence[_Entry], langs: Sequence[str]) -> list[list[_Part]]:
    """Put the pages of each notebook together, those of each language under the question in it."""
    of: dict[Any, list[_Entry]] = {}
    for entry in entries:
        of.setdefault((entry.briefing.notebook, entry.briefing.lang), []).append(entry)
    notebooks = dict.fromkeys(notebook for notebook, _ in of)
    return [
        [_Part(lang, question(book, lang), of[book, lang]) for lang in langs if (book, lang) in of]
        for book in notebooks
    ]


def _subtitle(entries: Sequence[_Entry], lang: str, today: date) -> str:
    say, failed = words(lang), sum(entry.failure is not None for entry in entries)
    parts = [
        say("index.rendered", date=date_text(today, lang)),
        say("index.pages", count=len(entries) - failed),
    ]
    return " ".join([*parts, say("index.failures", count=failed)] if failed else parts)


def _filter(
    entries: Sequence[_Entry], groups: Sequence[list[_Part]], langs: Sequence[str], lang: str
) -> dict[str, Any]:
    """Return the filters that tell some pages from others: name, label, options; and their script if needed."""
    say, script = words(lang), read("index.js")
    years = sorted({entry.year for entry in entries if entry.year}, reverse=True)
    # An option is its value, its text, and the language of the text.
    options = {
        ("area", "parameter.area"): _areas(groups),
        ("question", "index.question"): [(str(at), g[0].question, g[0].lang) for at, g in enumerate(groups)],
        ("lang", "index.language"): [(each, words(each)("page.language"), each) for each in langs],
        ("year", "index.year"): [(year, year, lang) for year in years],
    }
    useful = [(name, say(label), found) for (name, label), found in options.items() if len(found) > 1]
    return {
        "choices": useful,
        "counts": say.forms("index.shown"),
        "script": Markup(script),
        "scripts": [script] if useful else [],
    }


def _areas(groups: Sequence[list[_Part]]) -> list[tuple[str, str, str]]:
    pages = [entry.briefing for group in groups for part in group for entry in part.entries]
    named = {code: (code, name, page.lang) for page in reversed(pages) for code, name in page.areas.items()}
    return sorted(named.values(), key=lambda option: slugify(option[1]))
