"""What tables, sentences and key figures bring along into a notebook: their style, and links that lead."""

from functools import cache
from pathlib import Path
from typing import Any


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
