"""«Отправить пробное письмо»: to whoever presses, the way of every letter."""

from datetime import datetime

from django.db import transaction

from chat.actions.changes import Doer
from chat.mail.actions.outbox import post_letter
from chat.models import Letter


def post_trial(doer: Doer, *, at: datetime) -> Letter:
    """The one before it is nobody's business any more. Raises NoMail or NoMailAddress."""
    account = doer.account
    with transaction.atomic():
        letter = post_letter("trial", account.email, account=account, at=at)
        earlier = Letter.objects.filter(kind="trial", account=account, leased_until=None)
        earlier.exclude(pk=letter.pk).delete()
    return letter
