"""What happens, as the actions name it: one class each, told by chat.happened after the commit.

An event says what happened and to what; whom that concerns is for its listeners to know. `by_id`
is the account that did it: none where it was the visitor or came about by itself.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chat.models import (
    Block,
    Comment,
    Conversation,
    InternalChat,
    InternalMessage,
    Message,
    NoticeRules,
    Participant,
    Ticket,
    Transfer,
    Visit,
    Visitor,
)
from operators.models import Account


@dataclass(frozen=True, kw_only=True)
class Event:
    code: ClassVar[str]
    at: datetime
    by_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(Event):
    conversation: Conversation


# What is said


@dataclass(frozen=True, kw_only=True)
class MessagePosted(ConversationEvent):
    code = "message_posted"
    message: Message


@dataclass(frozen=True, kw_only=True)
class MessageAmended(ConversationEvent):
    """`amendment` is the log's entry about it."""

    code = "message_amended"
    amendment: Message


@dataclass(frozen=True, kw_only=True)
class ReadByVisitor(ConversationEvent):
    code = "read_by_visitor"


@dataclass(frozen=True, kw_only=True)
class ReadByOperator(ConversationEvent):
    code = "read_by_operator"


# The life of a conversation


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    """`said` is all there is in its log."""

    code = "conversation_opened"
    said: Sequence[Message]


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(ConversationEvent):
    code = "conversation_reopened"


@dataclass(frozen=True, kw_only=True)
class ConversationOffered(Event):
    """Somebody else of the department is asked to take it, or nobody any more."""

    code = "conversation_offered"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationJudged(ConversationEvent):
    """How critical it is; where it waits, others may be before it now."""

    code = "conversation_judged"


@dataclass(frozen=True, kw_only=True)
class ConversationAccepted(ConversationEvent):
    code = "conversation_accepted"


@dataclass(frozen=True, kw_only=True)
class VisitorApproached(ConversationEvent):
    """An operator wrote first to somebody on the site: it is theirs from the beginning."""

    code = "visitor_approached"


@dataclass(frozen=True, kw_only=True)
class ConversationReturned(ConversationEvent):
    """Its owner, the account `owner_id`, is gone or has put it back: it waits again."""

    code = "conversation_returned"
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationMoved(ConversationEvent):
    """By an administrator, without consent; `owner_id` and `department_id` are those of before."""

    code = "conversation_moved"
    transfer: Transfer
    owner_id: int | None
    department_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationEnded(ConversationEvent):
    """Closed by staff or ended by the visitor; `guests` are the accounts that took part in it."""

    code = "conversation_ended"
    guests: Collection[int]


# From one to another


@dataclass(frozen=True, kw_only=True)
class TransferOffered(ConversationEvent):
    code = "transfer_offered"
    transfer: Transfer


@dataclass(frozen=True, kw_only=True)
class TransferDecided(ConversationEvent):
    """Whatever came of it; `owner_id` and `department_id` are those of before.

    `line` is what the log says of it, where it says anything.
    """

    code = "transfer_decided"
    transfer: Transfer
    owner_id: int | None
    department_id: int
    line: Message | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipantEvent(ConversationEvent):
    participant: Participant


@dataclass(frozen=True, kw_only=True)
class ParticipantInvited(ParticipantEvent):
    code = "participant_invited"


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(ParticipantEvent):
    code = "participant_joined"


@dataclass(frozen=True, kw_only=True)
class InvitationEnded(ParticipantEvent):
    """Without having brought anybody; `line` is what the log says of it."""

    code = "invitation_ended"
    line: Message


@dataclass(frozen=True, kw_only=True)
class ParticipantLeft(ParticipantEvent):
    """By themselves, or taken out by another; `line` is what the log says of it."""

    code = "participant_left"
    line: Message


# Tickets


@dataclass(frozen=True, kw_only=True)
class TicketRegistered(ConversationEvent):
    code = "ticket_registered"
    ticket: Ticket


@dataclass(frozen=True, kw_only=True)
class TicketChanged(Event):
    """Something in its history is new."""

    code = "ticket_changed"
    ticket: Ticket


@dataclass(frozen=True, kw_only=True)
class DeadlinesMoved(Event):
    """Of many at once, since what they come from is another."""

    code = "deadlines_moved"
    tickets: Sequence[Ticket]


@dataclass(frozen=True, kw_only=True)
class DeadlinePresses(Event):
    """The last quarter of a ticket's term has begun, or it is over; told once each."""

    code = "deadline_presses"
    ticket: Ticket


@dataclass(frozen=True, kw_only=True)
class BannerChanged(Event):
    """Windows of some sites say something else of an incident, or nothing any more."""

    code = "banner_changed"


# Visitors and staff


@dataclass(frozen=True, kw_only=True)
class VisitorArrived(Event):
    """On the site, or on another page of it with another window."""

    code = "visitor_arrived"
    visitor: Visitor
    visit: Visit


@dataclass(frozen=True, kw_only=True)
class PagesOpened(Event):
    """By windows that stay, about the same time."""

    code = "pages_opened"
    visits: Sequence[Visit]


@dataclass(frozen=True, kw_only=True)
class VisitorsLeft(Event):
    code = "visitors_left"
    visits: Sequence[Visit]


@dataclass(frozen=True, kw_only=True)
class RuleFired(Event):
    """An automatic one, in this visit."""

    code = "rule_fired"
    visit: Visit


@dataclass(frozen=True, kw_only=True)
class VisitorDeclined(Event):
    """«Не сейчас», to who writes first, for this visit."""

    code = "visitor_declined"
    visitor_id: int


@dataclass(frozen=True, kw_only=True)
class VisitorSignedOut(Event):
    code = "visitor_signed_out"
    visitor: Visitor


@dataclass(frozen=True, kw_only=True)
class VisitorErased(Event):
    """All of them: a key that means nothing any more, and where colleagues had what open."""

    code = "visitor_erased"
    visitor_id: int
    conversations: Sequence[str]
    department_ids: Collection[int]


@dataclass(frozen=True, kw_only=True)
class VisitorBlocked(Event):
    code = "visitor_blocked"
    block: Block


@dataclass(frozen=True, kw_only=True)
class VisitorUnblocked(Event):
    """Before the term was over."""

    code = "visitor_unblocked"
    block: Block


@dataclass(frozen=True, kw_only=True)
class ExclusionsChanged(Event):
    """Other addresses than before get no window."""

    code = "exclusions_changed"


@dataclass(frozen=True, kw_only=True)
class CommentChanged(Event):
    """Written, put otherwise, pinned or deleted."""

    code = "comment_changed"
    comment: Comment


@dataclass(frozen=True, kw_only=True)
class RemarkSaved(Event):
    code = "remark_saved"
    visitor: Visitor


@dataclass(frozen=True, kw_only=True)
class FieldSaved(Event):
    """Of the visitor, or of a conversation of theirs."""

    code = "field_saved"
    visitor: Visitor


@dataclass(frozen=True, kw_only=True)
class ValueSettled(ConversationEvent):
    """Of who the visitor is, or of what they ask about."""

    code = "value_settled"


@dataclass(frozen=True, kw_only=True)
class SystemTold(ConversationEvent):
    """By the visitor, who agreed to it: facts of what their window runs in."""

    code = "system_told"


@dataclass(frozen=True, kw_only=True)
class SignedAnew(Event):
    """Their site vouches for something else than it did."""

    code = "signed_anew"
    visitor: Visitor


@dataclass(frozen=True, kw_only=True)
class RulesChanged(Event):
    """Departments, their members, sites or schedules are others, or who may be what."""

    code = "rules_changed"


@dataclass(frozen=True, kw_only=True)
class NoticeRulesChanged(Event):
    """Notices of staff may say more than before, or less."""

    code = "notice_rules_changed"
    rules: NoticeRules


@dataclass(frozen=True, kw_only=True)
class TemplatesChanged(Event):
    """Those of the account `owner_id`, or the shared ones and what placeholders stand for."""

    code = "templates_changed"
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class AccountEvent(Event):
    account: Account


@dataclass(frozen=True, kw_only=True)
class PlaceTaken(AccountEvent):
    code = "place_taken"
    place: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PlaceGivenUp(AccountEvent):
    code = "place_given_up"


@dataclass(frozen=True, kw_only=True)
class IntentionChosen(AccountEvent):
    code = "intention_chosen"


@dataclass(frozen=True, kw_only=True)
class AccountShownAnew(AccountEvent):
    """With another photo, or under another name."""

    code = "account_shown_anew"


@dataclass(frozen=True, kw_only=True)
class AccountDeactivated(AccountEvent):
    code = "account_deactivated"


@dataclass(frozen=True, kw_only=True)
class AccountSignedOut(AccountEvent):
    code = "account_signed_out"
    session_key: str


# Chats among staff


@dataclass(frozen=True, kw_only=True)
class InternalMessagePosted(Event):
    """Said, or an entry about what was amended."""

    code = "internal_message_posted"
    message: InternalMessage


@dataclass(frozen=True, kw_only=True)
class InternalChatEvent(Event):
    chat: InternalChat


@dataclass(frozen=True, kw_only=True)
class InternalChatChanged(InternalChatEvent):
    """New, or title or members are others."""

    code = "internal_chat_changed"


@dataclass(frozen=True, kw_only=True)
class InternalChatRead(InternalChatEvent):
    code = "internal_chat_read"
