"""Automatic rules over the windows of a process: looked at when somebody comes or turns a page,
and when a time that a rule names has passed; one heap for all, and nothing while nothing is due.
"""

import asyncio
import heapq
import time
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from itertools import count
from typing import Any, Protocol

from django.utils import timezone

from chat.actions.firing import Came, Fired, fire
from chat.automatic.guests import Guest
from chat.automatic.reading import Moment, Read, moment_of, read_again, read_known
from chat.automatic.rules import Rule, RuleSet, decide
from chat.queue.availability import SiteRules, Snapshot
from chat.streams import in_database
from operators.models import Intention

MOST_AT_ONCE = 100  # looked at, so that others' work gets in between
RETRY_EVERY = 15.0  # seconds, of an invitation for which nobody was there
NEVER = float("inf")


class Filtered(Protocol):
    guest: Guest | None
    conversation_id: int | None
    is_closed: bool

    async def show_banner(self) -> None: ...


class Filtering:
    def __init__(self, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._spawn = spawn
        self._read = Read()
        self._sites: Mapping[int, SiteRules] = {}
        self._heap: list[tuple[float, int, Filtered]] = []
        self._numbers = count()

    @property
    def rules(self) -> RuleSet:
        return self._read.rules

    async def read(self, sites: Mapping[int, SiteRules]) -> bool:
        """With the other rules; whether these are others than before."""
        before, self._sites = self._read, sites
        self._read = await in_database(read_again, before)
        return self._read.stamp != before.stamp

    def look_at(self, sockets: Iterable[Filtered], *, after: float = 0.0) -> None:
        """At the next beat, or after so many seconds."""
        due = time.monotonic() + after
        for socket in sockets:
            guest = socket.guest
            if guest is not None and not guest.is_over and self.rules.of(guest.site_id).rules:
                guest.due = due
                heapq.heappush(self._heap, (due, next(self._numbers), socket))

    def banner(self, guest: Guest | None) -> str:
        return self.rules.of(guest.site_id).banners(guest.fired) if guest is not None else ""

    async def beat(self, now: float, snapshot: Snapshot) -> None:
        due = self._due(now)
        if not due:
            return
        moment = moment_of(self._read, self._sites, snapshot, at=timezone.now())
        for start in range(0, len(due), MOST_AT_ONCE):
            part = due[start : start + MOST_AT_ONCE]
            unknown = [one for one in part if self._judge(one, moment, snapshot, now)]
            if unknown:
                await self._read_of(unknown)
            for one in unknown:
                self._judge(one, moment, snapshot, now)
            await asyncio.sleep(0)

    def _due(self, now: float) -> list[Filtered]:
        found = []
        while self._heap and self._heap[0][0] <= now:
            due, _number, socket = heapq.heappop(self._heap)
            guest = socket.guest
            if guest is not None and guest.due == due and not socket.is_closed:
                found.append(socket)
        return found

    def _judge(self, socket: Filtered, moment: Moment, snapshot: Snapshot, now: float) -> bool:
        """Whether something has to be read of the visitor first."""
        guest = socket.guest
        if guest is None or guest.is_over or guest.is_firing or socket.conversation_id is not None:
            return False
        found = self.rules.of(guest.site_id)
        decision = decide(
            found,
            guest.facts(moment, now=now),
            guest.fired,
            guest.held_since,
            now=now,
            waits_for=lambda rule: _waits(rule, guest, snapshot, now),
            is_final=guest.known is not None,
        )
        guest.is_over = decision.is_settled
        if decision.fires:
            guest.is_firing = True
            self._spawn(self._fire(socket, guest, [rule.key for rule in decision.fires]))
        elif decision.due_in is not None:
            self.look_at([socket], after=decision.due_in)
        return decision.lacks and not decision.fires

    async def _read_of(self, sockets: Collection[Filtered]) -> None:
        guests = [one.guest for one in sockets if one.guest is not None]
        keys = {guest.visitor_id for guest in guests}
        try:
            known = await in_database(read_known, keys, self.rules, at=timezone.now())
        except BaseException:
            self.look_at(sockets, after=RETRY_EVERY)
            raise
        for guest in guests:
            guest.known = known.get(guest.visitor_id, {})

    async def _fire(self, socket: Filtered, guest: Guest, rules: Iterable[int]) -> None:
        try:
            for rule in rules:
                fired = await in_database(fire, guest.visit_id, rule, at=timezone.now())
                _take(guest, rule, fired)
                if guest.is_over:
                    break
        except BaseException:
            self.look_at([socket], after=RETRY_EVERY)
            raise
        finally:
            guest.is_firing = False
        await socket.show_banner()
        self.look_at([socket])


def _take(guest: Guest, rule: int, fired: Fired) -> None:
    guest.fired.update(fired.rules)
    match fired.came:
        case Came.OVER:
            guest.is_over = True
        case Came.LATER:
            guest.not_before[rule] = time.monotonic() + RETRY_EVERY
        case Came.NEVER:
            guest.not_before[rule] = NEVER


def _waits(rule: Rule, guest: Guest, snapshot: Snapshot, now: float) -> float:
    """Seconds until it is worth trying; nothing is asked of the database for who is not there."""
    left = guest.not_before.get(rule.key, 0.0) - now
    if left > 0 or rule.inviter is None:
        return max(left, 0.0)
    inviters = [rule.inviter] if rule.inviter else snapshot.operators.get(guest.site_id, ())
    is_there = any(snapshot.present.get(one) == Intention.ONLINE for one in inviters)
    return 0.0 if is_there else RETRY_EVERY
