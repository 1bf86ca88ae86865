"""Small square pictures that stand for a site: what was uploaded, drawn anew."""

import io
import warnings

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST = 200 * 1024  # bytes
SMALLEST = 96  # pixels a side
LONGEST = 4096
SIDE = 192  # of what is kept: twice what is shown
_FORMATS = ("PNG", "JPEG", "WEBP")


class BadPicture(ValueError):
    """Carries words for the person."""


def square_of(uploaded: "UploadedFile[bytes] | None") -> bytes:
    """The middle of it as WebP, without whatever else was in the file. Raises BadPicture."""
    if uploaded is None or not uploaded.size:
        raise BadPicture(_("Выберите файл с картинкой."))
    if uploaded.size > LARGEST:
        raise BadPicture(_("Файл больше %s КБ. Уменьшите картинку.") % (LARGEST // 1024))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _drawn(uploaded)
    except BadPicture:
        raise
    except Exception as error:  # whatever a broken or wicked file makes of a decoder
        raise BadPicture(_("Это не картинка PNG, JPEG или WebP.")) from error


def _drawn(uploaded: "UploadedFile[bytes]") -> bytes:
    with Image.open(uploaded, formats=_FORMATS) as picture:
        # Known from the head, before anything is unpacked.
        if min(picture.size) < SMALLEST:
            raise BadPicture(_("Картинка меньше %(side)s × %(side)s.") % {"side": SMALLEST})
        if max(picture.size) > LONGEST:
            raise BadPicture(_("Картинка больше %(side)s × %(side)s.") % {"side": LONGEST})
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    square = ImageOps.fit(upright, (SIDE, SIDE))
    square.info.clear()
    kept = io.BytesIO()
    square.save(kept, "WEBP", quality=85, method=4)
    return kept.getvalue()
