"""The process of an installation: how it starts, ends and comes back."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from sphaera_support.management.commands.serve import told_in_a_sentence
from tests.server import OWN_VARIABLES, ROOT, LiveServer, Prepared

RECORD = (
    "from django.db import connection as c;"
    " from django.db.migrations.recorder import MigrationRecorder as R;"
)


@pytest.fixture
def server(live_server_factory: Callable[..., LiveServer]) -> LiveServer:
    return live_server_factory()


@pytest.fixture
def stopped(prepared_server: Prepared, tmp_path: Path) -> Iterator[LiveServer]:
    """A copy of an installation, not started."""
    server = LiveServer(tmp_path / "stopped", prepared=prepared_server)
    yield server
    server.close()


def test_it_ends_cleanly_when_told_to(stopped):
    stopped.start()
    assert stopped.stop() == 0
    assert stopped.tracebacks == []


@pytest.mark.parametrize("inherited", [signal.default_int_handler, signal.SIG_IGN])
def test_it_ends_cleanly_on_ctrl_c(stopped, inherited):
    """Started from a terminal, and from a script or the background, where SIGINT is ignored."""
    before = signal.signal(signal.SIGINT, inherited)
    try:
        stopped.start()
    finally:
        signal.signal(signal.SIGINT, before)
    assert stopped.interrupt() == 0
    assert stopped.tracebacks == []


def test_ctrl_c_while_it_prepares_is_no_fault():
    with pytest.raises(CommandError) as end, told_in_a_sentence():
        raise KeyboardInterrupt
    assert (str(end.value), end.value.returncode) == ("Interrupted.", 130)


KNOWN = """
import django, os
django.setup()
from django.conf import settings
from sphaera_support.celery import app
from sphaera_support.management.commands.serve import start_embedded_beat
start_embedded_beat().stop()
print({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks))
"""


def test_embedded_the_beat_knows_every_task_of_its_schedule(tmp_path):
    """What it does not know it would send to a broker that nobody listens to."""
    known = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sphaera_support.settings"}
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    told = subprocess.run(
        [sys.executable, "-c", KNOWN], env=inherited | known, cwd=ROOT, capture_output=True
    )
    assert told.stdout == b"set()\n", told.stderr


def test_it_comes_back_after_a_crash(server):
    server.kill()
    assert not server.is_ready()
    server.start()
    assert server.is_ready()


def test_it_notes_that_it_lives_though_nobody_has_come(server):
    """A night without a window is no stop."""
    count = "from chat.models import Heartbeat; print(Heartbeat.objects.count())"
    tries = (server.manage("shell", "-v0", "-c", count) for _try in range(5))
    assert "1\n" in tries


def test_it_makes_demo_accounts_on_the_first_start_only(stopped):
    """Which was that of the one it is a copy of."""
    find = "from operators.models import Account; a = Account.objects.filter(login='operator3')"
    stopped.manage("shell", "-v0", "-c", f"{find}; a.update(login='renamed')")
    stopped.start()
    assert stopped.manage("shell", "-v0", "-c", f"{find}; print(a.count())") == "0\n"


def test_a_second_process_joins_a_cluster_and_is_refused_without(server, tmp_path):
    second = LiveServer(tmp_path, beside=server)
    if server.database:
        with second:
            assert second.is_ready()
    else:
        with pytest.raises(RuntimeError, match="Another process serves from"):
            second.start()
    assert server.is_ready()


# What it cannot start with


def refuses(server: LiveServer, words: str, *arguments: str) -> bool:
    """One line with these words, and 1."""
    code, said = server.refusal("serve", *arguments)
    return code == 1 and said.count("\n") == 1 and words in said


@pytest.mark.once
def test_a_port_that_is_taken_is_refused(stopped):
    with socket.create_server(("127.0.0.1", stopped.port)):
        words = f"Cannot listen on 127.0.0.1:{stopped.port}: Address already in use"
        assert refuses(stopped, words)


@pytest.mark.once
def test_an_address_that_is_not_here_is_refused(stopped):
    assert refuses(stopped, "Cannot listen on 192.0.2.1:", "--host", "192.0.2.1")


@pytest.mark.parametrize("arguments", [(), ("--prepare",)])
def test_a_newer_database_is_refused_and_left_as_it_is(stopped, arguments):
    stopped.manage("shell", "-v0", "-c", f"{RECORD} R(c).record_applied('chat', '9999_future')")
    assert refuses(stopped, "newer than this code, which does not know chat.9999", *arguments)


def test_an_older_database_is_refused_unless_it_may_be_brought_up_to_date(stopped):
    last = "*max(k for k in R(c).applied_migrations() if k[0] == 'axes')"
    stopped.manage("shell", "-v0", "-c", f"{RECORD} R(c).record_unapplied({last})")
    assert refuses(stopped, "older than this code: run `manage.py migrate`")


def test_a_database_that_cannot_be_used_is_refused(stopped):
    if stopped.database:
        stopped.environment["DATABASE_URL"] = "postgres://support:hidden@127.0.0.1:1/support"
    else:
        (stopped.data_dir / "db.sqlite3").write_text("no database at all")
    assert refuses(stopped, "The database cannot be used: ")
    assert refuses(stopped, "The database cannot be used: ", "--prepare")


@pytest.mark.once
@pytest.mark.parametrize("folder", ["media", "static"])
def test_a_folder_that_cannot_be_written_is_refused(stopped, folder):
    path = stopped.data_dir / folder
    path.rename(path.with_name("elsewhere")) if path.exists() else None
    path.touch()
    assert refuses(stopped, str(path), "--prepare")


def test_half_a_cluster_is_refused(stopped, monkeypatch):
    half = stopped.environment | {"DATABASE_URL": "postgres://localhost/nothing"}
    half.pop("REDIS_URL", None)
    monkeypatch.setattr(stopped, "environment", half)
    assert refuses(stopped, "DATABASE_URL and REDIS_URL go together")
