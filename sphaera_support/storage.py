import re
from collections.abc import Callable, Mapping

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
