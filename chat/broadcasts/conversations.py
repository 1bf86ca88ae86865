"""State and owner of conversations: to the visitor, and to all of staff who see them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from chat import participation
from chat.broadcasts.fragments import (
    criticality_fragment,
    fragment,
    people_fragments,
    row_fragments,
    strip_fragment,
)
from chat.broadcasts.site import people_changed
from chat.events import (
    AccountShownAnew,
    ConversationAccepted,
    ConversationEnded,
    ConversationEvent,
    ConversationJudged,
    ConversationMoved,
    ConversationOffered,
    ConversationOpened,
    ConversationReopened,
    InvitationEnded,
    ParticipantEvent,
    ParticipantLeft,
    TransferDecided,
    TransferOffered,
    VisitorApproached,
)
from chat.models import Conversation, LineCode, Message, Transfer, Visit
from chat.queue.position import head_of_queue, queue_position
from chat.rows.conversations import ALONE, Around, Said, read_around
from chat.sockets.delivery import Entry
from chat.sockets.frames import encode
from chat.sockets.history import staff_entry
from chat.streams import push
from chat.wire import lines
from chat.wire.conversations import conversation_for_staff, conversation_for_visitor
from operators.prepared import Prepared


class Beginning(NamedTuple):
    """All there is in the log of a conversation that begins, and whether the visitor is there."""

    said: Sequence[Message]
    is_there: bool


def conversation_changed(event: ConversationEvent) -> None:
    _tell(event.conversation)


def conversation_opened(event: ConversationOpened) -> None:
    """Whoever meets it follows it, and is given what it begins with without having to look."""
    _tell(event.conversation, said=event.said, is_shared=False)
    people_changed([event.conversation.visitor_id])


def visitor_approached(event: VisitorApproached) -> None:
    """Whoever meets the visitor sees whose they are; the log is read by who follows it."""
    _tell(event.conversation, is_shared=False)
    people_changed([event.conversation.visitor_id])


def conversation_reopened(event: ConversationReopened) -> None:
    """By the visitor it waits; by who had closed it, as it was before."""
    conversation = event.conversation
    owner_id = conversation.operator_id
    _tell(conversation, [] if owner_id is None else [_account(owner_id)])
    if owner_id is None and event.by_id is not None:
        _queue_moved(conversation.department_id)
    people_changed([conversation.visitor_id])


def judged(event: ConversationJudged) -> None:
    """The row, the head of the open page, and the places of those it goes before or after now."""
    conversation = event.conversation
    _tell(conversation)
    mark = criticality_fragment(conversation)
    push(f"staff.{conversation.visitor_id}", mark, conversation=conversation.pk)
    if conversation.state == "waiting":
        _queue_moved(conversation.department_id)


def conversation_accepted(event: ConversationAccepted) -> None:
    beside = event.conversation.beside
    _tell(event.conversation, is_shared=beside is None or beside.is_shared)
    if beside is None or beside.others_wait:
        _queue_moved(event.conversation.department_id)


def conversation_ended(event: ConversationEnded) -> None:
    _tell(event.conversation, map(_account, event.guests), is_shared=False)
    people_changed([event.conversation.visitor_id])
    if event.conversation.operator_id is None:
        _queue_moved(event.conversation.department_id)


def conversation_offered(event: ConversationOffered) -> None:
    """A row that rings with whom it names."""
    waiting = Conversation.objects.waiting().filter(pk=event.conversation_id)
    conversation = waiting.select_related("visitor__site", "operator", "department").first()
    if conversation is None:
        return
    position = queue_position(conversation)
    _tell_visitor(conversation, position)
    around = read_around([conversation])
    _tell_operators(conversation, position, around, at=timezone.now())


def transfer_offered(event: TransferOffered) -> None:
    """The addressee alone is called; whoever has it open sees to whom it goes."""
    _tell(event.conversation, [_account(event.conversation.operator_id)])
    _tell_strip(event.conversation, event.transfer)


def transfer_decided(event: TransferDecided) -> None:
    """Whoever sent it and whoever had it read in the corner what others made of it."""
    also = [_addressee(event.transfer), f"department.{event.department_id}"]
    if event.owner_id is not None:
        also.append(_account(event.owner_id))
    _tell(event.conversation, also)
    _tell_strip(event.conversation, None)
    words = _answer_in(event.line)
    for account_id in {event.transfer.sender_id, event.owner_id} if words else ():
        _say(account_id, words, event.conversation)


def _answer_in(line: Message | None) -> str:
    match line and line.code:
        case LineCode.TRANSFERRED:
            return _("Принято: %s") % line.params["name"] if line else ""
        case LineCode.TRANSFER_DECLINED | LineCode.TRANSFER_EXPIRED:
            return lines.for_staff(line) if line else ""
    return ""


def conversation_moved(event: ConversationMoved) -> None:
    """Whoever had it and whoever has it now read by whom and where to."""
    _queue_moved(event.department_id)
    transfer, conversation = event.transfer, event.conversation
    words = _("Администратор %(sender)s: обращение «%(visitor)s» → %(name)s") % {
        "sender": transfer.sender_name,
        "visitor": conversation.visitor.name,
        "name": transfer.addressee_name,
    }
    for account_id in {event.owner_id, conversation.operator_id} - {transfer.sender_id}:
        _say(account_id, words, conversation)


def account_shown_anew(event: AccountShownAnew) -> None:
    """Whom they talk with sees it at once; colleagues do in the list of operators."""
    push("processes", signal="load")
    own = Conversation.objects.active().filter(operator=event.account)
    for conversation in own.select_related("operator"):
        _tell_visitor(conversation, None)


def participants_changed(event: ParticipantEvent) -> None:
    _tell_people(event.conversation)


def invitation_ended(event: InvitationEnded) -> None:
    """Who was invited finds out what they still see; who invited reads what came of it."""
    _tell_people(event.conversation, gone=event.participant.account_id)
    if event.line.code != LineCode.INVITATION_CANCELLED:
        words = lines.for_staff(event.line)
        _say(event.participant.invited_by_id, words, event.conversation)


def participant_left(event: ParticipantLeft) -> None:
    _tell_people(event.conversation, gone=event.participant.account_id)
    if event.line.code == LineCode.REMOVED:
        words = _("%s: вы больше не участвуете в переписке.") % event.line.params["remover"]
        _say(event.participant.account_id, words, event.conversation)


def row_changed(conversation: Conversation) -> None:
    """The row anew, where nothing but what it shows of the visitor changed."""
    rows_changed([conversation])


def rows_changed(conversations: Iterable[Conversation]) -> None:
    """Many of them cost the database what one does."""
    at, changed = timezone.now(), list(conversations)
    if not changed:
        return
    around = read_around(changed)
    rows = row_fragments(changed, around, at=at)
    for one in changed:
        _push_row(one, None, rows[one.pk], around)


def _tell(
    conversation: Conversation,
    also: Iterable[str] = (),
    *,
    said: Sequence[Message] = (),
    is_shared: bool = True,
) -> None:
    """The visitor, the operators of the department, the addressee of a transfer, invited
    colleagues, and `also` groups, of whose members each finds out whether they see it still.

    `said` is all there is in the log of one that begins; not `is_shared` is one with which nobody
    else has to do for certain.
    """
    at = timezone.now()
    position = queue_position(conversation)
    around = read_around([conversation]) if is_shared else ALONE
    _tell_visitor(conversation, position, begins=bool(said))
    beginning = Beginning(said, is_there=_is_there(conversation, at)) if said else None
    _tell_operators(conversation, position, around, also, beginning=beginning, at=at)
    push("processes", signal="load")


def _is_there(conversation: Conversation, at: datetime) -> bool:
    return _present.first(visitor=conversation.visitor_id, at=at) is not None


_present = Prepared(
    lambda visitor, at: (
        Visit.objects.present(at).filter(visitor=visitor).values_list("pk", flat=True)[:1]
    )
)


def _tell_visitor(
    conversation: Conversation, position: int | None, *, begins: bool = False
) -> None:
    push(
        f"visitor.{conversation.visitor_id}",
        encode(conversation_for_visitor(conversation, position)),
        conversation=conversation.pk,
        public_id=conversation.public_id,
        revision=conversation.revision,
        state=conversation.state,
        owner=conversation.operator_id,
        position=position,
        begins=begins,
    )


def _tell_operators(
    conversation: Conversation,
    position: int | None,
    around: Around,
    also: Iterable[str] = (),
    *,
    beginning: Beginning | None = None,
    at: datetime,
) -> None:
    frame = encode(conversation_for_staff(conversation, position))
    known = log = None
    if beginning is not None:
        log = [staff_entry(one, conversation) for one in beginning.said]
        known = {conversation.pk: Said(beginning.said[0], 1, beginning.is_there)}
    row = row_fragments([conversation], around, said=known, at=at)[conversation.pk]
    _push_row(conversation, frame, row, around, also, log)


def _push_row(
    conversation: Conversation,
    frame: str | None,
    row: str,
    around: Around,
    also: Iterable[str] = (),
    log: list[Entry] | None = None,
) -> None:
    """A row never goes without what tells sockets whether it is old and whose it is: it may have
    been rendered before a transfer that was told since.
    """
    transfer = around.transfers.get(conversation.pk)
    guests = around.guests.get(conversation.pk, [])
    facts = participation.facts_of(conversation, transfer, guests)
    groups = {f"department.{conversation.department_id}", *also}
    groups |= {_account(guest.account_id) for guest in guests}
    if transfer is not None:
        groups.add(_addressee(transfer))
    for group in sorted(groups):
        push(group, frame, row=row, conversation=conversation.pk, log=log, **facts)


def _tell_people(conversation: Conversation, gone: int | None = None) -> None:
    """The account that is `gone` finds out what it sees still."""
    _tell(conversation, () if gone is None else [_account(gone)])
    for frame in people_fragments(conversation):
        push(f"staff.{conversation.visitor_id}", frame, conversation=conversation.pk)


def _tell_strip(conversation: Conversation, transfer: Transfer | None) -> None:
    strip = strip_fragment(conversation, transfer)
    push(f"staff.{conversation.visitor_id}", strip, conversation=conversation.pk)


def _queue_moved(department_id: int) -> None:
    for position, conversation in head_of_queue(department_id):
        _tell_visitor(conversation, position)


def _say(account_id: int | None, words: str, conversation: Conversation) -> None:
    """A line in the corner of one operator's zone, which says all there is to say of it."""
    if account_id is not None:
        line = format_html('<p data-conversation="{}">{}</p>', conversation.public_id, words)
        push(_account(account_id), fragment("toasts", line, "append"))


def _account(account_id: int | None) -> str:
    return f"account.{account_id}"


def _addressee(transfer: Transfer) -> str:
    if transfer.to_account_id is not None:
        return _account(transfer.to_account_id)
    return f"department.{transfer.to_department_id}"
