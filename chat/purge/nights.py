"""When the purge runs by itself: in the installation's quiet hours, once a night."""

from datetime import datetime, timedelta

from django.utils import timezone

from chat.models import PurgeRun
from chat.purge.terms import own_terms

QUIET = timedelta(hours=4)
# Later than that somebody should look.
OVERDUE = timedelta(hours=26)


def night_of(at: datetime, hour: int) -> datetime:
    """When the last quiet hours began."""
    local = timezone.localtime(at)
    begins = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return begins if begins <= local else begins - timedelta(days=1)


def next_night(at: datetime, hour: int) -> datetime:
    return night_of(at, hour) + timedelta(days=1)


def is_time(at: datetime) -> bool:
    """And tonight's is not over yet; one that a command began is gone on with as well."""
    began = night_of(at, own_terms().hour)
    if at - began > QUIET:
        return False
    return not PurgeRun.objects.filter(
        way=PurgeRun.Way.NIGHTLY, is_over=True, finished_at__gte=began
    ).exists()


def is_overdue(at: datetime) -> bool:
    """The nightly run did not happen."""
    since = own_terms().began_at
    last = PurgeRun.objects.filter(way=PurgeRun.Way.NIGHTLY, is_over=True).first()
    known = [one for one in (since, last.finished_at if last else None) if one is not None]
    return bool(known) and at - max(known) > OVERDUE
