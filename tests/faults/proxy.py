"""The road between people and servers: a TCP proxy that can be cut or fall silent."""

import asyncio
import random
from collections.abc import Callable

CHUNK = 65_536
CONNECT_SECONDS = 5.0
FORGOTTEN_SECONDS = 40.0


class Link:
    """One connection; muted, it stays open and lets nothing through, as a dead radio does."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.ends = near, far
        self.muted = False
        self.closed = asyncio.Event()

    def cut(self) -> None:
        for end in self.ends:
            end.transport.abort()

    async def pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(CHUNK):
            if not self.muted:
                sink.write(chunk)
                await sink.drain()


class Proxy:
    """Forwards to any of the ports that answers: one living server is enough."""

    def __init__(self, ports: Callable[[], list[int]]) -> None:
        self.ports = ports
        self.links: set[Link] = set()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for link in list(self.links):
            link.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self._dial()
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, far_writer)
        self.links.add(link)
        pumps = [
            asyncio.create_task(link.pump(reader, far_writer)),
            asyncio.create_task(link.pump(far_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            self.links.discard(link)
            link.closed.set()
            if link.muted:
                # The other side is not told either; it has to find out for itself.
                writer.close()
                await asyncio.wait(pumps, timeout=FORGOTTEN_SECONDS)
        finally:
            self.links.discard(link)
            await hang_up(link, pumps)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for port in random.sample(ports := self.ports(), len(ports)):
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
        raise ConnectionRefusedError("no server answers")


async def hang_up(link: Link, pumps: list[asyncio.Task[None]]) -> None:
    """When one side is done so is the other; what was read before is flushed first."""
    for pump in pumps:
        pump.cancel()
    await asyncio.gather(*pumps, return_exceptions=True)
    for end in link.ends:
        end.close()
