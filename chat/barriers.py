"""The blocks and the excluded addresses of now, read for the rule about them (chat.keeping_out)."""

from datetime import datetime

from django.db.models import Q

from chat.keeping_out import Barrier, Barriers, Caller, KeptOut, who_is_kept_out
from chat.models import Block, ExcludedNetwork
from chat.models.blocks import BlockQuerySet
from departments.models import Site
from operators.addresses import Address, Network, parse_address, parse_network


def read_barriers(*, at: datetime) -> Barriers:
    """All of them: what a process keeps, and reads anew when it is told, and each second."""
    return _barriers(Block.objects.lasting(at), read_excluded())


def read_excluded() -> tuple[Network, ...]:
    current = ExcludedNetwork.objects.current().values_list("network", flat=True)
    return tuple(network for text in current if (network := parse_network(text)) is not None)


def barriers_before(site: Site, subject: str, *, at: datetime) -> Barriers:
    """Those that may concern this person: for who asks once."""
    there = Block.objects.lasting(at).filter(site=site)
    # A soft block is on nobody but its person: it has no network.
    return _barriers(there.filter(Q(subject=subject) | ~Q(network="")), read_excluded())


def demand_entry(
    site: Site, subject: str, address: Address | None, barriers: Barriers, *, at: datetime
) -> None:
    """Before anything of the person is stored. Raises KeptOut."""
    if who_is_kept_out([Caller(site.pk, subject, address)], barriers, at=at):
        raise KeptOut


def is_excluded(address: str) -> bool:
    return Barriers(excluded=read_excluded()).excludes(parse_address(address))


def _barriers(blocks: BlockQuerySet, excluded: tuple[Network, ...]) -> Barriers:
    rows = list(blocks.values_list("site", "subject", "network", "until", "is_soft"))
    hard = tuple(
        Barrier(site, subject, parse_network(network) if network else None, until)
        for site, subject, network, until, is_soft in rows
        if not is_soft
    )
    held = frozenset((site, subject) for site, subject, *_rest, is_soft in rows if is_soft)
    return Barriers(hard, excluded, held)
