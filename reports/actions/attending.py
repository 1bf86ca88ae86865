"""Days of presence are added up once they are over."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min

from operators.models import Account, Lease
from reports.actions.locks import lock_counting_cursor
from reports.attendance import COUNTED, Attendance, Period, attended_in, midnight, zone
from reports.models import CountingCursor, DayOfAttendance
from reports.selection import DAY

MOST_DAYS = 1500  # at a stretch: some of an upgrade, or of a demo


def add_up_attendance(*, at: datetime) -> int:
    """Every day up to yesterday that is not yet; how many. Done twice it does nothing."""
    yesterday = at.astimezone(zone()).date() - DAY
    count = 0
    while count < MOST_DAYS and _add_up_next(yesterday):
        count += 1
    return count


def _add_up_next(last: date) -> bool:
    """The first that is missing, if it is not after `last`."""
    with transaction.atomic():
        cursor = lock_counting_cursor()
        day = None if cursor is None else _first_missing(cursor)
        if cursor is None or day is None or day > last:
            return False
        accounts = list(Account.objects.staff().values_list("pk", flat=True))
        attended = attended_in(accounts, Period(midnight(day), midnight(day + DAY)))
        DayOfAttendance.objects.bulk_create(
            DayOfAttendance(
                day=day, account_id=account, **{name: getattr(one, name) for name in COUNTED}
            )
            for account, one in attended.items()
            if one != Attendance()
        )
        CountingCursor.objects.filter(pk=cursor.pk).update(attended=day)
    return True


def _first_missing(cursor: CountingCursor) -> date | None:
    if cursor.attended is not None:
        return cursor.attended + DAY
    first = Lease.objects.aggregate(first=Min("started_at"))["first"]
    return None if first is None else first.astimezone(zone()).date()
