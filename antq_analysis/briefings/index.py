"""The front page of a folder of pages: a table of what is published, or a list of the pages alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from antq_analysis.briefings.assets import data_until, layout, read
from antq_analysis.briefings.notebooks import question
from antq_analysis.briefings.output import ENGLISH, INDEX, PageRecord
from antq_analysis.briefings.plan import Overview
from antq_analysis.briefings.worker import Job
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.overview import overview
from antq_analysis.i18n import LANGUAGES, date_text, slugify, words

_Entry = tuple[Job, PageRecord]
# The pages of a notebook in one language: the language, the question that the notebook answers, the pages.
_Part = tuple[str, str, list[_Entry]]
# A filter: what of a page it looks at, its label, its options as value, text, language of the text.
_Choice = tuple[str, str, list[tuple[str, str, str]]]


def indexes(
    briefings: Iterable[Job],
    pages: Mapping[str, PageRecord],
    front: tuple[Dataset, Overview] | None,
    **days: Any,
) -> dict[str, bytes]:
    """Return the files of the index of the briefings of a plan that were tried at least once.

    `pages` are the records of the pages by their file names: one that failed says so, and an earlier page
    of it stays linked, with its day. With `front`, data and what of them to show, there is an index in each
    language. `days` are the dates that the foot of a page says.
    """
    entries = [(each, pages[each.slug]) for each in briefings if each.slug in pages]
    if front is None:
        return {INDEX: index_page(entries, **days).encode()}
    ds, shown = front
    made = {}
    for lang, name in zip(LANGUAGES, (INDEX, ENGLISH), strict=True):
        own = [(page, record) for page, record in entries if page.lang == lang]
        # The first page that is about one province alone.
        links = {
            area: f"{page.slug}.html"
            for page, record in reversed(own)
            if len(page.areas) == 1 and f"{page.slug}.html" in record.files
            for area in page.areas
        }
        table = overview(ds, shown.areas, shown.concepts, links=links, lang=lang)
        linked = {links[area] for area in shown.areas if area in links}
        others = [(job, page) for job, page in own if page.failure or f"{job.slug}.html" not in linked]
        made[name] = index_page(others, table, lang=lang, **days).encode()
    return made


def index_page(
    entries: list[_Entry], table: Markup | None = None, *, lang: str = "", made: date, **days: str
) -> str:
    """Return one page that links all others, below the table of what is published if there is one."""
    langs = [lang for lang in LANGUAGES if any(briefing.lang == lang for briefing, _ in entries)]
    lang = lang or (langs[0] if langs else LANGUAGES[0])
    say, failed = words(lang), sum(page.failure is not None for _, page in entries)
    counted = f"{say('index.rendered', date=date_text(made, lang))} "
    counted += say("index.pages", count=len(entries) - failed)
    subtitle = f"{counted} {say('index.failures', count=failed)}" if failed else counted
    groups = _groups(entries, langs)
    choices = [] if table else _choices(groups, langs, lang)
    css, script = read("index.css"), read("index.js")
    return layout(
        "index.html.j2",
        lang=lang,
        title=say("index.title" if table else "page.index_title"),
        subtitle="" if table else subtitle,
        counted=subtitle,
        description=_description(table) if table else subtitle,
        table=table,
        switch=dict(zip(LANGUAGES, (INDEX, ENGLISH), strict=True)) if table else {},
        made=made,
        **days,
        groups=groups,
        several=len(langs) > 1,
        choices=choices,
        counts=say.forms("index.shown"),
        words=words,
        newest_source=data_until,
        day_of=_day_of,
        styles=[css],
        scripts=[script] if choices or table else [],
        index_css=Markup(css),
        script=Markup(script),
    )


def _groups(entries: list[_Entry], langs: list[str]) -> list[list[_Part]]:
    """Put the pages of each notebook together, those of each language under the question in it."""
    notebooks: dict[Path, dict[str, list[_Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        notebooks[entry[0].notebook][entry[0].lang].append(entry)
    return [
        [(lang, question(notebook, lang), own[lang]) for lang in langs if lang in own]
        for notebook, own in notebooks.items()
    ]


def _choices(groups: list[list[_Part]], langs: list[str], lang: str) -> list[_Choice]:
    """Return the filters that tell some pages from others."""
    say, entries = words(lang), [entry for group in groups for _, _, own in group for entry in own]
    areas = {
        code: (code, name, each.lang) for each, _ in reversed(entries) for code, name in each.areas.items()
    }
    questions = [(str(number), asked, spoken) for number, ((spoken, asked, _), *_) in enumerate(groups)]
    years = sorted({page.published[:4] for _, page in entries if page.published}, reverse=True)
    choices: list[_Choice] = [
        ("area", say("parameter.area"), sorted(areas.values(), key=lambda option: slugify(option[1]))),
        ("question", say("index.question"), questions),
        ("lang", say("index.language"), [(each, words(each)("page.language"), each) for each in langs]),
        ("year", say("index.year"), [(year, year, lang) for year in years]),
    ]
    return [choice for choice in choices if len(choice[2]) > 1]


def _description(table: Markup) -> str:
    """Return the answer above the table as plain text."""
    return Markup(table.partition("</section>")[0].replace("</p><p>", "</p> <p>")).striptags()


def _day_of(page: PageRecord, lang: str) -> str:
    return date_text(datetime.fromisoformat(page.started).astimezone().date(), lang)
