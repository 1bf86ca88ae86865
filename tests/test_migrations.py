"""What a migration makes of rows that are there already."""

import json
from contextlib import contextmanager
from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import pre_migrate
from django.utils import timezone

from chat.models import Consent, InternalMessage, Message, Visitor
from departments.models import Hours
from sphaera_support.apps import LIMITS
from tests.cast import makes_group, writes, writes_among_staff


# Going back and forth takes half a minute: everything that has to be looked at goes together.
@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_is_carried_over(marina, sergey, ilya, anton, site):
    writes(marina, "Смотрите ya.ru")
    writes(marina, "Ничего.")
    writes_among_staff(ilya, makes_group(ilya, "Смена", anton), "a@b.ru")
    at = timezone.now()
    Visitor.objects.filter(pk=marina.pk).update(consented_at=at)
    day = site.exceptional_days.create(on=date(2026, 5, 9), spans=[])
    with before_migrations(("chat", "0007_internal_chat"), ("departments", "0002_queue")):
        hours = Hours.objects.create(site=site, weekday=0, opens=600, closes=600 + 2000)
        spans = json.dumps([[540, 1080], [600, 2600], ["x"], [700, 600]])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE departments_exceptionalday SET spans = %s", [spans])
    links_are_found()
    nobody_is_asked_again(marina, sergey, at)
    hours.refresh_from_db()
    day.refresh_from_db()
    assert hours.closes == 600 + 1440, "open too long"
    assert day.spans == [[540, 1080], [600, 600 + 1440]], "says nothing"


@contextmanager
def before_migrations(*targets):
    """The database as it was; afterwards it is brought up to date."""
    MigrationExecutor(connection).migrate(list(targets))
    try:
        yield
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def links_are_found():
    assert list(Message.objects.order_by("seq").values_list("links", flat=True)) == ["9-14", ""]
    assert InternalMessage.objects.get(text="a@b.ru").links == "0-6"


def nobody_is_asked_again(consented, other, at):
    assert list(Consent.objects.values_list("visitor", "version", "given_at", "address")) == [
        (consented.pk, 1, at, None)
    ]
    versions = Visitor.objects.in_bulk([consented.pk, other.pk])
    assert [versions[one.pk].consented_version for one in (consented, other)] == [1, 0]


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
