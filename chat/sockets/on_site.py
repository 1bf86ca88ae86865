"""People merely on sites as one process knows them, and pages of them for the zone.

What happened to them is noted and read once a second, of all together; a page is rendered once for
all who look at the same, and a row of it once for as long as it is the same.
"""

import asyncio
import time
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from chat import access
from chat.matching import Wanted
from chat.rows.site import PAGE, Person, read_people
from chat.sockets.frames import encode
from chat.streams import in_database

WHOLE_EVERY = 30.0  # seconds: what no doorbell told, and who died with their server
MOST_CHANGED = 500  # read one by one; of more, all are
MOST_PAGES = 100  # kept while nothing happens


class View(NamedTuple):
    """What one looks at: people of these `sites`, None for all, who are found by these words."""

    sites: frozenset[int] | None
    words: str
    page: int


class OnSite:
    def __init__(self) -> None:
        self._people: dict[int, Person] = {}
        self._ordered: list[Person] = []
        self._changed: set[int] = set()
        self._pages: dict[View, str] = {}  # of what is known by now
        self._whole_until = 0.0
        self._reading = asyncio.Lock()

    def changed(self, visitors: Iterable[int]) -> None:
        """They came, left, turned a page, began or ended a conversation."""
        self._changed.update(visitors)

    def forget(self) -> None:
        """Nobody looks: who does next reads all anew."""
        if self._reading.locked():
            return
        self._changed.clear()
        self._people, self._ordered, self._pages, self._whole_until = {}, [], {}, 0.0

    async def show(self, views: set[View]) -> dict[View, str]:
        """Each of these pages as a frame, by what is known by now."""
        async with self._reading:
            now, changed = time.monotonic(), frozenset(self._changed)
            self._changed.clear()
            is_whole = now >= self._whole_until or len(changed) > MOST_CHANGED
            if is_whole or changed or not views <= self._pages.keys():
                try:
                    await in_database(
                        self._render, views, None if is_whole else changed, at=timezone.now()
                    )
                except BaseException:
                    self._changed |= changed  # for the next time
                    raise
            if is_whole:
                self._whole_until = now + WHOLE_EVERY
            return {view: self._pages[view] for view in views}

    def _render(self, views: set[View], changed: frozenset[int] | None, *, at: datetime) -> None:
        if changed is None or changed:
            self._read(changed, at=at)
        if changed is None or changed or len(self._pages) > MOST_PAGES:
            self._pages = {}
        for view in views - self._pages.keys():
            self._pages[view] = encode(page_of(self._ordered, view))

    def _read(self, changed: frozenset[int] | None, *, at: datetime) -> None:
        """Who is as before stays the same object, with what was worked out about them."""
        found = read_people(at=at, among=changed)
        people = dict(self._people) if changed is not None else {}
        for visitor in changed or ():
            people.pop(visitor, None)
        for visitor, person in found.items():
            before = self._people.get(visitor)
            people[visitor] = person if before != person else before
        self._people = people
        self._ordered = sorted(people.values(), key=lambda person: person.order)


def page_of(people: list[Person], view: View) -> dict[str, object]:
    """The last page there is, where one beyond it is asked for."""
    wanted = Wanted(view.words) if view.words else None
    found = [
        person
        for person in people
        if access.meets(person.site, view.sites) and (wanted is None or wanted.holds(person.text))
    ]
    pages = max(1, -(-len(found) // PAGE))
    page = min(view.page, pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return {
        "type": "people",
        "words": view.words,
        "page": page,
        "pages": pages,
        "count": len(found),
        "html": "".join(person.html for person in shown),
    }
