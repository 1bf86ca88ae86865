"""«По расписанию»: the page's own table by e-mail, to whoever may still have it, until stopped."""

from datetime import date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from chat.models import Letter
from operators.models import Account, Change
from reports.actions.counting import count_all
from reports.actions.schedules import MOST, add_schedule, post_due_reports
from reports.exports.models import Format
from reports.schedules.calendar import days_before, next_due
from reports.schedules.models import ReportSchedule
from tests.cast import browser_of
from tests.chat.mail.postbox import Postbox, configured
from tests.chat.mail.sent import carries
from tests.reports.people import NOON, talked

MOSCOW = ZoneInfo("Europe/Moscow")
ADDING = "/reports/schedules/add/conversations/?period=quarter&q=счёт"
MONDAY = datetime(2026, 11, 16, 7, tzinfo=MOSCOW)  # after the week of NOON


@pytest.mark.parametrize(
    ("every", "after", "due", "days"),
    [
        ("week", "2026-11-10 12", "2026-11-16 07", "2026-11-09 2026-11-15"),
        ("week", "2026-11-16 07", "2026-11-23 07", "2026-11-16 2026-11-22"),
        ("week", "2026-11-16 06", "2026-11-16 07", "2026-11-09 2026-11-15"),
        ("month", "2026-11-10 12", "2026-12-01 07", "2026-11-01 2026-11-30"),
        ("month", "2028-02-29 12", "2028-03-01 07", "2028-02-01 2028-02-29"),
        ("month", "2026-12-31 23", "2027-01-01 07", "2026-12-01 2026-12-31"),
    ],
)
def test_whole_weeks_and_months_the_morning_after(every, after, due, days):
    found = next_due(every, moscow(after), MOSCOW)
    assert found == moscow(due)
    assert days_before(every, found, MOSCOW) == tuple(map(date.fromisoformat, days.split()))


def moscow(told):
    return datetime.fromisoformat(f"{told}:00+03:00")


def test_a_late_letter_is_about_the_latest_week():
    late = MONDAY + timedelta(days=9)
    assert days_before("week", late, MOSCOW) == (date(2026, 11, 16), date(2026, 11, 22))


@pytest.fixture
def postbox(settings):
    with Postbox() as running:
        yield configured(settings, running)


@pytest.fixture
def reader(ilya):
    """Reads the reports of the first line, takes them out, has an address."""
    ilya.reads_reports = ilya.may_export = True
    ilya.email = "ilya@example.ru"
    ilya.save()
    return ilya


@pytest.fixture
def wanted(postbox, reader, marina):
    """Each week, what is said of an invoice; and something of that week."""
    talked(marina, reader)
    count_all(timedelta(minutes=1))
    ask = {"every": "week", "format": "csv"}
    assert browser_of(reader).post(ADDING, ask).status_code == 302
    ReportSchedule.objects.update(next_at=MONDAY)
    return ReportSchedule.objects.get()


def file_of(taken):
    (attached,) = taken.letter.iter_attachments()
    return attached.get_filename(), attached.get_content()


@pytest.mark.django_db
def test_the_table_of_the_page_comes_with_its_filter(wanted, postbox, marina):
    assert (post_due_reports(at=MONDAY), carries(at=MONDAY)) == (1, 1)
    (taken,) = postbox.taken
    assert (taken.to, taken.subject) == (
        ["ilya@example.ru"],
        "Переписки: 9–15 ноября 2026",
    )
    name, content = file_of(taken)
    assert name.endswith(".csv")
    assert marina.name in (content if isinstance(content, str) else content.decode())
    assert "текст: «счёт»" in taken.text
    assert "from=2026-11-09&to=2026-11-15" in taken.text


@pytest.mark.django_db
def test_each_is_noted_once_it_was_sent_and_comes_once(wanted, postbox, reader):
    post_due_reports(at=MONDAY)
    assert not Change.objects.exists()
    carries(at=MONDAY)
    noted = Change.objects.get(deed=Change.Deed.EXPORTED)
    told = {"format": "CSV", "by_mail": True, "filter": "9–15 ноября 2026, текст: «счёт»"}
    assert (noted.by, noted.after) == (reader, told)
    assert post_due_reports(at=MONDAY) == 0
    wanted.refresh_from_db()
    assert (wanted.next_at, wanted.sent_at is None) == (MONDAY + timedelta(days=7), False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lost",
    [{"reads_reports": False}, {"may_export": False}, {"is_active": False}, {"email": "b@a.ru"}],
)
def test_rights_are_those_of_the_sending(wanted, postbox, reader, lost):
    post_due_reports(at=MONDAY)
    Account.objects.filter(pk=reader.pk).update(**lost)
    carries(at=MONDAY)
    assert (postbox.taken, Change.objects.count()) == ([], 0)
    assert Letter.objects.get().state == "dead"


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [{"reads_reports": False}, {"is_active": False}, {"email": ""}])
def test_for_who_may_not_have_it_nothing_is_posted(wanted, reader, lost):
    Account.objects.filter(pk=reader.pk).update(**lost)
    assert post_due_reports(at=MONDAY) == 0
    wanted.refresh_from_db()
    assert wanted.next_at == MONDAY + timedelta(days=7)


@pytest.mark.django_db
def test_what_is_stopped_does_not_come_not_even_what_is_on_its_way(wanted, postbox, reader, elena):
    post_due_reports(at=MONDAY)
    stop = f"/reports/schedules/{wanted.pk}/stop/"
    assert browser_of(elena).post(stop).status_code == 404
    assert browser_of(reader).post(stop).status_code == 302
    carries(at=MONDAY)
    assert postbox.taken == []
    assert (
        "Пока ничего не приходит" in browser_of(reader).get("/reports/schedules/").content.decode()
    )


@pytest.mark.django_db
def test_a_colleague_s_departments_are_not_in_it(wanted, postbox, reader, first_line):
    reader.memberships.all().delete()
    post_due_reports(at=MONDAY)
    carries(at=MONDAY)
    assert "ничего нет" in postbox.taken[0].text


@pytest.mark.django_db
@pytest.mark.once
def test_what_is_too_large_leads_to_the_page_and_xlsx_is_a_workbook(wanted, postbox, monkeypatch):
    ReportSchedule.objects.update(format=Format.XLSX)
    monkeypatch.setattr("reports.schedules.letters.MOST_BYTES", 10)
    post_due_reports(at=MONDAY)
    carries(at=MONDAY)
    assert "слишком велика" in postbox.taken[0].text
    assert list(postbox.taken[0].letter.iter_attachments()) == []
    monkeypatch.undo()
    ReportSchedule.objects.update(next_at=MONDAY)
    post_due_reports(at=MONDAY)
    carries(at=MONDAY)
    name, content = file_of(postbox.taken[1])
    assert name.endswith(".xlsx")
    assert ZipFile(BytesIO(content)).testzip() is None


@pytest.mark.django_db
@pytest.mark.once
def test_the_list_tells_what_comes_and_the_report_leads_there(wanted, reader):
    browser = browser_of(reader)
    listed = browser.get("/reports/schedules/").content.decode()
    assert "текст: «счёт»" in listed
    assert "Каждую неделю" in listed
    week = "from=2026-11-09&to=2026-11-15"
    page = browser.get(f"/reports/conversations/?{week}&q=счёт").content.decode()
    assert f"add/conversations/?{week}&q=".replace("&", "&amp;") in page


@pytest.mark.django_db
@pytest.mark.once
def test_where_it_cannot_be_sent_it_is_said(reader, settings):
    browser = browser_of(reader)
    assert "не настроена" in browser.get(ADDING).content.decode()
    assert browser.post(ADDING, {"every": "week", "format": "csv"}).status_code == 409
    settings.SENDS_MAIL = True
    assert browser.post(f"{ADDING}&level=9", {"every": "week", "format": "csv"}).status_code == 422
    assert browser.post(ADDING, {"every": "hour", "format": "csv"}).status_code == 404
    for _number in range(MOST):
        add_schedule(reader, "operators", "", "month", Format.CSV, at=NOON)
    assert browser.post(ADDING, {"every": "week", "format": "csv"}).status_code == 422
    Account.objects.filter(pk=reader.pk).update(email="")
    assert browser.post(ADDING, {"every": "week", "format": "csv"}).status_code == 422
    assert "не указана эл. почта" in browser.get(ADDING).content.decode()
