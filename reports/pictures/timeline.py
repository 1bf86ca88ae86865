"""When somebody was there, a bar a day, by the clock of the installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _

from reports.pictures import svg
from reports.pictures.picture import UNKNOWN, Key, Label, Picture, Table, tip
from reports.pictures.svg import box, share, text

ROW, BAR = 24, 14
WORKING = (9, 18)


@dataclass(frozen=True)
class Span:
    """Hours of the day, 0 to 24; `kind` is an index of the kinds."""

    kind: int
    begins: float
    ends: float


@dataclass(frozen=True)
class Day:
    """Spans are None where nothing is known of it, which is not absence."""

    label: Label
    spans: Sequence[Span] | None
    # Said behind the bar, with its unit: «6,7 ч».
    aside: str = ""


def timeline(
    key: str,
    title: str,
    days: Sequence[Day],
    kinds: Sequence[str],
    *,
    definition: str = "",
    note: str = "",
) -> Picture:
    first, last = hours_of(days)
    height = ROW * len(days) + 20
    root = svg.drawing(key, title, _described(days), height=height, look="timeline")
    fills = svg.patterns(root, key, len(kinds))

    def place_of(hour: float) -> float:
        return (hour - first) / (last - first) * 100

    for row, day in enumerate(days):
        y = row * ROW + (ROW - BAR) / 2
        text(root, day.label.short, "0", y + 11, "row-name", dx="-84")
        box(root, 0, y, 100, BAR, "missing" if day.spans is None else "track", rx="3")
        for span in day.spans or ():
            more = {"fill": fills[span.kind]} if fills[span.kind] else {}
            x, width = place_of(span.begins), place_of(span.ends) - place_of(span.begins)
            box(root, x, y, width, BAR, f"span span-{span.kind + 1}", **more)
        box(root, 0, row * ROW, 100, ROW, "place", **{"data-tip": _words(day, kinds)})
        text(root, day.aside, "100%", y + 11, "tick-before", dx="60")
    step = 2 if last - first <= 16 else 4
    for hour in range(first, last + 1, step):
        text(root, f"{hour:02}", share(place_of(hour)), height - 5, "tick")
    legend = tuple(Key(name, "span-1", fills[at]) for at, name in enumerate(kinds))
    table = _table(days, kinds)
    return Picture(key, title, svg.markup(root), table, legend, definition, note)


def hours_of(days: Sequence[Day]) -> tuple[int, int]:
    spans = [span for day in days for span in day.spans or ()]
    first = min([*(floor(span.begins) for span in spans), WORKING[0]])
    return first, max([*(ceil(span.ends) for span in spans), WORKING[1]])


def at(hour: float) -> str:
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def _words(day: Day, kinds: Sequence[str]) -> str:
    if day.spans is None:
        return tip(day.label.full, UNKNOWN)
    lines = [f"{at(one.begins)}–{at(one.ends)} {kinds[one.kind]}" for one in day.spans]
    return tip(" · ".join(filter(None, [day.label.full, day.aside])), *(lines or [_("не было")]))


def _described(days: Sequence[Day]) -> str:
    there = sum(bool(day.spans) for day in days)
    return _("Дней: %(all)s, из них с присутствием: %(there)s.") % {
        "all": len(days),
        "there": there,
    }


def _table(days: Sequence[Day], kinds: Sequence[str]) -> Table:
    rows = tuple(
        (
            day.label.full,
            day.aside or (UNKNOWN if day.spans is None else "—"),
            ", ".join(_words(day, kinds).split("\n")[1:]),
        )
        for day in days
    )
    return Table((_("День"), _("В сети"), _("Когда и как")), rows)
