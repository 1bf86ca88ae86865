"""Photos of who works here: whatever picture is sent, a square of our own making is kept.

So nothing of the sender's file remains: no place where it was taken, no second content.
"""

import secrets
from io import BytesIO
from threading import Lock
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

SIDE = 256  # pixels: twice what is shown at most, for fine screens
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # what telephones take; more is a bomb
KINDS = ("JPEG", "PNG", "WEBP", "GIF")
FOLDER, SUFFIX = "photos", ".webp"

# One picture in its full size takes up to 200 MB of memory.
_one_at_a_time = Lock()


class BadPhoto(ValueError):
    """Not taken; the words say why."""


def read_photo(content: IO[bytes], size: int) -> "ContentFile[bytes]":
    """What is kept of it, under a name that nobody guesses. Raises BadPhoto."""
    if size > MOST_BYTES:
        raise BadPhoto(_("Файл больше %s МБ. Уменьшите картинку.") % (MOST_BYTES // 1024**2))
    with _one_at_a_time:
        _verify(content)
        try:
            square = _square(content)
        except Exception as error:  # a decoder may stumble over a broken file in any way
            raise BadPhoto(_("Картинка повреждена. Выберите другую.")) from error
    return ContentFile(square, name=f"{secrets.token_hex(16)}{SUFFIX}")


def keep(photo: "ContentFile[bytes]") -> str:
    """The name under which it is kept. Raises OSError."""
    return default_storage.save(f"{FOLDER}/{photo.name}", photo)


def discard(name: str | None) -> None:
    if name:
        default_storage.delete(name)


def address_of(name: str | None) -> str:
    """Where the photo kept under this name is had; empty for none."""
    key = (name or "").rpartition("/")[2].removesuffix(SUFFIX)
    return reverse("photo", args=[key]) if key else ""


def name_at(key: str) -> str:
    """Under which name is kept what an address names."""
    return f"{FOLDER}/{key}{SUFFIX}"


def _verify(content: IO[bytes]) -> None:
    content.seek(0)
    try:
        with Image.open(content, formats=KINDS) as image:
            pixels = image.width * image.height
            if pixels <= MOST_PIXELS:
                image.verify()
    except Image.DecompressionBombError:
        pixels = MOST_PIXELS + 1
    except Exception as error:
        raise BadPhoto(_("Это не картинка JPEG, PNG, WebP или GIF.")) from error
    if pixels > MOST_PIXELS:
        raise BadPhoto(_("В картинке слишком много точек. Уменьшите её."))


def _square(content: IO[bytes]) -> bytes:
    content.seek(0)
    with Image.open(content, formats=KINDS) as opened:
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG need not be decoded whole
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    fitted = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    paper = Image.new("RGBA", fitted.size, "white")
    kept = BytesIO()
    Image.alpha_composite(paper, fitted).convert("RGB").save(kept, "WEBP", quality=85)
    return kept.getvalue()
