"""Chats among staff: begun, written, read; groups with members who come and go.

Whatever a chat is asked for by one who is not in it now is NotFound. Each change takes the lock of
the chat's row, so numbers have no gaps and nobody writes into a chat they have just left.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from chat import access
from chat.actions.errors import ClientIdTaken, NotFound
from chat.actions.locks import lock_chat
from chat.actions.messages import attach, meaningful
from chat.actions.quotes import quoted_among_staff
from chat.events import InternalChatChanged, InternalChatRead, InternalMessagePosted
from chat.happened import happened
from chat.markup import find_links
from chat.models import (
    AmendmentCode,
    ChatMember,
    InternalChat,
    InternalKind,
    InternalLineCode,
    InternalMessage,
)
from chat.rooms.errors import (
    AlreadyMember,
    ChatWithOneself,
    ColleagueGone,
    NobodyElse,
    NoMember,
    NotAGroup,
    NotYoursToRemove,
    TitleMissing,
    TitleTooLong,
    TooManyMembers,
    UnknownMember,
)
from chat.text import clean_line, folded
from operators.models import Account


def open_direct_chat(account: Account, other_id: int, *, at: datetime) -> InternalChat:
    """The one chat of these two, begun when there is none. One who was put off begins none."""
    other = Account.objects.staff().filter(pk=other_id).first()
    if other is None:
        raise NotFound
    if other == account:
        raise ChatWithOneself
    direct_key = "{}-{}".format(*sorted((account.pk, other.pk)))
    found = InternalChat.objects.filter(direct_key=direct_key).first()
    if found is not None:
        return found
    if not other.is_active:
        raise ColleagueGone(other.name)
    with transaction.atomic():
        chat, is_new = InternalChat.objects.get_or_create(
            direct_key=direct_key,
            defaults={"created_by": account, "created_at": at, "changed_at": at},
        )
        if is_new:
            _join(chat, [account, other], at=at)
            happened(InternalChatChanged(chat=chat, by_id=account.pk, at=at))
    return chat


def create_group(
    account: Account, title: str, members: Iterable[int], *, at: datetime
) -> InternalChat:
    title = _clean_title(title)
    others = _staff(set(members) - {account.pk})
    if not others:
        raise NobodyElse
    if len(others) >= InternalChat.MOST_MEMBERS:
        raise TooManyMembers(InternalChat.MOST_MEMBERS)
    with transaction.atomic():
        chat = InternalChat.objects.create(
            title=title, created_by=account, created_at=at, changed_at=at
        )
        _join(chat, [account, *others], at=at)
        _tell(chat, InternalLineCode.CREATED, name=account.name, by=account, at=at)
        happened(InternalChatChanged(chat=chat, by_id=account.pk, at=at))
    return chat


def rename_chat(account: Account, chat_id: str, title: str, *, at: datetime) -> InternalChat:
    title = _clean_title(title)
    with transaction.atomic():
        chat = _locked_group(account, chat_id)
        if title == chat.title:
            return chat
        chat.title = title
        _change(chat, InternalLineCode.RENAMED, title=title, name=account.name, by=account, at=at)
    return chat


def add_member(account: Account, chat_id: str, other_id: int, *, at: datetime) -> InternalChat:
    """Any member brings others; they see all that was written before."""
    (other,) = _staff({other_id})
    with transaction.atomic():
        chat = _locked_group(account, chat_id)
        present = chat.members.current()
        if present.filter(account=other).exists():
            raise AlreadyMember(other.name)
        if present.count() >= InternalChat.MOST_MEMBERS:
            raise TooManyMembers(InternalChat.MOST_MEMBERS)
        _join(chat, [other], at=at)
        names = {"name": other.name, "inviter": account.name}
        _change(chat, InternalLineCode.ADDED, **names, by=account, at=at)
    return chat


def leave_chat(account: Account, chat_id: str, *, at: datetime) -> None:
    with transaction.atomic():
        chat = _locked_group(account, chat_id)
        chat.members.current().filter(account=account).update(left_at=at)
        _change(chat, InternalLineCode.LEFT, name=account.name, by=account, at=at)


def remove_member(account: Account, chat_id: str, other_id: int, *, at: datetime) -> InternalChat:
    with transaction.atomic():
        chat = _locked_group(account, chat_id)
        if not access.may_remove_member(account, chat):
            raise NotYoursToRemove
        member = chat.members.current().select_related("account").filter(account=other_id).first()
        if member is None or other_id == account.pk:
            raise NoMember
        member.left_at = at
        member.save(update_fields=["left_at"])
        _change(
            chat,
            InternalLineCode.REMOVED,
            name=str(member),
            remover=account.name,
            by=account,
            at=at,
        )
    return chat


def post_internal_message(
    account: Account,
    chat_id: str,
    *,
    client_id: uuid.UUID,
    text: str,
    files: Sequence[uuid.UUID],
    quotes: uuid.UUID | None = None,
    at: datetime,
) -> InternalMessage:
    """The same client id again returns the same message. Raises a Refusal."""
    text = meaningful(text, files)
    with transaction.atomic():
        chat = lock_chat(account, chat_id)
        known = chat.messages.filter(client_id=client_id).first()
        if known is not None:
            if known.author_id != account.pk:
                raise ClientIdTaken
            return known
        _refuse_where_nobody_reads(chat, account)
        message = _append(
            chat,
            text,
            at=at,
            client_id=client_id,
            author=account,
            files=files,
            quotes=quoted_among_staff(chat, quotes),
        )
        attach(message, files, account=account)
        happened(InternalMessagePosted(message=message, by_id=account.pk, at=at))
    return message


def mark_internal_read(account: Account, chat_id: str, seq: int, *, at: datetime) -> None:
    """The member has seen the numbers up to `seq`; a pointer never goes back."""
    with transaction.atomic():
        chat = access.chats_visible_to(account).filter(public_id=chat_id).first()
        if chat is None:
            return
        seq = min(seq, chat.last_seq)
        mine = chat.members.current().filter(account=account, read_seq__lt=seq)
        if mine.update(read_seq=seq):
            happened(InternalChatRead(chat=chat, by_id=account.pk, at=at))


def gone_colleague(chat: InternalChat, account: Account) -> ChatMember | None:
    """In a chat of two, the other one, if they can read nothing any more."""
    if not chat.is_direct:
        return None
    other = chat.members.current().exclude(account=account).select_related("account").first()
    if other is None or (other.account and other.account.is_active and other.account.is_staff):
        return None
    return other


def _clean_title(title: str) -> str:
    title = clean_line(title, 10_000)
    if not title:
        raise TitleMissing
    if len(title) > InternalChat.MAX_TITLE:
        raise TitleTooLong(InternalChat.MAX_TITLE, len(title))
    return title


def _staff(keys: set[int]) -> list[Account]:
    """Those who can be in a chat; all of them, or UnknownMember."""
    found = list(Account.objects.staff().active().filter(pk__in=keys))
    if len(found) < len(keys):
        raise UnknownMember
    return found


def _locked_group(account: Account, chat_id: str) -> InternalChat:
    chat = lock_chat(account, chat_id)
    if chat.is_direct:
        raise NotAGroup
    return chat


def _refuse_where_nobody_reads(chat: InternalChat, account: Account) -> None:
    other = gone_colleague(chat, account)
    if other is not None:
        raise ColleagueGone(str(other))


def _join(chat: InternalChat, accounts: Iterable[Account], *, at: datetime) -> None:
    ChatMember.objects.bulk_create(
        ChatMember(
            chat=chat, account=account, name=account.name, joined_at=at, read_seq=chat.last_seq
        )
        for account in accounts
    )


def _change(
    chat: InternalChat, code: InternalLineCode, *, by: Account, at: datetime, **params: str
) -> None:
    """Title or members are others. The line that says so also tells those who had to go."""
    chat.revision += 1
    chat.save(update_fields=["title", "revision"])
    _tell(chat, code, by=by, at=at, **params)
    happened(InternalChatChanged(chat=chat, by_id=by.pk, at=at))


def _tell(
    chat: InternalChat, code: InternalLineCode, *, by: Account, at: datetime, **params: str
) -> None:
    line = _append(chat, code=code, params=params, at=at)
    happened(InternalMessagePosted(message=line, by_id=by.pk, at=at))


def amend_internal(
    message: InternalMessage, code: AmendmentCode, *, at: datetime, **params: object
) -> InternalMessage:
    """Save a locked chat's changed message, and say so under the next number."""
    chat = message.chat
    message.folded = folded(message.text)
    message.save()
    chat.last_seq += 1
    chat.changed_at = at
    chat.save(update_fields=["last_seq", "changed_at"])
    return InternalMessage.objects.create(
        chat=chat,
        client_id=uuid.uuid4(),
        seq=chat.last_seq,
        kind=InternalKind.AMENDED,
        author=message.author,
        author_name=message.author_name,
        amends=message,
        code=code,
        params=params,
        created_at=at,
    )


def _append(
    chat: InternalChat,
    text: str = "",
    *,
    at: datetime,
    code: InternalLineCode | str = "",
    params: Mapping[str, str] | None = None,
    client_id: uuid.UUID | None = None,
    author: Account | None = None,
    files: Sequence[uuid.UUID] = (),
    quotes: InternalMessage | None = None,
) -> InternalMessage:
    """Write into a chat whose row the caller has locked; without an author, a system line."""
    chat.last_seq += 1
    chat.last_message_at = chat.changed_at = at
    chat.save(update_fields=["last_seq", "last_message_at", "changed_at"])
    kind = InternalKind.FILE if files else InternalKind.TEXT if author else InternalKind.EVENT
    return InternalMessage.objects.create(
        chat=chat,
        client_id=client_id or uuid.uuid4(),
        seq=chat.last_seq,
        kind=kind,
        author=author,
        author_name=author.name if author else "",
        text=text,
        code=code,
        params=dict(params or {}),
        links=find_links(text),
        folded=folded(text) if author else "",
        quotes=quotes,
        created_at=at,
    )
