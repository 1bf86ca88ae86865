"""What goes over the wire about messages, to each face.

A visitor's are allow-lists: what is not named here does not leave.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chat.markup import is_laid_out, to_html
from chat.models import (
    REQUESTS,
    Attachment,
    AuthorKind,
    Conversation,
    InternalMessage,
    Message,
    MessageKind,
)
from chat.sockets.frames import encode
from chat.text import initials
from chat.wire import lines
from chat.wire.cards import card_of, is_shown
from chat.wire.conversations import Listed
from chat.wire.faces import STAFF, VISITOR, shown_as, wire_time
from chat.wire.files import file_context
from chat.wire.moments import clock_time
from chat.wire.photos import photo_beside

MOST_QUOTED = 200  # characters

Logged = Conversation | Listed  # whose log it is


def _side(message: Message, face: str) -> str:
    if message.kind == MessageKind.AMENDED or not is_shown(message, face):
        return "amended"  # an empty place, so that the numbers have no hole
    if message.kind in REQUESTS:
        return "asked"
    if message.kind == MessageKind.EVENT:
        return "system"
    if message.kind == MessageKind.NOTE:
        return "note"
    return "in" if (message.author_kind == AuthorKind.VISITOR) == (face == STAFF) else "out"


def _text(message: Message, face: str) -> str:
    return lines.for_staff(message) if face == STAFF else lines.for_visitor(message, face)


def shown_text(text: str, links: str) -> dict[str, Any]:
    """A text as shared/_message.html shows it."""
    return {"html": to_html(text, links), "is_laid_out": is_laid_out(text)}


def _shown(message: Message, text: str, face: str) -> dict[str, Any]:
    line = lines.line_html(message, face)
    if line is not None:
        return {"html": line, "is_laid_out": False}
    return shown_text(text, message.links if text == message.text else "")


def _quote(message: Message, face: str) -> dict[str, Any] | None:
    """What the message answers to, as it is now; of a note a visitor is shown nothing."""
    quoted = message.quotes
    if quoted is None or message.retracted_at is not None:
        return None
    if face != STAFF and quoted.visitor_seq is None:
        return None
    files = quoted.attachments.all() if quoted.may_carry_files else []
    is_own = face != STAFF and quoted.author_kind == AuthorKind.VISITOR
    return {
        "id": quoted.client_id,
        "author": _("Вы") if is_own else author_of(quoted, face),
        "text": gist(_text(quoted, face), [file.name for file in files]),
    }


def gist(text: str, names: Iterable[str] = ()) -> str:
    """So much as a quote shows, on one line; static/js/shared/quotes.js does the same."""
    return " ".join((text or ", ".join(names)).split())[:MOST_QUOTED]


def author_of(message: Message, face: str) -> str:
    if face == STAFF or message.author_kind != AuthorKind.OPERATOR:
        return lines.title_of(message)
    return shown_as(lines.shown_author(message), face)


def message_context(message: Message, face: str, *, read_up_to: int = 0) -> dict[str, Any]:
    """What _message.html shows; `read_up_to` is the other side's pointer, in their numbers."""
    theirs = (message.visitor_seq or 0) if face == STAFF else message.seq
    files = message.attachments.all() if message.may_carry_files else []
    text = _text(message, face)
    author = author_of(message, face)
    return {
        "id": message.client_id,
        "seq": message.seq if face == STAFF else message.visitor_seq,
        "face": face,
        "side": _side(message, face),
        "kind": message.kind,
        "author_kind": message.author_kind,
        "author_name": author,
        "initials": initials(message.author_name if face == STAFF else author),
        "photo": photo_beside(message) if face == VISITOR else "",
        **_shown(message, text, face),
        "icon": lines.icon_of(message),
        "iso": wire_time(message.created_at),
        "time": clock_time(message.created_at),
        "files": [file_context(attachment, face) for attachment in files],
        # By a term of their own, shorter than the message's.
        "files_gone": has_lost_files(message, files),
        "read": 0 < theirs <= read_up_to,
        "account": message.author_id or "" if face == STAFF and not message.code else "",
        "changed": changed_at(message),
        "retracted": message.retracted_at is not None,
        "quote": _quote(message, face),
        "card": card_of(message, face),
    }


def has_lost_files(message: Message | InternalMessage, files: Iterable[Attachment]) -> bool:
    carried = message.kind == MessageKind.FILE and message.retracted_at is None
    return carried and not any(files)


def changed_at(message: Message | InternalMessage) -> str:
    """When it was put into other words last, as a client says it that does so again."""
    return wire_time(message.corrected_at) if message.corrected_at else ""


def message_html(context: dict[str, Any]) -> str:
    """The fragment shared/_message.html; of plain messages only the slots are filled anew."""
    if any(context[part] for part in _SELDOM):
        return render_to_string("shared/_message.html", {"m": context}).strip()
    outline = _outline(
        context["face"],
        context["side"],
        context["author_kind"],
        bool(context["html"]),
        context["is_laid_out"],
        context["icon"],
        bool(context["account"]),
        bool(context["photo"]),
        get_language() or "",
    )
    values = {slot: str(context[slot]) for slot in _PLAIN_SLOTS}
    for slot in _PEOPLES_SLOTS:
        values[slot] = escape(context[slot])
    values["html"] = context["html"]
    filled = outline[:]
    filled[1::2] = [values[slot] for slot in outline[1::2]]
    return "".join(filled)


_SELDOM = ("files", "files_gone", "read", "changed", "retracted", "quote", "card")
_PLAIN_SLOTS = ("id", "seq", "iso", "time", "account", "photo")
_PEOPLES_SLOTS = ("author_name", "initials")
_SLOTS = (*_PLAIN_SLOTS, *_PEOPLES_SLOTS, "html")


@cache
def _outline(
    face: str,
    side: str,
    author_kind: str,
    has_text: bool,
    is_laid_out: bool,
    icon: str,
    has_account: bool,
    has_photo: bool,
    language: str,
) -> list[str]:
    """The template rendered once with marks for values: text, slot, text, slot, …, text.

    A bubble is rendered twice for every message there is; this way it costs a twentieth.
    """
    marks = {slot: f"\ue000{slot}\ue000" for slot in _SLOTS}
    context: dict[str, Any] = {
        **marks,
        "html": marks["html"] if has_text else "",
        "photo": marks["photo"] if has_photo else "",
        "is_laid_out": is_laid_out,
        "icon": icon,
        "face": face,
        "side": side,
        "author_kind": author_kind,
        "files": [],
        "files_gone": False,
        "read": False,
        "account": marks["account"] if has_account else "",
        "changed": "",
        "retracted": False,
        "quote": None,
        "card": None,
    }
    return render_to_string("shared/_message.html", {"m": context}).strip().split("\ue000")


def message_frame(message: Message, conversation: Logged, face: str) -> dict[str, Any]:
    context = message_context(message, face)
    author: dict[str, Any] = {"kind": message.author_kind, "name": context["author_name"]}
    if face == STAFF:
        author["id"] = message.author_id and str(message.author_id)
    else:
        author["photo"] = context["photo"] or None
    return {
        "type": "message",
        "conversation": conversation.public_id,
        "seq": context["seq"],
        "id": str(message.client_id),
        "author": author,
        "kind": message.kind,
        "text": _text(message, face),
        "quotes": context["quote"] and str(context["quote"]["id"]),
        "html": message_html(context),
        "created_at": context["iso"],
    }


def amended_frame(amendment: Message, conversation: Logged, face: str) -> dict[str, Any]:
    """`seq` is the amendment's own number, `of` that of the message, which is as it is now."""
    message = amendment.amends
    if message is None:
        raise ValueError(amendment)
    context = message_context(message, face)
    return {
        "type": "amended",
        "conversation": conversation.public_id,
        "seq": amendment.seq if face == STAFF else amendment.visitor_seq,
        "id": str(amendment.client_id),
        "of": context["seq"],
        "message": str(message.client_id),
        "text": _text(message, face),
        "html": message_html(context),
    }


def encoded_message(message: Message, conversation: Logged, face: str) -> str:
    """The entry of the log as a frame: said, or changed."""
    frame = amended_frame if message.kind == MessageKind.AMENDED else message_frame
    return encode(frame(message, conversation, face))
