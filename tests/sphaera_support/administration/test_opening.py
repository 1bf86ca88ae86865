"""When a site is open, as its page says it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from departments.hours import ALWAYS_OPEN, Schedule
from departments.timetable import read_day
from sphaera_support.administration.opening import opening_of
from sphaera_support.administration.zones import shown_zone

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = Schedule(
    MOSCOW,
    (read_day("9–18"),) * 4 + (read_day("9–18, 22–2"), (), ()),
    {date(2026, 12, 31): ()} | {date(2027, 1, day): () for day in range(1, 11)},
)


def test_the_hour_is_that_of_the_site():
    there = Schedule(ZoneInfo("Asia/Omsk"), OFFICE.week)
    assert opening_of(there, datetime(2026, 11, 23, 6, 30, tzinfo=UTC)).clock == "пн, 12:30"


@pytest.mark.parametrize(
    ("now", "headline", "sequel"),
    [
        ("11-26 15:45", "открыто, закроется в 18:00 (через 2 ч 15 мин)", "откроется завтра в 9:00"),
        ("11-26 15:45:59", "открыто, закроется в 18:00 (через 2 ч 15 мин)", ""),
        ("11-26 17:59:59", "открыто, закроется в 18:00 (через 1 мин)", ""),
        ("11-26 08:00", "закрыто, откроется в 9:00 (через 1 ч)", "закроется в 18:00"),
        ("11-27 23:30", "открыто, закроется завтра в 2:00 (через 2 ч 30 мин)", "в понедельник в 9"),
        ("11-28 20:00", "закрыто, откроется в понедельник в 9:00 (через 1 д 13 ч)", ""),
        ("11-29 20:00", "закрыто, откроется завтра в 9:00 (через 13 ч)", ""),
        ("12-30 20:00", "откроется в понедельник, 11 января 2027, в 9:00 (через 11 д 13 ч)", ""),
    ],
)
def test_it_says_what_is_now_and_what_comes(now, headline, sequel):
    opening = opening_of(OFFICE, datetime.fromisoformat(f"2026-{now}").replace(tzinfo=MOSCOW))
    assert opening.headline.startswith("Сейчас ")
    assert headline in opening.headline
    assert sequel in opening.sequel


@pytest.mark.parametrize(
    ("week", "headline"),
    [
        (ALWAYS_OPEN, "Сейчас открыто, и по графику не закроется."),
        (((),) * 7, "Сейчас закрыто, и по графику не откроется."),
    ],
)
def test_what_never_changes_is_said_so(week, headline):
    opening = opening_of(Schedule(MOSCOW, week), datetime(2026, 11, 26, tzinfo=MOSCOW))
    assert (opening.headline, opening.sequel) == (headline, "")


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Moscow", "Москва, UTC+3"),
        ("Asia/Kamchatka", "Камчатка, UTC+12"),
        ("Asia/Kolkata", "Asia/Kolkata, UTC+5:30"),
        ("America/St_Johns", "America/St_Johns, UTC−3:30"),
        ("UTC", "UTC, UTC+0"),
    ],
)
def test_a_zone_is_shown_by_its_city(zone, shown):
    assert shown_zone(zone, datetime(2026, 11, 26, tzinfo=MOSCOW)) == shown
