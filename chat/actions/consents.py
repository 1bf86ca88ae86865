"""What a visitor agrees to by sending: each version of their site's notice once."""

from datetime import datetime

from chat.models import Consent, Visitor


def give_consent(visitor: Visitor, version: int, *, address: str | None, at: datetime) -> None:
    """To the version that stood beside what they sent, if there is such a one and it is new to
    them; within the transaction of the message.
    """
    version = min(version, visitor.site.privacy_version)
    if version <= visitor.consented_version:
        return
    others = Visitor.objects.filter(pk=visitor.pk, consented_version__lt=version)
    if others.update(consented_version=version, consented_at=at):
        Consent.objects.create(visitor=visitor, version=version, given_at=at, address=address)
