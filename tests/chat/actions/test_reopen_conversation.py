"""Writing after the end: the same conversation within the window, a new one later."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.errors import ConversationClosed
from chat.models import Conversation
from chat.wire.lines import for_staff
from tests.cast import SECOND, answers, closes, writes

pytestmark = pytest.mark.once

DAY = timedelta(hours=24)


@pytest.fixture
def closed(ilya, dialogue):
    return closes(ilya, dialogue, at=timezone.now())


def test_within_the_window_it_is_the_same_conversation(marina, closed):
    assert writes(marina, "Снова", at=closed.closed_at + DAY).conversation == closed


def test_it_is_back_in_the_queue_without_an_owner(marina, closed):
    writes(marina, "Снова")
    closed.refresh_from_db()
    assert (closed.state, closed.operator, closed.closed_at) == ("waiting", None, None)


def test_it_waits_since_now(marina, closed):
    at = closed.closed_at + SECOND
    writes(marina, "Снова", at=at)
    closed.refresh_from_db()
    assert closed.waiting_since == at


def test_a_line_says_that_it_was_reopened_before_the_message(marina, closed):
    writes(marina, "Снова")
    last = closed.messages.order_by("-seq")[:2]
    assert [for_staff(message) for message in last] == ["Снова", "Обращение возобновлено"]


def test_its_numbers_go_on(marina, closed):
    before = closed.last_seq
    assert writes(marina, "Снова").seq == before + 2


def test_later_it_is_a_new_conversation_linked_to_the_old(marina, closed):
    fresh = writes(marina, "Другое", at=closed.closed_at + DAY + SECOND)
    assert (fresh.seq, fresh.conversation.previous) == (1, closed)
    assert Conversation.objects.count() == 2


def test_the_window_is_the_site_s(marina, site, closed):
    site.reopen_window = timedelta(0)
    site.save()
    assert writes(marina, "Другое", at=closed.closed_at + SECOND).conversation != closed


def test_staff_do_not_write_into_what_is_closed(ilya, closed):
    with pytest.raises(ConversationClosed):
        answers(ilya, closed, "Ещё одно")


def test_staff_leave_notes_in_what_is_closed(ilya, closed):
    assert answers(ilya, closed, "итог", note=True).seq == closed.last_seq + 1
