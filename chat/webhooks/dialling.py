"""One request to another system: to an address that was judged, within a time, with so much back.

The name is looked up once, each address it has is judged, and one of these is dialled: a name that
stands for another address a moment later changes nothing. Nothing is followed anywhere.
"""

import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from chat.webhooks.addresses import BadTarget, Target, demand_outside, read_target
from operators.addresses import Address, Network, parse_address

TOTAL = 10.0  # seconds, from looking up the name to the last byte of the answer
CONNECTING = 5.0
MOST_READ = 64 * 1024  # bytes of an answer

NO_SUCH_NAME = _("Имени этого адреса нет: сервер имён его не знает.")
TOO_SLOW = _("Не ответили за 10 секунд.")
NOT_CONNECTED = _("Соединиться не удалось: по адресу никто не отвечает.")
BAD_CERTIFICATE = _("Сертификат сервера не принят: он чужой, просрочен или выпущен неизвестно кем.")
BROKEN = _("Соединение оборвалось, или в ответ пришло не HTTP.")


@dataclass(frozen=True)
class Answer:
    """`status` is None where there was none; `error` says why, empty where it arrived."""

    status: int | None = None
    text: str = ""
    error: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def has_arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Collection[Network],
    *,
    total: float = TOTAL,
) -> Answer:
    """Whatever comes of it is an answer."""
    begun = time.monotonic()
    call = _Call(allowed, begun + total)
    status, text, error = None, "", ""
    try:
        status, text = _exchange(read_target(url), body, headers, call)
        error = _refused(status)
    except Exception as problem:
        error = str(_words(problem, call))
    return Answer(status, text, error, time.monotonic() - begun)


def _refused(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return str(_("Ответ %s: перенаправления не выполняются, укажите конечный адрес.") % status)
    return str(_("Ответ %s: событие не принято.") % status)


def _words(problem: Exception, call: "_Call") -> Promise | str:
    cause = problem.__cause__ or problem
    for one in (problem, cause):
        if isinstance(one, BadTarget):
            return one.words
        if isinstance(one, ssl.SSLError) and not call.is_late:
            return BAD_CERTIFICATE
    if call.is_late or isinstance(problem, TimeoutError):
        return TOO_SLOW
    if isinstance(problem, socket.gaierror):
        return NO_SUCH_NAME
    if isinstance(problem, OSError) and call.handle is None:
        return NOT_CONNECTED
    if isinstance(problem, HTTPError | HTTPException | OSError | ValueError):
        return BROKEN
    raise problem


class _Call:
    """What one request is given: where it may lead, and until when."""

    def __init__(self, allowed: Collection[Network], ends: float) -> None:
        self.allowed = allowed
        self.ends = ends
        # Another hold on the connection, by which it is cut off while somebody waits for it.
        self.handle: socket.socket | None = None

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    @property
    def is_late(self) -> bool:
        return self.left <= 0

    def dial(self, host: str, port: int) -> socket.socket:
        """Raises BadTarget or OSError."""
        problem: OSError = socket.gaierror(socket.EAI_NONAME, host)
        for address in self._addresses(host, port):
            if self.is_late:
                raise TimeoutError
            try:
                connected = socket.create_connection(
                    (str(address), port), timeout=min(CONNECTING, self.left)
                )
            except OSError as error:
                problem = error
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.handle = connected.dup()
            connected.settimeout(max(self.left, 0.01))
            return connected
        raise problem

    def _addresses(self, host: str, port: int) -> list[Address]:
        """All that the name stands for; one of them inside is one too many."""
        literal = parse_address(host)
        if literal is None:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = [parse_address(str(where[0])) for *_kind, where in found]
        else:
            addresses = [literal]
        judged = list(dict.fromkeys(address for address in addresses if address is not None))
        for address in judged:
            demand_outside(address, self.allowed)
        return judged

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Who drips a byte a second keeps each single read alive: past the end it is cut off."""
        guard = threading.Timer(max(self.left, 0.0), self._cut)
        guard.daemon = True
        guard.start()
        try:
            yield
        finally:
            guard.cancel()
            guard.join()
            if self.handle is not None:
                self.handle.close()

    def _cut(self) -> None:
        # Not connected yet: connecting has a time of its own, and reading begins with a short one.
        if self.handle is not None:
            with suppress(OSError):
                self.handle.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    call: _Call

    def _new_conn(self) -> socket.socket:
        return self.call.dial(self.host, self.port or 80)


class _Encrypted(HTTPSConnection):
    """The certificate is that of the name which was asked for, whatever address it has."""

    call: _Call

    def _new_conn(self) -> socket.socket:
        return self.call.dial(self.host, self.port or 443)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(
    target: Target, body: bytes, headers: Mapping[str, str], call: _Call
) -> tuple[int, str]:
    if target.scheme == "https":
        connection: Any = _Encrypted(
            target.host, target.port, timeout=TOTAL, ssl_context=_context()
        )
    else:
        connection = _Plain(target.host, target.port, timeout=TOTAL)
    connection.call = call
    with call.bounded():
        try:
            sent = {**headers, "Host": target.host_header}
            connection.request("POST", target.path, body, sent, preload_content=False)
            response = connection.getresponse()
            if call.is_late:
                raise TimeoutError  # it was cut off within the headers
            return response.status, _read(response, call)
        finally:
            connection.close()


def _read(response: Any, call: _Call) -> str:
    """The beginning of it. An answer whose status has come is one, whatever becomes of the rest."""
    parts: list[bytes] = []
    count = 0
    with suppress(HTTPError, HTTPException, OSError):
        while count < MOST_READ and not call.is_late:
            part = response.read1(MOST_READ - count, decode_content=False)
            if not part:
                break
            parts.append(part)
            count += len(part)
    return b"".join(parts).decode("utf-8", "replace")
