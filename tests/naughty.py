"""Frames that no client of ours sends, and how their answers are judged."""

import json
import re
from typing import Any

from chat.models import Conversation, Message
from tests.wires import Frame, Wire

ID = "6f2b5c1e-3f5e-4a29-8f0e-2d8f0f5b0a11"


def frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields})


# For both sockets: whatever is asked, this is no frame at all.
NO_FRAMES = {
    "empty": "",
    "space": " ",
    "words": "привет",
    "half an object": "{",
    "two objects": '{"type": "ping"}{"type": "ping"}',
    "list": "[]",
    "list of frames": '[{"type": "ping"}]',
    "text": '"ping"',
    "null": "null",
    "number": "7",
    "truth": "true",
    "no type": "{}",
    "type is null": '{"type": null}',
    "type is a number": '{"type": 1}',
    "type is an object": '{"type": {"type": "ping"}}',
    "type is unknown": '{"type": "shutdown"}',
    "type is in capitals": '{"type": "PING"}',
    "mark of byte order": '\ufeff{"type": "ping"}',
    "single quotes": "{'type': 'ping'}",
    "trailing comma": '{"type": "ping",}',
    "comment": '{"type": "ping"} // so',
    "nested lists": "[" * 30_000,
    "nested objects": '{"type":' * 8_000,
    "nested in a key": '{"type": "ping", "x": ' + "[" * 20_000 + "]" * 20_000 + "}",
    "nested a hundred thousand deep": "[" * 100_000 + "]" * 100_000,
    "number of 5000 digits": '{"type": "ping", "id": ' + "9" * 5000 + "}",
    "NaN": '{"type": "ping", "id": NaN}',
    "infinity": '{"type": "ping", "id": Infinity}',
    "minus infinity": '{"type": "ping", "id": -Infinity}',
    "raw line feed in a text": '{"type": "ping", "id": "\n"}',
    "id is no UUID": frame("ping", id="1"),
    "id is a list": frame("ping", id=[ID]),
    "message without an id": frame("message", text="Привет"),
    "message with a number for text": frame("message", id=ID, conversation="x", text=7),
    "message with null for text": frame("message", id=ID, conversation="x", text=None),
    "message with a lone surrogate": frame("message", id=ID, conversation="x", text="\ud800"),
    "message with files in a text": frame("message", id=ID, conversation="x", files=ID),
    "message with files of no UUID": frame("message", id=ID, conversation="x", files=["1"]),
    "read before the first": frame("read", conversation="x", seq=-1),
    "read of a half": frame("read", conversation="x", seq=1.5),
    "read of text": frame("read", conversation="x", seq="1"),
    "read of a truth value": frame("read", conversation="x", seq=True),
    "read of too much": frame("read", conversation="x", seq=2**31),
    "read of infinity": '{"type": "read", "conversation": "x", "seq": 1e400}',
    "read of nothing": frame("read", conversation="x"),
    "typing perhaps": frame("typing", conversation="x", on="maybe"),
    "sync without an id": frame("sync", conversation="x", after=1),
    "more than 64 KB": frame("message", id=ID, conversation="x", text="x" * 64 * 1024),
    "more than 64 KB of bytes": f'{{"type": "message", "id": "{ID}", "text": "{"я" * 33_000}"}}',
    "a megabyte": "x" * 1024 * 1024,
}


def answers_to(wire: Wire, text: str | bytes) -> list[Frame]:
    """All that the socket says to this until it acknowledges a ping that follows."""
    before = len(wire.frames)
    if isinstance(text, bytes):
        wire.send_bytes(text)
    else:
        wire.send_raw(text)
    assert wire.ask("ping")["type"] == "ack"
    return [frame for frame in wire.frames[before:] if frame["type"] in ("ack", "error")][:-1]


def is_polite(answer: Frame) -> bool:
    """An error in words for a person, in Russian."""
    return answer["type"] == "error" and re.search(r"[а-я]{3}", answer["detail"]) is not None


def stored() -> tuple[int, int]:
    return Conversation.objects.count(), Message.objects.count()
