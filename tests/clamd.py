"""The real clamd with one signature of its own, and one that says what it is told to say."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.services import Service, program

# The text that every antivirus takes for a virus, in halves lest one takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(Service):
    def prepare(self) -> None:
        database = self.folder / "database"
        database.mkdir()
        (database / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        (self.folder / "conf").write_text(
            f"DatabaseDirectory {database}\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\n"
            "Foreground yes\nStreamMaxLength 2M\n"
        )

    def command(self) -> list[str]:
        return [program("clamd"), "--foreground", "--config-file", str(self.folder / "conf")]

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as wire:
                wire.sendall(b"zPING\0")
                return wire.recv(10) == b"PONG\0"
        except OSError:
            return False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def saying(answer: bytes | None, *, after: int | None = None) -> Iterator[str]:
    """The address of one that answers so, or hangs up; `after` bytes, or all there are."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=[server, answer, after], daemon=True).start()
        yield "{}:{}".format(*server.getsockname())


def _serve(server: socket.socket, answer: bytes | None, after: int | None) -> None:
    with suppress(OSError):
        while True:
            wire, _address = server.accept()
            with wire, suppress(OSError):
                _read(wire, after)
                if answer is not None:
                    wire.sendall(answer)


def _read(wire: socket.socket, after: int | None) -> None:
    if after is not None:
        wire.recv(after)
        return
    with wire.makefile("rb") as stream:
        stream.read(len(b"zINSTREAM\0"))
        while size := struct.unpack("!I", stream.read(4))[0]:
            stream.read(size)
