"""Three provinces in two languages are six near-equal entries of a plan; a matrix says them once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from antq_analysis.briefings.parameters import Parameter, parameter_faults, unknown
from antq_analysis.briefings.subject import Subject

ALL = "all"

Known = dict[str, Parameter]


def matrix_pages(entry: dict[str, Any], known: Known, subject: Subject) -> list[dict[str, Any]]:
    """Return the parameters of every page of an entry: its own, with each combination of its matrix.

    The combinations follow the order in which the matrix is written; the last parameter changes first. Those
    that fit an entry of `exclude` are left out.
    """
    matrix, excluded = entry.get("matrix", {}), entry.get("exclude", [])
    axes = [_values(name, listed, known, subject) for name, listed in matrix.items()]
    combined = (dict(zip(matrix, each, strict=True)) for each in product(*axes))
    kept = (page for page in combined if not any(_fits(page, one, subject) for one in excluded))
    return [entry.get("parameters", {}) | page for page in kept]


def matrix_faults(entry: dict[str, Any], known: Known, subject: Subject) -> Iterator[tuple[str, str]]:
    """List what is wrong in the matrix of an entry: the parameter, and the fault with its way out."""
    for name, listed in entry.get("matrix", {}).items():
        for fault in _faults(name, listed, known, subject):
            yield name, fault
        if name in entry.get("parameters", {}):
            yield name, "stands among the parameters too; keep it in one of the two"


def exclude_faults(entry: dict[str, Any], known: Known, subject: Subject) -> Iterator[tuple[list[str], str]]:
    """List what is wrong in the exclusions of an entry with a sound matrix: the parameter if any, and why."""
    if not entry.get("matrix"):
        yield [], "there is no matrix to leave combinations out of; add one, or leave the page out itself"
        return
    found = [fault for one in entry["exclude"] for fault in _exclusion_faults(one, entry, known, subject)]
    yield from found
    if not found and not matrix_pages(entry, known, subject):
        yield [], "leaves no page of the matrix; exclude less"


def _exclusion_faults(
    one: Any, entry: dict[str, Any], known: Known, subject: Subject
) -> Iterator[tuple[list[str], str]]:
    matrix = entry["matrix"]
    if not isinstance(one, dict) or not one:
        yield [], f'{one!r} names no combination; write {{ {next(iter(matrix))} = "…" }}'
        return
    for name, value in one.items():
        if name not in matrix:
            yield [name], unknown(name, matrix, "parameter of the matrix")
        elif not any(
            _is_same(name, value, each, subject) for each in _values(name, matrix[name], known, subject)
        ):
            yield [name], f"{value!r} is not in the matrix, so it leaves nothing out"


def _fits(page: dict[str, Any], one: dict[str, Any], subject: Subject) -> bool:
    """Tell whether a combination has every value that an exclusion names, in whatever spelling."""
    return all(name in page and _is_same(name, value, page[name], subject) for name, value in one.items())


def _is_same(name: str, value: Any, other: Any, subject: Subject) -> bool:
    # A list with one area is the page of that area.
    listed = isinstance(other, list) and not isinstance(value, list)
    return subject.key(name, [value] if listed else value) == subject.key(name, other)


def _faults(name: str, listed: object, known: Known, subject: Subject) -> Iterator[str]:
    if name in known and listed == ALL and subject.is_area(name):
        return
    if not isinstance(listed, list):
        every = f", or {ALL!r}" if subject.is_area(name) else ""
        yield f"{listed!r} is no list; write one value per page: [{listed!r}]{every}"
    elif not listed:
        yield "lists no value; write one per page, or leave it out"
    else:
        for value in listed:
            yield from parameter_faults(name, value, known, subject)
        yield from subject.repeats(name, listed)


def _values(name: str, listed: Any, known: Known, subject: Subject) -> list[Any]:
    if listed != ALL:
        return list(listed)
    takes_list = known[name].fault([]) is None
    return [[area] if takes_list else area for area in subject.reporting]
