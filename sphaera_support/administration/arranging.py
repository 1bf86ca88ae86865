"""Rows of the schedule's form that a press adds, takes out or copies; nothing of it is saved."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from departments.working_calendar import CalendarDay, days_of
from sphaera_support.administration.hours_fields import FIRST_YEAR, LAST_YEAR, DatesInput

DAYS = tuple(f"day_{number}" for number in range(7))
TARGETS = {
    "workdays": DAYS[:5],
    "all": DAYS,
    **{str(number): (name,) for number, name in enumerate(DAYS)},
}
# More than are offered at a time; of a year far away the library knows nothing.
YEARS = frozenset(map(str, range(FIRST_YEAR, LAST_YEAR + 1)))


@dataclass(frozen=True)
class Arranged:
    """What is typed in the form then, and where its keyboard goes: to which field, which part."""

    data: QueryDict
    name: str = ""
    focus: str = ""


def arranged_in(post: QueryDict) -> Arranged | None:
    """None where nothing is to be arranged."""
    for button, arrange in _BUTTONS.items():
        if button in post:
            return arrange(post.copy(), str(post[button]))
    return None


def _with_interval(data: QueryDict, name: str) -> Arranged:
    if name in DAYS:
        data.setdefault(name, "on")
        ends = [f"{name}_from", f"{name}_to"]
        if any(data.getlist(end)[-1:] != [""] for end in ends):
            for end in ends:
                data.appendlist(end, "")
    return Arranged(data, name, "new")


def _without_interval(data: QueryDict, which: str) -> Arranged:
    name, _colon, number = which.partition(":")
    for end in ("from", "to"):
        rows = data.getlist(f"{name}_{end}")
        kept = [row for place, row in enumerate(rows) if str(place) != number]
        if name in DAYS:
            data.setlist(f"{name}_{end}", kept)
    return Arranged(data, name, "add")


def _copied(data: QueryDict, _value: str) -> Arranged:
    source = f"day_{data.get('copy_from', '')}"
    for name in TARGETS.get(data.get("copy_to", ""), ()) if source in DAYS else ():
        for end in ("_from", "_to"):
            data.setlist(f"{name}{end}", data.getlist(f"{source}{end}"))
        data.pop(name, None) if source not in data else data.setdefault(name, "on")
    return Arranged(data)


def _with_date(data: QueryDict, _value: str) -> Arranged:
    return Arranged(data, "dates", "new")


def _without_date(data: QueryDict, key: str) -> Arranged:
    data.setlist("dates", [row for row in data.getlist("dates") if row != key])
    return Arranged(data, "dates", "add")


def _with_holidays(data: QueryDict, year: str) -> Arranged:
    """Of a year that is offered, the days that have no row yet; on a moved one people work as on
    Mondays.
    """
    rows = [row for row in DatesInput().value_from_datadict(data, {}, "dates") if not row.is_empty]
    there = {row.on for row in rows}
    new = [day for day in days_of(int(year)) if f"{day.on}" not in there] if year in YEARS else []
    data.setlist("dates", [row.key for row in rows])
    for day in new:
        _add(data, day)
    return Arranged(data, "dates", "holidays")


def _add(data: QueryDict, day: CalendarDay) -> None:
    key = day.on.isoformat()
    ends = zip(data.getlist("day_0_from"), data.getlist("day_0_to"), strict=False)
    hours = ", ".join("–".join(pair) for pair in ends if all(pair)) if "day_0" in data else ""
    if day.is_working and not hours:
        return
    data.appendlist("dates", key)
    data[f"dates_on_{key}"], data[f"dates_note_{key}"] = key, day.name
    data[f"dates_calendar_{key}"] = data[f"dates_applies_{key}"] = "on"
    if day.is_working:
        data[f"dates_hours_{key}"] = hours
    else:
        data[f"dates_closed_{key}"] = "on"


_BUTTONS: dict[str, Callable[[QueryDict, str], Arranged]] = {
    "more": _with_interval,
    "drop": _without_interval,
    "copy": _copied,
    "more_dates": _with_date,
    "drop_date": _without_date,
    "holidays": _with_holidays,
}
