"""The usual message, stored with others of its moment: the same rows as alone, or none."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.actions.posts import Post, append_posts
from chat.models import AuthorKind, Message
from chat.sockets.gatherer import Gatherer
from chat.streams import close_database_threads
from tests.cast import accepts, answers, closes, writes
from tests.crowd import at_once

# What comes alone is stored by PostgreSQL outside of any transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _end_threads():
    yield
    close_database_threads()


FIELDS = (
    *("seq", "visitor_seq", "kind", "author_kind", "author", "author_name", "text"),
    *("code", "params", "created_at", "client_id"),
)


def says(visitor, conversation, text="Здравствуйте!", **given):
    return _post(conversation, AuthorKind.VISITOR, visitor, text, given)


def replies(account, conversation, text="Проверяю", **given):
    return _post(conversation, AuthorKind.OPERATOR, account, text, given)


def _post(conversation, kind, author, text, given):
    given = {"client_id": uuid.uuid4(), "at": timezone.now()} | given
    return Post(conversation.pk, kind, author.pk, text=text, **given)


def stored(posts):
    return [result is not None for result in append_posts(posts)]


def state_of(conversation):
    conversation.refresh_from_db()
    return (
        conversation.last_seq,
        conversation.last_visitor_seq,
        conversation.last_message_at,
        conversation.answered_at,
    )


def row(conversation, seq):
    return conversation.messages.values(*FIELDS).get(seq=seq)


@pytest.fixture
def other_dialogue(sergey, ilya):
    return accepts(ilya, writes(sergey).conversation)


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_together_or_alone_the_same_is_stored(marina, ilya, dialogue, side):
    at, first, second = timezone.now(), uuid.uuid4(), uuid.uuid4()
    alone, together = (
        (lambda id: writes(marina, "Да", client_id=id, at=at), says)
        if side == "visitor"
        else (lambda id: answers(ilya, dialogue, "Да", client_id=id, at=at), replies)
    )
    before = alone(first).seq
    told = state_of(dialogue)[2:]
    author = marina if side == "visitor" else ilya
    assert stored([together(author, dialogue, "Да", client_id=second, at=at)]) == [True]
    expected = row(dialogue, before) | {
        "seq": before + 1,
        "visitor_seq": before + 1,
        "client_id": second,
    }
    assert row(dialogue, before + 1) == expected
    assert state_of(dialogue) == (before + 1, before + 1, *told)


def test_each_conversation_is_numbered_without_a_gap(
    marina, sergey, ilya, dialogue, other_dialogue
):
    answers(ilya, dialogue, "тсс", note=True)
    posts = [
        says(marina, dialogue, "раз"),
        says(sergey, other_dialogue, "один"),
        replies(ilya, dialogue, "два"),
        says(marina, dialogue, "три"),
    ]
    assert stored(posts) == [True] * 4
    told = dialogue.messages.order_by("seq").values_list("seq", "visitor_seq", "text")
    assert list(told)[-3:] == [(4, 3, "раз"), (5, 4, "два"), (6, 5, "три")]
    assert state_of(dialogue)[:2] == (6, 5)
    assert state_of(other_dialogue)[:2] == (3, 3)


def test_the_first_answer_is_remembered(ilya, dialogue):
    first = timezone.now()
    append_posts([replies(ilya, dialogue, at=first)])
    append_posts([replies(ilya, dialogue, at=first + timedelta(seconds=9))])
    assert state_of(dialogue)[2:] == (first + timedelta(seconds=9), first)


def test_who_may_not_write_there_is_left_to_the_long_way(
    marina, sergey, ilya, anton, dialogue, other_dialogue
):
    waiting = writes(marina).conversation
    before = state_of(dialogue), state_of(other_dialogue)
    strangers = [
        says(sergey, dialogue),
        replies(anton, dialogue),
        says(marina, other_dialogue),
        Post(0, AuthorKind.VISITOR, marina.pk, uuid.uuid4(), "Куда?", timezone.now()),
    ]
    assert stored(strangers) == [False] * 4
    assert [stored([one]) for one in strangers] == [[False]] * 4
    assert (state_of(dialogue), state_of(other_dialogue)) == before
    assert waiting.pk == dialogue.pk


def test_an_account_with_a_visitor_s_key_is_no_visitor(marina, ilya, dialogue):
    """Keys of both tables overlap; only the kind tells them apart."""
    assert stored([_post(dialogue, AuthorKind.VISITOR, ilya, "", {})]) == [ilya.pk == marina.pk]


def test_nothing_is_written_into_a_closed_one(marina, ilya, dialogue):
    closes(ilya, dialogue)
    before = state_of(dialogue)
    assert stored([says(marina, dialogue), replies(ilya, dialogue)]) == [False, False]
    assert stored([says(marina, dialogue)]) == [False]
    assert state_of(dialogue) == before


def test_a_resend_is_left_out_and_the_rest_is_stored(marina, ilya, sergey, other_dialogue):
    known, later = uuid.uuid4(), uuid.uuid4()
    old = writes(marina, client_id=known).conversation
    accepts(ilya, old)
    closes(ilya, old, at=timezone.now() - timedelta(days=9))
    conversation = writes(marina, "Новое").conversation
    assert conversation.pk != old.pk
    assert stored([says(marina, conversation, client_id=known)]) == [False]
    posts = [
        says(marina, conversation, client_id=known),
        says(marina, conversation, client_id=later),
        says(sergey, other_dialogue),
    ]
    assert stored(posts) == [False, True, True]
    assert state_of(conversation)[:2] == (2, 2)
    assert Message.objects.filter(client_id=known).count() == 1


def test_one_id_twice_in_a_bundle_is_stored_once(marina, dialogue):
    post = says(marina, dialogue)
    assert stored([post, post]) == [True, False]
    assert state_of(dialogue)[0] == 3


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_alone_and_in_a_bundle_tell_the_same(marina, ilya, sergey, dialogue, other_dialogue, side):
    ilya.shown_name = "Илья из поддержки"
    ilya.save()
    text, at = "Пишите: ops@«почта».рф \\ 'кавычки' \u2028 🙂\n$1 %s", timezone.now()
    by, author = (says, marina) if side == "visitor" else (replies, ilya)
    beside = says(sergey, other_dialogue)
    (alone,) = append_posts([by(author, dialogue, text, at=at)])
    together, _beside = append_posts([by(author, dialogue, text, at=at), beside])
    first, second = (_told(result) for result in (alone, together))
    assert second == first | {"seq": first["seq"] + 1, "visitor_seq": first["visitor_seq"] + 1}
    rows = (row(dialogue, seq) for seq in (first["seq"], second["seq"]))
    kept, like = ({name: one[name] for name in FIELDS if name not in _OWN} for one in rows)
    assert kept == like
    assert kept["text"] == text


_OWN = ("seq", "visitor_seq", "client_id")


def _told(result):
    message, conversation = result
    of_message = {**message.__dict__, **conversation.__dict__}
    return {
        name: value
        for name, value in of_message.items()
        if name not in ("_state", "client_id", "last_seq", "id")
    }


def gathered(*posts):
    """What a process of its own makes of them."""

    async def all_at_once():
        gatherer = Gatherer()
        return await asyncio.gather(*map(gatherer.store, posts), return_exceptions=True)

    return asyncio.run(all_at_once())


def test_bundles_at_once_in_any_order_wait_for_nobody_forever(
    marina, sergey, dialogue, other_dialogue
):
    def there():
        return gathered(says(marina, dialogue), says(sergey, other_dialogue))

    def back():
        return gathered(says(sergey, other_dialogue), says(marina, dialogue))

    at_once([there, back] * 6)
    for conversation in (dialogue, other_dialogue):
        seqs = conversation.messages.order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, 15))
        assert state_of(conversation)[:2] == (14, 14)


def test_what_comes_at_once_is_stored_in_order(marina, dialogue):
    posts = [says(marina, dialogue, str(number)) for number in range(100)]

    async def all_at_once():
        gatherer = Gatherer()
        return await asyncio.gather(*(gatherer.store(post) for post in posts))

    results = asyncio.run(all_at_once())
    assert [message.text for message, _conversation in results] == [
        str(number) for number in range(100)
    ]
    assert state_of(dialogue)[0] == 102


def test_who_stops_waiting_does_not_stop_the_others(marina, dialogue):
    async def one_leaves():
        gatherer = Gatherer()
        leaving = asyncio.ensure_future(gatherer.store(says(marina, dialogue, "уходит")))
        staying = asyncio.ensure_future(gatherer.store(says(marina, dialogue, "остаётся")))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying, await gatherer.store(says(marina, dialogue, "после"))

    (first, _), (second, _) = asyncio.run(one_leaves())
    assert (first.text, second.text) == ("остаётся", "после")


def test_a_failure_is_told_to_all_and_the_next_are_stored(marina, dialogue):
    no_text: Any = object()
    broken = says(marina, dialogue, no_text)

    async def after_a_failure():
        gatherer = Gatherer()
        failed = await asyncio.gather(gatherer.store(broken), return_exceptions=True)
        return failed, await gatherer.store(says(marina, dialogue, "дальше"))

    (failure,), (message, _conversation) = asyncio.run(after_a_failure())
    assert isinstance(failure, Exception)
    assert (message.text, message.seq) == ("дальше", 3)
