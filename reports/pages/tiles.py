"""Figures as tiles: the value with its unit, what it was the period before, and what it means."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.figures import FIGURES, Change, Figure, Unit, change_of
from reports.pictures import units
from reports.sums import Sums

WRITTEN = {
    Unit.CONVERSATIONS: units.CONVERSATIONS,
    Unit.MESSAGES: units.MESSAGES,
    Unit.TIMES: units.counted("раз", "раза", "раз"),
    Unit.SECONDS: units.DURATION,
    Unit.SCORE: units.SCORE,
}
# Of what a share is told beneath: its part of what, by the figures' keys.
PARTS = {
    **dict.fromkeys(("answered", "missed", "offline"), "received"),
    **dict.fromkeys(("full", "no_operator", "no_visitor", "other", "ticketed"), "received"),
    "scored": "answered",
}
ROWS = (
    ("received", "answered", "missed", "offline", "wait", "response"),
    ("full", "no_operator", "no_visitor", "other", "duration", "reply"),
    ("messages", "score", "ticketed", "transfers", "bounces", "climb"),
)


@dataclass(frozen=True)
class Tile:
    key: str
    title: str
    definition: str
    value: str
    unit: str
    change: str = ""
    tone: str = ""  # good or bad; empty where neither
    note: str = ""


def tiles_of(now: Sums, before: Sums | None) -> list[list[Tile]]:
    return [[tile_of(key, now, before) for key in row] for row in ROWS]


def tile_of(key: str, now: Sums, before: Sums | None) -> Tile:
    figure = FIGURES[key]
    value, change = figure.of(now), change_of(key, now, before) if before else None
    return Tile(
        key,
        str(figure.title),
        str(figure.definition),
        shown(figure, value),
        "" if value is None else unit_of(figure, value),
        change_words(figure, change) if change else "",
        tone_of(figure, change) if change else "",
        _note(key, now),
    )


def shown(figure: Figure, value: float | None) -> str:
    if value is None:
        return "—"
    if figure.unit == Unit.SHARE:
        return units.percent(value * 100)
    if figure.unit == Unit.SCORE:
        return units.number(value, 2)
    digits = 0 if value == int(value) or figure.unit == Unit.SECONDS else 1
    if figure.unit == Unit.SECONDS:
        return units.clock(value)
    return units.number(value, digits)


def unit_of(figure: Figure, value: float) -> str:
    """Behind the value: «906 обращений» is read with it, and 0:34 is minutes and seconds."""
    if figure.unit in (Unit.SHARE, Unit.SCORE):
        return ""
    words = WRITTEN[figure.unit].words(value)
    return words.rpartition(" ")[2]


def change_words(figure: Figure, change: Change) -> str:
    """How many per cent more or less; of times and scores how much."""
    absolute, relative = change.absolute, change.relative
    if absolute is None:
        return ""
    if figure.unit == Unit.SECONDS:
        sign = "−" if absolute < 0 else "+"
        return f"{sign}{units.clock(abs(absolute))}"
    if figure.unit == Unit.SCORE:
        return _signed(absolute, 2)
    if relative is None:
        return ""
    return f"{_signed(relative * 100)}{units.THIN}%"


def _signed(value: float, digits: int = 0) -> str:
    written = units.number(value, digits)
    return f"+{written}" if written.strip("0,") and value > 0 else written


def tone_of(figure: Figure, change: Change) -> str:
    if not change.absolute or figure.is_good is None:
        return ""
    return "good" if (change.absolute > 0) == figure.is_good else "bad"


def _note(key: str, now: Sums) -> str:
    if key in ("wait", "response", "duration"):
        median, late = (FIGURES[f"{key}_{name}"].of(now) for name in ("median", "p90"))
        if median is None or late is None:
            return ""
        told = {"median": units.clock(median), "late": units.clock(late)}
        return _("медиана %(median)s · 90 %% до %(late)s") % told
    if key == "messages":
        mean = FIGURES["messages_of_one"].of(now)
        return "" if mean is None else _("%s на переписку") % units.number(mean, 1)
    if key == "score":
        return _("%(count)s, %(share)s принятых") % {
            "count": units.SCORES.words(now.scored),
            "share": _share(now, "scored", "answered"),
        }
    whole = PARTS.get(key)
    return _("%s от поступивших") % _share(now, key, whole) if whole and now.received else ""


def _share(now: Sums, part: str, whole: str) -> str:
    of = FIGURES[whole].of(now)
    return units.percent((FIGURES[part].of(now) or 0) / of * 100) if of else "—"


def values_of(keys: Iterable[str], sums: Sums) -> list[str]:
    """As a table shows them."""
    return [shown(FIGURES[key], FIGURES[key].of(sums)) for key in keys]
