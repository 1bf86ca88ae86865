"""A file as a message shows it."""

from typing import Any

from django.urls import reverse

from chat.files.signatures import signature_of
from chat.models import Attachment
from chat.wire.faces import STAFF


def file_context(attachment: Attachment, face: str) -> dict[str, Any]:
    signature = "" if face == STAFF else f"?{signature_of(attachment)}"

    def address(name: str) -> str:
        return reverse(name, args=[attachment.public_id]) + signature

    is_had = not attachment.is_withheld
    return {
        "id": attachment.public_id,
        "url": address("download_file"),
        "name": attachment.name,
        "size_text": size_text(attachment.size),
        "preview_url": address("preview_file") if is_had and attachment.preview_size else "",
        "view_url": address("look_into_file") if is_had and attachment.is_shown_apart else "",
        "withheld": "" if is_had else attachment.verdict,
        # Why is for staff to know.
        "virus": attachment.virus if face == STAFF else "",
    }


def size_text(size: int) -> str:
    """«412 КБ», «11,4 МБ»: as people say it."""
    if size < 1024:
        return f"{size} Б"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} КБ"
    return f"{size / 1024 / 1024:.1f} МБ".replace(".", ",")
