"""PostgreSQL and Redis of the tests' own: nothing to set up, nothing left behind.

    python -m tests.services COMMAND...

runs the command with DATABASE_URL and REDIS_URL of servers that live as long as it does.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
import redis

WORKERS = 3  # parallel pytest processes; see tests/run.sh
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A server process in a folder of its own, which goes when the service does."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"sphaera-{type(self).__name__.lower()}-"))
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # Ctrl-C is for the tests; they stop their servers when they are done with them.
                start_new_session=True,
                **self.identity(),
            )
        self.wait_until_ready()

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is an orderly end for both servers, SIGKILL what a power cut is."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(with_signal)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process is None or self.process.poll() is not None:
                break
            if time.monotonic() > deadline:
                break
            time.sleep(0.03)
        else:
            return
        name = type(self).__name__
        raise RuntimeError(f"{name} did not start:\n{(self.folder / 'log').read_text()}")

    def prepare(self) -> None:
        """Whatever must exist before the first start."""

    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess that say as whom the server runs."""
        return {}

    def command(self) -> list[str]:
        raise AssertionError("each service has its own command")

    def is_ready(self) -> bool:
        raise AssertionError("each service has its own sign of life")


class Postgres(Service):
    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        subprocess.run(
            [
                postgres_program("initdb"),
                *("--pgdata", "data", "--username", "postgres", "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self.identity(),
        )

    def identity(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root; its package brings a user for that."""
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam("postgres")
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        return [
            postgres_program("postgres"),
            *("-D", "data", "-p", str(self.port)),
            *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
        ]

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis(Service):
    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [
            program("redis-server"),
            *("--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no"),
        ]

    def is_ready(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def program(name: str, *folders: Path) -> str:
    path = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if path is None:
        raise RuntimeError(f"{name} is not installed; `make test` says what is missing")
    return path


def postgres_program(name: str) -> str:
    """Debian keeps the servers' programs out of PATH, one folder for each version."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    return program(name, *newest_first)


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """Environment of a running PostgreSQL and one Redis for each parallel worker."""
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres())
        servers = [stack.enter_context(Redis()) for _ in range(WORKERS)]
        urls = [server.url for server in servers]
        yield {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": urls[0],
            "TEST_REDIS_URLS": " ".join(urls),
        }


def main() -> int:
    # A stop asked for by signal unwinds like any other end. Ctrl-C reaches the command as well:
    # it decides, we wait for it.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with cluster() as environment:
        command = subprocess.Popen(sys.argv[1:], env=os.environ | environment)
        signal.signal(signal.SIGINT, _nothing)
        try:
            return command.wait()
        finally:
            if command.poll() is None:
                command.terminate()
                command.wait()


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


def _nothing(number: int, frame: object) -> None:
    """Unlike SIG_IGN this is not inherited by the command."""


if __name__ == "__main__":
    sys.exit(main())
