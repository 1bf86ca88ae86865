"""Beside an operator's conversations, on the same socket: the chats among staff they are in.

They are followed like conversations, by log and cursor. Who is in a chat is told with every push
and compared by the pulse; where this account is not named, nothing is passed on.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import msgspec
from django.template.loader import render_to_string
from django.utils import timezone

from chat.access import sees_chat
from chat.actions import amendments
from chat.broadcasts.fragments import fragment
from chat.rooms import actions as internal
from chat.rooms import broadcasts, history, wire
from chat.rooms.history import ChatState
from chat.rooms.rows import chat_row
from chat.sockets import frames
from chat.sockets.beginning import MOST_FOLLOWED
from chat.sockets.delivery import Cursor, Entry, first_that_fit
from chat.sockets.frames import encode
from chat.sockets.staff_socket import StaffSocket
from chat.streams import Push, in_database
from chat.wire.faces import wire_time


@dataclass
class FollowedChat:
    public_id: str
    cursor: Cursor
    revision: int = 0
    members: tuple[int, ...] = ()
    reads: list[tuple[int, int]] = field(default_factory=list)
    told_read: int = 0
    # To the client. What comes before is not handed over, and is read afterwards.
    is_told: bool = False


class InternalChats:
    def __init__(self, socket: StaffSocket) -> None:
        self._socket = socket
        self._followed: dict[int, FollowedChat] = {}
        self._joined: set[int] = set()
        # Those that the welcome had no room for, and what the client has of them: until each is
        # told, the pulse leaves them alone, and what is heard of one does not make it new.
        self._untold: set[int] = set()
        self._after: Mapping[str, int] = {}
        # The newest revision heard of each chat: what was read before it was is not told.
        self._heard: dict[int, int] = {}
        self._is_open = self._is_over = False
        self._handlers: dict[type[frames.Frame], Callable[[int, Any], Awaitable[None]]] = {
            frames.OperatorMessage: self._post,
            frames.Correct: self._correct,
            frames.Retract: self._retract,
            frames.OperatorTyping: self._type,
            frames.OperatorRead: self._read,
            frames.OperatorSync: self._sync,
        }

    # The welcome

    async def begin(
        self, after: Mapping[str, int], room: int
    ) -> tuple[list[msgspec.Raw], list[msgspec.Raw]]:
        """Join first, read second: the account's latest chats, and what is beyond the numbers
        named, as far as there is room for it. The others are told by themselves.
        """
        account = self._socket.account
        positions = await in_database(history.positions_of, account)
        latest = list(positions)[:MOST_FOLLOWED]
        for pk in latest:
            await self._join(pk)
        which = {"pk__in": latest} if len(latest) < len(positions) else {}
        states = await in_database(history.states_of, account, **which) if latest else []
        states = [state for state in states if state.chat.pk in positions]
        states.sort(key=lambda state: latest.index(state.chat.pk))
        told = states[: len(_shown((state, state.chat.last_seq) for state in states))]
        for state in told:
            item = self._follow(state, _named(state, after))
            self._know(state, item)
            item.is_told = True
        self._untold, self._after = positions.keys() ^ self._followed.keys(), after
        behind = self._behind(told)
        missed = await in_database(history.read_missed, account, behind, room) if behind else {}
        for pk, given in missed.items():
            self._followed[pk].cursor.position = given[-1].seq
        return (
            _shown((one, self._followed[one.chat.pk].cursor.position) for one in told),
            [msgspec.Raw(entry.frame.encode()) for pk in missed for entry in missed[pk]],
        )

    def _behind(self, states: Iterable[ChatState]) -> dict[int, int]:
        """{chat: the number its client has} where there is more."""
        positions = {one.chat.pk: self._followed[one.chat.pk].cursor.position for one in states}
        return {
            one.chat.pk: positions[one.chat.pk]
            for one in states
            if positions[one.chat.pk] < one.chat.last_seq
        }

    async def catch_up(self, after: Mapping[str, int]) -> None:
        """What came while the welcome was made or was too much for it, and what is read of what
        the client shows.
        """
        self._is_open = True
        positions = await in_database(history.positions_of, self._socket.account)
        # Begun or left since the welcome: what is new in it is told as such.
        changed = (positions.keys() ^ self._followed.keys()) - self._untold
        self._socket.hub.spawn(self._tell_others(changed))
        for pk, item in tuple(self._followed.items()):
            if positions.get(pk, 0) > item.cursor.position:
                item.cursor.ring()
            if item.public_id in after:
                await self._tell_read(item, item.reads)

    async def _tell_others(self, changed: Iterable[int]) -> None:
        try:
            for pk in (*self._untold, *changed):
                item = self._followed.get(pk)
                await self._refresh(pk, item.public_id if item else "")
                self._untold.discard(pk)
        finally:
            self._untold.clear()

    # Following

    def _follow(self, state: ChatState, position: int) -> FollowedChat:
        pk = state.chat.pk
        if pk not in self._followed:
            read = partial(in_database, history.read_for_member, self._socket.account, pk)
            cursor = Cursor(position, read, self._emit, self._socket.turns)
            self._followed[pk] = FollowedChat(state.chat.public_id, cursor)
        return self._followed[pk]

    def _know(self, state: ChatState, item: FollowedChat) -> None:
        item.revision, item.reads = state.chat.revision, state.reads
        item.members = tuple(key for key, _name in state.names if key is not None)

    async def _join(self, pk: int) -> None:
        # What was begun beside the socket may come here after its end.
        if pk not in self._joined and not self._is_over:
            self._joined.add(pk)
            self._socket.hub.join(f"internal.{pk}", self._socket)

    async def _emit(self, entry: Entry) -> None:
        await self._socket.send(entry.frame)

    def _unfollow(self, pk: int) -> None:
        if (item := self._followed.pop(pk, None)) is not None:
            item.cursor.stop()
        self._joined.discard(pk)
        self._socket.hub.leave(f"internal.{pk}", self._socket)

    async def end(self) -> None:
        self._is_over = True
        for pk in tuple(self._joined):
            self._unfollow(pk)

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        pk = message["chat"]
        if not self._is_open:
            return  # looked for after the welcome
        if not sees_chat(message, self._socket.account_id):
            await self._doubt(pk, message)
            return
        item = self._followed.get(pk)
        if item is None or message["revision"] > item.revision:
            self._hear(pk, message)
        if item is not None:
            await self._told(item, message)

    async def _told(self, item: FollowedChat, message: Push) -> None:
        is_own = message.get("author") == self._socket.account_id
        if (seq := message.get("seq")) is not None:
            frame = message["own"] if is_own else message["frame"]
            if item.is_told:
                await item.cursor.offer(Entry(seq, frame, None))
        elif (reads := message.get("reads")) is not None:
            await self._tell_read(item, reads)
        elif message["frame"] is not None and not is_own:
            await self._socket.send(message["frame"])

    async def _tell_read(self, item: FollowedChat, reads: Any) -> None:
        """The marks of this member's messages: what all others have seen."""
        seq = history.read_by_all(reads, self._socket.account_id)
        if seq > item.told_read:
            item.told_read = seq
            frame = {"type": "read", "conversation": item.public_id, "seq": seq}
            await self._socket.send(encode(frame))

    async def compared(self, changed: Mapping[str, Any]) -> None:
        """A lost doorbell costs two seconds: also that of a new chat, or of the way out of one."""
        pk = changed["pk"]
        item = self._followed.get(pk)
        if not self._is_open or pk in self._untold:
            return
        if not sees_chat(changed, self._socket.account_id):
            if item is not None:
                await self._doubt(pk, changed)
        elif item is None or changed["revision"] > item.revision:
            self._hear(pk, changed)
        elif changed["last_seq"] > item.cursor.position:
            self._socket.hub.spawn(item.cursor.expect(changed["last_seq"]))

    async def _doubt(self, pk: int, told: Mapping[str, Any]) -> None:
        """Perhaps no member any more: nothing is passed on until the database was asked."""
        self._unfollow(pk)
        self._hear(pk, told)

    def _hear(self, pk: int, told: Mapping[str, Any]) -> None:
        self._heard[pk] = max(self._heard.get(pk, 0), told["revision"])
        self._socket.hub.spawn(self._refresh(pk, told["public_id"]))

    async def _refresh(self, pk: int, public_id: str = "") -> None:
        """Read who is in the chat and how it is called, and tell it; or that it is gone.

        One that was not followed is a new one, whose latest unread messages are told as messages,
        unless the client had it when it came.
        """
        account = self._socket.account
        state = await in_database(history.state_of, account, pk=pk)
        if state is None:
            self._unfollow(pk)
            for part in ("chat", "workspace"):
                await self._socket.send(fragment(f"{part}-{public_id}", "", "remove"))
            return
        if state.chat.revision < self._heard.get(pk, 0):
            return  # read before what was heard since, which is being read too
        if pk in self._untold:
            position = _named(state, self._after)
        else:
            latest = await in_database(history.where_last_page_begins, state.chat)
            position = max(state.read_seq, latest)
        item = self._follow(state, position)
        await self._join(pk)
        if item.revision < state.chat.revision:
            self._know(state, item)
            try:
                await self._show(state, item)
            finally:
                item.is_told = True
            await self._tell_read(item, state.reads)
        if item.is_told:
            item.cursor.ring()

    async def _show(self, state: ChatState, item: FollowedChat) -> None:
        unread = await in_database(
            history.unread_up_to, self._socket.account, state, item.cursor.position
        )
        if self._followed.get(state.chat.pk) is not item:
            return  # taken out of it meanwhile
        async with self._socket.turns:
            frame = _frame(replace(state, unread=unread), item.cursor.position)
            await self._socket.send(encode(frame))
            row = chat_row(state, self._socket.account_id)
            if row is not None:
                html = render_to_string("zone/rooms/_chat_row.html", {"chat": row})
                await self._socket.send(fragment(f"chat-{state.chat.public_id}", html))

    # Frames

    async def handles(self, frame: frames.Frame) -> bool:
        """Take a frame that is about one of these chats."""
        handler = self._handlers.get(type(frame))
        if handler is None:
            return False
        pk = await self._key_of(getattr(frame, "conversation", ""))
        if pk is None:
            return False
        await handler(pk, frame)
        return True

    async def _key_of(self, public_id: str) -> int | None:
        for pk, item in self._followed.items():
            if item.public_id == public_id:
                return pk
        # One so new that nothing was heard of it yet.
        chat = await in_database(history.find_chat, self._socket.account, public_id)
        if chat is None:
            return None
        await self._refresh(chat.pk, public_id)
        return chat.pk if chat.pk in self._followed else None

    async def _post(self, _pk: int, frame: frames.OperatorMessage) -> None:
        if not await self._socket.may_write(frame):
            return
        message = await in_database(
            internal.post_internal_message,
            self._socket.account,
            frame.conversation,
            client_id=frame.id,
            text=frame.text,
            files=frame.files,
            quotes=frame.quotes,
            at=timezone.now(),
        )
        await self._socket.ack(frame.id, seq=message.seq, created_at=wire_time(message.created_at))

    async def _correct(self, _pk: int, frame: frames.Correct) -> None:
        if not await self._socket.may_write(frame):
            return
        await in_database(
            amendments.correct_internal_message,
            self._socket.account,
            frame.conversation,
            frame.seq,
            frame.text,
            shown=frame.changed,
            at=timezone.now(),
        )
        await self._socket.ack(frame.id)

    async def _retract(self, _pk: int, frame: frames.Retract) -> None:
        if not await self._socket.may_write(frame):
            return
        retract, account = amendments.retract_internal_message, self._socket.account
        await in_database(retract, account, frame.conversation, frame.seq, at=timezone.now())
        await self._socket.ack(frame.id)

    async def _type(self, pk: int, frame: frames.OperatorTyping) -> None:
        account, item = self._socket.account, self._followed[pk]
        if account is not None:
            broadcasts.member_types(
                pk, item.public_id, item.members, account.pk, account.name, frame.on
            )

    async def _read(self, _pk: int, frame: frames.OperatorRead) -> None:
        await in_database(
            internal.mark_internal_read,
            self._socket.account,
            frame.conversation,
            frame.seq,
            at=timezone.now(),
        )

    async def _sync(self, pk: int, frame: frames.OperatorSync) -> None:
        async with self._socket.turns:
            read = history.read_for_member
            page = await self._socket.read_log(frame, read, self._socket.account, pk, frame.after)
            if page is None:
                return
            item = self._followed.get(pk)
            if item is not None and page.entries:
                item.cursor.position = max(item.cursor.position, page.entries[-1].seq)
            await self._socket.ack_page(frame.id, page)
        # The rest of a long log is asked for page by page.
        if item is not None and not page.more:
            item.cursor.ring()


def _named(state: ChatState, after: Mapping[str, int]) -> int:
    """What the client says to have of a chat, or all of it; it may claim more than there is, after
    a restore from a copy.
    """
    last = state.chat.last_seq
    return min(after.get(state.chat.public_id, last), last)


def _shown(states: Iterable[tuple[ChatState, int]]) -> list[msgspec.Raw]:
    return first_that_fit(_frame(state, seq) for state, seq in states)


def _frame(state: ChatState, seq: int) -> dict[str, Any]:
    return wire.chat_frame(state.chat, state.names, seq=seq, unread=state.unread)
