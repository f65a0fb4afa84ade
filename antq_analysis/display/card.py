"""A number as a leader reads it: what it counts, what is sure of it and what is not, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from antq_analysis.display.table import plain

_CARDS = Markup('<ul class="cards">{}</ul>')
_CARD = Markup('<li class="card">{}</li>')
_LINE = Markup('<p class="{kind}">{text}</p>')


@dataclass(frozen=True)
class Card:
    """One number: what it counts, the number, what is sure, what is not, and its years and source."""

    what: str
    big: str
    sure: str = ""
    unsure: str = ""
    when: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Return what the card says, line by line, each with its kind."""
        return [(kind, text) for kind, text in vars(self).items() if text]


class Cards:
    """Cards beside each other; they show themselves in Jupyter and in a page."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)

    def __repr__(self) -> str:
        return "\n\n".join("\n".join(plain(text) for _, text in card.lines()) for card in self.cards)

    def _repr_html_(self) -> str:
        cards = Markup().join(_CARD.format(_lines(card)) for card in self.cards)
        return str(_CARDS.format(cards) if cards else cards)


def _lines(card: Card) -> Markup:
    return Markup().join(_LINE.format(kind=kind, text=text) for kind, text in card.lines())
