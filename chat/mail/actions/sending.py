"""Sending, as the database knows it (chat.actions.outbox). A letter that was sent keeps neither its
address nor what it was written from.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from chat.actions.locks import lock_due_letters, lock_letter
from chat.actions.outbox import renew, settle, take
from chat.mail.dialling import Answer
from chat.mail.errors import LetterOnItsWay, NoSuchLetter
from chat.models import Letter
from operators.prepared import Prepared

logger = logging.getLogger("sphaera_support.mail")

State = Letter.State
# Longer than writing one with a table and handing it over take at most.
LEASE = timedelta(minutes=5)
KEPT_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Claim:
    """A letter that this courier alone has, for as long as a lease lasts."""

    letter: Letter
    lease: uuid.UUID


def claim(most: int, *, at: datetime) -> list[Claim]:
    """Nothing while no mail server is named: what waits goes when one is. Where nothing is due,
    nothing is locked.
    """
    if not is_any_due(at=at):
        return []
    with transaction.atomic():
        due = lock_due_letters(most, at=at)
        held = Letter.objects.filter(pk__in=[letter.pk for letter in due])
        lease = take(held, LEASE, at=at)
    return [Claim(letter, lease) for letter in due]


def is_any_due(*, at: datetime) -> bool:
    return settings.SENDS_MAIL and bool(_due.all(at=at))


_due = Prepared(lambda at: Letter.objects.due(at).order_by().values_list("pk", flat=True)[:1])


def note_answer(
    claimed: Claim,
    answer: Answer,
    note: Callable[[datetime], None] | None = None,
    *,
    at: datetime,
) -> None:
    """Nothing of a courier whose letter another has by now, or that is gone."""
    with transaction.atomic():
        letter = lock_letter(claimed.letter.pk)
        if letter is None or letter.lease != claimed.lease:
            return
        settle(letter, has_arrived=answer.has_arrived, is_final=answer.is_final, at=at)
        letter.error = answer.error
        if answer.has_arrived:
            letter.address, letter.data = "", {}
        letter.save()
        if answer.has_arrived and note is not None:
            note(at)
    if letter.state == State.DEAD:
        logger.warning("Letter %d (%s) is not delivered", letter.pk, letter.kind)


def forget(claimed: Claim) -> None:
    """One that nobody wants any more."""
    with transaction.atomic():
        letter = lock_letter(claimed.letter.pk)
        if letter is not None and letter.lease == claimed.lease:
            letter.delete()


def send_again(letter_id: int, *, at: datetime) -> None:
    """By hand, one that was not delivered. Raises NoSuchLetter or LetterOnItsWay."""
    with transaction.atomic():
        letter = lock_letter(letter_id)
        if letter is None or letter.state == State.SENT:
            raise NoSuchLetter
        if letter.leased_until and letter.leased_until > at:
            raise LetterOnItsWay
        renew(Letter.objects.filter(pk=letter.pk), at=at)


def give_up(letter_id: int) -> None:
    """By hand: it is not to be sent any more, and leaves the list. Raises like send_again."""
    with transaction.atomic():
        letter = lock_letter(letter_id)
        if letter is None or letter.state != State.DEAD:
            raise NoSuchLetter
        letter.delete()


def forget_letters(*, at: datetime) -> int:
    """What is older than letters are kept for, delivered or not."""
    limit = at - KEPT_FOR
    old = Letter.objects.filter(at__lt=limit, begun_at__lt=limit)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:5000])
    with transaction.atomic():
        Letter.objects.filter(pk__in=keys).delete()
    return len(keys)
