"""Read a plan of briefings, and check all of it before anything runs.

A plan is a TOML file. Each `[[briefing]]` names a notebook beside the plan and its parameters, and makes one
page, or one for each combination of the values in its `[briefing.matrix]`. `[overview]` names the areas and
the concepts of the front page's table. `data`, at the top, is the folder of the data, seen from the plan.
"""

import json
import math
import os
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from antq_analysis.briefings.notebooks import Notebook, question, read_notebook
from antq_analysis.briefings.output import ENGLISH, INDEX
from antq_analysis.briefings.worker import Job, Link, Links
from antq_analysis.data.dataset import Dataset
from antq_analysis.display.sources import newest, published
from antq_analysis.errors import InvalidOption, InvalidPlan, PlanFault, UnknownName, shorten, suggest
from antq_analysis.i18n import LANGUAGES, slugify, words

# In place of a list of areas: those with figures of their own, or also those that a text does not name.
ALL, INFERRED = "all", "all with inferred"

# Pages that a run makes at the most, characters of a file name, and briefings that a message names.
MOST_PAGES, SLUG_LENGTH, _LISTED = 100_000, 80, 5

# More pages than that in a language are found by the index alone.
MOST_LINKS = 100

# What a parameter of this name names, whatever the notebook.
KINDS = {
    **dict.fromkeys(("area", "areas", "focus"), "area"),
    **dict.fromkeys(
        ("indicator", "indicators", "series_indicators", "numerator", "denominator"), "indicator"
    ),
    **dict.fromkeys(("concept", "concepts", "context"), "concept"),
    **dict.fromkeys(("ratio", "ratios"), "ratio"),
}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

# What a writer of TOML calls a value.
_TYPES: dict[type, str] = {
    str: "text",
    bool: "a true/false value",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}

# What of a briefing is wrong, `key slug` say, and why.
Fault = tuple[str, str]
M = TypeVar("M", bound=BaseModel)


class _Entry(BaseModel):
    """One `[[briefing]]`, each key with what to write: a title is one text, or one for each language."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notebook: str = Field(description="text in quotes")
    slug: str | None = Field(None, description="text in quotes")
    title: str | dict[str, Any] | None = Field(None, description="text in quotes or a table")
    parameters: dict[str, Any] = Field({}, description="a table")
    matrix: dict[str, Any] = Field({}, description="a table")
    inputs: list[str] = Field([], description="a list of paths")

    @property
    def titles(self) -> dict[str, Any]:
        """The titles by language; one for whatever language stands under no name."""
        return self.title if isinstance(self.title, dict) else {} if self.title is None else {"": self.title}


class Overview(BaseModel):
    """The codes of the areas and the concepts of the front page's table."""

    model_config = ConfigDict(extra="forbid", strict=True)

    areas: list[str] = Field(description="a list of names")
    concepts: list[str] = Field(description="a list of names")


class Plan(NamedTuple):
    """Hold the pages of a plan in the order in which it lists them, and what its front page shows."""

    pages: list[Job]
    overview: Overview | None


def read_plan(path: Path, names: "Names") -> Plan:
    """Read and check a plan of briefings.

    Nothing is executed. Raises InvalidPlan with every fault of the plan: syntax, unknown keys, notebooks,
    parameters and names, values of another type than the notebook declares, file names given twice,
    cells without a translation into the language of a page.
    """
    document = _document(path)
    entries = document.pop("briefing", [])
    table, front = document.pop("overview", None), None
    if isinstance(document.get("data"), str):  # whoever made `names` has read them there
        del document["data"]
    way = 'unknown; a plan holds only data = "<folder>", [[briefing]] and [overview]'
    text = 'no text in quotes; write data = "<folder>"'
    faults = [PlanFault(path.name, key, text if key == "data" else way) for key in document]
    if not names.areas_of(INFERRED):
        faults.append(PlanFault(path.name, "the data", "hold no figure of the movement; enter one"))
    if not entries or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        way = 'lists no briefing; add [[briefing]] and notebook = "..."'
        raise InvalidPlan([*faults, PlanFault(path.name, "the plan", way)])
    briefings: dict[str, Job] = {}
    for number, entry in enumerate(entries, 1):
        found, pages = _checked(entry, path.parent, names, briefings)
        briefings |= {page.slug: page for page in pages}
        about = f"briefing {number} ({shorten(str(entry.get('notebook', 'no notebook')))})"
        faults += [PlanFault(path.name, f"{about}, {what}", fault) for what, fault in found]
    if table is not None:
        wrong, front = _overview(table, names)
        faults += [PlanFault(path.name, f"the overview, {what}", fault) for what, fault in wrong]
    if faults:
        raise InvalidPlan(faults)
    return Plan(_linked(list(briefings.values()), front is not None), front)


def select(briefings: list[Job], pattern: str) -> list[Job]:
    """Keep the briefings whose file name or notebook matches a pattern like `*dien-bien*`.

    Raises InvalidOption where none does.
    """
    kept = [briefing for briefing in briefings if briefing.is_asked(pattern)]
    if not kept:
        more = f" and {len(briefings) - _LISTED} more" if len(briefings) > _LISTED else ""
        listed = ", ".join(briefing.slug for briefing in briefings[:_LISTED])
        raise InvalidOption(f"only={pattern!r} matches no briefing of the plan. There are {listed}{more}.")
    return kept


def unknown(name: str, known: Iterable[str], kind: str) -> str:
    """Say that a plan names something that is not there, and the nearest that is."""
    nearest = suggest(name, known)
    hint = f"did you mean {nearest!r}?" if nearest else f"there are {', '.join(known) or 'none'}"
    return f"no {kind} {shorten(name)!r}; {hint}"


class Names:
    """Know the names of a dataset: say which a plan gets wrong, and what the right ones mean."""

    def __init__(self, dataset: Dataset, data: Path | None = None) -> None:
        self._dataset, self.data = dataset, data
        # The day, or the year, on which the newest source on the movement was published.
        movement = dataset.observations.query("mandate != 'statistics'")
        self.published = newest(map(published, dataset.cited(movement["source_id"].unique())))

    def areas_of(self, value: Any) -> Any:
        """List the areas with figures of the movement where "all" is asked for; return anything else."""
        if value not in (ALL, INFERRED):
            return value
        own = self._dataset.observations.query("mandate != 'statistics'")
        # Where no text names its area, those inferred are all there are.
        told = own[(own["area_basis"] != "inferred") | (value == INFERRED)]
        codes = set((own if told.empty else told)["ref_area"])
        return [row["name_vi"] for area, row in self._dataset.rows("area").items() if area in codes]

    def faults(self, parameter: str, value: object) -> Iterator[str]:
        """List what is wrong with the names that a parameter of a plan gives."""
        if parameter == "lang" and value not in LANGUAGES:
            yield f"{value!r} is no language; use {' or '.join(map(repr, LANGUAGES))}"
        if kind := KINDS.get(parameter):
            if not _listed(value):
                yield f"names no {kind}; write one of ds.{kind}s(), or leave {parameter} to the notebook"
            for name in _listed(value):
                try:
                    self.found(parameter, [name])
                except UnknownName as error:
                    yield str(error)
            yield from self.repeats(parameter, _listed(value))

    def repeats(self, parameter: str, values: list[Any]) -> Iterator[str]:
        """List the values of a parameter that are given again, perhaps in another spelling."""
        seen: dict[str, object] = {}
        for value in values:
            try:
                key = repr(self.found(parameter, value))
            except UnknownName:
                key = repr(_listed(value))
            first = seen.setdefault(key, value)
            if first is not value:
                yield f"{value!r} is listed already{'' if first == value else f', as {first!r}'}; keep one"

    def areas(self, parameters: Mapping[str, Any], lang: str) -> dict[str, str]:
        """Return the names of the areas that parameters name, by their codes."""
        named = {name: value for name, value in parameters.items() if KINDS.get(name) == "area"}
        codes = [code for name, value in named.items() for code in self.found(name, value)]
        return {code: self._dataset.rows("area")[code][f"name_{lang}"] for code in codes}

    def said(self, parameter: str, value: object, lang: str) -> str:
        """Say the value of a parameter as a reader would: `Điện Biên, Thanh Hóa`."""
        kind, found = KINDS.get(parameter), self.found(parameter, value)
        rows = self._dataset.rows(kind) if kind else {}
        return ", ".join(str(rows[each][f"name_{lang}"] if kind else each) for each in found)

    def words(self, parameters: Mapping[str, Any], lang: str) -> str:
        """Say what a page is made for: `Các tỉnh: Điện Biên, Thanh Hóa · Từ: 2014`."""
        say = words(lang)
        named = {name: self.said(name, value, lang) for name, value in parameters.items()}
        given = {name: text for name, text in named.items() if text and f"parameter.{name}" in say}
        return " · ".join(f"{say(f'parameter.{name}')}: {text}" for name, text in given.items())

    def found(self, parameter: str, value: object) -> list[Any]:
        """Return what a parameter names, by its code; raise UnknownName where there is none."""
        kind, listed = KINDS.get(parameter), _listed(value)
        if kind is None:
            return listed
        return [self._dataset.ids(kind, str(name))[0] for name in listed]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in ("", None) else [value]


def _document(path: Path) -> dict[str, Any]:
    if path.suffix == ".ipynb":
        way = f'name it in a plan beside it, by two lines: [[briefing]] and notebook = "{path.stem}"'
        raise InvalidPlan([PlanFault(path.name, "a notebook, not a plan", way)])
    file = path.name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        file, about = str(path), "the file"
        fault = f"{error.strerror or error}; give the path of a plan: antq render PLAN"
    except UnicodeDecodeError:
        about, fault = "the file", "not written in UTF-8; save it as UTF-8"
    except RecursionError:
        about, fault = "not readable", "lists or tables in each other too deep; write less of them"
    except ValueError as error:
        about, fault = "not valid TOML", str(error)
    raise InvalidPlan([PlanFault(file, about, fault)])


def _checked(
    entry: dict[str, Any], folder: Path, names: Names, taken: Mapping[str, Job]
) -> tuple[list[Fault], list[Job]]:
    """Return the faults of an entry, and where there are none, its pages."""
    way = 'add notebook = "02_compare_provinces"'
    faults, sound = _shape(_Entry, entry, "key of a briefing", missing=way)
    faults += _text_faults(sound)
    if "notebook" not in sound.model_fields_set:
        return faults, []
    # A name is looked for in the list, not on the disk: it may lead to no other folder.
    there = sorted(path.stem for path in folder.glob("*.ipynb"))
    try:
        if sound.notebook not in there:
            raise ValueError(unknown(sound.notebook, there, "notebook beside the plan"))
        section = _Section(sound, read_notebook(folder / f"{sound.notebook}.ipynb"), names)
    except ValueError as error:
        return [*faults, ("key notebook", str(error))], []
    faults += section.faults()
    if faults:
        return faults, []
    pages = section.pages()
    return list(_page_faults(sound, pages, taken)), pages


def _shape(model: type[M], entry: dict[str, Any], kind: str, *, missing: str) -> tuple[list[Fault], M]:
    """Check the keys of a table and the kinds of their values; return it with those that are right.

    What is wrong is left out of what is looked at next, so that the rest is told too.
    """
    try:
        return [], model(**entry)
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["type"] for each in error.errors()}
    faults: list[Fault] = []
    # In the order in which they are written; what is missing comes last.
    for key in (key for key in dict.fromkeys([*entry, *wrong]) if key in wrong):
        if wrong[key] == "extra_forbidden":
            fault = unknown(key, model.model_fields, kind)
        elif wrong[key] == "missing":
            fault = f"missing; {missing}"
        else:
            fault = f"{_shown(entry[key])}; write {model.model_fields[key].description}"
        faults.append((f"key {key}", fault))
    sound = {key: value for key, value in entry.items() if key not in wrong}
    return faults, model.model_construct(_fields_set=set(sound), **sound)


def _shown(value: object) -> str:
    """Say what a value is, in the words of TOML rather than of Python."""
    text = json.dumps(value, ensure_ascii=False, default=str) if type(value) in _TYPES else str(value)
    return f"{shorten(text)} is {_TYPES.get(type(value), 'a date or time')}"


def _text_faults(entry: _Entry) -> Iterator[Fault]:
    """List what is wrong in slug and title whatever the notebook declares."""
    if entry.slug is not None:
        alone = None if _PLACEHOLDER.search(entry.slug) else _slug_fault(entry.slug)
        if fault := _brace_fault(entry.slug) or alone:
            yield "key slug", fault
    for lang, title in entry.titles.items():
        if lang and lang not in LANGUAGES:
            yield "key title", unknown(lang, LANGUAGES, "language of a title")
        if not isinstance(title, str):
            yield "key title", f"{_shown(title)}; write text in quotes"
        elif fault := _brace_fault(title):
            yield "key title", fault


def _overview(table: Any, names: Names) -> tuple[list[Fault], Overview | None]:
    """Return the faults of the table `[overview]`, and where there are none, its names as codes."""
    if not isinstance(table, dict):
        return [("the table", f"{_shown(table)}; write [overview]")], None
    table = {key: names.areas_of(value) if key == "areas" else value for key, value in table.items()}
    faults, found = _shape(Overview, table, "key of the overview", missing="write a list of names")
    if faults:
        return faults, None
    given = found.model_dump()
    wrong = [(f"key {key}", fault) for key, listed in given.items() for fault in names.faults(key, listed)]
    return wrong, None if wrong else Overview(**{key: names.found(key, given[key]) for key in given})


def _linked(pages: list[Job], has_overview: bool) -> list[Job]:
    """Give each page its links: to the index, to the pages of its language, to itself in other languages."""
    by_lang: dict[str, dict[Path, list[Job]]] = defaultdict(lambda: defaultdict(list))
    twins: dict[str, list[Link]] = defaultdict(list)
    keys = {}
    for page in pages:
        by_lang[page.lang][page.notebook].append(page)
        given = {name: value for name, value in page.parameters.items() if name != "lang"}
        keys[page.slug] = repr((page.notebook, sorted(given.items())))
        twins[keys[page.slug]].append((f"{page.slug}.html", words(page.lang)("page.language"), page.lang))
    menus = {lang: tuple(_menu(own)) for lang, own in by_lang.items()}

    def links(page: Job) -> Links:
        others = tuple(link for link in twins[keys[page.slug]] if link[2] != page.lang)
        index = ENGLISH if has_overview and page.lang == "en" else INDEX
        return Links(index, f"{page.slug}.html", menus[page.lang], others)

    return [replace(page, links=links(page)) for page in pages]


def _menu(notebooks: Mapping[Path, list[Job]]) -> Iterator[tuple[Link, ...]]:
    """Name the pages of a language: those of one notebook by their provinces, the others by their titles."""
    alone: list[Link] = []
    if sum(map(len, notebooks.values())) > MOST_LINKS:
        return
    for path, pages in notebooks.items():
        texts = [", ".join(page.areas.values()) for page in pages]
        if len(pages) == 1:
            texts = [pages[0].title or question(path, pages[0].lang)]
        elif len({*texts}) < len(texts):
            texts = [page.title or page.subtitle or page.slug for page in pages]
        links = [(f"{page.slug}.html", text, page.lang) for page, text in zip(pages, texts, strict=True)]
        if len(pages) == 1:
            alone += links
        else:
            yield tuple(links)
    if alone:
        yield tuple(alone)


class _Section:
    """An entry of a plan with its notebook: what is wrong in it, and the pages it makes."""

    def __init__(self, entry: _Entry, notebook: Notebook, names: Names) -> None:
        self._entry, self._notebook, self._names = entry, notebook, names
        self._defaults = {name: each.default for name, each in notebook.parameters.items()}
        self._source = cache(notebook.source)
        self._given = dict(entry.parameters)
        for name in filter(self._lists_areas, self._given):
            self._given[name] = names.areas_of(self._given[name])

    def faults(self) -> list[Fault]:
        """List what is wrong in its values, in the order of the keys."""
        faults: list[Fault] = []
        if self._names.data and "data" not in self._notebook.parameters:
            way = 'add data: str = "" to its parameters, and aq.load(data or None) below'
            faults.append(("key notebook", f"it reads the bundled data alone; {way}"))
        if self._names.data and "data" in {**self._entry.parameters, **self._entry.matrix}:
            faults.append(("parameter data", "all pages have the data of the plan or of --data; remove it"))
        for name, value in self._given.items():
            faults += [(f"parameter {name}", fault) for fault in self._value(name, value)]
        return [*faults, *self._matrix(), *self._texts_and_inputs(), *self._languages()]

    def pages(self) -> list[Job]:
        """Return a page for each combination of its matrix; the last parameter changes first."""
        matrix = self._entry.matrix
        every = (dict(zip(matrix, values, strict=True)) for values in product(*map(self._values, matrix)))
        return [self._page(self._given | page) for page in every]

    def _lists_areas(self, name: str) -> bool:
        own = self._notebook.parameters.get(name)
        return KINDS.get(name) == "area" and own is not None and own.fault([]) is None

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
            what, is_area = f"parameter {name}", KINDS.get(name) == "area"
            if isinstance(listed, list):
                faults = [fault for value in listed for fault in self._value(name, value)]
                yield from ((what, fault) for fault in [*faults, *self._names.repeats(name, listed)])
                if not listed:
                    yield what, "lists no value; write one per page, or leave it out"
            elif not (listed in (ALL, INFERRED) and is_area and name in self._notebook.parameters):
                shown, every = shorten(repr(listed)), f", or {ALL!r}" if is_area else ""
                yield what, f"{shown} is no list; write one value per page: [{shown}]{every}"
            if name in self._entry.parameters:
                yield what, "stands among the parameters too; keep it in one of the two"
        count = math.prod(len(listed) for listed in matrix.values() if isinstance(listed, list))
        if count > MOST_PAGES:
            yield "key matrix", f"makes {count:,} pages; a run makes at most {MOST_PAGES:,}: list less"

    def _texts_and_inputs(self) -> Iterator[Fault]:
        titles = [("title", title) for title in self._entry.titles.values() if isinstance(title, str)]
        for key, text in [("slug", self._entry.slug or ""), *titles]:
            for name in _PLACEHOLDER.findall(text):
                if name not in self._defaults:
                    yield f"key {key}", unknown(name, self._defaults, "parameter of the notebook")
        for name in self._entry.inputs:
            # Unlike Path.exists, it takes a name that is too long for one that is not there.
            if not os.path.exists(self._notebook.path.parent / name):  # noqa: PTH110
                yield "key inputs", f"there is no {shorten(name)!r}; write paths as seen from the plan"

    def _languages(self) -> Iterator[Fault]:
        """List the languages of the pages in which the title or the cells of the notebook have no words."""
        own = self._notebook.parameters.get("lang")
        if own and own.default not in LANGUAGES:
            yield "key notebook", f"its parameter lang is {shorten(repr(own.default))}, which is no language"
            return
        entry, default = self._entry, self._notebook.lang or LANGUAGES[0]
        given = entry.matrix.get("lang", [entry.parameters.get("lang", default)])
        languages = [lang for lang in LANGUAGES if isinstance(given, list) and lang in given]
        if "" in entry.titles and len(languages) > 1:
            wanted = ", ".join(f'{lang} = "…"' for lang in languages)
            yield "key title", f"one title for pages in several languages; write title = {{ {wanted} }}"
        for lang in languages:
            if entry.titles and not entry.titles.keys() & {"", lang}:
                yield "key title", f'has no words in {lang!r}; add {lang} = "…"'
            for fault in self._notebook.untranslated(lang):
                yield "parameter lang", fault

    def _values(self, name: str) -> list[Any]:
        listed = self._entry.matrix[name]
        is_word = listed in (ALL, INFERRED) and self._lists_areas(name)
        return [[area] if is_word else area for area in self._names.areas_of(listed)]

    def _page(self, given: dict[str, Any]) -> Job:
        values = {"lang": LANGUAGES[0]} | self._defaults | given
        lang, notebook, names, entry = values["lang"], self._notebook, self._names, self._entry
        # Which provinces a page is about is said even where the plan leaves them to the notebook.
        about = {name: self._defaults[name] for name in ("area", "areas") if name in self._defaults} | given
        title = entry.titles.get(lang, entry.titles.get(""))
        # What the title says the subtitle need not say again.
        unsaid = {name: about[name] for name in about if name not in _PLACEHOLDER.findall(title or "")}

        def said(found: re.Match[str], lang: str = lang) -> str:
            return names.said(found[1], values[found[1]], lang)

        slug = _default_slug(notebook.path.stem, given, lang if notebook.lang else "")
        if entry.slug is not None:
            slug = _PLACEHOLDER.sub(lambda found: slugify(said(found, "vi")), entry.slug)
        return Job(
            notebook=notebook.path,
            slug=slug,
            source=self._source(lang),
            lang=lang,
            title=title and _PLACEHOLDER.sub(said, title),
            subtitle=names.words(unsaid, lang),
            parameters=given | ({"data": str(names.data)} if names.data else {}),
            areas=names.areas(about, lang),
            inputs=tuple(notebook.path.parent / name for name in entry.inputs),
        )


def _page_faults(entry: _Entry, pages: list[Job], taken: Mapping[str, Job]) -> Iterator[Fault]:
    unused = [f"{{{name}}}" for name in entry.matrix if name not in _PLACEHOLDER.findall(entry.slug or "")]
    way = f"write {' and '.join(unused)} into slug" if unused else "give each an entry and a slug of its own"
    for slug, count in Counter(page.slug for page in pages).items():
        if fault := _slug_fault(slug):
            yield "key slug", fault
        elif slug in taken:
            yield "key slug", f"the file name {slug!r} is taken by a briefing above; give this one a slug"
        elif count > 1:
            yield "key slug", f"{count} pages would have the file name {slug!r}; {way}"


def _default_slug(notebook: str, parameters: Mapping[str, Any], lang: str) -> str:
    """Make a file name of a notebook's name, what it is made for, and its language at the end."""
    parts = [re.sub(r"^\d+_", "", notebook)]
    for name, value in parameters.items():
        values = [] if name == "lang" else value if isinstance(value, list) else [value]
        parts += [part if isinstance(part, str) else f"{name}-{part}" for part in values]
    end = f"-{lang}" if lang else ""
    return slugify(*parts)[: SLUG_LENGTH - len(end)].rstrip("-") + end


def _slug_fault(slug: str) -> str | None:
    """Say why a text cannot be the name of a page's file; None where it can."""

    def is_good(text: str) -> bool:
        is_named = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) is not None
        return is_named and text != "index" and len(text) <= SLUG_LENGTH

    if is_good(slug):
        return None
    fault = "cannot be a file name here"
    if len(slug) > SLUG_LENGTH:
        fault = f"has {len(slug)} characters, and a file name has at most {SLUG_LENGTH}"
    shorter = slugify(slug, "page")
    shorter = shorter if len(shorter) <= SLUG_LENGTH else shorter[: SLUG_LENGTH + 1].rpartition("-")[0]
    return f"{shorten(slug)!r} {fault}; write {f'{shorter!r}, say' if is_good(shorter) else 'a shorter one'}"


def _brace_fault(text: str) -> str | None:
    """Say that a brace of a slug or title stands alone; None where each has its partner."""
    alone = re.search(r"[{}]", _PLACEHOLDER.sub("", text))
    if alone is None:
        return None
    brace, partner = ("{", "}") if alone[0] == "{" else ("}", "{")
    way = "write {name} with the name of a parameter, or no brace"
    return f"{shorten(text)!r} has a {brace} without its {partner}; {way}"
