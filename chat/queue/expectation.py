"""How long visitors of a site usually wait for an answer, where that can be said honestly.

Counted over what began lately in opening hours. Who left without an answer has waited longest.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from django.db.models import F, Q
from django.utils.translation import gettext as _

from chat.models import Wait
from chat.text import counted
from departments.hours import Schedule, is_open

LATELY = timedelta(days=7)
ENOUGH = 20  # waits: of fewer no median is worth telling
MOST = 500  # of them, the latest
LONGEST = timedelta(days=1)
VALID = 300.0  # seconds for which a process remembers what it has counted

_counted: dict[int, tuple[float, timedelta | None]] = {}


def usual_wait(site: int, schedule: Schedule | None, *, at: datetime) -> timedelta | None:
    """As `count_usual_wait`, remembered for minutes."""
    now = time.monotonic()
    until, wait = _counted.get(site, (now, None))
    if until <= now:
        wait = count_usual_wait(site, schedule, at=at)
        _counted[site] = now + VALID, wait
    return wait


def count_usual_wait(site: int, schedule: Schedule | None, *, at: datetime) -> timedelta | None:
    """The median of first waits until an operator's answer; None where it would mislead."""
    if schedule is None:
        return None
    found = (
        Wait.objects.filter(
            Q(conversation__answered_at__isnull=False) | Q(conversation__closed_at__isnull=False),
            department__sites=site,
            conversation__visitor__site=site,
            conversation__started_at=F("began_at"),
            began_at__gt=at - LATELY,
        )
        .order_by("-began_at")
        .values_list("began_at", "conversation__answered_at")[:MOST]
    )
    waits = [
        timedelta.max if answered is None else answered - began
        for began, answered in found
        if is_open(schedule, began)
    ]
    return _median(waits)


def _median(waits: Iterable[timedelta]) -> timedelta | None:
    """The upper of two in the middle: better to promise too little."""
    ordered = sorted(waits)
    if len(ordered) < ENOUGH:
        return None
    middle = ordered[len(ordered) // 2]
    return middle if middle <= LONGEST else None


def expectation(wait: timedelta) -> str:
    """In words, rounded up: to minutes, from ten on to five of them, from an hour on to hours."""
    minutes = ceil(wait / timedelta(minutes=1))
    if wait < timedelta(minutes=1):
        return _("Обычно ответа ждут меньше минуты.")
    if minutes > 10:
        minutes = 5 * ceil(minutes / 5)
    if minutes < 60:
        said = counted(minutes, _("%s минуту"), _("%s минуты"), _("%s минут"))
    else:
        said = counted(ceil(minutes / 60), _("%s час"), _("%s часа"), _("%s часов"))
    return _("Обычно отвечаем за %s.") % said
