"""The operator's socket, a place in the zone: /ws/operator/ (docs/protocol.md)."""

import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from chat.actions import amendments, approach, conversations, messages, presence
from chat.actions.links import CardNotAlone, send_link
from chat.actions.posts import Post, Stored
from chat.broadcasts import marks
from chat.models import AuthorKind, Message
from chat.notices.rules import notice_rules
from chat.rooms.socket import InternalChats
from chat.sockets import frames, history
from chat.sockets.base import ANOTHER_ACCOUNT, FORBIDDEN, NOT_SIGNED_IN, TAKEN, SocketConsumer
from chat.sockets.conversations import FollowedConversations, visible
from chat.sockets.delivery import PAGE_BYTES
from chat.sockets.frames import encode
from chat.sockets.limits import LEAST_READ, operator_allowance
from chat.sockets.revocation import Place, Scope, scope_of
from chat.sockets.site_list import SiteList
from chat.streams import Push, in_database
from chat.wire.conversations import conversation_for_staff
from chat.wire.faces import wire_time
from operators.models import Account, Intention, Lease
from operators.prepared import Prepared

USUAL = (frames.OperatorMessage, frames.OperatorTyping, frames.Watch)
LATE = 60.0  # seconds a doorbell may be late; after more, a clock was set back
RENEW_AFTER = 4.0  # seconds: a frame sooner after the last renewal does not renew the lease


class OperatorConsumer(SocketConsumer):
    decoder = frames.operator_decoder
    hello_type = frames.OperatorHello
    handlers: ClassVar[dict[type[frames.Frame], str]] = {
        frames.OperatorMessage: "message",
        frames.Correct: "correct",
        frames.Retract: "retract",
        frames.Accept: "accept",
        frames.OperatorTyping: "typing",
        frames.Watch: "watch",
        frames.OperatorRead: "read",
        frames.OperatorSync: "sync",
        frames.People: "people",
        frames.WriteFirst: "write_first",
        frames.SetPresence: "presence",
    }
    weights: ClassVar[dict[type[frames.Frame], int]] = {
        frames.OperatorRead: 7,  # a change of the row, which others are told of
        frames.OperatorTyping: 2,
        frames.People: 19,
        frames.SetPresence: 19,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account: Account | None = None
        self.account_id = 0
        self.session_key = self.session_hash = ""
        self.rights = Scope("", frozenset(), frozenset())
        self.place = uuid.uuid4()
        self.is_away = False
        self.groups: set[str] = set()
        self.departments: set[int] = set()
        self.conversations = FollowedConversations(self)
        self.internal = InternalChats(self)
        self.site_list = SiteList(self.send)
        self._renewed_at = 0.0
        self._entered_at = timezone.now().timestamp()

    async def hello(self, frame: frames.OperatorHello) -> None:
        self._asked_at = timezone.now()
        session = self.scope["session"]
        account = await in_database(_signed_in, session)
        if account is None:
            await self.close(NOT_SIGNED_IN)
            return
        if frame.page_of not in (None, str(account.pk)):
            await self.close(ANOTHER_ACCOUNT)
            return
        if not account.is_staff or not account.is_active:
            await self.close(FORBIDDEN)
            return
        if not self.claim(f"account.{account.pk}", operator_allowance):
            await self.close(TAKEN)
            return
        if not await self.may_arrive():
            return
        self.account, self.account_id = account, account.pk
        self.session_key = session.session_key
        self.session_hash = account.get_session_auth_hash()
        await self.hub.ready()
        await self._join_groups()
        self.is_away = frame.away
        await self._welcome(frame)

    async def _enter_zone(self) -> bool:
        """False after the socket was closed: its account has come in elsewhere since it asked."""
        at, asked_at = timezone.now(), self._asked_at
        self._entered_at = at.timestamp()
        enter = presence.enter_zone
        if await in_database(enter, self.account, self.place, at=at, asked_at=asked_at):
            return True
        await self.close(TAKEN)
        return False

    async def _join_groups(self) -> None:
        self.rights = await in_database(scope_of, self.account)
        self.departments = set(self.rights.departments)
        self.groups = {
            f"account.{self.account_id}",
            *(f"department.{department}" for department in self.departments),
        }
        for group in self.groups:
            self.hub.join(group, self)

    async def _welcome(self, frame: frames.OperatorHello) -> None:
        async with self.turns:
            after = frame.positions
            with_latest = frame.open is msgspec.UNSET
            listed, missed = await self.conversations.begin(after, with_latest=with_latest)
            room = PAGE_BYTES - sum(len(bytes(one)) for one in missed)
            chats, missed_in_chats = await self.internal.begin(after, room)
            messages = [*missed, *missed_in_chats]
            self._weigh(after, messages)
            welcome: dict[str, object] = {
                "type": "welcome",
                "presence": self._intention(),
                "conversations": listed,
                "chats": chats,
                "messages": messages,
                "hides_text": (await in_database(notice_rules)).hides_text,
            }
            encoded = encode(welcome)
            # Not before it can be delivered: whom nobody can reach must not count as present.
            if not self.is_away:
                if not await self._enter_zone():
                    return
                self._renewed_at = time.monotonic()
                await self.hub.refresh()
            await self.send(encoded)
        # From now on it is compared with the log, and told when the server goes.
        self.hub.operators.add(self)
        await self.internal.catch_up(after)
        await self.conversations.catch_up()

    def _weigh(self, after: Mapping[str, int], messages: list[msgspec.Raw]) -> None:
        """What may be missing is looked for in each log, and read as far as the page reaches."""
        looked_into = sum(seq < frames.MOST_SEQ for seq in after.values())
        read = LEAST_READ * looked_into + sum(len(bytes(one)) for one in messages)
        self.allowance.reading.put_back(-read)

    def held_for(self, now: float) -> timedelta:
        """For how long its place is good without another frame; `now` by the monotonic clock."""
        if self.is_away:
            return timedelta(0)
        return Lease.VALID - timedelta(seconds=now - self._renewed_at)

    @property
    def admission(self) -> Place:
        return Place(self.account_id, self.session_key, self.session_hash, self.rights)

    def _intention(self) -> str:
        return str(self.account.intention) if self.account else ""

    # What the hub brings

    async def pushed(self, message: Push) -> None:
        if "signal" in message:
            await self._signalled(message)
        elif "chat" in message:
            await self.internal.pushed(message)
        else:
            await self.conversations.pushed(message)

    def concerned(self, changes: history.Changes) -> set[int]:
        return self.conversations.concerned(changes)

    async def compared(self, changed: dict[str, Any]) -> None:
        await self.conversations.compared(changed)

    async def written(self, log: dict[str, int]) -> None:
        await self.conversations.written(log)

    async def internal_compared(self, changed: dict[str, Any]) -> None:
        await self.internal.compared(changed)

    async def _signalled(self, message: Push) -> None:
        if 0 < self._entered_at - message.get("at", self._entered_at) < LATE:
            return  # said of an earlier place
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

    # Frames

    async def _handle(self, frame: frames.Frame) -> None:
        is_followed = self.conversations.key_of(getattr(frame, "conversation", "")) is not None
        # What is usual asks for itself (chat.actions.posts), or is the pulse's to end.
        is_usual = isinstance(frame, frames.Ping) or (is_followed and isinstance(frame, USUAL))
        if not is_usual and not await self._is_still_staff():
            await self.close(FORBIDDEN)
        elif is_followed or not await self.internal.handles(frame):
            await super()._handle(frame)

    async def _is_still_staff(self) -> bool:
        """From here on the account is as it is now: its role decides what it sees."""
        account = await in_database(_staff, self.account_id)
        self.account = account or self.account
        return account is not None

    def heard(self) -> None:
        now = time.monotonic()
        if not self.is_away and now - self._renewed_at >= RENEW_AFTER:
            self._renewed_at = now
            self.hub.renewals.note(self)

    async def lost_place(self) -> None:
        if not self.is_away:  # who was put away has given it up, and stays
            await self.close(TAKEN)

    async def message(self, frame: frames.OperatorMessage) -> None:
        if not await self.may_write(frame):
            return
        stored = await self._usual(frame)
        if stored is None and not await self._is_still_staff():
            await self.close(FORBIDDEN)
            return
        message = stored[0] if stored else await self._unusual(frame)
        await self.ack(frame.id, seq=message.seq, created_at=wire_time(message.created_at))

    async def _usual(self, frame: frames.OperatorMessage) -> Stored | None:
        pk = self.conversations.key_of(frame.conversation)
        if frame.files or frame.note or frame.quotes or frame.link or pk is None:
            return None
        text = messages.meaningful(frame.text)
        return await self.hub.posts.store(
            Post(pk, AuthorKind.OPERATOR, self.account_id, frame.id, text, timezone.now())
        )

    async def _unusual(self, frame: frames.OperatorMessage) -> Message:
        if frame.link is not None:
            return await self._card(frame, frame.link)
        message, _conversation = await in_database(
            messages.post_operator_message,
            self.account,
            frame.conversation,
            client_id=frame.id,
            text=frame.text,
            files=frame.files,
            note=frame.note,
            quotes=frame.quotes,
            at=timezone.now(),
        )
        return message

    async def _card(self, frame: frames.OperatorMessage, link: frames.LinkCard) -> Message:
        if frame.says:
            raise CardNotAlone
        return await in_database(
            send_link,
            self.account,
            frame.conversation,
            link.title,
            link.url,
            client_id=frame.id,
            even_mixed=link.even_mixed,
            at=timezone.now(),
        )

    async def correct(self, frame: frames.Correct) -> None:
        if not await self.may_write(frame):
            return
        await in_database(
            amendments.correct_message,
            self.account,
            frame.conversation,
            frame.seq,
            frame.text,
            shown=frame.changed,
            at=timezone.now(),
        )
        await self.ack(frame.id)

    async def retract(self, frame: frames.Retract) -> None:
        if not await self.may_write(frame):
            return
        retract = amendments.retract_message
        key, seq = frame.conversation, frame.seq
        await in_database(retract, self.account, key, seq, at=timezone.now())
        await self.ack(frame.id)

    async def accept(self, frame: frames.Accept) -> None:
        conversation = await in_database(
            conversations.accept_conversation,
            self.account,
            frame.conversation,
            at=timezone.now(),
        )
        await self.conversations.follow_from_start(conversation)
        await self.ack(frame.id, conversation=conversation_for_staff(conversation, None))

    async def typing(self, frame: frames.OperatorTyping) -> None:
        item = self.conversations.followed.get(self.conversations.key_of(frame.conversation) or 0)
        if item is not None and item.is_mine and self.account:
            marks.operator_types(item.visitor_id, self.account.public_name, frame.on)

    async def watch(self, frame: frames.Watch) -> None:
        pk = self.conversations.key_of(frame.conversation or "")
        self.conversations.watch(pk, writes=frame.writes)

    async def read(self, frame: frames.OperatorRead) -> None:
        await in_database(
            messages.mark_read_by_operator,
            self.account,
            frame.conversation,
            frame.seq,
            at=timezone.now(),
        )

    async def sync(self, frame: frames.OperatorSync) -> None:
        conversation = await in_database(visible, self.account, public_id=frame.conversation)
        item = await self.conversations.follow(conversation, after=frame.after, is_named=True)
        await self.conversations.look_again(conversation)
        async with self.turns:
            read = history.read_for_staff
            page = await self.read_log(frame, read, self.account, conversation.pk, frame.after)
            if page is None:
                return
            if page.entries:
                item.cursor.position = max(item.cursor.position, page.entries[-1].seq)
                item.handed.is_owed = True
            await self.ack_page(frame.id, page)
        # The rest of a long log is asked for page by page.
        if not page.more:
            item.cursor.ring()

    async def people(self, frame: frames.People) -> None:
        is_administrator = self.account is not None and self.account.is_administrator
        sites = None if is_administrator else self.rights.sites
        await self.site_list.look(frame, sites, self.hub.on_site)
        await self.ack(frame.id)

    async def write_first(self, frame: frames.WriteFirst) -> None:
        if not await self.may_write(frame):
            return
        _message, conversation = await in_database(
            approach.write_first,
            self.account,
            frame.visit,
            client_id=frame.id,
            text=frame.text,
            at=timezone.now(),
        )
        await self.conversations.follow_from_start(conversation)
        await self.ack(frame.id, conversation=conversation_for_staff(conversation, None))

    async def presence(self, frame: frames.SetPresence) -> None:
        if self.is_away:
            self.is_away, self._asked_at = False, timezone.now()
            if not await self._enter_zone():
                return
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
            self.hub.leave(group, self)
        await self.conversations.end()
        await self.internal.end()
        if not self.hub.draining:
            self.hub.spawn(self._lose_zone())

    async def _lose_zone(self) -> None:
        at = timezone.now()
        await self.hub.renewals.forget(self.place)
        await in_database(presence.lose_zone, self.place, at=at)


def _signed_in(session: Any) -> Account | None:
    account: Account | None = _account.first(key=int(session.get(SESSION_KEY) or 0))
    if account is None or session.get(HASH_SESSION_KEY) != account.get_session_auth_hash():
        return None
    return account


_account = Prepared(lambda key: Account.objects.filter(pk=key))


def _staff(account_id: int) -> Account | None:
    return _active_staff.first(key=account_id)


_active_staff = Prepared(lambda key: Account.objects.staff().active().filter(pk=key))
