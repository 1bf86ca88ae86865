"""The photo of an account, by its owner or an administrator."""

import logging
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.accounts import lock_member, subject_of
from chat.actions.changes import Doer, note_change
from chat.actions.errors import Refusal
from chat.events import AccountShownAnew
from chat.happened import happened
from chat.streams import after_commit
from operators import photos
from operators.models import Account, Change

logger = logging.getLogger("sphaera_support.files")


class NoRoomForPhoto(Refusal):
    code = "unavailable"
    field = "photo"
    words = _("На сервере нет места для файла. Мы уже знаем.")


def change_photo(
    doer: Doer, account_id: int, photo: "ContentFile[bytes] | None", *, at: datetime
) -> None:
    """None takes it away. The account's version stays: its form shows no photo. Raises a Refusal.

    The new one is on the disk before the row names it, the old one until the row does not: one that
    a killed process left between the two goes with the sweep.
    """
    try:
        name = photos.keep(photo) if photo else ""
    except OSError as error:
        logger.error("No room for a photo: %s", error)
        raise NoRoomForPhoto from error
    try:
        with transaction.atomic():
            account = lock_member(account_id)
            _replace(doer, account, name, at=at)
    except BaseException:
        photos.discard(name)
        raise


def _replace(doer: Doer, account: Account, name: str, *, at: datetime) -> None:
    old = account.photo.name
    if name == old:
        return
    Account.objects.filter(pk=account.pk).update(photo=name)
    account.photo = name
    words = _("изменена") if name else _("удалена")
    after = {"photo": str(words)}
    note_change(doer, subject_of(account), Change.Deed.CHANGED, after=after, at=at)
    happened(AccountShownAnew(account=account, by_id=doer.account.pk, at=at))
    after_commit(photos.discard, old)
