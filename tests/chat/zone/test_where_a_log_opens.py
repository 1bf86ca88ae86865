"""A page says how far its reader has looked: there the log opens (shared/message-log.js)."""

import re

import pytest
from django.utils import timezone

from chat.actions.messages import mark_read_by_operator
from chat.rooms.actions import mark_internal_read
from tests.cast import (
    browser_of,
    invites,
    is_present,
    joins,
    makes_group,
    writes,
    writes_among_staff,
)


def seen_on(account, path):
    page = browser_of(account).get(path).content.decode()
    return int(re.findall(r'<message-log [^>]*data-seen="(\d+)"', page)[0])


@pytest.fixture
def path(marina, dialogue):
    writes(marina, "Ау")
    return f"/chat/{dialogue.public_id}/"


def test_its_owner_goes_on_where_they_stopped(ilya, dialogue, path):
    mark_read_by_operator(ilya, dialogue.public_id, 2, at=timezone.now())
    assert seen_on(ilya, path) == 2


def test_who_joined_has_a_place_of_their_own(ilya, anton, dialogue, path):
    mark_read_by_operator(ilya, dialogue.public_id, 3, at=timezone.now())
    is_present(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    mark_read_by_operator(anton, dialogue.public_id, 1, at=timezone.now())
    assert (seen_on(ilya, path), seen_on(anton, path)) == (3, 1)


def test_of_who_looks_on_nobody_keeps_account(ilya, darya, dialogue, path):
    mark_read_by_operator(ilya, dialogue.public_id, 2, at=timezone.now())
    assert seen_on(darya, path) == 0


def test_each_member_of_a_chat_goes_on_where_they_stopped(ilya, anton):
    chat = makes_group(ilya, "Смена", anton)
    writes_among_staff(ilya, chat, "Кто сегодня?")
    mark_internal_read(ilya, chat.public_id, 2, at=timezone.now())
    path = f"/chat/internal/{chat.public_id}/"
    assert (seen_on(ilya, path), seen_on(anton, path)) == (2, 0)
