"""System lines in words: the log keeps a code with parameters, a reader gets a sentence.

So what happened can be counted and translated, and told to visitors and to staff differently.
Parameters with a key of an account (`account`, `by`) are for counting; the words use the names of
then.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.markup import find_links, to_html
from chat.models import (
    REQUESTS,
    Block,
    InternalLineCode,
    InternalMessage,
    LineCode,
    Message,
    MessageKind,
)
from chat.text import counted
from chat.wire.cards import request_words
from chat.wire.faces import NAMELESS, STAFF, VISITOR, shown_as
from chat.wire.moments import UNTIL, moment
from operators.addresses import parse_network, shown_network

_DELETED = gettext_lazy("Сообщение удалено")
_BACK_IN_QUEUE = gettext_lazy("Оператор отключился, ищем другого. Обращение снова в очереди")
_CLOSED = gettext_lazy("Обращение закрыто")
_REOPENED = gettext_lazy("Обращение возобновлено")
_JOINED = gettext_lazy("К переписке присоединился оператор %(name)s")
_LEFT = gettext_lazy("Оператор %(name)s вышел из переписки")
_TRANSFERRED = gettext_lazy("Обращение передано: %(name)s")

# What is not here, the visitor never reads.
_FOR_VISITOR: dict[str, Any] = {
    LineCode.REOPENED: _REOPENED,
    LineCode.RESUMED: _REOPENED,
    LineCode.ACCEPTED: _JOINED,
    LineCode.CLOSED: _CLOSED,
    LineCode.ENDED: _CLOSED,
    LineCode.APPROACHED: _JOINED,
    LineCode.DECLINED: _CLOSED,
    LineCode.IGNORED: _CLOSED,
    LineCode.DEACTIVATED: _BACK_IN_QUEUE,
    LineCode.PLACE_LOST: _BACK_IN_QUEUE,
    LineCode.ABSENT: _BACK_IN_QUEUE,
    LineCode.PUT_BACK: _BACK_IN_QUEUE,
    LineCode.PROMISED: gettext_lazy("%(name)s ответит %(until)s"),
    LineCode.TRANSFERRED: _TRANSFERRED,
    LineCode.QUEUED: gettext_lazy(
        "Обращение передано: %(department)s. Вам ответят, как только освободится оператор"
    ),
    LineCode.MOVED: _TRANSFERRED,
    LineCode.ASSIGNED: _JOINED,
    LineCode.JOINED: _JOINED,
    LineCode.LEFT: _LEFT,
    LineCode.REMOVED: _LEFT,
    LineCode.TICKET: gettext_lazy("Зарегистрирована заявка № %(number)s"),
    LineCode.INCIDENT: gettext_lazy("По заявке № %(number)s: %(text)s"),
    LineCode.ABOUT_TICKET: gettext_lazy("Обращение по заявке № %(number)s"),
}
# Where the site does not show who answers, and the words above would name them.
_SOMEBODY_JOINED = gettext_lazy("К переписке присоединился оператор")
_SOMEBODY_LEFT = gettext_lazy("Оператор вышел из переписки")
_TO_SOMEBODY = gettext_lazy("Обращение передано другому оператору")
_NAMELESS: dict[str, Any] = {
    LineCode.ACCEPTED: _SOMEBODY_JOINED,
    LineCode.APPROACHED: _SOMEBODY_JOINED,
    LineCode.ASSIGNED: _SOMEBODY_JOINED,
    LineCode.JOINED: _SOMEBODY_JOINED,
    LineCode.LEFT: _SOMEBODY_LEFT,
    LineCode.REMOVED: _SOMEBODY_LEFT,
    LineCode.TRANSFERRED: _TO_SOMEBODY,
    LineCode.MOVED: _TO_SOMEBODY,
}
_MOVED = gettext_lazy("Администратор %(sender)s: обращение → %(name)s, уровень %(level)s")
# Where staff need more than the visitor, and notes, which they alone read.
_FOR_STAFF: dict[str, Any] = {
    LineCode.ACCEPTED: gettext_lazy("%(name)s: обращение принято · ожидание %(wait)s"),
    LineCode.CLOSED: gettext_lazy("%(name)s: обращение закрыто"),
    LineCode.RESUMED: gettext_lazy("%(sender)s: обращение возвращено из закрытых"),
    LineCode.ENDED: gettext_lazy("Посетитель завершил обращение"),
    LineCode.APPROACHED: gettext_lazy("%(name)s: первое сообщение посетителю на сайте"),
    LineCode.DECLINED: gettext_lazy("Посетитель ответил «Не сейчас», обращение закрыто"),
    LineCode.IGNORED: gettext_lazy("Посетитель ушёл, не ответив на приглашение, обращение закрыто"),
    LineCode.DEACTIVATED: gettext_lazy("Оператор отключён, обращение вернулось в очередь"),
    LineCode.PLACE_LOST: gettext_lazy("Оператор отключился, обращение вернулось в очередь"),
    LineCode.ABSENT: gettext_lazy("Оператора нет в «Общении», обращение вернулось в очередь"),
    LineCode.PUT_BACK: gettext_lazy("%(name)s: обращение возвращено в очередь"),
    LineCode.TRANSFERRED: gettext_lazy(
        "Обращение передано: %(sender)s → %(name)s, уровень %(level)s"
    ),
    LineCode.QUEUED: gettext_lazy(
        "%(sender)s: обращение передано в очередь отдела «%(department)s»"
    ),
    LineCode.MOVED: _MOVED,
    LineCode.ASSIGNED: _MOVED,
    LineCode.JOINED: gettext_lazy(
        "К переписке присоединился оператор %(name)s · по приглашению: %(inviter)s"
    ),
    LineCode.REMOVED: gettext_lazy("%(name)s: больше не участвует в переписке (%(remover)s)"),
    LineCode.INCIDENT: gettext_lazy("Инцидент № %(incident)s, заявка № %(number)s: %(text)s"),
    LineCode.RULED: "%(words)s",
    LineCode.BLOCKED: gettext_lazy("%(visitor)s: окно закрыто, посетитель заблокирован %(for)s"),
    LineCode.UNBLOCKED: gettext_lazy("%(visitor)s: посетитель разблокирован"),
    LineCode.LET_IN: gettext_lazy("%(visitor)s: форма «Не в сети» снята"),
    LineCode.TRANSFER_DECLINED: gettext_lazy("Передача отклонена: %(name)s"),
    LineCode.TRANSFER_CANCELLED: gettext_lazy("Передача отменена: %(name)s"),
    LineCode.TRANSFER_EXPIRED: gettext_lazy("Передачу не приняли вовремя: %(name)s"),
    LineCode.INVITED: gettext_lazy("Приглашение: %(name)s"),
    LineCode.INVITATION_DECLINED: gettext_lazy("Приглашение отклонено: %(name)s"),
    LineCode.INVITATION_CANCELLED: gettext_lazy("Приглашение отменено: %(name)s"),
    LineCode.INVITATION_EXPIRED: gettext_lazy("На приглашение не ответили вовремя: %(name)s"),
    LineCode.TOLD: "%(words)s",
}
_CLOSED_WITH = gettext_lazy("%(name)s: обращение закрыто · %(outcome)s")
# Parameters that name somebody, or where it goes.
_NAMES = {"name", "sender", "inviter", "remover", "department", "number"}
_ICONS: dict[str, str] = {
    LineCode.REOPENED: "rotate-cw",
    LineCode.RESUMED: "undo-2",
    LineCode.ACCEPTED: "user-check",
    LineCode.CLOSED: "circle-check",
    LineCode.ENDED: "circle-check",
    LineCode.APPROACHED: "user-check",
    LineCode.DECLINED: "circle-check",
    LineCode.IGNORED: "circle-check",
    LineCode.DEACTIVATED: "undo-2",
    LineCode.PLACE_LOST: "undo-2",
    LineCode.ABSENT: "undo-2",
    LineCode.PUT_BACK: "undo-2",
    LineCode.PROMISED: "clock",
    LineCode.TRANSFERRED: "arrow-right-left",
    LineCode.QUEUED: "arrow-right-left",
    LineCode.MOVED: "arrow-right-left",
    LineCode.ASSIGNED: "user-check",
    LineCode.JOINED: "user-plus",
    LineCode.LEFT: "log-out",
    LineCode.REMOVED: "log-out",
    LineCode.TICKET: "clipboard-check",
    LineCode.INCIDENT: "triangle-alert",
    LineCode.ABOUT_TICKET: "clipboard-check",
}
# Of a note without an author.
_TITLES: dict[str, Any] = {
    LineCode.RULED: gettext_lazy("Автоматические действия"),
    LineCode.TRANSFER_DECLINED: gettext_lazy("Передача"),
    LineCode.TRANSFER_CANCELLED: gettext_lazy("Передача"),
    LineCode.TRANSFER_EXPIRED: gettext_lazy("Передача"),
    LineCode.INVITATION_DECLINED: gettext_lazy("Приглашение"),
    LineCode.INVITATION_CANCELLED: gettext_lazy("Приглашение"),
    LineCode.INVITATION_EXPIRED: gettext_lazy("Приглашение"),
}
_FOR_MEMBERS: dict[str, Any] = {
    InternalLineCode.CREATED: gettext_lazy("Группа создана: %(name)s"),
    InternalLineCode.RENAMED: gettext_lazy("Новое название: «%(title)s». Изменение: %(name)s"),
    InternalLineCode.ADDED: gettext_lazy("Новый участник: %(name)s. Приглашение: %(inviter)s"),
    InternalLineCode.LEFT: gettext_lazy("Больше не в группе: %(name)s"),
    InternalLineCode.REMOVED: gettext_lazy("Больше не в группе: %(name)s. Решение: %(remover)s"),
    InternalLineCode.TOLD: "%(words)s",
}


def for_visitor(message: Message, face: str = VISITOR, zone: ZoneInfo | None = None) -> str:
    """What the visitor reads: a person's words, or those of a code; times in them by the site's
    clock, unless by that of another zone.
    """
    if message.retracted_at is not None:
        return str(_DELETED)
    if message.kind in REQUESTS:
        return request_words(message, VISITOR)
    if message.text or not message.code:
        return message.text
    values = _values(message, zone)
    values["name"] = _name_for_visitor(values, face)
    return str(_words_for_visitor(message.code, face) % values)


def _words_for_visitor(code: str, face: str) -> Any:
    own = _NAMELESS if face == NAMELESS else {}
    return own.get(code, _FOR_VISITOR.get(code, ""))


def _name_for_visitor(values: Mapping[str, Any], face: str) -> str:
    return shown_as(values.get("shown") or values.get("name") or "", face)


def for_staff(message: Message) -> str:
    if message.retracted_at is not None:
        return str(_DELETED)
    if message.kind in REQUESTS:
        return request_words(message, STAFF)
    if not message.code or message.amends_id is not None:
        return message.text
    if message.code == LineCode.HANDED_OVER:
        return _handed_over(message.params)
    said = str(_words_for_staff(message) % _values(message))
    if reason := message.params.get("reason"):
        said = f"{said}. {reason}"
    if note := message.params.get("note"):
        said = f"{said}\n{note}"
    return said


def _words_for_staff(message: Message) -> Any:
    if message.code == LineCode.CLOSED and "outcome" in message.params:
        return _CLOSED_WITH
    return _FOR_STAFF.get(message.code) or _FOR_VISITOR[message.code]


def line_html(message: Message, face: str) -> SafeString | None:
    """A system line as HTML: names stand out, a promise goes by the clock of whoever reads it.

    None of what has no code, or is known in words alone.
    """
    code = message.code
    if message.kind != MessageKind.EVENT or not code or code == LineCode.TOLD:
        return None
    values = _values(message)
    if face == STAFF:
        words = _words_for_staff(message)
    else:
        words = _words_for_visitor(code, face)
        values["name"] = _name_for_visitor(values, face)
    said: dict[str, str] = {key: escape(value) for key, value in values.items()}
    said |= {key: f"<b>{said[key]}</b>" for key in _NAMES & said.keys()}
    if code == LineCode.INCIDENT:
        said["text"] = to_html(values["text"], find_links(values["text"]))
    if code == LineCode.PROMISED:
        until = moment(datetime.fromisoformat(message.params["until"]), UNTIL)
        said["until"] = _("до %s") % until
    return mark_safe(escape(str(words)) % said)  # noqa: S308  escaped here


def icon_of(message: Message) -> str:
    """Which picture a system line begins with; empty for none."""
    return _ICONS.get(message.code, "") if message.kind == MessageKind.EVENT else ""


def shown_author(message: Message) -> str:
    """Under which name its author answers visitors."""
    return str(message.params.get("shown") or message.author_name)


def title_of(message: Message) -> str:
    """Who wrote it, or what a note without an author is about."""
    return message.author_name or str(_TITLES.get(message.code, ""))


def for_members(message: InternalMessage) -> str:
    """Of a chat among staff."""
    if message.retracted_at is not None:
        return str(_DELETED)
    if not message.code or message.amends_id is not None:
        return message.text
    return str(_FOR_MEMBERS[message.code] % message.params)


def _values(message: Message, zone: ZoneInfo | None = None) -> dict[str, Any]:
    values = dict(message.params)
    if "wait_seconds" in values:
        values["wait"] = _clock(values["wait_seconds"])
    if message.code == LineCode.PROMISED:
        values["until"] = _until(values, message.created_at, zone or ZoneInfo(values["zone"]))
    if message.code == LineCode.BLOCKED:
        values["for"] = blocked_for(values["term"], values["network"])
    return values


_TERMS: dict[str, Any] = {
    Block.Term.HOUR: gettext_lazy("на час"),
    Block.Term.DAY: gettext_lazy("на сутки"),
    Block.Term.WEEK: gettext_lazy("на неделю"),
    Block.Term.FOREVER: gettext_lazy("навсегда"),
}


def blocked_for(term: str, network: str) -> str:
    """«на сутки», «навсегда, вместе с 203.0.113.0/24»."""
    words = str(_TERMS[term])
    if (found := parse_network(network)) is None:
        return words
    return _("%(term)s, вместе с %(network)s") % {"term": words, "network": shown_network(found)}


def _clock(seconds: int) -> str:
    """«0:38», «12:05», «1:02:03»."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _until(values: Mapping[str, Any], promised_at: datetime, zone: ZoneInfo) -> str:
    """«до 15:30», and of another day «24.11 до 10:00»."""
    there = localtime(datetime.fromisoformat(values["until"]), zone)
    if there.date() == localtime(promised_at, zone).date():
        return _("до %s") % f"{there:%H:%M}"
    return _("%(day)s до %(time)s") % {"day": f"{there:%d.%m}", "time": f"{there:%H:%M}"}


def _handed_over(card: Mapping[str, Any]) -> str:
    """The hand-over as staff read it in the log."""
    bounces = card.get("bounces", 0)
    title = f"{handover_title(is_return=card['is_return'], bounces=bounces)}: {card['name']}"
    lines = [(_("Что спросили"), card["asked"]), (_("Что сделано"), card["done"])]
    lines.append((_("Что ожидается"), card["expected"]))
    lines.append((_("Уже возвращали"), "" if card["is_return"] else times(bounces)))
    parts = [title, card["note"]]
    parts += [f"{label}: {text}" for label, text in lines if text]
    return "\n".join(part for part in parts if part)


def handover_title(*, is_return: bool, bounces: int) -> str:
    """«Передача», «Возврат», and from the second on «Возврат № 2»."""
    if not is_return:
        return _("Передача")
    return _("Возврат № %s") % bounces if bounces > 1 else _("Возврат")


def times(count: int) -> str:
    """«2 раза»; nothing of none."""
    return counted(count, _("%s раз"), _("%s раза"), _("%s раз")) if count else ""
