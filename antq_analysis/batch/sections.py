"""A long page is found by its headings; here they get names that stay, and the page its contents."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from antq_analysis.batch.slugs import slugify

# What a link of a page may lead to: a place in it or beside it, a web page, an address to write to.
_SAFE = ("", "http", "https", "mailto")

# Characters of a description that a chat or a search shows.
_DESCRIBED = 200


@dataclass(frozen=True)
class Entry:
    """One line of the contents: the id of a heading and its text."""

    id: str
    text: str


def contents(soup: BeautifulSoup) -> list[Entry]:
    """Name the second-level headings of a page, in place, and list them in their order.

    The names are the headings' words without accents, so that a link to a section can be read and kept.
    """
    taken = {"main", *(str(tag["id"]) for tag in soup.select("[id]"))}
    entries = []
    for heading in soup.select("h2"):
        text = " ".join(heading.get_text().split())
        name = _unused(slugify(text) or "section", taken)
        heading["id"] = name
        entries.append(Entry(name, text))
    return entries


def description(soup: BeautifulSoup) -> str:
    """Say in at most 200 characters what a page finds: its first finding, else its first paragraph."""
    first = soup.select_one(".finding") or soup.select_one("p")
    text = " ".join(first.get_text().split()) if first else ""
    return text if len(text) <= _DESCRIBED else f"{text[:_DESCRIBED].rsplit(' ', 1)[0]}…"


def disarm(soup: BeautifulSoup) -> None:
    """Take the address from every link that would run something or read a file, in place."""
    for link in soup.select("[href]"):
        if urlsplit(str(link["href"]).strip()).scheme.lower() not in _SAFE:
            del link["href"]


def quieten(soup: BeautifulSoup) -> None:
    """Make the frames of tables groups, in place: as landmarks they would hide the few that lead anywhere."""
    for frame in soup.select('.table-scroll[role="region"]'):
        frame["role"] = "group"


def _unused(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name
