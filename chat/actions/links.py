"""Link cards: sent by staff, opened by the visitor."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.actions.errors import ClientIdTaken, Refusal
from chat.actions.locks import lock_theirs, lock_visible
from chat.actions.log import amend, answers_as, append
from chat.events import MessageAmended, MessagePosted
from chat.happened import happened
from chat.link_addresses import Address, card_text, read_address
from chat.models import AmendmentCode, AuthorKind, Message, MessageKind
from chat.text import clean_line, has_controls
from operators.models import Account

LONGEST_TITLE = 200  # characters


class NoHeading(Refusal):
    code = "invalid"
    field = "title"
    words = _("Напишите заголовок: по нему посетитель поймёт, что откроет.")


class BadHeading(Refusal):
    code = "invalid"
    field = "title"
    words = _("В заголовке не бывает управляющих знаков, и он не длиннее 200 знаков.")


class CardNotAlone(Refusal):
    code = "invalid"
    words = _("Карточка ссылки уходит отдельным сообщением.")


@dataclass(eq=False)
class MixedScripts(Refusal):
    """Its letters could be taken for others; how browsers spell the domain."""

    domain: str
    code = "invalid"
    field = "url"
    words = _(
        "В имени сайта смешаны похожие буквы разных алфавитов, так подделывают адреса."
        " На самом деле это %(domain)s."
    )


def send_link(
    account: Account,
    conversation_id: str,
    title: str,
    typed: str,
    *,
    client_id: uuid.UUID,
    even_mixed: str = "",
    at: datetime,
) -> Message:
    """An answer that is a card. The same client id again is the same message.

    `even_mixed` is the domain of which the sender was told MixedScripts. Raises a Refusal.
    """
    line, address = checked_link(title, typed, even_mixed)
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        known = conversation.messages.filter(client_id=client_id).first()
        if known is not None:
            if known.author_id != account.pk or known.kind != MessageKind.LINK:
                raise ClientIdTaken
            return known
        access.demand(access.to_answer, account, conversation, at=at)
        message = append(
            conversation,
            client_id=client_id,
            kind=MessageKind.LINK,
            author_kind=AuthorKind.OPERATOR,
            author=account,
            author_name=account.name,
            params=answers_as(account),
            text=card_text(line, address.url),
            at=at,
        )
        happened(MessagePosted(conversation=conversation, message=message, by_id=account.pk, at=at))
    return message


def note_opening(
    visitor_id: int, seq: int, conversation_id: str | None = None, *, at: datetime
) -> None:
    """The visitor followed the card of that number, in the latest of their conversations unless
    another is named. The first time is kept, for staff alone: the visitor's log says nothing of it.
    """
    with transaction.atomic():
        conversation = lock_theirs(visitor_id, conversation_id)
        if conversation is None:
            return
        links = conversation.messages.filter(kind=MessageKind.LINK, retracted_at=None)
        message = links.filter(visitor_seq=seq).first()
        if message is None or "opened_at" in message.params:
            return
        message.params["opened_at"] = at.isoformat()
        code = AmendmentCode.LINK_OPENED
        amendment = amend(conversation, message, code, to_visitor=False, at=at)
        happened(MessageAmended(conversation=conversation, amendment=amendment, at=at))


def checked_link(title: str, typed: str, even_mixed: str = "") -> tuple[str, Address]:
    """What a card shows, and where it leads. Raises a Refusal."""
    if has_controls(title) or len(title) > LONGEST_TITLE:
        raise BadHeading
    line = clean_line(title, LONGEST_TITLE)
    if not line:
        raise NoHeading
    address = read_address(typed)
    if address.is_mixed and address.domain != even_mixed:
        raise MixedScripts(address.domain)
    return line, address
