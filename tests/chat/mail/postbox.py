"""Stands for a mail server: a real one on a socket, and the letters that it took."""

import socketserver
import threading
import time
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple, Self


class Taken(NamedTuple):
    sender: str
    to: list[str]
    raw: bytes

    @property
    def letter(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        """Where the name of the header stands on a line of its own, the parser keeps the break."""
        return str(self.letter["Subject"]).strip()

    def part(self, kind: str) -> str:
        found = [one for one in self.letter.walk() if one.get_content_type() == kind]
        return str(found[0].get_content()).replace("\r\n", "\n")

    @property
    def text(self) -> str:
        return self.part("text/plain")

    @property
    def html(self) -> str:
        return self.part("text/html")


class Postbox:
    """`says` overrides an answer: {"RCPT": "550 5.1.1 No such user"}. `is_silent` answers nothing
    at all, `drips` a byte at a time and never to the end.
    """

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.is_silent = self.drips = False
        self.taken: list[Taken] = []
        self.is_over = threading.Event()
        postbox = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    postbox.talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def talk(self, peer: socketserver.StreamRequestHandler) -> None:
        if self.is_silent:
            self.is_over.wait(30)
            return
        while self.drips and not self.is_over.is_set():
            peer.wfile.write(b"2")
            time.sleep(0.02)
        self._say(peer, "HELLO", "220 postbox")
        sender, to = "", list[str]()
        for line in peer.rfile:
            words = line.decode().strip()
            verb = words[:4].upper()
            answer = {"EHLO": "250-postbox\r\n250 AUTH PLAIN", "QUIT": "221 bye"}.get(
                verb, "250 ok"
            )
            if verb == "MAIL":
                sender = words[10:].partition(">")[0].lstrip("<")
            if verb == "RCPT":
                to.append(words[8:].strip("<>"))
            if verb == "DATA":
                self._say(peer, verb, "354 go on")
                raw = b"".join(iter(peer.rfile.readline, b".\r\n")).replace(b"\n..", b"\n.")
                if self._say(peer, "END", "250 taken").startswith("2"):
                    self.taken.append(Taken(sender, to, raw))
                continue
            self._say(peer, verb, answer)
            if verb == "QUIT":
                return

    def _say(self, peer: socketserver.StreamRequestHandler, verb: str, usual: str) -> str:
        answer = self.says.get(verb, usual)
        peer.wfile.write(f"{answer}\r\n".encode())
        return answer

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()


def configured(settings: Any, postbox: Postbox) -> Postbox:
    """As EMAIL_URL and EMAIL_FROM would."""
    settings.SENDS_MAIL = True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", postbox.port
    settings.EMAIL_TIMEOUT = 10
    settings.DEFAULT_FROM_EMAIL = "СФЕРА Поддержка <support@example.ru>"
    return postbox
