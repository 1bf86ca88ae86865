"""Every figure of reports: its title, its unit, its definition in the words of the tooltip, and how
it is made of sums. docs/reports.md has the same words and an example of each (a test compares).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.spreads import percentile
from reports.sums import Sums


class Unit(StrEnum):
    CONVERSATIONS = "conversations"
    MESSAGES = "messages"
    TIMES = "times"
    SECONDS = "seconds"
    SHARE = "share"  # 0 to 1
    SCORE = "score"


UNITS: Mapping[Unit, str | Promise] = {
    Unit.CONVERSATIONS: _("обращений"),
    Unit.MESSAGES: _("сообщений"),
    Unit.TIMES: _("раз"),
    Unit.SECONDS: _("мин:с"),
    Unit.SHARE: _("%"),
    Unit.SCORE: _("баллов"),
}


@dataclass(frozen=True)
class Figure:
    key: str
    title: str | Promise
    unit: Unit
    definition: str | Promise
    # None where there is nothing to tell, which is not zero.
    of: Callable[[Sums], float | None]
    # Whether more is better; None where neither is.
    is_good: bool | None = None


def _sum(sums: Sums, *, name: str) -> float:
    return int(getattr(sums, name))


def _mean(sums: Sums, *, total: str, count: str) -> float | None:
    times = getattr(sums, count)
    return getattr(sums, total) / times if times else None


def _percentile(sums: Sums, *, name: str, share: float) -> float | None:
    return percentile(getattr(sums, name), share)


def _messages(sums: Sums) -> float:
    return sums.from_visitor + sums.from_operators


def _messages_of_one(sums: Sums) -> float | None:
    return _messages(sums) / sums.received if sums.received else None


def mean_score(sums: Sums, scale: str = "") -> float | None:
    """Of one scale: those of different ones do not add up. Without a name of the one most used."""
    by_scale: dict[str, list[int]] = {}
    for key, count in sums.scores.items():
        name, _dash, score = key.rpartition("-")
        told = by_scale.setdefault(name, [0, 0])
        told[0] += count
        told[1] += count * int(score)
    if not by_scale:
        return None
    chosen = scale or max(by_scale, key=lambda name: by_scale[name][0])
    count, total = by_scale.get(chosen, [0, 0])
    return total / count if count else None


def _counts(
    name: str,
    title: Any,
    definition: Any,
    unit: Unit = Unit.CONVERSATIONS,
    is_good: bool | None = None,
) -> Figure:
    return Figure(name, title, unit, definition, partial(_sum, name=name), is_good)


def _times(name: str, title: Any, median: Any, late: Any, definition: Any) -> tuple[Figure, ...]:
    """Its mean, its median and what nine of ten do not exceed."""
    mean = partial(_mean, total=f"{name}_seconds", count=f"{name}s")
    spread = partial(_percentile, name=f"{name}_spread")
    unit = Unit.SECONDS
    return (
        Figure(name, title, unit, definition, mean, False),
        Figure(f"{name}_median", median, unit, _MEDIAN, partial(spread, share=0.5), False),
        Figure(f"{name}_p90", late, unit, _LATE, partial(spread, share=0.9), False),
    )


_MEDIAN = _("У половины не больше этого. С точностью до 5 %.")
_LATE = _("У девяти из десяти не больше этого. С точностью до 5 %.")

_ALL: tuple[Figure, ...] = (
    _counts(
        "received",
        _("Поступило"),
        _(
            "Обращения, начатые за период. День — по часовому поясу сайта; обращение относится к "
            "дню, в который началось, даже если продолжилось на следующий."
        ),
    ),
    _counts(
        "answered",
        _("Принято"),
        _("Обращения, которые хотя бы раз вёл оператор."),
        is_good=True,
    ),
    _counts(
        "missed",
        _("Пропущено"),
        _(
            "Обращения, закрытые раньше, чем их кто-нибудь принял, хотя при начале сайт был открыт "
            "и в отделе кто-то был в сети."
        ),
        is_good=False,
    ),
    _counts(
        "offline",
        _("Не в сети"),
        _(
            "Обращения, начатые вне графика или когда в отделе никого не было, которые никто не "
            "принял. Принятые позже считаются принятыми."
        ),
    ),
    _counts("waiting", _("Ждут"), _("Открытые обращения, которых пока никто не принял.")),
    _counts(
        "full",
        _("Полноценные"),
        _(
            "4 сообщения или больше, из них не меньше 2 от каждой стороны. Служебные строки и "
            "заметки не считаются."
        ),
        is_good=True,
    ),
    _counts(
        "no_operator",
        _("Без ответа оператора"),
        _("Не полноценные, последнее сообщение — посетителя."),
        is_good=False,
    ),
    _counts(
        "no_visitor",
        _("Без ответа посетителя"),
        _("Не полноценные, последнее сообщение — оператора."),
    ),
    _counts("other", _("Прочие"), _("Обращения, в которых никто ничего не написал.")),
    *_times(
        "wait",
        _("Ожидание"),
        _("Ожидание, медиана"),
        _("Ожидание, 90 %"),
        _(
            "От первого сообщения до принятия, у пропущенных — до закрытия. Начатые «не в сети» и "
            "начатые оператором не считаются."
        ),
    ),
    *_times(
        "response",
        _("Первый ответ"),
        _("Первый ответ, медиана"),
        _("Первый ответ, 90 %"),
        _(
            "От первого сообщения посетителя до первого сообщения оператора. Начатые «не в сети» и "
            "начатые оператором не считаются."
        ),
    ),
    Figure(
        "reply",
        _("Время ответа"),
        Unit.SECONDS,
        _(
            "От первого неотвеченного сообщения посетителя до ответа, в среднем по всем ответам. "
            "Написанное раньше, чем оператор принял обращение, ждёт с принятия."
        ),
        partial(_mean, total="reply_seconds", count="replies"),
        False,
    ),
    *_times(
        "duration",
        _("Длительность"),
        _("Длительность, медиана"),
        _("Длительность, 90 %"),
        _(
            "Сколько принятое обращение было открыто: от первого принятия до закрытия, без "
            "времени, когда оно было закрыто. Открытые не считаются."
        ),
    ),
    Figure(
        "messages",
        _("Сообщений"),
        Unit.MESSAGES,
        _("Сообщения посетителей и операторов; служебные строки и заметки не считаются."),
        _messages,
    ),
    Figure(
        "messages_of_one",
        _("Сообщений на переписку"),
        Unit.MESSAGES,
        _("Сообщения обеих сторон, делённые на число обращений."),
        _messages_of_one,
    ),
    _counts("from_visitor", _("От посетителей"), _("Сообщения посетителей."), Unit.MESSAGES),
    _counts("from_operators", _("От операторов"), _("Сообщения операторов."), Unit.MESSAGES),
    Figure(
        "score",
        _("Средняя оценка"),
        Unit.SCORE,
        _(
            "Среднее последних оценок обращений, по шкале, по которой их больше всего. Оценка "
            "относится к дню обращения, а не к дню, когда её поставили."
        ),
        mean_score,
        True,
    ),
    _counts("scored", _("Оценок"), _("Обращения, которым поставили оценку.")),
    _counts("commented", _("С комментарием"), _("Оценённые обращения, к оценке есть текст.")),
    _counts(
        "declined",
        _("Отказались оценить"),
        _("Обращения, где на просьбу об оценке ответили «Не сейчас» и оценки не поставили."),
    ),
    _counts(
        "transfers",
        _("Передач"),
        _("Сколько раз обращения передали другому оператору или отделу."),
        Unit.TIMES,
    ),
    _counts(
        "bounces",
        _("Возвратов"),
        _("Сколько раз обращения вернули с уровня, на который их передали."),
        Unit.TIMES,
        is_good=False,
    ),
    Figure(
        "climb",
        _("До передачи выше"),
        Unit.SECONDS,
        _("От начала обращения до того, как его принял оператор более высокого уровня."),
        partial(_mean, total="climb_seconds", count="climbs"),
    ),
    _counts("climbs", _("Передано выше"), _("Обращения, которые принял более высокий уровень.")),
    _counts("ticketed", _("С заявкой"), _("Обращения, к которым относится хотя бы одна заявка.")),
    _counts("closed", _("Закрыто"), _("Обращения периода, которые закрыты сейчас.")),
)
FIGURES: Mapping[str, Figure] = {figure.key: figure for figure in _ALL}


@dataclass(frozen=True)
class Change:
    """From the period before to this one; None where one of them has nothing to tell."""

    now: float | None
    before: float | None

    @property
    def absolute(self) -> float | None:
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def relative(self) -> float | None:
        """0.12 for a growth by 12 %; None from nothing."""
        return self.absolute / self.before if self.absolute is not None and self.before else None


def change_of(key: str, now: Sums, before: Sums) -> Change:
    of = FIGURES[key].of
    return Change(of(now), of(before))
