"""What the log tells of owners and waits, recounted, and compared with the rows that say so."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from chat.actions.facts import TURNS
from chat.models import Conversation, LineCode, Message

OWNING = {LineCode.ACCEPTED, LineCode.TRANSFERRED, LineCode.MOVED, LineCode.ASSIGNED} | {
    LineCode.RESUMED,
    LineCode.APPROACHED,
}
ENDING = {LineCode.CLOSED, LineCode.ENDED, LineCode.BLOCKED, LineCode.DECLINED} | {LineCode.IGNORED}


class Stretch(NamedTuple):
    """From which line to which an account owned a conversation; without an end while it does."""

    account: int | None
    began_by: str
    began_at: datetime
    ended_by: str | None
    ended_at: datetime | None


def differences(conversations: Iterable[Conversation]) -> Iterator[str]:
    """One line for each conversation whose rows tell something else than its log.

    Passed over are those in which an account is not known any more: it was deleted, or the line is
    from before lines named it.
    """
    for conversation in conversations:
        turns = list(conversation.messages.filter(code__in=TURNS).order_by("seq"))
        told, kept = owners_by_log(turns), owners_by_rows(conversation)
        if None in {stretch.account for stretch in (*told, *kept)}:
            continue
        if told != kept:
            words = _("Обращение %(id)s: переписка говорит %(told)s, записи — %(kept)s")
            yield words % {"id": conversation.public_id, "told": told, "kept": kept}


def owners_by_log(turns: Iterable[Message]) -> list[Stretch]:
    """The stretches with an owner, from the lines at which owners change, in order."""
    stretches: list[Stretch] = []
    for turn in turns:
        if stretches and stretches[-1].ended_by is None:
            # As the rows have it: with a clock that went back, no stretch ends before it began.
            ended_at = max(stretches[-1].began_at, turn.created_at)
            stretches[-1] = stretches[-1]._replace(ended_by=turn.code, ended_at=ended_at)
        if turn.code in OWNING:
            owner = turn.params.get("account")
            stretches.append(Stretch(owner, turn.code, turn.created_at, None, None))
    return stretches


def owners_by_rows(conversation: Conversation) -> list[Stretch]:
    return [
        Stretch(row.account_id, row.began_by, row.began_at, row.ended_by or None, row.ended_at)
        for row in conversation.ownerships.order_by("began_at", "pk")
    ]
