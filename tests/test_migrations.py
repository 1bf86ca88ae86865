"""What a migration makes of rows that are there already."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chat.models import InternalMessage, Message
from tests.cast import makes_group, writes, writes_among_staff


@pytest.mark.django_db(transaction=True)
def test_links_of_what_was_written_before_are_found(marina, ilya, anton):
    writes(marina, "Смотрите ya.ru")
    writes(marina, "Ничего.")
    writes_among_staff(ilya, makes_group(ilya, "Смена", anton), "a@b.ru")
    MigrationExecutor(connection).migrate([("chat", "0007_internal_chat")])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert list(Message.objects.order_by("seq").values_list("links", flat=True)) == ["9-14", ""]
    assert InternalMessage.objects.get(text="a@b.ru").links == "0-6"
