"""How much there is at which hour of which day of the week: six steps, and the numbers in them."""

from collections.abc import Sequence
from xml.etree.ElementTree import SubElement  # nosec B405  Written, never read

from django.utils.translation import gettext as _

from reports.pictures import svg
from reports.pictures.picture import UNKNOWN, Picture, Table, tip
from reports.pictures.svg import box, middle, share, text
from reports.pictures.units import Unit

WEEKDAYS = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
WHOLE = (
    *("Понедельник", "Вторник", "Среда", "Четверг", "Пятница"),
    *("Суббота", "Воскресенье"),
)
DAY_HOURS = range(24)
WORKING = (9, 18)  # the least that is shown
STEPS = 6
NARROW = 10  # columns that a phone has room for
CELL = 26

Cells = Sequence[Sequence[float | None]]  # of Monday to Sunday, each by hour


def heat_map(
    key: str, title: str, cells: Cells, unit: Unit, *, definition: str = "", note: str = ""
) -> Picture:
    hours = hours_shown(cells)
    most = max((value or 0 for day in cells for value in day), default=0)
    height = CELL * len(WEEKDAYS) + 20
    root = svg.drawing(key, title, _described(cells, unit), height=height, look="heat")
    for row, day in enumerate(cells):
        y = row * CELL
        text(root, WEEKDAYS[row], "0", y + 17, "row-name", dx="-30")
        for column, hour in enumerate(hours):
            value = day[hour]
            group = SubElement(root, "g", {"class": _look(value, most)})
            told = UNKNOWN if value is None else unit.words(value)
            words = tip(f"{WHOLE[row]}, {hour_words(hour)}", told)
            room = 100 / len(hours)
            place = {"rx": "3", "data-tip": words, "data-row": str(row)}
            box(group, column * room, y, room, CELL, "place cell", **place)
            written = "—" if value is None else unit.short(value)
            text(group, written, share(middle(column, len(hours))), y + 17, "value")
    for column, hour in enumerate(hours):
        text(root, str(hour), share(middle(column, len(hours))), height - 5, "tick")
    table = _table(cells, hours, unit)
    is_wide = len(hours) > NARROW
    return Picture(key, title, svg.markup(root), table, (), definition, note, is_wide)


def hours_shown(cells: Cells) -> range:
    """From the first hour with anything in it to the last, at least a working day."""
    filled = [hour for hour in DAY_HOURS if any(day[hour] for day in cells)]
    return range(min([*filled, WORKING[0]]), max([*filled, WORKING[1]]) + 1)


def step_of(value: float, most: float) -> int:
    """1 to 6 of what is something; 0 of nothing."""
    return min(STEPS, int((value / most) * STEPS * 0.999) + 1) if value else 0


def hour_words(hour: int) -> str:
    return f"{hour}:00–{(hour + 1) % 24}:00"


def _look(value: float | None, most: float) -> str:
    return "heat heat--missing" if value is None else f"heat heat--{step_of(value, most)}"


def _described(cells: Cells, unit: Unit) -> str:
    known = [
        (value, row, hour)
        for row, day in enumerate(cells)
        for hour, value in enumerate(day)
        if value is not None
    ]
    if not known:
        return UNKNOWN
    most, row, hour = max(known)
    return _("Больше всего: %(day)s, %(hour)s, %(words)s.") % {
        "day": WHOLE[row].lower(),
        "hour": hour_words(hour),
        "words": unit.words(most),
    }


def _table(cells: Cells, hours: range, unit: Unit) -> Table:
    head = (f"{_('День')}, {unit.title}", *(f"{hour}:00" for hour in hours))
    rows = tuple(
        (
            WHOLE[row],
            *(UNKNOWN if (value := day[hour]) is None else unit.short(value) for hour in hours),
        )
        for row, day in enumerate(cells)
    )
    return Table(head, rows)
