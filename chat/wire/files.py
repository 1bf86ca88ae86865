"""A file as a message shows it."""

from typing import Any

from chat.files.signatures import sign_file
from chat.models import Attachment
from chat.wire.faces import STAFF


def file_context(attachment: Attachment, face: str) -> dict[str, Any]:
    return {
        "id": attachment.public_id,
        "url": attachment.get_absolute_url() if face == STAFF else sign_file(attachment),
        "name": attachment.name,
        "size_text": size_text(attachment.size),
        "is_image": attachment.is_image,
    }


def size_text(size: int) -> str:
    """«412 КБ», «11,4 МБ»: as people say it."""
    if size < 1024:
        return f"{size} Б"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} КБ"
    return f"{size / 1024 / 1024:.1f} МБ".replace(".", ",")
