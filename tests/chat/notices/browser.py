"""Stands for a browser of one of the staff that gets notices through the server of its maker."""

import json
import os
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils import timezone

from chat.actions.changes import Doer
from chat.models import PushSubscription
from chat.notices import wanted
from chat.notices.actions.deliveries import claim, spread
from chat.notices.actions.rules import NoticesDraft, change_notices
from chat.notices.couriers import carry
from chat.notices.rules import notice_rules
from chat.notices.sealing import CURVE, encoded, point_of
from operators.models import Account
from tests.cast import browser_of, signed_in


class Browser:
    """Signed in, and subscribed at the service with that address."""

    def __init__(self, account: Account, endpoint: str) -> None:
        self.client = browser_of(account)
        self._key, self._secret = ec.generate_private_key(CURVE), os.urandom(16)
        self.keys = {"public_key": encoded(point_of(self._key)), "secret": encoded(self._secret)}
        self.subscription = PushSubscription.objects.create(
            sign_in=signed_in(self.client, account),
            endpoint=endpoint,
            created_at=timezone.now(),
            **self.keys,
        )
        wanted.read()

    def reads(self, body: bytes) -> Any:
        """By RFC 8291, from the other end."""
        salt, theirs, sealed = body[:16], body[21:86], body[86:]
        point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs)
        info = b"WebPush: info\0" + point_of(self._key) + theirs
        key = _derived(self._key.exchange(ec.ECDH(), point), self._secret, info, 32)
        cipher = AESGCM(_derived(key, salt, b"Content-Encoding: aes128gcm\0", 16))
        nonce = _derived(key, salt, b"Content-Encoding: nonce\0", 12)
        return json.loads(cipher.decrypt(nonce, sealed, None).removesuffix(b"\x02"))


def _derived(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(key)


def says_of_notices(by: Account, *, hides_text: bool = False, pushes: bool = True) -> None:
    draft = NoticesDraft(hides_text=hides_text, pushes=pushes)
    change_notices(Doer(by), draft, shown=notice_rules().version, at=timezone.now())
    wanted.read()  # as it is after the commit


def pushes(*, at: datetime | None = None) -> int:
    """All that is to go now; how much that was."""
    at = at or timezone.now()
    spread(at=at)
    claimed = claim(8, at=at)
    for one in claimed:
        carry(one)
    return len(claimed)
