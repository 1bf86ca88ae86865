"""An operator writes first to somebody on the site; one of several does, and not twice."""

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from chat.actions.approach import decline_for_now
from chat.actions.errors import (
    AlreadyTaken,
    ClientIdTaken,
    EmptyMessage,
    LimitReached,
    NobodyThere,
    NotNow,
    SiteIsClosed,
    VisitorGone,
    WithoutWindow,
)
from chat.models import Block, Conversation, ExcludedNetwork, LineCode, Message, Ownership, Wait
from chat.wire import lines
from departments.models import Hours, Membership
from tests.cast import SECOND, accepts, answers, closes, on_site, writes, writes_first
from tests.crowd import at_once, customers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(marina):
    return on_site(marina, address="203.0.113.7")


def declines(visit, at=None):
    decline_for_now(visit.visitor_id, visit.pk, at=at or timezone.now())


def test_it_is_theirs_and_begins_with_their_message(ilya, first_line, marina, visit):
    conversation = writes_first(ilya, visit, "Вижу, вы на странице оплаты. Помочь?")
    assert (conversation.state, conversation.operator, conversation.department) == (
        "active",
        ilya,
        first_line,
    )
    line, message = conversation.messages.order_by("seq")
    assert (line.code, line.visitor_seq, message.visitor_seq) == (LineCode.APPROACHED, 1, 2)
    assert message.text == "Вижу, вы на странице оплаты. Помочь?"
    assert lines.for_staff(line) == "Илья Воронцов: первое сообщение посетителю на сайте"


def test_facts_tell_whose_it_was_from_the_beginning(ilya, visit, capsys):
    conversation = writes_first(ilya, visit)
    owned = Ownership.objects.get(conversation=conversation)
    assert (owned.account, owned.began_by) == (ilya, LineCode.APPROACHED)
    assert not Wait.objects.filter(conversation=conversation).exists()
    declines(visit)
    owned.refresh_from_db()
    assert owned.ended_by == LineCode.DECLINED
    call_command("verify_history")
    assert conversation.public_id not in capsys.readouterr().out


def test_the_same_frame_again_is_the_same_message(ilya, visit):
    again = uuid.uuid4()
    first, second = (writes_first(ilya, visit, client_id=again) for _time in range(2))
    assert first == second
    assert Message.objects.count() == 2


def test_another_s_number_is_no_message_of_mine(ilya, darya, visit):
    taken = uuid.uuid4()
    writes_first(darya, visit, client_id=taken)
    with pytest.raises(ClientIdTaken):
        writes_first(ilya, visit, client_id=taken)


def test_of_two_at_once_one_writes_and_the_other_reads_who(ilya, darya, visit):
    acts = [lambda account=account: writes_first(account, visit) for account in (ilya, darya)]
    outcomes = at_once(acts)
    (won,) = (one for one in outcomes if isinstance(one, Conversation))
    (refusal,) = (one for one in outcomes if isinstance(one, Exception))
    assert isinstance(refusal, AlreadyTaken)
    assert refusal.name == won.operator.name
    assert Message.objects.count() == 2


def test_the_visitor_s_own_message_at_once_leaves_one_conversation(ilya, marina, visit):
    at_once([lambda: writes_first(ilya, visit), lambda: writes(marina)])
    assert Conversation.objects.open().filter(visitor=marina).count() == 1


def test_who_has_left_meanwhile_is_written_to_no_more(ilya, visit):
    with pytest.raises(VisitorGone):
        writes_first(ilya, visit, at=visit.present_until + SECOND)
    assert not Conversation.objects.exists()


def test_who_declined_is_left_alone_for_as_long_as_the_visit_lasts(ilya, darya, marina, visit):
    writes_first(ilya, visit)
    declines(visit)
    for account in (ilya, darya):
        with pytest.raises(NotNow):
            writes_first(account, visit)
    # From another device it is the same person.
    other = on_site(marina)
    with pytest.raises(NotNow):
        writes_first(ilya, other)
    later = timezone.now() + timedelta(hours=2)
    assert writes_first(ilya, on_site(marina, at=later), at=later).state == "active"


def test_declining_ends_what_was_not_answered(ilya, site, marina, visit):
    site.rates_at_closing = True
    site.save()
    conversation = writes_first(ilya, visit)
    declines(visit)
    declines(visit)
    conversation.refresh_from_db()
    assert conversation.state == "closed"
    last = conversation.messages.latest("seq")
    assert lines.for_staff(last) == "Посетитель ответил «Не сейчас», обращение закрыто"
    assert lines.for_visitor(last) == "Обращение закрыто"


def test_declining_ends_no_talk(ilya, marina, visit, sergey):
    conversation = writes_first(ilya, visit)
    writes(marina, "Да, не проходит оплата")
    declines(visit)
    theirs = accepts(ilya, writes(sergey).conversation)
    answers(ilya, theirs, "Смотрю")
    declines(on_site(sergey))
    for one in (conversation, theirs):
        one.refresh_from_db()
        assert one.state == "active"


def test_a_site_that_is_closed_lets_nobody_write_first(ilya, site, visit):
    Hours.objects.filter(site=site).delete()
    with pytest.raises(SiteIsClosed):
        writes_first(ilya, visit)


def test_who_has_no_window_is_not_written_to(ilya, site, marina, visit, sergey):
    Block.objects.create(
        site=site,
        subject=marina.subject,
        visitor_name=marina.name,
        term=Block.Term.FOREVER,
        reason="Спам",
        by=ilya,
        at=timezone.now(),
    )
    with pytest.raises(WithoutWindow):
        writes_first(ilya, visit)
    excluded = on_site(sergey, address="198.51.100.7")
    ExcludedNetwork.objects.create(
        network="198.51.100.0/24", added_at=timezone.now(), added_by=ilya
    )
    with pytest.raises(WithoutWindow):
        writes_first(ilya, excluded)


def test_the_limit_of_simultaneous_chats_is_kept(ilya, site, marina, visit):
    Membership.objects.filter(account=ilya).update(limit=1)
    (other,) = customers(site, 1)
    conversation = accepts(ilya, writes(other).conversation)
    with pytest.raises(LimitReached):
        writes_first(ilya, visit)
    closes(ilya, conversation)
    assert writes_first(ilya, visit).operator == ilya


def test_it_goes_on_from_what_was_said_before(ilya, marina, dialogue, visit):
    closes(ilya, dialogue)
    conversation = writes_first(ilya, visit)
    assert conversation.previous == dialogue
    dialogue.refresh_from_db()
    assert dialogue.state == "closed"


def test_of_an_administrator_it_is_the_first_line_s(elena, first_line, visit):
    conversation = writes_first(elena, visit)
    assert (conversation.operator, conversation.department) == (elena, first_line)


def test_there_must_be_something_to_say_and_somebody_to_say_it_to(ilya, zoya, visit):
    with pytest.raises(EmptyMessage):
        writes_first(ilya, visit, "  ")
    with pytest.raises(NobodyThere):
        writes_first(zoya, visit)
