"""The link for a first sign-in, by e-mail: to the account's own address alone."""

from datetime import datetime

from django.db import transaction

from chat.actions.accounts import lock_member
from chat.actions.changes import Doer
from chat.mail.actions.outbox import demand_mail, post_letter
from chat.mail.links import password_mark
from chat.models import Letter


def post_link(doer: Doer, account_id: int, origin: str, *, at: datetime) -> Letter:
    """`origin` is where its page is reached. Raises NoMail, NoMailAddress or NoSuchAccount."""
    demand_mail()
    with transaction.atomic():
        account = lock_member(account_id)
        told = {"origin": origin, "mark": password_mark(account), "by": doer.account.pk}
        return post_letter("link", account.email, account=account, data=told, at=at)
