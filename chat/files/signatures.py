"""Links to files for visitors: their identity token must never stand in an address."""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

from chat.models import Attachment

VALID = timedelta(days=1)

_signer = TimestampSigner(salt="chat.file")


def sign_file(attachment: Attachment) -> str:
    """The address at which this file may be had for a day without signing in."""
    return f"{attachment.get_absolute_url()}?{signature_of(attachment)}"


def signature_of(attachment: Attachment) -> str:
    """What stands behind any address of this file."""
    _name, signature = _signer.sign(str(attachment.public_id)).split(":", 1)
    return f"s={signature}"


def is_signed(attachment: Attachment, signature: str) -> bool:
    try:
        _signer.unsign(f"{attachment.public_id}:{signature}", max_age=VALID)
    except BadSignature:
        return False
    return True
