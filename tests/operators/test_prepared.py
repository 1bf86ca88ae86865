"""What is put together once says the same as what is put together anew."""

import uuid
from datetime import timedelta

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import Count, F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Visit, Visitor
from operators.prepared import Among, Planned, Prepared, PreparedUpdate, insert, update

theirs = Prepared(
    lambda visitor, public_id, since: (
        Visit.objects.select_related("visitor__site")
        .annotate(others=Count("visitor__visits"))
        .filter(visitor=visitor, public_id=public_id, seen_at__gt=since)
    )
)


@pytest.fixture
def visit(marina) -> Visit:
    at = timezone.now()
    Visitor.objects.filter(pk=marina.pk).update(claims={"тариф": ["полный"]})
    return Visit.objects.create(visitor=marina, started_at=at, seen_at=at, present_until=at)


def columns(row) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def found(visit, **other):
    asked = {"visitor": visit.visitor_id, "public_id": visit.public_id, "since": visit.seen_at}
    return theirs.first(**asked | {"since": visit.seen_at - timedelta(seconds=1)} | other)


def test_a_row_comes_with_those_it_refers_to_and_what_is_annotated(visit):
    same = Visit.objects.select_related("visitor__site").get(pk=visit.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        one = found(visit)
        assert columns(one) == columns(same) | {"others": 1}
        assert columns(one.visitor) == columns(same.visitor)
        assert one.visitor.site == same.visitor.site
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [{"public_id": uuid.uuid4()}, {"visitor": None}, {"since": timezone.now() + timedelta(days=1)}],
)
def test_it_is_asked_with_other_values_each_time(visit, other):
    assert found(visit) is not None
    assert found(visit, **other) is None


def test_a_moment_may_be_some_time_beside_what_is_given(visit):
    around = Prepared(
        lambda at: Visit.objects.filter(
            seen_at__gt=at - timedelta(minutes=1), seen_at__lt=at + timedelta(minutes=1)
        )
    )
    beside = (timedelta(seconds=one) for one in (-61, -59, 0, 59, 61))
    assert [len(around.all(at=visit.seen_at + one)) for one in beside] == [0, 1, 1, 1, 0]


def test_columns_come_as_django_gives_them(visit):
    told = Prepared(lambda key: Visit.objects.filter(pk=key).values_list("seen_at", "public_id"))
    alone = Prepared(lambda key: Visit.objects.filter(pk=key).values_list("seen_at", flat=True))
    named = Prepared(
        lambda key: Visit.objects.filter(pk=key).values("seen_at", whose=F("visitor__name"))
    )
    counted = Prepared(
        lambda visitor: (
            Visit.objects.filter(visitor=visitor).values("visitor").annotate(count=Count("pk"))
        )
    )
    assert told.all(key=visit.pk) == [(visit.seen_at, visit.public_id)]
    assert named.all(key=visit.pk) == [{"seen_at": visit.seen_at, "whose": visit.visitor.name}]
    assert counted.all(visitor=visit.visitor_id) == [{"visitor": visit.visitor_id, "count": 1}]
    assert alone.all(key=visit.pk) == [visit.seen_at]


def test_an_update_says_how_many_there_were(visit):
    seen = PreparedUpdate(lambda key, at: (Visit.objects.filter(pk=key), {"seen_at": at}))
    later = visit.seen_at + timedelta(hours=1)
    assert (seen.run(key=visit.pk, at=later), seen.run(key=0, at=later)) == (1, 0)
    visit.refresh_from_db()
    assert visit.seen_at == later


def test_a_row_is_put_in_and_changed_as_save_does_it(visit):
    new = Visit(visitor=visit.visitor, started_at=visit.seen_at, seen_at=visit.seen_at)
    new.present_until, new.page_title = visit.seen_at, "Счета"
    insert(new)
    assert columns(Visit.objects.get(pk=new.pk)) == columns(new)
    assert not new._state.adding
    new.page_title, new.page_url = "Оплата", "/оплата/"
    update(new, ["page_title"])
    assert Visit.objects.values_list("page_title", "page_url").get(pk=new.pk) == ("Оплата", "")


def test_a_row_that_is_gone_is_not_changed(visit):
    Visit.objects.filter(pk=visit.pk).delete()
    with pytest.raises(DatabaseError):
        update(visit, ["page_title"])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans each statement anew")
def test_what_is_asked_often_is_planned_once_whatever_the_size_of_a_number(db):
    for number in range(8):
        theirs.all(visitor=10**number, public_id=uuid.uuid4(), since=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'others'")
        assert cursor.fetchone() == (1,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="locks no rows")
def test_what_locks_is_refused_outside_of_a_transaction(transactional_db):
    locked = Prepared(lambda: Visit.objects.select_for_update().order_by("pk"))
    with transaction.atomic():
        locked.all()
    with pytest.raises(TransactionManagementError):
        locked.all()


def test_a_column_may_be_one_of_a_list_that_is_given_later(visit):
    listed = Prepared(
        lambda keys: Visit.objects.filter(Among("pk", keys)).values_list("pk", flat=True)
    )
    named = Prepared(
        lambda words: Visitor.objects.filter(Among("subject", words)).values_list("pk", flat=True)
    )
    assert [listed.all(keys=keys) for keys in ([], [visit.pk, 0], [0])] == [[], [visit.pk], []]
    words = [visit.visitor.subject, "nobody's «'\""]
    assert [named.all(words=words), named.all(words=[])] == [[visit.visitor_id], []]


on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="has no statements")
said_back = Planned("said_back", "SELECT $1::text, $2::int + 1, NULL WHERE $2::int < 9")


@on_postgresql
@pytest.mark.django_db(transaction=True)
class TestPlanned:
    def test_it_is_part_of_the_transaction_that_it_is_in(self, site):
        renamed = Planned("renamed", "UPDATE departments_site SET key = $1")
        with transaction.atomic():
            renamed.rows(["other"])
            transaction.set_rollback(True)
        site.refresh_from_db()
        assert site.key != "other"
        with transaction.atomic():
            renamed.rows(["another"])
            assert said_back.rows(["", "1"]) == [["", "2", None]]
        site.refresh_from_db()
        assert site.key == "another"

    def test_what_was_forgotten_is_planned_anew(self):
        said_back.rows(["", "1"])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        assert said_back.rows(["", "1"]) == [["", "2", None]]

    def test_values_and_columns_are_text(self):
        assert said_back.rows(["да'\\ 🙂", "7"]) == [["да'\\ 🙂", "8", None]]
        assert said_back.rows(["", "9"]) == []

    def test_it_is_planned_once_a_connection(self):
        for _ in range(3):
            said_back.rows(["", "1"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'said_back'")
            assert cursor.fetchone() == (1,)

    def test_what_the_database_refuses_is_said_as_ever_and_the_next_is_asked(self, site):
        twice = Planned(
            "twice", "INSERT INTO departments_site SELECT * FROM departments_site WHERE key = $1"
        )
        with pytest.raises(IntegrityError):
            twice.rows([site.key])
        with pytest.raises(DataError):
            said_back.rows(["", "много"])
        with pytest.raises(DataError):
            said_back.rows(["\x00", "1"])
        assert said_back.rows(["", "1"]) == [["", "2", None]]

    def test_a_connection_that_broke_is_told_as_ever_and_planned_anew(self):
        said_back.rows(["", "1"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        with connection.copy().cursor() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [backend])
            other.db.close()
        with pytest.raises(OperationalError):
            said_back.rows(["", "1"])
        connection.close()
        assert said_back.rows(["", "1"]) == [["", "2", None]]
