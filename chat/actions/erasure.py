"""Erasing one person: all that goes with them by the graph (chat.belongings), or nothing of it.

Their conversation is ended first, as any is, so that whoever answers it is free; their windows go
with the erasure and come back only by a token from after it (chat.actions.visitors). What is left
is the request with its answer, of nobody, and numbers in the log of changes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, note_change
from chat.actions.contracts import forget_customers
from chat.actions.conversations import close_as_erased
from chat.actions.data_requests import Kind, NoSuchRequest, State, answer_of, open_request
from chat.actions.data_requests import settle_request as settle
from chat.actions.errors import Refusal
from chat.actions.locks import lock_who_asked
from chat.belongings import FORGETS, GOES, VISITOR, Rows, delete_rows, rows_of, ways_to
from chat.events import VisitorErased
from chat.happened import happened
from chat.models import Block, Conversation, DataRequest, Hold, Visitor
from chat.purge.actions.acts import draw_up_erasure
from chat.purge.actions.doomed import remove_doomed
from chat.purge.actions.index import forget_for_good
from chat.purge.actions.rows import destroy_rows
from operators.models import Change

# Who writes meanwhile begins another conversation, which is ended as well.
ATTEMPTS = 5
# Of so many what colleagues have open is taken off their screens; they are opened one at a time.
MOST_SHOWN = 100
# Of emptying the index of their words; in a long history the next purge does the rest.
MOST_SECONDS = 2.0


class WrongNumber(Refusal):
    code = "invalid"
    field = "number"
    words = _("Номер не совпал: введите номер этого запроса.")


class StillBlocked(Refusal):
    code = "conflict"
    words = _(
        "Посетитель заблокирован, а блокировка держится на его имени. Снимите её"
        " или отклоните запрос."
    )


@dataclass(eq=False)
class StillHeld(Refusal):
    until: str
    reason: str
    code = "conflict"
    words = _(
        "Стоит запрет удаления до %(until)s: %(reason)s. Снимите его или отклоните запрос"
        " с этой причиной."
    )


class StillWriting(Refusal):
    code = "conflict"
    words = _("Посетитель начал новое обращение, ничего не удалено. Нажмите ещё раз.")


@dataclass(frozen=True)
class Going:
    """What goes with a person: rows by model, and what keeps them from being erased."""

    counts: Mapping[str, int]
    open_conversations: int = 0
    open_tickets: int = 0
    hindrances: list[str] = field(default_factory=list)


def going_with(visitor: Visitor, *, at: datetime) -> Going:
    return Going(
        {label: _found(label, visitor).count() for label in _labels()},
        Conversation.objects.open().filter(visitor=visitor).count(),
        visitor.tickets.open().count(),
        [refusal.detail for refusal in _hindrances(visitor, at)],
    )


def erase_person(
    doer: Doer, request_id: int, *, number: str, answer: str, at: datetime
) -> Mapping[str, int]:
    """Who asked for it, in the request of that number. Raises a Refusal."""
    words = answer_of(answer)
    visitor = _who_goes(request_id, number, at=at)
    for _attempt in range(ATTEMPTS):
        close_as_erased(visitor, at=at)
        try:
            return _erase(doer, request_id, words, at=at)
        except StillWriting:
            continue
    raise StillWriting


def _who_goes(request_id: int, number: str, *, at: datetime) -> Visitor:
    """Judged before anything is done. Raises a Refusal."""
    with transaction.atomic():
        visitor = lock_who_asked(request_id)
        request = open_request(request_id, kind=Kind.ERASURE)
        if visitor is None:
            raise NoSuchRequest
        if number.strip().lower() != request.number.lower():
            raise WrongNumber
        for refusal in _hindrances(visitor, at):
            raise refusal
    return visitor


def _hindrances(visitor: Visitor, at: datetime) -> Iterable[Refusal]:
    blocks = Block.objects.in_force(at).filter(site=visitor.site, subject=visitor.subject)
    if blocks.exists():
        yield StillBlocked()
    holds = Hold.objects.in_force(at).filter(Q(visitor=visitor) | Q(conversation__visitor=visitor))
    for hold in holds:
        yield StillHeld(f"{timezone.localtime(hold.until):%d.%m.%Y}", hold.reason)


def _erase(doer: Doer, request_id: int, answer: str, *, at: datetime) -> Mapping[str, int]:
    with transaction.atomic():
        visitor = lock_who_asked(request_id)
        request = open_request(request_id, kind=Kind.ERASURE)
        if visitor is None:
            raise NoSuchRequest
        if Conversation.objects.open().filter(visitor=visitor).exists():
            raise StillWriting
        shown = _shown_to_colleagues(visitor, at)
        counts, size = delete_person(visitor, at=at)
        request.refresh_from_db()
        request.act = draw_up_erasure(
            request, counts, visitor=shown.visitor_id, size=size, by=doer.account.name, at=at
        )
        settle(request, State.DONE, doer, answer, at=at)
        subject = Subject(Change.Kind.DATA_REQUEST, request.pk, request.number)
        note_change(doer, subject, Change.Deed.ERASED, after=dict(counts), at=at)
        happened(shown)
        transaction.on_commit(remove_doomed)
        forget = partial(forget_for_good, aim=0.02, rest=1.0, within=MOST_SECONDS)
        transaction.on_commit(forget, robust=True)
    return counts


def delete_person(visitor: Visitor, *, at: datetime) -> tuple[Counter[str], int]:
    """How many rows by model, and how many bytes are to go; the caller has locked the visitor."""
    asked = DataRequest.objects.of_subject(visitor.site, visitor.subject)
    asked.update(**dict.fromkeys(FORGETS["chat.DataRequest"], ""))
    names = _names_of(visitor)
    counts, size = destroy_rows(VISITOR, [visitor.pk], run=None, at=at)
    counts["departments.ContractCustomer"] = forget_customers(visitor.site_id, names, at=at)
    blocks = rows_of("chat.Block").filter(site=visitor.site_id, subject=visitor.subject)
    counts["chat.Block"] = delete_rows(blocks)
    return +counts, size


def _labels() -> list[str]:
    return [label for label in GOES if label == VISITOR or ways_to(label, VISITOR)]


def _found(label: str, visitor: Visitor) -> Rows:
    """Each once, by whichever way it was found."""
    if label == VISITOR:
        return rows_of(label).filter(pk=visitor.pk)
    found = Q()
    for way in ways_to(label, VISITOR):
        found |= Q(pk__in=rows_of(label).filter(**{way: visitor.pk}).values("pk"))
    return rows_of(label).filter(found)


def _names_of(visitor: Visitor) -> set[str]:
    """By which a contract may name them: an e-mail in small letters."""
    emails = {visitor.email.lower(), visitor.given_email.lower()}
    return {visitor.subject, *emails} - {""}


def _shown_to_colleagues(visitor: Visitor, at: datetime) -> VisitorErased:
    latest = visitor.conversations.order_by("-pk")[:MOST_SHOWN]
    return VisitorErased(
        visitor_id=visitor.pk,
        at=at,
        conversations=[one.public_id for one in latest],
        department_ids={one.department_id for one in latest},
    )
