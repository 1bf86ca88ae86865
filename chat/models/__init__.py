from chat.models.conversations import Conversation, Criticality
from chat.models.internal import ChatMember, InternalChat, InternalKind, InternalMessage
from chat.models.messages import Attachment, AuthorKind, Message, MessageKind
from chat.models.participants import Participant
from chat.models.transfers import Outcome, Transfer
from chat.models.visitors import PageView, Visit, Visitor

__all__ = [
    "Attachment",
    "AuthorKind",
    "ChatMember",
    "Conversation",
    "Criticality",
    "InternalChat",
    "InternalKind",
    "InternalMessage",
    "Message",
    "MessageKind",
    "Outcome",
    "PageView",
    "Participant",
    "Transfer",
    "Visit",
    "Visitor",
]
