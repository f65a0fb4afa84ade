"""A batch that stops at page forty is worse than one that never starts: the whole plan is checked first.

A plan is a TOML file: one `[[briefing]]` per page, naming a notebook beside the plan and its parameters.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from antq_analysis.batch.lines import Lines
from antq_analysis.batch.parameters import Parameter, declared
from antq_analysis.batch.subject import Subject
from antq_analysis.errors import InvalidPlan, PlanFault, suggest

KEYS = {"notebook": str, "slug": str, "title": str, "parameters": dict}
SLUG_LENGTH = 80

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")

# What is wrong in one briefing, after the keys that lead to it.
_Fault = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Briefing:
    """Describe one page to make: a notebook, what it is made for, and the name of its file."""

    notebook: Path
    slug: str
    lang: str = "vi"
    title: str | None = None
    subtitle: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


def read_plan(path: Path, subject: Subject) -> list[Briefing]:
    """Read and check a plan of briefings, in the order in which it lists them.

    Nothing is executed. Raises InvalidPlan with every fault of the plan: syntax, unknown keys, notebooks,
    parameters and names, values of another type than the notebook declares, file names given twice.
    """
    text = _text(path)
    entries, faults = _entries(path, text)
    lines = Lines(text, "briefing")
    briefings: dict[str, Briefing] = {}
    for number, entry in enumerate(entries, 1):
        found = list(_faults(entry, path.parent, subject))
        if not found:
            briefing = _briefing(entry, path.parent, subject)
            found = list(_taken(briefing, briefings))
            briefings.setdefault(briefing.slug, briefing)
        for keys, fault in found:
            faults.append(PlanFault(path.name, lines.find(number, keys), _about(number, entry, keys), fault))
    if faults:
        raise InvalidPlan(faults)
    return list(briefings.values())


def select(briefings: list[Briefing], pattern: str) -> list[Briefing]:
    """Keep the briefings whose file name or notebook matches a pattern like `*dien-bien*`.

    Raises InvalidPlan where none does.
    """
    kept = [b for b in briefings if fnmatchcase(b.slug, pattern) or fnmatchcase(b.notebook.stem, pattern)]
    if not kept:
        slugs = ", ".join(briefing.slug for briefing in briefings)
        raise InvalidPlan(
            [PlanFault("--only", None, repr(pattern), f"matches no briefing; there are {slugs}")]
        )
    return kept


def slugify(*parts: str) -> str:
    """Make a file name without accents, capitals or spaces.

    >>> slugify("compare_provinces", "Điện Biên")
    'compare-provinces-dien-bien'
    """
    # Đ is a letter of its own, not a D with a mark: decomposing leaves it as it is.
    text = "-".join(parts).replace("Đ", "D").replace("đ", "d")
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


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
        line = _TOML_LINE.search(str(error))
        fault = PlanFault(path.name, int(line[1]) if line else None, "not valid TOML", str(error))
        raise InvalidPlan([fault]) from None
    entries = document.pop("briefing", [])
    faults = [PlanFault(path.name, None, key, "unknown; a plan holds only [[briefing]]") for key in document]
    if not entries or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append(
            PlanFault(path.name, None, "the plan", 'lists no briefing; add [[briefing]] and notebook = "..."')
        )
        raise InvalidPlan(faults)
    return entries, faults


def _about(number: int, entry: dict[str, Any], keys: tuple[str, ...]) -> str:
    kind = "parameter" if keys[0] == "parameters" and len(keys) > 1 else "key"
    return f"briefing {number} ({entry.get('notebook', 'no notebook')}), {kind} {keys[-1]}"


def _faults(entry: dict[str, Any], folder: Path, subject: Subject) -> Iterator[_Fault]:
    misshapen = list(_key_faults(entry))
    yield from misshapen
    if misshapen:
        return
    notebooks = sorted(path.stem for path in folder.glob("*.ipynb"))
    if entry["notebook"] not in notebooks:
        yield ("notebook",), _unknown(entry["notebook"], notebooks, "notebook beside the plan")
        return
    try:
        known = declared(folder / f"{entry['notebook']}.ipynb")
    except ValueError as error:
        yield ("notebook",), str(error)
        return
    for name, value in entry.get("parameters", {}).items():
        for fault in _parameter_faults(name, value, known, subject):
            yield ("parameters", name), fault


def _key_faults(entry: dict[str, Any]) -> Iterator[_Fault]:
    for key, value in entry.items():
        if key not in KEYS:
            yield (key,), _unknown(key, KEYS, "key of a briefing")
        elif not isinstance(value, KEYS[key]):
            yield (key,), f"{value!r} is of type {type(value).__name__}, expected {KEYS[key].__name__}"
    if "notebook" not in entry:
        yield ("notebook",), 'missing; add notebook = "02_compare_provinces"'
    slug = entry.get("slug", "a")
    if isinstance(slug, str) and (not _SLUG.fullmatch(slug) or slug == "index" or len(slug) > SLUG_LENGTH):
        shorter = slugify(slug, "page")[:SLUG_LENGTH].rstrip("-")
        yield ("slug",), f"{slug!r} cannot be a file name here; write {shorter!r}, say"


def _parameter_faults(
    name: str, value: object, known: dict[str, Parameter], subject: Subject
) -> Iterator[str]:
    if name not in known:
        yield _unknown(name, known, "parameter of the notebook")
    elif fault := known[name].fault(value):
        yield fault
    else:
        yield from subject.faults(name, value)


def _unknown(name: str, known: Iterable[str], kind: str) -> str:
    nearest = suggest(name, known)
    hint = f"did you mean {nearest!r}?" if nearest else f"there are {', '.join(known) or 'none'}"
    return f"no {kind} {name!r}; {hint}"


def _briefing(entry: dict[str, Any], folder: Path, subject: Subject) -> Briefing:
    notebook = folder / f"{entry['notebook']}.ipynb"
    given = entry.get("parameters", {})
    defaults = {name: parameter.default for name, parameter in declared(notebook).items()}
    lang = {"lang": "vi", **defaults, **given}["lang"]
    # Which provinces a page is about is said even where the plan leaves them to the notebook.
    about = {name: value for name, value in defaults.items() if name in {"area", "areas"}} | given
    return Briefing(
        notebook=notebook,
        slug=entry.get("slug") or _default_slug(notebook.stem, given),
        lang=lang,
        title=entry.get("title"),
        subtitle=subject.words(about, lang),
        parameters=given,
    )


def _default_slug(notebook: str, parameters: dict[str, Any]) -> str:
    parts = [re.sub(r"^\d+_", "", notebook)]
    for name, value in parameters.items():
        values = value if isinstance(value, list) else [value]
        parts += [part if isinstance(part, str) else f"{name}-{part}" for part in values]
    return slugify(*parts)[:SLUG_LENGTH].rstrip("-")


def _taken(briefing: Briefing, briefings: dict[str, Briefing]) -> Iterator[_Fault]:
    if briefing.slug in briefings:
        yield ("slug",), f"the file name {briefing.slug!r} is taken by a briefing above; give this one a slug"
