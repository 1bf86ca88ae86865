"""By what messages are found: rows beside them, written behind them (chat.actions.history)."""

from django.db import models

from chat.models.conversations import Conversation
from chat.models.messages import Message


class HistoryEntry(models.Model):
    """What one message is found by. A column more, `terms`, is each database's own, and so is its
    index (migration 0033): PostgreSQL's a tsvector, SQLite's a text that an FTS5 table reads.

    The database deletes it with its message, however that is deleted.
    """

    message = models.OneToOneField(
        Message, models.CASCADE, primary_key=True, related_name="entry", db_constraint=False
    )
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    created_at = models.DateTimeField()
    # Words and names of files, folded: what a phrase is compared with.
    folded = models.TextField()

    class Meta:
        indexes = (
            models.Index(fields=["conversation", "message"], name="history_of_conversation"),
        )

    def __str__(self) -> str:
        return str(self.message_id)


class HistoryCursor(models.Model):
    """How far the log is read. There is one row."""

    # Up to this key of a message nothing is missing.
    done = models.BigIntegerField(default=0)
    # Up to this one it was looked for since `settled` moved on.
    reached = models.BigIntegerField(default=0)
    # Up to this one whatever is going to be there is there: its transactions are over.
    settled = models.BigIntegerField(default=0)
    # The last one that was there at that time, by which `settled` moves on.
    newest = models.BigIntegerField(default=0)
    newest_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.done)

    @property
    def looks_from(self) -> int:
        """Beyond this key there may be something that is not indexed."""
        return max(self.done, self.reached)
