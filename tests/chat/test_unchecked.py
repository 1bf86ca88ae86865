"""Looking for what refers to a row is left out only there, and only where the database lets us."""

import pytest
from django.db import IntegrityError, connection, transaction

from chat.models import Conversation, Message
from chat.unchecked import without_lookups
from tests.cast import writes

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="has no such setting")


@pytest.fixture
def said(db, marina) -> None:
    writes(marina)
    connection.check_constraints()


def tear_off() -> None:
    """The conversation goes, and its messages would be of none."""
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{Conversation._meta.db_table}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_within_it_nothing_is_looked_for(said):
    with transaction.atomic():
        with without_lookups():
            tear_off()
        assert Message.objects.exists()
        transaction.set_rollback(True)


def test_after_it_all_is_as_ever(said):
    with transaction.atomic(), without_lookups():
        pass
    with pytest.raises(IntegrityError, match="still referenced"), transaction.atomic():
        tear_off()


def test_who_may_not_leaves_nothing_out(said):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ordinary")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO ordinary")
        cursor.execute("SET LOCAL ROLE ordinary")
    with (
        pytest.raises(IntegrityError, match="still referenced"),
        transaction.atomic(),
        without_lookups(),
    ):
        tear_off()
