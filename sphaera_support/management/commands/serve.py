import asyncio
import fcntl
import hashlib
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import uvloop
from celery.beat import EmbeddedService
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chat.streams import close_database_threads
from reports.beside import make_pages_beside
from sphaera_support.celery import app

# How long the loop may keep a thread waiting that has its rows: a tenth of Python's own 5 ms, which
# are as long as the whole way of a message.
SWITCH_SECONDS = 0.0005


class Command(BaseCommand):
    help = "Serve the product: HTTP and WebSockets; embedded, the periodic tasks as well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="First bring database and static files up to date; demo data if there are none.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Who is started in the background inherits an ignored SIGINT, and Twisted leaves it so.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with told_in_a_sentence():
            check_folders()
            lock = self._only_process() if settings.EMBEDDED else None
            bring_up_to_date() if options["prepare"] else check_schema()
            asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
            # Imports daphne, which must install its reactor before anything else asks for one.
            from sphaera_support.asgi import application
            from sphaera_support.server import SupportServer

        sys.setswitchinterval(SWITCH_SECONDS)
        make_pages_beside()
        server = SupportServer(application, host=options["host"], port=options["port"])
        beat = start_embedded_beat() if settings.CELERY_TASK_ALWAYS_EAGER else None
        server.run()
        close_database_threads()
        if beat is not None:
            beat.stop()
        if lock is not None:
            lock.close()
        if server.refusal:
            raise CommandError(server.refusal)

    def _only_process(self) -> IO[str]:
        """SQLite and the in-memory layer belong to one process: refuse a second one."""
        lock = (settings.DATA_DIR / "serve.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(
                f"Another process serves from {settings.DATA_DIR}. Stop it, or set DATABASE_URL"
                " and REDIS_URL to run several."
            ) from error
        return lock


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """What keeps the product from starting is no fault of its code: no traceback."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{error.filename or 'The disk'}: {error.strerror}.") from error
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"The database cannot be used: {reason}") from error
    except KeyboardInterrupt as error:
        raise CommandError("Interrupted.", returncode=128 + signal.SIGINT) from error


def check_folders() -> None:
    """Everything that lasts is written there, and the first upload is too late to notice."""
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT):
        folder.mkdir(exist_ok=True)
        try:
            TemporaryFile(dir=folder).close()
        except OSError as error:
            raise CommandError(f"{folder} cannot be written to: {error.strerror}.") from error


def check_schema() -> None:
    if missing_migrations():
        raise CommandError("The database is older than this code: run `manage.py migrate`.")


def missing_migrations() -> bool:
    """Whether the database is older than the code; one that is newer is refused."""
    # Not from the pool, which tries for five seconds and then gives no reason.
    direct = connection.copy()
    direct.settings_dict["OPTIONS"].pop("pool", None)
    with closing(direct):
        executor = MigrationExecutor(direct)
    loader = executor.loader
    replaced = {name for m in loader.disk_migrations.values() for name in m.replaces}
    known = loader.disk_migrations.keys() | replaced
    newer = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in known
    )
    if newer:
        raise CommandError(
            f"The database is newer than this code, which does not know {', '.join(newer)}."
            " Start the version that made it, or restore a backup of before."
        )
    return bool(executor.migration_plan(loader.graph.leaf_nodes()))


def bring_up_to_date() -> None:
    if missing_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    from operators.models import Account

    if not Account.objects.exists():
        call_command("demo", verbosity=0)


def collect_static() -> None:
    """Hash and compress the static files, unless they are those of the last start."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".collected"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest.hexdigest())


def start_embedded_beat() -> Any:
    """celery.beat in a thread; its eager tasks run one after another in it."""
    # What it does not know it sends to a broker in memory, where nobody takes it.
    app.loader.import_default_modules()
    beat: Any = EmbeddedService(
        app, thread=True, scheduler_cls="sphaera_support.beat:EmbeddedScheduler"
    )
    beat.start()
    return beat
