"""Parts of the zone's page as frames, which replace what bears their id."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.template.loader import render_to_string

from chat import participation
from chat.models import Conversation, Transfer
from chat.rows.conversations import (
    Around,
    Said,
    conversation_rows,
    read_around,
    transfer_strip,
)
from chat.sockets.frames import encode


def fragment(target: str, html: str, action: str = "replace") -> str:
    return encode({"type": "fragment", "target": target, "html": html.strip(), "action": action})


def row_fragment(conversation: Conversation, at: datetime) -> str:
    """The conversation's row as a frame for the lists."""
    around = read_around([conversation])
    return row_fragments([conversation], around, at=at)[conversation.pk]


def row_fragments(
    conversations: Iterable[Conversation],
    around: Around,
    *,
    said: Mapping[int, Said] | None = None,
    at: datetime,
) -> dict[int, str]:
    """The rows of many by conversation; `said` as of `conversation_rows`."""
    found = list(conversations)
    shown = [one for one in found if one.state != "closed"]
    rows = conversation_rows(shown, around=around, said=said, at=at) if shown else []
    html = {
        one.pk: render_to_string("zone/lists/_visitor_row.html", {"row": row})
        for one, row in zip(shown, rows, strict=True)
    }
    return {
        one.pk: fragment(
            f"visitor-{one.public_id}",
            html.get(one.pk, ""),
            "replace" if one.pk in html else "remove",
        )
        for one in found
    }


def strip_fragment(conversation: Conversation, transfer: Transfer | None) -> str:
    """Who hands it over to whom, as a frame; an empty strip when nobody does."""
    context = {"cid": conversation.public_id, "transfer": transfer_strip(transfer)}
    html = render_to_string("zone/transfer/_transfer_strip.html", context)
    return fragment(f"transfer-strip-{conversation.public_id}", html)


def criticality_fragment(conversation: Conversation) -> str:
    """In the head of the open page."""
    shown = {"cid": conversation.public_id, "criticality": conversation.criticality}
    html = render_to_string("zone/conversation/_criticality.html", {"conversation": shown})
    return fragment(f"criticality-{conversation.public_id}", html)


def deadline_fragment(conversation: Conversation, deadline: object) -> str:
    """In the head of the open page, as of its row."""
    context = {"cid": conversation.public_id, "deadline": deadline}
    html = render_to_string("zone/conversation/_head_deadline.html", context)
    return fragment(f"deadline-{conversation.public_id}", html)


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
