from chat.models.conversations import Beside, Conversation, Criticality
from chat.models.facts import Ownership, Wait
from chat.models.messages import (
    AmendmentCode,
    Attachment,
    AuthorKind,
    LineCode,
    Message,
    MessageKind,
    PartialUpload,
    Verdict,
)
from chat.models.participants import Participant
from chat.models.rooms import (
    ChatMember,
    InternalChat,
    InternalKind,
    InternalLineCode,
    InternalMessage,
)
from chat.models.sightings import Sighting
from chat.models.transfers import Outcome, Transfer
from chat.models.visitors import PageView, Visit, Visitor

__all__ = [
    "AmendmentCode",
    "Attachment",
    "AuthorKind",
    "Beside",
    "ChatMember",
    "Conversation",
    "Criticality",
    "InternalChat",
    "InternalKind",
    "InternalLineCode",
    "InternalMessage",
    "LineCode",
    "Message",
    "MessageKind",
    "Outcome",
    "Ownership",
    "PageView",
    "PartialUpload",
    "Participant",
    "Sighting",
    "Transfer",
    "Verdict",
    "Visit",
    "Visitor",
    "Wait",
]
