"""What an operator's socket shows of people merely on sites: one page of them."""

from collections.abc import Awaitable, Callable, Mapping

from chat.sockets.frames import People
from chat.sockets.on_site import OnSite, View


class SiteList:
    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self.view: View | None = None  # None until it is asked for
        self._send = send
        self._told = ""

    async def look(self, frame: People, sites: frozenset[int] | None, people: OnSite) -> None:
        self.view = View(sites, frame.words, frame.page)
        self._told = ""
        await self.tell(await people.show({self.view}))

    async def tell(self, shown: Mapping[View, str]) -> None:
        """The page that is looked at, where it is another than was told last."""
        frame = shown.get(self.view) if self.view is not None else None
        if frame is not None and frame != self._told:
            self._told = frame
            await self._send(frame)
