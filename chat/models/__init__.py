from chat.models.automatic import AutomaticRule, ConversationTag, Firing
from chat.models.availability import SHUT, Availability, Cause, Heartbeat
from chat.models.blocks import Block, ExcludedNetwork
from chat.models.closings import Closing, ClosingOutcome
from chat.models.comments import Comment
from chat.models.consents import Consent, Withdrawal
from chat.models.conversations import Beside, Conversation
from chat.models.data_requests import DataArchive, DataRequest, session_digest, subject_key
from chat.models.facts import MissedOffer, Ownership, Wait
from chat.models.fields import ExtraField, FieldValue
from chat.models.history import HistoryCursor, HistoryEntry
from chat.models.identification import Judgement, Origin, SettledValue, Step
from chat.models.incidents import Incident, IncidentDeed, IncidentEvent, IncidentTicket
from chat.models.letters import Letter
from chat.models.messages import (
    REQUESTS,
    AmendmentCode,
    Attachment,
    AuthorKind,
    LineCode,
    Message,
    MessageKind,
    PartialUpload,
    Verdict,
)
from chat.models.notices import NoticeRules
from chat.models.participants import Participant
from chat.models.pushes import PushDelivery, PushNotice, PushSubscription
from chat.models.ratings import RatingRequest, RatingState
from chat.models.retention import (
    Destruction,
    DestructionAct,
    DoomedFile,
    Hold,
    PurgeRun,
    RetentionTerms,
)
from chat.models.rooms import (
    ChatMember,
    InternalChat,
    InternalKind,
    InternalLineCode,
    InternalMessage,
)
from chat.models.saved_views import SavedView
from chat.models.sightings import Sighting
from chat.models.snapshots import SnapshotRequest, SnapshotState
from chat.models.templates import AnswerTemplate, TemplateFile, TemplateUse, TemplateWords
from chat.models.tickets import (
    DONE,
    STOPPED,
    TRANSITIONS,
    Pressure,
    Ticket,
    TicketConversation,
    TicketCounter,
    TicketDeed,
    TicketEvent,
    TicketStatus,
    read_number,
)
from chat.models.tokens import ApiToken, Scope
from chat.models.transfers import Outcome, Transfer
from chat.models.visitors import PageView, Visit, Visitor
from chat.models.webhooks import (
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    new_webhook_secret,
)
from departments.criticality import Criticality

__all__ = [
    "DONE",
    "REQUESTS",
    "SHUT",
    "STOPPED",
    "TRANSITIONS",
    "AmendmentCode",
    "AnswerTemplate",
    "ApiToken",
    "Attachment",
    "AuthorKind",
    "AutomaticRule",
    "Availability",
    "Beside",
    "Block",
    "Cause",
    "ChatMember",
    "Closing",
    "ClosingOutcome",
    "Comment",
    "Consent",
    "Conversation",
    "ConversationTag",
    "Criticality",
    "DataArchive",
    "DataRequest",
    "Destruction",
    "DestructionAct",
    "DoomedFile",
    "ExcludedNetwork",
    "ExtraField",
    "FieldValue",
    "Firing",
    "Heartbeat",
    "HistoryCursor",
    "HistoryEntry",
    "Hold",
    "Incident",
    "IncidentDeed",
    "IncidentEvent",
    "IncidentTicket",
    "InternalChat",
    "InternalKind",
    "InternalLineCode",
    "InternalMessage",
    "Judgement",
    "Letter",
    "LineCode",
    "Message",
    "MessageKind",
    "MissedOffer",
    "NoticeRules",
    "Origin",
    "Outcome",
    "Ownership",
    "PageView",
    "PartialUpload",
    "Participant",
    "Pressure",
    "PurgeRun",
    "PushDelivery",
    "PushNotice",
    "PushSubscription",
    "RatingRequest",
    "RatingState",
    "RetentionTerms",
    "SavedView",
    "Scope",
    "SettledValue",
    "Sighting",
    "SnapshotRequest",
    "SnapshotState",
    "Step",
    "TemplateFile",
    "TemplateUse",
    "TemplateWords",
    "Ticket",
    "TicketConversation",
    "TicketCounter",
    "TicketDeed",
    "TicketEvent",
    "TicketStatus",
    "Transfer",
    "Verdict",
    "Visit",
    "Visitor",
    "Wait",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "Withdrawal",
    "new_webhook_secret",
    "read_number",
    "session_digest",
    "subject_key",
]
