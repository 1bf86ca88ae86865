"""One conversation as a report shows it: who asked, all that was said, and what came of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chat.filled import fields_of
from chat.models import Attachment, Conversation, Message, MessageKind, RatingRequest, Ticket
from chat.sockets.history import whole
from chat.text import number
from chat.wire.faces import STAFF
from chat.wire.messages import message_context
from reports.models import Tally
from reports.pages.tiles import Tile, tile_of
from reports.sums import sums_of

MESSAGES = 300  # of one page
SHOWN = ("wait", "response", "reply", "duration", "messages", "score")


def shown_conversation(conversation: Conversation, asked: Mapping[str, str]) -> dict[str, Any]:
    after = number(asked.get("said", ""))
    listed = list(conversation.messages.filter(seq__gt=after).order_by("seq")[: MESSAGES + 1])
    page = listed[:MESSAGES]
    return {
        "conversation": conversation,
        "visitor": conversation.visitor,
        "tiles": tiles_of_one(conversation),
        "messages": [_shown(message) for message in _said(page)],
        "said": page[-1].seq if len(listed) > MESSAGES else 0,
        "transfers": conversation.transfers.select_related("to_account", "to_department"),
        "closing": conversation.closings.current().first(),
        "ratings": RatingRequest.objects.filter(conversation=conversation).order_by("pk"),
        **_known(conversation),
        "files": Attachment.objects.filter(message__conversation=conversation).order_by("pk"),
        "tickets": Ticket.objects.filter(links__conversation=conversation),
    }


def _known(conversation: Conversation) -> dict[str, Any]:
    """What the site signed, but for what stands in an extra field already."""
    fields = [one for one in fields_of(conversation) if one.value]
    in_fields = {one.field.key for one in fields} | {one.field.title for one in fields}
    claims = conversation.visitor.claims.items()
    return {"fields": fields, "claims": [pair for pair in claims if pair[0] not in in_fields]}


def _said(page: list[Message]) -> list[Message]:
    return whole(message for message in page if message.kind != MessageKind.AMENDED)


def _shown(message: Message) -> dict[str, Any]:
    return message_context(message, STAFF) | {"created_at": message.created_at}


def tiles_of_one(conversation: Conversation) -> list[Tile]:
    """Nothing where it has not been counted yet."""
    tally: Tally | None = getattr(conversation, "tally", None)
    sums = sums_of(tally) if tally else None
    return [replace(tile_of(key, sums, None), note="") for key in SHOWN] if sums else []
