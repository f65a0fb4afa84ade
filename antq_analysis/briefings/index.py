"""A folder of pages is found by its index, which hides neither a failed page nor the age of the data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from antq_analysis.briefings.manifest import PageRecord
from antq_analysis.briefings.plan import Briefing
from antq_analysis.briefings.prose import question
from antq_analysis.briefings.shell import part, read, shell
from antq_analysis.briefings.slugs import slugify
from antq_analysis.i18n import LANGUAGES, date_text, words


@dataclass(frozen=True)
class _Entry:
    briefing: Briefing
    href: str | None
    pdf: str | None
    failure: str | None
    made: date | None
    year: str
    dated: Markup


@dataclass(frozen=True)
class _Part:
    """The pages of one notebook in one language, under its question in that language."""

    lang: str
    question: str
    entries: list[_Entry]


@dataclass(frozen=True)
class _Choice:
    """One filter: the name of the data it looks at, its label, and its options: value, text, language."""

    name: str
    label: str
    options: list[tuple[str, str, str]]


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
    failed = sum(entry.failure is not None for entry in entries)
    return _page(entries, failed, published=published, today=today)


def _entry(briefing: Briefing, page: PageRecord) -> _Entry:
    html, pdf = f"{briefing.slug}.html", f"{briefing.slug}.pdf"
    return _Entry(
        briefing,
        href=html if html in page.files else None,
        pdf=pdf if pdf in page.files else None,
        failure=page.failure.message if page.failure else None,
        made=datetime.fromisoformat(page.started).astimezone().date() if page.started else None,
        year=page.published[: len("2024")],
        dated=Markup(part("index_dated.html.j2", lang=briefing.lang, published=page.published)),
    )


def _page(entries: list[_Entry], failed: int, *, published: str, today: date) -> str:
    groups = _groups(entries)
    spoken = _spoken(groups)
    lang = spoken[0] if spoken else LANGUAGES[0]
    subtitle = _subtitle(lang, len(entries) - failed, failed, today)
    return shell(
        "index.html.j2",
        lang=lang,
        title=words(lang)("page.index_title"),
        subtitle=subtitle,
        description=subtitle,
        published=published,
        groups=groups,
        several=len(spoken) > 1,
        words=words,
        date_text=date_text,
        **_filter(groups, lang),
        **_style(),
    )


def _groups(entries: list[_Entry]) -> list[list[_Part]]:
    notebooks: dict[Path, list[_Entry]] = {}
    for entry in entries:
        notebooks.setdefault(entry.briefing.notebook, []).append(entry)
    return [list(_parts(notebook, own)) for notebook, own in notebooks.items()]


def _parts(notebook: Path, entries: list[_Entry]) -> Iterator[_Part]:
    for lang in LANGUAGES:
        if own := [entry for entry in entries if entry.briefing.lang == lang]:
            yield _Part(lang, question(notebook, lang), own)


def _spoken(groups: list[list[_Part]]) -> list[str]:
    return [lang for lang in LANGUAGES if any(part.lang == lang for group in groups for part in group)]


def _subtitle(lang: str, pages: int, failed: int, today: date) -> str:
    say = words(lang)
    parts = [say("index.rendered", date=date_text(today, lang)), say("index.pages", count=pages)]
    return " ".join([*parts, say("index.failures", count=failed)] if failed else parts)


def _filter(groups: list[list[_Part]], lang: str) -> dict[str, Any]:
    """Return the filters that tell some pages from others, and their script if there are any."""
    say = words(lang)
    choices = [
        _Choice("area", say("parameter.area"), _areas(groups)),
        _Choice(
            "question",
            say("index.question"),
            [(str(i), g[0].question, g[0].lang) for i, g in enumerate(groups)],
        ),
        _Choice(
            "lang",
            say("index.language"),
            [(each, words(each)("page.language"), each) for each in _spoken(groups)],
        ),
        _Choice("year", say("index.year"), [(year, year, lang) for year in _years(groups)]),
    ]
    useful = [choice for choice in choices if len(choice.options) > 1]
    counts, script = say.forms("index.shown"), read("index.js")
    return {
        "choices": useful,
        "counts": {"one": counts[0], "other": counts[-1]},
        "script": Markup(script),
        "scripts": (script,) if useful else (),
    }


def _years(groups: list[list[_Part]]) -> list[str]:
    return sorted({entry.year for entry in _entries(groups) if entry.year}, reverse=True)


def _areas(groups: list[list[_Part]]) -> list[tuple[str, str, str]]:
    pages = [entry.briefing for entry in _entries(groups)]
    named = {code: (code, name, page.lang) for page in reversed(pages) for code, name in page.areas.items()}
    return sorted(named.values(), key=lambda option: slugify(option[1]))


def _entries(groups: list[list[_Part]]) -> list[_Entry]:
    return [entry for group in groups for part in group for entry in part.entries]


def _style() -> dict[str, Any]:
    css = read("index.css")
    return {"styles": (css,), "index_css": Markup(css)}
