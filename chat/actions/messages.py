"""Posting: the next number under the conversation's lock, one row, then the broadcast."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from chat import access
from chat.actions.announcements import waiting_text
from chat.actions.consents import give_consent
from chat.actions.conversations import begin_history, open_conversation
from chat.actions.errors import (
    ClientIdTaken,
    EmptyMessage,
    NoEmail,
    NoFilesHere,
    NotFound,
    TooManyFiles,
    UnknownFile,
)
from chat.actions.locks import lock_conversation, lock_current, lock_latest, lock_who_opens
from chat.actions.log import answers_as, append, append_announcement
from chat.actions.quotes import quoted_by_operator, quoted_by_visitor
from chat.events import MessagePosted, ReadByOperator, ReadByVisitor
from chat.happened import happened
from chat.models import (
    Attachment,
    AuthorKind,
    Conversation,
    InternalMessage,
    Message,
    MessageKind,
    Visitor,
)
from chat.sockets.frames import MAX_FILES
from chat.text import clean_text
from chat.tickets.actions.linking import link_own_ticket
from operators.models import Account


def post_visitor_message(
    visitor_id: int,
    *,
    client_id: uuid.UUID,
    text: str,
    files: Sequence[uuid.UUID],
    quotes: uuid.UUID | None = None,
    email: str = "",
    consent: int = 0,
    ticket: str = "",
    address: str | None = None,
    at: datetime,
) -> tuple[Message, Conversation]:
    """Store what a visitor wrote, opening, reopening or continuing a conversation.

    The same client id again returns the same message. `email` is kept where the site asks for it,
    `consent` is the version of the notice that stood beside it, sent from this `address`, `ticket`
    the number of the one of theirs that it is about. Raises a Refusal.
    """
    text, email = meaningful(text, files), _checked(email)
    with transaction.atomic():
        latest = lock_conversation(visitor=visitor_id, closed_at=None)
        visitor = None
        if latest is None:
            visitor = lock_who_opens(visitor_id, at=at)
            latest = lock_current(visitor)
        known = None if latest is None else _known(visitor_id, client_id)
        if known is not None:
            return _same(known, AuthorKind.VISITOR, None), known.conversation
        begins_wait = latest is None or latest.closed_at is not None
        if latest is None or begins_wait:
            conversation = open_conversation(
                visitor or lock_who_opens(visitor_id, at=at), latest, at=at
            )
        else:
            conversation = latest
        writer = conversation.visitor
        if files and not writer.site.attaches_files:
            raise NoFilesHere
        # Whose client tells no version saw what everybody saw before there were several.
        first = 0 if writer.consented_version else writer.site.privacy_version
        give_consent(writer, consent or first, address=address, at=at)
        is_new = conversation.pk is None
        message = append(
            conversation,
            client_id=client_id,
            kind=MessageKind.FILE if files else MessageKind.TEXT,
            author_kind=AuthorKind.VISITOR,
            author_name=writer.name,
            text=text,
            quotes=quoted_by_visitor(conversation, quotes),
            at=at,
        )
        attach(message, files, visitor=visitor_id)
        if email and writer.site.asks_email:
            Visitor.objects.filter(pk=visitor_id).update(given_email=email)
        said = [message]
        if ticket and (line := link_own_ticket(conversation, ticket, at=at)):
            said.append(line)
        if begins_wait and (words := waiting_text(conversation)):
            said.append(append_announcement(conversation, words, at=at))
        if is_new:
            said = begin_history(conversation, said, at=at)
        for one in said:
            happened(MessagePosted(conversation=conversation, message=one, at=at))
    return message, conversation


def _checked(email: str) -> str:
    email = email.strip()
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise NoEmail from None
    return email


def _known(visitor_id: int, client_id: uuid.UUID) -> Message | None:
    known = Message.objects.filter(client_id=client_id, conversation__visitor=visitor_id)
    return known.select_related("conversation__operator").first()


def post_operator_message(
    account: Account,
    conversation_id: str,
    *,
    client_id: uuid.UUID,
    text: str,
    files: Sequence[uuid.UUID],
    note: bool,
    quotes: uuid.UUID | None = None,
    at: datetime,
) -> tuple[Message, Conversation]:
    """Store an operator's answer, or a note that no visitor ever sees.

    The owner answers, and so do those who joined; anyone who may see the conversation leaves
    notes. Raises a Refusal.
    """
    text = meaningful(text, files)
    with transaction.atomic():
        conversation = lock_conversation(public_id=conversation_id)
        if conversation is None or not _is_visible(conversation, account):
            raise NotFound
        known = Message.objects.filter(client_id=client_id, conversation=conversation).first()
        if known is not None:
            return _same(known, AuthorKind.OPERATOR, account), conversation
        if not note:
            access.demand(access.to_answer, account, conversation, at=at)
        message = append(
            conversation,
            client_id=client_id,
            kind=MessageKind.NOTE if note else MessageKind.FILE if files else MessageKind.TEXT,
            author_kind=AuthorKind.OPERATOR,
            author=account,
            author_name=account.name,
            params=answers_as(account),
            text=text,
            quotes=quoted_by_operator(conversation, quotes, note=note),
            at=at,
        )
        attach(message, files, account=account)
        happened(MessagePosted(conversation=conversation, message=message, by_id=account.pk, at=at))
    return message, conversation


def mark_read_by_visitor(visitor_id: int, seq: int, *, at: datetime) -> None:
    """The visitor has seen their numbers up to `seq` of their latest conversation."""
    with transaction.atomic():
        conversation = lock_latest(visitor_id)
        if conversation is None:
            return
        seq = min(seq, conversation.last_visitor_seq)
        if seq > conversation.visitor_read_seq:
            conversation.visitor_read_seq = seq
            conversation.save(update_fields=["visitor_read_seq"])
            happened(ReadByVisitor(conversation=conversation, at=at))


def mark_read_by_operator(
    account: Account, conversation_id: str, seq: int, *, at: datetime
) -> None:
    """The owner has seen the staff's numbers up to `seq`; others' looking leaves no mark.

    A participant's pointer is their own, and nobody is told of it.
    """
    with transaction.atomic():
        conversation = lock_conversation(public_id=conversation_id)
        if conversation is None:
            return
        seq = min(seq, conversation.last_seq)
        if conversation.operator_id != account.pk:
            mine = conversation.participants.current().filter(account=account)
            mine.filter(read_seq__lt=seq).update(read_seq=seq)
            return
        if seq > conversation.operator_read_seq:
            conversation.operator_read_seq = seq
            conversation.save(update_fields=["operator_read_seq"])
            happened(ReadByOperator(conversation=conversation, by_id=account.pk, at=at))


def _is_visible(conversation: Conversation, account: Account) -> bool:
    if conversation.operator_id == account.pk:
        return True
    return access.visible_to(account).filter(pk=conversation.pk).exists()


def _same(known: Message, author_kind: AuthorKind, author: Account | None) -> Message:
    if known.author_kind != author_kind or known.author_id != (author and author.pk):
        raise ClientIdTaken
    return known


def meaningful(text: str, files: Sequence[uuid.UUID] = ()) -> str:
    """The text as it is stored. Raises a Refusal."""
    text = clean_text(text)
    if len(files) > MAX_FILES:
        raise TooManyFiles(MAX_FILES)
    if not text and not files:
        raise EmptyMessage
    return text


def attach(message: Message | InternalMessage, files: Sequence[uuid.UUID], **owner: object) -> None:
    """Send the owner's uploads out with a message. Raises UnknownFile."""
    if not files:
        return
    wanted = set(files)
    mine = Attachment.objects.unsent().filter(public_id__in=wanted, **owner)
    holder = "message" if isinstance(message, Message) else "internal_message"
    try:
        attached = mine.update(**{holder: message})
    except IntegrityError as error:
        raise UnknownFile(wanted) from error
    if attached != len(wanted):
        sent = message.attachments.values_list("public_id", flat=True)
        raise UnknownFile(wanted.difference(sent))
