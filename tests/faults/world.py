"""The installation under test: servers behind the proxy, and their services, all our own."""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.history import WORLD, History
from tests.faults.proxy import Proxy
from tests.server import DATABASE_FILE, OWN_VARIABLES, Prepared, url_of
from tests.services import Postgres, Redis, free_port, postgres_program

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
START_SECONDS = 120.0
END_SECONDS = 20.0
SERVERS = {"embedded": 1, "cluster": 2}


class DurablePostgres(Postgres):
    """Commits survive the death of its processes, which is what happens to it here."""

    def command(self) -> list[str]:
        return [*super().command(), "-c", "synchronous_commit=on", "-c", "full_page_writes=on"]


class Server:
    """One `manage.py serve`, started, frozen and killed by its process id alone."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.command = MANAGE
        self.environment: dict[str, str] = {}
        self.variables: dict[str, str] = {}  # of this one alone
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    async def start(self, *arguments: str) -> None:
        await asyncio.to_thread(self._start, arguments)

    def _start(self, arguments: tuple[str, ...]) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "serve", *arguments],
                env=self.environment | self.variables | {"PORT": str(self.port)},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    async def end(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                await asyncio.to_thread(self.process.wait, END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                await asyncio.to_thread(self.process.wait)

    def signal(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)


def leave_in_order() -> None:
    """A signal that ends the run ends it like Ctrl-C: nothing of ours stays behind."""
    task = asyncio.current_task()
    if task and threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


class World:
    """Everything that can break, and the history of its breaking."""

    def __init__(
        self,
        mode: str,
        directory: Path,
        *,
        operators: int = 3,
        servers: int | None = None,
        tables: Prepared | None = None,
    ) -> None:
        """`tables` are copied, where there are some; else the first server makes them."""
        self.mode = mode
        self.directory = directory
        self.tables = tables
        self.operators = operators
        self.history = History(directory, WORLD)
        self.proxy = Proxy(lambda: [server.port for server in self.servers])
        self.servers = [
            Server(directory / f"server-{number}.log") for number in range(servers or SERVERS[mode])
        ]
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        self.environment: dict[str, str] = {}
        self._stack = AsyncExitStack()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"

    @property
    def socket_origin(self) -> str:
        return f"ws://127.0.0.1:{self.proxy.port}"

    async def __aenter__(self) -> Self:
        leave_in_order()
        try:
            await self._build()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _build(self) -> None:
        self._stack.callback(self.history.close)
        await self.proxy.start()
        self._stack.push_async_callback(self.proxy.stop)
        await asyncio.to_thread(self._start_services)
        self.environment = self._environment()
        for server in self.servers:
            server.environment = self.environment
            self._stack.push_async_callback(server.end, signal.SIGKILL)
        # The first brings the database and the static files up to date for all.
        await self.servers[0].start("--prepare")
        await asyncio.gather(*(server.start() for server in self.servers[1:]))
        await self.manage("demo", "--operators", str(self.operators))

    def _start_services(self) -> None:
        if self.mode == "cluster":
            self.postgres = self._stack.enter_context(DurablePostgres())
            self.redis = self._stack.enter_context(Redis())
        if self.tables:
            self._copy(self.tables)

    def _copy(self, tables: Prepared) -> None:
        if self.postgres and tables.database:
            dump = [postgres_program("pg_dump"), url_of(tables.database)]
            fill = [postgres_program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", self.postgres.url]
            written = subprocess.run(dump, check=True, capture_output=True).stdout
            subprocess.run(fill, check=True, input=written, stdout=subprocess.DEVNULL)
        else:
            (self.directory / "data").mkdir()
            shutil.copy(tables.data_dir / DATABASE_FILE, self.directory / "data")

    def _environment(self) -> dict[str, str]:
        # The proxy and, for who measures without it, each server by itself.
        origins = [self.origin, *(f"http://127.0.0.1:{server.port}" for server in self.servers)]
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in OWN_VARIABLES and not name.startswith("PYTEST")
        } | {
            "DATA_DIR": str(self.directory / "data"),
            "DJANGO_SETTINGS_MODULE": "sphaera_support.settings",
            "PUBLIC_URL": ",".join(origins),
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        if self.postgres and self.redis:
            environment |= {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
        return environment

    async def manage(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *MANAGE,
            *arguments,
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output, errors = await process.communicate()
        if process.returncode:
            said = (output + errors).decode()[-4000:]
            raise RuntimeError(f"manage.py {' '.join(arguments)}:\n{said}")
        return output.decode()
