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
RUNNABLE = b"MZ" + bytes(60)
GIF_AND_SCRIPT = b"GIF89a\x2f\x2a\x00\x00" + bytes(20) + b"*/=1;alert(document.domain)//"
PICTURE_AND_ARCHIVE = picture("JPEG") + b"PK\x03\x04" + bytes(40)

# name, bytes, status: what is no file that anybody should have
REFUSED = {
    "nothing in it": ("пусто.txt", b"", 400),
    "a program": ("setup.exe", RUNNABLE, 415),
    "a program by two endings": ("photo.png.exe", RUNNABLE, 415),
    "a script by two endings": ("scan.pdf.js", b"alert(1)", 415),
    "a name that is turned round": ("photo\u202egnp.exe", picture(), 415),
    "a program under the name of a text": ("log.txt", RUNNABLE, 415),
}
# name, bytes, kind: what is one thing and another, and is only ever the harmless of the two
OF_TWO_KINDS = {
    "a GIF that is a script": ("a.gif", GIF_AND_SCRIPT, "image/gif"),
    "a PDF that is a page": ("a.pdf", PDF_AND_HTML, "application/pdf"),
    "a picture that is an archive": ("a.jpg", PICTURE_AND_ARCHIVE, "image/jpeg"),
    "a page under the name of a picture": ("a.png", PAGE, "text/plain"),
}
