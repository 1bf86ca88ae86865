"""Whether a visitor is served: the only place that combines hours, presence and dialogue.

A snapshot holds the facts of one moment; from it the status of any visitor follows without the
database. Every process takes one each second and when presence changed (chat.sockets.hub).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from chat.models import SHUT, Cause, Incident
from chat.queue.desertion import Deserted, sites_lost
from chat.sockets import troubles
from chat.sockets.troubles import Unreadable
from departments.hours import Schedule, is_open, next_change, schedule_of
from departments.looks import Look
from departments.models import ExceptionalDay, Hours, Membership, Site
from operators import presence
from operators.models import Intention, Lease, LeaseQuerySet
from operators.prepared import Prepared

Status = Literal["online", "offline"]
Reason = Literal["ok", "hours", "nobody"]

# For an opening of which there was none within the year.
LOOKS_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class FirstLine:
    """A department of a site's first level, and of each member how many chats at once they take."""

    name: str
    limits: Mapping[int, int]


@dataclass(frozen=True)
class SiteRules:
    """What changes seldom: when a site is open, whose place it is to take new visitors, how its
    window looks, and what it says of an incident.

    A site whose schedule cannot be read has none and is closed.
    """

    schedule: Schedule | None
    operators: frozenset[int]
    look: Look
    previews_typing: bool = False
    banner: str = ""
    departments: tuple[FirstLine, ...] = ()
    # Of exceptional dates, for colleagues.
    notes: Mapping[date, str] = field(default_factory=dict)
    # When that was looked for last, and found.
    _opens: list[tuple[datetime, datetime | None]] = field(
        default_factory=list, compare=False, repr=False
    )

    def opens_after(self, at: datetime) -> datetime | None:
        """When the site, closed at that moment, opens; None if not within the year. Looked for once
        as long as it lies ahead: where no day is open, that takes a while.
        """
        if self.schedule is None:
            return None
        for looked_at, found in self._opens:
            if looked_at <= at < (found or looked_at + LOOKS_AGAIN):
                return found
        self._opens[:] = [(at, next_change(self.schedule, at))]
        return self._opens[0][1]


@dataclass(frozen=True)
class Snapshot:
    """`present` maps accounts in the zone to what they chose; `open_sites` go by the clock, and
    `openings` say when others open; `previewing` are sites whose operators read what is being
    typed. What tells causes apart and changes no status is not compared: by what a site is shut,
    which have no department of the first level, and whose last operator did not leave by a press.
    """

    present: Mapping[int, str]
    operators: Mapping[int, frozenset[int]]
    open_sites: frozenset[int]
    openings: Mapping[int, datetime] = field(default_factory=dict)
    previewing: frozenset[int] = frozenset()
    looks: Mapping[int, Look] = field(default_factory=dict)
    banners: Mapping[int, str] = field(default_factory=dict)
    shut_by: Mapping[int, Cause] = field(default_factory=dict, compare=False)
    without_department: frozenset[int] = field(default=frozenset(), compare=False)
    lost: frozenset[int] = field(default=frozenset(), compare=False)
    taken_at: datetime | None = field(default=None, compare=False)

    def cause(self, site: int) -> Cause:
        """Why a visitor without a dialogue sees what they see of the site."""
        found = self._causes.get(site)
        if found is None:
            found = self._causes[site] = self._judge(site)
        return found

    @cached_property
    def _causes(self) -> dict[int, Cause]:
        return {}

    def _judge(self, site: int) -> Cause:
        if site not in self.open_sites:
            return self.shut_by.get(site, Cause.HOURS)
        takers = self.operators.get(site, frozenset())
        if not takers:
            return Cause.DEPARTMENT if site in self.without_department else Cause.PEOPLE
        chosen = {self.present[operator] for operator in takers & self.present.keys()}
        if Intention.ONLINE in chosen:
            return Cause.ONLINE
        if chosen:
            return Cause.AWAY
        return Cause.LOST if site in self.lost else Cause.NOBODY

    def status(
        self, site: int, owner: int | None = None, *, is_held: bool = False
    ) -> tuple[Status, Reason]:
        """What a visitor of the site sees; `owner` is who is in dialogue with them, and `is_held`
        says that a rule lets nobody else be there for them.
        """
        if owner is not None and self.present.get(owner, Intention.BREAK) != Intention.BREAK:
            return "online", "ok"
        cause = self.cause(site)
        if cause == Cause.ONLINE and not is_held:
            return "online", "ok"
        return "offline", "hours" if cause in SHUT else "nobody"


def first_lines() -> dict[int, set[int]]:
    """Of each site, whose place it is to take new visitors."""
    found: dict[int, set[int]] = defaultdict(set)
    for site, departments in departments_of_sites().items():
        found[site] = {account for one in departments for account in one.limits}
    return found


def departments_of_sites() -> dict[int, list[FirstLine]]:
    """Those of the first level, in their order.

    Put together here: of many that were only just written PostgreSQL does not know how many there
    are, and a statement that joined them all took more than it may.
    """
    limits: dict[int, dict[int, int]] = defaultdict(dict)
    for department, account, limit in _members.all():
        limits[department][account] = limit
    found: dict[int, list[FirstLine]] = defaultdict(list)
    for site, department, name in _places.all():
        found[site].append(FirstLine(name, limits.get(department, {})))
    return found


_members = Prepared(
    lambda: Membership.objects.filter(department__level=1, account__is_active=True).values_list(
        "department", "account", "limit"
    )
)
_places = Prepared(
    lambda: (
        Site.departments.through.objects.filter(department__level=1, department__deleted_at=None)
        .order_by("department__position", "department")
        .values_list("site", "department", "department__name")
    )
)
_announced = Prepared(
    lambda: Incident.objects.announced().order_by("-pk").values_list("sites", "banner")
)


def banners_of_sites() -> dict[int, str]:
    """Of each site of which there is something to say, the latest incident first."""
    said: dict[int, list[str]] = defaultdict(list)
    for site, words in _announced.all():
        said[site].append(words)
    return {site: "\n".join(words) for site, words in said.items()}


def read_rules() -> dict[int, SiteRules]:
    """Of all sites; those of a site are the same object as long as its rows are the same."""
    unreadable: dict[str, Exception] = {}
    rules = {}
    for site, rows in _rows_of_sites():
        before = _read.get(site.pk)
        if before is None or before.rows != rows:
            before = _read[site.pk] = _Read(rows, *_rules_of(site, rows))
        rules[site.pk] = before.rules
        if before.error is not None:
            unreadable[site.key] = before.error
    troubles.tell("schedules", unreadable)
    return rules


class _Rows(NamedTuple):
    """All that the rules of a site are made of."""

    site: tuple[object, ...]
    hours: list[tuple[int, int, int]]
    days: list[tuple[date, object, str]]
    departments: tuple[FirstLine, ...]
    banner: str


class _Read(NamedTuple):
    rows: _Rows
    rules: SiteRules
    error: Exception | None


_read: dict[int, _Read] = {}


def _rows_of_sites() -> Iterator[tuple[Site, _Rows]]:
    first_line, banners = departments_of_sites(), banners_of_sites()
    hours: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for key, *span in _hours.all():
        hours[key].append((span[0], span[1], span[2]))
    days: dict[int, list[tuple[date, object, str]]] = defaultdict(list)
    for key, on, spans, note in _days.all():
        days[key].append((on, spans, note))
    for site in _sites.all():
        key, look = site.pk, (site.look, site.key, site.time_zone, site.previews_typing)
        departments, banner = tuple(first_line[key]), banners.get(key, "")
        yield site, _Rows(look, hours[key], days[key], departments, banner)


def _rules_of(site: Site, rows: _Rows) -> tuple[SiteRules, Exception | None]:
    schedule, error = None, None
    try:
        exceptions = [(on, spans) for on, spans, _note in rows.days]
        schedule = schedule_of(site.time_zone, rows.hours, exceptions)
    except Exception as unread:
        error = Unreadable(f"{type(unread).__name__}: {unread}")
    rules = SiteRules(
        schedule,
        frozenset(account for one in rows.departments for account in one.limits),
        site.look,
        site.previews_typing,
        rows.banner,
        rows.departments,
        {on: note for on, _spans, note in rows.days if note},
    )
    return rules, error


_sites = Prepared(lambda: Site.objects.active().order_by("pk"))
_hours = Prepared(
    lambda: Hours.objects.order_by("weekday", "opens").values_list(
        "site", "weekday", "opens", "closes"
    )
)
_days = Prepared(
    lambda: (
        ExceptionalDay.objects.filter(is_on=True)
        .order_by("on")
        .values_list("site", "on", "spans", "note")
    )
)


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
    if not kept:
        return dict(_present.all(at=at))
    leases = Lease.objects.present(at) | Lease.objects.doubtful(at).filter(account__in=kept)
    return dict(_intentions(leases))


def _intentions(leases: LeaseQuerySet) -> QuerySet[Lease, tuple[Any, ...]]:
    return leases.filter(account__is_active=True).values_list("account", "account__intention")


_present = Prepared(lambda at: _intentions(Lease.objects.present(at)))


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
    open_sites = frozenset(
        site for site, rule in rules.items() if rule.schedule and is_open(rule.schedule, at)
    )
    shut = rules.keys() - open_sites
    openings = {site: rules[site].opens_after(at) for site in shut}
    present = read_present(at, kept)
    deserted = {
        site: Deserted(rule.schedule, rule.operators)
        for site, rule in rules.items()
        if site in open_sites and rule.schedule and not rule.operators & present.keys()
    }
    return Snapshot(
        present=present,
        operators={site: rule.operators for site, rule in rules.items()},
        open_sites=open_sites,
        openings={site: opens for site, opens in openings.items() if opens is not None},
        previewing=frozenset(site for site, rule in rules.items() if rule.previews_typing),
        looks={site: rule.look for site, rule in rules.items()},
        banners={site: rule.banner for site, rule in rules.items() if rule.banner},
        shut_by={site: shut_by(rules[site].schedule, at) for site in shut},
        without_department=frozenset(site for site in rules if not rules[site].departments),
        lost=sites_lost(deserted, at),
        taken_at=at,
    )


def shut_by(schedule: Schedule | None, at: datetime) -> Cause:
    """Of a schedule that is closed: an exception, if without it the week were open."""
    if schedule is None:
        return Cause.UNREADABLE
    if schedule.exceptions and is_open(replace(schedule, exceptions={}), at):
        return Cause.EXCEPTION
    return Cause.HOURS
