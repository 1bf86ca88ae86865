"""A sample of a site's window, made of the window's own templates, for the page of its look.

Nobody is in it: no token, no visitor, and its policy lets it ask the server for nothing.
"""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from csp.constants import NONE, SELF
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from chat.models import AuthorKind, LineCode, Message, MessageKind, Visitor
from chat.sockets.frames import encode
from chat.wire.faces import NAMELESS, VISITOR, shown_as
from chat.wire.messages import message_context
from departments.models import Site
from operators.access import administrator_page
from sphaera_support.administration.sites import found

_POLICY = {"frame-ancestors": [SELF], "connect-src": [NONE], "form-action": [NONE]}
_OPERATOR = _("Илья Воронцов")
_VISITOR = _("Марина Орлова")
_TALK = (
    (AuthorKind.OPERATOR, _("Здравствуйте! Чем помочь?")),
    (AuthorKind.VISITOR, _("Не могу войти в конференцию")),
    (AuthorKind.OPERATOR, _("Проверим вместе. Какая версия у вас установлена?")),
)


@require_safe
@xframe_options_sameorigin
@administrator_page("sites")
def site_preview(request: HttpRequest, pk: int) -> HttpResponse:
    site, at = found(pk), timezone.now()
    talks = [
        {"face": face, "operator": shown_as(str(_OPERATOR), face), "messages": _talk(face, at=at)}
        for face in (VISITOR, NAMELESS)
    ]
    told = _nobodys_window(site) | {"talks": talks}
    response = render(request, "administration/site_preview.html", told)
    response["Content-Security-Policy"] = build_policy(replace=_POLICY)
    return response


def _nobodys_window(site: Site) -> dict[str, Any]:
    """What widget/_window.html shows of somebody who has not written yet."""
    return {
        "site": site,
        "visitor": Visitor(site=site),
        "conversation": None,
        "messages": [],
        "read_seq": 0,
        "status": "online",
        "reason": "ok",
        "look": encode(asdict(site.look)),
    }


def _talk(face: str, *, at: datetime) -> list[dict[str, Any]]:
    joined = Message(
        kind=MessageKind.EVENT,
        author_kind=AuthorKind.SYSTEM,
        code=LineCode.ACCEPTED,
        params={"name": str(_OPERATOR), "wait_seconds": 0},
    )
    names = {AuthorKind.OPERATOR: str(_OPERATOR), AuthorKind.VISITOR: str(_VISITOR)}
    said = [
        Message(kind=MessageKind.TEXT, author_kind=kind, author_name=names[kind], text=str(text))
        for kind, text in _TALK
    ]
    for number, message in enumerate([joined, *said], start=1):
        message.client_id, message.created_at = uuid.uuid4(), at
        message.seq = message.visitor_seq = number
    return [message_context(one, face, read_up_to=len(said)) for one in (joined, *said)]
