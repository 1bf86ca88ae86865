"""Messages, the append-only log of a conversation, and the files they carry."""

import uuid
from typing import Self

from django.db import models
from django.urls import reverse

from chat.models.conversations import Conversation
from chat.models.rooms import InternalMessage
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
    # A title and, on the last line of its text, an address (chat.link_addresses).
    LINK = "link"
    # Not said either: the visitor is asked how it was (chat.models.ratings).
    RATING_REQUEST = "rating_request"
    # Nor this: for facts of the system (chat.models.snapshots).
    SNAPSHOT_REQUEST = "snapshot_request"
    # Not said by anybody: an earlier entry of the log became another.
    AMENDED = "amended"


# What staff ask of a visitor by a card.
REQUESTS = (MessageKind.RATING_REQUEST, MessageKind.SNAPSHOT_REQUEST)


class LineCode(models.TextChoices):
    """What a system line or a system's note tells; chat.wire.lines puts it into words."""

    REOPENED = "reopened"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    # Who closed it thought better of it: its owner leads it again.
    RESUMED = "resumed"
    ENDED = "ended"  # by the visitor
    # An operator wrote first; the visitor would rather not now.
    APPROACHED = "approached"
    DECLINED = "declined"
    IGNORED = "ignored"  # an automatic invitation, until its visitor was gone
    # Four ways back into the queue.
    DEACTIVATED = "deactivated"
    PLACE_LOST = "place_lost"
    ABSENT = "absent"
    PUT_BACK = "put_back"
    PROMISED = "promised"
    TRANSFERRED = "transferred"
    QUEUED = "queued"
    # An administrator gives it to somebody: from an owner, or from the queue.
    MOVED = "moved"
    ASSIGNED = "assigned"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    TICKET = "ticket"  # one was registered from here
    INCIDENT = "incident"  # of which a ticket of theirs comes: what is told of it
    ABOUT_TICKET = "about_ticket"  # their visitor writes about one of theirs
    # Notes
    RULED = "ruled"  # what automatic rules did with it as it began
    BLOCKED = "blocked"  # and closed, where it was open
    UNBLOCKED = "unblocked"
    LET_IN = "let_in"  # a rule had shown them that nobody is there
    HANDED_OVER = "handed_over"
    TRANSFER_DECLINED = "transfer_declined"
    TRANSFER_CANCELLED = "transfer_cancelled"
    TRANSFER_EXPIRED = "transfer_expired"
    INVITED = "invited"
    INVITATION_DECLINED = "invitation_declined"
    INVITATION_CANCELLED = "invitation_cancelled"
    INVITATION_EXPIRED = "invitation_expired"
    # From before there were codes: what staff read is known in words alone.
    TOLD = "told"


class AmendmentCode(models.TextChoices):
    """How an entry changed; `before` among the parameters is what it said until then."""

    CORRECTED = "corrected"
    RETRACTED = "retracted"
    LINK_OPENED = "link_opened"  # the visitor followed a link
    RATED = "rated"  # a request of a rating was answered, or is none any more
    SNAPSHOT = "snapshot"  # likewise of a request for facts of the system
    # A file of it was looked into.
    SCANNED = "scanned"


class MessageQuerySet(models.QuerySet["Message"]):
    def said(self) -> Self:
        """What people wrote; no system lines or requests, and not that something changed."""
        return self.exclude(kind__in=[MessageKind.EVENT, MessageKind.AMENDED, *REQUESTS])

    def findable(self) -> Self:
        """What a search may find: said, and not taken back."""
        return self.said().filter(retracted_at=None)

    def unindexed(self, after: int | models.F) -> Self:
        """Of what is beyond that key, what no search finds yet."""
        return self.findable().filter(pk__gt=after, entry=None)


class Message(models.Model):
    """One entry of the log. `visitor_seq` is empty for what the visitor may not see.

    The log only grows, and what was said can change all the same: the row changes, and an entry of
    its own says so under the next number, so that whoever follows the numbers learns of it.
    """

    # No index of its own: that of (conversation, seq) begins with it.
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", db_index=False
    )
    client_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    visitor_seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=16, choices=MessageKind)
    author_kind = models.CharField(max_length=8, choices=AuthorKind)
    # Nobody is looked for by it: accounts are never deleted from the table.
    author = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    author_name = models.CharField(max_length=200, blank=True)
    # What a person wrote, or an administrator for all; empty where there is a code.
    text = models.TextField(blank=True)
    # Where links are in it, found when it was written (chat.markup).
    links = models.TextField(blank=True)
    # A LineCode or an AmendmentCode.
    code = models.CharField(max_length=24, blank=True, default="", db_default="")
    params = models.JSONField(blank=True, default=dict, db_default={})
    created_at = models.DateTimeField()
    # Of an amendment, the entry that changed. The database does not hold these two: it would look
    # at the log again for each message that a purge deletes, and both are of the same log.
    amends = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        related_name="amendments",
        db_index=False,
        db_constraint=False,
    )
    corrected_at = models.DateTimeField(null=True)
    # Taken back by its author: its words are kept in the amendment, its files for administrators.
    retracted_at = models.DateTimeField(null=True)
    # Which entry of the same log it answers to (chat.actions.quotes).
    quotes = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    # The author's, where it was read with the message (chat.wire.photos).
    author_photo: str | None = None

    objects = MessageQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=models.Q(kind="amended", amends__isnull=False)
                | ~models.Q(kind="amended") & models.Q(amends=None),
                name="amendment_amends_something",
            ),
        )
        indexes = (
            # Few quote or amend anything.
            models.Index(
                fields=["quotes"],
                name="message_quoted",
                condition=models.Q(quotes__isnull=False),
            ),
            models.Index(
                fields=["amends"],
                name="message_amended",
                condition=models.Q(amends__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq}"

    @property
    def may_carry_files(self) -> bool:
        """That anybody is shown."""
        return self.kind in (MessageKind.FILE, MessageKind.NOTE) and self.retracted_at is None


# Pictures that every browser shows; others (HEIC, TIFF) are files like any.
SHOWN_IN_PLACE = {
    *("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"),
}


# What is shown in a tab of its own: text by a page of ours, the other by the browser's own viewer.
SHOWN_APART = {"text/plain", "application/pdf"}


class Verdict(models.TextChoices):
    """Of the antivirus; empty where there was none."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"


class PartialUpload(models.Model):
    """A large file that comes in pieces; it becomes an attachment of the same id."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # that it will have
    touched_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unsent(self) -> Self:
        return self.filter(message=None, internal_message=None)

    def not_examined(self) -> Self:
        return self.filter(verdict=Verdict.PENDING)

    def not_drawn(self) -> Self:
        return self.filter(preview_size=None)


class Attachment(models.Model):
    """An uploaded file, stored under a random name; without a message it goes after a week."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    # Checked by verify_history, not for each message that goes (chat.purge).
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, related_name="attachments", db_constraint=False
    )
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
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True, default="")
    virus = models.CharField(max_length=100, blank=True, default="")
    # Of the preview that lies beside it (chat.files.previews): 0 for none, null while not drawn.
    preview_size = models.PositiveIntegerField(null=True, default=0)

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
            # What one person left lately, and which file is nobody's.
            models.Index(fields=["visitor", "created_at"], name="attachment_of_visitor"),
            models.Index(fields=["account", "created_at"], name="attachment_of_account"),
            models.Index(fields=["file"], name="attachment_file"),
            models.Index(
                fields=["created_at"],
                name="attachment_not_drawn",
                condition=models.Q(preview_size=None),
            ),
            models.Index(
                fields=["created_at"],
                name="attachment_not_examined",
                condition=models.Q(verdict="pending"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("download_file", args=[self.public_id])

    @property
    def is_retracted(self) -> bool:
        """With the message that carried it."""
        said = self.message or self.internal_message
        return said is not None and said.retracted_at is not None

    @property
    def is_withheld(self) -> bool:
        """From everybody: not looked into yet, or found to be harmful."""
        return self.verdict in (Verdict.PENDING, Verdict.INFECTED)

    @property
    def is_picture(self) -> bool:
        return self.content_type in SHOWN_IN_PLACE

    @property
    def is_shown_apart(self) -> bool:
        return self.content_type in SHOWN_APART

    @property
    def preview_name(self) -> str:
        return f"previews/{str(self.file.name).removeprefix('attachments/')}"
