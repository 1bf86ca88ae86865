"""How something is divided: a bar for each part, its count and its share."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.pictures import svg
from reports.pictures.picture import UNKNOWN, Picture, Table, tip
from reports.pictures.svg import box, text
from reports.pictures.units import Unit, percent

ROW, BAR = 24, 12


@dataclass(frozen=True)
class Part:
    """`short` stands beside the bar, as stars do; `full` is read instead of it."""

    short: str
    full: str
    count: int
    look: str = ""  # a class of pictures.css, for `short`


def share_bars(
    key: str,
    title: str,
    parts: Sequence[Part],
    unit: Unit,
    *,
    definition: str = "",
    note: str = "",
) -> Picture:
    whole, most = sum(part.count for part in parts), max((part.count for part in parts), default=0)
    description = "; ".join(f"{part.full}: {_counted(part, whole, unit)}" for part in parts)
    root = svg.drawing(
        key, title, description or UNKNOWN, height=ROW * len(parts) or ROW, look="shares"
    )
    for row, part in enumerate(parts):
        y = row * ROW
        text(root, part.short, "0", y + 16, f"row-name {part.look}".strip(), dx="-84")
        if part.count:
            width = part.count / most * 100
            box(root, 0, y + (ROW - BAR) / 2, width, BAR, "stack-1", rx="2")
        else:
            box(root, 0, y + (ROW - BAR) / 2, 0.6, BAR, "zero")
        for words, aside in ((unit.short(part.count), "40"), (_share(part, whole), "84")):
            text(root, words, "100%", y + 16, "tick-before", dx=aside)
        words = tip(part.full, _counted(part, whole, unit))
        box(root, 0, y, 100, ROW, "place", **{"data-tip": words})
    rows = tuple(
        (part.full, unit.short(part.count), _share(part, whole) or UNKNOWN) for part in parts
    )
    table = Table(("", unit.title.capitalize(), _("Доля")), rows)
    return Picture(key, title, svg.markup(root), table, (), definition, note)


def _share(part: Part, whole: int) -> str:
    """Of nothing there are no shares."""
    return percent(part.count / whole * 100) if whole else ""


def _counted(part: Part, whole: int, unit: Unit) -> str:
    return ", ".join(filter(None, [unit.words(part.count), _share(part, whole)]))
