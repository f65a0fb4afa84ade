"""An entry of a plan is checked before its notebook is opened: a wrong key must not cost a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from antq_analysis.batch.matrix import matrix_faults
from antq_analysis.batch.parameters import Parameter, declared, parameter_faults, unknown
from antq_analysis.batch.slugs import placeholders
from antq_analysis.batch.subject import Subject
from antq_analysis.wording import LANGUAGES

# A title is one text, or one for each language: `title = { vi = "…", en = "…" }`.
KEYS: dict[str, tuple[type, ...]] = {
    "notebook": (str,),
    "slug": (str,),
    "title": (str, dict),
    "parameters": (dict,),
    "matrix": (dict,),
}

# What is wrong in one briefing, after the keys that lead to it.
Fault = tuple[tuple[str, ...], str]


def entry_faults(entry: dict[str, Any], folder: Path, subject: Subject) -> Iterator[Fault]:
    """List what is wrong in one entry of a plan, whose notebooks stand in a folder."""
    misshapen = list(_key_faults(entry))
    yield from misshapen
    if misshapen:
        return
    notebooks = sorted(path.stem for path in folder.glob("*.ipynb"))
    if entry["notebook"] not in notebooks:
        yield ("notebook",), unknown(entry["notebook"], notebooks, "notebook beside the plan")
        return
    try:
        known = declared(folder / f"{entry['notebook']}.ipynb")
    except ValueError as error:
        yield ("notebook",), str(error)
        return
    yield from _value_faults(entry, known, subject)


def _key_faults(entry: dict[str, Any]) -> Iterator[Fault]:
    for key, value in entry.items():
        if key not in KEYS:
            yield (key,), unknown(key, KEYS, "key of a briefing")
        elif not isinstance(value, KEYS[key]):
            wanted = " or ".join(kind.__name__ for kind in KEYS[key])
            yield (key,), f"{value!r} is of type {type(value).__name__}, expected {wanted}"
    if "notebook" not in entry:
        yield ("notebook",), 'missing; add notebook = "02_compare_provinces"'


def _value_faults(entry: dict[str, Any], known: dict[str, Parameter], subject: Subject) -> Iterator[Fault]:
    for name, value in entry.get("parameters", {}).items():
        for fault in parameter_faults(name, value, known, subject):
            yield ("parameters", name), fault
    for name, fault in matrix_faults(entry, known, subject):
        yield ("matrix", name), fault
    titles = titles_of(entry)
    for lang, title in titles.items():
        if lang and lang not in LANGUAGES:
            yield ("title",), unknown(lang, LANGUAGES, "language of a title")
        if not isinstance(title, str):
            yield ("title",), f"{title!r} is of type {type(title).__name__}, expected str"
    texts = [("slug", entry.get("slug", "")), *(("title", str(title)) for title in titles.values())]
    for key, text in texts:
        for name in placeholders(text):
            if name not in known:
                yield (key,), unknown(name, known, "parameter of the notebook")


def titles_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the titles of an entry by language; one for whatever language stands under no name."""
    title = entry.get("title", {})
    return title if isinstance(title, dict) else {"": title}
