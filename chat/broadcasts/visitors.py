"""People on the site, to those who meet them."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from chat.broadcasts.conversations import judged, row_changed, rows_changed
from chat.broadcasts.site import people_changed
from chat.events import (
    CommentChanged,
    ConversationJudged,
    FieldSaved,
    RemarkSaved,
    SignedAnew,
    SystemTold,
    ValueSettled,
    VisitorArrived,
    VisitorDeclined,
    VisitorSignedOut,
    VisitorsLeft,
)
from chat.models import Comment, Conversation, Visit, Visitor
from chat.sockets.frames import encode
from chat.streams import push
from operators.addresses import is_within, parse_address, parse_network


def visitor_arrived(event: VisitorArrived) -> None:
    """A row among «На сайте», or in their conversation's; and what is known of them."""
    tell_information(event.visitor.pk, "data", "pages")
    conversation = _open_conversation_of(event.visitor)
    if conversation is None:
        people_changed([event.visitor.pk])
    else:
        row_changed(conversation)


def visitors_left(event: VisitorsLeft) -> None:
    """No row among «На сайте», no dot in the conversation's."""
    people_changed({visit.visitor_id for visit in event.visits})
    for visit in event.visits:
        tell_information(visit.visitor_id, "data", "pages")
    talking = Conversation.objects.open().filter(visitor__in={v.visitor_id for v in event.visits})
    rows_changed(talking.select_related("visitor", "operator", "department"))


def visitor_declined(event: VisitorDeclined) -> None:
    people_changed([event.visitor_id])


def visitor_signed_out(event: VisitorSignedOut) -> None:
    """Every window of this person closes at once."""
    push(f"visitor.{event.visitor.pk}", signal="signed_out")
    people_changed([event.visitor.pk])


def comment_changed(event: CommentChanged) -> None:
    """Whoever reads about the visitor; of a network, about all who talk to us from there."""
    visitor_id = event.comment.visitor_id
    for concerned in _whom_of(event.comment) if visitor_id is None else [visitor_id]:
        tell_information(concerned, "comments")


def data_changed(event: RemarkSaved | FieldSaved) -> None:
    tell_information(event.visitor.pk, "data")


def signed_anew(event: SignedAnew) -> None:
    tell_information(event.visitor.pk, "data", "identification")


def value_settled(event: ValueSettled | SystemTold) -> None:
    tell_information(event.conversation.visitor_id, "identification")


def conversation_judged(event: ConversationJudged) -> None:
    judged(event)
    tell_information(event.conversation.visitor_id, "identification")


def tell_information(visitor_id: int, *parts: str) -> None:
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
