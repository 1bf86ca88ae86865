"""What is decided about a person's data, where our own cabinet knows them as well."""

from datetime import datetime

from django.db import transaction

from chat.actions.changes import Doer
from chat.actions.data_requests import correct_data
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
        if visitor.site_id != Site.objects.own().values_list("pk", flat=True).first():
            return
        account = Account.objects.customers().filter(login=visitor.subject).first()
        if account is not None:
            Account.objects.filter(pk=account.pk).update(name=visitor.name[:150])
            own = Customer.objects.filter(account=account)
            own.update(full_name=visitor.name, email=visitor.email)
