"""What one message may hold, for the pages that say so; the server checks the same numbers."""

from django import template
from django.utils.html import format_html

from chat.files.budgets import MEGABYTE
from chat.files.limits import limits_of
from chat.models import Visitor
from chat.sockets.frames import MAX_FILES, MAX_TEXT, encode
from departments.models import FileKind
from operators.models import Account

register = template.Library()


@register.simple_tag
def message_limits(writer: Visitor | Account) -> str:
    """Attributes of <chat-composer>."""
    return format_html(
        'max-length="{}" max-files="{}" max-file-size="{}"',
        *(MAX_TEXT, MAX_FILES, limits_of(writer).size),
    )


@register.simple_tag
def file_kinds() -> str:
    """An attribute of <chat-composer>: what each of departments.models.FileKind is called."""
    return format_html('kind-names="{}"', encode({str(one): str(one.label) for one in FileKind}))


@register.simple_tag
def largest_in_megabytes(sender: Visitor | Account) -> int:
    return limits_of(sender).size // MEGABYTE
