"""Terms in working time: when one is over, and how much of it two instants have between them.

Working time is when the schedule is open (departments.hours), so holidays, moved days, spans over
midnight and clock changes count as they are lived: an hour that the clock repeats is two. What is
counted around the clock needs none of this: it is over at `at + term`. `over_at` counts either, and
leaves out what passes while the clock is stopped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from departments.hours import HORIZON, Schedule, instant_of, open_stretches


class NoDeadline(ValueError):
    """The term is over at no instant that could be named."""


class NeverOpens(NoDeadline):
    """The schedule is closed for the next 400 days: nothing is ever worked off."""


class TermTooLong(NoDeadline):
    """It is not over within 400 days."""


def instant_after(schedule: Schedule, at: datetime, term: timedelta) -> datetime:
    """The first instant, in UTC, by which `term` of working time has passed since `at`.

    A term that is over as the doors close is over then, not as they open again; of none it is `at`.
    Raises NoDeadline.
    """
    if term < timedelta():
        raise ValueError(f"A term is not negative: {term}.")
    since, left = instant_of(at), term
    limit = since + HORIZON
    if left > HORIZON:
        raise TermTooLong(term)
    if not left:
        return since
    is_ever_open = False
    for opens, closes in open_stretches(schedule, since, until=limit):
        begins = max(opens, since)
        if begins >= limit:
            break
        is_ever_open = True
        if left <= closes - begins:
            return _within(limit, begins + left)
        left -= closes - begins
    raise TermTooLong(term) if is_ever_open else NeverOpens


def _within(limit: datetime, instant: datetime) -> datetime:
    if instant > limit:
        raise TermTooLong
    return instant


def working_time(schedule: Schedule, since: datetime, until: datetime) -> timedelta:
    """How much of it passes from one instant to the other; less than nothing where `until` is the
    earlier one.
    """
    first, last = instant_of(since), instant_of(until)
    if last < first:
        return -working_time(schedule, last, first)
    total = timedelta()
    for opens, closes in open_stretches(schedule, first, until=last):
        if opens >= last:
            break
        total += min(closes, last) - max(opens, first)
    return total


# From one instant to another; without an end it goes on.
Stop = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Over:
    """When a term is over; `is_stopped` where it is not for as long as the last stop goes on, and
    `at` is what it would have been without it.
    """

    at: datetime
    is_stopped: bool = False


def over_at(
    schedule: Schedule | None, since: datetime, term: timedelta, stops: Iterable[Stop] = ()
) -> Over:
    """As `instant_after`, but what passes within a stop does not count; without a schedule it is
    counted around the clock. Stops are in order, apart from each other, and not before `since`; one
    that begins as the term is over or later stops nothing. Raises NoDeadline.
    """
    due = _after(schedule, since, term)
    for begins, ends in stops:
        if begins >= due:
            break
        if ends is None:
            return Over(due, is_stopped=True)
        left = due - begins if schedule is None else working_time(schedule, begins, due)
        due = _after(schedule, ends, left)
    return Over(due)


def _after(schedule: Schedule | None, at: datetime, term: timedelta) -> datetime:
    if schedule is not None:
        return instant_after(schedule, at, term)
    if term > HORIZON:
        raise TermTooLong(term)
    return instant_of(at) + term
