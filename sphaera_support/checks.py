"""System checks that refuse combinations of settings which cannot work."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def both_urls_or_neither(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if bool(settings.DATABASE_URL) == bool(settings.REDIS_URL):
        return []
    return [
        Error(
            "DATABASE_URL and REDIS_URL go together: set both (PostgreSQL and Redis) or neither.",
            hint="One process on SQLite cannot be joined by others; many need both.",
            id="sphaera_support.E001",
        )
    ]


@register()
def postgresql_only(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    vendor = str(settings.DATABASES["default"]["ENGINE"]).rpartition(".")[2]
    if settings.EMBEDDED or vendor == "postgresql":
        return []
    return [
        Error(
            f"DATABASE_URL names {vendor}; only PostgreSQL is supported.", id="sphaera_support.E002"
        )
    ]


@register()
def public_url_has_origins(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    bad = [o for o in settings.PUBLIC_ORIGINS if o.count("/") != 2 or not o.startswith("http")]
    return [
        Error(
            f"PUBLIC_URL: {origin!r} is not an origin like https://support.example.ru",
            id="sphaera_support.E003",
        )
        for origin in bad
    ]
