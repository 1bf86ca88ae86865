"""One moment of the database, whoever writes meanwhile, and one transaction for what comes back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from sphaera_support.moving.rows import Model

# A long statement or a long pause is nobody's fault here.
_PATIENT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read within is as it was at the beginning; nobody is kept from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _do("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *_PATIENT)
            yield
    else:
        # Django's own transactions take SQLite's write lock at once: this one never does.
        _do("BEGIN DEFERRED", "SELECT 1 FROM django_migrations LIMIT 1")
        try:
            yield
        finally:
            _do("ROLLBACK")


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """What was written within is there whole, with every reference leading somewhere, or not."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _do(*_PATIENT)
        yield
        connection.check_constraints()


def empty(models: list[Model]) -> None:
    quote = connection.ops.quote_name
    names = [quote(model._meta.db_table) for model in models]
    if connection.vendor == "postgresql":
        _do(f"TRUNCATE {', '.join(names)}")
        return
    _do(*(f"DELETE FROM {name}" for name in names))  # nosec B608


def begin_after(models: list[Model]) -> None:
    """The next key of each table follows those that are there."""
    _do(*connection.ops.sequence_reset_sql(no_style(), models))


def migrations() -> list[str]:
    """Those that are applied, of apps with models."""
    known = {config.label for config in apps.get_app_configs() if config.models_module}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in known)


def _do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
