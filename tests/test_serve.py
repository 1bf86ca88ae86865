"""The process of an installation: how it starts, ends and comes back."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.server import ROOT, LiveServer


@pytest.fixture
def server(live_server_factory: Callable[..., LiveServer]) -> LiveServer:
    return live_server_factory()


def test_it_ends_cleanly_when_told_to(server):
    assert server.stop() == 0
    assert server.tracebacks == []


def test_it_ends_cleanly_on_ctrl_c(server):
    assert server.interrupt() == 0
    assert server.tracebacks == []


def test_it_comes_back_after_a_crash(server):
    server.kill()
    assert not server.is_ready()
    server.start()
    assert server.is_ready()


def test_it_makes_demo_accounts_on_the_first_start_only(server):
    find = "from operators.models import Account; a = Account.objects.filter(login='operator3')"
    server.manage("shell", "-v0", "-c", f"{find}; a.update(login='renamed')")
    server.restart()
    assert server.manage("shell", "-v0", "-c", f"{find}; print(a.count())") == "0\n"


def test_a_second_process_joins_a_cluster_and_is_refused_without(server, tmp_path):
    second = LiveServer(tmp_path, beside=server)
    if server.database:
        with second:
            assert second.is_ready()
    else:
        with pytest.raises(RuntimeError, match="Another process serves from"):
            second.start()
    assert server.is_ready()


def test_half_a_cluster_is_refused(server):
    half = server.environment | {"DATABASE_URL": "postgres://localhost/nothing"}
    half.pop("REDIS_URL", None)
    check = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=half, capture_output=True, text=True
    )
    assert check.returncode == 1
    assert "DATABASE_URL and REDIS_URL go together" in check.stderr
