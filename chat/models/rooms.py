"""Chats among staff: a type of their own, so that nothing of them can be in a visitor's list,
queue, report or frame.

Of two colleagues there is one chat for good, found by its `direct_key`; groups have a title and
members who come and go. Whoever is a member sees all of its messages, also those of before.
"""

from typing import Self

from django.db import models

from chat.models.conversations import new_public_id
from operators.models import Account


class InternalChat(models.Model):
    MAX_TITLE = 80
    MOST_MEMBERS = 200

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    title = models.CharField(max_length=MAX_TITLE, blank=True)
    # «3-17», the lower key first; null for a group, since many have none.
    direct_key = models.CharField(max_length=41, unique=True, null=True)  # noqa: DJ001
    created_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_seq = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True)
    # Grows with title and members; `changed_at` also with every message.
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["changed_at"], name="internal_chat_changed"),)

    def __str__(self) -> str:
        return self.title or self.public_id

    @property
    def is_direct(self) -> bool:
        return self.direct_key is not None


class ChatMemberQuerySet(models.QuerySet["ChatMember"]):
    def current(self) -> Self:
        return self.filter(left_at=None)


class ChatMember(models.Model):
    """From when until when somebody is in a chat, and how far they have read it."""

    chat = models.ForeignKey(InternalChat, models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="chat_members")
    # What is left of an account that was deleted.
    name = models.CharField(max_length=150)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    # At the beginning the number of then: what was written before is nobody's unread message.
    read_seq = models.PositiveIntegerField(default=0)

    objects = ChatMemberQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["chat", "account"],
                condition=models.Q(left_at=None),
                name="chat_member_once",
            ),
        )

    def __str__(self) -> str:
        return self.account.name if self.account else self.name


class InternalKind(models.TextChoices):
    TEXT = "text"
    FILE = "file"
    EVENT = "event"
    AMENDED = "amended"


class InternalLineCode(models.TextChoices):
    """What a system line tells; chat.wire.lines puts it into words."""

    CREATED = "created"
    RENAMED = "renamed"
    ADDED = "added"
    LEFT = "left"
    REMOVED = "removed"
    # From before there were codes, where the words alone are known.
    TOLD = "told"


class InternalMessageQuerySet(models.QuerySet["InternalMessage"]):
    def said(self) -> Self:
        """What people wrote; no system lines, and not that something changed."""
        return self.exclude(kind__in=[InternalKind.EVENT, InternalKind.AMENDED])


class InternalMessage(models.Model):
    """One entry of a chat's log."""

    chat = models.ForeignKey(InternalChat, models.CASCADE, related_name="messages")
    client_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=InternalKind)
    # Of a system line: nobody.
    author = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    # What a person wrote; empty where there is a code.
    text = models.TextField(blank=True)
    links = models.TextField(blank=True)  # as of a Message
    # An InternalLineCode, or that of an amendment.
    code = models.CharField(max_length=24, blank=True, default="", db_default="")
    params = models.JSONField(blank=True, default=dict, db_default={})
    # What the search looks in (chat.text.folded): SQLite folds the case of Latin letters only.
    folded = models.TextField(blank=True)
    created_at = models.DateTimeField()
    # Of an amendment, the entry that changed.
    amends = models.ForeignKey("self", models.CASCADE, null=True, related_name="amendments")
    corrected_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    # Which entry of the same log it answers to (chat.actions.quotes).
    quotes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)

    # The author's, where it was read with the message (chat.wire.photos).
    author_photo: str | None = None

    objects = InternalMessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["chat", "seq"], name="internal_message_seq_once"),
            models.UniqueConstraint(
                fields=["chat", "client_id"], name="internal_message_client_id_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["quotes"],
                name="internal_message_quoted",
                condition=models.Q(quotes__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.chat_id}/{self.seq}"

    @property
    def may_carry_files(self) -> bool:
        """That anybody is shown."""
        return self.kind == InternalKind.FILE and self.retracted_at is None
