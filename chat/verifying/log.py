"""Whether the log of every conversation is whole, and what hangs on it leads somewhere."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, Model, OuterRef, Q
from django.db.models.query import QuerySet
from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from chat.models import (
    Attachment,
    Conversation,
    HistoryEntry,
    InternalChat,
    Message,
    RatingRequest,
    SnapshotRequest,
    Ticket,
)
from chat.recount import differences


def find_gaps() -> Iterator[str]:
    """In either numbering: what is there is 1, 2, 3, …, up to the last that was given."""
    for one in _numbered(Conversation.objects.all()).iterator():
        if one.count and (one.first != 1 or one.count != one.last):
            words = _(
                "Обращение %(id)s: пропуск в номерах, сообщений %(count)s, последний № %(last)s"
            )
            yield words % {"id": one.public_id, "count": one.count, "last": one.last}
        theirs = (one.first_theirs, one.last_theirs)
        if one.theirs and theirs != (1, one.theirs):
            words = _("Обращение %(id)s: пропуск в номерах посетителя, их %(count)s")
            yield words % {"id": one.public_id, "count": one.theirs}


def find_wrong_ends() -> Iterator[str]:
    """The last number that was given, and the log, which goes further."""
    for one in wrong_ends():
        words = _("Обращение %(id)s: записан последний № %(kept)s, в переписке — %(last)s")
        yield words % {"id": one.public_id, "kept": one.last_seq, "last": one.last}


def wrong_ends() -> QuerySet[Any]:
    """Conversations whose next message could not be stored."""
    further = Q(last__gt=F("last_seq")) | Q(last_theirs__gt=F("last_visitor_seq"))
    return _numbered(Conversation.objects.all()).filter(further)


def _numbered(conversations: QuerySet[Conversation]) -> QuerySet[Any]:
    return conversations.annotate(
        count=Count("messages"),
        first=Min("messages__seq"),
        last=Max("messages__seq"),
        theirs=Count("messages__visitor_seq"),
        first_theirs=Min("messages__visitor_seq"),
        last_theirs=Max("messages__visitor_seq"),
    ).order_by("pk")


def find_gaps_among_staff() -> Iterator[str]:
    chats = InternalChat.objects.annotate(
        count=Count("messages"), first=Min("messages__seq"), last=Max("messages__seq")
    )
    for chat in chats.exclude(count=0).order_by("pk"):
        if chat.first + chat.count - 1 != chat.last or chat.last != chat.last_seq:
            yield _("Чат сотрудников %s: пропуск в номерах") % chat.public_id


def find_orphans() -> Iterator[str]:
    """References that lead nowhere; PostgreSQL lets none be, but of those to messages."""
    try:
        connection.check_constraints()
    except IntegrityError as error:
        yield _("Ссылка в никуда: %s") % " ".join(str(error).split())
    count = orphan_entries().count()
    if count:
        yield _("Записи поиска без сообщения: %d") % count
    for hanging, words in _hanging():
        for key in hanging.order_by("pk").values_list("pk", flat=True).iterator():
            yield words % key


def _hanging() -> Iterator[tuple[QuerySet[Any], str]]:
    """On messages that are not there: to these the database holds no reference, for it would look
    for each of them whenever a message goes.
    """
    kinds: tuple[tuple[type[Model], str, str], ...] = (
        (Message, "amends", _("Правка %d: исправленного сообщения нет")),
        (Message, "quotes", _("Сообщение %d: процитированного сообщения нет")),
        (Attachment, "message", _("Файл %d: его сообщения нет")),
        (RatingRequest, "message", _("Оценка %d: её сообщения нет")),
        (SnapshotRequest, "message", _("Сведения о системе %d: их сообщения нет")),
        (Ticket.messages.through, "message", _("Сообщение в заявке %d: самого сообщения нет")),
    )
    for model, name, words in kinds:
        there = Message.objects.filter(pk=OuterRef(f"{name}_id"))
        given = QuerySet(model).filter(**{f"{name}__isnull": False})
        yield given.exclude(Exists(there)), words


def orphan_entries() -> QuerySet[HistoryEntry]:
    return HistoryEntry.objects.exclude(pk__in=Message.objects.values("pk"))


def find_other_owners() -> Iterator[str]:
    """The log and the rows beside it tell of the same owners."""
    return differences(Conversation.objects.order_by("pk").iterator())
