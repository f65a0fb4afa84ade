"""Read notebook files without running them: their parameters, their text, and its translations.

A notebook is written in one language; `locale/<lang>.po` beside it holds the other, keyed by the whole text
of a markdown cell: an edited cell has no translation until somebody has looked at it again.
"""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from antq_analysis.errors import shorten


@dataclass(frozen=True)
class Parameter:
    """Describe one parameter that a notebook declares: its annotation as written, and its default."""

    name: str
    annotation: str
    default: Any

    def fault(self, value: object) -> str | None:
        """Say why a value of a plan does not fit the annotation; None where it does."""
        if not re.fullmatch(r"((str|int|float|bool|list|dict|None)|[\[\]|, ])+", self.annotation):
            way = "declare str, int, float, bool, list or list[...] there"
            return f"the notebook declares {self.annotation}, which no plan can check; {way}"
        try:
            # Nothing but names of types, brackets and bars stands in it.
            TypeAdapter(eval(self.annotation)).validate_python(value, strict=True)
        except ValidationError:
            said = f"{shorten(repr(value))} is of type {type(value).__name__}, "
            said += f"the notebook declares {self.annotation}"
            quoted = self.annotation == "str" and not isinstance(value, list | dict)
            return f"{said}; write {shorten(repr(str(value)))}" if quoted else said
        return None


@dataclass(frozen=True)
class Notebook:
    """A notebook file: its parameters by name, and its content as JSON holds it."""

    path: Path
    content: dict[str, Any]
    parameters: dict[str, Parameter]

    @property
    def lang(self) -> str | None:
        """The language that it is written in; None for one that is in no language."""
        own = self.parameters["lang"].default if "lang" in self.parameters else None
        return own if isinstance(own, str) else None

    def texts(self) -> list[str]:
        """List the texts of the markdown cells, stripped, without empty ones."""
        cells = (cell for cell in self.content["cells"] if cell["cell_type"] == "markdown")
        return [text for cell in cells if (text := "".join(cell["source"]).strip())]

    def untranslated(self, lang: str) -> list[str]:
        """List what keeps it from being rendered in a language: its cells without a translation."""
        if self.lang in (None, lang) or not self.texts():
            return []
        try:
            known = _translations(self.path.parent, lang)
        except ValueError as error:
            return [str(error)]
        lacking = [text.split() for text in dict.fromkeys(self.texts()) if not known.get(text)]
        named = [" ".join(each[:6]) + "…" * (len(each) > 6) for each in lacking]
        where = f"has no translation in locale/{lang}.po, or one that is marked fuzzy"
        return [f"the cell {text!r} {where}; add it there, its whole text as msgid" for text in named]

    def source(self, lang: str) -> str:
        """Return it as JSON text with its markdown cells in a language, for which it has translations."""
        if self.lang in (None, lang):
            return self.path.read_text(encoding="utf-8")
        known = _translations(self.path.parent, lang) if self.texts() else {}
        cells = [dict(cell) for cell in self.content["cells"]]
        for cell in cells:
            text = "".join(cell["source"]).strip()
            if cell["cell_type"] == "markdown" and text:
                cell["source"] = known[text]
        return json.dumps(self.content | {"cells": cells}, ensure_ascii=False)


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and the parameters that its cell tagged `parameters` declares.

    A notebook without such a cell declares none. Raises ValueError, saying the way out, for a file that
    cannot be read or run as a notebook and for a cell that holds more than plain assignments.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kernel, cells = content["metadata"].get("kernelspec"), content["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
        # Every cell has its type, and its source is text, or a list of texts.
        _ = [cell["cell_type"] + "".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise ValueError(f"{path.name} is not a notebook of format 4; save it again in JupyterLab") from None
    if not kernel:
        raise ValueError(f"{path.name} names no kernel; choose one in JupyterLab and save it")
    try:
        found = [each for cell in tagged[:1] for each in _assignments("".join(cell["source"]))]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        way = "write one annotated literal a line there"
        raise ValueError(f"{path.name} has a parameters cell that cannot be read ({error}); {way}") from None
    return Notebook(path, content, {parameter.name: parameter for parameter in found})


def question(path: Path, lang: str) -> str:
    """Return the first heading of a notebook in a language, its own where that has none; else its name."""
    notebook = read_notebook(path)
    text = next(iter(notebook.texts()), "")
    if notebook.lang not in (None, lang):
        with suppress(ValueError):
            text = _translations(path.parent, lang).get(text) or text
    heading = re.match(r"#[ \t]+(.+)", text)
    return heading[1].strip() if heading else path.stem


def _assignments(source: str) -> Iterator[Parameter]:
    # papermill's own inspection loses a value that holds "=" and an annotation that holds "|".
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                yield Parameter(name, ast.unparse(annotation), ast.literal_eval(value))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                default = ast.literal_eval(value)
                yield Parameter(name, type(default).__name__, default)


def _translations(folder: Path, lang: str) -> dict[str, str]:
    """Return the translations of a folder by the text that they translate, without uncertain ones.

    Raises ValueError, saying the way out, where they cannot be read.
    """
    from babel.messages.pofile import PoFileError, read_po

    place = f"locale/{lang}.po"
    try:
        with (folder / place).open("rb") as file:
            messages = [message for message in read_po(file, locale=lang, abort_invalid=True) if message.id]
    except OSError:
        raise ValueError(f"no {place} beside the notebook translates its cells; write one") from None
    except PoFileError as error:
        # Babel counts lines from 0, and says so at the end of its message.
        line, reason = error.lineno + 1, str(error).removesuffix(f" on {error.lineno}")
        raise ValueError(f"{place}, line {line}, cannot be read ({shorten(reason)}); mend it") from None
    except (ValueError, LookupError) as error:
        raise ValueError(f"{place} is not a readable gettext catalogue ({error}); mend it") from None
    return {str(message.id): str(message.string) for message in messages if not message.fuzzy}
