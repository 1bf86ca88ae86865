"""Fields of a schedule's form: the intervals of a weekday, and the dates that differ from it.

Both are lists of rows without a script's help: what is typed is read by the names of the rows, what
was wrong with a row is kept by its key, and an empty row is none.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import count, zip_longest
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chat.actions.schedules import DatedHours
from chat.text import clean_line
from departments.hours import Day, Span
from departments.timetable import (
    NoInterval,
    NoTime,
    read_day,
    read_interval,
    read_time,
    shown_day,
    shown_interval,
)
from sphaera_support.administration.fields import LineField
from sphaera_support.administration.opening import WEEKDAYS

MOST_INTERVALS = 12
MOST_DATES = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NOTE = 200
LONGEST_QUOTED = 40
# Of what is still being filled in, nobody is told before they send it.
UNFINISHED = "unfinished"


class Wrong(NamedTuple):
    """What is wrong with a part of a row."""

    part: str
    words: str
    code: str = "invalid"


def _refused(error: ValueError, part: str) -> Wrong:
    text = clean_line(str(error), LONGEST_QUOTED)
    if isinstance(error, NoInterval):
        return Wrong(part, _("«%s» — не часы: напишите, например, 9:00–13:00, 14:00–18:00.") % text)
    if not text:
        return Wrong(part, _("Укажите время."), UNFINISHED)
    words = _("«%s» — не время: бывает от 0:00 до 24:00, открыться можно не позже 23:59.")
    return Wrong(part, words % text)


def _raise(wrong: Mapping[str, Wrong]) -> None:
    if wrong:
        raise ValidationError([ValidationError(one.words, code=one.code) for one in wrong.values()])


# A weekday


class TypedDay(NamedTuple):
    """As it stands in the form; [] of intervals is none at all."""

    is_on: bool
    intervals: list[tuple[str, str]]


class Interval(NamedTuple):
    """A row that is shown: its number, its ends, which of them is wrong."""

    number: int
    opens: str
    closes: str
    wrong: str = ""

    @property
    def ends_next_day(self) -> bool:
        try:
            return read_interval(self.opens, self.closes).closes > 24 * 60
        except NoTime:
            return False


class DayInput(forms.Widget):
    """name ticked for a working day; name_from and name_to as often as there are intervals."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> TypedDay:
        ends = data.getlist(f"{name}_from"), data.getlist(f"{name}_to")
        return TypedDay(name in data, list(zip_longest(*ends, fillvalue="")))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class DayField(forms.Field):
    """The spans of a weekday as they were typed; of a day off, none."""

    widget = DayInput

    def __init__(self, weekday: int) -> None:
        super().__init__(required=False, label=WEEKDAYS[weekday])
        self.wrong: dict[str, Wrong] = {}

    def clean(self, value: TypedDay) -> Day:
        self.wrong = {}
        if not value.is_on:
            return ()
        rows = {str(n): ends for n, ends in enumerate(value.intervals) if any(map(str.strip, ends))}
        spans = [self._span(number, *ends) for number, ends in rows.items()]
        if not rows:
            self.wrong["0"] = Wrong(
                "from", _("Укажите часы или снимите «Рабочий день»."), UNFINISHED
            )
        if len(rows) > MOST_INTERVALS:
            words = _("Не больше %s интервалов в день.") % MOST_INTERVALS
            self.wrong[str(MOST_INTERVALS)] = Wrong("from", words)
        _raise(self.wrong)
        return tuple(span for span in spans if span)

    def _span(self, number: str, opens: str, closes: str) -> Span | None:
        try:
            return read_interval(opens, closes)
        except NoTime as error:
            part = "to" if _is_opening(opens) else "from"
            self.wrong[number] = _refused(error, part)
            return None

    def intervals(self, typed: TypedDay) -> Iterator[Interval]:
        """At least one, to be filled in."""
        for number, ends in enumerate(typed.intervals or [("", "")]):
            wrong = self.wrong.get(str(number))
            yield Interval(number, *ends, wrong=wrong.part if wrong else "")


def _is_opening(text: str) -> bool:
    try:
        return read_time(text) < 24 * 60
    except NoTime:
        return False


def typed_day(day: Day) -> TypedDay:
    return TypedDay(bool(day), [shown_interval(span) for span in day])


def readable(typed: TypedDay) -> Day:
    """What can be read of it so far, to be drawn."""
    spans = []
    for ends in typed.intervals if typed.is_on else ():
        try:
            spans.append(read_interval(*ends))
        except NoTime:
            continue
    return tuple(spans)


# Dates


class TypedDate(NamedTuple):
    """A row as it stands in the form."""

    key: str
    on: str = ""
    is_closed: bool = False
    hours: str = ""
    note: str = ""
    is_on: bool = True
    is_from_calendar: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.on + self.hours + self.note).strip()


class DateRow(NamedTuple):
    """A row that is shown."""

    typed: TypedDate
    wrong: Wrong | None
    day: date | None


class DatesInput(forms.Widget):
    """name once for each row with its key; name_on_3, name_closed_3, name_hours_3, name_note_3; of
    one from the calendar, name_calendar_3, and name_applies_3 while it is on.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[TypedDate]:
        return [
            TypedDate(
                key,
                data.get(f"{name}_on_{key}", ""),
                f"{name}_closed_{key}" in data,
                data.get(f"{name}_hours_{key}", ""),
                data.get(f"{name}_note_{key}", ""),
                f"{name}_calendar_{key}" not in data or f"{name}_applies_{key}" in data,
                f"{name}_calendar_{key}" in data,
            )
            for key in dict.fromkeys(data.getlist(name))
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class DatesField(forms.Field):
    """{date: DatedHours}."""

    widget = DatesInput
    _date = forms.DateField(input_formats=["%Y-%m-%d", "%d.%m.%Y"])
    _note = LineField(max_length=LONGEST_NOTE, required=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.wrong: dict[str, Wrong] = {}

    def clean(self, value: list[TypedDate]) -> dict[date, DatedHours]:
        self.wrong = {}
        rows = [row for row in value if not row.is_empty]
        if len(rows) > MOST_DATES:
            raise ValidationError(_("Не больше %s дат: удалите прошедшие.") % MOST_DATES)
        found: dict[date, DatedHours] = {}
        for row in rows:
            day, hours = self._day(row, found), self._hours(row)
            if day is not None and hours is not None:
                found[day] = hours
        _raise(self.wrong)
        return found

    def _day(self, row: TypedDate, others: Mapping[date, DatedHours]) -> date | None:
        day: date | None = self._part(row, "on", lambda: self._date.clean(row.on))
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = _("Год — от %(first)s до %(last)s.")
            self._note_wrong(row, "on", words % {"first": FIRST_YEAR, "last": LAST_YEAR})
        elif day in others:
            self._note_wrong(row, "on", _("Эта дата уже есть выше."))
        return day

    def _hours(self, row: TypedDate) -> DatedHours | None:
        note = self._part(row, "note", lambda: self._note.clean(row.note)) or ""
        if row.is_closed:
            return DatedHours((), note, row.is_on, row.is_from_calendar)
        spans = self._part(row, "hours", lambda: read_day(row.hours))
        if spans == ():
            words = _("Укажите часы или отметьте «Закрыто».")
            self._note_wrong(row, "hours", words, UNFINISHED)
        elif spans and len(spans) > MOST_INTERVALS:
            words = _("Не больше %s интервалов в день.") % MOST_INTERVALS
            self._note_wrong(row, "hours", words)
        return DatedHours(spans, note, row.is_on, row.is_from_calendar) if spans else None

    def _part(self, row: TypedDate, part: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except ValidationError as error:
            code = UNFINISHED if part == "on" and not row.on.strip() else "invalid"
            self._note_wrong(row, part, error.messages[0], code)
        except ValueError as error:
            self.wrong.setdefault(row.key, _refused(error, part))
        return None

    def _note_wrong(self, row: TypedDate, part: str, words: str, code: str = "invalid") -> None:
        """The first of a row is told."""
        self.wrong.setdefault(row.key, Wrong(part, words, code))

    def rows(self, typed: list[TypedDate]) -> Iterator[DateRow]:
        """The last is empty, to be filled in."""
        for one in typed:
            yield DateRow(one, self.wrong.get(one.key), self._readable(one.on))
        if not typed or not typed[-1].is_empty:
            keys = {one.key for one in typed}
            free = next(key for key in map(str, count()) if key not in keys)
            yield DateRow(TypedDate(free), None, None)

    def _readable(self, on: str) -> date | None:
        try:
            day: date | None = self._date.to_python(on)
        except ValidationError:
            return None
        return day


def typed_dates(dates: Mapping[date, DatedHours]) -> list[TypedDate]:
    return [
        TypedDate(
            str(number),
            day.isoformat(),
            not one.spans,
            shown_day(one.spans),
            one.note,
            one.is_on,
            one.is_from_calendar,
        )
        for number, (day, one) in enumerate(sorted(dates.items()))
    ]
