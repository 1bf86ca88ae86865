"""Handing a letter to the mail server: so long and no longer, and in words what it answered."""

import re
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from chat.models import Letter

# The longest that a letter takes, with all its answers; each answer: settings.EMAIL_TIMEOUT.
TOTAL = 40.0  # seconds
HIDDEN = "••••"
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Answer:
    """`error` is empty where the server took it; `is_final`: it would never take this letter."""

    error: str = ""
    is_final: bool = False

    @property
    def has_arrived(self) -> bool:
        return not self.error


def hand_over(message: EmailMessage, *, total: float = TOTAL) -> Answer:
    """By the server of the settings. Never raises what a server, an address or a net can cause."""
    backend = _Backend(total)
    try:
        sent = backend.send_messages([message])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _answer_of(error, is_late=backend.is_late)
    finally:
        backend.forget()
    return Answer() if sent else Answer(_("Письмо некому отправить: нет адреса."), is_final=True)


class _Bounded:
    """smtplib waits anew for each answer: one that comes by bytes would hold a courier for ever."""

    _backend: "_Backend"
    sock: Any

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        self._backend.watch(self)
        return super()._get_socket(host, port, timeout)  # type: ignore[misc]

    def cut(self) -> None:
        """From another thread: whoever waits for the socket is told that it is over."""
        with suppress(OSError, AttributeError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _Backend(EmailBackend):
    def __init__(self, total: float) -> None:
        super().__init__(timeout=settings.EMAIL_TIMEOUT or TOTAL)
        self.total = total
        self.is_late = False
        self._watch: threading.Timer | None = None

    @property
    def connection_class(self) -> Any:
        kind = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        return type("Bounded", (_Bounded, kind), {"_backend": self})

    def watch(self, connection: _Bounded) -> None:
        def cut() -> None:
            self.is_late = True
            connection.cut()

        self._watch = threading.Timer(self.total, cut)
        self._watch.daemon = True
        self._watch.start()

    def forget(self) -> None:
        if self._watch is not None:
            self._watch.cancel()


def _answer_of(error: Exception, *, is_late: bool) -> Answer:
    if is_late or isinstance(error, TimeoutError):
        return Answer(_("Сервер не ответил вовремя."))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
        words = _("Сервер не принял адрес получателя: %s")
        return Answer(words % _said(code, said), is_final=code >= 500)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Answer(_("Сервер не принял логин и пароль: %s") % _of(error))
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Answer(_("Сервер не принял адрес отправителя: %s") % _of(error))
    if isinstance(error, smtplib.SMTPDataError):
        return Answer(_("Сервер не принял письмо: %s") % _of(error), error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(_("Сервер отказал: %s") % _of(error))
    return Answer(_unsaid(error))


def _unsaid(error: Exception) -> str:
    """Where no answer says why."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("Сервер не умеет того, что задано в EMAIL_URL: шифрование или вход.")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("Сервер оборвал соединение.")
    if isinstance(error, ssl.SSLError):
        return _("Защищённое соединение не установлено.")
    if isinstance(error, ValueError):
        return _("Адрес или заголовок такими отправить нельзя.")
    if isinstance(error, OSError) and error.strerror:
        return cleaned(_("Соединиться не удалось: %s") % error.strerror)
    return _("Соединиться не удалось.")


def _of(error: smtplib.SMTPResponseException) -> str:
    return _said(error.smtp_code, error.smtp_error)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return cleaned(f"{code} {text}")


def cleaned(text: str) -> str:
    """A server may repeat what it was told: the password goes nowhere."""
    for secret in (settings.EMAIL_HOST_PASSWORD, settings.EMAIL_HOST_USER):
        if secret:
            text = text.replace(secret, HIDDEN)
    return _CONTROLS.sub(" ", text).strip()[: Letter.MAX_ERROR]
