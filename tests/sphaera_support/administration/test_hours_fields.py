"""What the form of a schedule shows, sent as it stands, is what was saved."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from chat.actions.schedules import DatedHours
from departments.hours import Day, Span
from departments.timetable import joined
from sphaera_support.administration.arranging import arranged_in
from sphaera_support.administration.hours_fields import (
    DatesField,
    DatesInput,
    DayField,
    DayInput,
    typed_dates,
    typed_day,
)
from sphaera_support.administration.week import Drawing

DAY = 1440
days = st.lists(
    st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(
        lambda pair: Span(pair[0], pair[0] + pair[1])
    ),
    max_size=4,
).map(joined)
dates = st.dictionaries(
    st.integers(0, 400).map(lambda number: date(2026, 1, 1) + timedelta(days=number)),
    st.builds(DatedHours, days, st.sampled_from(["", "Короткий день", "<b>", "«Салют»"])),
    max_size=5,
)


def sent_day(day: Day) -> QueryDict:
    """As the browser sends the rows of a weekday."""
    data = QueryDict(mutable=True)
    if day:
        data["day_0"] = "on"
    for opens, closes in typed_day(day).intervals or [("", "")]:
        data.appendlist("day_0_from", opens)
        data.appendlist("day_0_to", closes)
    return data


def sent_dates(shown: dict[date, DatedHours]) -> QueryDict:
    """As the browser sends the rows of dates, the empty one included."""
    data = QueryDict(mutable=True)
    for row in DatesField().rows(typed_dates(shown)):
        typed = row.typed
        data.appendlist("dates", typed.key)
        data[f"dates_on_{typed.key}"] = typed.on
        data[f"dates_hours_{typed.key}"] = typed.hours
        data[f"dates_note_{typed.key}"] = typed.note
        if typed.is_closed:
            data[f"dates_closed_{typed.key}"] = "on"
    return data


@given(days)
def test_a_day_comes_back_as_it_was_shown(day: Day) -> None:
    typed = DayInput().value_from_datadict(sent_day(day), {}, "day_0")
    assert DayField(0).clean(typed) == day


@given(dates)
def test_dates_come_back_as_they_were_shown(shown: dict[date, DatedHours]) -> None:
    typed = DatesInput().value_from_datadict(sent_dates(shown), {}, "dates")
    assert DatesField().clean(typed) == shown


@given(days)
def test_a_row_that_is_added_and_taken_out_again_leaves_the_day_as_it_was(day: Day) -> None:
    more = arranged_in(_pressed(sent_day(day), more="day_0"))
    assert more is not None
    last = len(more.data.getlist("day_0_from")) - 1
    back = arranged_in(_pressed(more.data, drop=f"day_0:{last}"))
    assert back is not None
    typed = DayInput().value_from_datadict(back.data, {}, "day_0")
    assert [ends for ends in typed.intervals if any(ends)] == typed_day(day).intervals


def _pressed(data: QueryDict, **button: str) -> QueryDict:
    pressed = data.copy()
    for name in ("more", "drop"):
        pressed.pop(name, None)
    pressed.update(button)
    return pressed


@given(st.lists(days, min_size=7, max_size=7))
def test_as_many_minutes_are_drawn_as_the_days_hold(week: list[Day]) -> None:
    drawn = sum(strip.width for strips in Drawing(week).strips for strip in strips)
    assert drawn == sum(span.closes - span.opens for day in week for span in day)


@pytest.mark.parametrize("weekday", range(7))
def test_a_night_is_drawn_into_the_next_day(weekday):
    week: list[Day] = [()] * 7
    week[weekday] = (Span(1320, 1560),)
    strips = Drawing(week).strips
    assert strips[weekday] == [(1320, 120, False)]
    assert strips[(weekday + 1) % 7] == [(0, 120, True)]
    assert sum(map(len, strips)) == 2
