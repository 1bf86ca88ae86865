"""The log of changes only grows, in the database too, and its seals tell what was done to it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chat.actions.seals import changes_may_go, forget_changes, forget_seals, seal_changes
from operators.append_only import keep_append_only
from operators.models import Change, ChangeSeal, RetentionPass
from operators.seals import SEALED_WITHIN, find_broken_seals, last_seal
from tests.cast import keeps_template

pytestmark = pytest.mark.django_db
AT = timezone.now()


@pytest.fixture
def sealed(elena):
    """Three entries of the log."""
    for code in ("A.1", "A.2", "A.3"):
        keeps_template(elena, code=code)
    assert seal_changes() == 3
    return list(Change.objects.all())


def broken(at=None):
    return list(find_broken_seals(at=at or timezone.now()))


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["operators_change", "operators_changeseal"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_refuses(sealed, table, deed):
    field = "subject" if table == "operators_change" else "number"
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        sql(deed.format(table, field, field))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="knows no TRUNCATE")
def test_nor_is_it_emptied(sealed):
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # what is checked at the commit stands before it
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        sql("TRUNCATE operators_change")


def test_what_was_left_alone_is_whole(sealed, elena):
    keeps_template(elena, code="A.4")
    assert broken() == []
    assert (seal_changes(), seal_changes()) == (1, 0)
    assert broken() == []
    assert last_seal().startswith("4:")


def test_what_was_altered_is_found(sealed):
    with changes_may_go():
        sql(f"UPDATE operators_change SET by_name = 'X' WHERE id = {sealed[1].pk}")
    assert broken() == [f"Change {sealed[1].pk} is not what it was when it was sealed."]


def test_what_was_taken_out_is_found(sealed):
    with changes_may_go():
        sql(f"DELETE FROM operators_change WHERE id = {sealed[1].pk}")
    assert broken() == [f"Change {sealed[1].pk} is missing."]
    with changes_may_go():
        sql("DELETE FROM operators_changeseal WHERE number = 2")
    assert broken() == ["Seals 2 to 2 are missing."]


def test_a_seal_made_anew_does_not_fit(sealed):
    with changes_may_go():
        ChangeSeal.objects.filter(number=2).update(seal="0" * 64)
    assert "Seal 2 does not follow on the one before it." in broken()


def test_what_nobody_sealed_is_found(sealed, elena):
    keeps_template(elena, code="A.4")
    late = timezone.now() + SEALED_WITHIN + timedelta(seconds=1)
    assert broken(late) == [f"Change {Change.objects.latest('pk').pk} has no seal."]


def test_retention_takes_what_is_old_and_the_chain_holds(sealed):
    with changes_may_go():
        old = AT - timedelta(days=400)
        Change.objects.filter(pk=sealed[0].pk).rewrite(at=old)
        forget_seals([sealed[0].pk], at=AT)
    assert forget_changes(AT - timedelta(days=365), at=AT) == 1
    assert set(Change.objects.all()) == set(sealed[1:])
    assert broken() == []


def test_the_way_around_is_there_for_one_transaction_alone(sealed):
    with changes_may_go():
        pass
    assert not RetentionPass.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="rebuilds no tables")
def test_a_table_that_was_rebuilt_is_guarded_again(sealed):
    """Each migration ends so, since a rebuilt table has lost its triggers."""
    sql("DROP TRIGGER operators_change_no_delete")
    keep_append_only(using="default")
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("DELETE FROM operators_change")
