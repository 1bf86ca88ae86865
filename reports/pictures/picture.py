"""What a picture is made of: data in, a Picture out, which one template shows
(templates/reports/_picture.html).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from reports.pictures.units import Unit

UNKNOWN = "нет данных"


@dataclass(frozen=True)
class Label:
    """Of one place on an axis: short beneath it, whole where its value is read."""

    short: str
    full: str
    is_rest: bool = False  # a day off


@dataclass(frozen=True)
class Series:
    """Values by place; None is not known, which is not zero."""

    title: str
    unit: Unit
    values: Sequence[float | None]

    def words(self, place: int) -> str:
        value = self.values[place]
        return UNKNOWN if value is None else self.unit.words(value)


@dataclass(frozen=True)
class Key:
    """Of the legend: how a series is drawn, by a class of pictures.css or a pattern's address."""

    title: str
    mark: str
    fill: str = ""
    is_line: bool = False


@dataclass(frozen=True)
class Table:
    """The same data for who would rather read."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    key: str  # unlike any other's on the page
    title: str
    svg: SafeString
    table: Table
    legend: tuple[Key, ...] = ()
    # The definition behind its «?».
    definition: str = ""
    # Said beside the title: of what, by whose clock.
    note: str = ""
    # Scrolled where there is no room for it.
    is_wide: bool = False


def tip(head: str, *lines: str) -> str:
    """What is read of one place: the first line is its name."""
    return "\n".join([head, *lines])


def values_table(first: str, labels: Sequence[Label], series: Sequence[Series]) -> Table:
    head = (first, *(f"{one.title}, {one.unit.title}" for one in series))
    rows = tuple(
        (label.full, *(_cell(one, place) for one in series)) for place, label in enumerate(labels)
    )
    return Table(head, rows)


def _cell(series: Series, place: int) -> str:
    value = series.values[place]
    return UNKNOWN if value is None else series.unit.short(value)
