"""What happens is written down for webhooks with it, and for nobody else."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from chat.actions.posts import Post, append_posts
from chat.actions.ratings import ask_for_rating, rate
from chat.models import AuthorKind, WebhookDelivery
from chat.webhooks import kinds
from tests.cast import (
    SECRET,
    accepts,
    answers,
    closes,
    defines,
    fills,
    is_present,
    keep_among_staff,
    registers,
    takes_over,
    transfers,
    writes,
)
from tests.chat.webhooks.telling import tells

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(elena):
    return tells(elena)


def told(*wanted):
    """Kinds and data, in order."""
    rows = WebhookDelivery.objects.order_by("pk")
    return [(row.kind, row.data) for row in rows if not wanted or row.kind in wanted]


def test_the_life_of_a_conversation(webhook, marina, ilya, elena):
    conversation = writes(marina, "Не приходит счёт").conversation
    accepts(ilya, conversation)
    answers(ilya, conversation, "Проверяю")
    closes(ilya, conversation)
    assert [kind for kind, _data in told()] == [
        *(kinds.OPENED, kinds.MESSAGE, kinds.ACCEPTED, kinds.MESSAGE, kinds.CLOSED),
    ]
    streams = set(WebhookDelivery.objects.values_list("stream", "visitor"))
    assert streams == {(f"conversation.{conversation.pk}", marina.pk)}


def test_what_was_closed_unanswered_was_missed(webhook, waiting, ilya):
    closes(ilya, waiting)
    ((_kind, data),) = told(kinds.MISSED)
    assert data["visitor"]["name"] == waiting.visitor.name
    assert data["closing"]["way"] == "staff"


def test_a_usual_message_is_stored_with_its_event(webhook, dialogue, marina):
    post = Post(dialogue.pk, AuthorKind.VISITOR, marina.pk, uuid4(), "Ещё", timezone.now())
    append_posts([post])
    (*_first, (_kind, data)) = told(kinds.MESSAGE)
    assert data["message"]["text"] == "Ещё"


def test_a_transfer_that_was_taken(webhook, dialogue, ilya, darya):
    is_present(darya)
    transfers(ilya, dialogue, darya)
    assert told(kinds.TRANSFERRED) == []
    takes_over(darya, dialogue)
    ((_kind, data),) = told(kinds.TRANSFERRED)
    assert (data["transfer"]["to"], data["conversation"]["operator"]) == (darya.name, darya.name)


def test_a_rating_a_ticket_and_a_field(webhook, dialogue, ilya, elena, marina):
    request = ask_for_rating(ilya, dialogue.public_id, at=timezone.now())
    rate(marina.pk, request.message.visitor_seq or 0, 5, "Быстро", at=timezone.now())
    ticket = registers(ilya, dialogue)
    fills(ilya, dialogue, defines(elena, "Стенд").key, "Омск")
    ((_rated, rated),) = told(kinds.RATING)
    ((_registered, registered),) = told(kinds.TICKET_REGISTERED)
    assert (rated["rating"]["score"], rated["rating"]["comment"]) == (5, "Быстро")
    assert registered["ticket"]["number"] == ticket.number
    assert "Омск" in str(told(kinds.FIELDS))


def test_what_staff_keep_among_themselves_stays_there(webhook, dialogue, ilya, anton):
    keep_among_staff(ilya, anton, dialogue)
    assert WebhookDelivery.objects.count() > 5
    # What it came to is chosen from a list, and what stands in fields is what was asked for.
    every = [{**data, "closing": ""} for kind, data in told() if kind != kinds.FIELDS]
    assert SECRET not in str(every)


def test_notes_go_where_a_webhook_says_so(elena, dialogue, ilya):
    tells(elena, title="Архив", with_notes=True)
    tells(elena, title="CRM")
    answers(ilya, dialogue, "Звонил в банк", note=True)
    assert [row.webhook.title for row in WebhookDelivery.objects.all()] == ["Архив"]


def test_what_is_undone_is_told_to_nobody(webhook, marina):
    with transaction.atomic():
        writes(marina, "Не приходит счёт")
        transaction.set_rollback(True)
    assert told() == []


def test_only_the_chosen_events_are_told(elena, marina):
    tells(elena, kinds=[kinds.MESSAGE])
    writes(marina, "Не приходит счёт")
    assert [kind for kind, _data in told()] == [kinds.MESSAGE]


def test_each_webhook_has_a_delivery_of_one_event(elena, marina):
    tells(elena, kinds=[kinds.OPENED])
    tells(elena, kinds=[kinds.OPENED], title="Архив")
    writes(marina, "Не приходит счёт")
    events = WebhookDelivery.objects.values_list("event_id", flat=True)
    assert (len(events), len(set(events))) == (2, 1)


def test_without_webhooks_nothing_is_asked(marina, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as asked:
        writes(marina, "Не приходит счёт")
    assert [one["sql"] for one in asked if "webhook" in one["sql"].lower()] == []


def test_what_cannot_be_told_does_not_hinder_the_chat(webhook, marina, monkeypatch, caplog):
    def fail(_event):
        raise ValueError

    monkeypatch.setattr("chat.webhooks.actions.outbox.told_by", fail)
    assert writes(marina, "Не приходит счёт").seq == 1
    assert "Webhooks are not told of conversation_opened" in caplog.text
