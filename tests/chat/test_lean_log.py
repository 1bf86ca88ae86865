"""Every message is written into every index of the log, so there is none that nobody reads by."""

import pytest
from django.db import connection

from chat.models import Message


@pytest.fixture
def indexed(db):
    """Columns of each index, but for those of few rows."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Message._meta.db_table)
    partial = {index.name for index in Message._meta.indexes if index.condition is not None}
    return [
        index["columns"]
        for name, index in found.items()
        if (index["index"] or index["unique"]) and name not in partial
    ]


def test_no_index_is_the_beginning_of_another(indexed):
    assert not [
        (short, long)
        for short in indexed
        for long in indexed
        if short is not long and long[: len(short)] == short
    ]


def test_nobody_looks_for_messages_by_their_author(indexed):
    assert not [columns for columns in indexed if columns[0] == "author_id"]
