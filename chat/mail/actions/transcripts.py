"""A visitor asks for what was said by e-mail: their own conversation, to an address they give."""

from datetime import datetime, timedelta

from django.db import transaction

from chat.actions.locks import lock_latest, lock_visitor
from chat.mail.actions.outbox import demand_mail, post_letter, read_address
from chat.mail.errors import NothingSaid, TooManyLetters
from chat.models import Letter

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 3


def ask_for_transcript(visitor_id: int, typed: str, zone: str, *, at: datetime) -> Letter:
    """Of the conversation that their window shows, by the clock of `zone`. Raises a Refusal."""
    demand_mail()
    address = read_address(typed)
    with transaction.atomic():
        lock_visitor(visitor_id)
        conversation = lock_latest(visitor_id)
        if conversation is None:
            raise NothingSaid
        asked = Letter.objects.filter(kind="transcript", conversation__visitor=visitor_id)
        if asked.filter(at__gt=at - HOUR).count() >= MOST_AN_HOUR:
            raise TooManyLetters
        told = {"zone": zone}
        return post_letter("transcript", address, conversation=conversation, data=told, at=at)
