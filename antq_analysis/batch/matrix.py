"""Three provinces in two languages are six near-equal entries of a plan; a matrix says them once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from antq_analysis.batch.parameters import Parameter, parameter_faults
from antq_analysis.batch.subject import Subject

ALL = "all"

Known = dict[str, Parameter]


def matrix_pages(entry: dict[str, Any], known: Known, subject: Subject) -> list[dict[str, Any]]:
    """Return the parameters of every page of an entry: its own, with each combination of its matrix.

    The combinations follow the order in which the matrix is written; the last parameter changes first.
    """
    matrix = entry.get("matrix", {})
    axes = [_values(name, listed, known, subject) for name, listed in matrix.items()]
    return [entry.get("parameters", {}) | dict(zip(matrix, each, strict=True)) for each in product(*axes)]


def matrix_faults(entry: dict[str, Any], known: Known, subject: Subject) -> Iterator[tuple[str, str]]:
    """List what is wrong in the matrix of an entry: the parameter, and the fault with its way out."""
    for name, listed in entry.get("matrix", {}).items():
        for fault in _faults(name, listed, known, subject):
            yield name, fault
        if name in entry.get("parameters", {}):
            yield name, "stands among the parameters too; keep it in one of the two"


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
