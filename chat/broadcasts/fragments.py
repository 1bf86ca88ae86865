"""Parts of the zone's page as frames, which replace what bears their id."""

from datetime import datetime

from django.template.loader import render_to_string

from chat import participation
from chat.models import Conversation, Transfer
from chat.rows.conversations import conversation_row, transfer_strip
from chat.sockets.frames import encode


def fragment(target: str, html: str, action: str = "replace") -> str:
    return encode({"type": "fragment", "target": target, "html": html.strip(), "action": action})


def row_fragment(conversation: Conversation, at: datetime) -> str:
    """The conversation's row as a frame for the lists."""
    target = f"visitor-{conversation.public_id}"
    if conversation.state == "closed":
        return fragment(target, "", "remove")
    row = conversation_row(conversation, at=at)
    return fragment(target, render_to_string("zone/lists/_visitor_row.html", {"row": row}))


def strip_fragment(conversation: Conversation, transfer: Transfer | None) -> str:
    """Who hands it over to whom, as a frame; an empty strip when nobody does."""
    context = {"cid": conversation.public_id, "transfer": transfer_strip(transfer)}
    html = render_to_string("zone/transfer/_transfer_strip.html", context)
    return fragment(f"transfer-strip-{conversation.public_id}", html)


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
