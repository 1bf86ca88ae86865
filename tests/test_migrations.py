"""What a migration makes of rows that are there already."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from chat.models import Consent, InternalMessage, Message, Visitor
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


@pytest.mark.django_db(transaction=True)
def test_who_had_consented_is_not_asked_again(marina, sergey):
    at = timezone.now()
    Visitor.objects.filter(pk=marina.pk).update(consented_at=at)
    MigrationExecutor(connection).migrate([("chat", "0016_given_email")])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert list(Consent.objects.values_list("visitor", "version", "given_at", "address")) == [
        (marina.pk, 1, at, None)
    ]
    versions = Visitor.objects.order_by("pk").values_list("consented_version", flat=True)
    assert list(versions) == [1, 0]
