"""What processes cost, read from /proc: processor seconds and resident memory."""

import os
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Places in /proc/<pid>/stat after the name, which may hold spaces: man 5 proc_pid_stat.
PARENT, OWN_TIMES, CHILD_TIMES = 1, slice(11, 13), slice(13, 15)


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int(_stat(int(entry.name))[PARENT]) == pid:
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, of its children, and of those it has buried."""
    own = _stat(pid)
    ticks = sum(map(int, own[OWN_TIMES] + own[CHILD_TIMES]))
    for child in _children(pid):
        try:
            ticks += sum(map(int, _stat(child)[OWN_TIMES]))
        except OSError:
            continue
    return ticks / TICKS_A_SECOND


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


class Meter:
    """Processor seconds of named processes since `start`."""

    def __init__(self, pids: dict[str, list[int]]) -> None:
        self.pids = pids
        self._before: dict[str, float] = {}

    def start(self) -> None:
        self._before = self._read()

    def spent(self) -> dict[str, float]:
        return {name: now - self._before[name] for name, now in self._read().items()}

    def _read(self) -> dict[str, float]:
        return {name: sum(map(cpu_seconds, pids)) for name, pids in self.pids.items()}
