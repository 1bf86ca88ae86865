"""Pages of a log: what goes into one frame, and nothing read from the database beyond it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Length

from chat.sockets.delivery import PAGE, PAGE_BYTES, Entry, Page, fitting

M = TypeVar("M", bound=Model)

# A frame holds a text twice, as it is and as HTML, and a Cyrillic letter has two bytes.
PAGE_CHARACTERS = PAGE_BYTES // 4


def read_page(
    found: QuerySet[M],
    entry: Callable[[M], Entry],
    *,
    texts: Sequence[str] = ("text",),
    load: Callable[[Iterable[M]], Iterable[M]] = iter,
    room: int = PAGE_BYTES,
) -> Page:
    """The first of the messages found; `texts` are the fields that may be long."""
    keys, more = _within_reach(found, texts)
    if not keys:
        return Page([], more=False)
    entries = fitting(map(entry, load(found.filter(pk__in=keys))), room)
    return Page(entries, more or len(entries) < len(keys))


def last_page(
    messages: QuerySet[M],
    load: Callable[[Iterable[M]], Iterable[M]] = iter,
    *,
    most: int = PAGE,
) -> list[M]:
    """The latest of the messages, as many as a page has room for, in the order of their numbers."""
    keys, _more = _within_reach(messages.order_by("-seq"), ("text",), most)
    return list(load(messages.filter(pk__in=keys).order_by("seq")))


def last_page_begins(messages: QuerySet[Any], texts: Sequence[str] = ("text",)) -> int:
    """The number before the first message of the last page."""
    keys, _more = _within_reach(messages.order_by("-seq"), texts)
    first = messages.filter(pk__in=keys[-1:]).values_list("seq", flat=True).first()
    return 0 if first is None else first - 1


def _within_reach(
    found: QuerySet[Any], texts: Sequence[str], most: int = PAGE
) -> tuple[list[int], bool]:
    """`within_reach`, of the first of these."""
    lengths = sum((Length(F(text)) for text in texts[1:]), start=Length(F(texts[0])))
    return within_reach(found.values_list("pk", lengths)[: most + 1], most)


def within_reach(lengths: Iterable[tuple[int, int]], most: int = PAGE) -> tuple[list[int], bool]:
    """Keys of the first of these that a page has room for, and whether there are more."""
    keys: list[int] = []
    total = 0
    for key, length in lengths:
        total += length
        if keys and (len(keys) == most or total > PAGE_CHARACTERS):
            return keys, True
        keys.append(key)
    return keys, False
