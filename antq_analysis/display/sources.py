"""Sources of figures: their citation, their date of publication, and the list at the end of a page."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from antq_analysis.analysis.grading import NotComparable
from antq_analysis.display.shown import Shown
from antq_analysis.i18n import published_text, words

Results = pd.DataFrame | Iterable[pd.DataFrame | NotComparable]

_SOURCES = Markup('<div class="sources"{published}>{sections}</div>')
_SOURCE = Markup('<section class="source" id="src-{source_id}"><h3>{head}</h3>{where}{table}</section>')
_WHERE = Markup('<p class="where">{}</p>')
_LINK = Markup('<a href="{url}" rel="noreferrer">{text}</a>')
_TITLE = Markup('{publisher}, <cite lang="{lang}">{title}</cite>{day}')


class Sources(Shown):
    """Figures grouped by the source that prints them: the source's row, its figures, and their table."""

    def __init__(
        self, listed: list[tuple[dict[str, Any], list[dict[str, Any]], Any]], lang: str, notes: Iterable[str]
    ) -> None:
        self._listed, self._lang, self._notes = listed, lang, notes

    @property
    def tables(self) -> list[Any]:
        """One table per source, with a row per figure."""
        return [table for *_, table in self._listed]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.tables))

    def _repr_html_(self) -> str:
        sections, say = Markup(), words(self._lang).marked
        for row, _, table in self._listed:
            seen, safe = row[f"seen_in_{self._lang}"], row["url"].startswith(("https://", "http://"))
            where = [say("sources.copy", copy=seen)] if seen else []
            where += [_LINK.format(url=row["url"], text=say("sources.open"))] if safe else []
            parts = {"head": cited(row, self._lang), "table": Markup(table._repr_html_())}
            parts["where"] = _WHERE.format(Markup(" ").join(where)) if where else Markup()
            sections += _SOURCE.format(source_id=row["source_id"], **parts)
        sections += Markup().join(map(_WHERE.format, self._notes))
        return str(_SOURCES.format(published=self._published(), sections=sections))

    def _published(self) -> Markup:
        """Say when the newest source on the movement was published, and the newest of the official series."""
        html = Markup()
        for name, official in (("published", False), ("published-official", True)):
            rows = [row for row, found, _ in self._listed
                    if all(figure["mandate"] == "statistics" for figure in found) == official]  # fmt: skip
            day = newest(map(published, rows))
            html += Markup(' data-{}="{}"').format(name, day) if day else ""
        return html


def published(source: Mapping[str, Any]) -> str:
    """Return the day or year on which a source was published; nothing if it is not known.

    `source` is a row of the table of sources. An inferred date ends in `?`, as uncertain dates do in
    ISO 8601-2.
    """
    day = str(source["published_on"])
    return f"{day}?" if day and source["published_basis"] == "inferred" else day


def newest(days: Iterable[str]) -> str:
    """Return the newest of the dates that `published` returns; nothing if none is known.

    A year alone is newer than any day of it: it ends later.

    >>> newest(["2024-04-19", "", "2024?", "2019"])
    '2024?'
    """
    return max(filter(None, days), key=lambda day: day.rstrip("?").ljust(len("2024-04-19"), "~"), default="")


def cited(row: Mapping[str, Any], lang: str) -> Markup:
    """Cite a row of the table of sources: publisher, title, and date as far as it is known."""
    # Titles are quoted as they are printed, and read aloud in their own language.
    own, title, day = "en" if row["title"].isascii() else "vi", f"“{row['title']}”", published_text(row, lang)
    said = f", {day}" if day else ""
    return _TITLE.format(publisher=row[f"publisher_{lang}"], lang=own, title=title, day=said)
