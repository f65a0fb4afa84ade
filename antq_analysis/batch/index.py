"""A folder of pages is found by its index, which hides neither a failed page nor the age of the data."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from antq_analysis.batch.files import write_whole
from antq_analysis.batch.plan import Briefing
from antq_analysis.batch.shell import shell
from antq_analysis.wording import date_text, words

_HEADING = re.compile(r"#[ \t]+(.+)")


@dataclass
class _Entry:
    text: str
    lang: str
    href: str | None
    failure: str | None
    language: str | None


@dataclass
class _Group:
    title: str
    entries: list[_Entry] = field(default_factory=list)


def write_index(
    folder: Path,
    briefings: Iterable[Briefing],
    failures: Mapping[str, str],
    *,
    published: str,
    today: date,
) -> Path:
    """Write `index.html` for the pages of a plan that a folder holds, and for those that failed.

    `failures` says by file name what went wrong in this run; an earlier page of the same day stays linked.
    `published` is the ISO date, or year, of the newest source, `today` the day of rendering. Returns the
    path of the index.
    """
    present = [b for b in briefings if b.slug in failures or _page(folder, b).exists()]
    lang = "vi" if any(briefing.lang == "vi" for briefing in present) else "en"
    html = shell(
        "index.html.j2",
        lang=lang,
        title=words(lang)("page.index_title"),
        subtitle=_subtitle(lang, len(present) - len(failures), len(failures), today),
        published=published,
        groups=_groups(folder, present, failures),
    )
    index = folder / "index.html"
    write_whole(index, html)
    return index


def _subtitle(lang: str, pages: int, failed: int, today: date) -> str:
    say = words(lang)
    parts = [say("index.rendered", date=date_text(today, lang)), say("index.pages", count=pages)]
    return " ".join([*parts, say("index.failures", count=failed)] if failed else parts)


def _groups(folder: Path, briefings: list[Briefing], failures: Mapping[str, str]) -> list[_Group]:
    several = len({briefing.lang for briefing in briefings}) > 1
    groups: dict[Path, _Group] = {}
    for briefing in briefings:
        page = _page(folder, briefing)
        group = groups.setdefault(briefing.notebook, _Group(_question(briefing.notebook)))
        group.entries.append(
            _Entry(
                text=briefing.title or briefing.subtitle or briefing.slug,
                lang=briefing.lang,
                href=page.name if page.exists() else None,
                failure=failures.get(briefing.slug),
                language=words(briefing.lang)("page.language") if several else None,
            )
        )
    return list(groups.values())


def _page(folder: Path, briefing: Briefing) -> Path:
    return folder / f"{briefing.slug}.html"


def _question(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    heading = _HEADING.match(next(texts, ""))
    return heading[1] if heading else notebook.stem
