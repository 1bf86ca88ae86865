"""A table as an answer: read a page when the one before has been taken, or from a file."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from chat.files.downloads import FilePart
from chat.streams import in_database
from reports.exports import csv_file, xlsx_file
from reports.exports.columns import Sheet
from reports.exports.models import Format

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sheet_response(sheet: Sheet, shape: Format, name: str) -> HttpResponseBase:
    """Of what is small enough to be waited for."""
    if shape != Format.XLSX:
        return as_download(PiecesResponse(csv_file.pieces(sheet, shape.separator)), name)
    with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".xlsx") as file:
        xlsx_file.write(sheet, Path(file.name))
        # It has no name any more, and goes once it is handed out.
        return as_download(file_response(Path(file.name)), name)


def file_response(path: Path) -> FilePart:
    """Raises FileNotFoundError."""
    size = path.stat().st_size
    return FilePart(path.open("rb"), 0, size, headers={"Content-Length": str(size)})


def as_download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Type"] = TYPES[name.rpartition(".")[2]]
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


class PiecesResponse(StreamingHttpResponse):
    def __init__(self, pieces: Iterator[str], **kwargs: Any) -> None:
        self._pieces = pieces
        super().__init__(pieces, **kwargs)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await in_database(next, self._pieces, None)) is not None:
            yield piece.encode()
