"""Who is told what of chats among staff; called after the commit.

Group internal.N: the sockets of a chat's members. Whatever is pushed names who is a member, and
who is not among them passes nothing on: a socket may not know yet that it has to leave.
"""

from collections.abc import Sequence
from typing import Any

from chat.events import InternalChatChanged, InternalChatRead, InternalMessagePosted
from chat.models import InternalChat
from chat.rooms import wire
from chat.rooms.history import reads_of
from chat.sockets.frames import encode
from chat.streams import push


def message_posted(event: InternalMessagePosted) -> None:
    """Rendered twice: as the author finds it, and as everyone else does."""
    message, chat = event.message, event.message.chat
    others = wire.frame_for(message, chat.public_id, 0)
    own = wire.frame_for(message, chat.public_id, message.author_id or 0)
    push(
        f"internal.{chat.pk}",
        others,
        own=own,
        author=message.author_id,
        seq=message.seq,
        **_about(chat),
    )


def chat_changed(event: InternalChatChanged) -> None:
    """Its members read what is now."""
    about = _about(event.chat)
    for account_id in about["members"]:
        push(f"account.{account_id}", **about)


def chat_read(event: InternalChatRead) -> None:
    chat = event.chat
    members = list(chat.members.current().select_related("account"))
    reads = [list(pair) for pair in reads_of(members)]
    push(f"internal.{chat.pk}", reads=reads, **_about(chat))


def member_types(
    chat_id: int, public_id: str, members: Sequence[int], author: int, name: str, on: bool
) -> None:
    frame = {"type": "typing", "conversation": public_id, "name": name, "on": on}
    push(
        f"internal.{chat_id}",
        encode(frame),
        chat=chat_id,
        public_id=public_id,
        revision=0,
        members=list(members),
        author=author,
    )


def _about(chat: InternalChat) -> dict[str, Any]:
    present = chat.members.current().exclude(account=None)
    return {
        "chat": chat.pk,
        "public_id": chat.public_id,
        "revision": chat.revision,
        "members": list(present.values_list("account", flat=True)),
    }
