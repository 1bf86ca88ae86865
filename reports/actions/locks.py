"""The locks of reports: who counts, counts alone; what comes by e-mail is posted once."""

from datetime import datetime

from operators.models import Account
from reports.models import CountingCursor
from reports.schedules.models import ReportSchedule


def lock_counting_cursor(*, waits: bool = False) -> CountingCursor | None:
    """The only row, made where there is none; None while another process counts."""
    CountingCursor.objects.get_or_create(pk=1)
    locked = CountingCursor.objects.select_for_update(skip_locked=not waits)
    return locked.filter(pk=1).first()


def lock_report_reader(account: Account) -> None:
    """Of two who press at once, in two tabs, one waits for the other."""
    list(Account.objects.select_for_update(no_key=True).filter(pk=account.pk).values_list("pk"))


def lock_due_schedules(*, at: datetime) -> list[ReportSchedule]:
    """What nobody else is posting."""
    due = ReportSchedule.objects.filter(next_at__lte=at).order_by("next_at", "pk")
    locked = due.select_for_update(of=("self",), skip_locked=True)
    return list(locked.select_related("account")[:100])
