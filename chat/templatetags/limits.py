"""What one message may hold, for the pages that say so; the server checks the same numbers."""

from django import template
from django.conf import settings
from django.utils.html import format_html

from chat.files.budgets import MEGABYTE
from chat.sockets.frames import MAX_FILES, MAX_TEXT, encode
from departments.models import FileKind

register = template.Library()


@register.simple_tag
def message_limits() -> str:
    """Attributes of <chat-composer>."""
    return format_html(
        'max-length="{}" max-files="{}" max-file-size="{}"',
        *(MAX_TEXT, MAX_FILES, settings.MAX_FILE_SIZE),
    )


@register.simple_tag
def file_kinds() -> str:
    """An attribute of <chat-composer>: what each of departments.models.FileKind is called."""
    return format_html('kind-names="{}"', encode({str(one): str(one.label) for one in FileKind}))


@register.simple_tag
def largest_file() -> int:
    """In megabytes."""
    return settings.MAX_FILE_SIZE // MEGABYTE
