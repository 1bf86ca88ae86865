from typing import Any

from django.apps import AppConfig, apps
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class SphaeraSupportConfig(AppConfig):
    name = "sphaera_support"
    label = "sphaera_support"

    def ready(self) -> None:
        one_of_all = apps.get_app_config("operators")  # each app is told of each migration
        pre_migrate.connect(take_its_time, sender=one_of_all)
        post_migrate.connect(keep_to_limits, sender=one_of_all)


LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def take_its_time(using: str, **_told: Any) -> None:
    """To change a large table takes longer than any query may that a person waits for."""
    _set(using, "SET {} = 0")


def keep_to_limits(using: str, **_told: Any) -> None:
    _set(using, "RESET {}")


def _set(using: str, statement: str) -> None:
    if connections[using].vendor != "postgresql":
        return
    with connections[using].cursor() as cursor:
        for limit in LIMITS:
            cursor.execute(statement.format(limit))


class CollectedFilesConfig(StaticFilesConfig):
    """Leaves out htmx's extensions: unused, and they import files that are not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
