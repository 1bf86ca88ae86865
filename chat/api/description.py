"""The OpenAPI 3.1 description, made of the routes and the shapes that requests are checked by."""

import re
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chat.api.calls import Route
from chat.api.problems import CONTENT_TYPE
from chat.api.routes import ROUTES
from chat.api.shapes import Problem

Json = dict[str, Any]
ROOT = "/api/v1"
_REF = "#/components/schemas/{name}"
_ABOUT = (
    "Conversations, tickets and visitors of Sphaera Support for other systems. A token is made at"
    " «Настройки» → «Токены API». Refusals are application/problem+json, in Russian."
)
_REFUSALS = {
    400: "The body is no JSON",
    401: "There is no such token, or it is revoked or out of date",
    403: "The token has not this scope",
    404: "There is no such thing, or the token may not see it",
    409: "The state does not allow it, or somebody changed it meanwhile",
    413: "The body is longer than 64 KB",
    415: "The body is not said to be JSON",
    422: "A value is wrong; `field` names it where it is one",
    429: "More requests in this minute than the token may make",
    503: "It took too long, or the product is busy",
}
_IN_SECONDS = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds"}
_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: {"Retry-After": _IN_SECONDS},
}


@require_safe
def described(_request: HttpRequest) -> HttpResponse:
    """For everybody: there is no secret in it."""
    return HttpResponse(_written(), content_type="application/json")


@cache
def _written() -> bytes:
    return msgspec.json.format(msgspec.json.encode(description()), indent=1)


def description() -> Json:
    told = [one for route in ROUTES for one in (route.answer, route.body) if one is not None]
    _refs, schemas = msgspec.json.schema_components([*told, Problem], ref_template=_REF)
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sphaera Support", "version": "1", "description": _ABOUT},
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.view.__name__,
        "summary": route.summary,
        "description": f"Needs the scope `{route.scope}`.",
        "parameters": _parameters(route),
        "responses": {str(status): _answer(route.answer) for status in route.statuses}
        | {str(status): _refusal(status) for status in _refusals_of(route)},
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(route.body)}
    return operation


def _refusals_of(route: Route) -> list[int]:
    of_body = {400, 409, 413, 415} if route.body is not None else set()
    of_key = {404} if route.has_key or route.body is not None else set()
    return sorted({401, 403, 422, 429, 503} | of_body | of_key)


def _parameters(route: Route) -> list[Json]:
    pattern = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}
    found = [
        {"name": name, "in": "path", "required": True, "schema": pattern}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.takes_idempotency_key:
        key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        about = (
            "Sent again with the same key, nothing is made: the answer is what there is, with 200."
        )
        found.append(
            {"name": "Idempotency-Key", "in": "header", "schema": key, "description": about}
        )
    return found + (_query(route.query) if route.query is not None else [])


def _query(shape: type[msgspec.Struct]) -> list[Json]:
    _ref, schemas = msgspec.json.schema_components([shape], ref_template=_REF)
    properties: Json = schemas[shape.__name__]["properties"]
    return [{"name": name, "in": "query", "schema": one} for name, one in properties.items()]


def _answer(shape: Any) -> Json:
    return {"description": "Done", "content": _content(shape)}


def _content(shape: Any) -> Json:
    (ref,), _schemas = msgspec.json.schema_components([shape], ref_template=_REF)
    return {"application/json": {"schema": ref}}


def _refusal(status: int) -> Json:
    refusal: Json = {
        "description": _REFUSALS[status],
        "content": {CONTENT_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
    return refusal | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
