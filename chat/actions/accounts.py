"""Accounts put off and on again, with their sockets and places."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy

from chat.actions import queue
from chat.actions.conversations import return_to_queue
from chat.actions.errors import Refusal
from chat.actions.invitations import release_deactivated
from chat.actions.locks import lock_administrators
from chat.actions.repairs import repair_each
from chat.events import AccountDeactivated
from chat.happened import happened
from chat.models import Conversation, LineCode
from chat.streams import after_commit
from operators import presence
from operators.models import Account, Lease


class LastAdministrator(Refusal):
    """Somebody must remain who can let others in."""

    code = "conflict"
    words = gettext_lazy("Это последний администратор: отключать некого.")


def deactivate_account(account: Account, *, at: datetime) -> None:
    """Close the account's socket and places; its open conversations go back to the queue, and it
    leaves those it was a guest in.

    That is after the commit, each in a transaction of its own: whoever holds an account's lock
    must not wait for a conversation's. What an error leaves behind, the sweep finds.
    """
    with transaction.atomic():
        administrators = lock_administrators()
        if account.is_administrator and not any(a.pk != account.pk for a in administrators):
            raise LastAdministrator
        Account.objects.filter(pk=account.pk).update(is_active=False)
        presence.release(account, Lease.Ending.DEACTIVATED, at=at)
        happened(AccountDeactivated(account=account, at=at))
        after_commit(_let_go, account, at=at)
        after_commit(queue.assign_for, account.pk, at=at)


def _let_go(account: Account, *, at: datetime) -> None:
    owned = Conversation.objects.active().filter(operator=account)
    back = partial(return_to_queue, owner=account.pk, why=LineCode.DEACTIVATED, at=at)
    repair_each("conversation", back, owned.values_list("public_id"))
    release_deactivated(at=at)


def activate_account(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(is_active=True)
