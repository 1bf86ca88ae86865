"""«Вернуть»: who closed a conversation thinks better of it within a minute."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.conversations import reopen_conversation
from chat.actions.errors import (
    ClosedByAnother,
    LimitReached,
    NotFound,
    ReopenedTooLate,
    WroteAnew,
)
from chat.actions.presence import choose_intention
from chat.models import LineCode
from chat.recount import differences
from chat.wire.lines import for_staff, for_visitor
from departments.models import Membership
from operators.models import Intention
from tests.cast import SECOND, accepts, closes, invites, is_present, joins, writes

pytestmark = pytest.mark.once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def closed(ilya, dialogue):
    return closes(ilya, dialogue, at=timezone.now())


def takes_back(account, conversation, *, at=None):
    at = at or conversation.closed_at + SECOND
    return reopen_conversation(account, conversation.public_id, at=at)


def test_its_owner_leads_it_again(ilya, closed):
    takes_back(ilya, closed)
    closed.refresh_from_db()
    assert (closed.state, closed.operator, closed.closed_by) == ("active", ilya, None)


def test_both_sides_read_a_line_of_it(ilya, closed):
    last = takes_back(ilya, closed).messages.latest("seq")
    assert for_staff(last) == "Илья Воронцов: обращение возвращено из закрытых"
    assert for_visitor(last) == "Обращение возобновлено"


def test_a_new_stretch_of_its_owner_begins(ilya, closed):
    takes_back(ilya, closed)
    kept = list(closed.ownerships.order_by("pk").values_list("began_by", "ended_by"))
    assert kept == [(LineCode.ACCEPTED, LineCode.CLOSED), (LineCode.RESUMED, "")]
    assert list(differences([closed])) == []


def test_what_waited_waits_where_it_stood(ilya, waiting):
    closed = closes(ilya, waiting, at=waiting.waiting_since + MINUTE)
    takes_back(ilya, closed)
    closed.refresh_from_db()
    assert (closed.state, closed.waiting_since) == ("waiting", waiting.waiting_since)
    first, second = closed.waits.order_by("pk")
    assert first.ended_at is not None
    assert (second.began_at - first.ended_at, second.ended_at) == (SECOND, None)


def test_an_administrator_gives_it_back_to_its_owner(elena, ilya, dialogue):
    closed = closes(elena, dialogue, at=timezone.now())
    takes_back(elena, closed)
    closed.refresh_from_db()
    assert (closed.state, closed.operator) == ("active", ilya)
    assert list(differences([closed])) == []


def test_nobody_else_takes_it_back(darya, elena, anton, closed):
    for colleague in (darya, elena):
        with pytest.raises(ClosedByAnother):
            takes_back(colleague, closed)
    with pytest.raises(NotFound):
        takes_back(anton, closed)


def test_after_a_minute_it_is_too_late(ilya, closed):
    with pytest.raises(ReopenedTooLate):
        takes_back(ilya, closed, at=closed.closed_at + MINUTE + SECOND)


def test_not_beyond_the_limit(ilya, sergey, closed):
    Membership.objects.filter(account=ilya).update(limit=1)
    accepts(ilya, writes(sergey).conversation)
    with pytest.raises(LimitReached):
        takes_back(ilya, closed)


def test_not_beside_a_newer_one(ilya, marina, site, closed):
    site.reopen_window = timedelta(0)
    site.save()
    writes(marina, "Ещё вопрос", at=closed.closed_at + SECOND)
    with pytest.raises(WroteAnew):
        takes_back(ilya, closed, at=closed.closed_at + 2 * SECOND)


def test_what_is_open_again_is_left_as_it_is(ilya, marina, closed):
    takes_back(ilya, closed)
    again = takes_back(ilya, closed)
    assert (again.state, again.last_seq) == ("active", closed.last_seq + 1)
    closes(ilya, closed)
    writes(marina, "Постойте")
    assert takes_back(ilya, closed, at=timezone.now()).state == "waiting"


def test_who_took_part_does_not_any_more(ilya, anton, dialogue):
    is_present(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    closed = closes(ilya, dialogue, at=timezone.now())
    assert not takes_back(ilya, closed).participants.current().exists()


def test_everyone_sees_it_open_and_the_visitor_s_words_come_again(
    wires, marina, ilya, darya, closed
):
    zone, other, tab = wires.operator(ilya), wires.operator(darya), wires.visitor(marina)
    takes_back(ilya, closed)
    assert zone.expect("conversation", id=closed.public_id, state="active")
    assert tab.expect("conversation", id=closed.public_id, state="active")
    other.expect("fragment", target=f"visitor-{closed.public_id}", action="replace")
    tab.ask("message", text="Спасибо, что вернулись")
    assert zone.expect("message", text="Спасибо, что вернулись")


def test_the_visitor_is_on_the_site_no_more_as_one_who_merely_looks(wires, marina, ilya, closed):
    zone = wires.operator(ilya)
    wires.visitor(marina)
    zone.ask("people")
    zone.expect("people", count=1)
    takes_back(ilya, closed)
    zone.expect("people", count=0)


def test_one_who_is_busy_by_now_has_it_all_the_same(ilya, closed):
    is_present(ilya)
    choose_intention(ilya, Intention.BUSY, at=timezone.now())
    assert takes_back(ilya, closed).state == "active"
