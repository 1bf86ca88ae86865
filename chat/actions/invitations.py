"""Colleagues in a conversation beside its owner: invited, in, and out again.

Every decision is one transaction under the conversation's lock, like any other change of it. The
visitor reads of those alone who came in. Nothing here concerns the queue: a participant is no
owner and counts against no limit.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from chat import access
from chat.actions.errors import (
    AlreadyIn,
    AlreadyInvited,
    InvitationOver,
    InvitedOneself,
    InviteeAbsent,
    NoSuchOperator,
    NotFound,
    NotThere,
)
from chat.actions.locks import lock_conversation, lock_visible
from chat.actions.log import append_line, append_note, named
from chat.actions.repairs import repair_each
from chat.events import (
    InvitationEnded,
    MessagePosted,
    ParticipantEvent,
    ParticipantInvited,
    ParticipantJoined,
    ParticipantLeft,
)
from chat.happened import happened
from chat.models import Conversation, LineCode, Message, Participant
from chat.queue.availability import read_present
from operators.models import Account, Intention
from operators.prepared import Prepared


def invite_operator(
    account: Account, conversation_id: str, addressee_id: int, note: str = "", *, at: datetime
) -> Participant:
    """Ask somebody present into a dialogue; from now on they see all of it.

    By its owner, who takes part in it, or an administrator. Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_invite, account, conversation, at=at)
        addressee = _addressee(account, conversation, addressee_id, at=at)
        participant = Participant.objects.create(
            conversation=conversation,
            account=addressee,
            invited_by=account,
            note=note,
            invited_at=at,
        )
        written = append_note(
            conversation, LineCode.INVITED, name=addressee.name, note=note, author=account, at=at
        )
        invited = ParticipantInvited(
            conversation=conversation, participant=participant, by_id=account.pk, at=at
        )
        _changed(invited, written)
    return participant


def join_conversation(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """Who is invited comes in: they write to the visitor, who reads one line.

    Joining where one is in already is no change. Raises InvitationOver, InvitationExpired,
    ConversationClosed or NotFound.
    """
    with transaction.atomic():
        conversation, participant = _locked_for_invited(account, conversation_id, at=at)
        if participant.is_in:
            return conversation
        participant.joined_at = at
        participant.save(update_fields=["joined_at"])
        inviter = participant.invited_by
        event = append_line(
            conversation,
            LineCode.JOINED,
            **named(account),
            inviter=inviter.name if inviter else "",
            at=at,
        )
        joined = ParticipantJoined(
            conversation=conversation, participant=participant, by_id=account.pk, at=at
        )
        _changed(joined, event)
    return conversation


def decline_invitation(
    account: Account, conversation_id: str, reason: str = "", *, at: datetime
) -> Conversation:
    """The inviter is told, and staff read why. Raises as join_conversation, and AlreadyIn."""
    with transaction.atomic():
        conversation, participant = _locked_for_invited(account, conversation_id, at=at)
        access.demand(access.to_decide_invitation, account, conversation, at=at)
        code = LineCode.INVITATION_DECLINED
        _call_off(conversation, participant, code, reason=reason, by=account, at=at)
    return conversation


def leave_conversation(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """Who joined goes, and the visitor reads one line. Raises NotThere or NotFound."""
    with transaction.atomic():
        conversation = _locked_for_participant(account, conversation_id, NotThere())
        here = access.demand(access.to_leave, account, conversation, at=at)
        _see_off(conversation, _present(here), at=at)
    return conversation


def remove_participant(
    account: Account, conversation_id: str, participant_id: int, *, at: datetime
) -> Conversation:
    """The account `participant_id` is out. Raises NotYours, NotThere or NotFound."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        current = conversation.participants.current().select_related("account", "invited_by")
        participant = current.filter(account=participant_id).first()
        here = access.Standing(account, conversation, at=at)
        access.refuse(access.to_remove(here, participant))
        if participant is None:
            raise NotThere
        if participant.is_in:
            _see_off(conversation, participant, by=account, at=at)
        else:
            code = LineCode.INVITATION_CANCELLED
            _call_off(conversation, participant, code, by=account, at=at)
    return conversation


def expire_invitations(*, at: datetime) -> int:
    """Call off what nobody answered in time. Safe in many processes at once."""
    return repair_each("invitation", _expire, _overdue.all(at=at), at=at)


_overdue = Prepared(lambda at: Participant.objects.overdue(at).values_list("pk", "conversation"))


def release_deactivated(*, at: datetime) -> int:
    """Those whose accounts were put off leave. Safe in many processes at once."""
    return repair_each("participant", _release, _put_off.all(), at=at)


_put_off = Prepared(
    lambda: (
        Participant.objects.current()
        .filter(account__is_active=False)
        .values_list("pk", "conversation")
    )
)


def end_participations(conversation: Conversation, *, at: datetime) -> Collection[int]:
    """The locked conversation ends, and with it everybody's part in it, without a word.

    Returns the accounts, who are to be told of the end.
    """
    if conversation.beside is not None and not conversation.beside.is_shared:
        return []
    current = conversation.participants.current()
    accounts = list(current.values_list("account", flat=True))
    if accounts:
        current.update(left_at=at)
    return accounts


def end_participation(conversation: Conversation, account: Account, *, at: datetime) -> None:
    """The account becomes the owner of the locked conversation, and is no guest any more."""
    if conversation.beside is None or conversation.beside.is_shared:
        conversation.participants.current().filter(account=account).update(left_at=at)


def _addressee(
    account: Account, conversation: Conversation, addressee_id: int, *, at: datetime
) -> Account:
    if addressee_id == account.pk:
        raise InvitedOneself
    addressee: Account | None = Account.objects.staff().active().filter(pk=addressee_id).first()
    if addressee is None:
        raise NoSuchOperator
    present = conversation.participants.current().filter(account=addressee).first()
    if conversation.operator_id == addressee.pk or (present and present.is_in):
        raise AlreadyIn(addressee.name)
    if present is not None:
        raise AlreadyInvited(addressee.name)
    if read_present(at).get(addressee.pk, Intention.BREAK) == Intention.BREAK:
        raise InviteeAbsent(addressee.name)
    return addressee


def _changed(event: ParticipantEvent, written: Message) -> None:
    """Told in this order: who is gone stops listening before the line about it."""
    conversation = event.conversation
    conversation.revision += 1
    conversation.save(update_fields=["revision"])
    happened(event)
    happened(
        MessagePosted(conversation=conversation, message=written, by_id=event.by_id, at=event.at)
    )


def _end(participant: Participant, *, at: datetime) -> None:
    participant.left_at = at
    participant.save(update_fields=["left_at"])


def _call_off(
    conversation: Conversation,
    participant: Participant,
    code: LineCode,
    *,
    reason: str = "",
    by: Account | None = None,
    at: datetime,
) -> None:
    """An invitation ends without having brought anybody; the visitor never knew."""
    _end(participant, at=at)
    name = participant.account.name
    written = append_note(conversation, code, name=name, reason=reason, at=at)
    ended = InvitationEnded(
        conversation=conversation,
        participant=participant,
        line=written,
        by_id=by.pk if by else None,
        at=at,
    )
    _changed(ended, written)


def _see_off(
    conversation: Conversation,
    participant: Participant,
    *,
    by: Account | None = None,
    at: datetime,
) -> None:
    """Who was in it goes by themselves, or is taken out `by` somebody."""
    _end(participant, at=at)
    gone = named(participant.account)
    if by is None:
        event = append_line(conversation, LineCode.LEFT, **gone, at=at)
    else:
        taken: dict[str, Any] = {**gone, "by": by.pk, "remover": by.name}
        event = append_line(conversation, LineCode.REMOVED, **taken, at=at)
    left = ParticipantLeft(
        conversation=conversation,
        participant=participant,
        line=event,
        by_id=by.pk if by else participant.account_id,
        at=at,
    )
    _changed(left, event)


def _expire(participant_id: int, conversation_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        conversation = lock_conversation(pk=conversation_id)
        overdue = Participant.objects.overdue(at).select_related("account", "invited_by")
        participant = overdue.filter(pk=participant_id, conversation=conversation).first()
        if conversation is None or participant is None:
            return False  # another process, or the addressee at the last moment
        _call_off(conversation, participant, LineCode.INVITATION_EXPIRED, at=at)
    return True


def _release(participant_id: int, conversation_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        conversation = lock_conversation(pk=conversation_id)
        current = Participant.objects.current().select_related("account")
        left = current.filter(conversation=conversation, account__is_active=False)
        participant = left.filter(pk=participant_id).first()
        if conversation is None or participant is None:
            return False
        if participant.is_in:
            _see_off(conversation, participant, at=at)
        else:
            _call_off(conversation, participant, LineCode.INVITATION_CANCELLED, at=at)
    return True


def _present(here: access.Standing) -> Participant:
    """Whom a rule has found there. Raises NotThere."""
    if here.participant is None:
        raise NotThere
    return here.participant


def _locked_for_invited(
    account: Account, conversation_id: str, *, at: datetime
) -> tuple[Conversation, Participant]:
    conversation = _locked_for_participant(account, conversation_id, InvitationOver())
    here = access.demand(access.to_join, account, conversation, at=at)
    return conversation, _present(here)


def _locked_for_participant(
    account: Account, conversation_id: str, over: InvitationOver | NotThere
) -> Conversation:
    """For who was asked in a moment ago it is over, not unknown."""
    try:
        return lock_visible(account, conversation_id)
    except NotFound:
        parts = Participant.objects.filter(conversation__public_id=conversation_id)
        if not parts.filter(account=account).exists():
            raise
        raise over from None
