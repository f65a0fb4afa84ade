"""What shows itself as HTML in a notebook, with its style and links that lead; sentences among it."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from antq_analysis.display.labels import plain

_ANSWER = Markup('<section class="answer">{}</section>')
_CODE = Markup('<button type="button" class="copy" data-antq>{}</button><pre class="code">{}</pre>')
_KEEP = Markup('<section class="keep"><h2>{}</h2><ul>{}</ul></section>')


class Shown:
    """Something that shows itself as HTML, in a notebook together with a style of its own.

    A page of briefings has its own style, and leaves out every element with the attribute `data-antq`.
    """

    def _repr_html_(self) -> str:
        raise NotImplementedError

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        html = self._repr_html_()
        return {"text/html": html and f"{_look()}{html}", "text/plain": repr(self)}


@cache
def _look() -> str:
    return Path(__file__).with_suffix(".html").read_text(encoding="utf-8")


class Text(Shown):
    """Sentences, shown as an answer, as points to keep in mind, as questions, or as code to copy.

    `carried` are attributes of the elements of some sentences: what a page carries along for a letter.
    """

    def __init__(
        self,
        sentences: Iterable[str],
        kind: str = "answer",
        title: str = "",
        carried: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.marked = list(dict.fromkeys(text for text in sentences if text))
        self._kind, self._title, self._carried = kind, title, carried or {}

    @property
    def sentences(self) -> list[str]:
        """The sentences as plain text."""
        return [plain(text) for text in self.marked]

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self.marked:
            return ""
        if self._kind == "answer":
            return _ANSWER.format(Markup().join(map(Markup("<p>{}</p>").format, self.marked)))
        items = Markup().join(map(Markup("<li>{}</li>").format, self.marked))
        if self._kind == "keep":
            return _KEEP.format(self._title, items)
        if self._kind == "code":
            return _CODE.format(self._title, self)
        if self._kind == "note":
            return Markup().join(map(Markup("<p>{}</p>").format, self.marked))
        items = Markup()
        for text in self.marked:
            told = self._carried.get(text, {})
            carried = [Markup(' data-{}="{}"').format(*each) for each in told.items()]
            items += Markup("<li{}>{}</li>").format(Markup().join(carried), text)
        return Markup('<p><b>{}</b></p><ol class="questions">{}</ol>').format(self._title, items)
