"""Let people talk while the servers die; print the figures, exit 1 if anything was lost."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.faults import purge
from tests.faults.report import table, violations
from tests.faults.run import Options, run

DEFAULTS = {"embedded": (5000, 20), "cluster": (10_000, 30)}


def main() -> int:
    arguments = parse()
    modes = [arguments.mode] if arguments.mode else list(DEFAULTS)
    parts = [arguments.only] if arguments.only else list(PARTS)
    return max(PARTS[part](mode, arguments) for mode in modes for part in parts)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--mode", choices=list(DEFAULTS), help="default: one after the other")
    parser.add_argument("--only", choices=list(PARTS), help="default: one after the other")
    parser.add_argument("--messages", type=int)
    parser.add_argument("--faults", type=int, help="embedded: kills, and half as many others")
    parser.add_argument("--kills", type=int, default=50, help="of a purge")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--keep", type=Path, help="keep histories and logs in this new folder")
    arguments = parser.parse_args()
    if arguments.keep and arguments.keep.exists():
        parser.error(f"{arguments.keep} exists: histories of two runs would be judged as one")
    return arguments


def run_mode(mode: str, arguments: argparse.Namespace) -> int:
    messages, faults = DEFAULTS[mode]
    with tempfile.TemporaryDirectory(prefix="sphaera-faults-") as temporary:
        directory = arguments.keep / mode if arguments.keep else Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        options = Options(
            mode,
            arguments.messages or messages,
            faults if arguments.faults is None else arguments.faults,
            arguments.seed,
            directory,
        )
        outcome = asyncio.run(run(options))
    print(table(options, outcome))
    print(violations(outcome), file=sys.stderr)
    return 1 if outcome.verdict.violations else 0


def kill_purges(mode: str, arguments: argparse.Namespace) -> int:
    return purge.kill(mode, arguments.kills)


PARTS = {"talk": run_mode, "purge": kill_purges}


if __name__ == "__main__":
    sys.exit(main())
