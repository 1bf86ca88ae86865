from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class SphaeraSupportConfig(AppConfig):
    name = "sphaera_support"
    label = "sphaera_support"


class CollectedFilesConfig(StaticFilesConfig):
    """Leaves out htmx's extensions: unused, and they import files that are not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
