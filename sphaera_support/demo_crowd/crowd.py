"""The history as a whole: in order, in bundles, from a day on until some minutes ago."""

import random
import uuid
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from chat.models import Ticket, TicketCounter
from departments.models import Site
from reports.models import CountingCursor, DayOfAttendance
from reports.selection import DAY
from sphaera_support.demo_crowd.people import asker_at, read_stage, starts, work
from sphaera_support.demo_crowd.stories import CRITICALITIES, Numbers, Story
from sphaera_support.demo_crowd.tables import Keeper, Tables

BUNDLE = 2000  # conversations that are stored together
LATEST = timedelta(hours=3)  # ago: what began then is over by now


class NobodyWorks(Exception):
    """No operator stands in a department of the site's first level."""


def add_history(
    site: Site,
    count: int,
    since: datetime,
    *,
    at: datetime,
    seed: int | None = None,
) -> None:
    """Called again, it adds as many more."""
    dice, stage = random.Random(seed), read_stage(site)  # nosec B311
    if not stage.staff.get(1):
        raise NobodyWorks
    tables, keeper, run = Tables(), Keeper(), uuid.uuid4()
    until = at - LATEST
    first, last = (timezone.localtime(one, stage.zone).date() for one in (since, until))
    work(stage, tables, first, last, dice)
    keeper.keep(tables)
    keeper.finish()
    _attend_anew(first)
    numbers = Numbers(dict(_tickets()), run.int & ~0xFFFFFFFF_FFFFFFFF)
    for done, began in enumerate(starts(stage, count, since, until, dice), start=1):
        asker = asker_at(stage, tables, began, run.hex[:8], dice)
        story = Story(stage, tables, numbers, dice, asker, began, at.timestamp())
        story.criticality = str(dice.choices(*CRITICALITIES)[0])
        story.tell()
        if done % BUNDLE == 0 or done == count:
            keeper.keep(tables)
            _count(numbers)
    keeper.finish()


def _attend_anew(since: date) -> None:
    """Shifts came into days whose presence may be added up already."""
    DayOfAttendance.objects.filter(day__gte=since).delete()
    CountingCursor.objects.filter(attended__gte=since).update(attended=since - DAY)


def _count(numbers: Numbers) -> None:
    for year, serial in numbers.tickets.items():
        TicketCounter.objects.update_or_create(year=year, defaults={"last": serial})


def _tickets() -> list[tuple[int, int]]:
    """How many each year has."""
    return list(Ticket.objects.order_by().values_list("year").annotate(last=Max("serial")))
