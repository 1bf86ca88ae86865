"""Who gets no window: the rule, and nothing else. What it is asked about is read elsewhere.

A person is kept out by a block on them or on their address at that site, while it lasts, and
wherever their address is excluded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from operators.addresses import Address, Network, is_within


class KeptOut(Exception):
    """There is no window for this person here."""


@dataclass(frozen=True)
class Caller:
    """Somebody at a site, as its token names them, and from where."""

    site: int
    subject: str
    address: Address | None


@dataclass(frozen=True)
class Barrier:
    """A block on a person of a site, and on a network where it has one; for ever without a term."""

    site: int
    subject: str
    network: Network | None
    until: datetime | None


@dataclass(frozen=True)
class Barriers:
    blocks: tuple[Barrier, ...] = ()
    excluded: tuple[Network, ...] = ()
    # (site, subject) of whom the window shows that nobody is there.
    held: frozenset[tuple[int, str]] = frozenset()

    @cached_property
    def of_people(self) -> dict[tuple[int, str], list[Barrier]]:
        found: dict[tuple[int, str], list[Barrier]] = {}
        for block in self.blocks:
            found.setdefault((block.site, block.subject), []).append(block)
        return found

    @cached_property
    def of_networks(self) -> tuple[Barrier, ...]:
        return tuple(block for block in self.blocks if block.network is not None)

    def excludes(self, address: Address | None) -> bool:
        return address is not None and is_within(address, self.excluded)


NO_BARRIERS = Barriers()


def who_is_kept_out(callers: Iterable[Caller], barriers: Barriers, *, at: datetime) -> set[Caller]:
    """Of these, the ones who get no window at this moment."""
    return {caller for caller in callers if _is_kept_out(caller, barriers, at)}


def _is_kept_out(caller: Caller, barriers: Barriers, at: datetime) -> bool:
    if barriers.excludes(caller.address):
        return True
    own = barriers.of_people.get((caller.site, caller.subject), ())
    if any(_lasts(block, at) for block in own):
        return True
    return caller.address is not None and any(
        block.site == caller.site
        and block.network is not None
        and is_within(caller.address, [block.network])
        and _lasts(block, at)
        for block in barriers.of_networks
    )


def _lasts(block: Barrier, at: datetime) -> bool:
    return block.until is None or block.until > at
