"""An entry of a plan is checked before its notebook is opened: a wrong key must not cost a run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from antq_analysis.briefings.matrix import exclude_faults, matrix_faults
from antq_analysis.briefings.parameters import Parameter, declared, parameter_faults, unknown
from antq_analysis.briefings.prose import prose_faults
from antq_analysis.briefings.slugs import brace_fault, placeholders, slug_fault
from antq_analysis.briefings.subject import Subject
from antq_analysis.errors import shorten
from antq_analysis.i18n import LANGUAGES

# A title is one text, or one for each language: `title = { vi = "…", en = "…" }`.
KEYS: dict[str, tuple[type, ...]] = {
    "notebook": (str,),
    "slug": (str,),
    "title": (str, dict),
    "parameters": (dict,),
    "matrix": (dict,),
    "exclude": (list,),
}

# What a writer of TOML calls a value, and what that writer is to write.
_KINDS: dict[type, str] = {
    str: "text",
    bool: "a true/false value",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}
_WRITTEN: dict[type, str] = {str: "text in quotes", dict: "a table"}

# What is wrong in one briefing, after the keys that lead to it.
Fault = tuple[tuple[str, ...], str]


def entry_faults(entry: dict[str, Any], folder: Path, subject: Subject) -> Iterator[Fault]:
    """List what is wrong in one entry of a plan, whose notebooks stand in a folder.

    A key with a value of the wrong kind is left out of what is looked at next, so that the rest is told too.
    """
    yield from _key_faults(entry)
    sound: dict[str, Any] = {
        key: value for key, value in entry.items() if isinstance(value, KEYS.get(key, ()))
    }
    yield from _text_faults(sound)
    if "notebook" not in sound:
        return
    try:
        known = _declared(folder, sound["notebook"])
    except ValueError as error:
        yield ("notebook",), str(error)
        return
    yield from _value_faults(sound, known, subject)
    yield from _language_faults(sound, known, folder)


def titles_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the titles of an entry by language; one for whatever language stands under no name."""
    title = entry.get("title", {})
    return title if isinstance(title, dict) else {"": title}


def _key_faults(entry: dict[str, Any]) -> Iterator[Fault]:
    for key, value in entry.items():
        if key not in KEYS:
            yield (key,), unknown(key, KEYS, "key of a briefing")
        elif not isinstance(value, KEYS[key]):
            yield (key,), _kind_fault(value, KEYS[key])
    if "notebook" not in entry:
        yield ("notebook",), 'missing; add notebook = "02_compare_provinces"'


def _kind_fault(value: object, wanted: tuple[type, ...]) -> str:
    """Say what a value is and what to write, in the words of TOML rather than of Python."""
    shown = json.dumps(value, ensure_ascii=False, default=str) if type(value) in _KINDS else str(value)
    kind = _KINDS.get(type(value), "a date or time")
    return f"{shorten(shown)} is {kind}; write {' or '.join(_WRITTEN[each] for each in wanted)}"


def _text_faults(entry: dict[str, Any]) -> Iterator[Fault]:
    """List what is wrong in slug and title whatever the notebook declares."""
    slug = entry.get("slug", "page")
    if fault := brace_fault(slug) or (None if placeholders(slug) else slug_fault(slug)):
        yield ("slug",), fault
    for lang, title in titles_of(entry).items():
        if lang and lang not in LANGUAGES:
            yield ("title",), unknown(lang, LANGUAGES, "language of a title")
        if not isinstance(title, str):
            yield ("title",), _kind_fault(title, (str,))
        elif fault := brace_fault(title):
            yield ("title",), fault


def _declared(folder: Path, name: str) -> dict[str, Parameter]:
    # A name is looked for in the list, not on the disk: it may lead to no other folder.
    notebooks = sorted(path.stem for path in folder.glob("*.ipynb"))
    if name not in notebooks:
        raise ValueError(unknown(name, notebooks, "notebook beside the plan"))
    return declared(folder / f"{name}.ipynb")


def _value_faults(entry: dict[str, Any], known: dict[str, Parameter], subject: Subject) -> Iterator[Fault]:
    for name, value in entry.get("parameters", {}).items():
        for fault in parameter_faults(name, value, known, subject):
            yield ("parameters", name), fault
    wrong = list(matrix_faults(entry, known, subject))
    for name, fault in wrong:
        yield ("matrix", name), fault
    for name, fault in exclude_faults(entry, known, subject) if "exclude" in entry and not wrong else ():
        yield ("exclude", *name), fault
    titles = [title for title in titles_of(entry).values() if isinstance(title, str)]
    for key, text in [("slug", entry.get("slug", "")), *(("title", title) for title in titles)]:
        for name in placeholders(text):
            if name not in known:
                yield (key,), unknown(name, known, "parameter of the notebook")


def _language_faults(entry: dict[str, Any], known: dict[str, Parameter], folder: Path) -> Iterator[Fault]:
    """List the languages of the pages in which the title or the cells of the notebook have no words."""
    chosen, languages = _languages(entry, known)
    titles = titles_of(entry)
    if "" in titles and len(languages) > 1:
        wanted = ", ".join(f'{lang} = "…"' for lang in languages)
        yield ("title",), f"one title for pages in several languages; write title = {{ {wanted} }}"
    for lang in languages:
        if titles and not titles.keys() & {"", lang}:
            yield ("title",), f'has no words in {lang!r}; add {lang} = "…"'
        for fault in prose_faults(folder / f"{entry['notebook']}.ipynb", lang):
            yield (chosen, "lang"), fault


def _languages(entry: dict[str, Any], known: dict[str, Parameter]) -> tuple[str, list[str]]:
    """Return the key that chooses the languages of the pages, and those that are languages."""
    own = known["lang"].default if "lang" in known else LANGUAGES[0]
    if "lang" in entry.get("matrix", {}):
        chosen, given = "matrix", entry["matrix"]["lang"]
    else:
        chosen, given = "parameters", [entry.get("parameters", {}).get("lang", own)]
    return chosen, [lang for lang in LANGUAGES if isinstance(given, list) and lang in given]
