"""Rows of the tables in reports: conversations, and parts of a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.models import Scale
from reports.conversations import ConversationReport, Split
from reports.models import Fate, Kind, Tally
from reports.pages.filters import score_words
from reports.pages.tiles import values_of
from reports.pictures import units

BADGES = {Kind.FULL: "good", Kind.NO_OPERATOR: "bad"}


@dataclass(frozen=True)
class Head:
    """Of a column; `sort` is what a press on it sorts by, empty for one that sorts nothing."""

    title: str | Promise
    sort: str = ""
    is_number: bool = False
    sorted: str = ""  # ascending or descending, as now
    definition: str = ""


COLUMNS = (
    (_("Начало"), "began", False),
    (_("Посетитель"), "", False),
    (_("Оператор"), "", False),
    (_("Вид"), "", False),
    (_("Критичность"), "criticality", False),
    (_("Ожид., мин:с"), "wait", True),
    (_("Ответ, мин:с"), "response", True),
    (_("Длит., мин:с"), "duration", True),
    (_("Сообщ."), "messages", True),
    (_("Оценка"), "score", True),
    (_("Исход"), "", False),
)


def heads_of(sort: str) -> list[Head]:
    return [head_of(title, name, is_number, sort) for title, name, is_number in COLUMNS]


def head_of(title: Any, name: str, is_number: bool, sort: str, definition: str = "") -> Head:
    """Pressed once, the greatest come first; again, the least."""
    if not name or sort.removeprefix("-") != name:
        return Head(title, f"-{name}" if name else "", is_number, definition=definition)
    is_falling = sort.startswith("-")
    other, way = (name, "descending") if is_falling else (f"-{name}", "ascending")
    return Head(title, other, is_number, way, definition)


def row_of(tally: Tally) -> dict[str, Any]:
    kind = Kind(tally.kind)
    return {
        "tally": tally,
        "conversation": tally.conversation,
        "visitor": tally.conversation.visitor,
        "organisation": tally.conversation.visitor.claims.get("Организация", ""),
        "operator": tally.operator.name if tally.operator else "—",
        "kind": kind.label,
        "badge": BADGES.get(kind, ""),
        "wait": _clock(tally.wait),
        "response": _clock(tally.response),
        "duration": _clock(tally.duration),
        "messages": tally.from_visitor + tally.from_operators,
        "score": _score(tally),
        "outcome": outcome_words(tally),
    }


def outcome_words(tally: Tally) -> str:
    title = tally.outcome.title if tally.outcome else ""
    return end_words(title, tally.fate, is_open=tally.closed_at is None)


def end_words(outcome: str, fate: str, *, is_open: bool) -> str:
    """What it came to, where staff said so; else what became of it."""
    if is_open:
        return str(_("Открыто"))
    if fate == Fate.MISSED:
        return str(_("Пропущено"))
    return outcome or str(Fate(fate).label)


def _clock(seconds: int | None) -> str:
    return "—" if seconds is None else units.clock(seconds)


def _score(tally: Tally) -> str:
    return "" if tally.score is None else score_words(Scale(tally.scale), tally.score)


def split_rows(report: ConversationReport, keys: Iterable[str]) -> list[Mapping[str, Any]]:
    keys = list(keys)
    parts = (
        ("department", _("По отделам"), report.by_department),
        ("operator", _("По операторам"), report.by_operator),
        ("outcome", _("По исходам"), report.by_outcome),
    )
    return [
        {"name": name, "title": title, "rows": [_split(split, keys) for split in splits]}
        for name, title, splits in parts
    ]


def _split(split: Split, keys: list[str]) -> dict[str, Any]:
    return {"value": split.value, "title": split.title, "values": values_of(keys, split.sums)}
