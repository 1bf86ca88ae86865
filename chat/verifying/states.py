"""States that cannot be: each is named with what is there, so that somebody can look."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from chat.models import (
    Closing,
    Conversation,
    Ownership,
    Participant,
    Ticket,
    Transfer,
    Visitor,
    Wait,
)


def find_impossible_states() -> Iterator[str]:
    for found, words in _states():
        for one in found.order_by("pk"):
            yield words % {"id": one}


def _states() -> Iterator[tuple[QuerySet[Any], str]]:
    open_now, closed = Conversation.objects.open(), Conversation.objects.exclude(closed_at=None)
    owned, waits = _running(Ownership), _running(Wait)
    several = Visitor.objects.annotate(
        count=Count("conversations", filter=Q(conversations__closed_at=None))
    ).filter(count__gt=1)
    yield several, _("Посетитель «%(id)s»: открыто больше одного обращения")
    yield closed.filter(owned), _("Обращение %(id)s закрыто, а ведущий всё ещё числится")
    yield closed.filter(waits), _("Обращение %(id)s закрыто, а ожидание всё ещё идёт")
    yield (
        open_now.exclude(operator=None).exclude(owned),
        _("Обращение %(id)s в работе, а кто его ведёт, не записано"),
    )
    yield (
        open_now.filter(operator=None).exclude(waits),
        _("Обращение %(id)s ждёт, а с каких пор, не записано"),
    )
    pending = Transfer.objects.filter(conversation=OuterRef("pk"), outcome="pending")
    yield closed.filter(Exists(pending)), _("Обращение %(id)s закрыто, а передача ещё ждёт ответа")
    guests = Participant.objects.current().filter(conversation=OuterRef("pk"))
    yield closed.filter(Exists(guests)), _("Обращение %(id)s закрыто, а участники ещё в нём")
    ended = Closing.objects.filter(conversation=OuterRef("pk"), reopened_at=None)
    yield open_now.filter(Exists(ended)), _("Обращение %(id)s открыто, а записано закрытым")
    done = Ticket.objects.filter(status__in=["solved", "closed"], done_at=None)
    yield done, _("Заявка %(id)s решена, а когда, не записано")


def _running(model: type[Ownership] | type[Wait]) -> Exists:
    return Exists(model.objects.filter(conversation=OuterRef("pk"), ended_at=None))


def unended() -> QuerySet[Conversation]:
    """Closed ones of which a stretch goes on."""
    closed = Conversation.objects.exclude(closed_at=None)
    return closed.filter(_running(Ownership) | _running(Wait))
