"""People merely on sites as one process knows them, and pages of them for the zone.

What happened to them is noted and read once a second, of all together; a page is rendered once for
all who look at the same, and a row of it once for as long as it is the same.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from django.utils import timezone

from chat import access
from chat.matching import Wanted
from chat.rows.site import PAGE, Person, read_next_people, read_people
from chat.sockets.frames import encode
from chat.streams import in_database

WHOLE_EVERY = 30.0  # seconds: what no doorbell told, and who died with their server
MOST_CHANGED = 500  # read one by one; of more, all are
PART = 500  # of all, read at a time
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
            await self._read()
            missing = views - self._pages.keys()
            if len(self._pages) > MOST_PAGES:
                self._pages, missing = {}, views
            if missing:
                # Beside the threads of the database, which others wait for.
                self._pages |= await asyncio.to_thread(_rendered, self._ordered, missing)
            return {view: self._pages[view] for view in views}

    async def _read(self) -> None:
        now, changed = time.monotonic(), frozenset(self._changed)
        is_whole = now >= self._whole_until or len(changed) > MOST_CHANGED
        if not is_whole and not changed:
            return
        self._changed.clear()
        try:
            if is_whole:
                self._know(await self._everybody())
                self._whole_until = now + WHOLE_EVERY
            else:
                found = await in_database(read_people, changed, at=timezone.now())
                self._know_of(changed, found)
        except BaseException:
            self._changed |= changed  # for the next time
            raise

    async def _everybody(self) -> dict[int, Person]:
        """By parts, so that others' work gets in between."""
        people: dict[int, Person] = {}
        beyond = 0
        while found := await in_database(read_next_people, beyond, PART, at=timezone.now()):
            people |= found
            beyond = max(person.visit for person in found.values())
        return people

    def _know(self, people: dict[int, Person]) -> None:
        """Who is as before stays the same object, with what was worked out about them."""
        before = self._people
        self._people = {
            key: person if (known := before.get(key)) is person or known != person else known
            for key, person in people.items()
        }
        self._ordered = sorted(self._people.values(), key=_order)
        self._pages = {}

    def _know_of(self, changed: Iterable[int], found: Mapping[int, Person]) -> None:
        """Of these alone: that thousands more stand in the list costs them nothing."""
        for key in changed:
            before, person = self._people.get(key), found.get(key)
            if before == person:
                continue
            self._pages = {}
            if before is not None:
                del self._people[key], self._ordered[self._place_of(before)]
            if person is not None:
                self._people[key] = person
                self._ordered.insert(self._place_of(person), person)

    def _place_of(self, person: Person) -> int:
        return bisect_left(self._ordered, person.order, key=_order)


_order = attrgetter("order")


def _rendered(people: list[Person], views: set[View]) -> dict[View, str]:
    return {view: encode(page_of(people, view)) for view in views}


def page_of(people: list[Person], view: View) -> dict[str, object]:
    """The last page there is, where one beyond it is asked for."""
    found = people
    if view.sites is not None:
        found = [person for person in people if access.meets(person.site, view.sites)]
    if view.words:
        wanted = Wanted(view.words)
        found = [person for person in found if wanted.holds(person.text)]
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
