"""All that a person may read of what is kept about them: an allow-list, what is not named here does
not leave. What staff write for themselves (notes, comments, fields, judgements, transfers) is not.

Read page by page, so that a long history holds neither memory nor a connection.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from chat import access
from chat.files.checks import clean_name
from chat.models import (
    REQUESTS,
    Attachment,
    Conversation,
    DataRequest,
    Message,
    MessageKind,
    Visit,
    Visitor,
)
from chat.sockets.history import whole
from chat.tickets.customer import ticket_page
from chat.wire import lines
from chat.wire.faces import visitor_face
from chat.wire.messages import author_of

PAGE = 200
FOLDER = "файлы"

Facts = dict[str, Any]


def about(visitor: Visitor) -> Facts:
    return {
        "site": visitor.site.name,
        "name": visitor.name,
        "email": visitor.email,
        "given_email": visitor.given_email,
        "contract": visitor.contract,
        "plan": visitor.plan,
        "told_by_site": dict(visitor.claims),
        "told_at": visitor.signed_at,
        "first_seen_at": visitor.first_seen_at,
    }


def consents(visitor: Visitor) -> list[Facts]:
    given = [
        {"deed": "given", "version": one.version, "at": one.given_at, "address": one.address}
        for one in visitor.consents.all()
    ]
    taken_back = [
        {"deed": "withdrawn", "version": one.version, "at": one.at, "address": one.address}
        for one in visitor.withdrawals.all()
    ]
    return sorted(given + taken_back, key=lambda one: one["at"])


def visits(visitor: Visitor) -> Iterator[Facts]:
    for visit in visitor.visits.order_by("pk").iterator(PAGE):
        yield {
            "from": visit.started_at,
            "to": visit.seen_at,
            "address": visit.address,
            "browser": visit.user_agent,
            "screen": visit.screen,
            "language": visit.language,
            "time_zone": visit.time_zone,
            "came_from": visit.referrer,
            "pages": _pages(visit),
        }


def _pages(visit: Visit) -> list[Facts]:
    return [
        {"at": page.opened_at, "address": page.url, "title": page.title}
        for page in visit.pages.order_by("pk")
    ]


def conversations(visitor: Visitor) -> QuerySet[Conversation]:
    return access.conversations_of(visitor).order_by("started_at", "pk")


def conversation(one: Conversation) -> Facts:
    return {"id": one.public_id, "from": one.started_at, "to": one.closed_at}


@dataclass(frozen=True)
class Said:
    """An entry of the log, and what is told of it."""

    message: Message
    facts: Facts


def messages(of: Conversation, visitor: Visitor, places: Mapping[int, str]) -> Iterator[Said]:
    """Each as it reads now, where it was said."""
    face, after = visitor_face(visitor.site), 0
    while True:
        said = of.messages.filter(visitor_seq__gt=after).order_by("visitor_seq")
        page = whole(said[:PAGE])
        for message in page:
            if (facts := _message(message, face, visitor, places)) is not None:
                yield Said(message, facts)
        if len(page) < PAGE:
            return
        after = page[-1].visitor_seq or 0


def _message(
    message: Message, face: str, visitor: Visitor, places: Mapping[int, str]
) -> Facts | None:
    if message.kind == MessageKind.AMENDED:
        return None
    text = lines.for_visitor(message, face)
    is_system = message.kind in (MessageKind.EVENT, *REQUESTS)
    if is_system and not text:
        return None
    files = message.attachments.all() if message.may_carry_files else []
    facts = {
        "number": message.visitor_seq,
        "at": message.created_at,
        "author": "" if is_system else author_of(message, face),
        "by_you": message.author_kind == "visitor",
        "text": text,
        "changed_at": message.corrected_at,
        "deleted_at": message.retracted_at,
        "files": [file(one, places) for one in files],
    }
    return facts | _given(message)


def _given(message: Message) -> Facts:
    """What they answered to a card."""
    if message.kind == MessageKind.RATING_REQUEST:
        return {"score": message.rating.score, "comment": message.rating.comment}
    if message.kind == MessageKind.SNAPSHOT_REQUEST:
        return {"told_of_system": message.snapshot.facts}
    return {}


def tickets(visitor: Visitor, places: Mapping[int, str], *, at: datetime) -> Iterator[Facts]:
    for ticket in access.tickets_of(visitor).order_by("pk").iterator(PAGE):
        page = ticket_page(visitor, ticket, at=at)
        shown = access.files_shown_to(visitor).filter(tickets=ticket).order_by("pk")
        yield {
            "number": page["number"],
            "subject": page["subject"],
            "state": page["state"],
            "at": page["created_at"],
            "answers": [
                {"at": one["at"], "by": one["by"], "text": one["text"]} for one in page["said"]
            ],
            "files": [file(one, places) for one in shown],
        }


def requests(visitor: Visitor) -> list[Facts]:
    mine = DataRequest.objects.of_subject(visitor.site, visitor.subject).order_by("pk")
    return [
        {
            "number": one.number,
            "kind": str(one.get_kind_display()),
            "at": one.asked_at,
            "text": one.text,
            "state": str(one.get_state_display()),
            "answer": one.answer,
        }
        for one in mine
    ]


def files(visitor: Visitor) -> QuerySet[Attachment]:
    """Those shown to them, and what they have uploaded and not sent yet."""
    unsent = Q(visitor=visitor, message=None, internal_message=None)
    shown = Q(pk__in=access.files_shown_to(visitor).values("pk"))
    return Attachment.objects.filter(shown | unsent).order_by("pk")


def file(attachment: Attachment, places: Mapping[int, str]) -> Facts:
    return {
        "name": attachment.name,
        "size": attachment.size,
        "at": attachment.created_at,
        "sha256": attachment.sha256,
        # Where it is in the archive; empty for what is not.
        "place": places.get(attachment.pk, ""),
    }


def place_of(attachment: Attachment) -> str:
    """Under a name that is a file's on any system."""
    name = clean_name(re.sub(r'[<>:"|?*]', "_", attachment.name))
    return f"{FOLDER}/{attachment.public_id.hex[:8]}-{name}"
