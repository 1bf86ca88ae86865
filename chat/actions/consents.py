"""What a visitor agrees to by sending, each version of their site's notice once, and takes back."""

from datetime import datetime

from django.db import transaction

from chat.actions.locks import lock_visitor
from chat.events import VisitorSignedOut
from chat.happened import happened
from chat.models import Consent, Visitor, Withdrawal
from operators.prepared import PreparedUpdate, insert


def give_consent(visitor: Visitor, version: int, *, address: str | None, at: datetime) -> None:
    """To the version that stood beside what they sent, if there is such a one and it is new to
    them; within the transaction of the message.
    """
    version = min(version, visitor.site.privacy_version)
    if version <= visitor.consented_version:
        return
    if _consents.run(visitor=visitor.pk, version=version, at=at):
        insert(Consent(visitor=visitor, version=version, given_at=at, address=address))


_consents = PreparedUpdate(
    lambda visitor, version, at: (
        Visitor.objects.filter(pk=visitor, consented_version__lt=version),
        {"consented_version": version, "consented_at": at},
    )
)


def withdraw_consent(visitor: Visitor, *, address: str | None, at: datetime) -> bool:
    """Before their next message they are asked anew: open windows begin anew and know it. False
    where there is nothing to take back.
    """
    with transaction.atomic():
        locked = lock_visitor(visitor.pk)
        if not locked.consented_version:
            return False
        Withdrawal.objects.create(
            visitor=locked, version=locked.consented_version, at=at, address=address
        )
        locked.consented_version, locked.consented_at, locked.signed_out_at = 0, None, at
        locked.save(update_fields=["consented_version", "consented_at", "signed_out_at"])
        happened(VisitorSignedOut(visitor=locked, at=at))
    return True
