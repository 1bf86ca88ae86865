"""The conversations that an operator's socket follows: which they are, and what it passes on.

A conversation is followed while it is the operator's own, waits in their departments, is on its way
to them, has them as a guest, or was named by the client. What of the others they see is told as
rows alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from chat.sockets.beginning import beginning
from chat.sockets.delivered import Handed
from chat.sockets.delivery import Cursor, Entry, Page, entry_of, first_that_fit
from chat.sockets.frames import encode
from chat.sockets.staff_socket import StaffSocket
from chat.streams import Push, in_database
from chat.wire.conversations import Listed, conversation_for_staff, listed_for_staff
from operators.models import Account


@dataclass
class Followed:
    """A conversation whose every message this socket is handed."""

    public_id: str
    visitor_id: int
    cursor: Cursor
    is_mine: bool = False  # to write to the visitor
    is_named: bool = False  # the client asked for it, whoever owns it
    handed: Handed = field(default_factory=Handed)
    # Of what is not to be followed any more: the last number that is handed over still.
    until: int | None = None


class FollowedConversations:
    def __init__(self, socket: StaffSocket) -> None:
        self._socket = socket
        self.followed: dict[int, Followed] = {}
        self.watched: int | None = None  # before the operator's eyes
        self._watches = ""  # how
        self.joined: set[int] = set()  # others' conversations in which the account may write
        self._revisions: dict[int, int] = {}
        # What had changed when the welcome was read: its rows are in the lists, which are asked for
        # after it, and the pulse has nothing to tell. It was not told here, though.
        self._before: dict[int, int] = {}
        self._gone: set[int] = set()  # known once, not to be seen any more: not even hinted at

    # The welcome

    async def begin(
        self, after: Mapping[str, int], *, with_latest: bool
    ) -> tuple[list[msgspec.Raw], list[msgspec.Raw]]:
        """What there is to list, and the messages that are missing, one page of each."""
        account, changes = self._socket.account, self._socket.hub.changes
        begun = await in_database(beginning, account, after, with_latest=with_latest)
        self.joined = begun.joined
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
        self._before = {} if changes is None else self._seen_in(changes)
        shown = first_that_fit(map(listed_for_staff, listed))
        return shown, missed

    def _seen_in(self, changes: history.Changes) -> dict[int, int]:
        seen = changes.seen_by(self._socket.account_id, self._socket.departments)
        return {pk: changes.rows[pk]["revision"] for pk in seen}

    async def catch_up(self) -> None:
        """What the welcome had no room for, and what came while it was made."""
        if not self.followed:
            return
        last = await in_database(history.last_numbers, list(self.followed))
        for pk, item in tuple(self.followed.items()):
            if last.get(pk, 0) > item.cursor.position:
                item.cursor.ring()

    async def end(self) -> None:
        self.watch(None)
        for pk in tuple(self.followed):
            self._unfollow(pk)

    # Following

    def key_of(self, public_id: str) -> int | None:
        """The key of a followed conversation."""
        return next((pk for pk, item in self.followed.items() if item.public_id == public_id), None)

    async def follow(
        self, conversation: Conversation | Listed, *, after: int, is_named: bool = False
    ) -> Followed:
        pk = conversation.pk
        if pk in self.followed:
            self.followed[pk].is_named |= is_named
            return self.followed[pk]
        # As in the welcome: who claims more than there is must not miss what comes.
        after = min(after, conversation.last_seq)
        item = self._follow(pk, conversation.public_id, conversation.visitor_id, after)
        item.is_mine = conversation.operator_id == self._socket.account_id or pk in self.joined
        item.is_named = is_named
        return item

    def _follow(self, pk: int, public_id: str, visitor_id: int, after: int) -> Followed:
        self._socket.hub.join(f"staff.{visitor_id}", self._socket)
        read = partial(self._read, pk)
        cursor = Cursor(after, read, self._emit(pk), self._socket.turns)
        self.followed[pk] = Followed(public_id, visitor_id, cursor)
        return self.followed[pk]

    async def _read(self, pk: int, after: int) -> Page:
        """Of what others look for at this moment too, the process reads once. Nothing of it once
        the account may not see it any more, even where nobody was told of that yet.
        """
        facts, page = await self._socket.hub.shared(history.read_with_facts, pk, after)
        return page if self._sees(facts) else Page([], more=False)

    def _unfollow(self, pk: int) -> None:
        if pk == self.watched:
            self.watch(None)
        item = self.followed.pop(pk, None)
        if item is None:
            return
        item.cursor.stop()
        if any(other.visitor_id == item.visitor_id for other in self.followed.values()):
            return
        self._socket.hub.leave(f"staff.{item.visitor_id}", self._socket)

    def _emit(self, pk: int) -> Any:
        async def emit(entry: Entry) -> None:
            await self._socket.send(entry.frame)
            item = self.followed.get(pk)
            if item is None:
                return
            if item.until is not None and entry.seq >= item.until:
                self._unfollow(pk)
            elif entry.theirs is not None and item.handed.is_news(by_them=entry.by_them):
                delivered = self._socket.hub.delivered
                delivered.note(marks.delivered_to_operator, item.visitor_id, seq=entry.theirs)

        return emit

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        if "seq" in message:
            item = self.followed.get(message["conversation"])
            if item is not None:
                await item.cursor.offer(entry_of(message))
        elif "row" in message and message["frame"] is None:
            await self._row_changed(message)
        elif "revision" in message:
            await self._changed(message)
        elif "watcher" in message:
            await self._hear_watcher(message)
        elif message.get("conversation") in (None, *self.followed):
            await self._socket.send(message["frame"])

    # Who looks: kept nowhere, told to those alone who look at the same

    def watch(self, pk: int | None, *, writes: bool = False) -> None:
        before, self.watched = self.watched, pk
        if before is not None and before != pk:
            self._tell_watching(before, "gone")
        self._watches = "writes" if writes else "looks"
        if pk in self.followed:
            self.followed[pk].is_named = True  # what becomes of it later is seen too
        if pk is not None:
            self._tell_watching(pk, self._watches, comes=pk != before)

    def _tell_watching(self, pk: int, state: str, *, comes: bool = False) -> None:
        item, account = self.followed.get(pk), self._socket.account
        if item is not None and account is not None:
            marks.operator_watches(item.visitor_id, pk, item.public_id, account, state, comes)

    async def _hear_watcher(self, message: Push) -> None:
        pk = message["conversation"]
        if pk != self.watched or message["watcher"] == self._socket.account_id:
            return
        await self._socket.send(message["frame"])
        if message["comes"]:
            self._tell_watching(pk, self._watches)

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
        await self._follow_rule(pk, message)

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
        self._unfollow(pk)
        self._socket.hub.spawn(self._refresh(pk, changed, before))

    async def _follow_rule(self, pk: int, changed: Mapping[str, Any]) -> None:
        """Waiting, offered and own conversations are followed, those in which one is a guest, and
        those that the client named. Nothing is waited for that the database has to tell.
        """
        account_id = self._socket.account_id
        is_mine = access.writes(changed, account_id)
        if account_id in changed["joined"]:
            self.joined.add(pk)
        else:
            self.joined.discard(pk)
        is_asked = access.is_asked(changed, account_id, self._socket.departments)
        item = self.followed.get(pk)
        if changed["state"] == "waiting" or is_mine or is_asked:
            if item is not None:
                item.until = None
            elif (log := changed.get("log")) is not None:
                item = self._follow(pk, changed["public_id"], changed["visitor"], 0)
                for entry in log:
                    await item.cursor.offer(Entry(*entry))
            else:
                self._socket.hub.spawn(self._follow_what_is(pk, changed))
        elif item is not None and not item.is_named:
            # The line that says so is handed over still.
            item.until = changed["last_seq"]
            if item.cursor.position >= item.until:
                self._unfollow(pk)
                item = None
        if item is not None and item.until is None:
            item.is_mine = is_mine

    async def _follow_what_is(self, pk: int, changed: Mapping[str, Any]) -> None:
        """From its last page on, which the sockets of this process read together."""
        after = await self._socket.hub.shared(history.last_page_of, pk)
        if self._revisions.get(pk) != changed["revision"] or pk in self.followed:
            return  # something newer was told meanwhile, and followed or not
        item = self._follow(pk, changed["public_id"], changed["visitor"], after)
        item.is_mine = access.writes(changed, self._socket.account_id)
        item.cursor.ring()

    async def follow_from_start(self, conversation: Conversation) -> None:
        """One's own from now on. What comes of it by the layer is not waited for."""
        pk = conversation.pk
        if pk in self.followed:
            self.followed[pk].until = None
            return
        after = await in_database(history.last_page_of, pk)
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
            self._unfollow(conversation.pk)
            raise

    def concerned(self, changes: history.Changes) -> set[int]:
        """What is ours to see, and what was or may have been."""
        keys = changes.rows.keys()
        seen = changes.seen_by(self._socket.account_id, self._socket.departments)
        return seen | (keys & self.followed.keys()) | (keys & self._revisions.keys())

    async def compared(self, changed: dict[str, Any]) -> None:
        pk = changed["pk"]
        sees = self._sees(changed)
        is_known = pk in self.followed or (pk in self._revisions and pk not in self._gone)
        known = max(self._revisions.get(pk, 0), self._before.get(pk, 0))
        if (sees or is_known) and changed["revision"] > known:
            await self._newer(pk, changed)

    async def written(self, log: dict[str, int]) -> None:
        item = self.followed.get(log["conversation"])
        if item is not None and log["last_seq"] > item.cursor.position:
            self._socket.hub.spawn(item.cursor.expect(log["last_seq"]))

    async def _refresh(
        self, pk: int, told: Mapping[str, Any], before: Followed | None = None
    ) -> None:
        """Read a state that was lost on its way or is doubtful; `before`: how it was followed."""
        state = await self._socket.hub.shared(_state_of, pk)
        if self._revisions.get(pk) != told["revision"]:
            return  # something newer was told meanwhile
        if state is None or not self._sees(state[1]):
            self._gone.add(pk)
            self._unfollow(pk)
            for part in ("visitor", "workspace"):
                target = f"{part}-{told['public_id']}"
                await self._socket.send(fragment(target, "", "remove"))
            return
        self._gone.discard(pk)
        conversation, changed, parts = state
        self._revisions[pk] = conversation.revision
        if before is not None and before.is_named:
            await self.follow(conversation, after=before.cursor.position, is_named=True)
        for frame in parts:
            await self._socket.send(frame)
        await self._follow_rule(pk, changed)
        if (item := self.followed.get(pk)) is not None:
            item.cursor.ring()


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


def _state_of(pk: int) -> tuple[Conversation, dict[str, Any], list[str]] | None:
    """The conversation, what sockets judge it by, and the frames that show it."""
    whole = Conversation.objects.select_related("visitor", "operator", "department")
    conversation = whole.filter(pk=pk).first()
    if conversation is None:
        return None
    transfer = conversation.transfers.pending().first()
    frame = conversation_for_staff(conversation, queue_position(conversation))
    frames = [
        encode(frame),
        row_fragment(conversation, timezone.now()),
        strip_fragment(conversation, transfer),
        *people_fragments(conversation),
    ]
    return conversation, participation.facts_of(conversation, transfer), frames
