"""Who was where at a moment, of those whose place it was to be there."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from chat.models import Cause, Ownership
from operators.models import Account, Intention, Lease
from reports.attendance import LONGEST, Period, spans_in, zone
from reports.availability import Stretch
from sphaera_support.administration.opening import clock_of, day_words

MOMENT = timedelta(seconds=1)
LATELY = timedelta(days=2)
# What is known of nobody: there was no window, or nobody who noted anything.
WITHOUT_PEOPLE = frozenset({None, Cause.OFF, Cause.STOPPED})


@dataclass(frozen=True)
class Person:
    """`day` is that of the installation, by which reports go."""

    account: Account
    words: str
    is_there: bool
    load: str
    day: str


@dataclass(frozen=True)
class DepartmentThen:
    name: str
    people: list[Person]
    # Everybody who took new visitors had as many chats as they take.
    is_full: bool


def people_at(stretch: Stretch, site_zone: ZoneInfo) -> list[DepartmentThen]:
    """As the stretch begins, by the departments and limits of then."""
    if stretch.cause in WITHOUT_PEOPLE:
        return []
    at = stretch.began_at
    told = [(one["name"], dict(one["limits"])) for one in stretch.detail.get("departments", ())]
    accounts = {account for _name, limits in told for account in limits}
    reader = _Reader(accounts, at, site_zone)
    return [reader.department(name, limits) for name, limits in told]


class _Reader:
    def __init__(self, accounts: Collection[int], at: datetime, site_zone: ZoneInfo) -> None:
        self.at, self.zone = at, site_zone
        self.known = {one.pk: one for one in Account.objects.filter(pk__in=accounts)}
        self.spans = spans_in(accounts, Period(at, at + MOMENT))
        self.loads = _loads(accounts, at)
        self.places = _last_places(accounts, at)

    def department(self, name: str, limits: dict[int, int]) -> DepartmentThen:
        there = sorted(limits.keys() & self.known.keys(), key=lambda one: self.known[one].name)
        people = [self._person(one, limits[one]) for one in there]
        taking = [one for one in there if self._intention(one) == Intention.ONLINE]
        is_full = bool(taking) and all(0 < limits[one] <= self.loads[one] for one in taking)
        return DepartmentThen(name, people, is_full)

    def _person(self, account: int, limit: int) -> Person:
        intention = self._intention(account)
        words = str(Intention(intention).label) if intention else self._left(account)
        load = f"{self.loads[account]} / {limit}" if limit else str(self.loads[account])
        day = f"{self.at.astimezone(zone()):%Y-%m-%d}"
        return Person(self.known[account], words, intention == Intention.ONLINE, load, day)

    def _intention(self, account: int) -> str | None:
        spans = self.spans[account]
        return spans[-1].intention if spans else None

    def _left(self, account: int) -> str:
        place = self.places.get(account)
        if place is None:
            return _("не в зоне «Общение»")
        ended = (place.released_at or place.valid_until).astimezone(self.zone)
        when = clock_of(ended)
        if ended.date() != self.at.astimezone(self.zone).date():
            when = f"{when}, {day_words(ended.date(), self.at.date())}"
        if not place.ending:
            return _("связь потеряна в %s") % when
        return _("нет с %(when)s: %(ending)s") % {
            "when": when,
            "ending": str(Lease.Ending(place.ending).label),
        }


def _loads(accounts: Collection[int], at: datetime) -> Counter[int]:
    """How many conversations each led."""
    led = Ownership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        account__in=accounts,
        began_at__lte=at,
        began_at__gt=at - LONGEST,
    )
    return Counter(led.values_list("account", flat=True))


def _last_places(accounts: Collection[int], at: datetime) -> dict[int, Any]:
    held = Lease.objects.filter(
        account__in=accounts, started_at__gt=at - LATELY, started_at__lte=at
    )
    return {lease.account_id: lease for lease in held.order_by("started_at", "pk")}
