"""Bars, one on another, with an ink line by a second scale: what there was day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element  # nosec B405  Written, never read

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.pictures import svg
from reports.pictures.lines import draw_line
from reports.pictures.picture import UNKNOWN, Key, Label, Picture, Series, tip, values_table
from reports.pictures.svg import box, middle
from reports.pictures.units import Unit, scale_of

HEIGHT, TOP, BOTTOM = 196, 10, 168
FILLED = 0.62  # of the room of one day
LEAST = 2  # pixels of what is not nothing
SPARK_HEIGHT = 18


@dataclass(frozen=True)
class Stacks:
    """Series of one unit, from the ground up, over the same labels."""

    labels: Sequence[Label]
    series: Sequence[Series]
    line: Series | None = None

    @property
    def unit(self) -> Unit:
        return self.series[0].unit

    def total(self, place: int) -> float | None:
        known = [one.values[place] for one in self.series if one.values[place] is not None]
        return sum(value for value in known if value is not None) if known else None

    @property
    def totals(self) -> list[float | None]:
        return [self.total(place) for place in range(len(self.labels))]

    @property
    def all(self) -> list[Series]:
        return [*self.series, *([self.line] if self.line else [])]


def stacked_bars(
    key: str,
    title: str,
    data: Stacks,
    *,
    first: str = "День",
    look: str = "bars",
    definition: str = "",
    note: str = "",
) -> Picture:
    root = svg.drawing(key, title, described(data), height=HEIGHT, look=look)
    lines = scale_of(data.unit, data.totals)
    svg.grid(root, len(lines) - 1, TOP, BOTTOM)
    svg.scale(root, [data.unit.short(one) for one in lines], TOP, BOTTOM, end=False)
    fills = svg.patterns(root, key, len(data.series))
    _draw_bars(root, data, fills, lines[-1])
    if data.line is not None:
        second = scale_of(data.line.unit, data.line.values)
        svg.scale(root, [data.line.unit.short(one) for one in second], TOP, BOTTOM, end=True)
        draw_line(root, data.line, second[-1], TOP, BOTTOM, "ink")
    svg.labels_beneath(root, data.labels, HEIGHT - 10)
    _draw_places(root, data)
    table = values_table(first, data.labels, data.all)
    return Picture(key, title, svg.markup(root), table, _legend(data, fills), definition, note)


def described(data: Stacks) -> str:
    """In a sentence or two: from when to when, the most and the least."""
    known = [(total, place) for place, total in enumerate(data.totals) if total is not None]
    if not known:
        return UNKNOWN
    most, least = max(known, key=lambda one: one[0]), min(known, key=lambda one: one[0])
    return _(
        "%(title)s: %(first)s — %(last)s. Больше всего: %(at_most)s, %(most)s; меньше всего:"
        " %(at_least)s, %(least)s."
    ) % {
        "title": ", ".join(one.title for one in data.all),
        "first": data.labels[0].full,
        "last": data.labels[-1].full,
        "at_most": data.labels[most[1]].full,
        "most": data.unit.words(most[0]),
        "at_least": data.labels[least[1]].full,
        "least": data.unit.words(least[0]),
    }


def _legend(data: Stacks, fills: list[str]) -> tuple[Key, ...]:
    stacks = [Key(one.title, "fill-1", fills[at]) for at, one in enumerate(data.series)]
    if data.line is None:
        return tuple(stacks)
    words = _("%(title)s, %(unit)s (правая ось)") % {
        "title": data.line.title,
        "unit": data.line.unit.title,
    }
    return (*stacks, Key(words, "ink", is_line=True))


def _draw_bars(root: Element, data: Stacks, fills: list[str], top: float) -> None:
    room = 100 / max(len(data.labels), 1)
    for place, total in enumerate(data.totals):
        x, width = place * room + room * (1 - FILLED) / 2, room * FILLED
        if total is None:
            box(root, x, TOP, width, BOTTOM - TOP, "missing")
        elif total == 0:
            box(root, x, BOTTOM - 1, width, 2, "zero")
        else:
            _draw_stack(root, data, place, x, width, fills, (BOTTOM - TOP) / top)


def _draw_stack(
    root: Element,
    data: Stacks,
    place: int,
    x: float,
    width: float,
    fills: list[str],
    pixels: float,
) -> None:
    y = float(BOTTOM)
    for number, one in enumerate(data.series):
        height = max((one.values[place] or 0) * pixels, LEAST if one.values[place] else 0)
        if height:
            y -= height
            more = {"fill": fills[number]} if fills[number] else {}
            # A pixel of the ground shows between two.
            box(root, x, y, width, max(height - 1, 1), f"stack stack-{number + 1}", **more)


def _draw_places(root: Element, data: Stacks) -> None:
    """What one points at, or goes through by keys: the whole height of each day."""
    room = 100 / max(len(data.labels), 1)
    for place, label in enumerate(data.labels):
        words = [f"{one.title}: {one.words(place)}" for one in data.all]
        told = tip(label.full, *words)
        box(root, place * room, 0, room, BOTTOM, "place", **{"data-tip": told})


def sparkline(title: str, unit: Unit, values: Sequence[float | None]) -> SafeString:
    """Small bars in a row of a table, named by what they are and their greatest."""
    known = [value for value in values if value is not None]
    most = max([*known, 0])
    description = _("больше всего за день: %s") % unit.words(most) if known else UNKNOWN
    root = Element("svg", {"class": "spark", "role": "img", "height": str(SPARK_HEIGHT)})
    root.set("aria-label", f"{title}: {description}")
    for place, value in enumerate(values):
        room = 100 / len(values)
        height = max((value or 0) / most * SPARK_HEIGHT, 1) if most else 1
        look = "missing" if value is None else "stack-1" if value else "zero"
        x = middle(place, len(values)) - room * 0.35
        box(root, x, SPARK_HEIGHT - height, room * 0.7, height, look)
    return svg.markup(root)
