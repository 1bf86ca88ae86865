"""Sessions of staff: when each was used last, and their end."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction

from chat.events import AccountSignedOut
from chat.happened import happened
from chat.text import clean_line
from operators.models import Account, SignIn

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
MOST_REMEMBERED = 2000


@dataclass
class Lately:
    """Which sessions this process has noted within the last minute."""

    noted: dict[str, datetime] = field(default_factory=dict)

    def is_due(self, session_key: str, at: datetime) -> bool:
        last = self.noted.get(session_key)
        if last is not None and last <= at < last + EVERY:
            return False
        if len(self.noted) >= MOST_REMEMBERED:
            self.noted.clear()
        self.noted[session_key] = at
        return True


lately = Lately()


def note_use(
    account: Account, session_key: str, *, agent: str, address: str | None, at: datetime
) -> None:
    """A page was opened in the session. That it could not be noted keeps nobody from the page."""
    if not session_key or not lately.is_due(session_key, at):
        return
    used = SignIn(
        account_id=account.pk,
        session_key=session_key,
        agent=clean_line(agent, SignIn.LONGEST_AGENT),
        address=address,
        used_at=at,
    )
    try:
        SignIn.objects.bulk_create(
            [used],
            update_conflicts=True,
            unique_fields=["session_key"],
            update_fields=["account", "agent", "address", "used_at"],
        )
    except DatabaseError:
        logger.exception("The use of a session is not noted.")


def note_open(session_keys: set[str], *, at: datetime) -> None:
    """Their zones are open."""
    used = SignIn.objects.filter(session_key__in=session_keys, used_at__lt=at - EVERY / 2)
    used.update(used_at=at)


def end_session(account: Account, sign_in_id: int, *, at: datetime) -> None:
    """One of their own; what is over already is."""
    with transaction.atomic():
        _end(account, at=at, pk=sign_in_id)


def end_sessions(account: Account, *, but: str = "", at: datetime) -> None:
    """All of them but the one with that key; their sockets close."""
    with transaction.atomic():
        _end(account, but=but, at=at)


def _end(account: Account, *, but: str = "", at: datetime, **which: int) -> None:
    found = SignIn.objects.filter(account=account.pk, **which).exclude(session_key=but)
    keys = list(found.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session_key__in=keys).delete()
    for key in keys:
        by_id = account.pk
        happened(AccountSignedOut(account=account, session_key=key, by_id=by_id, at=at))


def forget_ended() -> int:
    """Those whose sessions ended otherwise: by signing out, or by their age."""
    ended = SignIn.objects.exclude(session_key__in=Session.objects.values("session_key"))
    count, _rows = ended.delete()
    return count
