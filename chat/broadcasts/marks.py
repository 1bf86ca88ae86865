"""Read, delivered, typing: marks of one side for the other; and who looks, for colleagues.

All but read are in no log, and no events: sockets push them as they come.
"""

from chat.events import ReadByOperator, ReadByVisitor
from chat.sockets.frames import encode
from chat.streams import push
from operators.models import Account


def read_by_visitor(event: ReadByVisitor) -> None:
    conversation = event.conversation
    seen = conversation.messages.filter(visitor_seq=conversation.visitor_read_seq)
    for seq in seen.values_list("seq", flat=True):
        frame = {"type": "read", "conversation": conversation.public_id, "seq": seq}
        _tell_staff(conversation.visitor_id, conversation.pk, frame)


def read_by_operator(event: ReadByOperator) -> None:
    conversation = event.conversation
    seen = conversation.messages.filter(
        seq__lte=conversation.operator_read_seq, visitor_seq__isnull=False
    )
    seq = seen.order_by("-seq").values_list("visitor_seq", flat=True).first()
    if seq is not None:
        push(f"visitor.{conversation.visitor_id}", encode({"type": "read", "seq": seq}))


def delivered_to_visitor(visitor_id: int, conversation_id: int, public_id: str, seq: int) -> None:
    """A socket of the visitor was handed the staff's number `seq`."""
    frame = {"type": "delivered", "conversation": public_id, "seq": seq}
    _tell_staff(visitor_id, conversation_id, frame)


def delivered_to_operator(visitor_id: int, seq: int) -> None:
    push(f"visitor.{visitor_id}", encode({"type": "delivered", "seq": seq}))


def visitor_types(
    visitor_id: int, conversation_id: int, public_id: str, name: str, on: bool, text: str
) -> None:
    frame = {"type": "typing", "conversation": public_id, "name": name, "on": on, "text": text}
    _tell_staff(visitor_id, conversation_id, frame)


def operator_types(visitor_id: int, name: str, on: bool) -> None:
    """The visitor's socket knows under which name its site shows who types."""
    push(f"visitor.{visitor_id}", typist=name, on=on)


def operator_watches(
    visitor_id: int, conversation_id: int, public_id: str, account: Account, state: str, comes: bool
) -> None:
    """To colleagues who look at it too; who `comes` is answered by them."""
    frame: dict[str, object] = {
        "type": "watching",
        "conversation": public_id,
        "account": str(account.pk),
        "name": account.name,
        "state": state,
    }
    push(
        f"staff.{visitor_id}",
        encode(frame),
        conversation=conversation_id,
        watcher=account.pk,
        comes=comes,
    )


def _tell_staff(visitor_id: int, conversation_id: int, frame: dict[str, object]) -> None:
    """Those who follow this conversation."""
    push(f"staff.{visitor_id}", encode(frame), conversation=conversation_id)
