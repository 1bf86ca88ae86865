"""What staff note about a visitor, or about where visitors of a site connect from."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from chat import access
from chat.actions.errors import (
    CommentGone,
    EmptyComment,
    NoAddress,
    RemarkChanged,
    RemarkTooLong,
)
from chat.actions.locks import lock_site_of, lock_visitor_of
from chat.events import CommentChanged, RemarkSaved
from chat.happened import happened
from chat.models import Comment, Visitor
from chat.text import clean_text
from operators.addresses import network_of, parse_address, parse_network
from operators.models import Account

# The two that an address stands for. Of IPv4 a network of this many bits is an office or a house.
_NEIGHBOURS = 24


class Subject(StrEnum):
    VISITOR = "visitor"
    ADDRESS = "address"
    NETWORK = "network"


def subjects_of(address: str | None) -> dict[Subject, str]:
    """What a comment can be about where the visitor comes from there: {subject: its network}."""
    parsed = parse_address(address or "")
    if parsed is None:
        return {Subject.VISITOR: ""}
    around = network_of(str(parsed)) if parsed.version > 4 else f"{parsed}/{_NEIGHBOURS}"
    alone, all_of_it = parse_network(str(parsed)), parse_network(around)
    return {
        Subject.VISITOR: "",
        Subject.ADDRESS: str(alone),
        Subject.NETWORK: str(all_of_it),
    }


def add_comment(
    account: Account, conversation_id: str, subject: Subject, text: str, *, at: datetime
) -> Comment:
    """Raises a Refusal."""
    with transaction.atomic():
        visitor = lock_site_of(account, conversation_id)
        network = subjects_of(visitor.last_address).get(subject)
        if network is None:
            raise NoAddress
        comment = Comment.objects.create(
            site_id=visitor.site_id,
            visitor=None if network else visitor,
            network=network,
            text=_meaningful(text),
            author=account,
            author_name=account.name,
            created_at=at,
        )
        happened(CommentChanged(comment=comment, by_id=account.pk, at=at))
    return comment


def change_comment(
    account: Account, conversation_id: str, comment_id: int, text: str, *, at: datetime
) -> None:
    """Raises a Refusal."""
    with transaction.atomic():
        comment = _locked(account, conversation_id, comment_id)
        access.refuse(access.to_change_comment(account, comment))
        text = _meaningful(text)
        if comment.text != text:
            comment.text, comment.edited_at = text, at
            comment.save(update_fields=["text", "edited_at"])
            happened(CommentChanged(comment=comment, by_id=account.pk, at=at))


def pin_comment(
    account: Account, conversation_id: str, comment_id: int, *, is_pinned: bool, at: datetime
) -> None:
    """Above all others, in place of the one of its subject that was. Raises a Refusal."""
    with transaction.atomic():
        comment = _locked(account, conversation_id, comment_id)
        same = {field: getattr(comment, field) for field in ("site", "visitor", "network")}
        Comment.objects.filter(**same, pinned_at__isnull=False).update(pinned_at=None)
        comment.pinned_at = at if is_pinned else None
        comment.save(update_fields=["pinned_at"])
        happened(CommentChanged(comment=comment, by_id=account.pk, at=at))


def delete_comment(
    account: Account, conversation_id: str, comment_id: int, *, at: datetime
) -> None:
    """Raises a Refusal."""
    with transaction.atomic():
        comment = _locked(account, conversation_id, comment_id)
        access.refuse(access.to_delete_comment(account, comment))
        Comment.objects.filter(pk=comment.pk).delete()
        happened(CommentChanged(comment=comment, by_id=account.pk, at=at))


def save_remark(
    account: Account, conversation_id: str, text: str, *, shown: str, at: datetime
) -> Visitor:
    """The one line that stands among the visitor's data; `shown` is the one that was changed.

    Raises a Refusal.
    """
    with transaction.atomic():
        visitor = lock_visitor_of(account, conversation_id)
        text = " ".join(clean_text(text).split())
        if len(text) > Visitor.MAX_REMARK:
            raise RemarkTooLong(Visitor.MAX_REMARK, len(text))
        if visitor.remark not in (shown, text):
            raise RemarkChanged(visitor.remark_by_name, visitor.remark)
        if visitor.remark != text:
            visitor.remark, visitor.remark_by_name, visitor.remark_at = text, account.name, at
            visitor.save(update_fields=["remark", "remark_by_name", "remark_at"])
            happened(RemarkSaved(visitor=visitor, by_id=account.pk, at=at))
    return visitor


def _meaningful(text: str) -> str:
    text = clean_text(text)
    if not text:
        raise EmptyComment
    return text


def _locked(account: Account, conversation_id: str, comment_id: int) -> Comment:
    visitor = lock_site_of(account, conversation_id)
    seen = access.comments_about(visitor, visitor.last_address)
    comment = seen.filter(pk=comment_id).first()
    if comment is None:
        raise CommentGone
    return comment
