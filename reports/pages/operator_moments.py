"""When an operator stopped being «В сети», each with the way to what visitors saw that minute."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Site
from operators.models import Account, Intention
from reports.attendance import zone
from reports.work import DayOfWork


@dataclass(frozen=True)
class Moment:
    clock: str
    words: str
    address: str


@dataclass(frozen=True)
class DayOfMoments:
    title: str
    moments: list[Moment]


def moments_of(account: Account, days: Iterable[DayOfWork], *, at: datetime) -> list[DayOfMoments]:
    """Of the first site whose new visitors they take; of none there is nothing to ask."""
    taken = Site.objects.filter(departments__in=account.departments.filter(level=1))
    site = taken.order_by("-is_active", "name", "pk").first()
    if site is None:
        return []
    found = [DayOfMoments(_title(day), list(_moments(day, site, at))) for day in days]
    return [day for day in found if day.moments]


def _title(day: DayOfWork) -> str:
    return f"{date_format(day.day, 'D').lower()}, {day.day:%d.%m}"


def _moments(day: DayOfWork, site: Site, at: datetime) -> Iterator[Moment]:
    """What reaches the end of the day, or now, goes on."""
    for number, span in enumerate(day.spans, start=1):
        following = day.spans[number] if number < len(day.spans) else None
        if span.intention != Intention.ONLINE or span.ended_at >= min(day.ended_at, at):
            continue
        is_next = following is not None and following.began_at == span.ended_at
        chosen = following.intention if following and is_next else None
        if chosen == Intention.ONLINE:
            continue
        words = str(Intention(chosen).label).lower() if chosen else _("вышел из зоны")
        clock = f"{span.ended_at.astimezone(zone()):%H:%M}"
        yield Moment(clock, words, minute_address(site, span.ended_at))


def minute_address(site: Site, at: datetime) -> str:
    """Of «Почему не в сети», by the clock of the site."""
    local = at.astimezone(ZoneInfo(site.time_zone))
    asked = {"site": site.pk, "on": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}
    return f"{reverse('availability')}?{urlencode(asked | ({'fold': 1} if local.fold else {}))}"
