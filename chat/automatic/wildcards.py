"""Patterns in which «*» stands for any signs, none included; nothing else in them is special.

What stands between the stars is looked for once, from left to right: a pattern of anybody costs no
more than reading the text.
"""

from collections.abc import Sequence
from typing import NamedTuple

STAR = "*"


class Mask(NamedTuple):
    """A pattern taken apart; `longest` is in whatever it fits."""

    first: str
    between: Sequence[str]
    last: str
    longest: str

    def fits(self, text: str) -> bool:
        """The whole text; both folded by the caller."""
        end = len(text) - len(self.last)
        place = len(self.first)
        if end < place or not (text.startswith(self.first) and text.endswith(self.last)):
            return False
        for part in self.between:
            place = text.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return True


def mask_of(pattern: str) -> Mask:
    """Of one with a star at least."""
    first, *between, last = pattern.split(STAR)
    return Mask(first, between, last, max(first, last, *between, key=len))
