"""Who is signed in to the cabinet.

The cabinet stands for the owner's own site, so its sign-in is apart from the staff's: one browser
may hold both, each leaves by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from operators.models import Account

_ID, _HASH = "customer", "customer_hash"


def sign_in_customer(request: HttpRequest, account: Account) -> None:
    _renew_key(request)
    request.session[_ID] = account.pk
    request.session[_HASH] = account.get_session_auth_hash()


def signed_in_customer(request: HttpRequest) -> Account | None:
    account: Account | None = (
        Account.objects.customers()
        .active()
        .select_related("customer")
        .filter(pk=request.session.get(_ID) or 0)
        .first()
    )
    if account is None or request.session.get(_HASH) != account.get_session_auth_hash():
        return None
    return account


def sign_out_customer(request: HttpRequest) -> None:
    for key in (_ID, _HASH):
        request.session.pop(key, None)
    _renew_key(request)


def _renew_key(request: HttpRequest) -> None:
    """Against fixation; where staff are signed in, theirs did it and their socket holds it."""
    if not isinstance(request.user, Account):
        request.session.cycle_key()


@contextmanager
def keeping_customer(request: HttpRequest) -> Iterator[None]:
    """What is done to the session inside does not sign the customer out."""
    kept = {key: request.session[key] for key in (_ID, _HASH) if key in request.session}
    yield
    request.session.update(kept)
