"""Whether those who hold a socket may still hold it."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from chat.models import Visitor
from operators.models import Account

# A sign-out this long ago is known to every process that runs.
LOOK_BACK = timedelta(minutes=1)

Place = tuple[int, str, str]  # account, session key, session hash


def signed_out_lately(*, at: datetime) -> dict[int, datetime]:
    """{visitor: when they signed out of their site}; tokens of before then are void."""
    lately = Visitor.objects.filter(signed_out_at__gte=at - LOOK_BACK)
    return {pk: when for pk, when in lately.values_list("pk", "signed_out_at") if when}


def revoked_places(places: set[Place]) -> dict[Place, int]:
    """Of these places, the ones to close, with the close code: two queries for a process."""
    accounts = Account.objects.in_bulk({account for account, _key, _hash in places})
    keys = {key for _account, key, _hash in places}
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    revoked = {}
    for place in places:
        account_id, key, session_hash = place
        account = accounts.get(account_id)
        if account is None or not account.is_active or not account.is_staff:
            revoked[place] = 4403
        elif key not in alive or account.get_session_auth_hash() != session_hash:
            revoked[place] = 4401
    return revoked
