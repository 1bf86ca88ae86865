"""What was uploaded and no message has taken."""

from django.db import transaction

from chat.actions.locks import lock_unsent
from chat.models import Attachment


def delete_unsent(attachment: Attachment) -> bool:
    """Its row; False where a message has taken it meanwhile, or it is gone."""
    with transaction.atomic():
        unsent = lock_unsent(attachment)
        if unsent is None:
            return False
        unsent.delete()
    return True
