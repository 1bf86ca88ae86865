"""The lists' rows cost the same however many there are, and count what each has not read."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.messages import mark_read_by_operator
from chat.models import Conversation
from chat.rows.conversations import conversation_rows
from tests.cast import accepts, answers, invites, is_present, joins, writes
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
