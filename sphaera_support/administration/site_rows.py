"""Sites as their administrator sees them: open until when, who is there, who waits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.models import Conversation, Sighting
from chat.queue.availability import first_lines, read_present
from departments.hours import ALWAYS_OPEN, Schedule, is_open, next_change
from departments.models import Site
from operators.models import Intention


@dataclass(frozen=True)
class Row:
    site: Site
    is_open: bool
    opening: str
    operators: int
    waiting: int
    loaded_at: datetime | None


def rows(*, at: datetime) -> list[Row]:
    """Those put off come last. Seven queries, however many there are."""
    there = {who for who, chosen in read_present(at).items() if chosen == Intention.ONLINE}
    first_line = first_lines()
    waiting = Counter(Conversation.objects.waiting().values_list("visitor__site", flat=True))
    loads = Sighting.objects.filter(site=OuterRef("pk"), outcome=Sighting.Outcome.LOADED)
    sites: Any = Site.objects.prefetch_related("hours", "exceptional_days").annotate(
        loaded_at=Subquery(loads.values("seen_at")[:1])
    )
    return [
        Row(
            site,
            *_state(site, at),
            operators=len(there & first_line[site.pk]),
            waiting=waiting[site.pk],
            loaded_at=site.loaded_at,
        )
        for site in sites.order_by("-is_active", "name", "pk")
    ]


def _state(site: Site, at: datetime) -> tuple[bool, str]:
    if not site.is_active:
        return False, _("Отключён")
    try:
        schedule = site.schedule
    except Exception:  # the pulse says so in the log
        return False, _("График не читается")
    return opening(schedule, at)


def opening(schedule: Schedule, at: datetime) -> tuple[bool, str]:
    """Whether it is open, and until when, by the site's own clock."""
    is_now = is_open(schedule, at)
    change = None if _is_ever_so(schedule) else next_change(schedule, at)
    if change is None:
        return is_now, _("Открыт круглосуточно") if is_now else _("Закрыт: нет графика работы")
    words = _("Открыт до %(when)s") if is_now else _("Закрыт до %(when)s")
    return is_now, words % {"when": _when(change, at, schedule.time_zone)}


def _is_ever_so(schedule: Schedule) -> bool:
    """Without looking at each of the next four hundred days."""
    return not schedule.exceptions and (schedule.week == ALWAYS_OPEN or not any(schedule.week))


def _when(change: datetime, at: datetime, zone: ZoneInfo) -> str:
    """The hour, with the day where it is another one."""
    days = (change.date() - at.astimezone(zone).date()).days
    hour = f"{change:%H:%M}"
    if days == 0:
        return hour
    if days == 1:
        return _("завтра, %(hour)s") % {"hour": hour}
    day = date_format(change, "D").lower() if days < 7 else date_format(change, "j E")
    return f"{day}, {hour}"


def consequences(site: Site) -> dict[str, Any]:
    """What the question before it is put off or deleted says."""
    of_site = Conversation.objects.filter(visitor__site=site)
    counts = of_site.aggregate(
        active=Count("pk", filter=Q(closed_at=None, operator__isnull=False)),
        waiting=Count("pk", filter=Q(closed_at=None, operator=None)),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
    )
    return {
        **counts,
        "open": counts["active"] + counts["waiting"],
        "is_own": Site.objects.own().filter(pk=site.pk).exists(),
    }
