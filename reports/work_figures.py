"""Figures of one operator, as reports.figures has those of conversations: the same words in the
tooltips and in docs/reports.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.attendance import Attendance
from reports.figures import Unit, mean_score
from reports.sums import Sums


@dataclass(frozen=True)
class WorkFigure:
    key: str
    title: str | Promise
    unit: Unit
    definition: str | Promise
    # None where there is nothing to tell, which is not zero.
    of: Callable[[Sums, Attendance], float | None]
    is_good: bool | None = None


def _per(total: str, count: str) -> Callable[[Sums, Attendance], float | None]:
    def mean(sums: Sums, _attendance: Attendance) -> float | None:
        times = getattr(sums, count)
        return getattr(sums, total) / times if times else None

    return mean


def _sum(name: str) -> Callable[[Sums, Attendance], float | None]:
    return lambda sums, _attendance: int(getattr(sums, name))


def _attended(name: str) -> Callable[[Sums, Attendance], float | None]:
    return lambda _sums, attendance: getattr(attendance, name)


def _missed_of_offered(sums: Sums, attendance: Attendance) -> float | None:
    offered = sums.answered + attendance.missed
    return attendance.missed / offered if offered else None


_SECONDS, _CHATS, _TIMES, _SHARE = Unit.SECONDS, Unit.CONVERSATIONS, Unit.TIMES, Unit.SHARE
_ALL: tuple[tuple[Any, ...], ...] = (
    (
        "chats",
        _("Чатов"),
        _CHATS,
        _("Обращения периода, которые оператор вёл: принятые им и переданные ему."),
        _sum("received"),
    ),
    (
        "missed",
        _("Пропущено"),
        _TIMES,
        _(
            "Предложения очереди, на которые оператор не ответил вовремя или от которых "
            "отказался. Где обращение звонит сразу всем, не считаются."
        ),
        _attended("missed"),
        False,
    ),
    (
        "missed_share",
        _("Пропущено, доля"),
        _SHARE,
        _("Пропущенные от всех предложений: пропущенных и принятых из очереди."),
        _missed_of_offered,
        False,
    ),
    (
        "response",
        _("Первый ответ"),
        _SECONDS,
        _("От того, как оператор взял обращение, до его первого сообщения, в среднем."),
        _per("response_seconds", "responses"),
        False,
    ),
    (
        "reply",
        _("Время ответа"),
        _SECONDS,
        _(
            "От первого неотвеченного сообщения посетителя до ответа оператора, в среднем; раньше, "
            "чем он взял обращение, не считается."
        ),
        _per("reply_seconds", "replies"),
        False,
    ),
    (
        "duration",
        _("Длительность"),
        _SECONDS,
        _("Сколько оператор вёл одно обращение, в среднем."),
        _per("duration_seconds", "durations"),
        False,
    ),
    (
        "messages",
        _("Сообщений"),
        Unit.MESSAGES,
        _("Сообщения оператора посетителям в обращениях, которые он вёл."),
        _sum("from_operators"),
    ),
    (
        "score",
        _("Оценка"),
        Unit.SCORE,
        _("Среднее последних оценок этому оператору, по шкале, по которой их больше всего."),
        lambda sums, _attendance: mean_score(sums),
        True,
    ),
    ("scored", _("Оценок"), _CHATS, _("Обращения, где оценили этого оператора."), _sum("scored")),
    (
        "commented",
        _("С текстом"),
        _CHATS,
        _("Из них те, где к оценке есть комментарий."),
        _sum("commented"),
    ),
    (
        "present",
        _("В сети"),
        _SECONDS,
        _("Время в разделе «Общение» без перерывов; «Занят» входит."),
        _attended("present"),
    ),
    ("busy", _("Занят"), _SECONDS, _("Время в сети со статусом «Занят»."), _attended("busy")),
    (
        "on_break",
        _("Перерыв"),
        _SECONDS,
        _("Время в разделе «Общение» со статусом «Перерыв»."),
        _attended("on_break"),
    ),
    (
        "talking",
        _("В диалоге"),
        _SECONDS,
        _("Время, когда оператор вёл хотя бы одно обращение."),
        _attended("talking"),
    ),
    (
        "share_talking",
        _("В диалоге, доля"),
        _SHARE,
        _("Время в диалоге от времени в сети."),
        _attended("share_talking"),
    ),
    (
        "load",
        _("Нагрузка"),
        _CHATS,
        _("Сколько обращений оператор вёл одновременно, в среднем за время в диалоге."),
        _attended("load"),
    ),
    (
        "handed",
        _("Передал"),
        _TIMES,
        _("Сколько раз передал обращения другим, без возвратов."),
        _sum("transfers"),
    ),
    (
        "taken",
        _("Взял по передаче"),
        _TIMES,
        _("Сколько раз взял переданное другими, без возвратов."),
        _sum("taken"),
    ),
    (
        "bounces",
        _("Вернули"),
        _TIMES,
        _("Сколько раз переданное выше вернулось к нему."),
        _sum("bounces"),
        False,
    ),
)
WORK_FIGURES: Mapping[str, WorkFigure] = {told[0]: WorkFigure(*told) for told in _ALL}
