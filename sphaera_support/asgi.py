"""The ASGI entry: HTTP to Django, the two sockets to their consumers, nothing else."""

import os
import re
from collections.abc import Awaitable, Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sphaera_support.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  after django.setup
from channels.sessions import CookieMiddleware, SessionMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from chat.sockets.operator import OperatorConsumer  # noqa: E402
from chat.sockets.visitor import VisitorConsumer  # noqa: E402
from operators.addresses import believed_address  # noqa: E402
from sphaera_support.bodies import BodyHandler  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CHARSET = re.compile(rb";\s*charset\*?\s*=[^;]*", re.IGNORECASE)


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """An unknown path is refused, not an error."""
    await receive()
    await send({"type": "websocket.close"})


def with_client_address(application: Application) -> Application:
    """Settle who connected, for HTTP and sockets alike, by our own rule about proxies."""

    async def settled(scope: Scope, receive: Receive, send: Send) -> None:
        peer, port = scope.get("client") or ("", 0)
        forwarded = b",".join(
            value for name, value in scope["headers"] if name == b"x-forwarded-for"
        )
        address, is_proxy = believed_address(
            peer, forwarded.decode("latin1"), settings.TRUSTED_PROXIES
        )
        dropped = {b"daphne-root-path"}
        if not is_proxy:
            dropped |= {b"x-forwarded-for", b"x-forwarded-proto"}
        scope = {
            **scope,
            "client": (address, port),
            "root_path": "",
            "headers": [(n, v) for n, v in scope["headers"] if n not in dropped],
        }
        await application(scope, receive, send)

    return settled


def in_utf8(application: Application) -> Application:
    """Text is UTF-8, whatever it calls itself: Django tries any codec there is, base64 too."""

    async def heard(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (n, CHARSET.sub(b"", v) if n == b"content-type" else v) for n, v in scope["headers"]
        ]
        await application({**scope, "headers": headers}, receive, send)

    return heard


sockets = URLRouter(
    [
        path("ws/visitor/<slug:key>/", VisitorConsumer.as_asgi()),
        path("ws/operator/", CookieMiddleware(SessionMiddleware(OperatorConsumer.as_asgi()))),
        re_path(r"", no_such_socket),  # type: ignore[arg-type]
    ]
)

pages = in_utf8(BodyHandler())  # type: ignore[arg-type]
application = with_client_address(ProtocolTypeRouter({"http": pages, "websocket": sockets}))
