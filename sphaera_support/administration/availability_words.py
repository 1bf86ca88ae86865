"""Why a site showed what it showed, in words for who asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import SHUT, Cause
from departments.hours import Schedule, read_spans
from reports.availability import Stretch
from sphaera_support.administration.opening import clock_of, opening_of, why

NOTHING = gettext_lazy("Записей нет")
STATES: Mapping[Cause, Any] = {
    Cause.ONLINE: gettext_lazy("В сети"),
    Cause.OFF: gettext_lazy("Окна не было"),
    Cause.STOPPED: gettext_lazy("Служба не работала"),
}
OFFLINE = gettext_lazy("Не в сети")
REASONS: Mapping[Cause, Any] = {
    Cause.ONLINE: gettext_lazy("Хотя бы один оператор первого уровня был «В сети»."),
    Cause.HOURS: gettext_lazy("По графику сайт был закрыт."),
    Cause.EXCEPTION: gettext_lazy("Неделя открыла бы сайт, но его закрыло исключение графика."),
    Cause.UNREADABLE: gettext_lazy(
        "Часы работы в базе данных не прочитать, а такой сайт закрыт: сохраните график заново."
    ),
    Cause.DEPARTMENT: gettext_lazy(
        "У сайта не было отдела первого уровня: новые обращения брать некому."
    ),
    Cause.PEOPLE: gettext_lazy("В отделе первого уровня не было ни одного действующего оператора."),
    Cause.NOBODY: gettext_lazy(
        "Часы рабочие, но из операторов первого уровня в зоне «Общение» не было никого."
    ),
    Cause.AWAY: gettext_lazy(
        "Операторы первого уровня были в зоне «Общение», но ни один не был «В сети»:"
        " перерыв или «Занят»."
    ),
    Cause.LOST: gettext_lazy(
        "Последний оператор не вышел сам: его рабочее место перестало отвечать — закрыта вкладка,"
        " пропала связь или выключился компьютер."
    ),
    Cause.OFF: gettext_lazy("Сайт был выключен: на его страницах окна не было."),
    Cause.STOPPED: gettext_lazy(
        "Служба не отмечалась дольше минуты: её остановили, обновляли, или не отвечала база данных."
        " Окна не открывались или ждали связи. Начало известно с точностью до 20 секунд."
    ),
}
GOES_ON = gettext_lazy("Кому оператор уже отвечал, тот видел «В сети» и писал дальше.")


def state_of(cause: Cause | None) -> str:
    return str(NOTHING if cause is None else STATES.get(cause, OFFLINE))


def look_of(cause: Cause | None) -> str:
    """Of a badge."""
    if cause == Cause.ONLINE:
        return "good"
    return "" if cause is None or cause in (Cause.OFF, *SHUT) else "bad"


@dataclass(frozen=True)
class Answer:
    """`when` is said where the minute has several."""

    state: str
    look: str
    when: str
    cause: str
    reasons: list[str]


def answers_of(minute: Sequence[Stretch], zone: ZoneInfo) -> list[Answer]:
    """Of one minute, in order; usually there is one."""
    return [_answer(one, zone, is_one=len(minute) == 1) for one in minute]


def _answer(one: Stretch, zone: ZoneInfo, *, is_one: bool) -> Answer:
    local = one.began_at.astimezone(zone)
    return Answer(
        state_of(one.cause),
        look_of(one.cause),
        "" if is_one else _("с %s") % f"{clock_of(local)}:{local:%S}",
        "" if one.cause in (None, Cause.ONLINE) else str(Cause(one.cause).label),
        reasons_of(one, local),
    )


def reasons_of(one: Stretch, local: datetime) -> list[str]:
    if one.cause is None:
        return [_("Тогда это не записывалось: записи ведутся, пока служба работает.")]
    reasons = [str(REASONS[one.cause])]
    if one.cause not in (Cause.OFF, Cause.UNREADABLE):
        reasons.append(_by_schedule(one, local))
    if one.cause not in (Cause.ONLINE, Cause.OFF, Cause.STOPPED):
        reasons.append(str(GOES_ON))
    return [reason for reason in reasons if reason]


def _by_schedule(one: Stretch, local: datetime) -> str:
    """As it was then, whatever it is now."""
    schedule = schedule_in(one.detail)
    if schedule is None:
        return ""
    notes = {date.fromisoformat(on): note for on, note in one.detail.get("notes", {}).items()}
    return why(schedule, notes, opening_of(schedule, local.astimezone(schedule.time_zone)))


def schedule_in(detail: Mapping[str, Any]) -> Schedule | None:
    """What was kept of it around then (chat.actions.availability.detail_of)."""
    if "week" not in detail:
        return None
    return Schedule(
        ZoneInfo(detail["zone"]),
        tuple(map(read_spans, detail["week"])),
        {date.fromisoformat(on): read_spans(day) for on, day in detail.get("dates", {}).items()},
    )


@dataclass(frozen=True)
class Change:
    """What began when, and where that minute is looked at."""

    clock: str
    words: str
    look: str
    address: str
    is_current: bool


def changes_of(
    stretches: Sequence[Stretch],
    moment: datetime,
    zone: ZoneInfo,
    address_of: Callable[[datetime], str],
) -> list[Change]:
    return [_change(one, moment, zone, address_of) for one in stretches]


def _change(
    one: Stretch, moment: datetime, zone: ZoneInfo, address_of: Callable[[datetime], str]
) -> Change:
    local = one.began_at.astimezone(zone)
    is_current = one.began_at.replace(second=0, microsecond=0) <= moment < one.ended_at
    words = state_of(one.cause) if one.cause in (None, Cause.ONLINE) else Cause(one.cause).label
    return Change(clock_of(local), str(words), look_of(one.cause), address_of(local), is_current)
