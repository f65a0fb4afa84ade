"""A notebook is written in one language; a catalogue beside it lets the same cells speak another.

`locale/<lang>.po` in the folder of the notebooks holds the translations, keyed by the whole text of a
markdown cell: an edited cell has no translation until somebody has looked at it again.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from antq_analysis.briefings.parameters import declared
from antq_analysis.errors import RenderFailed, shorten

FIRST_WORDS = 6

_HEADING = re.compile(r"#[ \t]+(.+)")


@dataclass(frozen=True)
class Prose:
    """Hold the translations of one folder into one language, by the text that they translate.

    `fuzzy` are those that somebody marked as uncertain; `fault` says why there are none at all.
    """

    place: str
    translations: dict[str, str]
    fuzzy: frozenset[str] = frozenset()
    fault: str | None = None

    def lack(self, text: str) -> str | None:
        """Say why a cell has no translation, and what to do; None where it has one."""
        if self.translations.get(text):
            return None
        words = text.split()
        shown = " ".join(words[:FIRST_WORDS]) + ("…" if len(words) > FIRST_WORDS else "")
        if text in self.fuzzy:
            return f"the translation of {shown!r} is marked fuzzy in {self.place}; check it, then unmark it"
        return f"the cell {shown!r} has no translation in {self.place}; add it there, its whole text as msgid"


def prose_faults(notebook: Path, lang: str) -> list[str]:
    """List what keeps a notebook from being rendered in a language: its cells without a translation.

    A notebook that declares no `lang`, or has this one as its default, needs no translation.
    """
    texts = markdown_of(notebook)
    if not texts or not _is_foreign(notebook, lang):
        return []
    prose = _prose(notebook.parent, lang)
    if prose.fault:
        return [prose.fault]
    return [fault for text in dict.fromkeys(texts) if (fault := prose.lack(text))]


def in_language(notebook: Path, lang: str) -> str:
    """Return a notebook as JSON text, with its markdown cells in a language; the file is left as it is.

    Raises RenderFailed where a cell has no translation, with what `prose_faults` says of it.
    """
    if faults := prose_faults(notebook, lang):
        raise RenderFailed(faults[0])
    text = notebook.read_text(encoding="utf-8")
    if not _is_foreign(notebook, lang):
        return text
    content = json.loads(text)
    translations = _prose(notebook.parent, lang).translations
    for cell in content["cells"]:
        source = "".join(cell["source"]).strip()
        if cell["cell_type"] == "markdown" and source:
            cell["source"] = translations[source]
    return json.dumps(content, ensure_ascii=False)


def question(notebook: Path, lang: str) -> str:
    """Return the first heading of a notebook in a language, its own where that has none; else its name."""
    text = next(iter(markdown_of(notebook)), "")
    if _is_foreign(notebook, lang):
        text = _prose(notebook.parent, lang).translations.get(text) or text
    heading = _HEADING.match(text)
    return heading[1].strip() if heading else notebook.stem


def markdown_of(notebook: Path) -> list[str]:
    """List the texts of a notebook's markdown cells, stripped, without empty ones."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]).strip() for cell in cells if cell["cell_type"] == "markdown")
    return [text for text in texts if text]


def _is_foreign(notebook: Path, lang: str) -> bool:
    parameters = declared(notebook)
    return "lang" in parameters and parameters["lang"].default != lang


def _prose(folder: Path, lang: str) -> Prose:
    from babel.messages.pofile import PoFileError, read_po

    path = folder / "locale" / f"{lang}.po"
    place = f"locale/{path.name}"
    try:
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale=lang, abort_invalid=True) if message.id]
    except OSError:
        return Prose(place, {}, fault=f"no {place} beside the notebook translates its cells; write one")
    except PoFileError as error:
        # Babel counts lines from 0, and says so at the end of its message.
        line, reason = error.lineno + 1, str(error).removesuffix(f" on {error.lineno}")
        return Prose(place, {}, fault=f"{place}, line {line}, cannot be read ({shorten(reason)}); mend it")
    except (ValueError, LookupError) as error:
        return Prose(place, {}, fault=f"{place} is not a readable gettext catalogue ({error}); mend it")
    sure = {str(message.id): str(message.string) for message in messages if not message.fuzzy}
    return Prose(place, sure, frozenset(str(message.id) for message in messages if message.fuzzy))
