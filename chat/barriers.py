"""The blocks and the excluded addresses of now, read for the rule about them (chat.keeping_out)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from chat.keeping_out import Barrier, Barriers, Caller, KeptOut, who_is_kept_out
from chat.models import Block, ExcludedNetwork
from chat.models.blocks import BlockQuerySet
from departments.models import Site
from operators.addresses import Address, Network, parse_address, parse_network
from operators.prepared import Prepared


def read_barriers(*, at: datetime) -> Barriers:
    """All of them: what a process keeps, and reads anew when it is told, and each second."""
    return _barriers(_lasting.all(at=at), read_excluded())


def read_excluded() -> tuple[Network, ...]:
    found = map(parse_network, _excluded.all())
    return tuple(network for network in found if network is not None)


def barriers_before(site: Site, subject: str, *, at: datetime) -> Barriers:
    """Those that may concern this person: for who asks once."""
    there = Block.objects.lasting(at).filter(site=site)
    # A soft block is on nobody but its person: it has no network.
    concerning = there.filter(Q(subject=subject) | ~Q(network=""))
    return _barriers(_columns(concerning), read_excluded())


def demand_entry(
    site: Site, subject: str, address: Address | None, barriers: Barriers, *, at: datetime
) -> None:
    """Before anything of the person is stored. Raises KeptOut."""
    if who_is_kept_out([Caller(site.pk, subject, address)], barriers, at=at):
        raise KeptOut


def is_excluded(address: str) -> bool:
    return Barriers(excluded=read_excluded()).excludes(parse_address(address))


def _columns(blocks: BlockQuerySet) -> QuerySet[Block, tuple[Any, ...]]:
    return blocks.values_list("site", "subject", "network", "until", "is_soft")


_lasting = Prepared(lambda at: _columns(Block.objects.lasting(at)))
_excluded = Prepared(lambda: ExcludedNetwork.objects.current().values_list("network", flat=True))


def _barriers(blocks: Iterable[tuple[Any, ...]], excluded: tuple[Network, ...]) -> Barriers:
    rows = list(blocks)
    hard = tuple(
        Barrier(site, subject, parse_network(network) if network else None, until)
        for site, subject, network, until, is_soft in rows
        if not is_soft
    )
    held = frozenset((site, subject) for site, subject, *_rest, is_soft in rows if is_soft)
    return Barriers(hard, excluded, held)
