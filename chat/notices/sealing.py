"""What goes through a foreign server, so that only the browser it is for can read it: RFC 8291,
with the content coding of RFC 8188. Pure.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
POINT = 65  # bytes of a public key: uncompressed
SECRET = 16
RECORD = 4096  # bytes; what a service has to take at least
# Of the record: salt and header before it, a delimiter and a tag behind.
LONGEST = RECORD - 86 - 17


def encoded(data: bytes) -> str:
    """In base64url without padding, as browsers and services spell it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Its public half, as it goes over the wire."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(
    text: bytes,
    public_key: bytes,
    secret: bytes,
    *,
    once: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """The body for a service. Key pair and salt are of this message alone; given by tests.

    Raises ValueError where the key is no point of the curve.
    """
    once = once or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(16)
    theirs, ours = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public_key), point_of(once)
    agreed = once.exchange(ec.ECDH(), theirs)
    key = _derived(agreed, secret, b"WebPush: info\0" + public_key + ours, 32)
    cipher = AESGCM(_derived(key, salt, b"Content-Encoding: aes128gcm\0", 16))
    nonce = _derived(key, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + cipher.encrypt(nonce, text + b"\x02", None)  # 2: the last record


def _derived(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(key)
