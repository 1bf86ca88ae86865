"""A stored file as an answer: in pieces, a part of it where one is asked for, or by the proxy."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from chat.models import Attachment

PIECE = 64 * 1024


SANDBOX = "sandbox; default-src 'none'"
# Chromium's viewer does not start under `sandbox`, and is laid out by styles in its page. What is
# no PDF after all stays one by its type, and would find nothing here that it could run.
OF_PDF = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Stored:
    """What lies on the disk under this name; the tag is as good as its bytes."""

    name: str
    size: int
    tag: str


def hand_out(request: HttpRequest, attachment: Attachment, *, inline: bool) -> HttpResponseBase:
    """The bytes, to one who may have them. Raises FileNotFoundError."""
    stored = Stored(str(attachment.file.name), attachment.size, attachment.sha256)
    response = _by_proxy(stored) or _answer(request, stored)
    kind = attachment.content_type if inline else "application/octet-stream"
    return _named(response, attachment, kind, inline=inline)


def hand_out_archive(request: HttpRequest, stored: Stored, name: str) -> HttpResponseBase:
    """A ZIP of ours under a name for people. Raises FileNotFoundError."""
    response = _by_proxy(stored) or _answer(request, stored)
    response["Content-Type"] = "application/zip"
    disposition = content_disposition_header(True, name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def hand_out_preview(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """Of a picture that has one. Raises FileNotFoundError."""
    size = attachment.preview_size or 0
    stored = Stored(attachment.preview_name, size, f"{attachment.sha256}-preview")
    response = _by_proxy(stored) or _answer(request, stored)
    return _named(response, attachment, "image/webp", inline=True)


def hand_out_pdf(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """To the browser's own viewer; by ourselves, since the proxy's policy is that of downloads."""
    stored = Stored(str(attachment.file.name), attachment.size, attachment.sha256)
    response = _named(_answer(request, stored), attachment, attachment.content_type, inline=True)
    response["Content-Security-Policy"] = OF_PDF
    return response


def _named(
    response: HttpResponseBase, attachment: Attachment, kind: str, *, inline: bool
) -> HttpResponseBase:
    response["Content-Type"] = kind
    disposition = content_disposition_header(not inline, attachment.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _by_proxy(stored: Stored) -> HttpResponseBase | None:
    if not settings.FILES_BY_PROXY:
        return None
    place = settings.FILES_BY_PROXY.rstrip("/") + "/" + quote(stored.name)
    return HttpResponse(headers={"X-Accel-Redirect": place})


def _answer(request: HttpRequest, stored: Stored) -> HttpResponseBase:
    tag, size = f'"{stored.tag}"', stored.size
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
    content = default_storage.open(stored.name)
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
