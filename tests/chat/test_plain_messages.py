"""A plain message is put together in one go, and is the frame that the template would have made."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from chat.markup import find_links
from chat.models import AuthorKind, Conversation, Message, MessageKind
from chat.sockets.frames import encode
from chat.wire.faces import NAMELESS, STAFF, VISITOR
from chat.wire.messages import encoded_for, encoded_message, message_frame

pytestmark = pytest.mark.once

FACES = (STAFF, VISITOR, NAMELESS)
LOG = Conversation(public_id="c-Ab3_")
# What a template, JSON and the outline itself could stumble over.
NAUGHTY = ["", '"', "\\", "</script>", "&lt;", "\ue000text\ue000", "{{ m.html }}", "\x00", "\u2028"]
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(NAUGHTY)
texts = words | words.map(lambda text: f"Тут https://example.ru/?a=1&b=2 {text} и a@example.ru")


@st.composite
def plain_messages(draw):
    author_kind = draw(st.sampled_from([AuthorKind.VISITOR, AuthorKind.OPERATOR]))
    text = draw(texts)
    seq = draw(st.integers(1, 10**6))
    shown = draw(words)
    message = Message(
        client_id=UUID(int=draw(st.integers(1, 2**128 - 1))),
        seq=seq,
        visitor_seq=draw(st.integers(1, seq)),
        kind=MessageKind.TEXT,
        author_kind=author_kind,
        author_id=draw(st.integers(1, 99)) if author_kind == AuthorKind.OPERATOR else None,
        author_name=draw(words),
        text=text,
        links=find_links(text),
        params={"shown": shown} if shown else {},
        created_at=datetime.fromtimestamp(draw(st.integers(0, 2**32)), UTC),
    )
    message.author_photo = draw(st.sampled_from(["", "photos/a1b2.webp"]))
    return message


@given(message=plain_messages(), language=st.sampled_from(["ru", "en"]))
def test_it_is_the_frame_of_the_template(message, language):
    with translation.override(language):
        usual = [encode(message_frame(message, LOG, face)) for face in FACES]
        assert encoded_for(FACES, message, LOG) == usual
        assert [encoded_message(message, LOG, face) for face in FACES] == usual


AT = datetime(2026, 1, 1, tzinfo=UTC)
SAID = {
    "client_id": UUID(int=1),
    "seq": 2,
    "visitor_seq": 1,
    "kind": MessageKind.TEXT,
    "author_kind": AuthorKind.VISITOR,
    "author_name": "Марина",
    "text": "Текст",
    "created_at": AT,
}


@pytest.mark.parametrize(
    ("more", "mark"),
    [
        ({"retracted_at": AT}, "Сообщение удалено"),
        ({"corrected_at": AT}, "data-changed"),
        ({"quotes": Message(pk=7, **SAID | {"text": "Прежнее"})}, "Прежнее"),
    ],
    ids=["retracted", "corrected", "quotes"],
)
def test_what_is_more_than_a_text_shows_it(more, mark):
    for face in FACES:
        assert mark in json.loads(encoded_message(Message(**SAID | more), LOG, face))["html"]
