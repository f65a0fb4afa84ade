"""The index of a folder of pages: what there is, in which language, how old its data are, and what failed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from markupsafe import Markup

from antq_analysis.briefings.assets import data_until, layout, read
from antq_analysis.briefings.notebooks import question
from antq_analysis.briefings.output import PageRecord
from antq_analysis.briefings.worker import Job
from antq_analysis.i18n import LANGUAGES, date_text, slugify, words

_Entry = tuple[Job, PageRecord]
# The pages of a notebook in one language: the language, the question that the notebook answers, the pages.
_Part = tuple[str, str, list[_Entry]]
# A filter: what of a page it looks at, its label, its options as value, text, language of the text.
_Choice = tuple[str, str, list[tuple[str, str, str]]]


def index_page(
    briefings: Iterable[Job], pages: Mapping[str, PageRecord], *, published: str, today: date
) -> str:
    """Return the index of the briefings of a plan that were tried at least once.

    `pages` are the records of the pages by their file names: one that failed says so, and an earlier page
    of it stays linked, with its day. `published` is the ISO date, or year, of the newest source of all data,
    `today` the day of rendering.
    """
    entries = [(each, pages[each.slug]) for each in briefings if each.slug in pages]
    langs = [lang for lang in LANGUAGES if any(briefing.lang == lang for briefing, _ in entries)]
    lang = langs[0] if langs else LANGUAGES[0]
    say, failed = words(lang), sum(page.failure is not None for _, page in entries)
    made = f"{say('index.rendered', date=date_text(today, lang))} "
    made += say("index.pages", count=len(entries) - failed)
    subtitle = f"{made} {say('index.failures', count=failed)}" if failed else made
    groups = _groups(entries, langs)
    choices = _choices(groups, langs, lang)
    css, script = read("index.css"), read("index.js")
    return layout(
        "index.html.j2",
        lang=lang,
        title=say("page.index_title"),
        subtitle=subtitle,
        description=subtitle,
        published=published,
        groups=groups,
        several=len(langs) > 1,
        choices=choices,
        counts=say.forms("index.shown"),
        words=words,
        newest_source=data_until,
        day_of=_day_of,
        styles=[css],
        scripts=[script] if choices else [],
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


def _day_of(page: PageRecord, lang: str) -> str:
    return date_text(datetime.fromisoformat(page.started).astimezone().date(), lang)
