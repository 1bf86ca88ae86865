"""The real server in processes of its own, as an installation runs it: `manage.py serve`."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.services import Redis, free_port

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FILE = "db.sqlite3"
START_SECONDS = 120  # two seconds on an idle machine; tests must hold on a busy one
STOP_SECONDS = 40

# Everybody waits for it. Of what migrations make, nearly nothing is garbage before the end.
MIGRATE = "import gc; gc.disable(); import manage; manage.main()"

# What a server must not take over from the tests or from the developer's shell.
OWN_VARIABLES = {
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "TRUSTED_PROXIES", "DEBUG"),
    *("HOST", "PORT", "DATA_DIR", "TEST_DATA_DIR", "TEST_REDIS_URLS", "LOG_LEVEL"),
    *("EMAIL_URL", "EMAIL_FROM", "WEBHOOK_NETWORKS"),
    "CLAMD",
}


@dataclass(frozen=True)
class Prepared:
    """A stopped installation to copy: faster than migrating and making demo data anew."""

    data_dir: Path
    database: str | None


class LiveServer:
    """One installation: a folder for its data, a database, and with PostgreSQL a Redis too.

    Which of the two ways it runs follows the run of the tests (see tests/run.sh). `beside` is a
    running one, which this process joins. `patience` multiplies what starts and commands may take.
    """

    def __init__(
        self,
        folder: Path,
        *,
        prepared: Prepared | None = None,
        beside: "LiveServer | None" = None,
        environment: dict[str, str] | None = None,
        patience: int = 1,
    ) -> None:
        self.folder, self.patience = folder, patience
        self.data_dir = folder / "data"
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.database: str | None = None
        self.redis: Redis | None = None
        self.is_guest = beside is not None
        folder.mkdir(parents=True, exist_ok=True)
        if beside:
            self.data_dir = beside.data_dir
            self.database, self.redis = beside.database, beside.redis
        else:
            self._furnish(prepared)
        self.environment = self._environment(environment or {})

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def start(self) -> None:
        """Return when the server answers that it is ready; also after kill() and stop()."""
        self.process = self._spawn("manage.py", "serve", "--prepare")
        self.wait_until_ready()

    def start_worker(self) -> None:
        """A Celery worker with the beat; embedded, the server itself does their work."""
        if self.database:
            self.worker = self._spawn(
                *("-m", "celery", "--app", "sphaera_support", "worker", "--beat"),
                *("--concurrency", "1", "--schedule", str(self.folder / "beat")),
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS * self.patience
        while not self.is_ready():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not become ready:\n{self.log[-4000:]}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """kill -9: nothing of the server's runs any more, as after a power cut."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as an init system stops it; returns the exit code."""
        return self._end(signal.SIGTERM)

    def interrupt(self) -> int:
        """What Ctrl-C sends."""
        return self._end(signal.SIGINT)

    def pause(self) -> None:
        """The process exists and answers nothing: a stalled machine."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        for process in (self.process, self.worker):
            if process and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        if self.is_guest:
            return
        if self.redis:
            self.redis.close()
        if self.database:
            drop_database(self.database)
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def set_aside(self) -> Prepared:
        """Stopped for good; its data stay for others to copy, as long as the run's folders do."""
        if self.process:
            self.stop()
        if self.redis:
            self.redis.close()
        return Prepared(self.data_dir, self.database)

    def manage(self, *arguments: str, said: str = "") -> str:
        """Run `manage.py …` on this installation, which reads what is said, and return what it
        printed.
        """
        return self.run_python("manage.py", *arguments, said=said)

    def run_python(self, *arguments: str, said: str = "") -> str:
        done = self._run(*arguments, said=said)
        assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stderr}"
        return done.stdout

    def refusal(self, *arguments: str) -> tuple[int, str]:
        """The exit code of a `manage.py …` that cannot do it, and what it says."""
        done = self._run("manage.py", *arguments)
        return done.returncode, done.stdout + done.stderr

    def _run(self, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=START_SECONDS * self.patience,
        )

    def widget_token(self, subject: str, *, name: str = "") -> str:
        named = ("--name", name) if name else ()
        return self.manage("widget_token", "demo", subject, *named).strip()

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    @property
    def tracebacks(self) -> list[str]:
        """Everything that went wrong in the server unforeseen."""
        return re.findall(r"^Traceback.*\n(?:[ \t].*\n|\n)*.*", self.log, re.MULTILINE)

    def _furnish(self, prepared: Prepared | None) -> None:
        if prepared:
            shutil.copytree(prepared.data_dir, self.data_dir)
        if os.environ.get("DATABASE_URL"):
            self.database = create_database(prepared.database if prepared else None)
            self.redis = Redis().__enter__()

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in OWN_VARIABLES and not name.startswith("PYTEST")
        }
        own = {
            "DATA_DIR": str(self.data_dir),
            "DJANGO_SETTINGS_MODULE": "sphaera_support.settings",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        if self.redis and self.database:
            own |= {"DATABASE_URL": url_of(self.database), "REDIS_URL": self.redis.url}
        return inherited | own | extra

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the tests, which close what they started.
                start_new_session=True,
            )

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.send_signal(signal.SIGCONT)
        return self.process.wait(STOP_SECONDS)


def prepare_once(folder: Path, furnish: Callable[[LiveServer], None]) -> Prepared:
    def make(folder: Path) -> Prepared:
        server = LiveServer(folder / "server", prepared=migrated())
        try:
            server.start()
            furnish(server)
            return server.set_aside()
        except BaseException:
            server.close()
            raise

    return _made_once(folder, make)


def migrated() -> Prepared:
    """All tables and nothing in them: making them takes a process as long as dozens of tests."""
    url = os.environ.get("DATABASE_URL", "")

    def make(folder: Path) -> Prepared:
        server = LiveServer(folder / "server")
        server.run_python("-c", MIGRATE, "migrate", "--verbosity", "0")
        return server.set_aside()

    name = f"migrated-{urlsplit(url).port or 'embedded'}"
    return _made_once(Path(os.environ["TEST_DATA_DIR"]) / name, make)


def _made_once(folder: Path, make: Callable[[Path], Prepared]) -> Prepared:
    """By the first of the parallel processes that asks; the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "made.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            prepared = make(folder)
            made.write_text(json.dumps([str(prepared.data_dir), prepared.database]))
        data_dir, database = json.loads(made.read_text())
        return Prepared(Path(data_dir), database)


def create_database(template: str | None) -> str:
    name = f"live_{uuid.uuid4().hex}"
    _administer(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
    )
    return name


def drop_database(name: str) -> None:
    _administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def url_of(database: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def _administer(statement: sql.Composed) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)
