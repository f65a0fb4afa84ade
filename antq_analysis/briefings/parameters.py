"""papermill only warns about a parameter it does not know, and renders the default; here it is refused.

The cell tagged `parameters` is read as text, so that a plan can be checked before anything runs.
"""

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antq_analysis.briefings.subject import Subject
from antq_analysis.errors import suggest

TYPES = "str, int, float, bool, list or list[...]"

_SCALARS: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float), "dict": dict}


@dataclass(frozen=True)
class Parameter:
    """Describe one parameter that a notebook declares: its annotation as written, and its default."""

    name: str
    annotation: str
    default: Any

    def fault(self, value: object) -> str | None:
        """Say why a value of a plan does not fit the annotation; None where it does.

        >>> Parameter("code", "str", "").fault(1)
        "1 is of type int, the notebook declares str; write '1'"
        >>> Parameter("areas", "list[str]", []).fault(["Điện Biên"])
        """
        try:
            fits = _fits(value, ast.parse(self.annotation, mode="eval").body)
        except TypeError:
            return f"the notebook declares {self.annotation}, which no plan can check; declare {TYPES} there"
        if fits:
            return None
        said = f"{value!r} is of type {type(value).__name__}, the notebook declares {self.annotation}"
        quoted = self.annotation == "str" and not isinstance(value, list | dict)
        return f"{said}; write {str(value)!r}" if quoted else said


def declared(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook file declares in its cell tagged `parameters`, by name.

    A notebook without such a cell declares none. Raises ValueError, saying the way out, for a file
    that cannot be read or run as a notebook and for a cell that holds more than plain assignments.
    """
    content = _content(notebook)
    tagged = (cell for cell in content["cells"] if "parameters" in cell["metadata"].get("tags", []))
    cell = next(tagged, None)
    try:
        found = _assignments("".join(cell["source"])) if cell else ()
        return {parameter.name: parameter for parameter in found}
    except (SyntaxError, ValueError) as error:
        raise ValueError(
            f"{notebook.name} has a parameters cell that cannot be read ({error}); "
            "write one annotated literal a line there"
        ) from None


def parameter_faults(
    name: str, value: object, known: dict[str, Parameter], subject: Subject
) -> Iterator[str]:
    """List what is wrong with one parameter of a plan: its name, its type, or what it names in the data."""
    if name not in known:
        yield unknown(name, known, "parameter of the notebook")
    elif fault := known[name].fault(value):
        yield fault
    else:
        yield from subject.faults(name, value)


def unknown(name: str, known: Iterable[str], kind: str) -> str:
    """Say that a plan names something that is not there, and the nearest that is.

    >>> unknown("slgu", ["slug", "title"], "key of a briefing")
    "no key of a briefing 'slgu'; did you mean 'slug'?"
    """
    nearest = suggest(name, known)
    hint = f"did you mean {nearest!r}?" if nearest else f"there are {', '.join(known) or 'none'}"
    return f"no {kind} {name!r}; {hint}"


def _content(notebook: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
        cells, kernel = content["cells"], content["metadata"].get("kernelspec")
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{notebook.name} is not a notebook of format 4; save it again in JupyterLab"
        ) from None
    if not kernel:
        raise ValueError(f"{notebook.name} names no kernel; choose one in JupyterLab and save it")
    return content | {"cells": cells}


def _assignments(source: str) -> Iterator[Parameter]:
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                yield Parameter(name, ast.unparse(annotation), ast.literal_eval(value))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                default = ast.literal_eval(value)
                yield Parameter(name, type(default).__name__, default)


def _fits(value: object, annotation: ast.expr) -> bool:
    match annotation:
        case ast.Name(id="bool"):
            return isinstance(value, bool)
        case ast.Name(id="list"):
            return isinstance(value, list)
        case ast.Name(id=name) if name in _SCALARS:
            # True is an int to Python, and never meant as one in a plan.
            return isinstance(value, _SCALARS[name]) and not isinstance(value, bool)
        case ast.Constant(value=None):
            return value is None
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list) and all(_fits(part, item) for part in value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fits(value, left) or _fits(value, right)
    raise TypeError(ast.unparse(annotation))
