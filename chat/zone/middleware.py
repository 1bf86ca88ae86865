"""What opening a page of staff means: its session is used, and any section but the zone is left to
who is present there.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chat.actions import presence, sign_ins
from operators.access import ZONE
from operators.addresses import client_address, parse_address
from operators.models import Account, Lease


class leave_zone:  # noqa: N801  reads as what it does in MIDDLEWARE
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        section = getattr(view, "section", None)
        if section in (None, ZONE) or request.headers.get("HX-Request"):
            return
        account = request.user
        if isinstance(account, Account) and account.is_staff:
            presence.leave_zone(account, Lease.Ending.LEFT, at=timezone.now())


class note_session:  # noqa: N801
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_args: Any) -> None:
        account = request.user if hasattr(view, "section") else None
        if not isinstance(account, Account) or not account.is_staff:
            return
        address = parse_address(client_address(request))
        sign_ins.note_use(
            account,
            request.session.session_key or "",
            agent=request.headers.get("User-Agent", ""),
            address=str(address) if address else None,
            at=timezone.now(),
        )
