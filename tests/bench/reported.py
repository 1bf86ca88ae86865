"""Three years of history, put past the actions into the database, and how long it is busy with each
report of it. Prints {name: milliseconds} as JSON.

python -m tests.bench.reported CONVERSATIONS MESSAGES_OF_EACH
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.db import connection
from django.utils import timezone

DAYS = 3 * 365
OPERATORS = 12
SECONDS_OF_COUNTING = timedelta(hours=1)
REPEATS = 5
# Of each conversation by its number: what differs from one to another, and nothing by chance.
CONVERSATIONS = """
    INSERT INTO chat_conversation (
        public_id, visitor_id, department_id, operator_id, begun_by_operator, criticality,
        started_at, waiting_since, queued_at, accepted_at, answered_at, closed_at, changed_at,
        passed_by, last_seq, last_visitor_seq, operator_read_seq, visitor_read_seq, revision
    )
    SELECT 'bench' || n, %(visitor)s + n %% %(visitors)s, %(department)s,
        CASE WHEN n %% 12 < 11 THEN (%(operators)s::bigint[])[1 + n %% 11] END, FALSE, 1 + n %% 4,
        at, at, at, CASE WHEN n %% 12 < 11 THEN at + '40 seconds'::interval END,
        CASE WHEN n %% 12 < 11 THEN at + '70 seconds'::interval END,
        at + '11 minutes'::interval, at + '11 minutes'::interval,
        '[]', %(messages)s, %(messages)s, 0, 0, 1
    FROM (
        SELECT n, %(since)s + (n * %(apart)s) * '1 second'::interval AS at
        FROM generate_series(0, %(count)s - 1) n
    ) numbered
"""
WAITS = """
    INSERT INTO chat_wait (conversation_id, department_id, level, began_at, ended_at, outcome)
    SELECT id, department_id, 1, started_at, COALESCE(accepted_at, closed_at), 'answered'
    FROM chat_conversation WHERE public_id LIKE 'bench%%'
"""
OWNERSHIPS = """
    INSERT INTO chat_ownership (
        conversation_id, account_id, account_name, department_id, level,
        began_at, ended_at, began_by, ended_by
    )
    SELECT id, operator_id, '', department_id, 1, accepted_at, closed_at, 'accepted', 'closed'
    FROM chat_conversation WHERE public_id LIKE 'bench%%' AND operator_id IS NOT NULL
"""
MESSAGES = """
    INSERT INTO chat_message (
        conversation_id, client_id, seq, visitor_seq, kind, author_kind, author_id, author_name,
        text, links, code, params, created_at
    )
    SELECT c.id, gen_random_uuid(), seq, seq, 'text',
        CASE WHEN seq %% 2 = 0 AND operator_id IS NOT NULL THEN 'operator' ELSE 'visitor' END,
        CASE WHEN seq %% 2 = 0 THEN operator_id END, '', 'Не приходит счёт за прошлый месяц',
        '', '', '{}', started_at + seq * '40 seconds'::interval
    FROM chat_conversation c, generate_series(1, %(messages)s) seq
    WHERE public_id LIKE 'bench%%' AND c.id > %(first)s AND c.id <= %(last)s
"""
AT_ONCE = 10_000


def fill(count: int, messages: int) -> None:
    from chat.models import Conversation, Visitor
    from departments.models import Department, Site
    from operators.models import Account

    site = Site.objects.own().get()
    department = Department.objects.filter(level=1, sites=site).first()
    many = max(100, count // 40)
    visitors = Visitor.objects.bulk_create(
        Visitor(site=site, subject=f"reported{number}", name="Гость") for number in range(many)
    )
    operators = [
        Account.objects.create_account(f"reported{number}", None, name=f"Оператор {number}").pk
        for number in range(OPERATORS)
    ]
    values: dict[str, Any] = {
        "visitor": visitors[0].pk,
        "visitors": many,
        "department": department and department.pk,
        "operators": operators,
        "messages": messages,
        "since": timezone.now() - timedelta(days=DAYS),
        "apart": DAYS * 86_400 / count,
        "count": count,
    }
    with connection.cursor() as cursor:
        for statement in (CONVERSATIONS, WAITS, OWNERSHIPS):
            cursor.execute(statement, values)
        every = Conversation.objects.filter(public_id__startswith="bench").order_by("pk")
        keys = list(every.values_list("pk", flat=True))
        for start in range(0, len(keys), AT_ONCE):
            part = {"first": keys[start] - 1, "last": keys[start : start + AT_ONCE][-1]}
            cursor.execute(MESSAGES, values | part)
        cursor.execute("ANALYZE")


def count_all() -> float:
    from reports.actions import counting

    began = time.perf_counter()
    counting.count_all(SECONDS_OF_COUNTING)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE reports_tally, reports_share, reports_dailytotal")
    return time.perf_counter() - began


class Clock:
    """How long statements took, with what they brought."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began


def measured(act: Callable[[], object]) -> tuple[float, float]:
    """Of the database, and in all; the best of some, in milliseconds."""
    found = []
    for _turn in range(REPEATS):
        clock, began = Clock(), time.perf_counter()
        with connection.execute_wrapper(clock):
            act()
        found.append((clock.seconds * 1e3, (time.perf_counter() - began) * 1e3))
    return min(found)


def reports() -> dict[str, Callable[[], object]]:
    from operators.models import Account
    from reports.queries import ConversationReport, Selection, detail_page, operators_table

    at = timezone.now()
    today = at.date()

    def of(days: int, **conditions: Any) -> Selection:
        return Selection(today - timedelta(days=days - 1), today, **conditions)

    def whole(selection: Selection) -> Callable[[], object]:
        return lambda: ConversationReport(selection).summary

    operator = Account.objects.get(login="reported3").pk
    two = {"operators": (operator,), "criticalities": (4,)}
    return {
        "month": whole(of(30)),
        "year": whole(of(365)),
        "three years": whole(of(DAYS)),
        "three years of two conditions": whole(of(DAYS, **two)),
        "operators of a month": lambda: operators_table(of(30), at=at),
        "first page": lambda: detail_page(of(DAYS)),
        "first page of two conditions": lambda: detail_page(of(DAYS, **two)),
        "first page of two that nothing meets": lambda: detail_page(
            of(DAYS, scores=("stars-1",), kinds=("no_operator",))
        ),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sphaera_support.settings")
    django.setup()
    count, messages = map(int, sys.argv[1:])
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    fill(count, messages)
    found: dict[str, Any] = {"counting": [count_all(), 0.0]}
    found |= {name: measured(act) for name, act in reports().items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
