"""Uploads kept until a message takes them, within a budget for each person."""

import hashlib
import logging
import uuid
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from chat.actions.errors import NoFilesHere
from chat.actions.uploads import delete_unsent
from chat.files.antivirus import examine
from chat.files.budgets import HOUR, MEGABYTE, STAFF_FILES, VISITOR_FILES, Budget
from chat.files.checks import clean_name, content_type_of
from chat.files.limits import limits_of
from chat.files.previews import preview_of
from chat.files.refusals import BadFile, Infected, NoRoom, OtherKind, TooLarge
from chat.models import Attachment, Verdict, Visitor
from operators.models import Account

logger = logging.getLogger("sphaera_support.files")
Owner = dict[str, Visitor | Account]  # visitor= or account=


def store_file(
    uploaded: "UploadedFile[bytes] | None",
    *,
    at: datetime,
    public_id: uuid.UUID | None = None,
    **owner: Any,
) -> Attachment:
    """Keep an upload until a message takes it; `owner` is visitor= or account=. Raises BadFile.

    What came in pieces has its id already, and a place in its person's budget.
    """
    if uploaded is None:
        raise BadFile(400, _("Файл не пришёл. Попробуйте ещё раз."))
    size = uploaded.size or 0
    refuse_unwelcome(owner, size)
    refuse_empty(size)
    if public_id is None:
        refuse_beyond_budget(owner, size, at=at)
    name = clean_name(uploaded.name or "")
    content_type = content_type_of(uploaded, name)
    limits = limits_of(_sender(owner))
    if not limits.lets(content_type):
        raise OtherKind(name, limits.kinds)
    finding = examine(uploaded)
    if finding.verdict == Verdict.INFECTED:
        logger.warning("A virus was refused: %s", finding.virus)
        raise Infected(name, finding.virus)
    attachment = Attachment(
        verdict=finding.verdict,
        public_id=public_id or uuid.uuid4(),
        name=name,
        content_type=content_type,
        size=size,
        sha256=_digest(uploaded),
        created_at=at,
        **owner,
    )
    try:
        _keep(attachment, uploaded)
    except OSError as error:
        logger.error("No room for a file of %d bytes: %s", size, error)
        raise NoRoom from error
    _make_room(owner)
    return attachment


def _keep(attachment: Attachment, uploaded: "UploadedFile[bytes]") -> None:
    """First what lies on the disk, then its row; without the row nothing."""
    attachment.file.save(uuid.uuid4().hex, uploaded, save=False)
    try:
        _add_preview(attachment)
        attachment.save()
    except BaseException:
        _remove_bytes(attachment)
        raise


def refuse_empty(size: int) -> None:
    if size == 0:
        raise BadFile(400, _("Файл пустой."))


def refuse_unwelcome(owner: Owner, size: int, *, wrapping: int = 0) -> None:
    """By what is known before the bytes come, of which `wrapping` may be around the file.

    Raises BadFile.
    """
    limits = limits_of(_sender(owner))
    if not limits.taken:
        raise BadFile(403, NoFilesHere().detail)
    if size > limits.size + wrapping:
        raise TooLarge(limits.size)


def _sender(owner: Owner) -> Visitor | Account:
    (sender,) = owner.values()
    return sender


def refuse_beyond_budget(owner: Owner, size: int, *, at: datetime) -> None:
    """Raises BadFile, which says when the person may leave this much more."""
    budget = _budget(owner)
    lately = Attachment.objects.filter(**owner, created_at__gt=at - HOUR).order_by("created_at")
    opens_at = budget.opens_at(list(lately.values_list("created_at", "size")), size)
    if opens_at is None:
        return
    seconds = max(1, ceil((opens_at - at).total_seconds()))
    raise BadFile(
        429,
        _(
            "Слишком много файлов за час: принимаем не больше %(files)s и %(size)s МБ."
            " Следующий — через %(minutes)s мин."
        )
        % {
            "files": budget.files,
            "size": budget.size // MEGABYTE,
            "minutes": ceil(seconds / 60),
        },
        retry_after=seconds,
    )


def _budget(owner: Owner) -> Budget:
    return STAFF_FILES if "account" in owner else VISITOR_FILES


def _make_room(owner: Owner) -> None:
    """Of what the person left unsent, the oldest goes where all of it is more than the budget.

    Never what a message is being written with: an hour's uploads are within the budget.
    """
    budget, files, size = _budget(owner), 0, 0
    for attachment in Attachment.objects.unsent().filter(**owner).order_by("-created_at"):
        files, size = files + 1, size + attachment.size
        if not budget.holds(files, size):
            discard(attachment)


def _add_preview(attachment: Attachment) -> None:
    """Of a picture, beside its file; where all are busy it is left for the sweep."""
    drawn = preview_of(Path(attachment.file.path)) if attachment.is_picture else b""
    attachment.preview_size = None if drawn is None else len(drawn)
    if drawn:
        attachment.file.storage.delete(attachment.preview_name)
        attachment.file.storage.save(attachment.preview_name, ContentFile(drawn))


def discard(attachment: Attachment) -> bool:
    """Remove an upload if it is still unsent: its row first, so that no message finds it after."""
    is_gone = delete_unsent(attachment)
    if is_gone:
        _remove_bytes(attachment)
    return is_gone


def _remove_bytes(attachment: Attachment) -> None:
    attachment.file.storage.delete(attachment.preview_name)
    attachment.file.delete(save=False)


def draw_again(attachment: Attachment) -> None:
    """The preview of one that was stored while nobody could draw it, or by an earlier version."""
    try:
        _add_preview(attachment)
    except FileNotFoundError:
        attachment.preview_size = 0
    there = Attachment.objects.filter(pk=attachment.pk)
    if not there.update(preview_size=attachment.preview_size):
        attachment.file.storage.delete(attachment.preview_name)


def _digest(uploaded: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    return digest.hexdigest()
