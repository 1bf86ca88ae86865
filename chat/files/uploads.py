"""Uploads over HTTP: whose they are is asked before the body comes, and again with the file."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from chat.files.limits import WRAPPING, largest_of_all
from chat.files.refusals import BadFile, NoRoom
from chat.files.storage import Owner, refuse_beyond_budget, refuse_unwelcome, store_file

OwnerOf = Callable[..., Owner]  # from the header and the address alone; raises BadFile
View = Callable[..., HttpResponse]
PIECE_SIZE = 8 * 1024 * 1024  # bytes of a file in one request; a broken one costs so much


@dataclass(frozen=True)
class Taken:
    """What a view takes: a whole file, or a piece of one that was admitted when it was begun."""

    owner_of: OwnerOf
    is_piece: bool = False

    @property
    def limit(self) -> int:
        """In bytes, before it is known whose it is."""
        return PIECE_SIZE if self.is_piece else largest_of_all() + WRAPPING


def takes_upload(owner_of: OwnerOf, *, is_piece: bool = False) -> Callable[[View], View]:
    """Name what the server asks before it takes the body of a request for this view."""

    def mark(view: View) -> View:
        view.takes = Taken(owner_of, is_piece)  # type: ignore[attr-defined]
        return view

    return mark


def upload_at(path: str) -> Taken | None:
    """What to ask before the body of a request to `path`; None where no upload is taken."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    taken: Taken | None = getattr(match.func, "takes", None)
    named = {name: value for name, value in match.kwargs.items() if name != "public_id"}
    return taken and replace(taken, owner_of=partial(taken.owner_of, **named))


def admit_upload(
    taken: Taken, headers: list[tuple[bytes, bytes]], size: int, *, at: datetime
) -> str:
    """Whose upload it is, as one word. Raises BadFile when the body need not come at all."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    request = ASGIRequest(scope, io.BytesIO())
    for middleware in (SessionMiddleware, AuthenticationMiddleware):
        middleware(lambda _request: HttpResponse()).process_request(request)
    owner = taken.owner_of(request)
    if not taken.is_piece:
        refuse_unwelcome(owner, size, wrapping=WRAPPING)
        refuse_beyond_budget(owner, size, at=at)
    ((kind, person),) = owner.items()
    return f"{kind}.{person.pk}"


def answer_upload(request: HttpRequest, owner_of: OwnerOf, **kwargs: Any) -> JsonResponse:
    try:
        owner: dict[str, Any] = owner_of(request, **kwargs)
        attachment = store_file(_file(request), at=timezone.now(), **owner)
    except BadFile as bad:
        return JsonResponse(bad.words, status=bad.status, headers=bad.headers)
    return JsonResponse(
        {"id": attachment.public_id, "name": attachment.name, "size": attachment.size}, status=201
    )


def _file(request: HttpRequest) -> "UploadedFile[bytes] | None":
    file = request.FILES.get("file")
    if file is None and hasattr(request, "disk_error"):
        raise NoRoom from request.disk_error
    return file


class DiskHandler(TemporaryFileUploadHandler):
    """Writes what comes to the disk; that the disk is full is left for `answer_upload` to tell.

    Django parses forms before any view, where nobody would put an error into words.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        with self._writing():
            # Not under the name it came with, whose ending may be longer than a name may be.
            self.file = TemporaryUploadedFile(
                "upload", self.content_type or "", 0, self.charset, self.content_type_extra
            )
            self.file.name = self.file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._writing():
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        with self._writing():
            self.file.flush()
        return super().file_complete(file_size)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.request.disk_error = error  # type: ignore[union-attr]
            if (file := self.__dict__.pop("file", None)) is not None:
                with suppress(OSError):  # its last bytes have no room either
                    file.close()
            raise StopUpload(connection_reset=True) from error
