"""People on the site, to those who meet them."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from chat.broadcasts.conversations import judged, rows_changed
from chat.broadcasts.fragments import fragment
from chat.broadcasts.site import people_changed
from chat.events import (
    CommentChanged,
    ConversationJudged,
    FieldSaved,
    PagesOpened,
    RemarkSaved,
    RuleFired,
    SignedAnew,
    SystemTold,
    ValueSettled,
    VisitorArrived,
    VisitorDeclined,
    VisitorErased,
    VisitorSignedOut,
    VisitorsLeft,
)
from chat.models import Comment, Conversation, Visit
from chat.sockets.frames import encode
from chat.streams import push
from operators.addresses import is_within, parse_address, parse_network


def visitor_arrived(event: VisitorArrived) -> None:
    """A row among «На сайте», or in their conversation's; and what is known of them."""
    _seen_anew({event.visitor.pk})


def pages_opened(event: PagesOpened) -> None:
    _seen_anew({visit.visitor_id for visit in event.visits})


def _seen_anew(visitor_ids: set[int]) -> None:
    for visitor_id in visitor_ids:
        tell_information(visitor_id, "data", "pages")
    talking = _talking(visitor_ids)
    rows_changed(talking)
    silent = visitor_ids - {conversation.visitor_id for conversation in talking}
    if silent:
        people_changed(silent)


def visitors_left(event: VisitorsLeft) -> None:
    """No row among «На сайте», no dot in the conversation's."""
    visitor_ids = {visit.visitor_id for visit in event.visits}
    people_changed(visitor_ids)
    for visitor_id in visitor_ids:
        tell_information(visitor_id, "data", "pages")
    rows_changed(_talking(visitor_ids))


def _talking(visitor_ids: set[int]) -> list[Conversation]:
    """What they have open: most people who are on a site have none, and that is found out first."""
    keys = list(Conversation.objects.open().filter(visitor__in=visitor_ids).values_list("pk"))
    if not keys:
        return []
    whole = Conversation.objects.select_related("visitor", "operator", "department")
    return list(whole.filter(pk__in=[pk for (pk,) in keys]))


def rule_fired(event: RuleFired) -> None:
    """All windows of the visit show what it says, and look for no more than is to come."""
    visit = event.visit
    push(f"visitor.{visit.visitor_id}", signal="ruled", visit=visit.pk, rules=visit.fired)


def visitor_declined(event: VisitorDeclined) -> None:
    people_changed([event.visitor_id])


def visitor_signed_out(event: VisitorSignedOut) -> None:
    """Every window of this person closes at once."""
    push(f"visitor.{event.visitor.pk}", signal="signed_out")
    people_changed([event.visitor.pk])


def visitor_erased(event: VisitorErased) -> None:
    """Their windows go for good; rows and open pages go with colleagues."""
    push(f"visitor.{event.visitor_id}", signal="erased")
    people_changed([event.visitor_id])
    groups = [f"staff.{event.visitor_id}"]
    groups += [f"department.{department}" for department in sorted(event.department_ids)]
    for public_id in event.conversations:
        for part in ("visitor", "workspace"):
            gone = fragment(f"{part}-{public_id}", "", "remove")
            for group in groups:
                push(group, gone)


def comment_changed(event: CommentChanged) -> None:
    """Whoever reads about the visitor; of a network, about all who talk to us from there."""
    visitor_id = event.comment.visitor_id
    for concerned in _whom_of(event.comment) if visitor_id is None else [visitor_id]:
        tell_information(concerned, "comments")


def data_changed(event: RemarkSaved | FieldSaved) -> None:
    tell_information(event.visitor.pk, "data")


def signed_anew(event: SignedAnew) -> None:
    """Also the row, which says what they are called."""
    tell_information(event.visitor.pk, "data", "identification")
    rows_changed(_talking({event.visitor.pk}))


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
