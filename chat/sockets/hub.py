"""One process's sockets: which groups they listen to, what the moment's facts are, their pulse.

The process joins a group of the channel layer while any of its sockets listens to it, so an
event crosses the layer once per process and is handed on by plain calls.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Hashable,
    Iterable,
    Iterator,
)
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from channels.layers import get_channel_layer
from django.db import connection
from django.utils import timezone

from chat import streams
from chat.actions.sign_ins import note_open
from chat.actions.sweep import sweep
from chat.actions.visitors import fade_visits, keep_visits, tell_departed
from chat.barriers import read_barriers
from chat.keeping_out import NO_BARRIERS, Barriers, Caller, who_is_kept_out
from chat.models import Visit
from chat.notices import wanted as wanted_notices
from chat.queue import availability
from chat.queue.availability import SiteRules, Snapshot
from chat.queue.position import told_positions
from chat.rooms.history import changed_since as internal_changed_since
from chat.sockets import history, troubles
from chat.sockets.delivered import DeliveredMarks
from chat.sockets.filtering import Filtered, Filtering
from chat.sockets.gatherer import Gatherer
from chat.sockets.history import Changes
from chat.sockets.limits import Allowance
from chat.sockets.on_site import OnSite
from chat.sockets.operator_list import OperatorList
from chat.sockets.renewals import Renewals
from chat.sockets.revocation import (
    FORBIDDEN,
    Place,
    RightsLost,
    erased_of,
    revoked_places,
    revoked_visitors,
    rights_lost,
)
from chat.sockets.shown import ShownStates, showing_of
from chat.sockets.site_list import SiteList
from chat.sockets.turned_pages import TurnedPages
from chat.sockets.windows import Windows
from chat.webhooks import wanted
from operators import clock
from operators.models import Lease

logger = logging.getLogger(__name__)

T = TypeVar("T")

TICK = 1.0  # seconds between snapshots; every second tick compares cursors with the log
RULES_VALID = 2.0  # seconds a process works with the schedules and members it has read
KEEP_VISITS_EVERY = 20.0
CHECK_ACCESS_EVERY = 1.0
NOTE_SESSIONS_EVERY = 60.0
# Sweeping for so long, a process believes that a place without a beat is dead, and not that it
# was the server or the database that stood still.
TRUSTED_AFTER = 30.0
STALL = 5.0  # seconds without a snapshot in which it was the server or the database that was gone
SWEEP_GAP = 10.0  # seconds between sweeps after which that time begins anew
MOST_KEYS = 500
MOST_TOLD = 50  # times a socket is told something until others have their turn
MOST_ROWS = 50  # rendered in one go, so that others' work gets in between
# No transaction stays open as long as this (settings), so nothing commits unseen behind it.
LOOK_BACK = timedelta(seconds=35)
BEGIN_BEHIND = 1000  # entries of the log: more than are under way when a process begins to look


class Socket(Protocol):
    async def pushed(self, message: streams.Push) -> None: ...
    async def compared(self, changed: dict[str, Any]) -> None: ...
    async def written(self, log: dict[str, int]) -> None: ...
    async def drained(self, after_ms: int) -> None: ...


class VisitorSocket(Socket, Filtered, Protocol):
    visitor_id: int
    site_id: int
    subject: str
    visit_id: int
    caller: Caller
    let_in_by: Barriers | None
    issued_at: datetime
    expires_at: datetime
    position: int | None

    async def placed(self, position: int) -> None: ...
    async def apply(self, snapshot: Snapshot) -> None: ...
    async def close(self, code: int) -> None: ...


class OperatorSocket(Socket, Protocol):
    account_id: int
    place: UUID
    site_list: SiteList

    @property
    def admission(self) -> Place: ...
    def held_for(self, now: float) -> timedelta: ...
    async def send(self, frame: str) -> None: ...
    async def close(self, code: int) -> None: ...
    def concerned(self, changes: Changes) -> set[int]: ...
    async def internal_compared(self, changed: dict[str, Any]) -> None: ...


class Hub:
    def __init__(self) -> None:
        self.visitors: Windows[VisitorSocket] = Windows()
        self.operators: set[OperatorSocket] = set()
        self.snapshot = Snapshot({}, {}, frozenset())
        # What the pulse found last, of the states of conversations.
        self.changes: Changes | None = None
        self.posts = Gatherer()
        self.delivered = DeliveredMarks()
        self.renewals = Renewals(self.spawn)
        self.on_site = OnSite()
        self.turned_pages = TurnedPages(self.spawn)
        self.filtering = Filtering(self.spawn)
        self.shown = ShownStates()
        self._reading: dict[tuple[Any, ...], asyncio.Task[Any]] = {}
        # Who gets no window; None until it is read.
        self.barriers: Barriers | None = None
        self.draining = False
        self.addresses: dict[str, int] = defaultdict(int)
        self.allowances: dict[str, Allowance] = {}
        self._groups: dict[str, set[Socket]] = defaultdict(set)
        self._rules: dict[int, SiteRules] = {}
        self._rules_at = 0.0
        self._are_rules_old = True
        # When the last snapshot was taken, and until when leases that ran out prove nothing.
        self._seen_at = time.monotonic()
        self._wary_until = 0.0
        self._operators_changed = False
        self._list = OperatorList()
        self._refreshing = asyncio.Lock()
        self._asked = self._served = 0
        self._ready, self._has_tuned_in = asyncio.Event(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        # Visits whose last socket is gone; and when to look whether the person came back.
        self.left: set[int] = set()
        self._fading: dict[int, float] = {}
        self._is_telling_departed = False
        # Since when this process has swept the queue without a gap, and when it did last.
        self._sweeping_since = self._swept_at = 0.0
        self._is_sweeping = False
        self._steps = self._pulse()
        clock.begin()
        streams.attach(asyncio.get_running_loop())
        self.join("processes", _ProcessSocket(self))
        self.spawn(self.posts.begin())
        self.spawn(self._listen())
        self.spawn(self._keep_beating())

    # Sockets and groups

    async def ready(self) -> None:
        """Wait for the first snapshot, since a status must not be guessed, and until this process
        hears what others say, or cannot.
        """
        await self._ready.wait()
        await self._has_tuned_in.wait()

    def join(self, group: str, socket: Socket) -> None:
        self._groups[group].add(socket)

    def leave(self, group: str, socket: Socket) -> None:
        members = self._groups.get(group)
        if members is None:
            return
        members.discard(socket)
        if not members:
            del self._groups[group]

    async def shared(self, read: Callable[..., T], *args: Hashable) -> T:
        """What `read` finds in the database, once for all who ask before it begins."""
        key = (read, *args)
        if key not in self._reading:
            self._reading[key] = asyncio.ensure_future(self._read(key))
        found: T = await asyncio.shield(self._reading[key])
        return found

    async def _read(self, key: tuple[Any, ...]) -> Any:
        # One event wakes many sockets, each in a task of its own: this one comes after them.
        await asyncio.sleep(0)
        del self._reading[key]
        read, *args = key
        return await streams.in_database(read, *args)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run beside; an error is logged, not lost."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning("%s: %s", type(error).__name__, error)

    # What the layer brings

    async def _listen(self) -> None:
        channel = ""
        while True:
            try:
                if not channel:
                    channel = await self._layer.new_channel()
                    self.spawn(self._tune_in(channel))
                message = await self._layer.receive(channel)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self._has_tuned_in.set()
                logger.info("channel layer: %s", error)
                await asyncio.sleep(TICK)
                continue
            told = 0
            for part in message["parts"]:
                told += await self._hand_on(part)
                if told > MOST_TOLD:
                    await asyncio.sleep(0)
                    told = 0

    async def _tune_in(self, channel: str) -> None:
        """This process hears what others say, as soon as the layer can be asked."""
        while True:
            try:
                async with asyncio.timeout(streams.LAYER_TIMEOUT):
                    await self._layer.group_add(streams.EVERYBODY, channel)
                return
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.info("channel layer: %s", error)
            finally:
                self._has_tuned_in.set()
            await asyncio.sleep(TICK)

    @property
    def _layer(self) -> Any:
        return get_channel_layer()

    async def _hand_on(self, part: streams.Push) -> int:
        """How many sockets were told."""
        sockets = tuple(self._groups.get(part["group"], ()))
        for socket in sockets:
            try:
                await socket.pushed(part)
            except Exception:
                logger.exception("a socket failed to take %s", part["group"])
        return len(sockets)

    # The pulse

    def _pulse(self) -> tuple["_Step", ...]:
        return (
            _Step("clock", TICK, lambda _now: self._follow_clock()),
            _Step("snapshot", TICK, lambda _now: self.refresh()),
            _Step("comparison", 2 * TICK, _LogComparison(self._compare_log)),
            _Step("comparison of states", 2 * TICK, _Comparison(self._compare)),
            _Step("comparison of chats", 2 * TICK, _Comparison(self._compare_internal)),
            _Step("places", 2 * TICK, lambda _now: self._compare_places()),
            _Step("departures", TICK, lambda _now: self._let_depart()),
            _Step("people on sites", TICK, lambda _now: self._show_people()),
            _Step("visits", KEEP_VISITS_EVERY, lambda _now: self._keep_visits()),
            _Step("barriers", TICK, lambda _now: self.keep_out()),
            _Step("automatic rules", TICK, lambda now: self.filtering.beat(now, self.snapshot)),
            _Step("rights", CHECK_ACCESS_EVERY, lambda _now: self._check_access()),
            _Step("sessions", NOTE_SESSIONS_EVERY, lambda _now: self._note_sessions()),
            _Step("sweep", 2 * TICK, self._begin_sweep),
            _Step("sites", TICK, self._note_shown),
        )

    async def _keep_beating(self) -> None:
        while True:
            started = time.monotonic()
            await self.beat(started)
            await asyncio.sleep(max(0.05, TICK - (time.monotonic() - started)))

    async def beat(self, now: float) -> None:
        for step in self._steps:
            await step.take(now)

    async def refresh(self) -> None:
        """Take a snapshot no older than this call; tell whom it concerns what changed.

        One at a time, so that an older one never follows a newer; calls that wait share one.
        """
        self._asked += 1
        mine = self._asked
        async with self._refreshing:
            if self._served < mine:
                self._served = self._asked
                await self._take_snapshot()

    async def _take_snapshot(self) -> None:
        at, now = timezone.now(), time.monotonic()
        are_others = False
        if self._are_rules_old or now - self._rules_at > RULES_VALID:
            self._are_rules_old = False
            self._rules = await streams.in_database(_read_rules)
            self._rules_at = now
            are_others = await self.filtering.read(self._rules)
        if now - self._seen_at > STALL:
            self._wary_until = now + Lease.VALID.total_seconds()
        before = self.snapshot
        self.snapshot = await streams.in_database(
            availability.take_snapshot,
            self._rules,
            held=self._held(now),
            kept=before.present.keys() if now < self._wary_until else (),
            at=at,
        )
        self._seen_at = now
        self._ready.set()
        if self.snapshot != before or are_others:
            await _each("statuses", [(v.apply, self.snapshot) for v in self.visitors])
        if are_others:
            self.filtering.look_at(self.visitors)
        for visitor in self.visitors.expired(at):
            await visitor.close(4401)
        if self.snapshot.present != before.present:
            self._operators_changed = True
        if self._operators_changed:
            await self._show_operators()

    def _held(self, now: float) -> dict[UUID, timedelta]:
        held = {operator.place: operator.held_for(now) for operator in self.operators}
        return {place: good for place, good in held.items() if good > timedelta(0)}

    async def _follow_clock(self) -> None:
        reading = await streams.in_database(clock.read_reference)
        if reading is not None and clock.steady.follow(*reading):
            # Spans are not what they were: nothing is taken away for as long as a lease lasts.
            self._wary_until = time.monotonic() + Lease.VALID.total_seconds()
            self._swept_at = 0.0

    async def follow_rules(self) -> None:
        """Members, levels, schedules are others: for visitors, for the list of operators, and for
        who may hold a socket.
        """
        self._are_rules_old = self._operators_changed = True
        await self.refresh()
        await self._check_places()

    def load_changed(self) -> None:
        self._operators_changed = True

    async def _show_operators(self) -> None:
        self._operators_changed = False
        try:
            if self.operators:
                news = await streams.in_database(self._list.news, at=timezone.now())
                calls = [(one.send, frame) for one in self.operators for frame in news]
                await _each("lists of operators", calls)
        except Exception:
            self._operators_changed = True  # a later beat tells it
            raise

    async def _compare_log(self, key: int) -> int:
        """A lost doorbell costs two seconds, never a message. The latest key of the log."""
        if not self.visitors and not self.operators:
            return await streams.in_database(history.latest_key)
        written = await streams.in_database(history.written_since, key)
        calls: list[_Call] = []
        for log in written:
            for group in (f"visitor.{log['visitor']}", f"staff.{log['visitor']}"):
                calls += [(socket.written, log) for socket in self._groups.get(group, ())]
        await _each("comparisons", calls)
        return max((log["key"] for log in written), default=key)

    async def _compare(self, since: datetime) -> None:
        """Nor does a lost change of state cost more."""
        if self.changes is not None and not self.visitors and not self.operators:
            return
        changes = Changes(await streams.in_database(history.changed_since, since))
        self.changes = changes
        calls: list[_Call] = []
        for changed in changes.rows.values():
            # Those that have their welcome: who is about to get one is told by it.
            of_visitor = self.visitors.of(changed["visitor"])
            calls += [(socket.compared, changed) for socket in of_visitor]
        for operator in self.operators:
            concerned = operator.concerned(changes)
            calls += [(operator.compared, changes.rows[pk]) for pk in concerned]
        await _each("comparisons of states", calls)

    async def _compare_internal(self, since: datetime) -> None:
        if not self.operators:
            return
        changes = await streams.in_database(internal_changed_since, since)
        await _each(
            "comparisons of chats",
            [(o.internal_compared, changed) for changed in changes for o in self.operators],
        )

    async def _compare_places(self) -> None:
        """A queue moves without a change of those who wait on."""
        if not self.visitors:
            return
        calls: list[_Call] = []
        for conversation, visitor, place in await streams.in_database(told_positions):
            calls += [
                (socket.placed, place)
                for socket in self.visitors.of(visitor)
                if socket.conversation_id == conversation and socket.position is not None
            ]
        await _each("places", calls)

    async def _begin_sweep(self, now: float) -> None:
        """Beside the pulse: repairs wait for locks, and deliveries must not wait for them."""
        if not self._is_sweeping:
            self.spawn(self._sweep(now))

    async def _sweep(self, now: float) -> None:
        """Whatever sticks in the queue costs seconds: offers that ran out, places that died."""
        if now - self._swept_at > SWEEP_GAP:
            self._sweeping_since = now
        trusts_leases = now - self._sweeping_since >= TRUSTED_AFTER
        self._is_sweeping = True
        try:
            await streams.in_database(sweep, at=timezone.now(), trusts_leases=trusts_leases)
            self._swept_at = now
            troubles.tell("sweep", {})
        except Exception as error:
            troubles.tell("sweep", {"": error})
        finally:
            self._is_sweeping = False

    async def _note_shown(self, now: float) -> None:
        """Beside the pulse: nobody waits for what is written for later."""
        at, showing = self.snapshot.taken_at, showing_of(self.snapshot, self._rules)
        is_fresh = time.monotonic() - self._seen_at < STALL
        if at is not None and is_fresh and self.shown.is_due(showing, now):
            self.spawn(self.shown.note(showing, at))

    def _forget_idle(self) -> None:
        idle = [person for person, allowance in self.allowances.items() if allowance.is_idle]
        for person in idle:
            del self.allowances[person]

    async def _keep_visits(self) -> None:
        self._forget_idle()
        for chunk in _chunks({visitor.visit_id for visitor in self.visitors}):
            await streams.in_database(keep_visits, chunk, at=timezone.now())

    async def _let_depart(self) -> None:
        now = time.monotonic()
        if self.left:
            self.left -= {visitor.visit_id for visitor in self.visitors}
        for chunk in _chunks(self.left):
            await streams.in_database(fade_visits, chunk, at=timezone.now())
            self.left.difference_update(chunk)
            over = now + Visit.GRACE.total_seconds() + TICK / 2
            self._fading.update(dict.fromkeys(chunk, over))
        due = [visit for visit, when in self._fading.items() if when < now]
        if due and not self._is_telling_departed:
            self.spawn(self._tell_departed(due))

    async def _show_people(self) -> None:
        """Each list of them is told once a second at most, whatever went on in it."""
        lists = [operator.site_list for operator in self.operators]
        views = {one.view for one in lists if one.view is not None}
        if not views:
            self.on_site.forget()
            return
        shown = await self.on_site.show(views)
        await _each("people on sites, told", [(one.tell, shown) for one in lists])

    async def _tell_departed(self, visits: list[int]) -> None:
        """Beside the pulse: many rows take long to render."""
        self._is_telling_departed = True
        try:
            for chunk in _chunks(visits, MOST_ROWS):
                await streams.in_database(tell_departed, chunk, at=timezone.now())
                for visit in chunk:
                    self._fading.pop(visit, None)
            troubles.tell("rows of who left", {})
        except Exception as error:
            troubles.tell("rows of who left", {"": error})  # a later beat tells it
        finally:
            self._is_telling_departed = False

    async def _check_access(self) -> None:
        """Close the sockets of those whose rights are others than at the hello, doorbell or not."""
        await self._check_places()
        if not self.visitors:
            return
        lost = await streams.in_database(rights_lost, at=timezone.now())
        await self._check_visitors(lost)
        for visitor_id, when in lost.signed_out.items():
            for visitor in self.visitors.of(visitor_id):
                if visitor.issued_at <= when:
                    await visitor.close(4401)
        if not lost.is_anybody_erased:
            return
        for visitor_id in await streams.in_database(erased_of, self.visitors.people()):
            for visitor in self.visitors.of(visitor_id):
                await visitor.close(4403)

    async def keep_out(self) -> None:
        """Close the windows of who is blocked, or comes from where none is to be, by now."""
        at = timezone.now()
        held = (self.barriers or NO_BARRIERS).held
        barriers = await streams.in_database(partial(read_barriers, at=at))
        if barriers == self.barriers:
            barriers = self.barriers  # the same object, by which it is seen who was asked about
        self.barriers = barriers
        if changed := barriers.held ^ held:
            told = [v for v in self.visitors if (v.site_id, v.subject) in changed]
            await _each("statuses", [(v.apply, self.snapshot) for v in told])
        # Time only ends barriers: whom these have let in, they need not be asked about again.
        doubted = self.visitors.to_ask(barriers)
        if not doubted:
            return
        kept_out = who_is_kept_out({visitor.caller for visitor in doubted}, barriers, at=at)
        for visitor in doubted:
            visitor.let_in_by = barriers
            if visitor.caller in kept_out:
                await visitor.close(FORBIDDEN)
        self.visitors.asked(barriers)

    async def barriers_now(self) -> Barriers:
        """As they were a second ago at most: nobody who arrives asks the database for them."""
        if self.barriers is None:
            await self.keep_out()
        return self.barriers or NO_BARRIERS

    async def _check_visitors(self, lost: RightsLost) -> None:
        sites, subjects = lost.sites, lost.logins
        if not sites and subjects == set():
            return
        doubted = {
            visitor.visitor_id
            for visitor in self.visitors
            if subjects is None or visitor.subject in subjects or visitor.site_id in sites
        }
        for chunk in _chunks(doubted):
            revoked = await streams.in_database(revoked_visitors, chunk)
            for visitor in tuple(self.visitors) if revoked else ():
                if visitor.visitor_id in revoked:
                    await visitor.close(FORBIDDEN)

    async def _check_places(self) -> None:
        held = {operator: operator.admission for operator in self.operators}
        revoked = await streams.in_database(revoked_places, set(held.values())) if held else {}
        for operator, place in held.items():
            if place in revoked:
                await operator.close(revoked[place])

    async def _note_sessions(self) -> None:
        keys = {operator.admission.session_key for operator in self.operators}
        if keys:
            await streams.in_database(note_open, keys, at=timezone.now())

    # The end

    async def drain(self, *, spread_seconds: float) -> None:
        """Tell every client when to come back, and close with 1012."""
        self.draining = True
        sockets: list[Socket] = [*self.operators, *self.visitors]
        step = spread_seconds / max(1, len(sockets))
        for number, socket in enumerate(sockets):
            after = 0.3 + number * step
            await socket.drained(int(after * 1000))


def _read_rules() -> dict[int, SiteRules]:
    wanted.read()
    wanted_notices.read()
    return availability.read_rules()


class _ProcessSocket:
    """The process itself as a listener."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def pushed(self, message: streams.Push) -> None:
        if message.get("signal") == "presence":
            self.hub.spawn(self.hub.refresh())
        elif message.get("signal") == "rules":
            self.hub.spawn(self.hub.follow_rules())
        elif message.get("signal") == "load":
            self.hub.load_changed()
        elif message.get("signal") == "people":
            self.hub.on_site.changed(message["visitors"])
        elif message.get("signal") == "barriers":
            self.hub.spawn(self.hub.keep_out())

    async def compared(self, changed: dict[str, Any]) -> None:
        """Nothing of its own to compare."""

    async def written(self, log: dict[str, int]) -> None:
        """It follows none."""

    async def drained(self, after_ms: int) -> None:
        """It goes with the process."""


class _Step:
    """One thing that the pulse does, each so many seconds. It fails alone."""

    def __init__(self, name: str, every: float, work: Callable[[float], Awaitable[object]]) -> None:
        self.name, self.every, self.work = name, every, work
        self.due = 0.0

    async def take(self, now: float) -> None:
        if now < self.due:
            return
        self.due = now + self.every - TICK / 2
        try:
            await self.work(now)
        except Exception as error:
            troubles.tell(self.name, {"": error})
        else:
            troubles.tell(self.name, {})


class _Comparison:
    """Looks back from when it last succeeded."""

    def __init__(self, compare: Callable[[datetime], Awaitable[None]]) -> None:
        self.compare = compare
        self.looked_at = timezone.now()

    async def __call__(self, _now: float) -> None:
        began_at = timezone.now()
        await self.compare(self.looked_at - LOOK_BACK)
        self.looked_at = began_at


class _LogComparison:
    """Looks back to where the log ended so long ago, as far as this process has seen it.

    Keys are given before the commit: what a transaction wrote may come to light behind later ones.
    SQLite has one writer, and they come to light in order.
    """

    def __init__(self, compare: Callable[[int], Awaitable[int]]) -> None:
        self.compare = compare
        is_in_order = connection.vendor == "sqlite"
        self.looks_back = 3 * TICK if is_in_order else LOOK_BACK.total_seconds()
        self.ends: deque[tuple[float, int]] = deque()

    async def __call__(self, now: float) -> None:
        if not self.ends:
            latest = await streams.in_database(history.latest_key)
            self.ends.append((now, latest - BEGIN_BEHIND))
        self.ends.append((now, await self.compare(self.ends[0][1])))
        while now - self.ends[1][0] > self.looks_back:
            self.ends.popleft()


_Call = tuple[Callable[[Any], Awaitable[None]], Any]


async def _each(part: str, calls: Iterable[_Call]) -> None:
    """Tell many sockets; one that fails keeps it from no other."""
    failing: dict[str, Exception] = {}
    for take, told in tuple(calls):
        try:
            await take(told)
        except Exception as error:
            failing[f"to socket {id(getattr(take, '__self__', take)):x}"] = error
    troubles.tell(part, failing)


def _chunks(keys: Collection[int], most: int = MOST_KEYS) -> Iterator[list[int]]:
    """As many as one statement takes."""
    listed = list(keys)
    for start in range(0, len(listed), most):
        yield listed[start : start + most]


_hub: Hub | None = None
_hub_loop: asyncio.AbstractEventLoop | None = None


def current_hub() -> Hub:
    """The hub of the running loop, begun with its first socket."""
    global _hub, _hub_loop
    loop = asyncio.get_running_loop()
    if _hub is None or _hub_loop is not loop:
        _hub, _hub_loop = Hub(), loop
    return _hub
