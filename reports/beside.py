"""Pages of reports are made by a process beside the server's, at a low priority: making one keeps
an interpreter busy for half a second, and chats would wait for theirs.

Both talk through pipes, in frames: four bytes of length, then MessagePack. The process begins with
the first page that is asked for, and goes when nobody has asked for a while or the server is gone.
Whatever it cannot do, or not soon, is done where it was asked.
"""

import atexit
import logging
import os
import select
import struct
import subprocess  # nosec B404
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from importlib import import_module
from io import BytesIO
from typing import IO, Any

import msgspec
from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from operators.access import View
from operators.sessions import SessionStore

logger = logging.getLogger(__name__)

# What the chat does comes first.
LESS_URGENT = 10
# Seconds that one waits for the page of another; then it is made where it was asked.
PATIENCE = 2.0
# Seconds after which a page will not come any more: each part of it may take five.
LONGEST = 60.0
# Seconds without a page, after which its memory is given back.
IDLE = 600.0

PIECE = 64 * 1024  # bytes, as a pipe holds
_LENGTH = struct.Struct(">I")
# What the process says first, and where it could not make a page.
NOTHING = b""


class Asked(msgspec.Struct):
    view: str  # its module and name, with a dot between
    arguments: dict[str, str | int]
    environ: dict[str, str]


class Made(msgspec.Struct):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class PageMaker:
    """The process, and the wire to it. Threads wait for it one after another."""

    def __init__(self, command: Sequence[str], *, longest: float = LONGEST) -> None:
        self._command, self._longest = command, longest
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._place = threading.Lock()

    def make(self, asked: Asked) -> Made | None:
        """None: not by it, not now."""
        if not self._place.acquire(timeout=PATIENCE):
            return None
        try:
            process = self._standing()
            if process is None:
                return None
            write_frame(_in(process), msgspec.msgpack.encode(asked))
            answer = read_frame(_out(process), within=self._longest)
            return msgspec.msgpack.decode(answer, type=Made) if answer else None
        except (OSError, EOFError, msgspec.DecodeError):
            self._end()
            return None
        finally:
            self._place.release()

    def stop(self) -> None:
        with suppress(OSError):
            self._end()

    def _standing(self) -> subprocess.Popen[bytes] | None:
        """Begun by whoever asks first, who does not wait until it stands."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        process = self._process
        if process is None:
            # A group of its own, for Ctrl-C is the server's, which ends it; within the server's
            # session, for Linux weighs priorities there.
            self._process = subprocess.Popen(  # nosec B603
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,
            )
            return None
        if not self._is_ready:
            if not _says_something(_out(process), within=0.0):
                return None
            read_frame(_out(process), within=self._longest)
            self._is_ready = True
        return process

    def _end(self) -> None:
        process, self._process, self._is_ready = self._process, None, False
        if process is not None:
            process.terminate()
            process.communicate()


def _in(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdin is None:
        raise EOFError
    return process.stdin


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise EOFError
    return process.stdout


def write_frame(wire: IO[bytes], content: bytes) -> None:
    wire.write(_LENGTH.pack(len(content)) + content)
    wire.flush()


def read_frame(wire: IO[bytes], *, within: float) -> bytes:
    """Raises EOFError where the other end is gone, or has not said it within so many seconds."""
    ends = time.monotonic() + within
    (length,) = _LENGTH.unpack(_read(wire, _LENGTH.size, ends))
    return _read(wire, length, ends)


def _read(wire: IO[bytes], count: int, ends: float) -> bytes:
    content = bytearray()
    while len(content) < count:
        if not _says_something(wire, within=max(0.0, ends - time.monotonic())):
            raise EOFError
        # Past what Python buffers, of which nobody could tell that it is there.
        part = os.read(wire.fileno(), min(count - len(content), PIECE))
        if not part:
            raise EOFError
        content += part
    return bytes(content)


def _says_something(wire: IO[bytes], *, within: float) -> bool:
    # Not `select`, which knows a thousand files only: a server has a socket for each window.
    poll = select.poll()
    poll.register(wire, select.POLLIN)
    return bool(poll.poll(within * 1000))


# In the server

_maker: PageMaker | None = None


def make_pages_beside() -> None:
    """From now on, in this process; who does not serve makes its pages by itself."""
    global _maker
    _maker = PageMaker([sys.executable, str(settings.BASE_DIR / "manage.py"), "make_reports"])
    atexit.register(_maker.stop)


def made_beside(view: View) -> View:
    """Within what guards a page of reports, which is reached by the name that it guards."""
    name = f"{view.__module__}.{view.__qualname__}"

    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        made = _maker and _maker.make(asked_of(name, request, arguments))
        if not made:
            return view(request, **arguments)
        return HttpResponse(made.body, status=made.status, headers=dict(made.headers))

    return answered


def asked_of(view: str, request: HttpRequest, arguments: dict[str, Any]) -> Asked:
    get_token(request)  # one for both; the server is who sends its cookie
    environ = {key: value for key, value in request.META.items() if isinstance(value, str)}
    environ["wsgi.url_scheme"] = request.scheme or "http"
    environ["PATH_INFO"] = request.path_info.encode().decode("latin-1")
    return Asked(view, arguments, environ)


# In the process


def make_page(asked: Asked) -> Made:
    request = WSGIRequest(asked.environ | {"wsgi.input": BytesIO()})
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    module, _dot, name = asked.view.rpartition(".")
    view: Callable[..., HttpResponse] = getattr(import_module(module), name)
    response = view(request, **asked.arguments)
    return Made(response.status_code, list(response.items()), response.content)


def make_what_is_asked() -> None:
    """Until nobody asks any more. What fails is answered with nothing, and made where it was asked:
    a refusal or what was erased meanwhile is told there.
    """
    wire_in, wire_out = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what anybody prints is no page
    with suppress(EOFError, BrokenPipeError):  # the server is gone
        write_frame(wire_out, NOTHING)
        while True:
            asked = msgspec.msgpack.decode(read_frame(wire_in, within=IDLE), type=Asked)
            close_old_connections()
            try:
                answer = msgspec.msgpack.encode(make_page(asked))
            except (Http404, PermissionDenied, ObjectDoesNotExist):
                answer = NOTHING
            except Exception:
                logger.exception("A page of reports could not be made beside the server")
                answer = NOTHING
            close_old_connections()
            write_frame(wire_out, answer)
