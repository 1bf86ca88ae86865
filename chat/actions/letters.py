"""Letters to staff, where mail is configured: after the commit, while whoever asked waits."""

import logging
from datetime import datetime

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from chat.actions.accounts import subject_of
from chat.actions.changes import Doer, note_change
from operators.models import Account, Change

logger = logging.getLogger("sphaera_support.mail")


def send_link(doer: Doer, account: Account, link: str, *, at: datetime) -> bool:
    """False: the mail server did not take it. Why is in the log; the link never is."""
    told = {"name": account.name, "login": account.login, "link": link}
    letter = render_to_string("mail/sign_in_link.txt", told)
    try:
        send_mail(_("Вход в СФЕРА Поддержка"), letter, None, [account.email])
    except (OSError, ValueError) as error:  # no server, or one that refuses; an address it cannot
        logger.error("A link for signing in was not sent: %s", type(error).__name__)
        return False
    with transaction.atomic():
        note_change(doer, subject_of(account), Change.Deed.LINK_SENT, at=at)
    return True
