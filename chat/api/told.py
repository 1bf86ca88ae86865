"""What a token is told of a conversation, a ticket, a visitor: rows as shapes.

An allow-list: of what staff keep among themselves there are notes alone, where they are asked for.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from chat.api import shapes
from chat.models import (
    Closing,
    Conversation,
    FieldValue,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
    Visitor,
)
from chat.models.conversations import ConversationQuerySet
from chat.models.messages import MessageQuerySet
from chat.models.tickets import TicketQuerySet
from chat.sockets.history import whole
from chat.wire import lines
from departments.criticality import Criticality
from departments.models import Site

LEVELS: dict[shapes.Level, int] = {
    "low": Criticality.LOW,
    "normal": Criticality.NORMAL,
    "high": Criticality.HIGH,
    "critical": Criticality.CRITICAL,
}
_NAMES = {number: name for name, number in LEVELS.items()}
_READ = (MessageKind.TEXT, MessageKind.FILE, MessageKind.LINK, MessageKind.EVENT)


def whole_conversations(found: ConversationQuerySet) -> QuerySet[Conversation]:
    """With all that is told of them, in as many statements for one as for a page."""
    return found.select_related("visitor__site", "department", "operator").prefetch_related(
        Prefetch("closings", Closing.objects.current(), to_attr="ended"),
        Prefetch("tickets", Ticket.objects.order_by("pk")),
    )


def conversation(one: Conversation) -> shapes.Conversation:
    ended: list[Closing] = getattr(one, "ended", [])
    return shapes.Conversation(
        id=one.public_id,
        state=one.state,  # type: ignore[arg-type]
        site=_site(one.visitor.site),
        visitor=_visitor_name(one.visitor),
        department=one.department.name,
        operator=one.operator.name if one.operator else None,
        criticality=_NAMES[one.criticality],
        tickets=[ticket.number for ticket in one.tickets.all()],
        opened_at=one.started_at,
        accepted_at=one.accepted_at,
        answered_at=one.answered_at,
        closed_at=one.closed_at,
        outcome=(ended[0].words or None) if ended else None,
        url=_address("zone_conversation", one.public_id),
    )


def messages_read(of: Conversation, *, with_notes: bool) -> MessageQuerySet:
    """Without notes, what the visitor reads too."""
    if with_notes:
        return of.messages.filter(kind__in=[*_READ, MessageKind.NOTE])
    return of.messages.filter(kind__in=_READ, visitor_seq__isnull=False)


def messages(rows: Iterable[Message], *, with_notes: bool) -> list[shapes.Message]:
    told = [(one, _text(one, with_notes=with_notes)) for one in whole(rows)]
    is_silent = MessageKind.EVENT  # a line that says nothing to the visitor
    return [_message(one, text) for one, text in told if text or one.kind != is_silent]


def _text(one: Message, *, with_notes: bool) -> str:
    if one.retracted_at is not None:
        return ""
    return lines.for_staff(one) if with_notes else lines.for_visitor(one)


def _message(one: Message, text: str) -> shapes.Message:
    files = one.attachments.all() if one.may_carry_files else ()
    return shapes.Message(
        id=str(one.client_id),
        seq=one.seq,
        kind=one.kind,  # type: ignore[arg-type]
        author_kind=one.author_kind,  # type: ignore[arg-type]
        author=lines.title_of(one),
        text=text,
        files=[
            shapes.File(name=file.name, size=file.size, type=file.content_type) for file in files
        ],
        created_at=one.created_at,
        corrected_at=one.corrected_at,
        is_retracted=one.retracted_at is not None,
    )


def whole_tickets(found: TicketQuerySet) -> TicketQuerySet:
    with_names = found.select_related("site", "visitor", "department", "responsible")
    about = Conversation.objects.order_by("pk")
    return with_names.prefetch_related(Prefetch("conversations", about))


def ticket(one: Ticket) -> shapes.Ticket:
    return shapes.Ticket(
        number=one.number,
        revision=one.revision,
        status=one.status,  # type: ignore[arg-type]
        subject=one.subject,
        description=one.description,
        software=one.software,
        version=one.version,
        contract=one.contract,
        criticality=_NAMES[one.criticality],
        site=_site(one.site),
        visitor=_visitor_name(one.visitor),
        department=one.department.name,
        responsible=one.responsible.name if one.responsible else None,
        conversations=[each.public_id for each in one.conversations.all()],
        created_at=one.created_at,
        changed_at=one.changed_at,
        done_at=one.done_at,
        answer_due_at=one.answer_due_at,
        solution_due_at=one.solution_due_at,
        url=_address("ticket", one.number),
    )


def entry(one: TicketEvent) -> shapes.TicketEntry:
    return shapes.TicketEntry(
        id=str(one.client_id),
        kind=one.deed,  # type: ignore[arg-type]
        author=one.by_name,
        text=one.text,
        created_at=one.at,
    )


def visitors(rows: Iterable[Visitor]) -> list[shapes.Visitor]:
    """With their site."""
    people = list(rows)
    written = _written(people)
    return [_visitor(one, {**one.claims, **written[one.pk]}) for one in people]


def _written(people: list[Visitor]) -> dict[int, dict[str, str]]:
    """What staff wrote in fields about them, by key."""
    values: dict[int, dict[str, str]] = defaultdict(dict)
    kept = FieldValue.objects.filter(visitor__in=people, conversation=None).exclude(value="")
    current = kept.filter(field__retired_at=None)
    for person, key, value in current.values_list("visitor", "field__key", "value"):
        values[person][key] = value
    return values


def _visitor(one: Visitor, fields: dict[str, str]) -> shapes.Visitor:
    return shapes.Visitor(
        id=str(one.pk),
        site=_site(one.site),
        subject=one.subject,
        name=one.name,
        email=one.email,
        given_email=one.given_email,
        contract=one.contract,
        plan=one.plan,
        fields={key: str(value) for key, value in fields.items()},
        first_seen_at=one.first_seen_at,
    )


def _site(site: Site) -> shapes.SiteName:
    return shapes.SiteName(key=site.key, name=site.name)


def _visitor_name(visitor: Visitor) -> shapes.VisitorName:
    return shapes.VisitorName(id=str(visitor.pk), subject=visitor.subject, name=visitor.name)


def _address(name: str, *args: str) -> str:
    return str(settings.PUBLIC_ORIGINS[0]) + reverse(name, args=args)
