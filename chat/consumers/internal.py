"""Beside an operator's conversations, on the same socket: the chats among staff they are in.

They are followed like conversations, by log and cursor. Who is in a chat is told with every push
and compared by the pulse; where this account is not named, nothing is passed on.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from django.template.loader import render_to_string
from django.utils import timezone

from chat import frames
from chat.actions import amendments, internal
from chat.broadcasts import fragment
from chat.consumers.staff_socket import StaffSocket
from chat.delivery import Cursor, Entry
from chat.frames import encode
from chat.history import MOST_FOLLOWED
from chat.internal import broadcasts, history, wire
from chat.internal.history import ChatState
from chat.internal.rows import chat_row
from chat.streams import Push, in_database
from chat.wire import wire_time


@dataclass
class FollowedChat:
    public_id: str
    cursor: Cursor
    revision: int = 0
    members: tuple[int, ...] = ()
    reads: list[tuple[int, int]] = field(default_factory=list)
    told_read: int = 0


class InternalChats:
    def __init__(self, socket: StaffSocket) -> None:
        self._socket = socket
        self._followed: dict[int, FollowedChat] = {}
        self._joined: set[int] = set()
        # The newest revision heard of each chat: what was read before it was is not told.
        self._heard: dict[int, int] = {}
        self._is_open = self._is_over = False
        self._handlers: dict[type[frames.Frame], Callable[[int, Any], Awaitable[None]]] = {
            frames.OperatorMessage: self._post,
            frames.Correct: self._correct,
            frames.OperatorTyping: self._type,
            frames.OperatorRead: self._read,
            frames.OperatorSync: self._sync,
        }

    # The welcome

    async def begin(
        self, after: Mapping[str, int]
    ) -> tuple[list[dict[str, Any]], list[msgspec.Raw]]:
        """Join first, read second: the account's chats, and what is beyond the numbers named."""
        for pk in await in_database(history.positions_of, self._socket.account):
            await self._join(pk)
        states = await in_database(history.states_of, self._socket.account)
        behind: dict[int, int] = {}
        for state in states:
            last = state.chat.last_seq
            # A client may claim more than there is, after a restore from a copy.
            position = min(after.get(state.chat.public_id, last), last)
            self._know(state, self._follow(state, position))
            if position < last and len(behind) < MOST_FOLLOWED:
                behind[state.chat.pk] = position
        entries = await in_database(history.read_many, self._socket.account, behind)
        for pk, given in entries.items():
            self._followed[pk].cursor.position = given[-1].seq
        missed = [msgspec.Raw(entry.frame.encode()) for pk in entries for entry in entries[pk]]
        return [self._frame(state) for state in states], missed

    async def catch_up(self, after: Mapping[str, int]) -> None:
        """What came while the welcome was made, and what is read of what the client shows."""
        self._is_open = True
        positions = await in_database(history.positions_of, self._socket.account)
        for pk in positions.keys() ^ self._followed.keys():
            item = self._followed.get(pk)
            await self._refresh(pk, item.public_id if item else "")
        for pk, item in tuple(self._followed.items()):
            if positions.get(pk, 0) > item.cursor.position:
                item.cursor.ring()
            if item.public_id in after:
                await self._tell_read(item, item.reads)

    def _frame(self, state: ChatState) -> dict[str, Any]:
        seq = self._followed[state.chat.pk].cursor.position
        return wire.chat_frame(state.chat, state.names, seq=seq, unread=state.unread)

    # Following

    def _follow(self, state: ChatState, position: int) -> FollowedChat:
        pk = state.chat.pk
        if pk not in self._followed:
            read = partial(in_database, history.read_for_member, self._socket.account, pk)
            cursor = Cursor(position, read, self._emit)
            self._followed[pk] = FollowedChat(state.chat.public_id, cursor)
        return self._followed[pk]

    def _know(self, state: ChatState, item: FollowedChat) -> None:
        item.revision, item.reads = state.chat.revision, state.reads
        item.members = tuple(key for key, _name in state.names if key is not None)

    async def _join(self, pk: int) -> None:
        # What was begun beside the socket may come here after its end.
        if pk not in self._joined and not self._is_over:
            self._joined.add(pk)
            await self._socket.hub.join(f"internal.{pk}", self._socket)

    async def _emit(self, entry: Entry) -> None:
        await self._socket.send(entry.frame)

    async def _unfollow(self, pk: int) -> None:
        self._followed.pop(pk, None)
        self._joined.discard(pk)
        await self._socket.hub.leave(f"internal.{pk}", self._socket)

    async def end(self) -> None:
        self._is_over = True
        for pk in tuple(self._joined):
            await self._unfollow(pk)

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        pk = message["chat"]
        if not self._is_open:
            return  # looked for after the welcome
        if self._socket.account_id not in message["members"]:
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
        if not self._is_open:
            return
        if self._socket.account_id not in changed["members"]:
            if item is not None:
                await self._doubt(pk, changed)
        elif item is None or changed["revision"] > item.revision:
            self._hear(pk, changed)
        elif changed["last_seq"] > item.cursor.position:
            self._socket.hub.spawn(item.cursor.expect(changed["last_seq"]))

    async def _doubt(self, pk: int, told: Mapping[str, Any]) -> None:
        """Perhaps no member any more: nothing is passed on until the database was asked."""
        await self._unfollow(pk)
        self._hear(pk, told)

    def _hear(self, pk: int, told: Mapping[str, Any]) -> None:
        self._heard[pk] = max(self._heard.get(pk, 0), told["revision"])
        self._socket.hub.spawn(self._refresh(pk, told["public_id"]))

    async def _refresh(self, pk: int, public_id: str = "") -> None:
        """Read who is in the chat and how it is called, and tell it; or that it is gone."""
        state = await in_database(history.state_of, self._socket.account, pk=pk)
        if state is None:
            await self._unfollow(pk)
            for part in ("chat", "workspace"):
                await self._socket.send(fragment(f"{part}-{public_id}", "", "remove"))
            return
        if state.chat.revision < self._heard.get(pk, 0):
            return  # read before what was heard since, which is being read too
        # From where the member began to read: what is unread comes as messages.
        item = self._follow(state, state.read_seq)
        await self._join(pk)
        if item.revision < state.chat.revision:
            self._know(state, item)
            await self._show(state, item)
            await self._tell_read(item, state.reads)
        await item.cursor.catch_up()

    async def _show(self, state: ChatState, item: FollowedChat) -> None:
        unread = await in_database(
            history.unread_up_to, self._socket.account, state, item.cursor.position
        )
        if self._followed.get(state.chat.pk) is not item:
            return  # taken out of it meanwhile
        seq = item.cursor.position
        await self._socket.send(
            encode(wire.chat_frame(state.chat, state.names, seq=seq, unread=unread))
        )
        row = chat_row(state, self._socket.account_id)
        if row is not None:
            html = render_to_string("zone/_chat_row.html", {"chat": row})
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
            at=timezone.now(),
        )
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
        read = history.read_for_member
        entries = await self._socket.read_log(frame, read, self._socket.account, pk, frame.after)
        if entries is None:
            return
        item = self._followed.get(pk)
        if item is not None and entries:
            item.cursor.position = max(item.cursor.position, entries[-1].seq)
        await self._socket.ack(
            frame.id, messages=[msgspec.Raw(entry.frame.encode()) for entry in entries]
        )
        if item is not None:
            await item.cursor.catch_up()
