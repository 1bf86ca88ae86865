"""What a conversation came to: asked of who closes it, kept, and told to staff alone."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.actions.approach import decline_for_now
from chat.actions.blocks import BlockDraft, block_visitor
from chat.actions.changes import Doer
from chat.actions.closings import ClosingAsks
from chat.actions.conversations import (
    close_conversation,
    end_conversation,
    reopen_conversation,
)
from chat.actions.outcomes import rename_outcome, retire_outcome
from chat.models import Closing, ClosingOutcome
from chat.wire.lines import for_staff, for_visitor
from tests.cast import (
    SECOND,
    accepts,
    closes,
    offers_outcome,
    on_site,
    outcome_of,
    writes,
    writes_first,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def refund(elena):
    """One of the administrator's own, beside others."""
    for title in ("Решено", "Спам"):
        offers_outcome(elena, title)
    return offers_outcome(elena, "Возврат денег")


def ends(conversation):
    return end_conversation(conversation.visitor_id, at=timezone.now())


def kept(conversation):
    """Of each closing the words, by whom, and whether it holds."""
    closings = conversation.closings.order_by("pk")
    return [(one.words, one.by_name, one.reopened_at is None) for one in closings]


def test_who_closes_says_what_it_came_to(ilya, dialogue):
    at = timezone.now()
    closes(ilya, dialogue, "Возврат денег", at=at)
    closing = dialogue.closings.get()
    assert (closing.words, closing.by, closing.at) == ("Возврат денег", ilya, at)


@pytest.mark.parametrize("key", [None, 10**6])
def test_without_an_outcome_of_the_list_it_stays_open(ilya, dialogue, key):
    with pytest.raises(ClosingAsks):
        close_conversation(ilya, dialogue.public_id, outcome=key, at=timezone.now())
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.closings.count()) == ("active", 0)


def test_one_that_was_retired_meanwhile_is_said_to_be_gone(ilya, elena, dialogue, refund):
    retire_outcome(Doer(elena), refund.pk, at=timezone.now())
    with pytest.raises(ClosingAsks) as asks:
        close_conversation(ilya, dialogue.public_id, outcome=refund.pk, at=timezone.now())
    assert asks.value.detail == (
        "Такого исхода больше нет, его убрал администратор. Выберите другой."
    )


def test_where_the_list_is_empty_nothing_is_asked(ilya, dialogue):
    ClosingOutcome.objects.update(retired_at=timezone.now())
    close_conversation(ilya, dialogue.public_id, at=timezone.now())
    assert kept(dialogue) == [("", "Илья Воронцов", True)]
    assert for_staff(dialogue.messages.latest("seq")) == "Илья Воронцов: обращение закрыто"


def test_staff_read_it_in_the_log_and_the_visitor_does_not(ilya, dialogue):
    line = closes(ilya, dialogue, "Возврат денег").messages.latest("seq")
    assert for_staff(line) == "Илья Воронцов: обращение закрыто · Возврат денег"
    assert for_visitor(line) == "Обращение закрыто"


def test_the_visitor_is_not_asked(dialogue):
    ends(dialogue)
    assert kept(dialogue) == [("Завершил посетитель", "", True)]


def test_nor_who_blocks_them(ilya, dialogue):
    block_visitor(Doer(ilya), dialogue.public_id, BlockDraft("Спам"), at=timezone.now())
    assert kept(dialogue) == [("Посетитель заблокирован", "Илья Воронцов", True)]


def test_nor_whoever_was_written_to_and_would_rather_not(ilya, marina):
    visit = on_site(marina)
    conversation = writes_first(ilya, visit)
    decline_for_now(marina.pk, visit.pk, at=timezone.now())
    assert kept(conversation) == [("Посетитель ответил «Не сейчас»", "", True)]


@pytest.mark.services
def test_an_outcome_is_nothing_that_a_visitor_chooses(dialogue, refund):
    ends(dialogue)
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.update(outcome=refund)


def test_reopened_by_the_visitor_it_keeps_the_earlier_one_and_asks_anew(ilya, marina, dialogue):
    closes(ilya, dialogue, "Возврат денег")
    writes(marina, "Деньги не пришли")
    assert not dialogue.closings.current().exists()
    accepts(ilya, dialogue)
    with pytest.raises(ClosingAsks):
        close_conversation(ilya, dialogue.public_id, at=timezone.now())
    closes(ilya, dialogue, "Решено")
    assert kept(dialogue) == [
        ("Возврат денег", "Илья Воронцов", False),
        ("Решено", "Илья Воронцов", True),
    ]
    first = dialogue.closings.order_by("pk").first()
    assert first.reopened_by is None


def test_taken_back_there_is_none_again_and_who_took_it_back_is_known(ilya, dialogue):
    at = timezone.now()
    closes(ilya, dialogue, "Спам", at=at)
    reopen_conversation(ilya, dialogue.public_id, at=at + SECOND)
    assert not dialogue.closings.current().exists()
    assert dialogue.closings.get().reopened_by == ilya


def test_a_renamed_one_reads_by_its_new_title_where_it_was_chosen(ilya, elena, dialogue, refund):
    closes(ilya, dialogue, "Возврат денег")
    rename_outcome(Doer(elena), refund.pk, "Возврат", shown=1, at=timezone.now())
    assert kept(dialogue) == [("Возврат", "Илья Воронцов", True)]
    assert for_staff(dialogue.messages.latest("seq")).endswith("· Возврат денег")


def test_a_retired_one_stays_where_it_was_chosen(ilya, elena, dialogue, refund):
    closes(ilya, dialogue, "Возврат денег")
    retire_outcome(Doer(elena), refund.pk, at=timezone.now())
    assert kept(dialogue) == [("Возврат денег", "Илья Воронцов", True)]
    assert outcome_of("Возврат денег") is None
