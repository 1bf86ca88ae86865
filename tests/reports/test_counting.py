"""Conversations are counted behind what happens, once as they are and anew where they change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from chat.actions import conversations, ratings
from chat.models import Conversation
from chat.tickets.actions.linking import unlink_ticket
from reports.actions.counting import (
    SETTLES_IN,
    catch_up,
    changed_since,
    count_all,
    count_changed,
    count_open,
)
from reports.derivation import count
from reports.models import CountingCursor, DailyTotal, Dimension, Fate, Kind, Tally
from tests.cast import (
    accepts,
    answers,
    closes,
    is_present,
    offers_outcome,
    registers,
    takes_over,
    transfers,
    writes,
)

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def counted(conversation):
    catch_up()
    return Tally.objects.get(pk=conversation.pk)


def total(dimension=Dimension.WHOLE, **found):
    return DailyTotal.objects.get(dimension=dimension, **found)


def talk(ilya, marina):
    """Both say two things, and it is closed: an hour ago, by a minute a step."""
    is_present(ilya)
    at = timezone.now()
    conversation = writes(marina, at=at).conversation
    accepts(ilya, conversation, at=at + MINUTE)
    answers(ilya, conversation, "Здравствуйте!", at=at + 2 * MINUTE)
    writes(marina, "Не входит", at=at + 3 * MINUTE)
    answers(ilya, conversation, "Попробуйте снова", at=at + 5 * MINUTE)
    offers_outcome(ilya, "Решено")
    return closes(ilya, conversation, "Решено", at=at + 6 * MINUTE)


def test_a_talk_is_counted(ilya, marina):
    tally = counted(talk(ilya, marina))
    assert (tally.fate, tally.kind, tally.operator) == (Fate.ANSWERED, Kind.FULL, ilya)
    assert (tally.wait, tally.response, tally.duration) == (60, 120, 300)
    assert (tally.replies, tally.reply_seconds) == (2, 60 + 120)
    assert (tally.from_visitor, tally.from_operators) == (2, 2)
    assert tally.outcome.title == "Решено"


def test_its_operator_has_a_share(ilya, marina):
    share = counted(talk(ilya, marina)).shares.get()
    assert (share.account, share.is_accepted, share.is_last) == (ilya, True, True)
    assert (share.response, share.seconds, share.messages) == (60, 300, 2)


def test_the_sums_of_the_day_have_it_once_however_often_it_is_counted(ilya, marina):
    conversation = talk(ilya, marina)
    counted(conversation)
    Tally.objects.update(seq=0)
    assert count_all(SECOND) == 1
    assert count_all(SECOND) == 0
    whole = total()
    assert (whole.received, whole.answered, whole.full, whole.wait_seconds) == (1, 1, 1, 60)
    assert total(Dimension.SHARE, value=str(ilya.pk)).duration_seconds == 300


def test_nobody_looks_through_all_of_them_once_all_are_counted(ilya, marina):
    conversation = talk(ilya, marina)
    count_all(SECOND)
    long_ago = timezone.now() - timedelta(days=1)
    Conversation.objects.filter(pk=conversation.pk).update(changed_at=long_ago)
    assert not changed_since(CountingCursor.objects.get()).exists()


def test_what_is_said_in_an_open_one_is_counted_for_whoever_asks(dialogue, ilya, marina):
    before = counted(dialogue)
    assert (before.fate, before.kind, before.duration) == (Fate.ANSWERED, Kind.NO_OPERATOR, None)
    answers(ilya, dialogue, "Сейчас посмотрим")
    assert counted(dialogue).kind == Kind.NO_VISITOR
    assert [total().no_operator, total().no_visitor] == [0, 1]


def test_a_score_that_comes_after_the_closing(ilya, marina, dialogue):
    ratings.ask_for_rating(ilya, dialogue.public_id, at=timezone.now())
    closes(ilya, dialogue)
    assert counted(dialogue).score is None
    asked = dialogue.ratings.get()
    ratings.rate(marina.pk, asked.message.visitor_seq, 4, "Хорошо", at=timezone.now())
    tally = counted(dialogue)
    assert (tally.score, tally.is_commented, tally.shares.get().score) == (4, True, 4)
    assert total().scores == {"stars-4": 1}


def test_closed_reopened_and_closed_again_it_is_one(ilya, dialogue):
    closes(ilya, dialogue)
    counted(dialogue)
    conversations.reopen_conversation(ilya, dialogue.public_id, at=timezone.now())
    assert counted(dialogue).closed_at is None
    closes(ilya, dialogue)
    assert counted(dialogue).closed_at is not None
    assert (total().received, total().closed) == (1, 1)


def test_moved_to_another_department_its_sums_move_too(ilya, anton, dialogue, second_line):
    counted(dialogue)
    is_present(anton)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    tally = counted(dialogue)
    assert (tally.level, tally.transfers, tally.shares.count()) == (2, 1, 2)
    rows = DailyTotal.objects.filter(dimension=Dimension.WHOLE)
    assert [row.department_id for row in rows] == [second_line.pk]


def test_its_ticket_is_known_and_forgotten(ilya, dialogue):
    ticket = registers(ilya, dialogue)
    assert counted(dialogue).has_ticket
    unlink_ticket(ilya, dialogue.public_id, ticket.number, at=timezone.now())
    assert not counted(dialogue).has_ticket


def test_nobody_there_it_was_offline_until_somebody_takes_it(waiting, ilya):
    assert counted(waiting).fate == Fate.OFFLINE
    accepts(ilya, waiting)
    tally = counted(waiting)
    assert (tally.fate, tally.is_offline, tally.wait) == (Fate.ANSWERED, True, None)


def test_waiting_and_given_up(ilya, elena, marina):
    is_present(ilya)
    conversation = writes(marina).conversation
    assert counted(conversation).fate == Fate.WAITING
    closes(elena, conversation)
    assert counted(conversation).fate == Fate.MISSED


def test_the_day_is_that_of_the_site_and_stays(waiting, site):
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # half past one in Moscow, the day after
    Conversation.objects.update(started_at=late)
    assert (counted(waiting).day.day, counted(waiting).hour) == (1, 1)
    site.time_zone = "Europe/London"
    site.save()
    Tally.objects.update(seq=0)
    count_all(SECOND)
    assert Tally.objects.get().day.day == 1


def test_sums_outlive_conversations(ilya, marina, site):
    counted(talk(ilya, marina))
    before = list(DailyTotal.objects.order_by("pk").values())
    marina.delete()
    assert count_all(SECOND) == 0
    assert not Tally.objects.exists()
    assert list(DailyTotal.objects.order_by("pk").values()) == before


def test_batches_walk_on_by_time(site, marina, sergey, ilya):
    for visitor in (marina, sergey):
        closes(ilya, accepts(ilya, writes(visitor).conversation))
    at = timezone.now() + 2 * SETTLES_IN
    assert [count_changed(most=1, at=at) for _turn in range(3)] == [1, 1, 0]


def test_open_ones_are_counted_for_who_asks_and_not_behind_what_is_said(dialogue, ilya):
    assert count_changed(at=timezone.now()) == 0
    assert counted(dialogue).closed_at is None
    answers(ilya, dialogue, "Попробуйте снова")
    assert count_changed(at=timezone.now()) == 0
    assert counted(dialogue).from_operators == 1
    closes(ilya, dialogue)
    assert count_changed(at=timezone.now()) == 1


def test_what_changes_while_it_is_counted_is_counted_anew(dialogue, ilya, monkeypatch):
    def said_meanwhile(facts):
        monkeypatch.setattr("reports.actions.counting.count", count)
        answers(ilya, dialogue, "Попробуйте снова")
        return count(facts)

    monkeypatch.setattr("reports.actions.counting.count", said_meanwhile)
    assert count_open() == 1
    early = Tally.objects.get().from_operators
    assert counted(dialogue).from_operators == early + 1
    assert total().from_operators == early + 1


@pytest.mark.parametrize("way", [count_all, catch_up])
def test_what_is_deleted_while_it_is_counted_is_not_kept(way, dialogue, monkeypatch):
    def deleted_meanwhile(facts):
        Conversation.objects.all().delete()
        return count(facts)

    monkeypatch.setattr("reports.actions.counting.count", deleted_meanwhile)
    way(SECOND)
    assert not Tally.objects.exists()
    assert not DailyTotal.objects.exists()


def test_two_who_count_at_once_count_once(dialogue, ilya, monkeypatch):
    closes(ilya, dialogue)

    def another_was_quicker(facts):
        monkeypatch.setattr("reports.actions.counting.count", count)
        assert count_changed(at=timezone.now()) == 1
        return count(facts)

    monkeypatch.setattr("reports.actions.counting.count", another_was_quicker)
    assert count_changed(at=timezone.now()) == 0
    assert total().received == 1


@pytest.mark.parametrize("missing", ["ownerships", "waits"])
def test_one_from_before_there_were_stretches(dialogue, missing):
    getattr(dialogue, missing).all().delete()
    assert counted(dialogue).fate == Fate.ANSWERED
