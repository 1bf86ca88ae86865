"""The operator's socket, a place in the zone: /ws/operator/ (docs/protocol.md)."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import msgspec
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from chat import broadcasts, frames, history, participation, wire
from chat.actions import conversations, messages, presence
from chat.actions.errors import NotFound
from chat.actions.posts import Post, Stored
from chat.consumers.base import FORBIDDEN, NOT_SIGNED_IN, TAKEN, SocketConsumer
from chat.consumers.internal import InternalChats
from chat.consumers.visitor import DELIVERED_AFTER
from chat.delivery import PAGE, Cursor, Entry
from chat.frames import encode
from chat.limits import operator_allowance
from chat.models import AuthorKind, Conversation
from chat.streams import Push, in_database
from departments.models import Department
from operators.models import Account, Intention

RENEW_AFTER = 4.0  # seconds: a frame sooner after the last renewal does not renew the lease


@dataclass
class Followed:
    """A conversation whose every message this socket is handed."""

    public_id: str
    visitor_id: int
    cursor: Cursor
    is_mine: bool = False  # to write to the visitor
    is_named: bool = False  # the client asked for it, whoever owns it
    delivered: int | None = None


class OperatorConsumer(SocketConsumer):
    decoder = frames.operator_decoder
    hello_type = frames.OperatorHello
    handlers: ClassVar[dict[type[frames.Frame], str]] = {
        frames.OperatorMessage: "message",
        frames.Accept: "accept",
        frames.OperatorTyping: "typing",
        frames.OperatorRead: "read",
        frames.OperatorSync: "sync",
        frames.SetPresence: "presence",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account: Account | None = None
        self.account_id = 0
        self.session_key = self.session_hash = ""
        self.place = uuid.uuid4()
        self.is_away = False
        self.groups: set[str] = set()
        self.departments: set[int] = set()
        self.followed: dict[int, Followed] = {}
        self.joined: set[int] = set()  # others' conversations in which the account may write
        self.revisions: dict[int, int] = {}
        self.gone: set[int] = set()  # known once, not to be seen any more: not even hinted at
        self.internal = InternalChats(self)
        self._renewed_at = 0.0
        self._entered_at = time.time()

    async def hello(self, frame: frames.OperatorHello) -> None:
        session = self.scope["session"]
        account = await in_database(_signed_in, session)
        if account is None:
            await self.close(NOT_SIGNED_IN)
            return
        if not account.is_staff or not account.is_active:
            await self.close(FORBIDDEN)
            return
        if not self.claim(f"account.{account.pk}", operator_allowance):
            await self.close(TAKEN)
            return
        self.account, self.account_id = account, account.pk
        self.session_key = session.session_key
        self.session_hash = account.get_session_auth_hash()
        await self.hub.ready()
        await self._join_groups()
        self.is_away = frame.away
        if not frame.away:
            await self._enter_zone()
            self._renewed_at = time.monotonic()
            await self.hub.refresh()
        await self._welcome(frame)
        self.hub.operators.add(self)

    async def _enter_zone(self) -> None:
        at = timezone.now()
        self._entered_at = at.timestamp()
        await in_database(presence.enter_zone, self.account, self.place, at=at)

    async def _join_groups(self) -> None:
        self.departments, sites = await in_database(_scope_of, self.account)
        self.groups = {
            f"account.{self.account_id}",
            *(f"department.{department}" for department in self.departments),
            *(f"site.{site}" for site in sites),
        }
        for group in self.groups:
            await self.hub.join(group, self)

    async def _welcome(self, frame: frames.OperatorHello) -> None:
        self.joined = await in_database(participation.joined_by, self.account)
        followed, others = await in_database(
            history.visible_conversations, self.account, list(frame.after)
        )
        for conversation in followed:
            await self._follow(
                conversation,
                after=frame.after.get(conversation.public_id, 0),
                is_named=conversation.public_id in frame.after,
            )
        positions = {pk: item.cursor.position for pk, item in self.followed.items()}
        entries = await in_database(history.read_many_for_staff, positions)
        listed = [*followed, *others]
        self.revisions = {conversation.pk: conversation.revision for conversation in listed}
        messages_given = [entry for pk in entries for entry in entries[pk]]
        for pk, given in entries.items():
            self.followed[pk].cursor.position = given[-1].seq
        chats, missed = await self.internal.begin(frame.after)
        await self.send(
            encode(
                {
                    "type": "welcome",
                    "presence": self._intention(),
                    "conversations": [
                        wire.conversation_for_staff(conversation, None) for conversation in listed
                    ],
                    "chats": chats,
                    "messages": [
                        *(msgspec.Raw(entry.frame.encode()) for entry in messages_given),
                        *missed,
                    ],
                }
            )
        )
        for item in tuple(self.followed.values()):
            await item.cursor.catch_up()
        await self.internal.catch_up(frame.after)

    def _intention(self) -> str:
        return str(self.account.intention) if self.account else ""

    async def _follow(
        self, conversation: Conversation, *, after: int, is_named: bool = False
    ) -> Followed:
        pk = conversation.pk
        if pk in self.followed:
            self.followed[pk].is_named |= is_named
            return self.followed[pk]
        await self.hub.join(f"staff.{conversation.visitor_id}", self)
        # A client may claim more than there is, after a restore from a copy: it must not miss it.
        after = min(after, conversation.last_seq)
        cursor = Cursor(after, partial(in_database, history.read_for_staff, pk), self._emit(pk))
        item = Followed(
            conversation.public_id,
            conversation.visitor_id,
            cursor,
            is_mine=conversation.operator_id == self.account_id or pk in self.joined,
            is_named=is_named,
        )
        self.followed[pk] = item
        return item

    async def _unfollow(self, pk: int) -> None:
        item = self.followed.pop(pk, None)
        if item is None or any(
            other.visitor_id == item.visitor_id for other in self.followed.values()
        ):
            return
        await self.hub.leave(f"staff.{item.visitor_id}", self)

    def _emit(self, pk: int) -> Any:
        async def emit(entry: Entry) -> None:
            await self.send(entry.frame)
            item = self.followed.get(pk)
            if item is not None and entry.theirs is not None:
                if item.delivered is None:
                    asyncio.get_running_loop().call_later(
                        DELIVERED_AFTER, self._mark_delivered, item
                    )
                item.delivered = entry.theirs

        return emit

    def _mark_delivered(self, item: Followed) -> None:
        if item.delivered is not None and not self._is_closed:
            broadcasts.delivered_to_operator(item.visitor_id, item.delivered)
        item.delivered = None

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        if "signal" in message:
            await self._signalled(message)
        elif "chat" in message:
            await self.internal.pushed(message)
        elif (seq := message.get("seq")) is not None:
            item = self.followed.get(message["conversation"])
            if item is not None:
                await item.cursor.offer(Entry(seq, message["frame"], message["theirs"]))
        elif "revision" in message:
            await self._conversation_changed(message)
        elif message.get("conversation") in (None, *self.followed):
            await self.send(message["frame"])

    async def _signalled(self, message: Push) -> None:
        if message.get("at", self._entered_at) < self._entered_at:
            return  # said of an earlier place, and late
        match message["signal"]:
            case "place_taken" if message["place"] != str(self.place):
                await self.close(TAKEN)
            case "away":
                await self._put_away()
            case "deactivated":
                await self.close(FORBIDDEN)
            case "signed_out" if message["session"] == self.session_key:
                await self.close(NOT_SIGNED_IN)

    async def _put_away(self) -> None:
        self.is_away = True
        await self._tell_presence(present=False)

    async def _tell_presence(self, *, present: bool) -> None:
        comment = self.account.intention_comment if self.account else ""
        frame = {"type": "presence", "value": self._intention(), "comment": comment}
        await self.send(encode({**frame, "present": present}))

    async def _conversation_changed(self, message: Push) -> None:
        pk = message["conversation"]
        if message["revision"] < self.revisions.get(pk, 0):
            return
        self.revisions[pk] = message["revision"]
        if not self._sees(message):
            await self._doubt(pk, message)
            return
        self.gone.discard(pk)
        await self.send(message["frame"])
        await self.send(message["row"])
        self.hub.spawn(self._follow_rule(pk, message))

    def _sees(self, changed: Mapping[str, Any]) -> bool:
        """Whether a conversation in this state is certainly ours to see."""
        is_mine = changed["operator"] == self.account_id or self._is_guest(changed)
        return is_mine or changed["department"] in self.departments or self._is_offered(changed)

    def _is_guest(self, changed: Mapping[str, Any]) -> bool:
        """Invited to another's conversation, or in it."""
        return self.account_id in (*changed["invited"], *changed["joined"])

    def _is_offered(self, changed: Mapping[str, Any]) -> bool:
        is_to_me = changed["to_account"] == self.account_id
        return is_to_me or changed["to_department"] in self.departments

    async def _doubt(self, pk: int, changed: Mapping[str, Any]) -> None:
        """It may have gone to others: nothing of it is passed on until the database was asked."""
        before = self.followed.get(pk)
        self.joined.discard(pk)
        await self._unfollow(pk)
        self.hub.spawn(self._refresh(pk, changed, before))

    async def _follow_rule(self, pk: int, changed: Mapping[str, Any]) -> None:
        """Waiting, offered and own conversations are followed, those in which one is a guest, and
        those that the client named.
        """
        is_mine = changed["state"] == "active" and changed["operator"] == self.account_id
        if self.account_id in changed["joined"]:
            self.joined.add(pk)
            is_mine = True
        else:
            self.joined.discard(pk)
        if pk in self.followed:
            self.followed[pk].is_mine = is_mine
        is_asked = self._is_offered(changed) or self._is_guest(changed)
        if changed["state"] == "waiting" or is_mine or is_asked:
            # Gone to others in between: then that is told next.
            with suppress(NotFound):
                await self._follow_from_start(pk)
        elif (item := self.followed.get(pk)) is not None:
            await item.cursor.catch_up()
            if not item.is_named:
                await self._unfollow(pk)

    async def _follow_from_start(self, pk: int) -> None:
        item = self.followed.get(pk)
        if item is None:
            conversation = await in_database(_visible, self.account, pk=pk)
            item = await self._follow(conversation, after=max(0, conversation.last_seq - PAGE))
            await self._look_again(conversation)
        await item.cursor.catch_up()

    async def _look_again(self, conversation: Conversation) -> None:
        """Something was told of it since it was read: who lost it meanwhile must not follow it."""
        if self.revisions.get(conversation.pk, 0) <= conversation.revision:
            return
        try:
            await in_database(_visible, self.account, pk=conversation.pk)
        except NotFound:
            await self._unfollow(conversation.pk)
            raise

    async def compared(self, changed: dict[str, Any]) -> None:
        pk = changed["pk"]
        sees = self._sees(changed)
        is_known = pk in self.followed or (pk in self.revisions and pk not in self.gone)
        if (sees or is_known) and changed["revision"] > self.revisions.get(pk, 0):
            self.revisions[pk] = changed["revision"]
            if sees:
                self.hub.spawn(self._refresh(pk, changed))
            else:
                await self._doubt(pk, changed)
        item = self.followed.get(pk)
        if item is not None and changed["last_seq"] > item.cursor.position:
            self.hub.spawn(item.cursor.expect(changed["last_seq"]))

    async def _refresh(
        self, pk: int, told: Mapping[str, Any], before: Followed | None = None
    ) -> None:
        """Read a state that was lost on its way or is doubtful; `before`: how it was followed."""
        try:
            state = await in_database(_state_of, self.account, pk)
        except NotFound:
            state = None
        if self.revisions.get(pk) != told["revision"]:
            return  # something newer was told meanwhile
        if state is None:
            self.gone.add(pk)
            await self._unfollow(pk)
            for part in ("visitor", "workspace"):
                target = f"{part}-{told['public_id']}"
                await self.send(broadcasts.fragment(target, "", "remove"))
            return
        self.gone.discard(pk)
        conversation, changed, parts = state
        if before is not None and before.is_named:
            await self._follow(conversation, after=before.cursor.position, is_named=True)
        for frame in parts:
            await self.send(frame)
        await self._follow_rule(pk, changed)

    async def internal_compared(self, changed: dict[str, Any]) -> None:
        await self.internal.compared(changed)

    # Frames

    async def _handle(self, frame: frames.Frame) -> None:
        is_followed = self._key_of(getattr(frame, "conversation", "")) is not None
        if is_followed or not await self.internal.handles(frame):
            await super()._handle(frame)

    async def heard(self) -> None:
        now = time.monotonic()
        if self.is_away or now - self._renewed_at < RENEW_AFTER:
            return
        self._renewed_at = now
        if not await in_database(presence.stay_in_zone, self.place, at=timezone.now()):
            await self.close(TAKEN)

    async def message(self, frame: frames.OperatorMessage) -> None:
        if not await self.may_write(frame):
            return
        stored = await self._usual(frame)
        if stored is None:
            stored = await in_database(
                messages.post_operator_message,
                self.account,
                frame.conversation,
                client_id=frame.id,
                text=frame.text,
                files=frame.files,
                note=frame.note,
                at=timezone.now(),
            )
        message, _conversation = stored
        await self.ack(frame.id, seq=message.seq, created_at=wire.wire_time(message.created_at))

    async def _usual(self, frame: frames.OperatorMessage) -> Stored | None:
        pk = self._key_of(frame.conversation)
        if frame.files or frame.note or pk is None:
            return None
        text = messages.meaningful(frame.text)
        return await self.hub.posts.store(
            Post(pk, AuthorKind.OPERATOR, self.account_id, frame.id, text, timezone.now())
        )

    def _key_of(self, public_id: str) -> int | None:
        """The key of a followed conversation."""
        return next((pk for pk, item in self.followed.items() if item.public_id == public_id), None)

    async def accept(self, frame: frames.Accept) -> None:
        conversation = await in_database(
            conversations.accept_conversation,
            self.account,
            frame.conversation,
            at=timezone.now(),
        )
        await self._follow_from_start(conversation.pk)
        await self.ack(frame.id, conversation=wire.conversation_for_staff(conversation, None))

    async def typing(self, frame: frames.OperatorTyping) -> None:
        item = self.followed.get(self._key_of(frame.conversation) or 0)
        if item is not None and item.is_mine and self.account:
            broadcasts.operator_types(item.visitor_id, self.account.name, frame.on)

    async def read(self, frame: frames.OperatorRead) -> None:
        await in_database(
            messages.mark_read_by_operator,
            self.account,
            frame.conversation,
            frame.seq,
            at=timezone.now(),
        )

    async def sync(self, frame: frames.OperatorSync) -> None:
        conversation = await in_database(_visible, self.account, public_id=frame.conversation)
        item = await self._follow(conversation, after=frame.after, is_named=True)
        await self._look_again(conversation)
        entries = await in_database(history.read_for_staff, conversation.pk, frame.after)
        if entries:
            item.cursor.position = max(item.cursor.position, entries[-1].seq)
        await self.ack(frame.id, messages=[msgspec.Raw(entry.frame.encode()) for entry in entries])
        await item.cursor.catch_up()

    async def presence(self, frame: frames.SetPresence) -> None:
        if self.is_away:
            self.is_away = False
            await self._enter_zone()
        await in_database(
            presence.choose_intention,
            self.account,
            Intention(frame.value),
            frame.comment,
            at=timezone.now(),
        )
        await self.hub.refresh()
        await self.ack(frame.id)
        await self._tell_presence(present=True)

    async def left(self) -> None:
        if self.account is None:
            return
        self.hub.operators.discard(self)
        for group in self.groups:
            await self.hub.leave(group, self)
        for pk in tuple(self.followed):
            await self._unfollow(pk)
        await self.internal.end()
        if not self.hub.draining:
            self.hub.spawn(in_database(presence.lose_zone, self.place, at=timezone.now()))


def _signed_in(session: Any) -> Account | None:
    account: Account | None = Account.objects.filter(pk=session.get(SESSION_KEY) or 0).first()
    if account is None or session.get(HASH_SESSION_KEY) != account.get_session_auth_hash():
        return None
    return account


def _scope_of(account: Account) -> tuple[set[int], set[int]]:
    """Departments whose conversations the account sees, and sites whose visitors it sees."""
    if account.is_administrator:
        departments = Department.objects.all()
    else:
        departments = account.departments.all()
    first_line = departments.filter(level=1, sites__isnull=False)
    return (
        set(departments.values_list("pk", flat=True)),
        set(first_line.values_list("sites", flat=True)),
    )


def _visible(account: Account, **lookup: Any) -> Conversation:
    conversation = (
        Conversation.objects.visible_to(account)
        .select_related("visitor", "operator", "department")
        .filter(**lookup)
        .first()
    )
    if conversation is None:
        raise NotFound
    return conversation


def _state_of(account: Account, pk: int) -> tuple[Conversation, dict[str, Any], list[str]]:
    """The conversation, what rules of following ask of it, and the frames that show it."""
    conversation = _visible(account, pk=pk)
    transfer = conversation.transfers.pending().first()
    frame = wire.conversation_for_staff(conversation, broadcasts.queue_position(conversation))
    changed = {
        "state": conversation.state,
        "operator": conversation.operator_id,
        "to_account": transfer and transfer.to_account_id,
        "to_department": transfer and transfer.to_department_id,
        **participation.guests(conversation),
    }
    row = broadcasts.row_fragment(conversation, timezone.now())
    return (
        conversation,
        changed,
        [
            encode(frame),
            row,
            broadcasts.strip_fragment(conversation, transfer),
            *broadcasts.people_fragments(conversation),
        ],
    )
