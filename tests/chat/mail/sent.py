"""Letters as couriers carry them."""

from datetime import datetime

from django.utils import timezone

from chat.mail.actions.sending import claim
from chat.mail.couriers import carry
from chat.models import Conversation, Letter


def carries(*, at: datetime | None = None) -> int:
    """All that is due; how much that was."""
    count = 0
    while claims := claim(8, at=at or timezone.now()):
        for one in claims:
            carry(one)
        count += len(claims)
    return count


def dead_letter(conversation: Conversation | None = None, *, at: datetime) -> Letter:
    """One that a server refused for good."""
    return Letter.objects.create(
        kind="missed",
        address="first@example.ru",
        conversation=conversation,
        at=at,
        next_at=at,
        begun_at=at,
        state=Letter.State.DEAD,
        tries=1,
        error="Сервер не принял письмо: 552 full",
    )
