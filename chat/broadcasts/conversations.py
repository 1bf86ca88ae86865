"""Who is told what: one function for each thing that happened, called after the commit.

Groups: visitor.N (all sockets of one person), staff.N (those of staff who follow a conversation
of theirs), department.N (its operators), site.N (first-level operators of a site), account.N (one
operator), processes (every web process).
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html

from chat import participation
from chat.models import Conversation, Message, Transfer, Visit, Visitor
from chat.rows import conversations as rows
from chat.sockets.frames import encode
from chat.sockets.history import staff_entry, visitor_entry
from chat.streams import push, push_together
from chat.wire import messages as wire
from operators.models import Account

# How many places of the queue are told when it moves; those further back learn as they come.
TOLD_POSITIONS = 50


def message_posted(message: Message, conversation: Conversation) -> None:
    """The log's new entry, to the visitor (unless a note) and to the staff who follow it."""
    parts = [
        {
            "group": f"staff.{conversation.visitor_id}",
            "conversation": conversation.pk,
            **staff_entry(message, conversation)._asdict(),
        }
    ]
    if message.visitor_seq is not None:
        parts.append(
            {
                "group": f"visitor.{conversation.visitor_id}",
                "conversation": conversation.pk,
                "public_id": conversation.public_id,
                **visitor_entry(message, conversation)._asdict(),
            }
        )
    push_together(*parts)


def message_amended(amendment: Message, conversation: Conversation) -> None:
    """Whoever has the message shows it as it is now; so do the rows of the lists."""
    message_posted(amendment, conversation)
    whole = Conversation.objects.select_related("visitor", "operator", "department")
    row_changed(whole.get(pk=conversation.pk))


def _tell_staff(visitor_id: int, conversation_id: int, frame: dict[str, object]) -> None:
    """Those who follow this conversation; a marks' or typing's frame is in no log."""
    push(f"staff.{visitor_id}", encode(frame), conversation=conversation_id)


def conversation_changed(conversation: Conversation, also: Collection[str] = ()) -> None:
    """State or owner changed: the visitor, the operators of the department, the addressee of a
    transfer, invited colleagues, and `also` groups, of whose members each finds out whether they
    see it still.
    """
    position = queue_position(conversation)
    tell_visitor(conversation, position)
    _tell_operators(conversation, position, also)
    if conversation.state == "waiting":
        _without_site_row(conversation)
    if conversation.state == "closed":
        _with_site_row(conversation)
    push("processes", signal="load")


def conversation_offered(conversation_id: int) -> None:
    """Somebody else is asked, or nobody: a row that rings with whom it names."""
    conversation = (
        Conversation.objects.waiting()
        .select_related("visitor", "operator", "department")
        .filter(pk=conversation_id)
        .first()
    )
    if conversation is None:
        return
    position = queue_position(conversation)
    tell_visitor(conversation, position)
    _tell_operators(conversation, position)


def _tell_operators(
    conversation: Conversation, position: int | None, also: Collection[str] = ()
) -> None:
    frame = encode(wire.conversation_for_staff(conversation, position))
    _push_row(conversation, frame, also)


def row_changed(conversation: Conversation) -> None:
    """The row anew, where nothing but what it shows of the visitor changed."""
    _push_row(conversation, None)


def _push_row(conversation: Conversation, frame: str | None, also: Collection[str] = ()) -> None:
    """A row never goes without what tells sockets whether it is old and whose it is: it may have
    been rendered before a transfer that was told since.
    """
    transfer = conversation.transfers.pending().first()
    facts = participation.facts_of(conversation, transfer)
    guests = {f"account.{one}" for part in ("invited", "joined") for one in facts[part]}
    groups = {f"department.{conversation.department_id}", *guests, *also}
    if transfer is not None:
        groups.add(_addressee(transfer))
    row = row_fragment(conversation, timezone.now())
    for group in sorted(groups):
        push(
            group,
            frame,
            row=row,
            conversation=conversation.pk,
            public_id=conversation.public_id,
            revision=conversation.revision,
            **facts,
        )


def conversation_closed(conversation: Conversation, guests: Collection[int]) -> None:
    """`guests` are those who took part in it until now."""
    conversation_changed(conversation, [f"account.{account_id}" for account_id in guests])


def participants_changed(conversation: Conversation, gone: Collection[int]) -> None:
    """Somebody was invited, came in or went; `gone` accounts find out what they see still."""
    conversation_changed(conversation, [f"account.{account_id}" for account_id in gone])
    for frame in people_fragments(conversation):
        push(f"staff.{conversation.visitor_id}", frame, conversation=conversation.pk)


def people_fragments(conversation: Conversation) -> list[str]:
    """Who is in it and who is invited, as frames for the open page."""
    people = participation.people(conversation)
    return [
        fragment(
            f"{part}-{conversation.public_id}",
            render_to_string(f"zone/invitation/_{part}.html", {"people": people}),
        )
        for part in ("participants", "invitations")
    ]


def conversation_transferred(conversation: Conversation, transfer: Transfer) -> None:
    """Offered: the addressee alone is called; whoever has it open sees to whom it goes."""
    conversation_changed(conversation, [f"account.{conversation.operator_id}"])
    _tell_strip(conversation, transfer)


def transfer_decided(
    conversation: Conversation, transfer: Transfer, owner: int | None, department: int
) -> None:
    """Whatever came of it; `owner` and `department` are those of before."""
    also = [_addressee(transfer), f"department.{department}"]
    if owner is not None:
        also.append(f"account.{owner}")
    conversation_changed(conversation, also)
    _tell_strip(conversation, None)


def _tell_strip(conversation: Conversation, transfer: Transfer | None) -> None:
    strip = strip_fragment(conversation, transfer)
    push(f"staff.{conversation.visitor_id}", strip, conversation=conversation.pk)


def told(account_id: int, words: str) -> None:
    """A line in the corner of one operator's zone."""
    push(f"account.{account_id}", fragment("toasts", format_html("<p>{}</p>", words), "append"))


def _addressee(transfer: Transfer) -> str:
    if transfer.to_account_id is not None:
        return f"account.{transfer.to_account_id}"
    return f"department.{transfer.to_department_id}"


def strip_fragment(conversation: Conversation, transfer: Transfer | None) -> str:
    """Who hands it over to whom, as a frame; an empty strip when nobody does."""
    context = {"cid": conversation.public_id, "transfer": rows.transfer_strip(transfer)}
    html = render_to_string("zone/transfer/_transfer_strip.html", context)
    return fragment(f"transfer-strip-{conversation.public_id}", html)


def tell_visitor(conversation: Conversation, position: int | None) -> None:
    push(
        f"visitor.{conversation.visitor_id}",
        encode(wire.conversation_for_visitor(conversation, position)),
        conversation=conversation.pk,
        public_id=conversation.public_id,
        revision=conversation.revision,
        state=conversation.state,
        owner=conversation.operator_id,
    )


def row_fragment(conversation: Conversation, at: datetime) -> str:
    """The conversation's row as a frame for the lists."""
    target = f"visitor-{conversation.public_id}"
    if conversation.state == "closed":
        return fragment(target, "", "remove")
    row = rows.conversation_row(conversation, at=at)
    return fragment(target, render_to_string("zone/lists/_visitor_row.html", {"row": row}))


def fragment(target: str, html: str, action: str = "replace") -> str:
    return encode({"type": "fragment", "target": target, "html": html.strip(), "action": action})


def queue_position(conversation: Conversation) -> int | None:
    """1 for the head of the department's queue; None when not waiting."""
    if conversation.state != "waiting":
        return None
    since = conversation.waiting_since
    ahead = Conversation.objects.waiting().filter(
        Q(waiting_since__lt=since) | Q(waiting_since=since, pk__lt=conversation.pk),
        department=conversation.department_id,
    )
    return ahead.count() + 1


def queue_moved(department_id: int) -> None:
    waiting = (
        Conversation.objects.waiting()
        .filter(department=department_id)
        .select_related("visitor", "operator", "department")
        .in_queue_order()[:TOLD_POSITIONS]
    )
    for position, conversation in enumerate(waiting, start=1):
        tell_visitor(conversation, position)


def read_by_visitor(conversation: Conversation) -> None:
    seen = conversation.messages.filter(visitor_seq=conversation.visitor_read_seq)
    for seq in seen.values_list("seq", flat=True):
        frame = {"type": "read", "conversation": conversation.public_id, "seq": seq}
        _tell_staff(conversation.visitor_id, conversation.pk, frame)


def read_by_operator(conversation: Conversation) -> None:
    seen = conversation.messages.filter(
        seq__lte=conversation.operator_read_seq, visitor_seq__isnull=False
    )
    seq = seen.order_by("-seq").values_list("visitor_seq", flat=True).first()
    if seq is not None:
        push(f"visitor.{conversation.visitor_id}", encode({"type": "read", "seq": seq}))


def delivered_to_visitor(visitor_id: int, conversation_id: int, public_id: str, seq: int) -> None:
    """A socket of the visitor was handed the staff's number `seq`."""
    frame = {"type": "delivered", "conversation": public_id, "seq": seq}
    _tell_staff(visitor_id, conversation_id, frame)


def delivered_to_operator(visitor_id: int, seq: int) -> None:
    push(f"visitor.{visitor_id}", encode({"type": "delivered", "seq": seq}))


def visitor_types(
    visitor_id: int, conversation_id: int, public_id: str, name: str, on: bool
) -> None:
    frame = {"type": "typing", "conversation": public_id, "name": name, "on": on}
    _tell_staff(visitor_id, conversation_id, frame)


def operator_types(visitor_id: int, name: str, on: bool) -> None:
    push(f"visitor.{visitor_id}", encode({"type": "typing", "name": name, "on": on}))


def visitor_arrived(visitor: Visitor, visit: Visit) -> None:
    """On the site or on another page of it: a row among «На сайте», or in their conversation's."""
    conversation = _open_conversation_of(visitor)
    if conversation is not None:
        row_changed(conversation)
        return
    visit.visitor = visitor
    html = render_to_string("zone/lists/_site_row.html", {"row": rows.site_row(visit)})
    push(f"site.{visitor.site_id}", fragment(f"visit-{visit.public_id}", html))


def visitors_left(visits: list[Visit]) -> None:
    """Gone from the site: no row among «На сайте», no dot in the conversation's."""
    for visit in visits:
        _without_row(visit.visitor, visit)
    talking = Conversation.objects.open().filter(visitor__in={v.visitor_id for v in visits})
    for conversation in talking.select_related("visitor", "operator", "department"):
        row_changed(conversation)


def _open_conversation_of(visitor: Visitor) -> Conversation | None:
    found = Conversation.objects.open().filter(visitor=visitor)
    key = found.values_list("pk", flat=True).first()
    if key is None:
        return None
    whole = Conversation.objects.select_related("visitor", "operator", "department")
    return whole.filter(pk=key).first()


def _without_row(visitor: Visitor, visit: Visit) -> None:
    push(f"site.{visitor.site_id}", fragment(f"visit-{visit.public_id}", "", "remove"))


def _without_site_row(conversation: Conversation) -> None:
    visits = Visit.objects.present(timezone.now()).filter(visitor=conversation.visitor_id)
    for visit in visits:
        _without_row(conversation.visitor, visit)


def _with_site_row(conversation: Conversation) -> None:
    visits = Visit.objects.present(timezone.now()).filter(visitor=conversation.visitor_id)
    for visit in visits.order_by("-seen_at")[:1]:
        visitor_arrived(conversation.visitor, visit)


def visitor_signed_out(visitor: Visitor) -> None:
    """Every window of this person closes at once."""
    push(f"visitor.{visitor.pk}", signal="signed_out")


def place_taken(account: Account, place: uuid.UUID, at: datetime) -> None:
    push(f"account.{account.pk}", signal="place_taken", place=str(place), at=at.timestamp())


def place_given_up(account: Account, at: datetime) -> None:
    push(f"account.{account.pk}", signal="away", at=at.timestamp())


def account_deactivated(account: Account) -> None:
    push(f"account.{account.pk}", signal="deactivated")


def presence_changed() -> None:
    """Each process takes a fresh snapshot and tells its own sockets."""
    push("processes", signal="presence")


def intention_chosen() -> None:
    """The operators' list is told even where nobody's status is another: the comment may be."""
    push("processes", signal="load")
    presence_changed()


def account_signed_out(account: Account, session_key: str) -> None:
    push(f"account.{account.pk}", signal="signed_out", session=session_key)
