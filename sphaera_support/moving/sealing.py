"""A stream under a passphrase: the key by scrypt, pieces by AES-256-GCM.

The header is MAGIC, the three parameters of scrypt as bytes (the binary logarithm of N, r, p), a
salt of 16 bytes and a prefix of 7. Then pieces: four bytes with the length of what follows, and
that: at most PIECE bytes and a tag. The nonce of a piece is the prefix, its number in four bytes,
and 1 for the last piece, 0 for the others; so none can be left out, doubled, put elsewhere or cut
off. The header is authenticated with every piece.
"""

import secrets
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"SPHAERA-SEALED-1\n"
LOG_N, R, P = 15, 8, 1
MOST_LOG_N, MOST_R, MOST_P = 20, 16, 4  # of a stranger's header: 2 GiB of memory
SALT, PREFIX, TAG = 16, 7, 16
PIECE = 1024 * 1024
MOST_PIECES = 2**32


class WrongPassphrase(Exception):
    pass


class Broken(Exception):
    """It was cut off or changed."""


def _key(passphrase: str, salt: bytes, log_n: int, r: int, p: int) -> AESGCM:
    key = Scrypt(salt=salt, length=32, n=2**log_n, r=r, p=p).derive(passphrase.encode())
    return AESGCM(key)


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class Sealer:
    """Write to it as to a file, and close it: what was not closed is no backup."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        self._target, self._waiting, self._number = target, bytearray(), 0
        salt, self._prefix = secrets.token_bytes(SALT), secrets.token_bytes(PREFIX)
        self._header = MAGIC + bytes([LOG_N, R, P]) + salt + self._prefix
        self._cipher = _key(passphrase, salt, LOG_N, R, P)
        target.write(self._header)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        if self._number >= MOST_PIECES:
            raise OverflowError("A sealed backup holds at most 4 PiB")
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        sealed = self._cipher.encrypt(nonce, piece, self._header)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class Opener:
    """Read from it as from a file. Raises WrongPassphrase at the first piece, Broken later."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        """`source` stands behind MAGIC."""
        rest = _exactly(source, 3 + SALT + PREFIX)
        log_n, r, p = rest[:3]
        if not (0 < log_n <= MOST_LOG_N and 0 < r <= MOST_R and 0 < p <= MOST_P):
            raise Broken
        self._source, self._header = source, MAGIC + rest
        self._prefix = rest[3 + SALT :]
        self._cipher = _key(passphrase, rest[3 : 3 + SALT], log_n, r, p)
        self._number, self._ready, self._is_over = 0, b"", False

    def read(self, count: int) -> bytes:
        parts, missing = [], count
        while missing:
            if not self._ready:
                if self._is_over:
                    break
                self._ready = self._next()
                continue
            part, self._ready = self._ready[:missing], self._ready[missing:]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _next(self) -> bytes:
        length = int.from_bytes(_exactly(self._source, 4), "big")
        if not TAG <= length <= PIECE + TAG:
            raise Broken
        sealed = _exactly(self._source, length)
        for is_last in (False, True):
            nonce = _nonce(self._prefix, self._number, is_last=is_last)
            try:
                piece = self._cipher.decrypt(nonce, sealed, self._header)
            except InvalidTag:
                continue
            self._number += 1
            self._is_over = is_last
            return piece
        raise Broken if self._number else WrongPassphrase


def _exactly(source: IO[bytes], count: int) -> bytes:
    data = source.read(count)
    if len(data) < count:
        raise Broken
    return data
