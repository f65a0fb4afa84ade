"""The front page of a folder of pages: a table of what is published, or a list of the pages alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from antq_analysis.briefings.assets import data_until, layout, read
from antq_analysis.briefings.notebooks import question
from antq_analysis.briefings.output import ENGLISH, INDEX, News, PageRecord
from antq_analysis.briefings.overview import overview
from antq_analysis.briefings.plan import Overview
from antq_analysis.briefings.worker import Job
from antq_analysis.data.dataset import Dataset
from antq_analysis.i18n import LANGUAGES, date_text, words

_Entry = tuple[Job, PageRecord]
# The pages of a notebook in one language: the language, the question that the notebook answers, the pages.
_Part = tuple[str, str, list[_Entry]]


def indexes(
    briefings: Iterable[Job],
    pages: Mapping[str, PageRecord],
    front: tuple[Dataset, Overview] | None,
    news: News | None = None,
    **days: Any,
) -> dict[str, bytes]:
    """Return the files of the index of the briefings of a plan that were tried at least once.

    `pages` are the records of the pages by their file names: one that failed says so, and an earlier page
    of it stays linked, with its day. With `front`, data and what of them to show, there is an index in each
    language, with `news` above it. `days` are the dates that the foot of a page says.
    """
    entries = [(each, pages[each.slug]) for each in briefings if each.slug in pages]
    if front is None:
        return {INDEX: index_page(entries, news=None, **days).encode()}
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
        made[name] = index_page(others, table, lang=lang, news=news, links=links, **days).encode()
    return made


def index_page(
    entries: list[_Entry], table: Markup | None = None, *, lang: str = "", made: date, **content: Any
) -> str:
    """Return one page that links all others, below the table of what is published if there is one.

    `content` are days for its foot, the news, and the pages of areas that these lead to.
    """
    langs = [lang for lang in LANGUAGES if any(briefing.lang == lang for briefing, _ in entries)]
    lang = lang or (langs[0] if langs else LANGUAGES[0])
    say, failed = words(lang), sum(page.failure is not None for _, page in entries)
    counted = f"{say('index.rendered', date=date_text(made, lang))} "
    counted += say("index.pages", count=len(entries) - failed)
    subtitle = f"{counted} {say('index.failures', count=failed)}" if failed else counted
    groups = _groups(entries, langs)
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
        date_text=date_text,
        **content,
        groups=groups,
        several=len(langs) > 1,
        words=words,
        newest_source=data_until,
        day_of=lambda page, lang: date_text(datetime.fromisoformat(page.started).astimezone().date(), lang),
        styles=[css],
        scripts=[script],
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


def _description(table: Markup) -> str:
    """Return the answer above the table as plain text."""
    return Markup(str(table).partition("</section>")[0].replace("</p><p>", "</p> <p>")).striptags()
