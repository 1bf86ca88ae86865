"""A few hundred messages through a few faults; `make faults` is the long version of this."""

import asyncio
import os

import pytest

from tests.faults.report import table, violations
from tests.faults.run import Options, run
from tests.server import migrated

SHORT = {"embedded": (300, 2), "cluster": (300, 4)}


@pytest.fixture
def mode(services) -> str:
    return "cluster" if os.environ.get("DATABASE_URL") else "embedded"


def test_nothing_is_lost_while_servers_die(mode, tmp_path):
    messages, faults = SHORT[mode]
    options = Options(mode, messages, faults, seed=1, directory=tmp_path, tables=migrated())
    outcome = asyncio.run(run(options))
    assert not outcome.verdict.violations, f"{table(options, outcome)}\n{violations(outcome)}"
