"""An account is put off at the moment at which its conversations change, on real threads."""

import threading
import time

import pytest
from django.utils import timezone

from chat.actions.accounts import deactivate_account
from chat.actions.errors import NoSuchAddressee
from chat.actions.handover import find_addressee
from chat.actions.moves import move_conversation
from chat.models import Participant
from tests.cast import invites, is_present, joins, to
from tests.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 1.5  # seconds: PostgreSQL looks for deadlocks after one


def test_a_guest_who_is_given_the_conversation_meanwhile(monkeypatch, elena, ilya, anton, dialogue):
    is_present(ilya, anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    is_locked = threading.Event()

    def find_slowly(chosen, conversation):
        addressee = find_addressee(chosen, conversation)
        is_locked.set()
        time.sleep(WAIT)
        return addressee

    monkeypatch.setattr("chat.actions.moves.find_addressee", find_slowly)

    def puts_off():
        is_locked.wait(10)
        deactivate_account(anton, at=timezone.now())

    moved, put_off = at_once(
        [
            lambda: (
                move_conversation(elena, dialogue.public_id, to(anton), at=timezone.now()).public_id
            ),
            lambda: puts_off() or "put off",
        ]
    )
    assert put_off == "put off"
    assert isinstance(moved, NoSuchAddressee) or moved == dialogue.public_id
    dialogue.refresh_from_db()
    assert dialogue.operator != anton
    assert not Participant.objects.current().filter(account=anton).exists()
