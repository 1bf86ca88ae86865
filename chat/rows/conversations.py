"""Rows of conversations in the zone's lists, the same for a page and for a push."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from chat.models import (
    AuthorKind,
    Conversation,
    Message,
    MessageKind,
    Participant,
    Transfer,
    Visit,
)
from chat.participation import current_of
from chat.text import initials
from chat.wire import lines
from operators.models import Account

# A list longer than this is a report, not a workplace; the head of the queue is always in it.
MOST = 200


def conversation_rows(
    conversations: Iterable[Conversation], *, at: datetime
) -> list[dict[str, Any]]:
    """Rows in the given order; at most nine queries however many there are."""
    found = list(conversations)
    last_of = {message.conversation_id: message for message in _last_words(found)}
    visits = Visit.objects.present(at).filter(visitor__in=[c.visitor_id for c in found])
    visit_of = {visit.visitor_id: visit for visit in visits.order_by("seen_at")}
    name_of = _names({c.offered_to_id for c in found if c.offered_to_id is not None})
    pending = Transfer.objects.pending().filter(conversation__in=[c.pk for c in found])
    transfer_of = {transfer.conversation_id: transfer for transfer in pending}
    guests_of = current_of(c.pk for c in found)
    unread_of = _unread_by_owners(found)
    unread_by = _unread_by_guests([guest for guests in guests_of.values() for guest in guests])
    return [
        _row(
            conversation,
            last_of.get(conversation.pk),
            visit_of.get(conversation.visitor_id),
            transfer_of.get(conversation.pk),
        )
        | {"unread": unread_of.get(conversation.pk, 0)}
        | _offer(conversation, name_of)
        | _guests(guests_of.get(conversation.pk, ()), unread_by)
        for conversation in found
    ]


def _names(accounts: set[int]) -> dict[int, str]:
    if not accounts:
        return {}
    return dict(Account.objects.filter(pk__in=accounts).values_list("pk", "name"))


def _offer(conversation: Conversation, name_of: dict[int, str]) -> dict[str, Any]:
    """Who is asked; `rings_for` holds accounts, and is None where everybody is."""
    rings_for = conversation.rings_for
    return {
        "offered_to": conversation.offered_to_id,
        "offered_name": name_of.get(conversation.offered_to_id or 0, ""),
        "offered_until": conversation.offered_until,
        "rings_for": None if rings_for is None else " ".join(map(str, rings_for)),
    }


def _guests(guests: Iterable[Participant], unread_by: dict[int, int]) -> dict[str, Any]:
    """What makes the row another one in the lists of these (zone/invitation.js)."""
    told = [_guest(participant, unread_by.get(participant.pk, 0)) for participant in guests]
    return {"guests": told, "guests_json": json.dumps(told, ensure_ascii=False)}


def _guest(participant: Participant, unread: int) -> dict[str, Any]:
    inviter = participant.invited_by
    return {
        "account": participant.account_id,
        "isIn": participant.is_in,
        "unread": unread,
        "inviter": inviter.name if inviter else "",
        "since": participant.invited_at.isoformat(timespec="milliseconds"),
    }


def _last_words(conversations: list[Conversation]) -> QuerySet[Message]:
    """The latest that each side wrote to the other: neither system lines nor notes of staff."""
    written = Message.objects.said().exclude(kind=MessageKind.NOTE)
    written = written.filter(conversation=OuterRef("pk"))
    latest = Conversation.objects.filter(pk__in=[c.pk for c in conversations]).values(
        last=Subquery(written.order_by("-seq").values("pk")[:1])
    )
    return Message.objects.filter(pk__in=latest)


def _row(
    conversation: Conversation,
    last: Message | None,
    visit: Visit | None,
    transfer: Transfer | None,
) -> dict[str, Any]:
    waits = conversation.state == "waiting"
    last_at = conversation.last_message_at or conversation.started_at
    operator = conversation.operator
    return {
        "cid": conversation.public_id,
        "name": conversation.visitor.name,
        "initials": initials(conversation.visitor.name),
        "state": conversation.state,
        "operator_id": conversation.operator_id,
        "operator_name": operator.name if operator else "",
        "level": conversation.department.level,
        "department": conversation.department_id,
        "criticality": conversation.criticality,
        "criticality_name": conversation.get_criticality_display(),
        "preview": (lines.for_staff(last) or _("Файл")) if last else "",
        "preview_author": last.author_id if last else None,
        "preview_name": last.author_name if last and last.author_id else "",
        "last_at": last_at,
        "since": conversation.waiting_since
        if waits
        else transfer.created_at
        if transfer
        else last_at,
        "online": visit is not None,
        "page_title": visit.page_title if visit else "",
        "last_seq": conversation.last_seq,
        "transfer": transfer,
    }


def transfer_strip(transfer: Transfer | None) -> dict[str, Any] | None:
    """What _transfer_strip.html shows, the same for sender, addressee and the rest."""
    if transfer is None:
        return None
    card = [
        (_("Записка"), transfer.note),
        (_("Что спросили"), transfer.asked),
        (_("Что сделано"), transfer.done),
        (_("Что ожидается"), transfer.expected),
    ]
    return {
        "sender": transfer.sender_id,
        "sender_name": transfer.sender_name,
        "is_return": transfer.is_return,
        "to_account": transfer.to_account_id,
        "to_department": transfer.to_department_id,
        "addressee_name": transfer.addressee_name,
        "owner": transfer.conversation.operator_id,
        "expires_at": transfer.expires_at,
        "card": [(label, text) for label, text in card if text],
    }


def _unread_by_owners(conversations: list[Conversation]) -> dict[int, int]:
    behind = [c.pk for c in conversations if c.operator_read_seq < c.last_seq]
    if not behind:
        return {}
    counted = Conversation.objects.filter(pk__in=behind).values_list("pk")
    return dict(counted.annotate(unread=_unread("pk", "operator_read_seq")))


def _unread_by_guests(guests: list[Participant]) -> dict[int, int]:
    if not guests:
        return {}
    counted = Participant.objects.filter(pk__in=[guest.pk for guest in guests]).values_list("pk")
    return dict(counted.annotate(unread=_unread("conversation", "read_seq")))


def _unread(conversation: str, read_seq: str) -> Any:
    """Messages of the visitor beyond a read pointer."""
    theirs = (
        Message.objects.said()
        .filter(
            conversation=OuterRef(conversation),
            seq__gt=OuterRef(read_seq),
            author_kind=AuthorKind.VISITOR,
        )
        .order_by()
        .values("conversation")
        .annotate(count=Count("pk"))
    )
    return Coalesce(Subquery(theirs.values("count")), 0)


def conversation_row(conversation: Conversation, *, at: datetime) -> dict[str, Any]:
    return conversation_rows([conversation], at=at)[0]
