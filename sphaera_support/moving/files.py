"""What lies in MEDIA_ROOT, out of a backup and into one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

# On their way, or for a day: nobody misses them.
LEFT_OUT = {"incoming", "archives"}
RESTORING, REPLACED = ".restoring-", ".replaced-"


def kept_files() -> Iterator[tuple[str, Path]]:
    """In order; hidden ones are a restore's own."""
    root = Path(settings.MEDIA_ROOT)
    if not root.is_dir():
        return
    for top in sorted(root.iterdir()):
        if not top.is_dir() or top.name in LEFT_OUT or top.name.startswith("."):
            continue
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_file() and not path.is_symlink():
                    yield str(path.relative_to(root)), path


class Staging:
    """A folder beside those of now, on the same disk. It takes their place by renaming, and gives
    it back when that is asked for before `settle`.
    """

    def __init__(self) -> None:
        self._root = Path(settings.MEDIA_ROOT)
        self._root.mkdir(parents=True, exist_ok=True)
        self._new = Path(tempfile.mkdtemp(prefix=RESTORING, dir=self._root))
        self._old = Path(tempfile.mkdtemp(prefix=REPLACED, dir=self._root))
        self._moves: list[tuple[Path, Path]] = []

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        path = self._new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            yield target
        path.chmod(settings.FILE_UPLOAD_PERMISSIONS)

    def take_place(self) -> None:
        """With all of it on the disk."""
        os.sync()
        for top in sorted(self._root.iterdir()):
            if not top.name.startswith(".") and top.name not in LEFT_OUT:
                self._move(top, self._old / top.name)
        for top in sorted(self._new.iterdir()):
            self._move(top, self._root / top.name)

    def _move(self, source: Path, target: Path) -> None:
        source.rename(target)
        self._moves.append((source, target))

    def give_back(self) -> None:
        for source, target in reversed(self._moves):
            target.rename(source)
        self._moves.clear()

    def clear(self) -> None:
        for folder in (self._new, self._old):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def staging() -> Iterator[Staging]:
    staged = Staging()
    try:
        yield staged
    except BaseException:
        staged.give_back()
        raise
    finally:
        staged.clear()
