"""Places in the zone, with everybody told."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from chat.actions import queue
from chat.actions.locks import lock_account
from chat.events import AccountSignedOut, IntentionChosen, PlaceGivenUp, PlaceTaken
from chat.happened import happened
from chat.notices.actions.subscriptions import unsubscribe
from chat.streams import after_commit
from chat.text import clean_line
from operators import presence
from operators.models import Account, ChosenIntention, Intention, Lease
from operators.prepared import PreparedUpdate, insert, update


def enter_zone(
    account: Account, place: uuid.UUID, *, at: datetime, asked_at: datetime | None = None
) -> bool:
    """A zone's tab takes the account's place; another tab that had it is told. False: one that
    asked later than this was quicker.
    """
    with transaction.atomic():
        if not presence.take_place(account, place, at=at, asked_at=asked_at):
            return False
        happened(PlaceTaken(account=account, place=place, by_id=account.pk, at=at))
        after_commit(queue.assign_for, account.pk, at=at)
    return True


def stay_in_zone(places: Collection[uuid.UUID], *, at: datetime) -> set[uuid.UUID]:
    """A beat of these tabs. Of the others the place was given up or taken."""
    return presence.renew_all(places, at=at)


def lose_zone(place: uuid.UUID, *, at: datetime) -> None:
    """The tab's socket is gone; after the grace of a reload the operator is."""
    presence.fade(place, at=at)


def leave_zone(account: Account, ending: Lease.Ending, *, at: datetime) -> None:
    """The operator opened another section, signed out, or was put off: away at once."""
    if not presence.holds_place(account):
        return  # as on most pages, which need no transaction for that
    with transaction.atomic():
        if presence.release(account, ending, at=at):
            happened(PlaceGivenUp(account=account, at=at))
            after_commit(queue.assign_for, account.pk, at=at)


def sign_out(account: Account, session_key: str, *, at: datetime) -> None:
    """The place is given up, the sockets of this session close, and its browser is told nothing
    any more.
    """
    with transaction.atomic():
        leave_zone(account, Lease.Ending.SIGNED_OUT, at=at)
        unsubscribe(session_key)
        signed_out = AccountSignedOut(
            account=account, session_key=session_key, by_id=account.pk, at=at
        )
        happened(signed_out)


def choose_intention(
    account: Account, intention: Intention, comment: str = "", *, at: datetime
) -> None:
    """`since` in the colleagues' list stays as it was where only the comment is another."""
    comment = clean_line(comment, 80)
    with transaction.atomic():
        before = lock_account(account.pk)
        if before.intention != intention:
            _record(before, intention, at=at)
            before.intention, before.intention_at = intention, at
        before.intention_comment = comment
        update(before, ("intention", "intention_at", "intention_comment"))
        account.intention, account.intention_comment = intention, comment
        happened(IntentionChosen(account=account, by_id=account.pk, at=at))
        after_commit(queue.assign_for, account.pk, at=at)


def _record(before: Account, intention: Intention, *, at: datetime) -> None:
    """What was chosen until now ends, and the new choice begins."""
    if not _ended.run(account=before.pk, at=at):
        insert(_chosen(before, before.intention, began_at=before.intention_at, ended_at=at))
    insert(_chosen(before, intention, began_at=at))


def _chosen(account: Account, intention: str, **times: datetime) -> ChosenIntention:
    return ChosenIntention(account=account, intention=intention, **times)


_ended = PreparedUpdate(
    lambda account, at: (
        ChosenIntention.objects.filter(account=account, ended_at=None),
        {"ended_at": at},
    )
)
