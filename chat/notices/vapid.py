"""By which a push service knows this installation: RFC 8292."""

from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from chat.notices.sealing import CURVE, decoded, encoded, point_of

VALID = timedelta(hours=12)  # a day at most, says the RFC


def new_push_key() -> str:
    """Its private half, a number of 32 bytes."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))


def public_key_of(push_key: str) -> str:
    """What browsers are told, so that they take notices from nobody else."""
    return encoded(point_of(_key_of(push_key)))


def authorization(push_key: str, origin: str, *, at: datetime) -> str:
    """For one service, of that origin."""
    claims = {"aud": origin, "exp": int((at + VALID).timestamp()), "sub": _contact()}
    token = jwt.encode(claims, _key_of(push_key), algorithm="ES256")
    return f"vapid t={token}, k={public_key_of(push_key)}"


def _key_of(push_key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(push_key), "big"), CURVE)


def _contact() -> str:
    """Whom a service may turn to: it takes an address of the web or of mail."""
    origin: str = settings.PUBLIC_ORIGINS[0]
    return origin if origin.startswith("https://") else "mailto:support@localhost"
