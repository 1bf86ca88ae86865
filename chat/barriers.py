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
    return Barriers(_read(Block.objects.in_force(at)), read_excluded())


def read_excluded() -> tuple[Network, ...]:
    current = ExcludedNetwork.objects.current().values_list("network", flat=True)
    return tuple(network for text in current if (network := parse_network(text)) is not None)


def barriers_before(site: Site, subject: str, *, at: datetime) -> Barriers:
    """Those that may concern this person: for who asks once."""
    there = Block.objects.in_force(at).filter(site=site)
    return Barriers(_read(there.filter(Q(subject=subject) | ~Q(network=""))), read_excluded())


def demand_entry(
    site: Site, subject: str, address: Address | None, barriers: Barriers, *, at: datetime
) -> None:
    """Before anything of the person is stored. Raises KeptOut."""
    if who_is_kept_out([Caller(site.pk, subject, address)], barriers, at=at):
        raise KeptOut


def is_excluded(address: str) -> bool:
    return Barriers(excluded=read_excluded()).excludes(parse_address(address))


def _read(blocks: BlockQuerySet) -> tuple[Barrier, ...]:
    return tuple(
        Barrier(site, subject, parse_network(network) if network else None, until)
        for site, subject, network, until in blocks.values_list(
            "site", "subject", "network", "until"
        )
    )
