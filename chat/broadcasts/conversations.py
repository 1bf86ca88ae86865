"""State and owner of conversations: to the visitor, and to all of staff who see them."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from chat import participation
from chat.broadcasts.fragments import fragment, people_fragments, row_fragment, strip_fragment
from chat.broadcasts.site import show_on_site, take_off_site
from chat.events import (
    ConversationAccepted,
    ConversationEnded,
    ConversationEvent,
    ConversationMoved,
    ConversationOffered,
    InvitationEnded,
    ParticipantEvent,
    ParticipantLeft,
    TransferDecided,
    TransferOffered,
)
from chat.models import Conversation, LineCode, Message, Transfer, Visit
from chat.queue.position import head_of_queue, queue_position
from chat.sockets.frames import encode
from chat.streams import push
from chat.wire import lines
from chat.wire.conversations import conversation_for_staff, conversation_for_visitor


def conversation_changed(event: ConversationEvent) -> None:
    _tell(event.conversation)


def conversation_accepted(event: ConversationAccepted) -> None:
    _tell(event.conversation)
    _queue_moved(event.conversation.department_id)


def conversation_ended(event: ConversationEnded) -> None:
    _tell(event.conversation, map(_account, event.guests))
    _queue_moved(event.conversation.department_id)


def conversation_offered(event: ConversationOffered) -> None:
    """A row that rings with whom it names."""
    waiting = Conversation.objects.waiting().filter(pk=event.conversation_id)
    conversation = waiting.select_related("visitor", "operator", "department").first()
    if conversation is None:
        return
    position = queue_position(conversation)
    _tell_visitor(conversation, position)
    _tell_operators(conversation, position)


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
    _push_row(conversation, None)


def _tell(conversation: Conversation, also: Iterable[str] = ()) -> None:
    """The visitor, the operators of the department, the addressee of a transfer, invited
    colleagues, and `also` groups, of whose members each finds out whether they see it still.
    """
    position = queue_position(conversation)
    _tell_visitor(conversation, position)
    _tell_operators(conversation, position, also)
    present = Visit.objects.present(timezone.now()).filter(visitor=conversation.visitor_id)
    if conversation.state == "waiting":
        for visit in present:
            take_off_site(conversation.visitor, visit)
    if conversation.state == "closed":
        for visit in present.order_by("-seen_at")[:1]:
            show_on_site(conversation.visitor, visit)
    push("processes", signal="load")


def _tell_visitor(conversation: Conversation, position: int | None) -> None:
    push(
        f"visitor.{conversation.visitor_id}",
        encode(conversation_for_visitor(conversation, position)),
        conversation=conversation.pk,
        public_id=conversation.public_id,
        revision=conversation.revision,
        state=conversation.state,
        owner=conversation.operator_id,
    )


def _tell_operators(
    conversation: Conversation, position: int | None, also: Iterable[str] = ()
) -> None:
    frame = encode(conversation_for_staff(conversation, position))
    _push_row(conversation, frame, also)


def _push_row(conversation: Conversation, frame: str | None, also: Iterable[str] = ()) -> None:
    """A row never goes without what tells sockets whether it is old and whose it is: it may have
    been rendered before a transfer that was told since.
    """
    transfer = conversation.transfers.pending().first()
    facts = participation.facts_of(conversation, transfer)
    guests = {_account(one) for part in ("invited", "joined") for one in facts[part]}
    groups = {f"department.{conversation.department_id}", *guests, *also}
    if transfer is not None:
        groups.add(_addressee(transfer))
    row = row_fragment(conversation, timezone.now())
    for group in sorted(groups):
        push(
            group,
            frame,
            row=row,
            conversation=conversation.pk,
            public_id=conversation.public_id,
            revision=conversation.revision,
            **facts,
        )


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
