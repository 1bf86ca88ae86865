"""What other systems may be told of: the events, and what is in them. docs/webhooks.md says more.

Pure. Names on the wire are for ever; titles are what administrators read.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OPENED = "conversation.opened"
ACCEPTED = "conversation.accepted"
TRANSFERRED = "conversation.transferred"
CLOSED = "conversation.closed"
MISSED = "conversation.missed"
MESSAGE = "message.posted"
RATING = "rating.given"
TICKET_REGISTERED = "ticket.registered"
TICKET_CHANGED = "ticket.changed"
FIELDS = "visitor.fields"
BLOCKED = "visitor.blocked"
UNBLOCKED = "visitor.unblocked"
# Sent by a press of the administrator alone.
TEST = "test"

KINDS: Mapping[str, Promise] = {
    OPENED: _("Обращение открыто"),
    ACCEPTED: _("Обращение принято"),
    TRANSFERRED: _("Обращение передано"),
    CLOSED: _("Обращение закрыто"),
    MISSED: _("Обращение пропущено: закрыто без ответа"),
    MESSAGE: _("Сообщение"),
    RATING: _("Оценка"),
    TICKET_REGISTERED: _("Заявка зарегистрирована"),
    TICKET_CHANGED: _("Заявка изменена"),
    FIELDS: _("Данные посетителя изменены"),
    BLOCKED: _("Посетитель заблокирован"),
    UNBLOCKED: _("Посетитель разблокирован"),
}
TITLES: Mapping[str, Promise] = {**KINDS, TEST: _("Проверка")}

# Where a value stands in the event's data: its name in braces, for templates.
VARIABLES: Mapping[str, str] = {
    "событие": "type",
    "номер_события": "id",
    "время": "timestamp",
    "обращение": "conversation.id",
    "состояние": "conversation.state",
    "ссылка": "conversation.url",
    "отдел": "conversation.department",
    "оператор": "conversation.operator",
    "сайт": "site.name",
    "посетитель": "visitor.name",
    "посетитель_id": "visitor.subject",
    "почта": "visitor.email",
    "договор": "visitor.contract",
    "автор": "message.author",
    "текст": "message.text",
    "оценка": "rating.score",
    "отзыв": "rating.comment",
    "заявка": "ticket.number",
    "тема_заявки": "ticket.subject",
    "статус_заявки": "ticket.status",
    "причина": "block.reason",
    "кто": "by.name",
}

# What «только эти поля» chooses from: parts of the data, or single values of them.
FIELDS_OF_DATA: Mapping[str, Promise] = {
    "conversation": _("Обращение"),
    "site": _("Сайт"),
    "visitor.subject": _("Посетитель: номер на сайте"),
    "visitor.name": _("Посетитель: имя"),
    "visitor.email": _("Посетитель: эл. почта"),
    "visitor.contract": _("Посетитель: договор и план"),
    "visitor.fields": _("Посетитель: поля"),
    "message": _("Сообщение"),
    "rating": _("Оценка"),
    "ticket": _("Заявка"),
    "block": _("Блокировка"),
    "transfer": _("Передача"),
    "closing": _("Закрытие"),
    "by": _("Кто это сделал"),
}
