"""How much one person may leave on the disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Budget:
    """What one person may leave on the disk in an hour, and may have lying there unsent."""

    files: int
    size: int  # bytes

    def opens_at(self, kept: Sequence[tuple[datetime, int]], size: int) -> datetime | None:
        """When `size` bytes more fit beside what was `kept` lately, oldest first; None is now."""
        files, total = len(kept) + 1, sum(each for _at, each in kept) + size
        opens_at = None
        for at, freed in kept:
            if self.holds(files, total):
                break
            files, total, opens_at = files - 1, total - freed, at + HOUR
        return opens_at

    def holds(self, files: int, size: int) -> bool:
        return files <= self.files and size <= self.size


MEGABYTE = 1024 * 1024
VISITOR_FILES = Budget(100, 500 * MEGABYTE)
STAFF_FILES = Budget(300, 2000 * MEGABYTE)
UPLOADS_AT_ONCE = 10  # of one person, in one process: the files of a message
