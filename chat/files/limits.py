"""Which files are taken from whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings

from chat.models import Visitor
from departments.models import FileKind, Site

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


def limits_of(owner: Mapping[str, object]) -> Limits:
    """Of visitor=, with their site, or of account=, as chat.files.storage names who uploads."""
    visitor = owner.get("visitor")
    if isinstance(visitor, Visitor):
        return limits_on(visitor.site)
    return Limits(settings.MAX_FILE_SIZE)


def limits_on(site: Site) -> Limits:
    """Of its visitors."""
    return Limits(site.file_limit, tuple(site.file_kinds), taken=site.attaches_files)


def kind_of(content_type: str) -> FileKind:
    """Of one that chat.files.checks found."""
    if content_type == "text/plain":
        return FileKind.TEXTS
    if content_type in _ARCHIVES:
        return FileKind.ARCHIVES
    return _FAMILIES.get(content_type.partition("/")[0], FileKind.DOCUMENTS)
