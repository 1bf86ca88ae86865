"""When a letter is due, and which days it is about. Pure, by the installation's clock."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reports.schedules.models import Every

DAY = timedelta(days=1)
AT = time(7)  # before most begin to work


def next_due(every: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first Monday or first of a month at seven that is later."""
    day = after.astimezone(zone).date()
    return next(due for due in _dues(every, day, zone) if due > after)


def _dues(every: str, since: date, zone: ZoneInfo) -> Iterator[datetime]:
    day = since
    while True:
        if day.weekday() == 0 if every == Every.WEEK else day.day == 1:
            yield datetime.combine(day, AT, zone)
        day += DAY


def days_before(every: str, due: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """First and last of the whole week or month before it; of late letters too."""
    day = due.astimezone(zone).date()
    if every == Every.WEEK:
        monday = day - day.weekday() * DAY
        return monday - 7 * DAY, monday - DAY
    last = day.replace(day=1) - DAY
    return last.replace(day=1), last
