"""From a request to its answer: method, token, pace, scope, shape, and then the view.

No session and no cookie is looked at, so there is nothing for another site to make use of, and no
CSRF token is asked for; no CORS header lets a page of another site read an answer.
"""

import re
import threading
from collections.abc import Collection
from contextlib import nullcontext
from datetime import datetime, timedelta

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from chat.actions.errors import Refusal
from chat.api import reading
from chat.api.actions.tokens import note_use
from chat.api.calls import Answer, Call, Route
from chat.api.limits import seconds_to_wait
from chat.api.problems import NOWHERE, Refused, answer_of, refused
from chat.history.deadline import TookTooLong, deadline
from chat.models import ApiToken
from operators.access import View

LIMIT = timedelta(seconds=5)  # for all that a request reads
RETRY_AFTER = 5  # seconds, of what took too long
AT_ONCE = 2  # that read, in a process: people search and count beside them
_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_places = threading.BoundedSemaphore(AT_ONCE)


def endpoint(routes: Collection[Route]) -> View:
    """The view of one address."""
    by_method = {route.method: route for route in routes}
    allowed = ", ".join(sorted(by_method))

    @csrf_exempt
    def answered(request: HttpRequest, key: str = "") -> HttpResponse:
        try:
            route = by_method.get("GET" if request.method == "HEAD" else str(request.method))
            if route is None:
                detail = _("Здесь принимаются: %s.") % allowed
                raise Refused(405, "method", detail, headers={"Allow": allowed})
            return _written(_answer(request, route, key))
        except Refused as problem:
            return answer_of(problem)

    return answered


def _answer(request: HttpRequest, route: Route, key: str) -> Answer:
    at = timezone.now()
    token = _admitted(request, route, at=at)
    if route.has_key and not _KEY.fullmatch(key):
        raise Refused(404, "not_found", str(NOWHERE))
    call = Call(
        token=token,
        at=at,
        key=key,
        query=reading.parameters(request, route.query),
        body=reading.body(request, route.body),
        idempotency_key=reading.idempotency_key(request) if route.takes_idempotency_key else "",
    )
    try:
        with deadline(LIMIT, among=_places) if route.is_reading else nullcontext():
            return route.view(call)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    except TookTooLong:
        detail = _("Запрос выполнялся слишком долго: уточните его или повторите позже.")
        again = {"Retry-After": str(RETRY_AFTER)}
        raise Refused(503, "unavailable", detail, headers=again) from None


def _admitted(request: HttpRequest, route: Route, *, at: datetime) -> ApiToken:
    token = reading.token_of(request, at=at)
    if seconds := seconds_to_wait(token, at=at):
        detail = _("Запросов этого токена больше %s в минуту.") % token.pace
        raise Refused(429, "too_many", detail, headers={"Retry-After": str(seconds)})
    note_use(token, at=at)
    if not token.has(route.scope):
        detail = _("У токена нет права «%s».") % route.scope.label
        challenge = f'Bearer error="insufficient_scope", scope="{route.scope}"'
        raise Refused(403, "forbidden", detail, headers={"WWW-Authenticate": challenge})
    return token


def _written(answer: Answer) -> HttpResponse:
    content = msgspec.json.encode(answer.body)
    response = HttpResponse(content, content_type="application/json", status=answer.status)
    for name, value in {"Cache-Control": "no-store", **answer.headers}.items():
        response[name] = value
    return response
