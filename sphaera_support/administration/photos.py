"""The form of a photo, on the page of an account and on its owner's own: sent as it is picked."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions.photos import NoRoomForPhoto, change_photo
from chat.files.refusals import BadFile
from chat.files.storage import Owner
from operators.models import Account
from operators.photos import MOST_BYTES
from sphaera_support.administration.fields import PhotoField
from sphaera_support.administration.frame import AdministrationForm, doer_of, said_in


class PhotoForm(AdministrationForm):
    photo = PhotoField(
        label=gettext_lazy("Файл"),
        help_text=gettext_lazy("JPEG, PNG, WebP или GIF до 10 МБ; останется квадрат из середины."),
    )
    most_bytes = MOST_BYTES

    def __init__(self, request: HttpRequest | None = None, **kwargs: Any) -> None:
        data, files = (request.POST, request.FILES) if request else (None, None)
        self.is_full = hasattr(request, "disk_error")
        super().__init__(data, files, **kwargs)

    def clean(self) -> dict[str, Any]:
        if self.is_full:
            self.errors.pop("photo", None)
            self.add_error("photo", ValidationError(str(NoRoomForPhoto.words)))
        return super().clean() or {}


def is_photo_changed(request: HttpRequest, form: PhotoForm, account_id: int) -> bool:
    """Taken or taken away. False: the form says why not."""
    is_removed = "remove" in request.POST
    if not is_removed and not form.is_sent:
        return False
    photo = None if is_removed else form.cleaned_data["photo"]
    change = partial(change_photo, doer_of(request), account_id, photo, at=timezone.now())
    return said_in(form, change)


def sender(request: HttpRequest, pk: int | None = None) -> Owner:
    """Whose upload it is: one's own photo, or an administrator's of another. Raises BadFile."""
    account = request.user
    if not isinstance(account, Account) or not account.is_staff:
        raise BadFile(401, _("Войдите снова: сеанс закончился."))
    if pk is not None and not account.is_administrator:
        raise BadFile(403, _("Это может только администратор."))
    return {"account": account}
