"""Facts of the visitor's system: asked for by staff, and sent or not by the visitor, once.

What they agree to is what their window shows them. Whatever becomes of a request is an entry of the
log about its message, as that of a rating is (chat.actions.ratings).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.actions.errors import Refusal
from chat.actions.locks import lock_theirs, lock_visible
from chat.actions.log import amend, answers_as, append
from chat.events import MessageAmended, MessagePosted, SystemTold
from chat.happened import happened
from chat.models import (
    AmendmentCode,
    AuthorKind,
    Conversation,
    MessageKind,
    SnapshotRequest,
    SnapshotState,
)
from chat.snapshots import facts_to_keep, software_in
from chat.sockets.frames import SystemFacts
from operators.models import Account

ANSWERED = {SnapshotState.GIVEN, SnapshotState.DECLINED}


class NoSuchSnapshot(Refusal):
    """Nobody asked for it under that number, or asked somebody else."""

    code = "not_found"
    words = _("Такого запроса сведений нет.")


class SnapshotOver(Refusal):
    """Another was asked for since, or another conversation was begun."""

    code = "conflict"
    words = _("Этот запрос сведений больше не действует.")


class SnapshotAnswered(Refusal):
    """In another way than now."""

    code = "conflict"
    words = _("На этот запрос вы уже ответили.")


class NothingTold(Refusal):
    code = "invalid"
    words = _("Сведений о системе в ответе нет.")


def ask_for_snapshot(account: Account, conversation_id: str, *, at: datetime) -> SnapshotRequest:
    """«Запросить сведения о системе»; one that is open still is withdrawn. Raises a Refusal."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_answer, account, conversation, at=at)
        for open_one in _open(conversation):
            _decide(open_one, conversation, SnapshotState.WITHDRAWN, by_id=account.pk, at=at)
        message = append(
            conversation,
            kind=MessageKind.SNAPSHOT_REQUEST,
            author_kind=AuthorKind.OPERATOR,
            author=account,
            author_name=account.name,
            params=answers_as(account),
            at=at,
        )
        request = SnapshotRequest.objects.create(
            message=message, conversation=conversation, asked_by=account, asked_at=at
        )
        happened(MessagePosted(conversation=conversation, message=message, by_id=account.pk, at=at))
    return request


def answer_snapshot(
    visitor_id: int,
    seq: int,
    told: SystemFacts | None,
    conversation_id: str | None = None,
    *,
    at: datetime,
) -> None:
    """The visitor answers the request of that number, in the latest of their conversations unless
    another is named; nothing told: they decline. The same again is no change, and another answer
    is none. Raises a Refusal.
    """
    facts = {} if told is None else facts_to_keep(told)
    if told is not None and not facts:
        raise NothingTold
    state = SnapshotState.DECLINED if told is None else SnapshotState.GIVEN
    with transaction.atomic():
        conversation = lock_theirs(visitor_id, conversation_id)
        request = None if conversation is None else _request(conversation, seq)
        if conversation is None or request is None:
            raise NoSuchSnapshot
        if (request.state, request.facts) == (state, facts):
            return
        if request.state != SnapshotState.OPEN:
            raise SnapshotAnswered if request.state in ANSWERED else SnapshotOver
        _decide(request, conversation, state, facts, at=at)
        if facts:
            happened(SystemTold(conversation=conversation, at=at))


def leave_unanswered(conversation: Conversation, *, at: datetime) -> None:
    """The visitor goes on in another conversation; the caller has locked this one."""
    for request in _open(conversation):
        _decide(request, conversation, SnapshotState.UNANSWERED, at=at)


def _decide(
    request: SnapshotRequest,
    conversation: Conversation,
    state: SnapshotState,
    facts: Mapping[str, Any] | None = None,
    *,
    by_id: int | None = None,
    at: datetime,
) -> None:
    before = {"state": request.state}
    request.state, request.decided_at = state, at
    request.facts, request.software = dict(facts or {}), software_in(facts or {})
    request.save()
    amendment = amend(conversation, request.message, AmendmentCode.SNAPSHOT, before=before, at=at)
    happened(MessageAmended(conversation=conversation, amendment=amendment, by_id=by_id, at=at))


def _open(conversation: Conversation) -> list[SnapshotRequest]:
    waiting = conversation.snapshots.filter(state=SnapshotState.OPEN)
    return list(waiting.select_related("message"))


def _request(conversation: Conversation, seq: int) -> SnapshotRequest | None:
    asked = conversation.snapshots.select_related("message")
    return asked.filter(message__visitor_seq=seq).first()
