"""How it came that nobody is at an open site: who was there last left, or was lost.

Read while a site is deserted, and only then.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max

from departments.hours import Schedule, open_stretches
from operators.models import Lease

# What ended longer ago says nothing of why nobody is there.
LATELY = timedelta(days=1)
# No place in the zone lasts longer without an end between.
LONGEST = timedelta(days=31)

Moments = Mapping[int, datetime]


class Deserted(NamedTuple):
    """An open site, and whose place it would be to be there."""

    schedule: Schedule
    operators: frozenset[int]


def sites_lost(deserted: Mapping[int, Deserted], at: datetime) -> frozenset[int]:
    """Those where who was there last, since it opened, gave no place up: the lease ran out."""
    takers = {account for site in deserted.values() for account in site.operators}
    lost = read_lost(takers, at) if takers else {}
    if not lost:
        return frozenset()
    left = read_left(takers, min(lost.values()), at)
    return frozenset(key for key, site in deserted.items() if is_lost(site, lost, left, at))


def is_lost(site: Deserted, lost: Moments, left: Moments, at: datetime) -> bool:
    """`lost` says when leases ran out that nobody has given up, `left` when others were."""
    last = max((lost[one] for one in site.operators & lost.keys()), default=None)
    if last is None or any(left[one] > last for one in site.operators & left.keys()):
        return False
    running = next(open_stretches(site.schedule, at, until=at), None)
    return running is not None and running[0] < last


def read_lost(accounts: Collection[int], at: datetime) -> dict[int, datetime]:
    """Of each account one place at most is held and ran out."""
    held = Lease.objects.filter(released_at=None, valid_until__gt=at - LATELY, valid_until__lte=at)
    return dict(held.filter(account__in=accounts).values_list("account", "valid_until"))


def read_left(accounts: Collection[int], since: datetime, at: datetime) -> dict[int, datetime]:
    given_up = Lease.objects.filter(
        account__in=accounts, started_at__gt=at - LONGEST, released_at__gt=since
    )
    latest = given_up.order_by().values("account").annotate(last=Max("released_at"))
    return {row["account"]: row["last"] for row in latest}
