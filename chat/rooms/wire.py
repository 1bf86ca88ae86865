"""Chats among staff as their members' sockets and pages are given them."""

from typing import Any

from chat.models import InternalChat, InternalKind, InternalMessage
from chat.sockets.delivery import Entry
from chat.sockets.frames import encode
from chat.text import initials
from chat.wire import lines
from chat.wire.faces import STAFF, wire_time
from chat.wire.files import file_context
from chat.wire.messages import changed_at, gist, message_html, shown_text
from chat.wire.moments import clock_time
from chat.wire.photos import photo_beside

OWN, OTHERS, LINE = "out", "in", "system"


def side(message: InternalMessage, reader: int) -> str:
    """On which side of the log an account finds it."""
    if message.kind == InternalKind.AMENDED:
        return "amended"
    if message.kind == InternalKind.EVENT:
        return LINE
    return OWN if message.author_id == reader else OTHERS


def message_context(message: InternalMessage, side: str, *, read_up_to: int = 0) -> dict[str, Any]:
    """What shared/_message.html shows; `read_up_to`: what every other member has seen."""
    return {
        "id": message.client_id,
        "seq": message.seq,
        "face": STAFF,
        "side": side,
        "kind": message.kind,
        "author_kind": "system" if side == LINE else "operator",
        "author_name": message.author_name,
        "icon": "",
        "initials": initials(message.author_name),
        "photo": photo_beside(message) if side == OTHERS else "",
        **shown_text(lines.for_members(message), message.links),
        "iso": wire_time(message.created_at),
        "time": clock_time(message.created_at),
        "files": [file_context(one, STAFF) for one in message.attachments.all()]
        if message.may_carry_files
        else [],
        "files_gone": False,
        "read": message.seq <= read_up_to,
        "account": "",
        "changed": changed_at(message),
        "retracted": message.retracted_at is not None,
        "quote": _quote(message),
        "card": None,
    }


def _quote(message: InternalMessage) -> dict[str, Any] | None:
    """What the message answers to, as it is now."""
    quoted = message.quotes
    if quoted is None or message.retracted_at is not None:
        return None
    names = [file.name for file in quoted.attachments.all() if quoted.may_carry_files]
    return {
        "id": quoted.client_id,
        "author": quoted.author_name,
        "text": gist(lines.for_members(quoted), names),
    }


def amended_frame(amendment: InternalMessage, public_id: str, reader: int) -> str:
    message = amendment.amends
    if message is None:
        raise ValueError(amendment)
    context = message_context(message, side(message, reader))
    frame = {
        "type": "amended",
        "conversation": public_id,
        "seq": amendment.seq,
        "id": str(amendment.client_id),
        "of": message.seq,
        "message": str(message.client_id),
        "text": lines.for_members(message),
        "html": message_html(context),
    }
    return encode(frame)


def frame_for(message: InternalMessage, public_id: str, reader: int) -> str:
    """The entry of the log as an account gets it: said, or changed."""
    if message.kind == InternalKind.AMENDED:
        return amended_frame(message, public_id, reader)
    return message_frame(message, public_id, side(message, reader))


def message_frame(message: InternalMessage, public_id: str, side: str) -> str:
    context = message_context(message, side)
    author = {"kind": context["author_kind"], "name": message.author_name}
    frame = {
        "type": "message",
        "conversation": public_id,
        "seq": message.seq,
        "id": str(message.client_id),
        "author": author | {"id": str(message.author_id) if message.author_id else None},
        "kind": message.kind,
        "text": lines.for_members(message),
        "quotes": context["quote"] and str(context["quote"]["id"]),
        "html": message_html(context),
        "created_at": context["iso"],
    }
    return encode(frame)


def entry(message: InternalMessage, public_id: str, reader: int) -> Entry:
    return Entry(message.seq, frame_for(message, public_id, reader), None)


def chat_frame(
    chat: InternalChat, members: list[tuple[int | None, str]], *, seq: int, unread: int
) -> dict[str, Any]:
    """`seq`: the last number that the socket was handed, `unread`: how many of those up to it."""
    return {
        "type": "chat",
        "id": chat.public_id,
        "title": chat.title,
        "is_direct": chat.is_direct,
        "members": [{"id": str(key) if key else None, "name": name} for key, name in members],
        "seq": seq,
        "unread": unread,
    }
