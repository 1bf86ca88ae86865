"""Files of kept answers: they lie beside the uploads, and a copy of each goes with an answer."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import access
from chat.actions import templates
from chat.actions.changes import Doer
from chat.actions.errors import Refusal
from chat.actions.templates import NoSuchTemplate, locked_template, note_files, tell_changed
from chat.files.checks import clean_name, content_type_of
from chat.files.refusals import BadFile, NoRoom, TooLarge
from chat.files.storage import store_file
from chat.models import AnswerTemplate, Attachment, TemplateFile
from chat.sockets.frames import MAX_FILES
from chat.streams import after_commit
from operators.models import Account


@dataclass(eq=False)
class TooManyTemplateFiles(Refusal):
    """As many as go with one message."""

    limit: int
    code = "too_many"
    words = gettext_lazy("Не больше %(limit)s файлов в одном шаблоне.")


def add_template_file(
    doer: Doer,
    owner: Account | None,
    template_id: int,
    uploaded: "UploadedFile[bytes] | None",
    *,
    at: datetime,
) -> TemplateFile:
    """Raises BadFile or a Refusal."""
    templates.demand_right(doer, owner)
    if uploaded is None or not uploaded.size:
        raise BadFile(400, _("Выберите файл, в котором что-то есть."))
    kept = _checked(uploaded, uploaded.size)
    stored = kept.file.storage
    try:
        with transaction.atomic():
            template = locked_template(owner, template_id)
            before = _names(template)
            if len(before) >= MAX_FILES:
                raise TooManyTemplateFiles(MAX_FILES)
            kept.template = template
            kept.file.save(uuid.uuid4().hex, uploaded, save=True)
            _changed(doer, template, before, at=at)
    except OSError as error:
        raise NoRoom from error
    except Exception:
        if kept.file.name:
            stored.delete(kept.file.name)
        raise
    return kept


def remove_template_file(
    doer: Doer, owner: Account | None, template_id: int, file_id: int, *, at: datetime
) -> None:
    """What was sent with it stays. Raises a Refusal."""
    templates.demand_right(doer, owner)
    with transaction.atomic():
        template = locked_template(owner, template_id)
        kept = template.files.filter(pk=file_id).first()
        if kept is None:
            raise NoSuchTemplate
        before = _names(template)
        kept.delete()
        after_commit(kept.file.delete, save=False)
        _changed(doer, template, before, at=at)


def copy_template_files(account: Account, template_id: int, *, at: datetime) -> list[Attachment]:
    """As if the account had just uploaded them. Raises BadFile or NoSuchTemplate."""
    template = access.templates_shown_to(account).filter(pk=template_id).first()
    if template is None:
        raise NoSuchTemplate
    return [_copy(kept, account, at=at) for kept in template.files.all()]


def _checked(uploaded: "UploadedFile[bytes]", size: int) -> TemplateFile:
    if size > settings.STAFF_FILE_SIZE:
        raise TooLarge(settings.STAFF_FILE_SIZE)
    name = clean_name(uploaded.name or "")
    kind = content_type_of(uploaded, name)
    return TemplateFile(name=name, content_type=kind, size=size)


def _copy(kept: TemplateFile, account: Account, *, at: datetime) -> Attachment:
    try:
        with kept.file.open("rb") as file:
            copied = UploadedFile(file, kept.name, kept.content_type, kept.size)
            return store_file(copied, at=at, account=account)
    except FileNotFoundError as error:
        raise BadFile(410, _("Файла «%s» больше нет на сервере.") % kept.name) from error


def _names(template: AnswerTemplate) -> list[str]:
    return list(template.files.values_list("name", flat=True))


def _changed(doer: Doer, template: AnswerTemplate, before: list[str], *, at: datetime) -> None:
    AnswerTemplate.objects.filter(pk=template.pk).update(changed_at=at)
    note_files(doer, template, before, _names(template), at=at)
    tell_changed(doer, template.owner, at=at)
