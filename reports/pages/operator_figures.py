"""Figures of operators: columns of the table, tiles of one. Those of conversations are of what this
operator did in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.figures import FIGURES, change_of
from reports.pages.tiles import Tile, change_words, shown, tone_of, unit_of
from reports.pictures import units
from reports.sums import Sums
from reports.work import OperatorReport, OperatorRow

USUAL = "-chats"
Words = str | Promise


@dataclass(frozen=True)
class OperatorColumn:
    title: Words
    definition: Words
    of: Callable[[OperatorRow], float | None]
    written: Callable[[float], str]


def _figure(key: str, title: Words = "", definition: Words = "") -> OperatorColumn:
    figure = FIGURES[key]
    return OperatorColumn(
        title or figure.title,
        definition or figure.definition,
        lambda row: figure.of(row.sums),
        lambda value: shown(figure, value),
    )


CHATS = gettext_lazy("Обращения, которые оператор вёл за период, хотя бы часть времени.")
TAKEN = gettext_lazy("Обращения, которые передали этому оператору.")
MISSED = gettext_lazy("Предложенные очередью обращения, которые оператор не принял вовремя.")
PRESENT = gettext_lazy("Сколько оператор был в зоне «Общение»: «В сети» и «Занят», без перерывов.")
ON_BREAK = gettext_lazy("Сколько длились перерывы в зоне «Общение».")
TALKING = gettext_lazy("Доля присутствия, когда оператор вёл хотя бы одно обращение.")
LOAD = gettext_lazy("Сколько обращений оператор вёл сразу, в среднем, пока вёл хотя бы одно.")

COLUMNS: Mapping[str, OperatorColumn] = {
    "chats": _figure("received", gettext_lazy("Чатов"), CHATS),
    "missed": OperatorColumn(
        gettext_lazy("Пропущено"), MISSED, lambda row: row.attendance.missed, units.number
    ),
    "response": _figure("response", gettext_lazy("Перв. ответ, мин:с")),
    "reply": _figure("reply", gettext_lazy("Ответ, мин:с")),
    "duration": _figure(
        "duration",
        gettext_lazy("Длит., мин:с"),
        gettext_lazy("Сколько оператор вёл обращение, в среднем."),
    ),
    "score": _figure("score", gettext_lazy("Оценка")),
    "scored": _figure("scored", gettext_lazy("Оценок")),
    "commented": _figure("commented", gettext_lazy("С текстом")),
    "present": OperatorColumn(
        gettext_lazy("В сети"), PRESENT, lambda row: row.attendance.present, units.hours
    ),
    "break": OperatorColumn(
        gettext_lazy("Перерыв"), ON_BREAK, lambda row: row.attendance.on_break, units.hours
    ),
    "talking": OperatorColumn(
        gettext_lazy("В диалоге"),
        TALKING,
        lambda row: row.attendance.share_talking,
        lambda share: units.percent(share * 100),
    ),
    "load": OperatorColumn(
        gettext_lazy("Нагрузка"),
        LOAD,
        lambda row: row.attendance.load,
        lambda load: units.number(load, 1),
    ),
    "transfers": _figure("transfers", gettext_lazy("Передал")),
    "taken": OperatorColumn(
        gettext_lazy("Получил"), TAKEN, lambda row: row.sums.taken, units.number
    ),
    "bounces": _figure("bounces", gettext_lazy("Возвратов")),
}


def own_tiles(report: OperatorReport) -> list[list[Tile]]:
    now, before, there = report.summary, report.before, report.attendance
    days = sum(1 for sums in report.by_day.values() if sums.received)
    a_day = _("%s в день") % units.number(now.received / days, 1) if days else ""
    share = there.share_talking
    talking = _("в диалоге %s") % units.percent(share * 100) if share is not None else ""
    load = _("нагрузка %s") % units.number(there.load, 1) if there.load is not None else ""
    declined = _("из них отклонено %s") % units.number(there.declined) if there.missed else ""
    return [
        [
            _tile("received", now, before, _("Чатов"), str(CHATS), a_day),
            Tile(
                "missed",
                _("Пропущено"),
                str(MISSED),
                units.number(there.missed),
                units.form_of(there.missed, "раз", "раза", "раз"),
                note=declined,
            ),
            _tile("response", now, before),
            _tile("reply", now, before),
            _tile("score", now, before, note=_("%s с текстом") % units.number(now.commented)),
            Tile(
                "present",
                _("В сети"),
                str(PRESENT),
                units.hours(there.present),
                "",
                note=" · ".join(filter(None, [talking, load])),
            ),
        ],
        [
            _tile("duration", now, before),
            _tile("from_operators", now, before, _("Сообщений")),
            _tile("transfers", now, before, _("Передал")),
            Tile("taken", _("Получил"), str(TAKEN), units.number(now.taken), ""),
            _tile("bounces", now, before),
            Tile("break", _("Перерывы"), str(ON_BREAK), units.hours(there.on_break), ""),
        ],
    ]


def _tile(
    key: str, now: Sums, before: Sums, title: str = "", definition: str = "", note: str = ""
) -> Tile:
    figure, value = FIGURES[key], FIGURES[key].of(now)
    change = change_of(key, now, before)
    return Tile(
        key,
        title or str(figure.title),
        definition or str(figure.definition),
        shown(figure, value),
        "" if value is None else unit_of(figure, value),
        change_words(figure, change),
        tone_of(figure, change),
        note,
    )
