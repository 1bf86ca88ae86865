"""What goes by its term and what stays, whatever its age."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.data_requests import decline_request
from chat.models import (
    Attachment,
    Availability,
    Conversation,
    Hold,
    InternalMessage,
    Message,
    RetentionTerms,
    Ticket,
    Visit,
)
from chat.wire.faces import STAFF
from chat.wire.messages import message_context, message_html
from departments.models import Service
from departments.stages import Stage
from tests.cast import (
    asks_about_data,
    becomes,
    comes_from,
    makes_group,
    registers,
    writes,
    writes_among_staff,
)
from tests.chat.purge.world import DAY, YEARS, purges, talked

pytestmark = pytest.mark.once


@pytest.fixture
def old(marina, ilya) -> Conversation:
    return talked(marina, ilya)


def is_kept(row) -> bool:
    return type(row).objects.filter(pk=row.pk).exists()


def hold(elena, **subject) -> Hold:
    at = timezone.now()
    return Hold.objects.create(
        **subject, reason="спор", until=at + DAY, by=elena, by_name="-", at=at
    )


def test_what_was_closed_within_the_term_stays(marina, sergey, ilya):
    younger, older = talked(marina, ilya, ago=timedelta(days=1094)), talked(sergey, ilya)
    purges()
    assert is_kept(younger)
    assert not is_kept(older)


def test_the_stage_says_for_how_long(marina, sergey, ilya):
    Service.objects.create(stage=Stage.INITIAL)
    younger = talked(marina, ilya, ago=timedelta(days=13))
    older = talked(sergey, ilya, ago=timedelta(days=15))
    purges()
    assert is_kept(younger)
    assert not is_kept(older)


def test_a_visitor_with_nothing_left_goes_and_others_stay(old, marina, sergey, ilya):
    comes_from(sergey, "203.0.113.7")
    talked(sergey, ilya)
    purges()
    assert not is_kept(marina)
    assert is_kept(sergey)


def test_an_open_conversation_is_not_touched_however_old(marina):
    conversation = writes(marina).conversation
    Message.objects.update(created_at=timezone.now() - YEARS)
    Conversation.objects.update(started_at=timezone.now() - YEARS)
    purges()
    assert is_kept(conversation)
    assert conversation.messages.exists()


def test_an_open_ticket_keeps_itself_and_its_conversations(marina, ilya, dialogue):
    ticket = registers(ilya, dialogue)
    Conversation.objects.update(closed_at=timezone.now() - YEARS)
    purges()
    assert is_kept(ticket)
    assert is_kept(dialogue)


def test_a_ticket_goes_when_it_has_been_closed_for_so_long(ilya, dialogue):
    ticket = becomes(ilya, registers(ilya, dialogue), "closed")
    Ticket.objects.update(done_at=timezone.now() - YEARS)
    purges()
    assert not is_kept(ticket)
    assert is_kept(dialogue)


@pytest.mark.parametrize("subject", ["conversation", "visitor"])
def test_what_is_held_stays_until_the_hold_is_over(subject, old, marina, elena):
    held = hold(elena, **{subject: old if subject == "conversation" else marina})
    purges()
    assert is_kept(old)
    Hold.objects.filter(pk=held.pk).update(until=timezone.now() - DAY)
    purges()
    assert not is_kept(old)


def test_nothing_goes_of_who_asks_about_their_data_until_it_is_decided(old, marina, elena):
    asked = asks_about_data(marina)
    purges()
    assert is_kept(old)
    decline_request(Doer(elena), asked.pk, "Договор действует", at=timezone.now())
    purges()
    assert not is_kept(old)


def test_visits_go_and_those_of_now_stay(marina):
    then = timezone.now() - YEARS
    comes_from(marina, "203.0.113.7", started_at=then, seen_at=then, present_until=then)
    new = comes_from(marina, "203.0.113.7")
    purges()
    assert list(Visit.objects.all()) == [new]


def test_of_a_chat_among_staff_the_beginning_goes(ilya, anton):
    chat = makes_group(ilya, "Смена", anton)
    old = writes_among_staff(ilya, chat, "Было")
    InternalMessage.objects.update(created_at=timezone.now() - YEARS)
    new = writes_among_staff(ilya, chat, "Есть", quotes=old.client_id)
    purges()
    assert list(InternalMessage.objects.all()) == [new]


def test_what_a_site_showed_goes_and_what_it_shows_now_stays(site):
    then = timezone.now() - YEARS
    told = {"site": site, "cause": "nobody", "is_open": True}
    old = Availability.objects.create(**told, began_at=then - DAY, ended_at=then)
    lasting = Availability.objects.create(**told, began_at=then)
    purges()
    assert not is_kept(old)
    assert is_kept(lasting)


def test_files_may_go_sooner_and_the_message_says_so(marina, ilya):
    RetentionTerms.objects.update_or_create(pk=1, defaults={"files": 30})
    conversation = talked(marina, ilya, ago=timedelta(days=40), files=1)
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=40))
    purges()
    message = conversation.messages.get(kind="file")
    assert not Attachment.objects.exists()
    assert "Файлы удалены" in message_html(message_context(message, STAFF))


def test_addresses_may_go_sooner_than_their_visits(marina):
    RetentionTerms.objects.update_or_create(pk=1, defaults={"addresses": 1})
    then = timezone.now() - 2 * DAY
    comes_from(marina, "203.0.113.7", started_at=then, seen_at=then, present_until=then)
    purges()
    assert Visit.objects.get().address is None
