"""Days of the week as people write them: «пн–пт», «сб, вс»."""

import re

NAMES = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_DASHES = re.compile(r"\s*[-‐‑‒–—−]\s*")
_BETWEEN = re.compile(r"[,;\s]+")


class BadDays(ValueError):
    """Its text names no days of the week."""


def read_days(text: str) -> frozenset[int]:
    """Monday is 0; «пт–пн» goes over the end of the week. Raises BadDays."""
    parts = [part for part in _BETWEEN.split(_DASHES.sub("-", text.casefold())) if part]
    if not parts:
        raise BadDays(text)
    return frozenset(day for part in parts for day in _days_of(part))


def _days_of(part: str) -> list[int]:
    first, dash, last = part.partition("-")
    begins = _day(first)
    ends = _day(last) if dash else begins
    return [day % 7 for day in range(begins, begins + (ends - begins) % 7 + 1)]


def _day(name: str) -> int:
    if name not in NAMES:
        raise BadDays(name)
    return NAMES.index(name)


def shown_days(days: frozenset[int]) -> str:
    """«пн–пт, вс»: three in a row and more as a stretch."""
    stretches: list[list[int]] = []
    for day in sorted(days):
        if stretches and stretches[-1][-1] == day - 1:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return ", ".join(
        f"{NAMES[one[0]]}–{NAMES[one[-1]]}" if len(one) > 2 else ", ".join(NAMES[d] for d in one)
        for one in stretches
    )
