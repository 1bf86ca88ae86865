"""The letter with a report: the page's own table, as whoever gets it may read it by now."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from chat.mail.drafts import Attached, Draft, NotWanted, address_of
from chat.models import Letter
from operators.models import Account
from reports.actions.exports import AT_ONCE, file_name
from reports.actions.schedules import note_sent
from reports.exports import csv_file, xlsx_file
from reports.exports.answers import TYPES
from reports.exports.columns import NotExportable, Sheet
from reports.exports.models import Format
from reports.exports.sources import sheet_of
from reports.pages.periods import words_of
from reports.schedules.models import ReportSchedule
from reports.schedules.sources import PAGES, asked_of, may_have

MOST_BYTES = 15 * 1024 * 1024  # more than that few servers take


def write_report(letter: Letter, at: datetime) -> Draft:
    """Rights are those of now. Raises NotWanted."""
    schedule = ReportSchedule.objects.filter(pk=letter.data["schedule"]).first()
    account = letter.account
    if schedule is None or account is None:
        raise NotWanted
    if not may_have(account):
        raise NotWanted(_("Права на этот отчёт или на выгрузку больше нет."))
    if account.email != letter.address:
        raise NotWanted(_("У аккаунта теперь другая эл. почта."))
    asked = asked_of(schedule.asked, letter.data["since"], letter.data["until"])
    shape = Format(schedule.format)
    sheet, rows = _sheet(schedule.source, account, asked)
    attached = _attached(sheet, shape, at) if rows <= AT_ONCE else []
    since, until = (date.fromisoformat(letter.data[name]) for name in ("since", "until"))
    context = {
        "title": sheet.title,
        "period": words_of(since, until),
        "words": schedule.words,
        "rows": rows,
        "is_attached": bool(attached),
        "is_empty": rows == 0,
        "link": f"{address_of(PAGES[schedule.source])}?{asked.urlencode()}",
        "stopping": address_of("report_schedules"),
    }
    note = partial(note_sent, schedule.pk, account, sheet, shape)
    subject = _("%(title)s: %(period)s") % {"title": sheet.title, "period": context["period"]}
    return Draft(subject, "report", context, attached, note)


def _sheet(source: str, account: Account, asked: QueryDict) -> tuple[Sheet, int]:
    try:
        sheet = sheet_of(source, account, asked)
        return sheet, sheet.count(AT_ONCE + 1)
    except NotExportable as refused:
        raise NotWanted(refused.detail or _("Отчёт больше не составить.")) from refused


def _attached(sheet: Sheet, shape: Format, at: datetime) -> list[Attached]:
    """Nothing where it is more than servers take: then the letter leads to the page."""
    if shape == Format.XLSX:
        with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".xlsx") as file:
            xlsx_file.write(sheet, Path(file.name))
            content = Path(file.name).read_bytes()
    else:
        content = "".join(csv_file.pieces(sheet, shape.separator)).encode()
    name = file_name(sheet, shape, at=at)
    kind = TYPES[shape.ending].partition(";")[0]
    return [Attached(name, content, kind)] if len(content) <= MOST_BYTES else []
