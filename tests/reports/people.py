"""Conversations for reports, put into the database as rows: what actions write is tested apart."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chat.models import Conversation, Message, Ownership, Visitor, Wait
from operators.models import Account, Lease
from reports.schedules.models import ReportSchedule

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 10, 9, tzinfo=UTC)  # noon in Moscow, a Tuesday


def there(account: Account, since: datetime, until: datetime) -> None:
    Lease.objects.create(account=account, started_at=since, valid_until=until, released_at=until)


def talked(
    visitor: Visitor,
    operator: Account | None,
    at: datetime = NOON,
    *,
    answers: int = 2,
    is_open: bool = False,
) -> Conversation:
    """A message each minute in turn, the visitor's first, taken after one; closed at the end."""
    ends = at + (2 * answers + 1) * MINUTE
    there_from = at - MINUTE
    if operator is not None:
        there(operator, there_from, ends)
    department = visitor.site.departments.get(level=1)
    taken_at = at + MINUTE if operator else None
    closed_at = None if is_open else ends
    conversation = Conversation.objects.create(
        visitor=visitor,
        department=department,
        operator=operator,
        started_at=at,
        waiting_since=at,
        queued_at=at,
        accepted_at=taken_at,
        closed_at=closed_at,
        changed_at=ends,
        last_seq=2 * answers,
    )
    place = {"conversation": conversation, "department": department, "level": 1}
    Wait.objects.create(**place, began_at=at, ended_at=taken_at or closed_at)
    if operator is not None and taken_at is not None:
        Ownership.objects.create(
            **place,
            account=operator,
            account_name=operator.name,
            began_at=taken_at,
            ended_at=closed_at,
            began_by="accepted",
        )
    for seq in range(1, 2 * answers + 1):
        says(conversation, seq, None if seq % 2 else operator, at + seq * MINUTE)
    return conversation


def says(conversation: Conversation, seq: int, by: Account | None, at: datetime) -> Message:
    return Message.objects.create(
        conversation=conversation,
        client_id=uuid4(),
        seq=seq,
        visitor_seq=seq,
        kind="text",
        author_kind="operator" if by else "visitor",
        author=by,
        text="Не приходит счёт" if not by else "Смотрим",
        created_at=at,
    )


def person(site, number: int) -> Visitor:
    return Visitor.objects.create(site=site, subject=f"guest{number}", name=f"Гость {number}")


def has_report_sent(account: Account) -> ReportSchedule:
    """Each week, the table of conversations."""
    return ReportSchedule.objects.create(
        account=account,
        source="conversations",
        every="week",
        format="csv",
        created_at=NOON,
        next_at=NOON,
    )
