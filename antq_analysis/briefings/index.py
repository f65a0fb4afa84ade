"""The index of a folder of pages: what there is, in which language, how old its data are, and what failed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from antq_analysis.briefings.assets import data_until, layout, read
from antq_analysis.briefings.notebooks import question
from antq_analysis.briefings.output import PageRecord
from antq_analysis.briefings.plan import Briefing
from antq_analysis.i18n import LANGUAGES, date_text, slugify, words

# A briefing with the record of its page; those of one notebook and language under its question; an option
# of a filter: its value, its text, the language of the text.
_Entry = tuple[Briefing, PageRecord]
_Part = tuple[str, str, list[_Entry]]
_Option = tuple[str, str, str]


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
    entries = [(each, pages[each.slug]) for each in briefings if each.slug in pages]
    langs = [lang for lang in LANGUAGES if any(briefing.lang == lang for briefing, _ in entries)]
    lang = langs[0] if langs else LANGUAGES[0]
    groups = _groups(entries, langs)
    subtitle = _subtitle([page for _, page in entries], lang, today)
    choices = _choices(groups, langs, lang)
    css, script = read("index.css"), read("index.js")
    return layout(
        "index.html.j2",
        lang=lang,
        title=words(lang)("page.index_title"),
        subtitle=subtitle,
        description=subtitle,
        published=published,
        groups=groups,
        several=len(langs) > 1,
        choices=choices,
        counts=words(lang).forms("index.shown"),
        words=words,
        newest_source=data_until,
        day_of=_day_of,
        styles=[css],
        scripts=[script] if choices else [],
        index_css=Markup(css),
        script=Markup(script),
    )


def _groups(entries: Sequence[_Entry], langs: Sequence[str]) -> list[list[_Part]]:
    """Put the pages of each notebook together, those of each language under the question in it."""
    parts: dict[Any, list[_Entry]] = {}
    for entry in entries:
        parts.setdefault((entry[0].notebook, entry[0].lang), []).append(entry)
    notebooks = dict.fromkeys(notebook for notebook, _ in parts)
    return [
        [(lang, question(book, lang), parts[book, lang]) for lang in langs if (book, lang) in parts]
        for book in notebooks
    ]


def _subtitle(pages: Sequence[PageRecord], lang: str, today: date) -> str:
    say, failed = words(lang), sum(page.failure is not None for page in pages)
    parts = [
        say("index.rendered", date=date_text(today, lang)),
        say("index.pages", count=len(pages) - failed),
    ]
    return " ".join([*parts, say("index.failures", count=failed)] if failed else parts)


def _choices(
    groups: Sequence[list[_Part]], langs: Sequence[str], lang: str
) -> list[tuple[str, str, list[_Option]]]:
    """Return the filters that tell some pages from others: what of a page they look at, label, options."""
    say = words(lang)
    entries = [entry for group in groups for _, _, own in group for entry in own]
    years = sorted({page.published[:4] for _, page in entries if page.published}, reverse=True)
    questions = [(str(at), asked, spoken) for at, ((spoken, asked, _), *_) in enumerate(groups)]
    choices = [
        ("area", say("parameter.area"), _areas([briefing for briefing, _ in entries])),
        ("question", say("index.question"), questions),
        ("lang", say("index.language"), [(each, words(each)("page.language"), each) for each in langs]),
        ("year", say("index.year"), [(year, year, lang) for year in years]),
    ]
    return [choice for choice in choices if len(choice[2]) > 1]


def _areas(briefings: Sequence[Briefing]) -> list[_Option]:
    named = {
        code: (code, name, each.lang) for each in reversed(briefings) for code, name in each.areas.items()
    }
    return sorted(named.values(), key=lambda option: slugify(option[1]))


def _day_of(page: PageRecord, lang: str) -> str:
    return date_text(datetime.fromisoformat(page.started).astimezone().date(), lang)
