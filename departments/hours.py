"""Opening hours: is a schedule open at an instant, and when does that next change.

Spans are read off the clock on the shop's wall. A span is one unbroken stretch of time, from the
first moment the wall clock shows a time inside it until the last such moment. So clock changes:

- forward, 02:00 to 03:00: opening or closing at 02:30 happens as the clock jumps to 03:00, and a
  span wholly inside the missing hour does not take place;
- back, 03:00 to 02:00: opening at 02:30 is the first 02:30, closing at 02:30 the second. Nobody
  whose clock shows opening hours finds the door shut, and it never shuts to open again within a
  span. Closing at 02:00 sharp stays the first 02:00: the clock never shows 01:59 again. A pause
  shorter than the repeated hour and inside it disappears.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
HORIZON = timedelta(days=400)

# No clock is set back further: at most a whole date is repeated, where the date line moves.
_SET_BACK = timedelta(days=1)
# Days to look at around an instant: a span reaches into the day after its own, too.
_REACH = timedelta(days=1) + _SET_BACK
# Nearer to the ends of Python's calendar, neighbouring days cannot be computed.
_EARLIEST = datetime(1, 1, 7, tzinfo=UTC)
_LATEST = datetime(9999, 12, 25, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes from the day's midnight by the wall clock; `closes` past 1440 is the next day."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        for minute in (self.opens, self.closes):
            if type(minute) is not int:  # what was stored as JSON may be anything
                raise ValueError(f"A span is in whole minutes, not {minute!r:.40}.")
        if not 0 <= self.opens < DAY_MINUTES:
            raise ValueError(f"A span opens at minute 0 to {DAY_MINUTES - 1}, not {self.opens}.")
        if not self.opens < self.closes <= self.opens + DAY_MINUTES:
            raise ValueError(
                f"A span that opens at minute {self.opens} closes after it and within 24 hours, "
                f"not at {self.closes}."
            )


Day = tuple[Span, ...]
Week = tuple[Day, ...]
Stretch = tuple[datetime, datetime]


def read_spans(value: object) -> Day:
    """Spans as they are stored: [[opens, closes], …]. Raises ValueError for anything else."""
    if not isinstance(value, list):
        raise ValueError(f"Spans are a list, not {value!r:.40}.")
    return tuple(_read_span(pair) for pair in value)


def _read_span(pair: object) -> Span:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError(f"A span is [opens, closes], not {pair!r:.40}.")
    return Span(*pair)


ALWAYS_OPEN: Week = ((Span(0, DAY_MINUTES),),) * 7


@dataclass(frozen=True)
class Schedule:
    """A week of days, Monday first, and the dates that differ from it.

    An exception replaces all spans that begin on its date; without spans the date is closed.
    A span that began the day before still runs to its end.
    """

    time_zone: ZoneInfo
    week: Week
    exceptions: Mapping[date, Day] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"A week has 7 days, Monday first, not {len(self.week)}.")
        for day in self.exceptions:
            # A datetime is a date to the type checker, but never equal to one.
            if isinstance(day, datetime):
                raise ValueError(f"An exception is for a date, not for the instant {day}.")

    def spans_on(self, day: date) -> Day:
        return self.exceptions.get(day, self.week[day.weekday()])


def schedule_of(
    time_zone: str,
    hours: Iterable[tuple[int, int, int]],
    exceptions: Iterable[tuple[date, object]],
) -> Schedule:
    """From (weekday, opens, closes), and (date, spans) of dates on which the week does not hold.
    Raises whatever error, if somebody wrote by hand what makes no sense.
    """
    week: list[list[Span]] = [[] for _day in range(7)]
    for weekday, opens, closes in hours:
        week[weekday].append(Span(opens, closes))
    return Schedule(
        ZoneInfo(time_zone),
        tuple(tuple(spans) for spans in week),
        {on: tuple(read_spans(spans)) for on, spans in exceptions},
    )


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Open from `opens` on, closed from `closes` on. `at` is aware, in any zone."""
    instant = instant_of(at)
    stretch = _running_or_next(schedule, instant, until=instant)
    return stretch is not None and stretch[0] <= instant


def day_of(schedule: Schedule, at: datetime) -> date | None:
    """The date whose hours the wall clock shows at `at`: its own or, after midnight, the one
    before. None where it shows no hours at all, even if a clock change keeps the span unbroken.
    """
    wall = instant_of(at).astimezone(schedule.time_zone)
    minute = wall.hour * 60 + wall.minute
    for day, past in ((wall.date(), 0), (wall.date() - timedelta(days=1), DAY_MINUTES)):
        if any(span.opens <= minute + past < span.closes for span in schedule.spans_on(day)):
            return day
    return None


def next_change(schedule: Schedule, at: datetime) -> datetime | None:
    """The next instant strictly after `at` when `is_open` changes, in the schedule's zone.

    None when nothing changes within 400 days. Convert it to UTC before subtracting or testing for
    equality: Python does neither reliably around a zone's clock changes.
    """
    instant = instant_of(at)
    limit = min(instant, _LATEST - HORIZON) + HORIZON
    stretch = _running_or_next(schedule, instant, until=limit)
    if stretch is None:
        return None
    opens, closes = stretch
    change = opens if instant < opens else closes
    return change.astimezone(schedule.time_zone) if change <= limit else None


def instant_of(at: datetime) -> datetime:
    """In UTC. Raises ValueError where that is none, or nothing can be computed around it."""
    if at.utcoffset() is None:
        raise ValueError(f"An instant needs a time zone: {at.isoformat()} is naive.")
    if not _EARLIEST <= at <= _LATEST:
        raise ValueError(f"{at.isoformat()} is too near the end of the calendar.")
    return at.astimezone(UTC)


def _running_or_next(schedule: Schedule, instant: datetime, until: datetime) -> Stretch | None:
    return next(open_stretches(schedule, instant, until=until), None)


def open_stretches(schedule: Schedule, since: datetime, *, until: datetime) -> Iterator[Stretch]:
    """The unbroken stretches of being open that end after `since`, as instants in UTC, in order.

    The first may have begun before it. Those that begin after `until` may be missing, and one that
    lasts longer may be cut there.

    Stretches are joined on the wall clock first, so that only their outer ends, and not every
    midnight of an always open year, are converted; then once more, for those that only a clock
    change makes meet.
    """
    zone, instant = schedule.time_zone, instant_of(since)
    now = instant.astimezone(zone).replace(tzinfo=None)
    last = instant_of(until).astimezone(zone).date() + _REACH
    walls = _joined(_wall_spans(schedule, now.date() - _REACH, last))
    stretches = _joined(
        (_first_showing(opens, zone), _past(closes, zone))
        for opens, closes in walls
        if now - _SET_BACK < closes
    )
    return (stretch for stretch in stretches if instant < stretch[1])


def _wall_spans(schedule: Schedule, first: date, last: date) -> Iterator[Stretch]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        midnight = datetime.combine(day, time())
        for span in sorted(schedule.spans_on(day), key=lambda span: span.opens):
            yield (
                midnight + timedelta(minutes=span.opens),
                midnight + timedelta(minutes=span.closes),
            )


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Joins what overlaps or touches. Takes stretches ordered by opening; skips empty ones."""
    current: Stretch | None = None
    for opens, closes in stretches:
        if opens == closes:
            continue
        if current is None:
            current = opens, closes
        elif opens <= current[1]:
            current = current[0], max(current[1], closes)
        else:
            yield current
            current = opens, closes
    if current is not None:
        yield current


def _first_showing(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock shows `wall` or later."""
    early, late = _readings(wall, zone)
    return early if early <= late else _clock_change(late, early, zone)


def _past(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from which on the wall clock never again shows less than `wall`."""
    early, late = _readings(wall, zone)
    if early == late:
        return early
    change = _clock_change(min(early, late), max(early, late), zone)
    if late < early:
        return change
    return late if change < late else early


def _readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both readings of a wall time: equal as a rule, in reverse order if the clock skips it."""
    local = wall.replace(tzinfo=zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the only change of the zone's offset in before < instant <= after."""
    old = before.astimezone(zone).utcoffset()
    seconds = bisect_left(
        range(int((after - before).total_seconds())),
        True,
        key=lambda second: (before + timedelta(seconds=second)).astimezone(zone).utcoffset() != old,
    )
    return before + timedelta(seconds=seconds)
