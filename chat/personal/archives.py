"""The ZIP of a person's data: as JSON for programs, as a page for people, and the files.

Written from disk to disk a piece at a time. While it is made it has a name of its own in
MEDIA_ROOT/archives, so that a half of one is nobody's archive.
"""

import json
import logging
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions import archives as actions
from chat.files.budgets import MEGABYTE
from chat.models import Attachment, DataArchive, Visitor
from chat.personal import told
from chat.personal.page import page_of

logger = logging.getLogger("sphaera_support.files")

# Of files in one archive, uncompressed; what is beyond stays in the window, and the page says so.
MOST_BYTES = 1024 * MEGABYTE
# What must be left on the disk for the chat itself.
SPARE = 200 * MEGABYTE
PIECE = 64 * 1024
TELLS_EVERY = 1.0  # seconds between two words of how far it is
JSON_NAME, PAGE_NAME = "данные.json", "данные.html"
STYLE = "css/pages/archive.css"


class Gone(Exception):
    """Its person was erased meanwhile, or another process makes it."""


class NoRoom(Exception):
    """On the disk."""


def make_next() -> bool:
    """The next archive that somebody asked for; False where there is none."""
    archive = actions.take_archive(at=timezone.now())
    if archive is None:
        return False
    name = f"{DataArchive.FOLDER}/{archive.public_id}-{time.monotonic_ns()}.zip"
    path = Path(settings.MEDIA_ROOT, name)
    try:
        left_out = _make(archive, path)
        size = path.stat().st_size
        facts: dict[str, Any] = {"file": name, "size": size, "left_out": left_out}
        if not actions.finish_archive(archive, at=timezone.now(), **facts):
            raise Gone
    except Gone:
        path.unlink(missing_ok=True)
    except (OSError, NoRoom) as error:
        path.unlink(missing_ok=True)
        logger.error("An archive of personal data was not made: %s", type(error).__name__)
        words = _("На сервере не хватило места. Попробуйте позже или напишите в поддержку.")
        actions.fail_archive(archive, words, at=timezone.now())
    except Exception:
        path.unlink(missing_ok=True)
        logger.exception("An archive of personal data was not made")
        words = _("Собрать архив не получилось. Попробуйте позже или напишите в поддержку.")
        actions.fail_archive(archive, words, at=timezone.now())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return True


def remove_expired(*, at: datetime) -> int:
    """Those whose day is over, and what lies there without a row."""
    expired = list(DataArchive.objects.filter(asked_at__lte=at - DataArchive.VALID)[:1000])
    for archive in expired:
        actions.forget_archive(archive)
    return len(expired) + _remove_strays(at)


def _remove_strays(at: datetime) -> int:
    """What is being made has no row that names it yet, and is written to."""
    folder = Path(settings.MEDIA_ROOT, DataArchive.FOLDER)
    named = set(DataArchive.objects.exclude(file="").values_list("file", flat=True))
    count = 0
    for path in folder.glob("*.zip") if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            is_idle = path.stat().st_mtime < (at - timedelta(minutes=10)).timestamp()
            if is_idle and f"{DataArchive.FOLDER}/{path.name}" not in named:
                path.unlink()
                count += 1
    return count


def _make(archive: DataArchive, path: Path) -> int:
    """How many files were left out."""
    visitor, progress = archive.visitor, _Progress(archive)
    places, left_out = _places(visitor)
    total = 2 * visitor.conversations.count() + visitor.visits.count() + len(places) + 1
    progress.begins(total)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        with _entry(whole, JSON_NAME) as written:
            for piece in _as_json(visitor, places, progress.step):
                written.write(piece.encode())
        with _entry(whole, PAGE_NAME) as written:
            for piece in page_of(visitor, places, left_out, progress.step):
                written.write(piece.encode())
        style = Path(settings.BASE_DIR, "static", STYLE)
        whole.write(style, STYLE)
        for attachment in told.files(visitor).iterator(told.PAGE):
            if attachment.pk in places:
                _add_file(whole, attachment, places[attachment.pk])
                progress.step()
    return left_out


def _places(visitor: Visitor) -> tuple[dict[int, str], int]:
    """Where each file goes, as far as the budget reaches; and how many are left out. Raises NoRoom.

    What is harmful, or nobody has looked into yet, is handed out nowhere.
    """
    places: dict[int, str] = {}
    size = left_out = 0
    for attachment in told.files(visitor).iterator(told.PAGE):
        if attachment.is_withheld or size + attachment.size > MOST_BYTES:
            left_out += 1
            continue
        size += attachment.size
        places[attachment.pk] = told.place_of(attachment)
    if shutil.disk_usage(settings.MEDIA_ROOT).free < size + SPARE:
        raise NoRoom
    return places, left_out


class _Progress:
    def __init__(self, archive: DataArchive) -> None:
        self._archive, self._done, self._told_at = archive, 0, time.monotonic()

    def begins(self, total: int) -> None:
        self._tell(total=total)

    def step(self) -> None:
        """Raises Gone."""
        self._done += 1
        if time.monotonic() - self._told_at >= TELLS_EVERY:
            self._tell(done=self._done)

    def _tell(self, **facts: int) -> None:
        self._told_at = time.monotonic()
        if not actions.go_on_with(self._archive, at=timezone.now(), **facts):
            raise Gone


@contextmanager
def _entry(whole: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """Of a length that nobody knows yet."""
    info = zipfile.ZipInfo(name, time.localtime()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    with whole.open(info, "w", force_zip64=True) as written:
        yield written


def _add_file(whole: zipfile.ZipFile, attachment: Attachment, place: str) -> None:
    """Most files are packed already. One that is gone from the disk hinders no other."""
    info = zipfile.ZipInfo(place, timezone.localtime(attachment.created_at).timetuple()[:6])
    try:
        content = attachment.file.open()
    except FileNotFoundError:
        logger.error("A file of an archive is not on the disk: %s", attachment.file.name)
        return
    with content, whole.open(info, "w", force_zip64=True) as written:
        while piece := content.read(PIECE):
            written.write(piece)


def _as_json(
    visitor: Visitor, places: Mapping[int, str], step: Callable[[], None]
) -> Iterator[str]:
    at = timezone.now()
    yield '{"version": 1,\n"made_at": ' + _json(at)
    yield ',\n"about_you": ' + _json(told.about(visitor))
    yield ',\n"consents": ' + _json(told.consents(visitor))
    yield ',\n"requests": ' + _json(told.requests(visitor))
    yield ',\n"visits": ['
    yield from _listed(_stepping(told.visits(visitor), step))
    yield '],\n"tickets": ['
    yield from _listed(told.tickets(visitor, places, at=at))
    yield '],\n"conversations": ['
    for number, conversation in enumerate(told.conversations(visitor).iterator(told.PAGE)):
        facts = _json(told.conversation(conversation))
        yield (",\n" if number else "\n") + facts.removesuffix("}") + ', "messages": ['
        said = told.messages(conversation, visitor, places)
        yield from _listed(one.facts for one in said)
        yield "]}"
        step()
    yield "]}\n"


def _listed(facts: Iterable[told.Facts]) -> Iterator[str]:
    for number, one in enumerate(facts):
        yield (",\n" if number else "\n") + _json(one)


def _stepping(facts: Iterable[told.Facts], step: Callable[[], None]) -> Iterator[told.Facts]:
    for one in facts:
        yield one
        step()


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
