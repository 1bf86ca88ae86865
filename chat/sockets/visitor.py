"""The visitor's socket: /ws/visitor/<site key>/ (docs/protocol.md)."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

import msgspec
from django.utils import timezone

from chat.actions import (
    amendments,
    approach,
    conversations,
    links,
    messages,
    ratings,
    snapshots,
    visitors,
)
from chat.actions.posts import Post, Stored
from chat.actions.visitors import Device
from chat.automatic.guests import Guest
from chat.barriers import demand_entry
from chat.broadcasts import marks
from chat.identity import BadToken, Identity, verify
from chat.keeping_out import NO_BARRIERS, Barriers, Caller, KeptOut
from chat.models import AuthorKind, Conversation, Visit, Visitor
from chat.queue.availability import Snapshot
from chat.queue.position import queue_position
from chat.sockets import frames, history
from chat.sockets.base import FLOOD, FORBIDDEN, NOT_SIGNED_IN, SocketConsumer
from chat.sockets.delivered import Handed
from chat.sockets.delivery import Cursor, Entry, entry_of
from chat.sockets.frames import encode
from chat.sockets.limits import PAGE_EVERY, visitor_allowance
from chat.streams import Push, in_database
from chat.text import clean_line
from chat.wire.conversations import conversation_for_visitor, status_for_visitor
from chat.wire.faces import NAMELESS, VISITOR, shown_as, wire_time
from departments.looks import Look
from departments.models import Site
from operators.addresses import Address, parse_address
from operators.buckets import Bucket
from operators.prepared import Prepared


class VisitorConsumer(SocketConsumer):
    decoder = frames.visitor_decoder
    hello_type = frames.VisitorHello
    handlers: ClassVar[dict[type[frames.Frame], str]] = {
        frames.VisitorMessage: "message",
        frames.VisitorCorrect: "correct",
        frames.VisitorRetract: "retract",
        frames.VisitorTyping: "typing",
        frames.VisitorRead: "read",
        frames.Rate: "rate",
        frames.TellSystem: "tell_system",
        frames.OpenLink: "open_link",
        frames.PageOpened: "page",
        frames.VisitorSync: "sync",
        frames.FreshToken: "token",
        frames.End: "end",
        frames.NotNow: "not_now",
    }
    weights: ClassVar[dict[type[frames.Frame], int]] = {
        frames.VisitorRead: 3,
        frames.Rate: 3,
        frames.TellSystem: 3,
        frames.OpenLink: 3,
        frames.NotNow: 3,
        frames.VisitorTyping: 2,
    }
    origin_required = False  # a token is required instead; a browser always sends its origin

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visitor_id = self.visit_id = self.site_id = 0
        # Of the token that the socket lives on.
        self.issued_at = self.expires_at = datetime.max.replace(tzinfo=UTC)
        self.visitor_name = self.subject = ""
        self.caller = Caller(0, "", None)
        self.let_in_by: Barriers | None = None  # those of the hub that were asked last
        # A first consent is stored the long way, whoever began the conversation.
        self.has_consented = False
        # The page to be noted next, while they are noted one by one.
        self._page: frames.Page | None = None
        self._is_turning = False
        self.status: dict[str, Any] = {}
        self.look: Look | None = None
        self.banner = ""
        # The latest conversation: its id on the wire, owner and revision as last told.
        self.conversation_id: int | None = None
        self.public_id = ""
        self.owner: int | None = None
        self.revision = 0
        self.position: int | None = None  # in the queue, as it was told last
        self.cursor: Cursor | None = None
        self._handed = Handed()
        self._previews = Bucket(3, 1)  # of what is being typed
        self.guest: Guest | None = None  # before automatic rules

    async def hello(self, frame: frames.VisitorHello) -> None:
        key = self.scope["url_route"]["kwargs"]["key"]
        device = Device(
            address=self.address or None,
            user_agent=self._header(b"user-agent"),
            screen=frame.screen,
            time_zone=frame.timezone,
            language=frame.language,
        )
        try:
            visitor, identity = await self._recognised(key, frame.token)
        except (BadToken, KeptOut, Site.DoesNotExist) as refused:
            await self.close(NOT_SIGNED_IN if isinstance(refused, BadToken) else FORBIDDEN)
            return
        if not self.claim(f"visitor.{visitor.pk}", visitor_allowance):
            await self.close(FLOOD)
            return
        if not await self.may_arrive():
            return
        self.visitor_id, self.site_id, self.visitor_name = visitor.pk, visitor.site_id, visitor.name
        self.subject = visitor.subject
        self.has_consented = visitor.consented_version > 0
        self.caller = Caller(visitor.site_id, visitor.subject, parse_address(self.address))
        self.issued_at, self.expires_at = identity.issued_at, identity.expires_at
        await self.hub.ready()
        # Join first, read second: what comes between the two is held by the cursor.
        self.hub.join(f"visitor.{visitor.pk}", self)
        await self._welcome(visitor, frame, device)

    async def _recognised(self, key: str, token: str) -> tuple[Visitor, Identity]:
        address, barriers = parse_address(self.address), await self.hub.barriers_now()
        return await in_database(_recognise, key, token, timezone.now(), address, barriers)

    async def _welcome(self, visitor: Visitor, frame: frames.VisitorHello, device: Device) -> None:
        async with self.turns:
            await self._answer_hello(visitor, frame, device)
        if self.cursor is not None:
            self.cursor.ring()

    async def _answer_hello(
        self, visitor: Visitor, frame: frames.VisitorHello, device: Device
    ) -> None:
        async with self.allowance.turn:
            visit, (conversation, position, entries) = await in_database(
                _arrive, visitor, frame, device, at=timezone.now()
            )
            self.was_read(entries)
        self.visit_id = visit.pk
        if conversation is not None:
            cursor = self._follow(conversation.pk, conversation.public_id)
            self.owner = conversation.operator_id if conversation.state == "active" else None
            self.revision, self.position = conversation.revision, position
            last = entries[-1].seq if entries else conversation.last_visitor_seq
            cursor.position = max(last, cursor.position)
        elif self.line is not None:
            self.line.is_calm = True
        # The status and, with nothing in between, the place where its changes are told.
        self.guest = Guest(visitor, visit, now=time.monotonic())
        self.status = self._status(self.hub.snapshot)
        self.look = self.hub.snapshot.looks.get(self.site_id)
        self.banner = self._banner(self.hub.snapshot)
        self.hub.visitors.add(self)
        self.hub.filtering.look_at([self])
        await self.send(
            encode(
                {
                    "type": "welcome",
                    "visit": str(visit.public_id),
                    **self.status,
                    "previews": self._is_previewed,
                    "look": self.look,
                    "banner": self.banner,
                    "consented": visitor.consented_version,
                    "conversation": conversation_for_visitor(conversation, position)
                    if conversation
                    else None,
                    "messages": [msgspec.Raw(entry.frame.encode()) for entry in entries],
                }
            )
        )

    def _follow(self, conversation_id: int, public_id: str) -> Cursor:
        if self.cursor is not None:
            self.cursor.stop()
        self.conversation_id, self.public_id = conversation_id, public_id
        self.owner, self.revision, self.position = None, 0, None
        self._handed = Handed()
        if self.line is not None:
            self.line.is_calm = False
        read = partial(in_database, history.read_for_visitor, conversation_id)
        self.cursor = Cursor(0, read, self._deliver, self.turns)
        return self.cursor

    async def _deliver(self, entry: Entry) -> None:
        await self.send(entry.frame)
        if self.owner is None or entry.theirs is None:
            return
        if self._handed.is_news(by_them=entry.by_them):
            whose = (self.visitor_id, self.conversation_id, self.public_id)
            self.hub.delivered.note(marks.delivered_to_visitor, *whose, seq=entry.theirs)

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        if message.get("signal") == "signed_out":
            await self.close(NOT_SIGNED_IN)
        elif message.get("signal") == "erased":
            await self.close(FORBIDDEN)
        elif "seq" in message:
            if message["conversation"] != self.conversation_id:
                self._turn_to(message["conversation"], message["public_id"])
            elif self.cursor is not None:
                await self.cursor.offer(entry_of(message))
        elif "revision" in message:
            await self._conversation_changed(message)
        elif "typist" in message:
            name = shown_as(message["typist"], self._face)
            await self.send(encode({"type": "typing", "name": name, "on": message["on"]}))
        elif message.get("signal") == "ruled":
            await self._ruled(message)
        elif message["frame"] is not None:
            await self.send(message["frame"])

    async def _ruled(self, message: Push) -> None:
        """In another window of the visit perhaps."""
        if self.guest is not None and message["visit"] == self.visit_id:
            self.guest.fired.update(message["rules"])
            await self.show_banner()

    @property
    def _face(self) -> str:
        return VISITOR if self.look is None or self.look.operators else NAMELESS

    async def _conversation_changed(self, message: Push) -> None:
        if message["conversation"] != self.conversation_id:
            begins = message.get("begins", False)
            self._turn_to(message["conversation"], message["public_id"], begins=begins)
        if message["conversation"] != self.conversation_id or message["revision"] < self.revision:
            return
        self.revision, self.position = message["revision"], message["position"]
        self.owner = message["owner"] if message["state"] == "active" else None
        await self.send(message["frame"])
        await self.apply(self.hub.snapshot)

    def _turn_to(self, conversation_id: int, public_id: str, *, begins: bool = False) -> None:
        """Another conversation than the one followed: begin it, unless it is an older one. Of one
        that begins just now the messages come next.
        """
        if self.conversation_id is not None and conversation_id < self.conversation_id:
            return
        cursor = self._follow(conversation_id, public_id)
        if not begins:
            cursor.ring()

    async def compared(self, changed: dict[str, Any]) -> None:
        known = (self.conversation_id or 0, self.revision)
        if (changed["pk"], changed["revision"]) > known:
            self.hub.spawn(self._refresh())

    async def written(self, log: dict[str, int]) -> None:
        if log["conversation"] != self.conversation_id or self.cursor is None:
            return
        if log["last_visitor_seq"] > self.cursor.position:
            self.hub.spawn(self.cursor.expect(log["last_visitor_seq"]))

    async def placed(self, position: int) -> None:
        if position != self.position is not None:
            self.hub.spawn(self._refresh())

    async def _refresh(self) -> None:
        """A change of state was lost on its way: read it."""
        push_again = await in_database(_state_of, self.visitor_id)
        if push_again is not None:
            await self._conversation_changed(push_again)
            if self.cursor is not None:
                await self.cursor.catch_up()

    async def apply(self, snapshot: Snapshot) -> None:
        """Tell the visitor which form to show, how the window looks, and what it says of an
        incident, when that changed.
        """
        status = self._status(snapshot)
        if status != self.status:
            self.status = status
            await self.send(encode({"type": "status", **status}))
        look = snapshot.looks.get(self.site_id)
        if look is not None and look != self.look:
            self.look = look
            await self.send(encode({"type": "look", "look": look}))
        await self.show_banner()

    async def show_banner(self) -> None:
        """Of incidents, and of automatic rules that fired in this visit."""
        banner = self._banner(self.hub.snapshot)
        if banner != self.banner:
            self.banner = banner
            await self.send(encode({"type": "banner", "text": banner}))

    def _status(self, snapshot: Snapshot) -> dict[str, Any]:
        barriers = self.hub.barriers or NO_BARRIERS
        is_held = (self.site_id, self.subject) in barriers.held
        return status_for_visitor(snapshot, self.site_id, self.owner, is_held=is_held)

    def _banner(self, snapshot: Snapshot) -> str:
        said = snapshot.banners.get(self.site_id, ""), self.hub.filtering.banner(self.guest)
        return "\n".join(filter(None, said))

    # Frames

    async def message(self, frame: frames.VisitorMessage) -> None:
        if not await self.may_write(frame):
            return
        stored = await self._usual(frame)
        if stored is None:
            stored = await in_database(
                messages.post_visitor_message,
                self.visitor_id,
                client_id=frame.id,
                text=frame.text,
                files=frame.files,
                quotes=frame.quotes,
                email=frame.email,
                consent=frame.consent,
                ticket=frame.ticket,
                address=self.address or None,
                at=timezone.now(),
            )
        message, conversation = stored
        self.has_consented = True
        await self.ack(
            frame.id,
            seq=message.visitor_seq,
            conversation=conversation.public_id,
            created_at=wire_time(message.created_at),
        )

    async def _usual(self, frame: frames.VisitorMessage) -> Stored | None:
        also = (frame.files, frame.quotes, frame.email, frame.consent, frame.ticket)
        if any(also) or self.conversation_id is None or not self.has_consented:
            return None
        text = messages.meaningful(frame.text)
        return await self.hub.posts.store(
            Post(
                self.conversation_id,
                AuthorKind.VISITOR,
                self.visitor_id,
                frame.id,
                text,
                timezone.now(),
            )
        )

    async def correct(self, frame: frames.VisitorCorrect) -> None:
        if not await self.may_write(frame):
            return
        await in_database(
            amendments.correct_visitor_message,
            self.visitor_id,
            frame.message,
            frame.text,
            shown=frame.changed,
            at=timezone.now(),
        )
        await self.ack(frame.id)

    async def retract(self, frame: frames.VisitorRetract) -> None:
        if not await self.may_write(frame):
            return
        retract = amendments.retract_visitor_message
        await in_database(retract, self.visitor_id, frame.message, at=timezone.now())
        await self.ack(frame.id)

    async def typing(self, frame: frames.VisitorTyping) -> None:
        """What is typed goes no further than to who reads it just now: it is kept nowhere."""
        text = clean_line(frame.text, frames.MAX_PREVIEW) if frame.on and self._is_previewed else ""
        if self.conversation_id is None or (text and not self._previews.take()):
            return
        marks.visitor_types(
            self.visitor_id,
            self.conversation_id,
            self.public_id,
            self.visitor_name,
            frame.on,
            text,
        )

    @property
    def _is_previewed(self) -> bool:
        return self.site_id in self.hub.snapshot.previewing

    async def read(self, frame: frames.VisitorRead) -> None:
        await in_database(
            messages.mark_read_by_visitor, self.visitor_id, frame.seq, at=timezone.now()
        )

    async def rate(self, frame: frames.Rate) -> None:
        if not await self.may_write(frame):
            return
        await in_database(
            ratings.rate,
            self.visitor_id,
            frame.request,
            frame.score,
            frame.comment,
            frame.conversation,
            at=timezone.now(),
        )
        await self.ack(frame.id)

    async def tell_system(self, frame: frames.TellSystem) -> None:
        if not await self.may_write(frame):
            return
        await in_database(
            snapshots.answer_snapshot,
            self.visitor_id,
            frame.request,
            frame.facts,
            frame.conversation,
            at=timezone.now(),
        )
        await self.ack(frame.id)

    async def open_link(self, frame: frames.OpenLink) -> None:
        visitor_id, at = self.visitor_id, timezone.now()
        await in_database(links.note_opening, visitor_id, frame.seq, frame.conversation, at=at)

    async def page(self, frame: frames.PageOpened) -> None:
        """A single-page site may change its address all the time: the last of a moment counts."""
        self._page = frames.Page(url=frame.url, title=frame.title)
        if self.guest is not None:
            url, title = clean_line(frame.url, 2000), clean_line(frame.title, 300)
            self.guest.turn(url, title, now=time.monotonic())
            self.hub.filtering.look_at([self])
        if not self._is_turning:
            self._is_turning = True
            self.hub.spawn(self._turn_pages())

    async def _turn_pages(self) -> None:
        try:
            while self._page is not None and not self.is_closed:
                if self.allowance.pages.take():
                    self.hub.turned_pages.note(self.visit_id, self._page)
                    self._page = None
                await asyncio.sleep(PAGE_EVERY)
        finally:
            self._is_turning = False

    async def sync(self, frame: frames.VisitorSync) -> None:
        if self.conversation_id is None:
            await self.ack(frame.id, messages=[])
            return
        async with self.turns:
            read = history.read_for_visitor
            page = await self.read_log(frame, read, self.conversation_id, frame.after)
            if page is not None:
                await self.ack_page(frame.id, page)

    async def token(self, frame: frames.FreshToken) -> None:
        key = self.scope["url_route"]["kwargs"]["key"]
        try:
            visitor, identity = await self._recognised(key, frame.token)
        except (BadToken, KeptOut, Site.DoesNotExist) as refused:
            await self.close(NOT_SIGNED_IN if isinstance(refused, BadToken) else FORBIDDEN)
            return
        if visitor.pk != self.visitor_id:
            await self.close(NOT_SIGNED_IN)
            return
        self.issued_at, self.expires_at = identity.issued_at, identity.expires_at
        self.hub.visitors.add(self)
        await self.ack(frame.id)

    async def end(self, frame: frames.End) -> None:
        await in_database(conversations.end_conversation, self.visitor_id, at=timezone.now())
        await self.ack(frame.id)

    async def not_now(self, frame: frames.NotNow) -> None:
        decline = approach.decline_for_now
        await in_database(decline, self.visitor_id, self.visit_id, at=timezone.now())
        await self.ack(frame.id)

    async def left(self) -> None:
        if not self.visitor_id:
            return
        self.hub.visitors.discard(self)
        self.hub.leave(f"visitor.{self.visitor_id}", self)
        if self.visit_id and not self.hub.draining:
            self.hub.left.add(self.visit_id)

    def _header(self, name: bytes) -> str:
        values = [value for key, value in self.scope["headers"] if key == name]
        return values[0].decode("latin1") if values else ""


_active_site = Prepared(lambda key: Site.objects.active().filter(key=key))


def _recognise(
    key: str,
    token: str,
    at: datetime,
    address: Address | None = None,
    barriers: Barriers = NO_BARRIERS,
) -> tuple[Visitor, Identity]:
    site = _active_site.first(key=key)
    if site is None:
        raise Site.DoesNotExist
    identity = verify(site, token, at=at)
    demand_entry(site, identity.subject, address, barriers, at=at)
    return visitors.recognise_visitor(site, identity), identity


def _arrive(
    visitor: Visitor, frame: frames.VisitorHello, device: Device, *, at: datetime
) -> tuple[Visit, tuple[Conversation | None, int | None, Sequence[Entry]]]:
    visit = visitors.begin_visit(visitor, frame.visit, frame.page, device, at=at)
    if not visit.has_talked:
        return visit, (None, None, [])
    return visit, _catch_up(visitor.pk, frame.after, frame.conversation, at=at)


def _catch_up(
    visitor_id: int, after: int, of_conversation: str | None, *, at: datetime
) -> tuple[Conversation | None, int | None, Sequence[Entry]]:
    """The conversation to show, the place in the queue, and what is new beyond `after`."""
    conversation = visitors.latest_conversation(visitor_id)
    if conversation is None or (conversation.closed_at and not conversation.reopens_at(at)):
        return None, None, []
    if of_conversation is not None and of_conversation != conversation.public_id:
        after = 0
    position = queue_position(conversation)
    return conversation, position, history.missed_by_visitor(conversation, after)


def _state_of(visitor_id: int) -> Push | None:
    conversation = visitors.latest_conversation(visitor_id)
    if conversation is None:
        return None
    position = queue_position(conversation)
    return {
        "conversation": conversation.pk,
        "public_id": conversation.public_id,
        "revision": conversation.revision,
        "state": conversation.state,
        "owner": conversation.operator_id,
        "position": position,
        "frame": encode(conversation_for_visitor(conversation, position)),
    }
