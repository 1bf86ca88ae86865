from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed static files; the imports of ES modules are rewritten to hashed names too."""

    support_js_module_import_aggregation = True
