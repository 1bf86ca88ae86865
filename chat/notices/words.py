"""What a notice says to a browser: no more than an open tab would show, and where the administrator
says so, only that there is something.
"""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chat.models import Message, Transfer
from chat.models import PushNotice as Notice
from chat.notices.audience import said_among_staff, said_in

LONGEST = 200  # characters of each, as in static/js/zone/notices.js

Said = dict[str, Any]


def words_of(notice: Notice, *, hides_text: bool) -> Said:
    """As static/js/push/worker.js takes it; `id` as in static/js/zone/notices.js."""
    title, body, brief = _words(notice)
    shown = (brief, "") if hides_text else (title[:LONGEST], body[:LONGEST])
    where = _where(notice)
    return {
        "id": f"{where}-{notice.seq or notice.kind}",
        "tag": f"conversation:{where}",
        "conversation": where,
        "title": shown[0],
        "body": shown[1],
        "url": reverse("internal_chat" if notice.chat else "zone_conversation", args=[where]),
    }


def _where(notice: Notice) -> str:
    return str((notice.chat or notice.conversation).public_id)  # type: ignore[union-attr]


def _words(notice: Notice) -> tuple[str, str, str]:
    """Title, body, and what is said instead of both."""
    if notice.conversation is None:
        return _words_among_staff(notice)
    name = notice.conversation.visitor.name
    match notice.kind:
        case Notice.Kind.TRANSFER:
            pending = Transfer.objects.pending().filter(conversation=notice.conversation).first()
            brief = _("Вам передают")
            return f"{brief}: {name}", pending.sender_name if pending else "", brief
        case Notice.Kind.INVITATION:
            brief = _("Вас приглашают")
            return f"{brief}: {name}", "", brief
        case Notice.Kind.WAITING:
            return _("Новый посетитель: %s") % name, _last_words(notice), _("Новый диалог")
    return name, _text_of(said_in(notice)), _("Новое сообщение")


def _words_among_staff(notice: Notice) -> tuple[str, str, str]:
    said = said_among_staff(notice)
    name, text = (said.author_name, said.text or _("Файл")) if said else ("", "")
    return name, text, _("Новое сообщение")


def _last_words(notice: Notice) -> str:
    log = Message.objects.findable().filter(conversation=notice.conversation)
    return _text_of(log.filter(author_kind="visitor").order_by("-seq").first())


def _text_of(message: Message | None) -> str:
    if message is None:
        return ""
    return message.text or _("Файл")
