"""What is decided about a person's data, where our own cabinet knows them as well."""

from collections.abc import Mapping
from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction

from chat.actions.changes import Doer
from chat.actions.data_requests import correct_data
from chat.actions.erasure import erase_person
from chat.models import DataRequest, Visitor
from departments.models import Site
from operators.models import Account
from sphaera_support.cabinet.models import Customer


def correct_customer(
    doer: Doer, request_id: int, *, name: str, email: str, answer: str, at: datetime
) -> None:
    """Of who signs in here the name comes from the cabinet, at the next page too. Raises a
    Refusal.
    """
    with transaction.atomic():
        visitor = correct_data(doer, request_id, name=name, email=email, answer=answer, at=at)
        account = _account_of(visitor)
        if account is not None:
            Account.objects.filter(pk=account.pk).update(name=visitor.name[:150])
            own = Customer.objects.filter(account=account)
            own.update(full_name=visitor.name, email=visitor.email)


def erase_customer(
    doer: Doer, request_id: int, *, number: str, answer: str, closes_account: bool, at: datetime
) -> Mapping[str, int]:
    """With the account, they never sign in here again, nor read the answer. Raises a Refusal."""
    request = DataRequest.objects.select_related("visitor").filter(pk=request_id).first()
    account = _account_of(request.visitor) if request and request.visitor else None
    counts = erase_person(doer, request_id, number=number, answer=answer, at=at)
    if closes_account and account is not None:
        _close_account(account, at=at)
    return counts


def _account_of(visitor: Visitor) -> Account | None:
    """Of a visitor of our own cabinet, whose `sub` is the login."""
    if visitor.site_id != Site.objects.own().values_list("pk", flat=True).first():
        return None
    found: Account | None = Account.objects.customers().filter(login=visitor.subject).first()
    return found


def _close_account(account: Account, *, at: datetime) -> None:
    """Its row stays, as any account's does, and says nothing of anybody."""
    with transaction.atomic():
        for attempts in (AccessAttempt, AccessFailureLog, AccessLog):
            attempts.objects.filter(username=account.login).delete()
        Customer.objects.filter(account=account).delete()
        account.login, account.name, account.email = f"erased-{account.pk}", "—", ""
        account.is_active, account.deleted_at = False, at
        account.set_unusable_password()
        account.save()
