"""Read a plan of briefings, and check all of it before anything runs.

A plan is a TOML file. Each `[[briefing]]` names a notebook beside the plan and its parameters, and makes one
page, or one for each combination of the values in its `[briefing.matrix]`.
"""

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from antq_analysis.briefings.names import KINDS, Names
from antq_analysis.briefings.notebooks import Notebook, read_notebook
from antq_analysis.briefings.worker import Job, is_asked
from antq_analysis.errors import InvalidOption, InvalidPlan, PlanFault, shorten, suggest
from antq_analysis.i18n import LANGUAGES, slugify

ALL = "all"

# Pages that a run makes at the most, characters of a file name, and briefings that a message names.
MOST_PAGES, SLUG_LENGTH, _LISTED = 100_000, 80, 5

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

# What a writer of TOML calls a value.
_KINDS: dict[type, str] = {
    str: "text",
    bool: "a true/false value",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}
# What to write for each key, where that is no table.
_WRITTEN = {
    "notebook": "text in quotes",
    "slug": "text in quotes",
    "title": "text in quotes or a table",
    "exclude": "a list of tables: [[briefing.exclude]]",
    "inputs": "a list of paths",
}

# What is wrong in one briefing, after the keys that lead to it.
Fault = tuple[tuple[str, ...], str]


class _Entry(BaseModel):
    """One `[[briefing]]`: a title is one text, or one for each language."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notebook: str
    slug: str | None = None
    title: str | dict[str, Any] | None = None
    parameters: dict[str, Any] = {}
    matrix: dict[str, Any] = {}
    exclude: list[Any] = []
    inputs: list[str] = []

    @property
    def titles(self) -> dict[str, Any]:
        """The titles by language; one for whatever language stands under no name."""
        return self.title if isinstance(self.title, dict) else {} if self.title is None else {"": self.title}


def read_plan(path: Path, names: Names) -> list[Job]:
    """Read and check a plan of briefings, in the order in which it lists them.

    Nothing is executed. Raises InvalidPlan with every fault of the plan: syntax, unknown keys, notebooks,
    parameters and names, values of another type than the notebook declares, file names given twice,
    cells without a translation into the language of a page.
    """
    entries, faults = _entries(path)
    briefings: dict[str, Job] = {}
    for number, entry in enumerate(entries, 1):
        found, pages = _checked(entry, path.parent, names, briefings)
        briefings |= {page.slug: page for page in pages}
        faults += [PlanFault(path.name, _about(number, entry, keys), fault) for keys, fault in found]
    if faults:
        raise InvalidPlan(faults)
    return list(briefings.values())


def select(briefings: list[Job], pattern: str) -> list[Job]:
    """Keep the briefings whose file name or notebook matches a pattern like `*dien-bien*`.

    Raises InvalidOption where none does.
    """
    kept = [each for each in briefings if is_asked(pattern, each.slug, each.notebook.name)]
    if not kept:
        known = [briefing.slug for briefing in briefings]
        more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
        listed = f"{', '.join(known[:_LISTED])}{more}"
        raise InvalidOption(f"only={pattern!r} matches no briefing of the plan. There are {listed}.")
    return kept


def unknown(name: str, known: Iterable[str], kind: str) -> str:
    """Say that a plan names something that is not there, and the nearest that is.

    >>> unknown("slgu", ["slug", "title"], "key of a briefing")
    "no key of a briefing 'slgu'; did you mean 'slug'?"
    """
    nearest = suggest(name, known)
    hint = f"did you mean {nearest!r}?" if nearest else f"there are {', '.join(known) or 'none'}"
    return f"no {kind} {shorten(name)!r}; {hint}"


def _entries(path: Path) -> tuple[list[dict[str, Any]], list[PlanFault]]:
    document = _document(path)
    entries = document.pop("briefing", [])
    faults = [PlanFault(path.name, key, "unknown; a plan holds only [[briefing]]") for key in document]
    if not entries or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        way = 'lists no briefing; add [[briefing]] and notebook = "..."'
        raise InvalidPlan([*faults, PlanFault(path.name, "the plan", way)])
    return entries, faults


def _document(path: Path) -> dict[str, Any]:
    if path.suffix == ".ipynb":
        way = f'name it in a plan beside it, by two lines: [[briefing]] and notebook = "{path.stem}"'
        raise InvalidPlan([PlanFault(path.name, "a notebook, not a plan", way)])
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        about, fault = "the file", f"{error.strerror or error}; give the path of a plan: antq render PLAN"
    except UnicodeDecodeError:
        about, fault = "the file", "not written in UTF-8; save it as UTF-8"
    except RecursionError:
        about, fault = "not readable", "lists or tables in each other too deep; write less of them"
    except ValueError as error:
        about, fault = "not valid TOML", str(error)
    raise InvalidPlan([PlanFault(str(path) if about == "the file" else path.name, about, fault)])


def _about(number: int, entry: dict[str, Any], keys: tuple[str, ...]) -> str:
    kind = "parameter" if keys[0] in {"parameters", "matrix", "exclude"} and len(keys) > 1 else "key"
    return f"briefing {number} ({shorten(str(entry.get('notebook', 'no notebook')))}), {kind} {keys[-1]}"


def _checked(
    entry: dict[str, Any], folder: Path, names: Names, taken: Mapping[str, Job]
) -> tuple[list[Fault], list[Job]]:
    """Return the faults of an entry, and where there are none, its pages."""
    faults, sound = _shape(entry)
    faults += _text_faults(sound)
    if "notebook" not in sound.model_fields_set:
        return faults, []
    try:
        section = _Section(sound, _notebook(folder, sound.notebook), names)
    except ValueError as error:
        return [*faults, (("notebook",), str(error))], []
    faults += section.faults()
    if faults:
        return faults, []
    pages = section.pages()
    return list(_page_faults(sound, pages, taken)), pages


def _shape(entry: dict[str, Any]) -> tuple[list[Fault], _Entry]:
    """Check the keys of an entry and the kinds of their values; return it with those that are right.

    What is wrong is left out of what is looked at next, so that the rest is told too.
    """
    try:
        return [], _Entry(**entry)
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["type"] for each in error.errors()}
    # In the order in which they are written; what is missing comes last.
    keys = [key for key in dict.fromkeys([*entry, *wrong]) if key in wrong]
    told: list[Fault] = [((key,), _shape_fault(key, entry.get(key), wrong[key])) for key in keys]
    sound = {key: value for key, value in entry.items() if key not in wrong}
    return told, _Entry.model_construct(_fields_set=set(sound), **sound)


def _shape_fault(key: str, value: object, kind: str) -> str:
    if kind == "extra_forbidden":
        return unknown(key, _Entry.model_fields, "key of a briefing")
    if kind == "missing":
        return 'missing; add notebook = "02_compare_provinces"'
    return f"{_shown(value)}; write {_WRITTEN.get(key, 'a table')}"


def _shown(value: object) -> str:
    """Say what a value is, in the words of TOML rather than of Python."""
    text = json.dumps(value, ensure_ascii=False, default=str) if type(value) in _KINDS else str(value)
    return f"{shorten(text)} is {_KINDS.get(type(value), 'a date or time')}"


def _text_faults(entry: _Entry) -> Iterator[Fault]:
    """List what is wrong in slug and title whatever the notebook declares."""
    if entry.slug is not None:
        alone = None if _PLACEHOLDER.search(entry.slug) else _slug_fault(entry.slug)
        if fault := _brace_fault(entry.slug) or alone:
            yield ("slug",), fault
    for lang, title in entry.titles.items():
        if lang and lang not in LANGUAGES:
            yield ("title",), unknown(lang, LANGUAGES, "language of a title")
        if not isinstance(title, str):
            yield ("title",), f"{_shown(title)}; write text in quotes"
        elif fault := _brace_fault(title):
            yield ("title",), fault


def _notebook(folder: Path, name: str) -> Notebook:
    # A name is looked for in the list, not on the disk: it may lead to no other folder.
    there = sorted(path.stem for path in folder.glob("*.ipynb"))
    if name not in there:
        raise ValueError(unknown(name, there, "notebook beside the plan"))
    return read_notebook(folder / f"{name}.ipynb")


class _Section:
    """An entry of a plan with its notebook: what is wrong in it, and the pages it makes."""

    def __init__(self, entry: _Entry, notebook: Notebook, names: Names) -> None:
        self._entry, self._notebook, self._names = entry, notebook, names
        self._defaults = {name: each.default for name, each in notebook.parameters.items()}

    def faults(self) -> list[Fault]:
        """List what is wrong in its values, in the order of the keys."""
        own = [
            (("parameters", name), fault)
            for name, value in self._entry.parameters.items()
            for fault in self._value(name, value)
        ]
        matrix = list(self._matrix())
        excluded = self._excluded() if self._entry.exclude and not matrix else ()
        return [*own, *matrix, *excluded, *self._placeholders(), *self._inputs(), *self._languages()]

    def pages(self) -> list[Job]:
        """Return a page for each combination of its matrix."""
        source = cache(self._notebook.source)
        return [self._page(given, source) for given in self._combinations()]

    def _value(self, name: str, value: object) -> Iterator[str]:
        known = self._notebook.parameters
        if name not in known:
            yield unknown(name, known, "parameter of the notebook")
        elif fault := known[name].fault(value):
            yield fault
        else:
            yield from self._names.faults(name, value)

    def _matrix(self) -> Iterator[Fault]:
        matrix = self._entry.matrix
        for name, listed in matrix.items():
            yield from ((("matrix", name), fault) for fault in self._listed(name, listed))
            if name in self._entry.parameters:
                yield ("matrix", name), "stands among the parameters too; keep it in one of the two"
        count = math.prod(len(listed) for listed in matrix.values() if isinstance(listed, list))
        if count > MOST_PAGES:
            yield ("matrix",), f"makes {count:,} pages; a run makes at most {MOST_PAGES:,}: list less"

    def _listed(self, name: str, listed: object) -> Iterator[str]:
        is_area = KINDS.get(name) == "area"
        if name in self._notebook.parameters and listed == ALL and is_area:
            return
        if not isinstance(listed, list):
            shown, every = shorten(repr(listed)), f", or {ALL!r}" if is_area else ""
            yield f"{shown} is no list; write one value per page: [{shown}]{every}"
        elif not listed:
            yield "lists no value; write one per page, or leave it out"
        else:
            for value in listed:
                yield from self._value(name, value)
            yield from self._names.repeats(name, listed)

    def _excluded(self) -> Iterator[Fault]:
        key = ("exclude",)
        if not self._entry.matrix:
            yield (
                key,
                "there is no matrix to leave combinations out of; add one, or leave the page out itself",
            )
            return
        found = [fault for one in self._entry.exclude for fault in self._exclusion(one)]
        yield from found
        if not found and not self._combinations():
            yield key, "leaves no page of the matrix; exclude less"

    def _exclusion(self, one: object) -> Iterator[Fault]:
        matrix = self._entry.matrix
        if not isinstance(one, dict) or not one:
            way = f'write {{ {next(iter(matrix))} = "…" }}'
            yield ("exclude",), f"{shorten(repr(one))} names no combination; {way}"
            return
        for name, value in one.items():
            if name not in matrix:
                yield ("exclude", name), unknown(name, matrix, "parameter of the matrix")
            elif not any(self._is_same(name, value, each) for each in self._values(name)):
                yield ("exclude", name), f"{value!r} is not in the matrix, so it leaves nothing out"

    def _placeholders(self) -> Iterator[Fault]:
        titles = [("title", title) for title in self._entry.titles.values() if isinstance(title, str)]
        for key, text in [("slug", self._entry.slug or ""), *titles]:
            for name in _PLACEHOLDER.findall(text):
                if name not in self._defaults:
                    yield (key,), unknown(name, self._defaults, "parameter of the notebook")

    def _inputs(self) -> Iterator[Fault]:
        for name in self._entry.inputs:
            if not (self._notebook.path.parent / name).exists():
                yield ("inputs",), f"there is no {shorten(name)!r}; write paths as seen from the plan"

    def _languages(self) -> Iterator[Fault]:
        """List the languages of the pages in which the title or the cells of the notebook have no words."""
        entry, own = self._entry, self._notebook.lang or LANGUAGES[0]
        given = entry.matrix.get("lang", [entry.parameters.get("lang", own)])
        languages = [lang for lang in LANGUAGES if isinstance(given, list) and lang in given]
        if "" in entry.titles and len(languages) > 1:
            wanted = ", ".join(f'{lang} = "…"' for lang in languages)
            yield ("title",), f"one title for pages in several languages; write title = {{ {wanted} }}"
        for lang in languages:
            if entry.titles and not entry.titles.keys() & {"", lang}:
                yield ("title",), f'has no words in {lang!r}; add {lang} = "…"'
            for fault in self._notebook.untranslated(lang):
                yield ("matrix" if "lang" in entry.matrix else "parameters", "lang"), fault

    def _combinations(self) -> list[dict[str, Any]]:
        """Return the parameters of every page: those of the entry, with each combination of its matrix.

        The combinations follow the order in which the matrix is written; the last parameter changes first.
        Those that fit an entry of `exclude` are left out.
        """
        matrix = self._entry.matrix
        combined = (dict(zip(matrix, each, strict=True)) for each in product(*map(self._values, matrix)))
        kept = (page for page in combined if not any(self._fits(page, one) for one in self._entry.exclude))
        return [self._entry.parameters | page for page in kept]

    def _values(self, name: str) -> list[Any]:
        if (listed := self._entry.matrix[name]) != ALL:
            return list(listed)
        takes_list = self._notebook.parameters[name].fault([]) is None
        return [[area] if takes_list else area for area in self._names.reporting()]

    def _fits(self, page: dict[str, Any], one: dict[str, Any]) -> bool:
        """Tell whether a combination has every value that an exclusion names, in whatever spelling."""
        return all(name in page and self._is_same(name, value, page[name]) for name, value in one.items())

    def _is_same(self, name: str, value: Any, other: Any) -> bool:
        # A list with one area is the page of that area.
        listed = isinstance(other, list) and not isinstance(value, list)
        return self._names.key(name, [value] if listed else value) == self._names.key(name, other)

    def _page(self, given: dict[str, Any], source: Callable[[str], str]) -> Job:
        values = {"lang": LANGUAGES[0]} | self._defaults | given
        lang, notebook, names, entry = values["lang"], self._notebook, self._names, self._entry
        # Which provinces a page is about is said even where the plan leaves them to the notebook.
        about = {name: self._defaults[name] for name in ("area", "areas") if name in self._defaults} | given
        title = entry.titles.get(lang, entry.titles.get(""))
        # What the title says the subtitle need not say again.
        unsaid = {name: about[name] for name in about if name not in _PLACEHOLDER.findall(title or "")}
        slug = (
            _default_slug(notebook.path.stem, given, lang=lang if notebook.lang else "")
            if entry.slug is None
            else _filled(entry.slug, lambda name: slugify(names.said(name, values[name], "vi")))
        )
        return Job(
            notebook=notebook.path,
            slug=slug,
            source=source(lang),
            lang=lang,
            title=title and _filled(title, lambda name: names.said(name, values[name], lang)),
            subtitle=names.words(unsaid, lang),
            parameters=given,
            areas=names.areas(about, lang),
            inputs=tuple(notebook.path.parent / name for name in entry.inputs),
        )


def _page_faults(entry: _Entry, pages: list[Job], taken: Mapping[str, Job]) -> Iterator[Fault]:
    for slug, count in Counter(page.slug for page in pages).items():
        if fault := _slug_fault(slug):
            yield ("slug",), fault
        elif slug in taken:
            yield ("slug",), f"the file name {slug!r} is taken by a briefing above; give this one a slug"
        elif count > 1:
            yield ("slug",), f"{count} pages would have the file name {slug!r}; {_telling(entry)}"


def _telling(entry: _Entry) -> str:
    unused = [f"{{{name}}}" for name in entry.matrix if name not in _PLACEHOLDER.findall(entry.slug or "")]
    return f"write {' and '.join(unused)} into slug" if unused else "give each an entry and a slug of its own"


def _default_slug(notebook: str, parameters: Mapping[str, Any], *, lang: str) -> str:
    """Make a file name of a notebook's name, what it is made for, and its language at the end."""
    parts = [re.sub(r"^\d+_", "", notebook)]
    for name, value in parameters.items():
        values = [] if name == "lang" else value if isinstance(value, list) else [value]
        parts += [part if isinstance(part, str) else f"{name}-{part}" for part in values]
    end = f"-{lang}" if lang else ""
    return slugify(*parts)[: SLUG_LENGTH - len(end)].rstrip("-") + end


def _slug_fault(slug: str) -> str | None:
    """Say why a text cannot be the name of a page's file; None where it can."""
    if _is_slug(slug):
        return None
    fault = "cannot be a file name here"
    if len(slug) > SLUG_LENGTH:
        fault = f"has {len(slug)} characters, and a file name has at most {SLUG_LENGTH}"
    shorter = slugify(slug, "page")
    shorter = shorter if len(shorter) <= SLUG_LENGTH else shorter[: SLUG_LENGTH + 1].rpartition("-")[0]
    return f"{shorten(slug)!r} {fault}; write {f'{shorter!r}, say' if _is_slug(shorter) else 'a shorter one'}"


def _is_slug(text: str) -> bool:
    return bool(_SLUG.fullmatch(text)) and text != "index" and len(text) <= SLUG_LENGTH


def _brace_fault(text: str) -> str | None:
    """Say that a brace of a slug or title stands alone; None where each has its partner."""
    rest = _PLACEHOLDER.sub("", text)
    for brace, partner in ("{}", "}{"):
        if brace in rest:
            return (
                f"{shorten(text)!r} has a {brace} without its {partner}; "
                "write {name} with the name of a parameter, or no brace"
            )
    return None


def _filled(text: str, value_of: Callable[[str], str]) -> str:
    """Put a value in the place of each name in braces."""
    return _PLACEHOLDER.sub(lambda found: value_of(found[1]), text)
