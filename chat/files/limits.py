"""How large a file may be, by who sends it: what pages tell before, and uploads are held to."""

from django.conf import settings

from chat.models import Visitor
from operators.models import Account


def largest_file(sender: Visitor | Account) -> int:
    """In bytes."""
    if isinstance(sender, Account):
        return settings.STAFF_FILE_SIZE
    return settings.VISITOR_FILE_SIZE


def largest_of_all() -> int:
    """What nobody may exceed, before it is known who it is."""
    return max(settings.STAFF_FILE_SIZE, settings.VISITOR_FILE_SIZE)
