"""A browser in processes of its own, to be killed as a crash or the machine's user would."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

TIMEOUT_MS = 10_000
# Without its windows Chromium does the same with half the work.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")


def executable() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def with_settings() -> str | None:
    """One that heeds what its owner chose: the shell knows of no settings."""
    return next(filter(None, map(shutil.which, BROWSERS[1:])), None)


class OwnBrowser:
    """One profile in a folder; `start()` again after `kill()` finds what the disk has."""

    def __init__(
        self, playwright: Playwright, profile: Path, base_url: str, arguments: list[str]
    ) -> None:
        self.playwright, self.profile, self.base_url = playwright, profile, base_url
        self.arguments = arguments

    def start(self) -> BrowserContext:
        context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=executable(),
            chromium_sandbox=os.geteuid() != 0,
            args=self.arguments,
            base_url=self.base_url,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            viewport={"width": 1280, "height": 800},
        )
        context.set_default_timeout(TIMEOUT_MS)
        return context

    def kill(self) -> None:
        """kill -9 of every process of this profile."""
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        # The lock of a dead browser would make the next one refuse the profile.
        for lock in self.profile.glob("Singleton*"):
            lock.unlink()

    def _processes(self) -> Iterator[int]:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = path.read_bytes().decode(errors="replace")
            except OSError:  # gone meanwhile
                continue
            if f"--user-data-dir={self.profile}" in command:
                yield int(path.parent.name)
