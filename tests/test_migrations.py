"""What a migration makes of rows that are there already."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import pre_migrate
from django.utils import timezone

from chat.models import Consent, InternalMessage, Message, Visitor
from sphaera_support.apps import LIMITS
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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="has no such limits")
@pytest.mark.django_db(transaction=True)
def test_it_may_take_longer_than_what_a_person_waits_for():
    limits: list[str] = []

    def look(**_told):
        limits.extend(limits_now())

    pre_migrate.connect(look, sender=apps.get_app_config("operators"))
    call_command("migrate", verbosity=0)
    pre_migrate.disconnect(look, sender=apps.get_app_config("operators"))
    assert limits == ["0", "0"]
    assert limits_now() == ["15s", "15s"]


def limits_now():
    with connection.cursor() as cursor:
        return [cursor.execute(f"SHOW {limit}").fetchone()[0] for limit in LIMITS]
