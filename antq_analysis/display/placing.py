"""Where names may stand: near what they name, and never over each other.

Distances are reckoned for a phone; on a wider screen marks draw apart and names keep their size.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

PHONE = 290  # pixels across that a panel's drawing area has at least
LETTER, LINE = 7.2, 17  # pixels: a letter of 13 pixels on the average, the height of its line


class Box(NamedTuple):
    """A rectangle in pixels, `y` counted downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> float:
        """Return the area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0) * max(high, 0)


def beside(segment: Box, letters: int) -> list[tuple[str, Box]]:
    """Return where a name may stand at a segment, best first: above or below it, from its left or right end.

    >>> [place for place, _ in beside(Box(0, 50, 100, 52), 4)]
    ['above left', 'above right', 'below left', 'below right']
    """
    width = letters * LETTER
    spans = {"left": (segment.left, segment.left + width), "right": (segment.right - width, segment.right)}
    rows = {"above": segment.top - LINE - 2, "below": segment.bottom + 2}
    return [
        (f"{row} {side}", Box(left, top, right, top + LINE))
        for row, top in rows.items()
        for side, (left, right) in spans.items()
    ]


def free(choices: Sequence[tuple[str, Box]], taken: Iterable[Box], within: Box) -> tuple[str, Box]:
    """Return the first choice that covers least of what is taken and of what lies outside.

    >>> choices = [("here", Box(0, 0, 9, 9)), ("there", Box(20, 0, 29, 9))]
    >>> free(choices, [Box(5, 5, 9, 9)], Box(0, 0, 40, 40))[0]
    'there'
    """
    known = list(taken)

    def cost(choice: tuple[str, Box]) -> float:
        box = choice[1]
        outside = (box.right - box.left) * (box.bottom - box.top) - box.meets(within)
        return outside + sum(box.meets(other) for other in known)

    return min(choices, key=cost)


def spread(wanted: Sequence[float], *, gap: float, end: float) -> list[float]:
    """Move positions apart until neighbours are `gap` from each other, none beyond 0 or `end` if they fit.

    >>> spread([10, 12, 40], gap=10, end=50)
    [10.0, 20.0, 40.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = [0.0] * len(wanted)
    least = 0.0
    for place in order:
        found[place] = least = max(float(wanted[place]), least)
        least += gap
    most = end
    for place in reversed(order):
        found[place] = most = min(found[place], most)
        most -= gap
    return found
