"""What `verify_history --repair` puts right: only where nothing can be lost by it."""

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from chat.actions.facts import TURNS
from chat.actions.locks import lock_conversation
from chat.models import Attachment, Conversation, Ownership, Wait
from chat.verifying.files import files_without_rows
from chat.verifying.log import orphan_entries, wrong_ends
from chat.verifying.states import unended


def mend_ends() -> int:
    """The last number is what the log says."""
    count = 0
    for key in wrong_ends().values_list("pk", flat=True):
        with transaction.atomic():
            conversation = lock_conversation(pk=key)
            again: Conversation | None = wrong_ends().filter(pk=key).first()
            if conversation is None or again is None:
                continue
            last, theirs = again.last or 0, again.last_theirs or 0  # type: ignore[attr-defined]
            conversation.last_seq = max(conversation.last_seq, last)
            conversation.last_visitor_seq = max(conversation.last_visitor_seq, theirs)
            conversation.save(update_fields=["last_seq", "last_visitor_seq"])
            count += 1
    return count


def end_stretches() -> int:
    """Of closed conversations: at their end, by the line that stands there."""
    count = 0
    for key in unended().values_list("pk", flat=True):
        with transaction.atomic():
            conversation = lock_conversation(pk=key)
            if conversation is None or conversation.closed_at is None:
                continue
            line = conversation.messages.filter(code__in=TURNS).order_by("-seq").first()
            end = Greatest(F("began_at"), Value(conversation.closed_at))
            running = {"conversation": conversation, "ended_at": None}
            Ownership.objects.filter(**running).update(
                ended_at=end, ended_by=line.code if line else ""
            )
            Wait.objects.filter(**running).update(ended_at=end, outcome=Wait.Outcome.GIVEN_UP)
            count += 1
    return count


def forget_orphan_entries() -> int:
    count, _rows = orphan_entries().delete()
    return count


def remove_files_without_rows() -> int:
    """A database that knows no file may be one that is yet to be restored."""
    count = 0
    if not Attachment.objects.exists():
        return count
    for path in files_without_rows():
        path.unlink(missing_ok=True)
        count += 1
    return count
