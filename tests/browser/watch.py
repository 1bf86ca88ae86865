"""What a browser must never report while our pages are open."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket


class Watch:
    """Collects console errors, uncaught exceptions and requests to foreign hosts.

    A test that causes some on purpose names them: `watch.allow(r"ERR_CONNECTION_REFUSED")`.
    """

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.allowed: list[str] = []
        self.own_hosts: set[str] = set()

    def allow(self, *patterns: str) -> None:
        """Regular expressions, searched for in each complaint of this test."""
        self.allowed += patterns

    def attend(self, context: BrowserContext, base_url: str) -> None:
        self.own_hosts.add(urlsplit(base_url).netloc)
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)
        context.on("request", self._on_request)
        context.on("page", self._on_page)

    @property
    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.allowed)
        ]

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_web_socket)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _on_web_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        self._check_host(request.url)

    def _on_web_socket(self, socket: WebSocket) -> None:
        self._check_host(socket.url)

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self.own_hosts:
            self.complaints.append(f"request to a foreign host: {url}")
