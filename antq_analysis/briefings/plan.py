"""A batch that stops at page forty is worse than one that never starts: the whole plan is checked first.

A plan is a TOML file. Each `[[briefing]]` names a notebook beside the plan and its parameters, and makes
one page, or one for each combination of the values in its `[briefing.matrix]`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from antq_analysis.briefings.entry import Fault, entry_faults, titles_of
from antq_analysis.briefings.lines import Lines
from antq_analysis.briefings.matrix import matrix_pages
from antq_analysis.briefings.parameters import declared
from antq_analysis.briefings.slugs import default_slug, filled, placeholders, slug_fault, slugify
from antq_analysis.briefings.subject import Subject
from antq_analysis.errors import InvalidOption, InvalidPlan, PlanFault

_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
# Of many briefings, how many a message names.
_LISTED = 5


@dataclass(frozen=True)
class Briefing:
    """Describe one page to make: a notebook, what it is made for, and the name of its file.

    `areas` are the names of the provinces that it is about, by their codes.
    """

    notebook: Path
    slug: str
    lang: str = "vi"
    title: str | None = None
    subtitle: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)


def read_plan(path: Path, subject: Subject) -> list[Briefing]:
    """Read and check a plan of briefings, in the order in which it lists them.

    Nothing is executed. Raises InvalidPlan with every fault of the plan: syntax, unknown keys, notebooks,
    parameters and names, values of another type than the notebook declares, file names given twice,
    cells without a translation into the language of a page.
    """
    text = _text(path)
    entries, faults = _entries(path, text)
    lines = Lines(text, "briefing")
    briefings: dict[str, Briefing] = {}
    for number, entry in enumerate(entries, 1):
        found = list(entry_faults(entry, path.parent, subject))
        if not found:
            pages = _briefings(entry, path.parent, subject)
            found = list(_page_faults(entry, pages, briefings))
            briefings |= {page.slug: page for page in pages}
        for keys, fault in found:
            faults.append(PlanFault(path.name, lines.find(number, keys), _about(number, entry, keys), fault))
    if faults:
        raise InvalidPlan(sorted(faults, key=lambda fault: fault.line or 0))
    return list(briefings.values())


def select(briefings: list[Briefing], pattern: str) -> list[Briefing]:
    """Keep the briefings whose file name or notebook matches a pattern like `*dien-bien*`.

    Raises InvalidOption where none does.
    """
    kept = [b for b in briefings if fnmatchcase(b.slug, pattern) or fnmatchcase(b.notebook.stem, pattern)]
    if not kept:
        known = [briefing.slug for briefing in briefings]
        more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
        listed = f"{', '.join(known[:_LISTED])}{more}"
        raise InvalidOption(f"only={pattern!r} matches no briefing of the plan. There are {listed}.")
    return kept


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        fault = f"{error.strerror or error}; give the path of a plan: antq render PLAN"
    except UnicodeDecodeError:
        fault = "not written in UTF-8; save it as UTF-8"
    raise InvalidPlan([PlanFault(str(path), None, "the file", fault)])


def _entries(path: Path, text: str) -> tuple[list[dict[str, Any]], list[PlanFault]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidPlan([_unreadable(path, error)]) from None
    entries = document.pop("briefing", [])
    faults = [PlanFault(path.name, None, key, "unknown; a plan holds only [[briefing]]") for key in document]
    if not entries or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append(
            PlanFault(path.name, None, "the plan", 'lists no briefing; add [[briefing]] and notebook = "..."')
        )
        raise InvalidPlan(faults)
    return entries, faults


def _unreadable(path: Path, error: tomllib.TOMLDecodeError) -> PlanFault:
    if path.suffix == ".ipynb":
        way = f'name it in a plan beside it, by two lines: [[briefing]] and notebook = "{path.stem}"'
        return PlanFault(path.name, None, "a notebook, not a plan", way)
    line = _TOML_LINE.search(str(error))
    return PlanFault(path.name, int(line[1]) if line else None, "not valid TOML", str(error))


def _about(number: int, entry: dict[str, Any], keys: tuple[str, ...]) -> str:
    kind = "parameter" if keys[0] in {"parameters", "matrix", "exclude"} and len(keys) > 1 else "key"
    return f"briefing {number} ({entry.get('notebook', 'no notebook')}), {kind} {keys[-1]}"


def _briefings(entry: dict[str, Any], folder: Path, subject: Subject) -> list[Briefing]:
    notebook = folder / f"{entry['notebook']}.ipynb"
    known = declared(notebook)
    defaults = {name: parameter.default for name, parameter in known.items()}
    return [
        _briefing(entry, notebook, subject, given=given, defaults=defaults)
        for given in matrix_pages(entry, known, subject)
    ]


def _briefing(
    entry: dict[str, Any],
    notebook: Path,
    subject: Subject,
    *,
    given: dict[str, Any],
    defaults: dict[str, Any],
) -> Briefing:
    values = {"lang": "vi"} | defaults | given
    lang = values["lang"]
    # Which provinces a page is about is said even where the plan leaves them to the notebook.
    about = {name: value for name, value in defaults.items() if name in {"area", "areas"}} | given
    slug, titles = entry.get("slug"), titles_of(entry)
    title = titles.get(lang, titles.get(""))
    # What the title says the subtitle need not say again.
    said = placeholders(title or "")
    return Briefing(
        notebook=notebook,
        slug=default_slug(notebook.stem, given, lang=lang if "lang" in defaults else "")
        if slug is None
        else filled(slug, lambda name: slugify(subject.said(name, values[name], "vi"))),
        lang=lang,
        title=title and filled(title, lambda name: subject.said(name, values[name], lang)),
        subtitle=subject.words({name: about[name] for name in about if name not in said}, lang),
        parameters=given,
        areas=subject.areas(about, lang),
    )


def _page_faults(entry: dict[str, Any], pages: list[Briefing], taken: dict[str, Briefing]) -> Iterator[Fault]:
    for slug, count in Counter(page.slug for page in pages).items():
        if fault := slug_fault(slug):
            yield ("slug",), fault
        elif slug in taken:
            yield ("slug",), f"the file name {slug!r} is taken by a briefing above; give this one a slug"
        elif count > 1:
            yield ("slug",), f"{count} pages would have the file name {slug!r}; {_telling(entry)}"


def _telling(entry: dict[str, Any]) -> str:
    used = placeholders(entry.get("slug", ""))
    unused = [f"{{{name}}}" for name in entry["matrix"] if name not in used]
    return f"write {' and '.join(unused)} into slug" if unused else "give each an entry and a slug of its own"
