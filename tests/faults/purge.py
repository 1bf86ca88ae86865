"""A purge that is killed with -9 at one point after the other and started again ends as one that
was let be; what is to be true then has its test.
"""

import os
import subprocess
import sys
from contextlib import nullcontext

from tests.faults.world import ROOT
from tests.server import OWN_VARIABLES
from tests.services import cluster

TEST = "tests/chat/purge/test_runs.py::test_killed_anywhere_it_ends_the_same"


def kill(mode: str, times: int) -> int:
    """0 where it held."""
    own = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    with cluster() if mode == "cluster" else nullcontext({}) as services:
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-rP", TEST],
            env=own | services | {"PURGE_KILLS": str(times)},
            cwd=ROOT,
            check=False,
        )
    return told.returncode
