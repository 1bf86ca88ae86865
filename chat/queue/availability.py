"""Whether a visitor is served: the only place that combines hours, presence and dialogue.

A snapshot holds the facts of one moment; from it the status of any visitor follows without the
database. Every process takes one each second and when presence changed (chat.sockets.hub).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from chat.sockets import troubles
from chat.sockets.troubles import Unreadable
from departments.hours import Schedule, is_open
from departments.looks import Look
from departments.models import Membership, Site
from operators import presence
from operators.models import Intention, Lease

Status = Literal["online", "offline"]
Reason = Literal["ok", "hours", "nobody"]


@dataclass(frozen=True)
class SiteRules:
    """What changes seldom: when a site is open, whose place it is to take new visitors, and how
    its window looks.

    A site whose schedule cannot be read has none and is closed.
    """

    schedule: Schedule | None
    operators: frozenset[int]
    look: Look


@dataclass(frozen=True)
class Snapshot:
    """`present` maps accounts in the zone to what they chose; `open_sites` go by the clock."""

    present: Mapping[int, str]
    operators: Mapping[int, frozenset[int]]
    open_sites: frozenset[int]
    looks: Mapping[int, Look] = field(default_factory=dict)

    def status(self, site: int, owner: int | None = None) -> tuple[Status, Reason]:
        """What a visitor of the site sees; `owner` is who is in dialogue with them."""
        if owner is not None and self.present.get(owner, Intention.BREAK) != Intention.BREAK:
            return "online", "ok"
        if site not in self.open_sites:
            return "offline", "hours"
        if any(
            self.present.get(operator) == Intention.ONLINE
            for operator in self.operators.get(site, ())
        ):
            return "online", "ok"
        return "offline", "nobody"


def first_lines() -> dict[int, set[int]]:
    """Of each site, whose place it is to take new visitors."""
    found: dict[int, set[int]] = defaultdict(set)
    members = Membership.objects.filter(department__level=1, account__is_active=True)
    for served, account in members.values_list("department__sites", "account"):
        found[served].add(account)
    return found


def read_rules() -> dict[int, SiteRules]:
    first_line = first_lines()
    unreadable: dict[str, Exception] = {}
    rules = {}
    for site in Site.objects.active().prefetch_related("hours", "exceptional_days"):
        try:
            schedule = site.schedule
        except Exception as error:
            unreadable[site.key] = Unreadable(f"{type(error).__name__}: {error}")
            schedule = None
        rules[site.pk] = SiteRules(schedule, frozenset(first_line[site.pk]), site.look)
    troubles.tell("schedules", unreadable)
    return rules


def is_site_open(site: Site, at: datetime) -> bool:
    """By its schedule; one whose schedule cannot be read is closed, and the pulse says so."""
    try:
        return is_open(site.schedule, at)
    except Exception:
        return False


def read_present(at: datetime, kept: Collection[int] = ()) -> dict[int, str]:
    """{account: what they chose}. Of `kept` accounts it may be our fault that their leases ran
    out: they count as long as nobody gave their places up.
    """
    leases = Lease.objects.present(at)
    if kept:
        leases |= Lease.objects.doubtful(at).filter(account__in=kept)
    leases = leases.filter(account__is_active=True)
    return dict(leases.values_list("account", "account__intention"))


def take_snapshot(
    rules: Mapping[int, SiteRules],
    *,
    held: Mapping[UUID, timedelta] | None = None,
    kept: Collection[int] = (),
    at: datetime,
) -> Snapshot:
    """`held` are places whose sockets live in this process, and for how long they are good."""
    if held:
        presence.hold(held, at=at)
    return Snapshot(
        present=read_present(at, kept),
        operators={site: rule.operators for site, rule in rules.items()},
        open_sites=frozenset(
            site for site, rule in rules.items() if rule.schedule and is_open(rule.schedule, at)
        ),
        looks={site: rule.look for site, rule in rules.items()},
    )


def status_now(site: int, owner: int | None, *, at: datetime) -> tuple[Status, Reason]:
    """For a page that is rendered outside the hub."""
    return take_snapshot(read_rules(), at=at).status(site, owner)
