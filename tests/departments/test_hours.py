from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from departments.hours import ALWAYS_OPEN, Day, Schedule, Span, is_open, next_change

BERLIN = ZoneInfo("Europe/Berlin")
MOSCOW = ZoneInfo("Europe/Moscow")
SECOND = timedelta(seconds=1)


def minutes(clock: str) -> int:
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def spans(text: str) -> Day:
    """Spans from "09:00-13:00 14:00-18:00"."""
    pairs = (part.split("-") for part in text.split())
    return tuple(Span(minutes(opens), minutes(closes)) for opens, closes in pairs)


def daily(text: str, zone: str = "Europe/Moscow", **exceptions: str) -> Schedule:
    """The same spans each day; exceptions as d2026_05_09="10:00-12:00"."""
    dated = {
        date.fromisoformat(name.removeprefix("d").replace("_", "-")): spans(value)
        for name, value in exceptions.items()
    }
    return Schedule(ZoneInfo(zone), (spans(text),) * 7, dated)


def weekly(*days: str, zone: str = "Europe/Moscow") -> Schedule:
    return Schedule(ZoneInfo(zone), tuple(spans(day) for day in days))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(schedule: Schedule, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=schedule.time_zone)


def changes(schedule: Schedule, since: datetime, until: datetime) -> list[str]:
    """The instants of all changes in since..until, in UTC, as "29 07:00"."""
    found = []
    at = next_change(schedule, since)
    while at is not None and at <= until:
        found.append(f"{at.astimezone(UTC):%d %H:%M}")
        at = next_change(schedule, at)
    return found


OFFICE = weekly(*["09:00-13:00 14:00-18:00"] * 5, "", "")  # Monday to Friday, Moscow


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2026-11-23T08:59:59.999999", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T12:59:59.999999", True),
        ("2026-11-23T13:00", False),
        ("2026-11-23T14:00", True),
        ("2026-11-23T18:00", False),
        ("2026-11-28T12:00", False),  # Saturday
    ],
)
def test_opens_at_its_first_minute_and_is_closed_at_its_last(clock: str, expected: bool) -> None:
    assert is_open(OFFICE, local(OFFICE, clock)) is expected


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2026-11-23T08:00", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-23T13:00"),
        ("2026-11-23T13:00", "2026-11-23T14:00"),
        ("2026-11-23T17:59:59.999999", "2026-11-23T18:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),  # over the weekend
    ],
)
def test_the_next_change_lies_strictly_after(clock: str, expected: str) -> None:
    assert next_change(OFFICE, local(OFFICE, clock)) == local(OFFICE, expected)


def test_the_next_change_is_told_in_the_zone_of_the_schedule() -> None:
    change = next_change(OFFICE, utc("2026-11-23T05:00"))

    assert change is not None
    assert change.tzinfo is OFFICE.time_zone
    assert change.isoformat() == "2026-11-23T09:00:00+03:00"


def test_any_zone_of_the_instant_gives_the_same_answer() -> None:
    at = local(OFFICE, "2026-11-23T17:59:59")

    for zone in ("Asia/Kolkata", "America/Los_Angeles", "UTC"):
        assert is_open(OFFICE, at.astimezone(ZoneInfo(zone)))
        assert not is_open(OFFICE, (at + SECOND).astimezone(ZoneInfo(zone)))


def test_the_week_begins_on_monday() -> None:
    only_sunday = weekly("", "", "", "", "", "", "10:00-11:00")

    assert is_open(only_sunday, local(only_sunday, "2026-11-22T10:30"))
    assert not is_open(only_sunday, local(only_sunday, "2026-11-23T10:30"))


@pytest.mark.parametrize(
    ("zone", "opens"),
    [("Asia/Kolkata", "03:30"), ("Asia/Kathmandu", "03:15"), ("Pacific/Chatham", "19:15")],
)
def test_offsets_that_are_not_whole_hours_are_kept(zone: str, opens: str) -> None:
    shop = daily("09:00-18:00", zone)
    at = utc(f"2026-11-23T{opens}")

    assert is_open(shop, at)
    assert not is_open(shop, at - SECOND)
    assert next_change(shop, at) == at + timedelta(hours=9)


# Across midnight, seams and whole days


def test_a_night_shift_runs_into_the_next_morning() -> None:
    monday_night = weekly("22:00-30:00", "", "", "", "", "", "")
    at = local(monday_night, "2026-11-24T05:59:59")

    assert is_open(monday_night, at)
    assert not is_open(monday_night, at + SECOND)
    assert next_change(monday_night, at + SECOND) == local(monday_night, "2026-11-30T22:00")


def test_sunday_night_runs_into_monday() -> None:
    sunday_night = weekly("", "", "", "", "", "", "22:00-30:00")

    assert is_open(sunday_night, local(sunday_night, "2026-11-23T03:00"))


@pytest.mark.parametrize(
    "text",
    [
        "09:00-13:00 13:00-18:00",
        "09:00-14:00 13:00-18:00",
        "13:00-18:00 09:00-13:00",
        "09:00-18:00 10:00-11:00",
    ],
)
def test_spans_that_touch_or_overlap_are_one(text: str) -> None:
    shop = daily(text)

    assert changes(shop, utc("2026-11-23T00:00"), utc("2026-11-23T23:59")) == [
        "23 06:00",
        "23 15:00",
    ]


def test_midnight_is_no_seam() -> None:
    shop = weekly("18:00-24:00", "00:00-03:00", "", "", "", "", "")

    assert next_change(shop, local(shop, "2026-11-23T18:00")) == local(shop, "2026-11-24T03:00")


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin", "America/Havana"])
@pytest.mark.parametrize("text", ["00:00-24:00", "08:00-32:00", "00:00-12:00 12:00-24:00"])
def test_round_the_clock_never_changes(zone: str, text: str) -> None:
    shop = daily(text, zone)

    assert is_open(shop, utc("2026-03-29T01:00"))
    assert next_change(shop, utc("2026-03-01T00:00")) is None


def test_the_constant_is_always_open() -> None:
    shop = Schedule(BERLIN, ALWAYS_OPEN)

    assert is_open(shop, utc("2026-11-23T00:00"))
    assert next_change(shop, utc("2026-11-23T00:00")) is None


def test_a_week_without_spans_is_never_open() -> None:
    shop = daily("")

    assert not is_open(shop, utc("2026-11-23T12:00"))
    assert next_change(shop, utc("2026-11-23T12:00")) is None


# Exceptions by date


def test_a_holiday_is_closed() -> None:
    shop = daily("09:00-18:00", d2026_05_09="")

    assert not is_open(shop, local(shop, "2026-05-09T12:00"))
    assert next_change(shop, local(shop, "2026-05-08T18:00")) == local(shop, "2026-05-10T09:00")


def test_a_short_day_replaces_the_whole_day() -> None:
    shop = daily("09:00-13:00 14:00-18:00", d2026_12_31="10:00-12:00")

    assert changes(shop, utc("2026-12-31T00:00"), utc("2026-12-31T23:59")) == [
        "31 07:00",
        "31 09:00",
    ]


def test_a_holiday_does_not_cut_the_night_before() -> None:
    shop = daily("22:00-30:00", d2026_05_09="")

    assert is_open(shop, local(shop, "2026-05-09T05:59"))
    assert next_change(shop, local(shop, "2026-05-09T05:59")) == local(shop, "2026-05-09T06:00")
    assert next_change(shop, local(shop, "2026-05-09T06:00")) == local(shop, "2026-05-10T22:00")


def test_an_exception_can_cross_midnight() -> None:
    shop = daily("", d2026_12_31="20:00-27:00")

    assert is_open(shop, local(shop, "2027-01-01T02:59"))
    assert not is_open(shop, local(shop, "2027-01-01T03:00"))


def test_one_closed_day_interrupts_round_the_clock() -> None:
    shop = daily("00:00-24:00", d2027_01_01="")

    assert next_change(shop, utc("2026-11-23T00:00")) == local(shop, "2027-01-01T00:00")
    assert next_change(shop, local(shop, "2027-01-01T00:00")) == local(shop, "2027-01-02T00:00")


@pytest.mark.parametrize(("days", "seen"), [(400, True), (401, False)])
def test_sees_400_days_ahead(days: int, seen: bool) -> None:
    since = datetime(2026, 11, 23, 9, tzinfo=MOSCOW)
    day = since.date() + timedelta(days=days)
    shop = Schedule(MOSCOW, ((),) * 7, {day: spans("09:00-18:00")})

    assert (next_change(shop, since) is not None) is seen


def test_the_leap_day_is_a_day_of_its_own() -> None:
    shop = daily("09:00-18:00", d2028_02_29="10:00-11:00")

    assert is_open(shop, local(shop, "2028-02-29T10:30"))
    assert not is_open(shop, local(shop, "2028-02-29T12:00"))
    assert is_open(shop, local(shop, "2028-03-01T12:00"))
    assert next_change(shop, local(shop, "2028-02-28T18:00")) == local(shop, "2028-02-29T10:00")


# Clock changes. Berlin goes to summer time on 29 March 2026 at 01:00 UTC (02:00 becomes 03:00)
# and back on 25 October 2026 at 01:00 UTC (03:00 becomes 02:00).


def test_nine_stays_nine_when_the_clock_changes() -> None:
    shop = daily("09:00-18:00", "Europe/Berlin")

    assert changes(shop, utc("2026-03-28T00:00"), utc("2026-03-29T23:59")) == [
        *("28 08:00", "28 17:00"),
        *("29 07:00", "29 16:00"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00-06:00", ["28 23:00", "29 04:00"]),  # an hour short
        ("02:30-06:00", ["29 01:00", "29 04:00"]),  # opens as the clock jumps
        ("00:00-02:30", ["28 23:00", "29 01:00"]),  # closes as the clock jumps
        ("00:00-02:15 02:45-06:00", ["28 23:00", "29 04:00"]),  # the pause does not exist
        ("02:15-02:45", []),  # nor does this day's span
        ("02:00-03:00", []),
        ("01:00-02:00", ["29 00:00", "29 01:00"]),
        ("03:00-04:00", ["29 01:00", "29 02:00"]),
    ],
)
def test_hours_when_berlin_skips_an_hour(text: str, expected: list[str]) -> None:
    shop = Schedule(BERLIN, ((),) * 7, {date(2026, 3, 29): spans(text)})

    assert changes(shop, utc("2026-03-28T12:00"), utc("2026-03-29T12:00")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00-06:00", ["24 22:00", "25 05:00"]),  # an hour longer
        ("02:30-06:00", ["25 00:30", "25 05:00"]),  # opens at the first 02:30
        ("00:00-02:30", ["24 22:00", "25 01:30"]),  # closes at the second 02:30
        ("02:15-02:45", ["25 00:15", "25 01:45"]),  # one span, not two
        ("00:00-02:15 02:45-06:00", ["24 22:00", "25 05:00"]),  # no pause in the repeated hour
        ("02:00-03:00", ["25 00:00", "25 02:00"]),  # both hours
        ("01:00-02:00", ["24 23:00", "25 00:00"]),  # 02:00 sharp is the first
        ("03:00-04:00", ["25 02:00", "25 03:00"]),
    ],
)
def test_hours_when_berlin_repeats_an_hour(text: str, expected: list[str]) -> None:
    shop = Schedule(BERLIN, ((),) * 7, {date(2026, 10, 25): spans(text)})

    assert changes(shop, utc("2026-10-24T12:00"), utc("2026-10-25T12:00")) == expected


def test_both_readings_of_a_repeated_instant_are_told_apart() -> None:
    shop = daily("00:00-02:00", "Europe/Berlin", d2026_10_25="02:00-02:30")
    at = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)

    assert is_open(shop, at)
    assert not is_open(shop, at.replace(fold=1))


def test_the_night_shift_lasts_as_long_as_the_night() -> None:
    shop = daily("22:00-30:00", "Europe/Berlin")

    assert changes(shop, utc("2026-03-28T12:00"), utc("2026-03-29T12:00")) == [
        "28 21:00",
        "29 04:00",
    ]
    assert changes(shop, utc("2026-10-24T12:00"), utc("2026-10-25T12:00")) == [
        "24 20:00",
        "25 05:00",
    ]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # Cairo has no midnight on 24 April 2026: 23 April ends as the clock shows 01:00.
        ("Africa/Cairo", date(2026, 4, 24), ["23 22:00", "24 21:00"]),
        # Havana repeats the first hour of 1 November 2026: the day opens at the first midnight.
        ("America/Havana", date(2026, 11, 1), ["01 04:00", "02 05:00"]),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", date(2011, 12, 30), []),
    ],
)
def test_a_whole_day_where_midnight_moves(zone: str, day: date, expected: list[str]) -> None:
    shop = Schedule(ZoneInfo(zone), ((),) * 7, {day: spans("00:00-24:00")})
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    assert changes(shop, noon - timedelta(days=1), noon + timedelta(days=1)) == expected


def test_a_clock_set_back_over_midnight_shows_the_evening_again() -> None:
    # St John's went from 00:01 on 7 November 2010 back to 23:01 on the 6th, at 02:31 UTC.
    zone = ZoneInfo("America/St_Johns")
    shop = Schedule(zone, ((),) * 7, {date(2010, 11, 5): spans("23:50-47:30")})

    assert is_open(shop, utc("2010-11-07T02:30:30"))
    assert changes(shop, utc("2010-11-07T02:30:30"), utc("2010-11-08T00:00")) == ["07 03:00"]


# Far dates and refusals


@pytest.mark.parametrize("year", [2, 1970, 2038, 2100, 9999])
def test_far_years_work(year: int) -> None:
    shop = daily("09:00-18:00", "UTC")
    at = datetime(year, 11, 23, 9, tzinfo=UTC)

    assert is_open(shop, at)
    assert next_change(shop, at) == at.replace(hour=18)


def test_looking_ahead_stops_at_the_end_of_the_calendar() -> None:
    assert next_change(daily("00:00-24:00"), datetime(9999, 12, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("clock", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_ends_of_the_calendar_are_refused(clock: str) -> None:
    with pytest.raises(ValueError, match="end of the calendar"):
        is_open(OFFICE, local(OFFICE, clock))


@pytest.mark.parametrize("question", [is_open, next_change])
def test_a_naive_instant_is_refused(question: Callable[[Schedule, datetime], object]) -> None:
    with pytest.raises(ValueError, match="2026-11-23T12:00:00 is naive"):
        question(OFFICE, datetime.fromisoformat("2026-11-23T12:00"))


@pytest.mark.parametrize("opens", [-1, 1440])
def test_a_span_opens_within_its_day(opens: int) -> None:
    with pytest.raises(ValueError, match=f"opens at minute 0 to 1439, not {opens}"):
        Span(opens, 1500)


@pytest.mark.parametrize("closes", [539, 540, 540 + 1441])
def test_a_span_closes_after_it_opens_and_within_24_hours(closes: int) -> None:
    with pytest.raises(ValueError, match=f"within 24 hours, not at {closes}"):
        Span(540, closes)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="7 days, Monday first, not 6"):
        Schedule(MOSCOW, ALWAYS_OPEN[:6])


def test_an_exception_is_for_a_date() -> None:
    with pytest.raises(ValueError, match="not for the instant"):
        Schedule(MOSCOW, ALWAYS_OPEN, {datetime(2026, 5, 9, tzinfo=MOSCOW): ()})
