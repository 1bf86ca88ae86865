"""The reports on operators and on levels, and who reads them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict

from chat.actions.facts import record_missed
from chat.actions.presence import choose_intention
from chat.models import Ownership, Transfer
from operators.models import Intention, Lease
from reports.access import narrowed, reads_reports, reads_work_of
from reports.actions.attending import add_up_attendance
from reports.actions.counting import count_all, prepare
from reports.checks import find_differences
from reports.models import DailyTotal, Tally
from reports.queries import levels, operator_detail, operators_table, summary
from reports.selection import Selection
from tests.cast import registers
from tests.reports.people import MINUTE, NOON, person, talked, there

EVENING = datetime(2026, 11, 10, 18, tzinfo=UTC)
TUESDAY = Selection(date(2026, 11, 10), date(2026, 11, 10))
WEEK = replace(TUESDAY, since=date(2026, 11, 4))


def counts():
    count_all(timedelta(seconds=5))


@pytest.fixture
def worked(site, ilya, darya):
    """Ilya had two talks at once, four minutes each, one begun a minute after the other."""
    talks = [talked(person(site, number), ilya, NOON + number * MINUTE) for number in range(2)]
    talked(person(site, 2), darya, NOON - 3 * 24 * 60 * MINUTE, answers=1)
    counts()
    return talks


def row_of(account, selection=TUESDAY):
    rows = operators_table(selection, at=EVENING).rows
    return next(row for row in rows if row.account == account)


def test_chats_of_an_operator(worked, ilya):
    row = row_of(ilya)
    assert (row.sums.received, row.sums.responses, row.sums.response_seconds) == (2, 2, 120)
    assert (row.sums.duration_seconds, row.level, row.by_day) == (480, 1, [2])


def test_presence_talking_and_load(worked, ilya):
    attendance = row_of(ilya).attendance
    assert attendance.present == 7 * 60  # from a minute before to the end of the second
    assert (attendance.talking, attendance.led) == (5 * 60, 8 * 60)
    assert (attendance.load, attendance.share_talking) == (8 / 5, 5 / 7)


def test_days_that_are_over_are_added_up_once_and_outlive_everything(worked, ilya, darya):
    before = [row_of(account, WEEK).attendance for account in (ilya, darya)]
    later = EVENING + timedelta(days=1)
    assert [add_up_attendance(at=later), add_up_attendance(at=later)] == [4, 0]
    Ownership.objects.all().delete()
    Lease.objects.all().delete()
    assert [row_of(account, WEEK).attendance for account in (ilya, darya)] == before


def test_who_did_nothing_is_in_the_table_too(worked, darya):
    assert row_of(darya).sums.received == 0
    assert row_of(darya, WEEK).sums.received == 1


def test_the_whole_of_the_table_is_the_sum_of_its_rows(worked):
    table = operators_table(WEEK, at=EVENING)
    assert (table.whole.received, [row.sums.received for row in table.rows]) == (3, [2, 1])


def test_offers_that_were_let_pass(worked, ilya):
    record_missed(worked[0].pk, ilya.pk, at=NOON)
    record_missed(worked[0].pk, ilya.pk, is_declined=True, at=NOON)
    row = row_of(ilya)
    assert (row.attendance.missed, row.attendance.declined, row.offered) == (2, 1, 4)


def test_a_chosen_status_is_seen_in_the_timeline(worked, ilya):
    there(ilya, NOON + 60 * MINUTE, NOON + 120 * MINUTE)
    choose_intention(ilya, Intention.BREAK, at=NOON + 90 * MINUTE)
    choose_intention(ilya, Intention.ONLINE, at=NOON + 100 * MINUTE)
    report = operator_detail(WEEK, ilya, at=EVENING)
    today, *_earlier = report.timeline
    assert (today.day, today.chats, today.time.on_break) == (TUESDAY.until, 2, 600)
    assert (len(report.timeline), report.timeline[-1].spans) == (7, [])


def test_the_trend_of_one_and_of_all(worked, ilya):
    report = operator_detail(WEEK, ilya, at=EVENING)
    assert [sums.received for sums in report.by_day.values()] == [0, 0, 0, 0, 0, 0, 2]
    assert [sums.received for sums in report.team_by_day.values()] == [0, 0, 0, 1, 0, 0, 2]
    assert (report.summary.received, report.before.received, report.comments) == (2, 0, [])


def climbs(talk, ilya, anton, first_line, second_line):
    """Anton had it from the second minute to the third, and gave it back."""
    own = Ownership.objects.filter(conversation=talk)
    own.update(ended_at=NOON + 2 * MINUTE, ended_by="transferred")
    for account, place, began, ended in (
        (anton, second_line, 2, 3),
        (ilya, first_line, 3, 5),
    ):
        talk.ownerships.create(
            account=account,
            account_name=account.name,
            department=place,
            level=place.level,
            began_at=NOON + began * MINUTE,
            ended_at=NOON + ended * MINUTE,
            began_by="transferred",
        )
    sent = {
        "conversation": talk,
        "created_at": NOON,
        "expires_at": NOON,
        "outcome": "accepted",
        "sender_name": "—",
    }
    up = {"from_department": first_line, "level_from": 1, "level_to": 2}
    down = {"from_department": second_line, "level_from": 2, "level_to": 1, "is_return": True}
    for sender, taker, way, minute in ((ilya, anton, up, 2), (anton, ilya, down, 3)):
        at = NOON + minute * MINUTE
        Transfer.objects.create(sender=sender, to_account=taker, decided_at=at, **sent, **way)
    Tally.objects.update(seq=0)
    counts()


def test_levels(worked, ilya, anton, first_line, second_line):
    climbs(worked[0], ilya, anton, first_line, second_line)
    report = levels(TUESDAY, at=EVENING)
    assert (report.summary.climbs, report.summary.climb_seconds) == (1, 120)
    assert [sums.closed for sums in report.by_level.values()] == [2, 0, 0]
    (way,) = report.bounces
    assert (way.from_name, way.to_name, way.count) == (second_line.name, ilya.name, 1)
    assert (row_of(anton).sums.taken, row_of(ilya).sums.transfers) == (1, 1)
    assert (report.active_customers, report.norm) == (0, 1)


def test_levels_of_departments_that_one_may_read(worked, ilya, anton, first_line, second_line):
    climbs(worked[0], ilya, anton, first_line, second_line)
    for places, times in ({"departments": (second_line.pk,)}, 1), ({"within": ()}, 0):
        report = levels(replace(TUESDAY, **places), at=EVENING)
        assert (len(report.bounces), report.by_hour[12].present) == (times, 0)
    first = levels(replace(TUESDAY, within=(first_line.pk,), kinds=("other",)), at=EVENING)
    assert (first.bounces, first.summary.received) == ([], 2)
    assert first.by_hour[12].present == pytest.approx(6 / 60)


def test_hours_and_those_who_were_there(worked):
    hours = levels(TUESDAY, at=EVENING).by_hour
    assert (hours[12].received, hours[13].received) == (2, 0)
    assert hours[12].present == pytest.approx(6 / 60)
    assert hours[11].present == pytest.approx(1 / 60)


def test_what_is_overdue(ilya, dialogue, site):
    ticket = registers(ilya, dialogue)
    day = ticket.created_at.date()
    ticket.answered_at, ticket.answer_due_at = None, ticket.created_at + MINUTE
    ticket.save()
    selection = Selection(day - timedelta(days=1), day + timedelta(days=1))
    for later, late in ((0, 0), (5, 1)):
        at = ticket.created_at + later * MINUTE + MINUTE / 2
        (row,) = levels(selection, at=at).overdue
        assert levels(replace(selection, within=()), at=at).overdue == []
        assert (row.plan, row.tickets, row.late_answers, row.late_solutions) == ("", 1, late, 0)


def test_who_reads(worked, elena, ilya, darya, anton, customer):
    assert reads_reports(elena)
    assert not any(map(reads_reports, (ilya, customer)))
    assert reads_work_of(ilya, ilya)
    assert not reads_work_of(ilya, darya)
    ilya.reads_reports = True
    assert reads_work_of(ilya, darya)
    assert not reads_work_of(ilya, anton)


def test_what_they_read(worked, elena, ilya, anton):
    assert summary(narrowed(TUESDAY, elena)).received == 2
    assert summary(narrowed(TUESDAY, ilya)).received == 0
    ilya.reads_reports = anton.reads_reports = True
    assert summary(narrowed(TUESDAY, ilya)).received == 2
    by_words = Selection.from_query(QueryDict("from=2026-11-10&to=2026-11-10&q=счёт"), at=NOON)
    prepare(by_words)
    assert summary(narrowed(by_words, ilya)).received == 2
    assert summary(narrowed(by_words, anton)).received == 0


def test_the_check_finds_what_was_altered(worked):
    assert list(find_differences()) == []
    Tally.objects.filter(pk=worked[0].pk).update(wait=7)
    found = list(find_differences())
    assert "wait is 7, the log tells 60" in found[0]
    Tally.objects.filter(pk=worked[0].pk).update(wait=60)
    DailyTotal.objects.filter(day=TUESDAY.since).update(received=1)
    assert [line.partition(":")[0] for line in find_differences()] == ["total"]
