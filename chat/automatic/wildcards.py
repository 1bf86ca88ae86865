"""Patterns in which «*» stands for any signs, none included; nothing else in them is special.

What stands between the stars is looked for once, from left to right: a pattern of anybody costs no
more than reading the text.
"""

STAR = "*"


def matches(pattern: str, text: str) -> bool:
    """The whole text; both folded by the caller."""
    first, *rest = pattern.split(STAR)
    if not rest:
        return pattern == text
    *between, last = rest
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)) or end < len(first):
        return False
    place = len(first)
    for part in between:
        place = text.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True
