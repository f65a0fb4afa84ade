"""Reads a finished page: its answer, key figures, cautions, questions and sources, for other media."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from antq_analysis.i18n import words

# What a short text or a picture has room for.
_KEYS = 2


@dataclass(frozen=True)
class Key:
    """One key figure: the number as printed, what it counts and when, and what to know before using it."""

    value: str
    what: str
    caution: str = ""

    def __str__(self) -> str:
        # What begins with a province is no noun of the number.
        return f"{self.value}{' – ' if self.what[:1].isupper() else ' '}{self.what}"


@dataclass(frozen=True)
class Question:
    """A question for a letter to a province, and its figures: what each is, its source, the paragraph."""

    text: str
    figures: list[tuple[str, str, str]]
    to: str = ""


@dataclass(frozen=True)
class Digest:
    """Hold what a page says, as plain texts.

    `finding` is what its chart says, `sources` are those of its answer and key figures in full, `cited` the
    same without titles.
    """

    lang: str
    title: str
    answer: list[str]
    keys: list[Key]
    finding: str
    cautions: list[str]
    questions: list[Question]
    sources: list[str]
    cited: list[str]
    dated: str

    @property
    def lines(self) -> list[str]:
        """The page in five lines at most: title, answer, two key figures, a caution, sources and date."""
        figures = "; ".join(
            f"{key} ({key.caution})" if key.caution else f"{key}" for key in self.keys[:_KEYS]
        )
        sources = f"{words(self.lang)('page.sources')} {'; '.join(self.cited)}. " if self.cited else ""
        caution = next((each for each in (*self.cautions, *(key.caution for key in self.keys)) if each), "")
        said = [self.title, " ".join(self.answer), figures, caution, f"{sources}{self.dated}"]
        return [line for line in said if line]


def digest(html: str) -> Digest:
    """Read a page that was made by `briefings.page`.

    >>> digest("<html lang='en'><h1>What is known?</h1><footer><p>Made today.</p></footer>").lines
    ['What is known?', 'Made today.']
    """
    # The scripts are most of a page.
    page = BeautifulSoup(re.sub(r"(?s)<script.*?</script>", "", html), "html.parser")
    lang = str(page.html.get("lang", "vi")) if page.html else "vi"
    found = _sources(page, page.select("section.answer p, ul.keys > li"))
    return Digest(
        lang=lang,
        title=_text(page.find("h1")),
        answer=[_text(each) for each in page.select("section.answer p")],
        keys=[_key(each) for each in page.select("ul.keys > li")],
        finding=_text(page.select_one("figure.chart .finding")),
        cautions=[_text(each) for each in page.select("section.keep li")],
        questions=[_question(page, each) for each in page.select("ol.questions > li")],
        sources=list(map(_text, found)),
        cited=list(map(_brief, found)),
        dated=_text(page.select_one("footer p")),
    )


def _text(tag: Tag | None) -> str:
    return " ".join(tag.get_text().split()) if tag else ""


def _key(item: Tag) -> Key:
    return Key(*(_text(item.find(class_=name)) for name in ("value", "what", "caution")))


def _question(page: BeautifulSoup, item: Tag) -> Question:
    figures = []
    for obs_id in str(item.get("data-obs", "")).split():
        row = page.find("tr", id=f"obs-{obs_id}")
        if row and (head := _head_of(row)):
            printed, _, indicator, _, period, place, *_ = map(_text, row.find_all("td"))
            figures.append((f"{printed} – {indicator}, {period}", _text(head), place))
    return Question(str(item.get("data-letter", "")), figures, str(item.get("data-to", "")))


def _brief(head: Tag) -> str:
    """Cite a source without its title."""
    title = _text(head.find("cite"))
    return _text(head).replace(f", {title}", "", 1) if title else _text(head)


def _head_of(row: Tag) -> Tag | None:
    """Return the heading of the source that a row of the list of sources belongs to."""
    section = row.find_parent("section", class_="source")
    return section.find("h3") if section else None


def _sources(page: BeautifulSoup, tags: Iterable[Tag]) -> list[Tag]:
    """Return the headings of the sources of the figures in some elements, each once."""
    found: dict[int, Tag] = {}
    for link in (link for tag in tags for link in tag.select("a.fig")):
        row = page.find("tr", id=str(link.get("href", "#")).removeprefix("#"))
        if row and (head := _head_of(row)):
            found[id(head)] = head
    return list(found.values())
