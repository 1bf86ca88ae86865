"""An operator is present only in the zone: opening any other section is leaving it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chat.actions import presence
from operators.access import ZONE
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
