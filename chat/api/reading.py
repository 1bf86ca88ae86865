"""A request read: its parameters, its body, whose it is. Whatever is wrong with it is Refused."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chat.api.actions.tokens import PREFIX, digest_of
from chat.api.problems import Refused
from chat.models import ApiToken
from chat.text import LONGEST_NUMBER

S = TypeVar("S", bound=msgspec.Struct)

MOST_BODY = 64 * 1024  # bytes; a description in four-byte letters, escaped, takes half
LONGEST_TOKEN = 200
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def token_of(request: HttpRequest, *, at: datetime) -> ApiToken:
    """By its digest: how long that takes tells nothing of what others there are."""
    header = request.headers.get("Authorization", "")
    scheme, _space, shown = header.partition(" ")
    if scheme.lower() != "bearer" or not shown:
        raise _unknown(_("Передайте токен в заголовке «Authorization: Bearer …»."), "Bearer")
    is_likely = shown.startswith(PREFIX) and len(shown) <= LONGEST_TOKEN
    found = ApiToken.objects.select_related("account")
    token = found.filter(digest=digest_of(shown)).first() if is_likely else None
    challenge = 'Bearer error="invalid_token"'
    if token is None or token.revoked_at is not None:
        raise _unknown(_("Такого токена нет, или он отозван."), challenge)
    if token.is_over(at):
        raise _unknown(_("Срок токена закончился."), challenge)
    return token


def _unknown(detail: str, challenge: str) -> Refused:
    return Refused(401, "unauthorized", detail, headers={"WWW-Authenticate": challenge})


def parameters(request: HttpRequest, shape: type[S] | None) -> S | None:
    """Those of the address, each once; where none are taken, any is too many."""
    given: dict[str, Any] = {}
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise _wrong(_("Параметр задан несколько раз."), name[:60])
        given[name] = _number(values[0]) if name == "limit" else values[0]
    if shape is None:
        for name in given:
            raise _wrong(_("Такого параметра нет."), name[:60])
        return None
    return _checked(lambda: msgspec.convert(given, shape))


def _number(text: str) -> int | str:
    """As JSON would have it; what is none is refused as text."""
    is_one = re.fullmatch(r"0|[1-9][0-9]*", text) and len(text) < LONGEST_NUMBER
    return int(text) if is_one else text


def body(request: HttpRequest, shape: type[S] | None) -> S | None:
    if shape is None:
        return None
    if request.content_type != "application/json":
        detail = _("Тело запроса — JSON с заголовком «Content-Type: application/json».")
        raise Refused(415, "unsupported", detail)
    length = request.headers.get("Content-Length", "")
    is_long = length.isascii() and length.isdigit() and int(length[:LONGEST_NUMBER]) > MOST_BODY
    sent = b"" if is_long else request.body
    if is_long or len(sent) > MOST_BODY:
        detail = _("Тело запроса больше %s КБ.") % (MOST_BODY // 1024)
        raise Refused(413, "too_large", detail)
    return _checked(lambda: msgspec.json.decode(sent, type=shape))


def idempotency_key(request: HttpRequest) -> str:
    """Empty where there is none."""
    key = request.headers.get("Idempotency-Key", "")
    if "Idempotency-Key" in request.headers and not _KEY.fullmatch(key):
        detail = _("Idempotency-Key — до 200 латинских букв, цифр и знаков, без пробелов.")
        raise _wrong(detail, "Idempotency-Key")
    return key


def _wrong(detail: str, where: str = "") -> Refused:
    return Refused(422, "invalid", detail, where)


def _checked(read: Callable[[], S]) -> S:
    try:
        return read()
    except msgspec.ValidationError as error:
        raise _wrong(*_in_words(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "invalid", _("Тело запроса — не JSON в UTF-8.")) from None


# What msgspec says, in its words: what of it is ours to tell.
_SAID: Mapping[str, Any] = {
    r"missing required field `(?P<name>\w+)`": lambda _m: _("Обязательное поле."),
    r"unknown field `(?P<name>.{0,200})`": lambda _m: _("Такого поля нет."),
    r"of length <= (?P<most>\d+)": lambda m: _("Не длиннее %s знаков.") % m["most"],
    r"of length >= (?P<least>\d+)": lambda _m: _("Не может быть пустым."),
    r"`int` >= (?P<least>\d+)": lambda m: _("Не меньше %s.") % m["least"],
    r"`int` <= (?P<most>\d+)": lambda m: _("Не больше %s.") % m["most"],
    r"Invalid enum value": lambda _m: _("Нет такого значения."),
    r"RFC3339|timezone component": lambda _m: _(
        "Момент времени со смещением: 2026-03-02T08:00:00+03:00."
    ),
    r"matching regex": lambda _m: _("Недопустимые знаки."),
    r"Expected `(?P<kind>\w+)": lambda _m: _("Значение другого вида."),
}


def _in_words(said: str) -> tuple[str, str]:
    """The words, and the field they are about."""
    message, _at, path = said.rpartition(" - at `$")
    for pattern, words in _SAID.items():
        if found := re.search(pattern, message or said):
            name = found.groupdict().get("name") or path.strip("`.")
            return words(found), name[:60]
    return _("Значение не подходит."), path.strip("`.")[:60]
