import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import TemporaryUploadedFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed static files; the imports of ES modules are rewritten to hashed names too."""

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: Mapping[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """A type named in a comment imports nothing, and may well name a circle."""
        convert = super().url_converter(name, hashed_files, template)

        def convert_code(match: "re.Match[str]") -> str:
            before = match.string[: match.start()]
            if before.rfind("/*") > before.rfind("*/"):
                return match["matched"]
            return str(convert(match))

        return convert_code


class FileStorage(FileSystemStorage):
    """A file is there whole and on the disk, or not at all: it gets its name when it is written."""

    def _save(self, name: str, content: Any) -> str:
        if hasattr(content, "temporary_file_path"):
            content.flush()
            os.fsync(content.fileno())
            # Within one file system: a renaming.
            name = str(super()._save(name, content))  # type: ignore[misc]
            self._keep_name(name)
            # Whoever sent it may be gone and nobody closes the request: left to itself, it would
            # look for its old name once more.
            content.close()
            return name
        with TemporaryUploadedFile(name, "", content.size, None) as whole:
            for chunk in content.chunks():
                whole.write(chunk)
            return self._save(name, whole)

    def _keep_name(self, name: str) -> None:
        folder = os.open(Path(self.path(name)).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
