"""Which files are taken from whom: what pages tell before, and uploads are held to."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from chat.models import Visitor
from departments.models import FileKind, Site
from operators.models import Account

_ARCHIVES = {
    *("application/zip", "application/x-7z-compressed", "application/x-rar-compressed"),
    *("application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd"),
    "application/x-tar",
}
_FAMILIES = {"image": FileKind.PICTURES, "audio": FileKind.MEDIA, "video": FileKind.MEDIA}
# What multipart puts around a file: so much more may a request weigh.
WRAPPING = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """A file has at most `size` bytes and is of one of the `kinds`, none for all; or none at all
    are `taken`.
    """

    size: int
    kinds: Collection[str] = ()
    taken: bool = True

    def lets(self, content_type: str) -> bool:
        return not self.kinds or kind_of(content_type) in self.kinds


def limits_of(sender: Visitor | Account) -> Limits:
    """Of a visitor, with their site, or of staff."""
    if isinstance(sender, Account):
        return Limits(settings.STAFF_FILE_SIZE)
    return limits_on(sender.site)


def limits_on(site: Site) -> Limits:
    """Of its visitors."""
    return Limits(site.file_limit, tuple(site.file_kinds), taken=site.attaches_files)


def largest_of_all() -> int:
    """What nobody may exceed, before it is known who it is."""
    return max(settings.STAFF_FILE_SIZE, settings.VISITOR_FILE_SIZE)


def kind_of(content_type: str) -> FileKind:
    """Of one that chat.files.checks found."""
    if content_type == "text/plain":
        return FileKind.TEXTS
    if content_type in _ARCHIVES:
        return FileKind.ARCHIVES
    return _FAMILIES.get(content_type.partition("/")[0], FileKind.DOCUMENTS)
