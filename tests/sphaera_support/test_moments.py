"""What is stored as a moment is that moment when it is read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chat.models import Visitor

MOMENTS = [
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, 0, 120000, tzinfo=UTC),
    datetime(2026, 10, 25, 3, 30, 59, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
]


@pytest.mark.django_db
@pytest.mark.usefixtures("marina")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_read_as_it_was_written(moment):
    Visitor.objects.update(first_seen_at=moment, consented_at=None)
    read = Visitor.objects.values_list("first_seen_at", "consented_at").get()
    assert read == (moment, None)
    assert read[0].tzinfo is UTC
