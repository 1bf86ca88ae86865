"""Rows of conversations in the zone's lists, the same for a page and for a push."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from chat import participation
from chat.models import (
    AuthorKind,
    Conversation,
    Message,
    MessageKind,
    Participant,
    Transfer,
    Visit,
)
from chat.queue.order import head_start
from chat.text import initials
from chat.tickets.pressing import deadlines_shown, nearest_of
from chat.wire import lines
from operators.models import Account
from operators.prepared import Prepared

# A list longer than this is a report, not a workplace; the head of the queue is always in it.
MOST = 200


class Said(NamedTuple):
    """What a row tells of the visitor: the last that anybody wrote, how much of theirs the owner
    has not read, whether they are there, and the first deadline of its tickets.
    """

    last: Message | None = None
    unread: int = 0
    is_there: bool = False
    deadline: dict[str, Any] | None = None


@dataclass(frozen=True)
class Around:
    """Who else has to do with conversations: read together for rows and for who is told of them."""

    transfers: Mapping[int, Transfer]
    guests: Mapping[int, list[Participant]]


ALONE = Around({}, {})


def read_around(conversations: Iterable[Conversation]) -> Around:
    """The pending transfer and the guests of each that has any."""
    shared = participation.shared(conversations)
    if not shared:
        return ALONE
    pending = Transfer.objects.pending().filter(conversation__in=shared)
    return Around(
        {transfer.conversation_id: transfer for transfer in pending},
        participation.current_of(shared),
    )


def conversation_rows(
    conversations: Iterable[Conversation],
    *,
    around: Around | None = None,
    said: Mapping[int, Said] | None = None,
    at: datetime,
) -> list[dict[str, Any]]:
    """Rows in the given order; at most nine queries however many there are.

    `around` and `said` are read unless they are known.
    """
    found = list(conversations)
    if around is None:
        around = read_around(found)
    if said is None:
        said = _read_said(found, at=at)
    name_of = _names({c.offered_to_id for c in found if c.offered_to_id is not None})
    guests = [guest for guests in around.guests.values() for guest in guests]
    unread_by = _unread_by_guests(guests)
    rows = []
    for conversation in found:
        told = said.get(conversation.pk, Said())
        row = _row(conversation, told, around.transfers.get(conversation.pk))
        row |= _offer(conversation, name_of)
        row |= _guests(around.guests.get(conversation.pk, ()), unread_by)
        rows.append(row)
    return rows


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


def _read_said(conversations: list[Conversation], *, at: datetime) -> dict[int, Said]:
    """What one side wrote to the other: neither system lines nor notes of staff."""
    if len(conversations) == 1:
        found: Any = _last_of_one.all(key=conversations[0].pk, at=at)
    else:
        found = _last_said(Q(pk__in=[c.pk for c in conversations]), at)
    shown = deadlines_shown((one.pressed for one in found), at=at)
    said = {
        one.conversation_id: Said(one, one.unread, one.is_there, shown.get(one.pressed))
        for one in found
    }
    # Nobody has written anything in these: only people who are there are asked for.
    silent = [c for c in conversations if c.pk not in said]
    here = _present(silent, at=at) if silent else set()
    return said | {c.pk: Said(is_there=c.visitor_id in here) for c in silent}


def _last_said(those: Q, at: datetime) -> QuerySet[Message]:
    written = Message.objects.said().exclude(kind=MessageKind.NOTE)
    written = written.filter(conversation=OuterRef("pk"))
    latest = Conversation.objects.filter(those).values(
        last=Subquery(written.order_by("-seq").values("pk")[:1])
    )
    there = Visit.objects.present(at).filter(visitor=OuterRef("conversation__visitor"))
    return Message.objects.filter(pk__in=latest).annotate(
        unread=_unread("conversation", "conversation__operator_read_seq"),
        is_there=Exists(there),
        pressed=nearest_of("conversation"),
    )


_last_of_one = Prepared(lambda key, at: _last_said(Q(pk=key), at))


def _present(conversations: list[Conversation], *, at: datetime) -> set[int]:
    visits = Visit.objects.present(at).filter(visitor__in=[c.visitor_id for c in conversations])
    return set(visits.values_list("visitor", flat=True))


def _row(conversation: Conversation, said: Said, transfer: Transfer | None) -> dict[str, Any]:
    last = said.last
    waits = conversation.state == "waiting"
    last_at = conversation.last_message_at or conversation.started_at
    operator = conversation.operator
    return {
        "cid": conversation.public_id,
        "name": conversation.visitor.name,
        "initials": initials(conversation.visitor.name),
        "contract": conversation.visitor.contract,
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
        "head_start": head_start(conversation.criticality),
        "online": said.is_there,
        "deadline": said.deadline,
        "unread": said.unread,
        "last_seq": conversation.last_seq,
        "transfer": transfer,
    }


def transfer_strip(transfer: Transfer | None) -> dict[str, Any] | None:
    """What _transfer_strip.html shows, the same for sender, addressee and the rest."""
    if transfer is None:
        return None
    before = transfer.bounces - transfer.is_return
    card = [
        (_("Уже возвращали"), lines.times(before)),
        (_("Причина возврата") if transfer.is_return else _("Записка"), transfer.note),
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
            retracted_at=None,
        )
        .order_by()
        .values("conversation")
        .annotate(count=Count("pk"))
    )
    return Coalesce(Subquery(theirs.values("count")), 0)


def conversation_row(
    conversation: Conversation, *, around: Around | None = None, at: datetime
) -> dict[str, Any]:
    return conversation_rows([conversation], around=around, at=at)[0]
