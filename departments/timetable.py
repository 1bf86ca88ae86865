"""Opening hours as people write and read them: «9:00», «9:00–13:00, 14:00–18:00».

A closing that is not after its opening is on the next day: 22:00–2:00 ends in the night, and
0:00–0:00 is the whole day, as 0:00–24:00 is. `departments.hours` says what is open when.
"""

import re
from collections.abc import Iterable

from departments.hours import DAY_MINUTES, Day, Span

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?", re.ASCII)
_DASHES = re.compile(r"[-‐‑‒–—−]")
_BETWEEN = re.compile(r"[,;]")


class NoTime(ValueError):
    """Its text is no time of the clock, or none at which one can open."""


class NoInterval(ValueError):
    """Its text is not two times with a dash between them."""


def read_time(text: str) -> int:
    """Minutes from midnight, 24:00 included. Raises NoTime."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise NoTime(text)
    hours, minutes = int(found[1]), int(found[2] or 0)
    if minutes > 59 or hours * 60 + minutes > DAY_MINUTES:
        raise NoTime(text)
    return hours * 60 + minutes


def read_interval(opens: str, closes: str) -> Span:
    """Raises NoTime."""
    first, last = read_time(opens), read_time(closes)
    if first == DAY_MINUTES:
        raise NoTime(opens)
    return Span(first, last if last > first else last + DAY_MINUTES)


def read_day(text: str) -> Day:
    """Raises NoTime or NoInterval; of nothing it is a day without hours."""
    return tuple(_read_part(part.strip()) for part in _BETWEEN.split(text) if part.strip())


def _read_part(text: str) -> Span:
    times = _DASHES.split(text)
    if len(times) != 2:
        raise NoInterval(text)
    return read_interval(*times)


def shown_time(minute: int) -> str:
    """«09:00»; past midnight that of the next day."""
    of_day = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{of_day // 60:02}:{of_day % 60:02}"


def shown_interval(span: Span) -> tuple[str, str]:
    return shown_time(span.opens), shown_time(span.closes)


def shown_day(day: Iterable[Span]) -> str:
    """«09:00–13:00, 14:00–18:00»; of a day without hours nothing."""
    return ", ".join("–".join(shown_interval(span)) for span in day)


def joined(day: Iterable[Span]) -> Day:
    """The same hours in order, without what overlaps or touches."""
    found: list[tuple[int, int]] = []
    for opens, closes in sorted(map(_ends, day)):
        if found and opens <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], closes)
        else:
            found.append((opens, closes))
    return tuple(span for stretch in found for span in _as_spans(*stretch))


def _as_spans(opens: int, closes: int) -> Iterable[Span]:
    """No span is longer than a day: what joins to more is two that touch."""
    if closes - opens > DAY_MINUTES:
        yield Span(opens, closes - DAY_MINUTES)
        opens = closes - DAY_MINUTES
    yield Span(opens, closes)


def is_joined(day: Iterable[Span]) -> bool:
    """Nothing in it overlaps or touches."""
    spans = list(day)
    return sorted(joined(spans), key=_ends) == sorted(spans, key=_ends)


def _ends(span: Span) -> tuple[int, int]:
    return span.opens, span.closes
