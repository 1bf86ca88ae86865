"""What of each event is told to whom: groups of sockets, and every process.

Groups: visitor.N (all sockets of one person), staff.N (those of staff who follow a conversation
of theirs), department.N (its operators), account.N (one operator), internal.N (members of a
chat among staff), processes (every web process).
"""

from collections.abc import Callable
from typing import Any

from chat import events
from chat.broadcasts import (
    barriers,
    conversations,
    deadlines,
    marks,
    messages,
    notices,
    presence,
    templates,
    visitors,
)
from chat.events import Event
from chat.rooms import broadcasts as rooms

HEARD: dict[type[Event], Callable[[Any], None]] = {
    events.MessagePosted: messages.message_posted,
    events.MessageAmended: messages.message_amended,
    events.ReadByVisitor: marks.read_by_visitor,
    events.ReadByOperator: marks.read_by_operator,
    events.ConversationOpened: conversations.conversation_opened,
    events.ConversationReopened: conversations.conversation_reopened,
    events.ConversationOffered: conversations.conversation_offered,
    events.ConversationJudged: visitors.conversation_judged,
    events.ConversationAccepted: conversations.conversation_accepted,
    events.VisitorApproached: conversations.visitor_approached,
    events.ConversationReturned: conversations.conversation_changed,
    events.ConversationMoved: conversations.conversation_moved,
    events.ConversationEnded: conversations.conversation_ended,
    events.TransferOffered: conversations.transfer_offered,
    events.TransferDecided: conversations.transfer_decided,
    events.ParticipantInvited: conversations.participants_changed,
    events.ParticipantJoined: conversations.participants_changed,
    events.InvitationEnded: conversations.invitation_ended,
    events.ParticipantLeft: conversations.participant_left,
    events.VisitorArrived: visitors.visitor_arrived,
    events.PagesOpened: visitors.pages_opened,
    events.VisitorsLeft: visitors.visitors_left,
    events.RuleFired: visitors.rule_fired,
    events.VisitorDeclined: visitors.visitor_declined,
    events.VisitorSignedOut: visitors.visitor_signed_out,
    events.VisitorErased: visitors.visitor_erased,
    events.VisitorBlocked: barriers.barriers_changed,
    events.VisitorUnblocked: barriers.barriers_changed,
    events.ExclusionsChanged: barriers.barriers_changed,
    events.CommentChanged: visitors.comment_changed,
    events.RemarkSaved: visitors.data_changed,
    events.FieldSaved: visitors.data_changed,
    events.ValueSettled: visitors.value_settled,
    events.SystemTold: visitors.value_settled,
    events.SignedAnew: visitors.signed_anew,
    events.TicketRegistered: deadlines.ticket_changed,
    events.TicketChanged: deadlines.ticket_changed,
    events.DeadlinesMoved: deadlines.deadlines_moved,
    events.DeadlinePresses: deadlines.deadline_presses,
    events.BannerChanged: presence.rules_changed,
    events.RulesChanged: presence.rules_changed,
    events.NoticeRulesChanged: notices.notice_rules_changed,
    events.TemplatesChanged: templates.templates_changed,
    events.PlaceTaken: presence.place_taken,
    events.PlaceGivenUp: presence.place_given_up,
    events.IntentionChosen: presence.intention_chosen,
    events.AccountShownAnew: conversations.account_shown_anew,
    events.AccountDeactivated: presence.account_deactivated,
    events.AccountSignedOut: presence.account_signed_out,
    events.InternalMessagePosted: rooms.message_posted,
    events.InternalChatChanged: rooms.chat_changed,
    events.InternalChatRead: rooms.chat_read,
}


def broadcast(event: Event) -> None:
    HEARD[type(event)](event)
