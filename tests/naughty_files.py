"""Files as they should not be, and plain ones to compare them with."""

import io
from typing import Any

from PIL import Image


def picture(
    kind: str = "PNG",
    size: tuple[int, int] = (4, 4),
    *,
    mode: str = "RGB",
    colour: Any = "red",
    **told: Any,
) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, kind, **told)
    return target.getvalue()


PAGE = b"<!doctype html><script>alert(document.domain)</script>"
PDF_AND_HTML = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + PAGE
