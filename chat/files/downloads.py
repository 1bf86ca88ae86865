"""A stored file as an answer: in pieces, a part of it where one is asked for, or by the proxy."""

import re
from collections.abc import AsyncIterator
from typing import IO, Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from chat.models import Attachment

PIECE = 64 * 1024


def hand_out(request: HttpRequest, attachment: Attachment, *, inline: bool) -> HttpResponseBase:
    """The bytes, to one who may have them. Raises FileNotFoundError."""
    response = _answer(request, attachment)
    response["Content-Type"] = attachment.content_type if inline else "application/octet-stream"
    disposition = content_disposition_header(not inline, attachment.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _answer(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    if settings.FILES_BY_PROXY:
        place = settings.FILES_BY_PROXY.rstrip("/") + "/" + quote(str(attachment.file.name))
        return HttpResponse(headers={"X-Accel-Redirect": place})
    tag, size = f'"{attachment.sha256}"', attachment.size
    headers = {"Accept-Ranges": "bytes", "ETag": tag}
    part = wanted_part(request.headers.get("Range", ""), size)
    if request.method == "HEAD" or request.headers.get("If-Range", tag) != tag:
        part = None
    if part == (0, 0):
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, end = part or (0, size)
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    content = attachment.file.open()
    return FilePart(content, start, end, status=206 if part else 200, headers=headers)


def wanted_part(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one behind the last; (0, 0) is a part that the file has not.

    None, the whole, for what is no single range: RFC 9110 lets a server ignore the others.
    """
    found = re.fullmatch(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", header.strip(), re.ASCII)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    return (start, end) if start < end else (0, 0)


class FilePart(StreamingHttpResponse):
    """Reads a piece when the one before is sent, where Django's answer would read all at once."""

    def __init__(self, content: IO[bytes] | Any, start: int, end: int, **kwargs: Any) -> None:
        content.seek(start)
        self._content, self._left = content, end - start
        super().__init__(iter(self._piece, b""), **kwargs)
        self._resource_closers.append(content.close)  # type: ignore[attr-defined]

    def _piece(self) -> bytes:
        piece = bytes(self._content.read(min(PIECE, self._left)))
        self._left -= len(piece)
        return piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await sync_to_async(self._piece)():
            yield piece
