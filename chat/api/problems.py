"""Refusals of the interface as RFC 9457 tells them: application/problem+json, words in Russian."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.api.shapes import Problem

CONTENT_TYPE = "application/problem+json"
TITLES: Mapping[int, Promise] = {
    400: _("Запрос не разобран"),
    401: _("Нужен токен"),
    403: _("Нет прав"),
    404: _("Не найдено"),
    405: _("Метод не поддерживается"),
    409: _("Не сделано"),
    413: _("Запрос слишком большой"),
    415: _("Ожидается JSON"),
    422: _("Неверные данные"),
    429: _("Слишком часто"),
    503: _("Временно недоступно"),
}
# Of the wire's codes (chat.actions.errors).
_STATUSES = {
    "closed": 409,
    "conflict": 409,
    "forbidden": 403,
    "invalid": 422,
    "not_found": 404,
    "too_large": 422,
    "too_many": 429,
    "unavailable": 503,
}


@dataclass(eq=False)
class Refused(Exception):
    """The request ends with this; nothing was changed."""

    status: int
    code: str
    detail: str
    where: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(refusal: Refusal) -> Refused:
    """What an action refused."""
    return Refused(_STATUSES[refusal.code], refusal.code, refusal.detail, refusal.field)


def answer_of(problem: Refused) -> HttpResponse:
    told = Problem(
        title=str(TITLES[problem.status]),
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        field=problem.where or msgspec.UNSET,
    )
    response = HttpResponse(
        msgspec.json.encode(told), content_type=CONTENT_TYPE, status=problem.status
    )
    for name, value in {"Cache-Control": "no-store", **problem.headers}.items():
        response[name] = value
    return response


def not_found(_request: HttpRequest) -> HttpResponse:
    """An address that there is none of."""
    return answer_of(Refused(404, "not_found", str(NOWHERE)))


NOWHERE: Any = _("Такого адреса нет. Все адреса перечисляет /api/v1/openapi.json.")
