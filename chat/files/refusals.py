"""Why a file is not taken."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from chat.files.budgets import MEGABYTE
from departments.models import FileKind


class BadFile(ValueError):
    """Carries the HTTP status, words for the person, and seconds until it may go better."""

    def __init__(self, status: int, detail: str, *, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status = status
        self.words = {"detail": detail}
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


class TooLarge(BadFile):
    def __init__(self, limit: int) -> None:
        super().__init__(413, _("Файл больше %s МБ. Отправьте ссылку.") % max(1, limit // MEGABYTE))


class OtherKind(BadFile):
    def __init__(self, name: str, kinds: Iterable[str]) -> None:
        taken = ", ".join(str(FileKind(kind).label) for kind in kinds)
        words = {"name": name, "taken": taken}
        super().__init__(415, _("Не приняли «%(name)s». Здесь принимаются: %(taken)s.") % words)


class Infected(BadFile):
    """The sender is told at once; the log names the virus, too."""

    def __init__(self, name: str, virus: str) -> None:
        super().__init__(
            422,
            _("Антивирус нашёл в «%(name)s» вирус %(virus)s. Файл не принят.")
            % {"name": name, "virus": virus},
        )


class NoRoom(BadFile):
    def __init__(self) -> None:
        super().__init__(507, _("На сервере нет места для файла. Мы уже знаем."))
