"""The queue: to whom next. Pure: the facts of one moment in, offers out (chat.actions.queue)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

Choose = Callable[[Sequence[int]], int]
LEEWAY = timedelta(seconds=5)  # by which the clocks of two processes may differ
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Seat:
    """A member who is in the zone and takes visitors. `load` counts chats of all departments."""

    account: int
    priority: int = 1
    limit: int = 0
    load: int = 0
    offered_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A conversation in the queue, as it stands."""

    conversation: int
    offered_to: int | None = None
    offered_until: datetime | None = None
    passed_by: tuple[int, ...] = ()
    rings_for: tuple[int, ...] | None = None


@dataclass
class Table:
    """The seats of one decision and what it has already given them."""

    seats: dict[int, Seat]
    offers: dict[int, int] = field(default_factory=dict)
    # Whose turn it is: who was asked longest ago stands first.
    turns: list[int] = field(default_factory=list)

    def load(self, account: int) -> int:
        return self.seats[account].load + self.offers.get(account, 0)

    def has_room(self, account: int | None) -> bool:
        seat = self.seats.get(account or 0)
        return seat is not None and (seat.limit == 0 or self.load(seat.account) < seat.limit)

    def give(self, account: int) -> None:
        self.offers[account] = self.offers.get(account, 0) + 1

    def take_turn(self, account: int) -> None:
        self.turns.remove(account)
        self.turns.append(account)

    def free(self) -> list[int]:
        """Those of the best priority who have room; nobody who stands outside the queue."""
        free = [a for a, seat in self.seats.items() if seat.priority and self.has_room(a)]
        best = min((self.seats[account].priority for account in free), default=0)
        return [account for account in free if self.seats[account].priority == best]

    def outside(self) -> tuple[int, ...]:
        everyone = self.seats.items()
        return tuple(sorted(a for a, seat in everyone if not seat.priority and self.has_room(a)))


def lay(seats: Iterable[Seat]) -> Table:
    by_turn = sorted(seats, key=lambda seat: (seat.offered_at or NEVER, seat.account))
    return Table({seat.account: seat for seat in by_turn}, turns=[s.account for s in by_turn])


def ring_with_all(table: Table, queue: Iterable[Waiting]) -> list[Waiting]:
    """«всем»: everybody of the best priority with room, for as long as it waits."""
    rings_for = tuple(sorted(table.free())) or table.outside()
    return [Waiting(waiting.conversation, rings_for=rings_for) for waiting in queue]


def offer_in_order(
    table: Table,
    queue: Sequence[Waiting],
    *,
    in_turn: bool,
    until: datetime,
    at: datetime,
    served: Callable[[int], int | None],
    choose: Choose,
) -> list[Waiting]:
    """«по очереди», «наименее загруженному»: each to one, the head of the queue first.

    `served` tells who served the visitor of a conversation last; `choose` breaks ties.
    """
    decided = {
        waiting.conversation: _keep(table, waiting, at=at, longest=until) for waiting in queue
    }
    for waiting in queue:
        if decided[waiting.conversation] is not None:
            continue
        passed_by = _passed(waiting, at=at)
        account = _next(table, waiting.conversation, passed_by, in_turn, served, choose)
        if account is not None:
            table.give(account)
            table.take_turn(account)
            offer = Waiting(waiting.conversation, account, until, passed_by, (account,))
        else:
            offer = Waiting(waiting.conversation, None, None, passed_by, table.outside())
        decided[waiting.conversation] = offer
    return [offer for offer in decided.values() if offer is not None]


def _keep(table: Table, waiting: Waiting, *, at: datetime, longest: datetime) -> Waiting | None:
    """An offer stands until its time is up, while who was asked is there and has room.

    One that would stand longer than a new one was made before a clock was set back.
    """
    account, until = waiting.offered_to, waiting.offered_until
    if account is None or until is None or not table.has_room(account):
        return None
    if not at < until <= longest + LEEWAY:
        return None
    table.give(account)
    return replace(waiting, rings_for=(account,))


def _passed(waiting: Waiting, *, at: datetime) -> tuple[int, ...]:
    """Who did not answer goes last; who was taken away before their time did not pass."""
    account, until = waiting.offered_to, waiting.offered_until
    if account is None or until is None or until > at:
        return waiting.passed_by
    return (*(other for other in waiting.passed_by if other != account), account)


def _next(
    table: Table,
    conversation: int,
    passed_by: tuple[int, ...],
    in_turn: bool,
    served: Callable[[int], int | None],
    choose: Choose,
) -> int | None:
    free = table.free()
    if not free:
        return None
    rank = {account: number for number, account in enumerate(passed_by, start=1)}
    least_passed = min(rank.get(account, 0) for account in free)
    asked = [account for account in free if rank.get(account, 0) == least_passed]
    if len(asked) == 1:
        return asked[0]
    familiar = served(conversation)
    if familiar in asked:
        return familiar
    if in_turn:
        return min(asked, key=table.turns.index)
    lowest = min(table.load(account) for account in asked)
    return choose([account for account in asked if table.load(account) == lowest])
