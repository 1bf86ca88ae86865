"""Whose face stands beside what was said: the author's photo of now, whenever it was said."""

from typing import TypeVar

from django.db.models import F, QuerySet

from chat.models import InternalMessage, Message
from operators import photos

READ = "author_photo"  # the attribute that messages have for it
M = TypeVar("M", Message, InternalMessage)


def with_photos(messages: QuerySet[M]) -> QuerySet[M]:
    return messages.annotate(**{READ: F("author__photo")})


def photo_beside(message: Message | InternalMessage) -> str:
    """Its address, empty for none; looked for where it was not read with the message."""
    name = message.author_photo
    if name is None and message.author is not None:
        name = message.author.photo.name
    return photos.address_of(name)
