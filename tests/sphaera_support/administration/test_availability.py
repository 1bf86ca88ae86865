"""«Почему не в сети»: a minute of the past, its day and its weeks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from chat.actions.availability import detail_of
from chat.models import Availability, Heartbeat
from chat.queue.availability import read_rules
from departments.models import Membership
from operators.models import Lease
from tests.cast import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

URL = "/settings/availability/"
NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)  # in Moscow, a Monday
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(monkeypatch):
    """The evening of that day."""
    at = NOON + timedelta(hours=8)
    monkeypatch.setattr(timezone, "now", lambda: at)
    Heartbeat.objects.create(pk=1, beat_at=at)
    return at


@pytest.fixture
def day(site, ilya, first_line, now):
    """Илья answered from nine, had a break at noon, was lost at one."""
    Membership.objects.filter(account=ilya).update(limit=3)
    detail = detail_of(read_rules()[site.pk], NOON)
    for cause, first, last in (
        ("online", -180, 0),
        ("away", 0, 30),
        ("online", 30, 60),
        ("lost", 60, 480),
    ):
        Availability.objects.create(
            site=site,
            began_at=NOON + first * MINUTE,
            ended_at=NOON + last * MINUTE,
            cause=cause,
            is_open=True,
            detail=detail,
        )
    there = NOON - 180 * MINUTE
    Lease.objects.create(account=ilya, started_at=there, valid_until=NOON + 60 * MINUTE)
    chosen = [("online", there, NOON), ("break", NOON, NOON + 30 * MINUTE)]
    for intention, began, ended in chosen:
        ilya.chosen_intentions.create(intention=intention, began_at=began, ended_at=ended)
    return site


def asked(account, site, at="12:10", on="2026-03-02", **more):
    return browser_of(account).get(URL, {"site": site.pk, "on": on, "at": at, **more})


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("11:00", ["В сети", "Хотя бы один оператор", "<b>В сети</b>", "0 / 3"]),
        ("12:10", ["Не в сети", "Все на перерыве или заняты", "Перерыв", "0:00–24:00"]),
        ("13:30", ["Не в сети", "Связь с оператором потеряна", "связь потеряна в 13:00"]),
        ("08:00", ["Записей нет", "Записи этого сайта начинаются с 2 марта 2026, 9:00"]),
    ],
)
def test_a_minute_says_what_was_seen_and_why(elena, day, at, said):
    page = asked(elena, day, at).content.decode()
    assert [words for words in said if words not in page] == []


def test_a_minute_of_a_change_tells_both(elena, day, ilya):
    Availability.objects.filter(cause="away").update(began_at=NOON + timedelta(seconds=20))
    Availability.objects.filter(ended_at=NOON).update(ended_at=NOON + timedelta(seconds=20))
    page = asked(elena, day, "12:00").content.decode()
    assert "с 12:00:00" in page
    assert "с 12:00:20" in page
    assert f"/reports/operators/{ilya.pk}/?from=2026-03-02&to=2026-03-02" in page


def test_the_day_is_a_band_with_a_table_and_ways_to_its_changes(elena, day):
    page = asked(elena, day).content.decode()
    assert page.count("<report-picture") == page.count("<desc ") == 2
    assert "13:00–20:00" in page
    assert f'href="{URL}?site={day.pk}&amp;on=2026-03-02&amp;at=13%3A00"' in page
    assert "450 минут" in page  # thirty of a break, seven hours of a lost link


def test_what_was_written_then_is_read_after_the_schedule_and_the_department_changed(
    elena, day, first_line
):
    day.hours.all().delete()
    first_line.members.clear()
    page = asked(elena, day).content.decode()
    assert "Так решает неделя (понедельник): 00:00–24:00" in page
    assert "Илья" in page


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"site": 999}, 404, "Такого сайта нет"),
        ({"site": "%00"}, 404, "Такого сайта нет"),
        ({"on": "вчера"}, 422, "правильную дату"),
        ({"on": "9999-12-31"}, 422, "Этот день ещё не наступил"),
        ({"on": "0001-01-01"}, 422, "Записи старше срока хранения удалены"),
        ({"at": "25:00"}, 422, "Укажите время от 0:00 до 24:00"),
        ({"at": ""}, 422, "Обязательное поле"),
        ({"at": "22:00"}, 422, "Эта минута ещё не наступила"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(elena, day, wrong, status, words):
    answer = browser_of(elena).get(
        URL, {"site": day.pk, "on": "2026-03-02", "at": "12:10", **wrong}
    )
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_time_that_a_clock_skipped_is_refused_and_one_it_showed_twice_is_both(elena, day):
    day.time_zone = "Europe/Berlin"
    day.save()
    skipped = asked(elena, day, "02:30", on="2025-03-30")
    assert "такого времени не было" in skipped.content.decode()
    first = asked(elena, day, "02:30", on="2025-10-26").content.decode()
    assert "26 октября 2025, 2:30" in first
    assert "часы перевели назад: второй раз" in first
    assert "fold=1" in first
    second = asked(elena, day, "02:30", on="2025-10-26", fold=1).content.decode()
    assert "часы перевели назад: первый раз" in second


def test_an_installation_without_sites_says_so(elena, site):
    site.departments.clear()
    site.delete()
    assert "Пока нет ни одного сайта" in browser_of(elena).get(URL).content.decode()


def test_the_report_on_an_operator_leads_to_the_minute(elena, day, ilya, now):
    address = f"/reports/operators/{ilya.pk}/?from=2026-03-02&to=2026-03-02"
    page = browser_of(elena).get(address).content.decode()
    assert f"{URL}?site={day.pk}&amp;on=2026-03-02&amp;at=12%3A00" in page
    ilya.reads_reports = True
    ilya.save()
    assert URL not in browser_of(ilya).get("/reports/mine/").content.decode()
