"""Who is signed in to the cabinet.

The cabinet stands for the owner's own site, so its sign-in has a session and a cookie of its own:
one browser may hold a customer and a member of staff, and neither reaches what is the other's.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from operators.models import Account
from operators.sessions import SessionStore

_ID, _HASH = "customer", "customer_hash"


def signed_in_customer(request: HttpRequest) -> Account | None:
    session = _session(request)
    account: Account | None = (
        Account.objects.customers()
        .active()
        .select_related("customer")
        .filter(pk=session.get(_ID) or 0)
        .first()
    )
    if account is None or session.get(_HASH) != account.get_session_auth_hash():
        return None
    return account


def sign_in_customer(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Always a new session: whoever prepared the one that was there knows nothing of this."""
    _session(request).flush()
    session = SessionStore()
    session.update({_ID: account.pk, _HASH: account.get_session_auth_hash()})
    session.create()
    response.set_cookie(
        settings.CUSTOMER_COOKIE_NAME,
        session.session_key or "",
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def sign_out_customer(request: HttpRequest, response: HttpResponse) -> None:
    _session(request).flush()
    response.delete_cookie(settings.CUSTOMER_COOKIE_NAME, samesite="Lax")


def session_key_of(request: HttpRequest) -> str:
    return _session(request).session_key or ""


def _session(request: HttpRequest) -> SessionStore:
    key = request.COOKIES.get(settings.CUSTOMER_COOKIE_NAME, "")
    return SessionStore(key)
