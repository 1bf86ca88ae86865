"""Whether any browser wants notices at all: kept by each process, so that where none does, nothing
is written down. Read anew with the rules, as chat.webhooks.wanted is.
"""

import time

from django.db.models import Exists

from chat.models import NoticeRules, PushSubscription

VALID = 5.0  # seconds

_are_wanted = False
_until = 0.0


def are_wanted() -> bool:
    if time.monotonic() > _until:
        read()
    return _are_wanted


def read() -> None:
    subscribed = Exists(PushSubscription.objects.all())
    know(wanted=NoticeRules.objects.filter(subscribed, pushes=True).exists())


def know(*, wanted: bool, seconds: float = VALID) -> None:
    global _are_wanted, _until
    _are_wanted, _until = wanted, time.monotonic() + seconds
