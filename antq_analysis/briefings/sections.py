"""A long page is found by its headings; here they get names that stay, and the page its contents.

What a notebook brings must neither act in the page nor take anything from elsewhere, nor its names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from antq_analysis.briefings.slugs import slugify
from antq_analysis.errors import RenderFailed

# What a link of a page may lead to: a place in it or beside it, a web page, an address to write to.
_SAFE = ("", "http", "https", "mailto")

# Elements that run, fetch or send something, lead away by themselves, or change the whole page.
_FOREIGN = {
    *("script", "style", "base", "link", "meta", "form"),
    *("frame", "frameset", "iframe", "portal", "object", "embed", "applet", "audio", "video"),
}

# Attributes that fetch or send something, whatever their value.
_SENDING = {"action", "background", "formaction", "ping", "srcset", "xlink:href"}

# Names of the page's own places and parts, by which its links and scripts find them.
_RESERVED = ("chart-hint", "charts", "main", "page-setup", "plotly", "popover")

# Characters of a description that a chat or a search shows.
_DESCRIBED = 200


@dataclass(frozen=True)
class Entry:
    """One line of the contents: the id of a heading and its text."""

    id: str
    text: str


def parsed(html: str) -> BeautifulSoup:
    """Read a piece of HTML: of the parsers there are, this one changes nothing but what it is asked to."""
    return BeautifulSoup(html, "html.parser", multi_valued_attributes=None)


def has_class(tag: Tag, name: str) -> bool:
    """Tell whether an element of a parsed page is of a class.

    >>> has_class(parsed('<p class="fig small">').p, "fig")
    True
    """
    return name in str(tag.get("class", "")).split()


def contents(soup: BeautifulSoup) -> list[Entry]:
    """Name the second-level headings of a page, in place, and list them in their order.

    The names are the headings' words without accents, so that a link to a section can be read and kept.
    """
    taken = {*_RESERVED, *(str(tag["id"]) for tag in soup.find_all(True) if "id" in tag.attrs)}
    entries = []
    for heading in soup.find_all("h2"):
        text = " ".join(heading.get_text().split())
        name = _unused(slugify(text) or "section", taken)
        heading["id"] = name
        entries.append(Entry(name, text))
    return entries


def description(soup: BeautifulSoup) -> str:
    """Say in at most 200 characters what a page finds: its first finding, else its first paragraph."""
    finding = next((tag for tag in soup.find_all(True) if has_class(tag, "finding")), None)
    first = finding or soup.find("p")
    text = " ".join(first.get_text().split()) if first else ""
    return text if len(text) <= _DESCRIBED else f"{text[:_DESCRIBED].rsplit(' ', 1)[0]}…"


def disarm(soup: BeautifulSoup) -> None:
    """Take the address from every link that would run something or read a file, in place."""
    for link in soup.find_all(True):
        address = str(link.get("href", "")).strip()
        if not address.startswith("#") and urlsplit(address).scheme.lower() not in _SAFE:
            del link["href"]


def refuse_foreign(soup: BeautifulSoup) -> None:
    """Refuse a page whose text or outputs would take something from elsewhere; drop comments, in place.

    Raises RenderFailed for the first element that fetches, sends, runs or leads away by itself, or that
    has the name of a part of the page.
    """
    # Browsers end some comments earlier than the parser does: what follows would act unseen.
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    for fault in (fault for tag in soup.find_all(True) for fault in _faults(tag)):
        raise RenderFailed(fault)


def _faults(tag: Tag) -> Iterator[str]:
    if tag.name in _FOREIGN:
        yield _foreign(f"<{tag.name}>")
    yield from (_foreign(f"<{tag.name} {name}>") for name in tag.attrs if _acts(tag, name))
    if (name := tag.get("id")) in _RESERVED:
        yield f'A text or an output gives <{tag.name}> the name id="{name}" of a part of the page. Rename it.'


def _foreign(what: str) -> str:
    return (
        f"A text or an output holds {what}, but a page takes nothing from elsewhere and runs only its own "
        "script. Remove it; display a plotly Figure, a table or a picture, or write an ordinary link."
    )


def _acts(tag: Tag, name: str) -> bool:
    value = str(tag[name]).strip().lower()
    if name in ("src", "poster"):
        return not value.startswith("data:")
    if name == "href":
        return tag.name not in ("a", "area") and not value.startswith(("#", "data:"))
    return name.startswith("on") or name in _SENDING


def _unused(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name
