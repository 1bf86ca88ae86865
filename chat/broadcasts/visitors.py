"""People on the site, to those who meet them."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from chat.broadcasts.conversations import row_changed, rows_changed
from chat.broadcasts.site import show_on_site, take_off_site
from chat.events import (
    CommentChanged,
    RemarkSaved,
    TicketChanged,
    TicketRegistered,
    VisitorArrived,
    VisitorSignedOut,
    VisitorsLeft,
)
from chat.models import Comment, Conversation, Visit, Visitor
from chat.sockets.frames import encode
from chat.streams import push
from operators.addresses import is_within, parse_address, parse_network


def visitor_arrived(event: VisitorArrived) -> None:
    """A row among «На сайте», or in their conversation's; and what is known of them."""
    _tell_information(event.visitor.pk, "data", "pages")
    conversation = _open_conversation_of(event.visitor)
    if conversation is None:
        show_on_site(event.visitor, event.visit)
    else:
        row_changed(conversation)


def visitors_left(event: VisitorsLeft) -> None:
    """No row among «На сайте», no dot in the conversation's."""
    for visit in event.visits:
        take_off_site(visit.visitor, visit)
        _tell_information(visit.visitor_id, "data", "pages")
    talking = Conversation.objects.open().filter(visitor__in={v.visitor_id for v in event.visits})
    rows_changed(talking.select_related("visitor", "operator", "department"))


def visitor_signed_out(event: VisitorSignedOut) -> None:
    """Every window of this person closes at once."""
    push(f"visitor.{event.visitor.pk}", signal="signed_out")


def comment_changed(event: CommentChanged) -> None:
    """Whoever reads about the visitor; of a network, about all who talk to us from there."""
    visitor_id = event.comment.visitor_id
    for concerned in _whom_of(event.comment) if visitor_id is None else [visitor_id]:
        _tell_information(concerned, "comments")


def remark_saved(event: RemarkSaved) -> None:
    _tell_information(event.visitor.pk, "data")


def ticket_changed(event: TicketRegistered | TicketChanged) -> None:
    """Whoever follows a conversation of its customer; what is told of it, each may see or not."""
    _tell_information(event.ticket.visitor_id, "tickets")


def _tell_information(visitor_id: int, *parts: str) -> None:
    """Which parts of the panel are others. What is in them is asked for by who may see it."""
    frame: dict[str, object] = {"type": "information", "visitor": str(visitor_id), "parts": parts}
    push(f"staff.{visitor_id}", encode(frame))


def _whom_of(comment: Comment) -> Iterable[int]:
    network = parse_network(comment.network)
    latest = Visit.objects.filter(visitor=OuterRef("visitor")).order_by("-seen_at", "-pk")
    talking = Conversation.objects.open().filter(visitor__site=comment.site_id)
    where = talking.annotate(address=Subquery(latest.values("address")[:1]))
    for visitor_id, address in where.values_list("visitor", "address"):
        parsed = parse_address(address or "")
        if parsed is not None and network is not None and is_within(parsed, [network]):
            yield visitor_id


def _open_conversation_of(visitor: Visitor) -> Conversation | None:
    # Most people who are on a site have none: to find that out is a third of the work.
    found = Conversation.objects.open().filter(visitor=visitor)
    key = found.values_list("pk", flat=True).first()
    if key is None:
        return None
    whole = Conversation.objects.select_related("visitor", "operator", "department")
    return whole.filter(pk=key).first()
