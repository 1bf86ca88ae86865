"""What is said, changed and taken back, with drops, reconnects and second tabs in between: in the
end every copy reads the same, and the same as a page that is loaded then.
"""

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.models import Message
from chat.wire.lines import for_visitor
from tests.cast import accepts, writes
from tests.chat.sockets.test_pulse import loses

__all__ = ["loses"]  # fixture

LOST = 0.3  # of all that the layer carries

Copy = dict[str, str]


class Tab:
    """A client as docs/protocol.md asks for: it keeps the log by numbers, over its connections."""

    def __init__(self, connect: Any) -> None:
        self.connect = connect
        self.last = 0
        self.copy: Copy = {}
        self.wire: Any = None
        self.come_back()

    def take(self) -> None:
        for frame in self.wire.entries("message", "amended"):
            if frame["seq"] == self.last + 1:
                self.last += 1
                said = frame["message"] if frame["type"] == "amended" else frame["id"]
                self.copy[said] = frame["text"]

    def drop(self) -> None:
        if self.wire is not None:
            self.take()
            self.wire.disconnect()
            self.wire = None

    def come_back(self) -> None:
        if self.wire is None:
            self.wire = self.connect(self.last)

    def settle(self) -> None:
        self.come_back()
        self.wire.settle()
        self.take()


@pytest.fixture(autouse=True)
def _some_is_lost(loses):
    loses(LOST)


deeds = st.lists(
    st.tuples(
        st.sampled_from(["say", "correct", "retract", "drop", "return", "read"]),
        st.sampled_from(["marina", "ilya"]),
        st.integers(0, 5),
        st.sampled_from(["да", "нет", "а теперь иначе"]),
    ),
    max_size=14,
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds)
def test_all_copies_end_in_the_same_words(wires, ilya, marina, story):
    conversation = accepts(ilya, writes(marina, "Начнём").conversation)
    key = conversation.public_id
    theirs = [
        Tab(lambda after: wires.visitor(marina, after=after, conversation=key)) for _ in range(2)
    ]
    ours = Tab(lambda after: wires.operator(ilya, after={key: after}))
    said: dict[str, list[dict[str, Any]]] = {"marina": [], "ilya": []}

    for number, (deed, who, which, words) in enumerate(story):
        tab = ours if who == "ilya" else theirs[which % 2]
        if deed == "drop":
            tab.drop()
            continue
        tab.come_back()
        text = f"{words} {number}"
        if deed == "say":
            where = {"conversation": key} if who == "ilya" else {}
            said[who].append(tab.wire.ask("message", id=str(uuid.uuid4()), text=text, **where))
        elif deed in ("correct", "retract") and said[who]:
            one = said[who][which % len(said[who])]
            of_staff = {"conversation": key, "seq": one["seq"]}
            named = of_staff if who == "ilya" else {"message": one["id"]}
            change = {"text": text} if deed == "correct" else {}
            # Sent twice, as when the answer to the first was lost.
            for _time in range(2):
                tab.wire.ask(deed, **named, **change)
        elif deed == "read":
            where = {"conversation": key} if who == "ilya" else {}
            tab.wire.say("read", seq=tab.last, **where)

    for tab in (*theirs, ours):
        tab.settle()
    fresh = Tab(lambda after: wires.visitor(marina, after=after))
    fresh.settle()
    stored = {
        str(one.client_id): for_visitor(one)
        for one in Message.objects.filter(conversation=conversation, visitor_seq__isnull=False)
        if one.amends_id is None
    }
    visible = {pk: text for pk, text in ours.copy.items() if pk in stored}
    for copy in (theirs[0].copy, theirs[1].copy, fresh.copy):
        assert copy == stored
    assert {pk: visible[pk] for pk in people(conversation)} == {
        pk: stored[pk] for pk in people(conversation)
    }
    for tab in (*theirs, ours, fresh):
        tab.drop()
    conversation.visitor.conversations.all().delete()


def people(conversation: Any) -> list[str]:
    """What people said: a system line reads otherwise for staff."""
    found = conversation.messages.said().filter(code="")
    return [str(pk) for pk in found.values_list("client_id", flat=True)]
