"""What goes over the wire about messages, to each face.

A visitor's are allow-lists: what is not named here does not leave.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

import msgspec
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chat.markup import escaped_with_links, is_laid_out, to_html
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
    return _side_of(message.author_kind, face)


def _side_of(author_kind: str, face: str) -> str:
    return "in" if (author_kind == AuthorKind.VISITOR) == (face == STAFF) else "out"


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


def _initials(message: Message, author: str, face: str) -> str:
    return initials(message.author_name if face == STAFF else author)


def _photo(message: Message, face: str) -> str:
    return photo_beside(message) if face == VISITOR else ""


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
        "initials": _initials(message, author, face),
        "photo": _photo(message, face),
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
    return _filled(outline, values)


_SELDOM = ("files", "files_gone", "read", "changed", "retracted", "quote", "card")
_PLAIN_SLOTS = ("id", "seq", "iso", "time", "account", "photo")
_PEOPLES_SLOTS = ("author_name", "initials")
_SLOTS = (*_PLAIN_SLOTS, *_PEOPLES_SLOTS, "html")
_MARK = "\ue000"


def _filled(outline: list[str], values: dict[str, str]) -> str:
    """Text, slot, text, slot, …, text."""
    filled = outline[:]
    filled[1::2] = [values[slot] for slot in outline[1::2]]
    return "".join(filled)


def _marked(slot: str) -> str:
    return f"{_MARK}{slot}{_MARK}"


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
    """The template rendered once with marks for values: a twentieth of what a bubble costs."""
    context = _with_marks(face, side, author_kind, has_text, is_laid_out, has_account, has_photo)
    context["icon"] = icon
    return render_to_string("shared/_message.html", {"m": context}).strip().split(_MARK)


def _with_marks(
    face: str,
    side: str,
    author_kind: str,
    has_text: bool,
    is_laid_out: bool,
    has_account: bool,
    has_photo: bool,
) -> dict[str, Any]:
    """The context of a message that has nothing of what is seldom, without its values."""
    marks = {slot: _marked(slot) for slot in _SLOTS}
    return {
        **marks,
        "html": marks["html"] if has_text else "",
        "photo": marks["photo"] if has_photo else "",
        "is_laid_out": is_laid_out,
        "icon": "",
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


def message_frame(message: Message, conversation: Logged, face: str) -> dict[str, Any]:
    context = message_context(message, face)
    return _frame(context, conversation.public_id, _text(message, face), message.author_id)


def _frame(context: dict[str, Any], conversation: str, text: str, by: object) -> dict[str, Any]:
    author: dict[str, Any] = {"kind": context["author_kind"], "name": context["author_name"]}
    if context["face"] == STAFF:
        author["id"] = by and str(by)
    else:
        author["photo"] = context["photo"] or None
    return {
        "type": "message",
        "conversation": conversation,
        "seq": context["seq"],
        "id": str(context["id"]),
        "author": author,
        "kind": context["kind"],
        "text": text,
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
    return encoded_for((face,), message, conversation)[0]


def encoded_for(faces: Iterable[str], message: Message, conversation: Logged) -> list[str]:
    """Likewise, for several at once."""
    if _is_plain(message):
        alike = _alike(message)
        return [_plain(message, conversation, face, alike) for face in faces]
    frame = amended_frame if message.kind == MessageKind.AMENDED else message_frame
    return [encode(frame(message, conversation, face)) for face in faces]


def _is_plain(message: Message) -> bool:
    """A text and nothing else, which nearly all messages are."""
    return (
        message.kind == MessageKind.TEXT
        and not message.code
        and message.quotes_id is None
        and message.corrected_at is None
        and message.retracted_at is None
    )


def _alike(message: Message) -> dict[str, str]:
    """What of a plain message is the same to everybody."""
    return {
        "id": str(message.client_id),
        "iso": wire_time(message.created_at),
        "time": clock_time(message.created_at),
        "text": _in_json(message.text),
        "html": _in_json(escaped_with_links(message.text, message.links)),
        "language": get_language() or "",
    }


def _plain(message: Message, conversation: Logged, face: str, alike: dict[str, str]) -> str:
    """As `message_frame` has it, put together at once: every message is told to two sides."""
    author, photo = author_of(message, face), _photo(message, face)
    account = message.author_id if face == STAFF else None
    outline = _plain_outline(
        face,
        message.author_kind,
        bool(message.text),
        is_laid_out(message.text),
        account is not None,
        bool(photo),
        alike["language"],
    )
    values = {
        **alike,
        "conversation": conversation.public_id,
        "seq": str(message.seq if face == STAFF else message.visitor_seq),
        "account": str(account),
        "photo": photo,
        "name": _in_json(author),
        "author_name": _in_json(escape(author)),
        "initials": _in_json(escape(_initials(message, author, face))),
    }
    return _filled(outline, values)


@cache
def _plain_outline(
    face: str,
    author_kind: str,
    has_text: bool,
    is_laid_out: bool,
    has_account: bool,
    has_photo: bool,
    language: str,
) -> list[str]:
    side = _side_of(author_kind, face)
    context = _with_marks(face, side, author_kind, has_text, is_laid_out, has_account, has_photo)
    context["kind"] = MessageKind.TEXT
    by = _marked("account") if has_account else None
    frame = _frame(context, _marked("conversation"), _marked("text"), by)
    frame["author"]["name"] = _marked("name")  # not escaped for HTML
    number = _marked("seq")
    return encode(frame).replace(f'"{number}"', number).split(_MARK)


def _in_json(text: str) -> str:
    return msgspec.json.encode(text)[1:-1].decode()
