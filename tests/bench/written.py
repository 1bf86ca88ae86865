"""Conversations that were written long ago, put past the actions into the database.

manage.py shell -c "from tests.bench.written import write; write('load', 5, 20, 50, 500)"
"""

import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from chat.models import Conversation, Message, Visitor
from departments.models import Department, Site
from operators.models import Account

AT_ONCE = 50  # conversations
TEXT = "Добрый день, у меня снова не приходит счёт за прошлый месяц, что делать? Письмо "


@transaction.atomic
def write(login: str, first: int, operators: int, conversations: int, messages: int) -> None:
    """Of each of so many operators, `<login><first>` and on, so many open conversations."""
    at = timezone.now() - timedelta(hours=1)
    owners = Account.objects.filter(
        login__in=[f"{login}{number}" for number in range(first, first + operators)]
    )
    written = Conversation.objects.bulk_create(
        _conversation(owner, visitor, messages, at)
        for owner in owners
        for visitor in _visitors(owner, conversations)
    )
    Message.objects.bulk_create(
        message_of(written[0], seq, at + timedelta(seconds=seq)) for seq in range(1, messages + 1)
    )
    for start in range(0, len(written), AT_ONCE):
        part = [one.pk for one in written[start : start + AT_ONCE] if one != written[0]]
        copy_messages(written[0].pk, part)


def _visitors(owner: Account, count: int) -> list[Visitor]:
    return Visitor.objects.bulk_create(
        Visitor(site=Site.objects.own().get(), subject=f"{owner.login}-{number}", name="Гость")
        for number in range(count)
    )


def _conversation(owner: Account, visitor: Visitor, messages: int, at: datetime) -> Conversation:
    return Conversation(
        visitor=visitor,
        department=Department.objects.filter(members=owner).first(),
        operator=owner,
        started_at=at,
        waiting_since=at,
        queued_at=at,
        accepted_at=at,
        answered_at=at,
        operator_read_seq=messages,
        changed_at=at,
        last_message_at=at,
        last_seq=messages,
        last_visitor_seq=messages,
    )


def message_of(conversation: Conversation, seq: int, at: datetime) -> Message:
    """By turns; the last is an answer, or the sweep would give it to others."""
    is_answer = seq % 2 == 0
    return Message(
        conversation=conversation,
        client_id=uuid.uuid4(),
        seq=seq,
        visitor_seq=seq,
        kind="text",
        author_kind="operator" if is_answer else "visitor",
        author_name="Оператор" if is_answer else "Гость",
        text=TEXT + str(seq),
        created_at=at,
    )


def copy_messages(source: int, keys: list[int]) -> None:
    """The messages of one into the others, in statements shorter than the limit of one."""
    fields = [str(field.column) for field in Message._meta.concrete_fields]
    copied = [name for name in fields if name not in ("id", "conversation_id")]
    columns = ", ".join(copied)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO chat_message (conversation_id, {columns})"
            f" SELECT c.id, {', '.join(f'm.{name}' for name in copied)}"
            " FROM chat_conversation c, chat_message m"
            f" WHERE m.conversation_id = %s AND c.id IN ({', '.join(['%s'] * len(keys))})",
            [source, *keys],
        )
