"""People on the site, to those who meet them."""

from chat.broadcasts.conversations import row_changed, rows_changed
from chat.broadcasts.site import show_on_site, take_off_site
from chat.events import VisitorArrived, VisitorSignedOut, VisitorsLeft
from chat.models import Conversation, Visitor
from chat.streams import push


def visitor_arrived(event: VisitorArrived) -> None:
    """A row among «На сайте», or in their conversation's."""
    conversation = _open_conversation_of(event.visitor)
    if conversation is None:
        show_on_site(event.visitor, event.visit)
    else:
        row_changed(conversation)


def visitors_left(event: VisitorsLeft) -> None:
    """No row among «На сайте», no dot in the conversation's."""
    for visit in event.visits:
        take_off_site(visit.visitor, visit)
    talking = Conversation.objects.open().filter(visitor__in={v.visitor_id for v in event.visits})
    rows_changed(talking.select_related("visitor", "operator", "department"))


def visitor_signed_out(event: VisitorSignedOut) -> None:
    """Every window of this person closes at once."""
    push(f"visitor.{event.visitor.pk}", signal="signed_out")


def _open_conversation_of(visitor: Visitor) -> Conversation | None:
    # Most people who are on a site have none: to find that out is a third of the work.
    found = Conversation.objects.open().filter(visitor=visitor)
    key = found.values_list("pk", flat=True).first()
    if key is None:
        return None
    whole = Conversation.objects.select_related("visitor", "operator", "department")
    return whole.filter(pk=key).first()
