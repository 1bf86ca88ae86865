"""The conversations that an operator's socket follows: which they are, and what it passes on.

A conversation is followed while it is the operator's own, waits in their departments, is on its way
to them, has them as a guest, or was named by the client. What of the others they see is told as
rows alone.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from django.utils import timezone

from chat import access, participation
from chat.actions.errors import NotFound
from chat.broadcasts import marks
from chat.broadcasts.fragments import fragment, people_fragments, row_fragment, strip_fragment
from chat.models import Conversation
from chat.queue.position import queue_position
from chat.sockets import history
from chat.sockets.delivery import Cursor, Entry, first_that_fit
from chat.sockets.frames import encode
from chat.sockets.staff_socket import StaffSocket
from chat.sockets.visitor import DELIVERED_AFTER
from chat.streams import Push, in_database
from chat.wire.conversations import conversation_for_staff
from operators.models import Account


@dataclass
class Followed:
    """A conversation whose every message this socket is handed."""

    public_id: str
    visitor_id: int
    cursor: Cursor
    is_mine: bool = False  # to write to the visitor
    is_named: bool = False  # the client asked for it, whoever owns it
    delivered: int | None = None


class FollowedConversations:
    def __init__(self, socket: StaffSocket) -> None:
        self._socket = socket
        self.followed: dict[int, Followed] = {}
        self.joined: set[int] = set()  # others' conversations in which the account may write
        self._revisions: dict[int, int] = {}
        self._gone: set[int] = set()  # known once, not to be seen any more: not even hinted at

    # The welcome

    async def begin(self, after: Mapping[str, int]) -> tuple[list[msgspec.Raw], list[msgspec.Raw]]:
        """What there is to list, and the messages that are missing, one page of each."""
        account = self._socket.account
        self.joined = await in_database(participation.joined_by, account)
        begun = await in_database(history.beginning, account, after)
        for conversation, position in begun.followed:
            is_named = conversation.public_id in after
            await self.follow(conversation, after=position, is_named=is_named)
        missed: list[msgspec.Raw] = []
        for conversation, entries in begun.missed:
            cursor = self.followed[conversation.pk].cursor
            cursor.position = max(cursor.position, entries[-1].seq)
            missed += [msgspec.Raw(entry.frame.encode()) for entry in entries]
        listed = [*(conversation for conversation, _after in begun.followed), *begun.others]
        self._revisions = {conversation.pk: conversation.revision for conversation in listed}
        shown = first_that_fit(conversation_for_staff(one, None) for one in listed)
        return shown, missed

    async def catch_up(self) -> None:
        """What the welcome had no room for, and what came while it was made."""
        last = await in_database(history.last_numbers, list(self.followed))
        for pk, item in tuple(self.followed.items()):
            if last.get(pk, 0) > item.cursor.position:
                item.cursor.ring()

    async def end(self) -> None:
        for pk in tuple(self.followed):
            await self._unfollow(pk)

    # Following

    def key_of(self, public_id: str) -> int | None:
        """The key of a followed conversation."""
        return next((pk for pk, item in self.followed.items() if item.public_id == public_id), None)

    async def follow(
        self, conversation: Conversation, *, after: int, is_named: bool = False
    ) -> Followed:
        pk = conversation.pk
        if pk in self.followed:
            self.followed[pk].is_named |= is_named
            return self.followed[pk]
        await self._socket.hub.join(f"staff.{conversation.visitor_id}", self._socket)
        # As in the welcome: who claims more than there is must not miss what comes.
        after = min(after, conversation.last_seq)
        read = partial(in_database, history.read_for_staff, self._socket.account, pk)
        cursor = Cursor(after, read, self._emit(pk), self._socket.turns)
        item = Followed(
            conversation.public_id,
            conversation.visitor_id,
            cursor,
            is_mine=conversation.operator_id == self._socket.account_id or pk in self.joined,
            is_named=is_named,
        )
        self.followed[pk] = item
        return item

    async def _unfollow(self, pk: int) -> None:
        item = self.followed.pop(pk, None)
        if item is None:
            return
        item.cursor.stop()
        if any(other.visitor_id == item.visitor_id for other in self.followed.values()):
            return
        await self._socket.hub.leave(f"staff.{item.visitor_id}", self._socket)

    def _emit(self, pk: int) -> Any:
        async def emit(entry: Entry) -> None:
            await self._socket.send(entry.frame)
            item = self.followed.get(pk)
            if item is not None and entry.theirs is not None:
                if item.delivered is None:
                    asyncio.get_running_loop().call_later(
                        DELIVERED_AFTER, self._mark_delivered, item
                    )
                item.delivered = entry.theirs

        return emit

    def _mark_delivered(self, item: Followed) -> None:
        if item.delivered is not None and not self._socket.is_closed:
            marks.delivered_to_operator(item.visitor_id, item.delivered)
        item.delivered = None

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        if (seq := message.get("seq")) is not None:
            item = self.followed.get(message["conversation"])
            if item is not None:
                await item.cursor.offer(Entry(seq, message["frame"], message["theirs"]))
        elif "row" in message and message["frame"] is None:
            await self._row_changed(message)
        elif "revision" in message:
            await self._changed(message)
        elif message.get("conversation") in (None, *self.followed):
            await self._socket.send(message["frame"])

    async def _changed(self, message: Push) -> None:
        pk = message["conversation"]
        if message["revision"] < self._revisions.get(pk, 0):
            return
        self._revisions[pk] = message["revision"]
        if not self._sees(message):
            await self._doubt(pk, message)
            return
        self._gone.discard(pk)
        await self._socket.send(message["frame"])
        await self._socket.send(message["row"])
        self._socket.hub.spawn(self._follow_rule(pk, message))

    async def _row_changed(self, message: Push) -> None:
        """A row of the state last told is passed on; an older one is not, and of another state or
        of a conversation not heard of the database is asked.
        """
        pk, revision = message["conversation"], message["revision"]
        if revision == self._revisions.get(pk):
            if pk not in self._gone and self._sees(message):
                await self._socket.send(message["row"])
        elif revision > self._revisions.get(pk, -1):
            await self._newer(pk, message)

    async def _newer(self, pk: int, changed: Mapping[str, Any]) -> None:
        """A state that was not told: lost on its way, or still on it."""
        self._revisions[pk] = changed["revision"]
        if self._sees(changed):
            self._socket.hub.spawn(self._refresh(pk, changed))
        else:
            await self._doubt(pk, changed)

    def _sees(self, changed: Mapping[str, Any]) -> bool:
        """Whether a conversation in this state is certainly ours to see."""
        return access.sees(changed, self._socket.account_id, self._socket.departments)

    async def _doubt(self, pk: int, changed: Mapping[str, Any]) -> None:
        """It may have gone to others: nothing of it is passed on until the database was asked."""
        before = self.followed.get(pk)
        self.joined.discard(pk)
        await self._unfollow(pk)
        self._socket.hub.spawn(self._refresh(pk, changed, before))

    async def _follow_rule(self, pk: int, changed: Mapping[str, Any]) -> None:
        """Waiting, offered and own conversations are followed, those in which one is a guest, and
        those that the client named.
        """
        account_id = self._socket.account_id
        is_mine = access.writes(changed, account_id)
        if account_id in changed["joined"]:
            self.joined.add(pk)
        else:
            self.joined.discard(pk)
        if pk in self.followed:
            self.followed[pk].is_mine = is_mine
        is_asked = access.is_asked(changed, account_id, self._socket.departments)
        if changed["state"] == "waiting" or is_mine or is_asked:
            # Gone to others in between: then that is told next.
            with suppress(NotFound):
                await self.follow_from_start(pk)
        elif (item := self.followed.get(pk)) is not None:
            await item.cursor.catch_up()
            if not item.is_named:
                await self._unfollow(pk)

    async def follow_from_start(self, pk: int) -> None:
        item = self.followed.get(pk)
        if item is None:
            conversation = await in_database(visible, self._socket.account, pk=pk)
            after = await in_database(history.where_last_page_begins, conversation)
            item = await self.follow(conversation, after=after)
            await self.look_again(conversation)
        await item.cursor.catch_up()

    async def look_again(self, conversation: Conversation) -> None:
        """Something was told of it since it was read: who lost it meanwhile must not follow it."""
        if self._revisions.get(conversation.pk, 0) <= conversation.revision:
            return
        try:
            await in_database(visible, self._socket.account, pk=conversation.pk)
        except NotFound:
            await self._unfollow(conversation.pk)
            raise

    async def compared(self, changed: dict[str, Any]) -> None:
        pk = changed["pk"]
        sees = self._sees(changed)
        is_known = pk in self.followed or (pk in self._revisions and pk not in self._gone)
        if (sees or is_known) and changed["revision"] > self._revisions.get(pk, 0):
            await self._newer(pk, changed)
        item = self.followed.get(pk)
        if item is not None and changed["last_seq"] > item.cursor.position:
            self._socket.hub.spawn(item.cursor.expect(changed["last_seq"]))

    async def _refresh(
        self, pk: int, told: Mapping[str, Any], before: Followed | None = None
    ) -> None:
        """Read a state that was lost on its way or is doubtful; `before`: how it was followed."""
        try:
            state = await in_database(_state_of, self._socket.account, pk)
        except NotFound:
            state = None
        if self._revisions.get(pk) != told["revision"]:
            return  # something newer was told meanwhile
        if state is None:
            self._gone.add(pk)
            await self._unfollow(pk)
            for part in ("visitor", "workspace"):
                target = f"{part}-{told['public_id']}"
                await self._socket.send(fragment(target, "", "remove"))
            return
        self._gone.discard(pk)
        conversation, changed, parts = state
        if before is not None and before.is_named:
            await self.follow(conversation, after=before.cursor.position, is_named=True)
        for frame in parts:
            await self._socket.send(frame)
        await self._follow_rule(pk, changed)


def visible(account: Account, **lookup: Any) -> Conversation:
    conversation = (
        access.visible_to(account)
        .select_related("visitor", "operator", "department")
        .filter(**lookup)
        .first()
    )
    if conversation is None:
        raise NotFound
    return conversation


def _state_of(account: Account, pk: int) -> tuple[Conversation, dict[str, Any], list[str]]:
    """The conversation, what rules of following ask of it, and the frames that show it."""
    conversation = visible(account, pk=pk)
    transfer = conversation.transfers.pending().first()
    frame = conversation_for_staff(conversation, queue_position(conversation))
    changed = participation.facts_of(conversation, transfer)
    row = row_fragment(conversation, timezone.now())
    return (
        conversation,
        changed,
        [
            encode(frame),
            row,
            strip_fragment(conversation, transfer),
            *people_fragments(conversation),
        ],
    )
