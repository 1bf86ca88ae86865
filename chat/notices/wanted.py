"""Whether any browser wants notices at all: kept by each process, so that where none does, nothing
is written down. Read anew with the rules, as chat.webhooks.wanted is.
"""

import time

from django.db.models import Exists

from chat.models import NoticeRules, PushSubscription
from operators.prepared import Prepared

VALID = 5.0  # seconds

_are_wanted = False
_until = 0.0


def is_known() -> bool:
    """Whether `are_wanted` asks the database nothing."""
    return time.monotonic() <= _until


def are_wanted() -> bool:
    if not is_known():
        read()
    return _are_wanted


def read() -> None:
    know(wanted=_pushing.first() is not None)


_pushing = Prepared(
    lambda: NoticeRules.objects.filter(
        Exists(PushSubscription.objects.all()), pushes=True
    ).values_list("pk", flat=True)
)


def know(*, wanted: bool, seconds: float = VALID) -> None:
    global _are_wanted, _until
    _are_wanted, _until = wanted, time.monotonic() + seconds
