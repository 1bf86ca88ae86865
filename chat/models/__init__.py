from chat.models.conversations import Conversation, Criticality
from chat.models.messages import Attachment, AuthorKind, Message, MessageKind
from chat.models.participants import Participant
from chat.models.transfers import Outcome, Transfer
from chat.models.visitors import PageView, Visit, Visitor

__all__ = [
    "Attachment",
    "AuthorKind",
    "Conversation",
    "Criticality",
    "Message",
    "MessageKind",
    "Outcome",
    "PageView",
    "Participant",
    "Transfer",
    "Visit",
    "Visitor",
]
