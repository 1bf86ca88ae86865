"""Identity tokens: a site's server vouches for its customer (docs/embedding.md).

JWT, HS256, signed with the site's secret: `aud` the site's key, `sub`, `name`, `iat`, `exp` at
most ten minutes after `iat`; optional `email`, `contract`, `plan`, and any other claims.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from chat.text import clean_line
from departments.models import Site

LIFETIME = timedelta(minutes=10)
SKEW = timedelta(seconds=60)
MAX_CLAIMS = 20
MOST_MINUTES = 1_000_000
# What is no further claim.
REGISTERED = frozenset(
    {"aud", "sub", "name", "iat", "exp", "nbf", "iss", "jti", "email", "contract", "plan"}
)


class Flaw(StrEnum):
    """What is wrong with a token, as its site's administrator is told."""

    SIGNATURE = "signature"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    AHEAD = "ahead"
    LASTING = "lasting"
    MALFORMED = "malformed"


class BadToken(ValueError):
    """The token proves nothing; why is for our eyes, not for the bearer's.

    `minutes` is for how long it had been expired, or how far ahead the clock was that signed it.
    """

    def __init__(
        self, why: str, flaw: Flaw | None = Flaw.MALFORMED, off: timedelta = timedelta(0)
    ) -> None:
        super().__init__(why)
        self.flaw = flaw
        self.minutes = min(int(off.total_seconds() // 60), MOST_MINUTES)


class VoidToken(BadToken):
    """None, or one whose bearer signed out or was put off: no fault of the site's server."""

    def __init__(self, why: str) -> None:
        super().__init__(why, None)


@dataclass(frozen=True)
class Identity:
    subject: str
    name: str
    email: str
    contract: str
    plan: str
    claims: dict[str, str]
    issued_at: datetime
    expires_at: datetime


def sign(site: Site, subject: str, name: str, *, at: datetime, **claims: str) -> str:
    """What a site's server does; ours does it for the cabinet and the command line."""
    payload = {
        **claims,
        "aud": site.key,
        "sub": subject,
        "name": name,
        "iat": at.timestamp(),
        "exp": int((at + LIFETIME).timestamp()),
    }
    return jwt.encode(payload, site.secret, algorithm="HS256")


def verify(site: Site, token: str, *, at: datetime) -> Identity:
    """Who the token speaks of. Raises BadToken."""
    payload = _decode(site, token, at)
    issued_at, expires_at = _instant(payload, "iat"), _instant(payload, "exp")
    begins_at = _instant(payload, "nbf") if "nbf" in payload else at
    if issued_at > at + SKEW or begins_at > at:
        raise BadToken("issued in the future", Flaw.AHEAD, max(issued_at, begins_at) - at)
    if expires_at <= at:
        raise BadToken("expired", Flaw.EXPIRED, at - expires_at)
    if not timedelta(0) < expires_at - issued_at <= LIFETIME + timedelta(seconds=1):
        raise BadToken("lives too long", Flaw.LASTING)
    subject = payload["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise BadToken("no subject")
    if clean_line(subject, 255) != subject:
        raise BadToken("subject with control characters")
    name = clean_line(_text(payload, "name"), 200)
    if not name:
        raise BadToken("no name")
    return Identity(
        subject=subject,
        name=name,
        email=_email(payload),
        contract=clean_line(_text(payload, "contract"), 200),
        plan=clean_line(_text(payload, "plan"), 200),
        claims=_other_claims(payload),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _decode(site: Site, token: str, at: datetime) -> dict[str, Any]:
    if len(token) > 8192:
        raise BadToken("too long")
    _refuse_odd_structure(token)
    flaws = []
    for secret in site.secrets_at(at):
        try:
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=site.key,
                options={
                    "require": ["aud", "sub", "name", "iat", "exp"],
                    # Instants are judged by `at`, below, for all of them alike.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_sub": False,
                    "verify_jti": False,
                    "strict_aud": True,
                },
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            flaws.append((FLAWS.get(type(error), Flaw.MALFORMED), type(error).__name__))
    # What the secret says that did sign it.
    flaw, why = next((one for one in flaws if one[0] != Flaw.SIGNATURE), flaws[-1])
    raise BadToken(why, flaw)


FLAWS: dict[type[Exception], Flaw] = {
    jwt.InvalidSignatureError: Flaw.SIGNATURE,
    jwt.InvalidAudienceError: Flaw.AUDIENCE,
}


def _refuse_odd_structure(token: str) -> None:
    """Duplicate keys and critical headers mean different things to different readers."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _value in pairs}) != len(pairs):
            raise BadToken("duplicate key")
        return dict(pairs)

    try:
        for part in token.split(".")[:2]:
            content = json.loads(jwt.utils.base64url_decode(part), object_pairs_hook=unique)
            if not isinstance(content, dict) or "crit" in content:
                raise BadToken("critical header")
    except BadToken:
        raise
    except (ValueError, RecursionError) as error:
        raise BadToken("unreadable") from error


def _instant(payload: dict[str, Any], key: str) -> datetime:
    value = payload[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(f"{key} is no instant")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadToken(f"{key} is no instant") from error


def _text(payload: dict[str, Any], key: str) -> str:
    value = payload.get(key, "")
    if not isinstance(value, str):
        raise BadToken(f"{key} is no text")
    return value


def _email(payload: dict[str, Any]) -> str:
    email = clean_line(_text(payload, "email"), 254)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        return ""
    return email


def _other_claims(payload: dict[str, Any]) -> dict[str, str]:
    """Further claims as text; what is neither text nor number nor truth value is left out."""
    others = {
        clean_line(key, 60): clean_line(str(value), 300)
        for key, value in payload.items()
        if key not in REGISTERED and isinstance(value, str | int | float | bool)
    }
    return dict(list(others.items())[:MAX_CLAIMS])
