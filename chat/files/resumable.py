"""Large files over HTTP in pieces: tus 1.0 with creation, expiration and termination."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from chat.files.limits import largest_of_all
from chat.files.parts import (
    KEPT_FOR,
    append_piece,
    begin_part,
    end_part,
    find_part,
    offset_of,
)
from chat.files.refusals import BadFile
from chat.files.uploads import OwnerOf
from chat.models import Attachment, PartialUpload

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
OF_US = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,termination",
}


def answer_begun(
    request: HttpRequest, owner_of: OwnerOf, address: Callable[[UUID], str], **kwargs: Any
) -> HttpResponse:
    """POST begins one; OPTIONS tells what there is."""

    def begin(at: datetime) -> HttpResponse:
        owner = owner_of(request, **kwargs)
        size = _number(request, "Upload-Length")
        part = begin_part(_file_name(request), size, at=at, **owner)
        headers = {"Location": address(part.public_id)} | _expiry(at)
        return HttpResponse(status=201, headers=headers)

    return _answer(request, begin)


def answer_piece(
    request: HttpRequest, owner_of: OwnerOf, public_id: UUID, **kwargs: Any
) -> HttpResponse:
    """HEAD asks how much is here, PATCH brings more, DELETE gives it up."""

    def go_on(at: datetime) -> HttpResponse:
        found = find_part(public_id, owner_of(request, **kwargs))
        if request.method == "DELETE":
            end_part(found)
            return HttpResponse(status=204)
        if request.method == "PATCH":
            found = _append(request, found, at=at)
        answer = HttpResponse(status=204 if request.method == "PATCH" else 200)
        answer["Upload-Offset"] = str(offset_of(found))
        answer["Upload-Length"] = str(found.size)
        for name, value in _expiry(at).items() if isinstance(found, PartialUpload) else ():
            answer[name] = value
        return answer

    return _answer(request, go_on)


def _append(
    request: HttpRequest, found: PartialUpload | Attachment, *, at: datetime
) -> PartialUpload | Attachment:
    if request.content_type != PIECE_TYPE:
        raise BadFile(415, _("Это не часть файла."))
    offset = _number(request, "Upload-Offset")
    if isinstance(found, Attachment):
        raise BadFile(409, _("Файл уже отправлен целиком."))
    return append_piece(found, offset, request, at=at)  # type: ignore[arg-type]


def _answer(request: HttpRequest, act: Callable[[datetime], HttpResponse]) -> HttpResponse:
    if request.method == "OPTIONS":
        answer = HttpResponse(status=204, headers=OF_US | {"Tus-Max-Size": str(largest_of_all())})
    elif request.headers.get("Tus-Resumable") != VERSION:
        answer = JsonResponse({"detail": _("Только tus 1.0.0.")}, status=412, headers=OF_US)
    else:
        try:
            answer = act(timezone.now())
        except BadFile as bad:
            answer = JsonResponse(bad.words, status=bad.status, headers=bad.headers)
    answer["Tus-Resumable"] = VERSION
    return answer


def _number(request: HttpRequest, name: str) -> int:
    value = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,15}", value):
        raise BadFile(400, _("Не сказано, сколько в файле байтов или с какого продолжать."))
    return int(value)


def _file_name(request: HttpRequest) -> str:
    """Of the pairs «key base64», separated by commas, the one called `filename`."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value, validate=True).decode()
            except ValueError as error:
                raise BadFile(400, _("Имя файла не читается.")) from error
    return ""


def _expiry(at: datetime) -> dict[str, str]:
    return {"Upload-Expires": http_date((at + KEPT_FOR).timestamp())}
