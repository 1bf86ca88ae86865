import fcntl
import hashlib
import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from celery.beat import EmbeddedService
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

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
        lock = self._only_process() if settings.EMBEDDED else None
        if options["prepare"]:
            prepare()
        # Imports daphne, which must install its reactor before anything else asks for one.
        from sphaera_support.asgi import application
        from sphaera_support.server import SupportServer

        sys.setswitchinterval(SWITCH_SECONDS)
        server = SupportServer(application, host=options["host"], port=options["port"])
        beat = start_embedded_beat() if settings.CELERY_TASK_ALWAYS_EAGER else None
        logging.getLogger("sphaera_support").info(
            "Listening on http://%s:%s", options["host"], options["port"]
        )
        server.run()
        if beat is not None:
            beat.stop()
        if lock is not None:
            lock.close()

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


def prepare() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
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
    beat: Any = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
    beat.start()
    return beat
