"""Reports by e-mail: wanted, stopped, posted when they are due, noted when they were sent."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer
from chat.actions.errors import Refusal
from chat.mail.actions.outbox import demand_mail, post_letter
from operators.models import Account
from reports.actions.exports import note_export
from reports.actions.locks import lock_due_schedules, lock_report_reader
from reports.exports.columns import Sheet
from reports.exports.models import Format
from reports.exports.sources import sheet_of
from reports.pages.filters import condition_words
from reports.pages.frame import selected
from reports.schedules.calendar import days_before, next_due
from reports.schedules.models import ReportSchedule
from reports.schedules.sources import may_have, without_period

MOST = 20  # of one account
KIND = "report"


class NoAddressOfOwn(Refusal):
    code = "invalid"
    words = _("У вашего аккаунта не указана эл. почта: её добавляет администратор в «Аккаунтах».")


class TooManySchedules(Refusal):
    code = "too_many"
    words = _("Писем по расписанию уже предельное число: 20. Остановите ненужные.")


def add_schedule(
    account: Account, source: str, asked: str, every: str, shape: Format, *, at: datetime
) -> ReportSchedule:
    """By the filter of a page's address. Raises NoMail, NoAddressOfOwn, NotExportable or
    TooManySchedules.
    """
    demand_mail()
    if not account.email:
        raise NoAddressOfOwn
    query = QueryDict(without_period(asked))
    sheet_of(source, account, query)
    selection = selected(account, query, at=at)
    with transaction.atomic():
        lock_report_reader(account)
        if account.report_schedules.count() >= MOST:
            raise TooManySchedules
        return ReportSchedule.objects.create(
            account=account,
            source=source,
            asked=query.urlencode(),
            words=", ".join(condition_words(selection)),
            every=every,
            format=shape,
            created_at=at,
            next_at=next_due(every, at, _zone()),
        )


def stop_schedule(account: Account, schedule_id: int) -> None:
    """What is on its way already is not sent either."""
    ReportSchedule.objects.visible_to(account).filter(pk=schedule_id).delete()


def post_due_reports(*, at: datetime) -> int:
    """One letter each, of the latest week or month where several were missed; how many. While no
    mail server is named, nothing is due.
    """
    if not settings.SENDS_MAIL or not ReportSchedule.objects.filter(next_at__lte=at).exists():
        return 0
    count = 0
    with transaction.atomic():
        for schedule in lock_due_schedules(at=at):
            account = schedule.account
            if may_have(account) and account.email:
                since, until = days_before(schedule.every, at, _zone())
                told = {"schedule": schedule.pk, "since": str(since), "until": str(until)}
                post_letter(KIND, account.email, account=account, data=told, at=at)
                count += 1
            schedule.next_at = next_due(schedule.every, at, _zone())
            schedule.save(update_fields=["next_at"])
    return count


def note_sent(
    schedule_id: int, account: Account, sheet: Sheet, shape: Format, at: datetime
) -> None:
    """Like every export, with its filter; it went to its owner's own address."""
    note_export(Doer(account), sheet, shape, by_mail=True, at=at)
    ReportSchedule.objects.filter(pk=schedule_id).update(sent_at=at)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
