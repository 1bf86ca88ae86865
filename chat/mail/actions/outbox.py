"""A letter is put into the outbox in the transaction of what caused it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from chat.mail.errors import NoMail, NoMailAddress
from chat.models import Conversation, Letter
from operators.models import Account

LONGEST_ADDRESS = 254


def post_letter(
    kind: str,
    address: str,
    *,
    account: Account | None = None,
    conversation: Conversation | None = None,
    data: dict[str, Any] | None = None,
    at: datetime,
) -> Letter:
    """Sent by others, later (chat.mail.couriers). Raises NoMail or NoMailAddress."""
    demand_mail()
    return Letter.objects.create(
        kind=kind,
        address=read_address(address),
        account=account,
        conversation=conversation,
        data=data or {},
        at=at,
        next_at=at,
        begun_at=at,
    )


def demand_mail() -> None:
    if not settings.SENDS_MAIL:
        raise NoMail


def read_address(typed: str) -> str:
    """One mailbox, as it goes into a header. Raises NoMailAddress."""
    address = typed.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise NoMailAddress from None
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise NoMailAddress
    return address
