"""The lists' rows cost the same however many there are, and count what each has not read."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.messages import mark_read_by_operator
from chat.actions.presence import choose_intention, leave_zone
from chat.models import Conversation
from chat.rows.conversations import conversation_rows
from chat.rows.operators import count_online, operator_rows
from operators.models import Intention, Lease
from tests.cast import SECOND, accepts, answers, invites, is_present, joins, transfers, writes
from tests.crowd import customers

pytestmark = pytest.mark.django_db(transaction=True)


def shared(visitor, owner, *guests):
    conversation = accepts(owner, writes(visitor).conversation)
    is_present(*guests)
    for guest in guests:
        invites(owner, conversation, guest)
        joins(guest, conversation)
    return conversation


def rows_of(*conversations):
    listed = Conversation.objects.filter(pk__in=[c.pk for c in conversations]).order_by("pk")
    return conversation_rows(
        listed.select_related("visitor", "operator", "department"), at=timezone.now()
    )


def test_more_rows_cost_no_more_queries(site, ilya, darya, anton):
    conversations = [shared(visitor, ilya, darya, anton) for visitor in customers(site, 4)]
    with CaptureQueriesContext(connection) as one:
        rows_of(conversations[0])
    with CaptureQueriesContext(connection) as four:
        rows_of(*conversations)
    assert len(four) == len(one)


def test_each_row_counts_for_each_what_they_have_not_read(site, ilya, anton):
    first, second = (shared(visitor, ilya, anton) for visitor in customers(site, 2))
    mark_read_by_operator(ilya, first.public_id, first.last_seq, at=timezone.now())
    mark_read_by_operator(anton, second.public_id, 99, at=timezone.now())
    writes(first.visitor, "А ещё")
    answers(ilya, first, "Смотрю")
    counted = [
        (row["unread"], json.loads(row["guests_json"])[0]["unread"])
        for row in rows_of(first, second)
    ]
    assert counted == [(1, 2), (1, 0)]


def test_a_row_shows_the_question_whatever_staff_write_beside_it(ilya, anton, dialogue):
    answers(ilya, dialogue, "Похоже на мошенника", note=True)
    is_present(anton)
    transfers(ilya, dialogue, anton, asked="Не приходит счёт", done="Проверил оплату")
    (row,) = rows_of(dialogue)
    assert (row["preview"], row["preview_name"]) == ("Не приходит счёт", "")
    answers(ilya, dialogue, "Смотрю")
    (row,) = rows_of(dialogue)
    assert (row["preview"], row["preview_name"]) == ("Смотрю", "Илья Воронцов")


def test_who_is_gone_is_gone_since_they_left_and_who_never_came_since_never(
    ilya, darya, anton, kamila
):
    at = timezone.now()
    is_present(ilya, darya, anton)
    choose_intention(darya, Intention.BREAK, at=at + SECOND)
    choose_intention(anton, Intention.BUSY, at=at + SECOND)
    leave_zone(ilya, Lease.Ending.LEFT, at=at + 5 * SECOND)
    rows = {row["id"]: row for row in operator_rows(at=at + 6 * SECOND)}
    assert [rows[one.pk]["presence"] for one in (ilya, darya, kamila)] == ["off", "break", "off"]
    assert [rows[one.pk]["since"] for one in (ilya, darya, kamila)] == [
        *(at + 5 * SECOND, at + SECOND),
        None,
    ]


def test_in_the_net_are_those_who_are_neither_busy_nor_away(ilya, darya, anton, kamila):
    at = timezone.now()
    is_present(ilya, darya, anton)
    choose_intention(darya, Intention.BREAK, at=at)
    choose_intention(anton, Intention.BUSY, at=at)
    choose_intention(ilya, Intention.ONLINE, at=at)
    assert count_online(operator_rows(at=at)) == 1
