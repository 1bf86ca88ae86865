"""What one message may hold, for the pages that say so; the server checks the same numbers."""

from django import template
from django.utils.html import format_html

from chat.files.budgets import MEGABYTE
from chat.files.limits import largest_file
from chat.models import Visitor
from chat.sockets.frames import MAX_FILES, MAX_TEXT
from operators.models import Account

register = template.Library()


@register.simple_tag
def message_limits(writer: Visitor | Account) -> str:
    """Attributes of <chat-composer>."""
    return format_html(
        'max-length="{}" max-files="{}" max-file-size="{}"',
        *(MAX_TEXT, MAX_FILES, largest_file(writer)),
    )


@register.simple_tag
def largest_in_megabytes(sender: Visitor | Account) -> int:
    return largest_file(sender) // MEGABYTE
