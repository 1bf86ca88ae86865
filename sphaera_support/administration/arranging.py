"""Rows of the schedule's form that a press adds, takes out or copies; nothing of it is saved."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

DAYS = tuple(f"day_{number}" for number in range(7))
TARGETS = {
    "workdays": DAYS[:5],
    "all": DAYS,
    **{str(number): (name,) for number, name in enumerate(DAYS)},
}


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


_BUTTONS: dict[str, Callable[[QueryDict, str], Arranged]] = {
    "more": _with_interval,
    "drop": _without_interval,
    "copy": _copied,
    "more_dates": _with_date,
    "drop_date": _without_date,
}
