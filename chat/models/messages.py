"""Messages, the append-only log of a conversation, and the files they carry."""

import uuid
from typing import Self

from django.db import models
from django.urls import reverse

from chat.models.conversations import Conversation
from chat.models.internal import InternalMessage
from chat.models.visitors import Visitor
from operators.models import Account


class AuthorKind(models.TextChoices):
    VISITOR = "visitor"
    OPERATOR = "operator"
    SYSTEM = "system"


class MessageKind(models.TextChoices):
    TEXT = "text"
    FILE = "file"
    EVENT = "event"
    NOTE = "note"


class Message(models.Model):
    """One entry of the log. `visitor_seq` is empty for what the visitor may not see."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    client_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    visitor_seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=MessageKind)
    author_kind = models.CharField(max_length=8, choices=AuthorKind)
    author = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # Where links are in it, found when it was written (chat.markup).
    links = models.TextField(blank=True)
    # What staff read instead of `text` in a system line, where they need more than the visitor.
    staff_text = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_once"),
            models.UniqueConstraint(
                fields=["conversation", "visitor_seq"], name="message_visitor_seq_once"
            ),
            models.UniqueConstraint(
                fields=["client_id", "conversation"], name="message_client_id_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="note") | models.Q(visitor_seq=None),
                name="note_never_numbered_for_visitor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq}"

    @property
    def may_carry_files(self) -> bool:
        return self.kind in (MessageKind.FILE, MessageKind.NOTE)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unsent(self) -> Self:
        return self.filter(message=None, internal_message=None)


class Attachment(models.Model):
    """An uploaded file: stored under a random name; without a message, an orphan for an hour."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="attachments")
    # Of a chat among staff; a file goes out with one message, of one kind or the other.
    internal_message = models.ForeignKey(
        InternalMessage, models.CASCADE, null=True, related_name="attachments"
    )
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="attachments")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to="attachments/%Y/%m/%d")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(message=None) | models.Q(internal_message=None),
                name="attachment_of_one_message",
            ),
        )
        indexes = (
            models.Index(
                fields=["created_at"],
                name="attachment_orphans",
                condition=models.Q(message=None, internal_message=None),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("download_file", args=[self.public_id])

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
