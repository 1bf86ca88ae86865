"""The sides of a conversation, and times for both."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.models import Conversation
from departments.models import Site

# A visitor's, that of a visitor whose site does not show who answers, and the operators'.
VISITOR, NAMELESS, STAFF = "visitor", "nameless", "staff"
SOMEBODY: Any = _("Оператор")


def visitor_face(site: Site) -> str:
    """Of the visitors of this site: the rule whether names and photos of operators reach them."""
    return VISITOR if site.shows_operators else NAMELESS


def face_of(conversation: Conversation) -> str:
    """Of its visitor."""
    return conversation.face or visitor_face(conversation.visitor.site)


def shown_as(name: str, face: str) -> str:
    """What an operator is called there."""
    return str(SOMEBODY) if face == NAMELESS else name


def wire_time(at: datetime) -> str:
    """ISO 8601 with an offset."""
    return at.isoformat(timespec="milliseconds")
