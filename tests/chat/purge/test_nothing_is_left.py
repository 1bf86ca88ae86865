"""One word in everything that is ever deleted; after the purge it is nowhere."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from chat.belongings import FOLDERS, GOES
from chat.models import Attachment, DestructionAct, Visitor
from chat.purge.actions.doomed import BYTES
from tests.chat.purge.world import DAY, keep_everything, purges

WORD = "сердолик"
# What the sweeps of every day delete, and what no action has made yet.
BY_OTHERS = {
    *("sessions.Session", "operators.SignIn", "chat.PushSubscription"),
    "departments.ContractCustomer",
}
EMPTY_BEFORE = {"chat.DoomedFile"}


@pytest.fixture
def gone(transactional_db, ilya, anton, elena, dialogue) -> Visitor:
    visitor = keep_everything(ilya, anton, elena, dialogue, said=WORD)
    missing = {label for label in GOES if not apps.get_model(label).objects.exists()}
    assert missing <= BY_OTHERS | EMPTY_BEFORE, "of each there is something to delete"
    for label in GOES.keys() - BY_OTHERS:
        plant(apps.get_model(label))
    for attachment in Attachment.objects.all():
        Path(attachment.file.path).write_bytes(WORD.encode())
    assert found_in_tables()
    assert found_on_disk()
    purges(timezone.now() + DAY)
    return visitor


def plant(model: type[models.Model]) -> None:
    """In every text of every row that takes one, but for names by which files are found."""
    for field in model._meta.get_fields():
        if f"{model._meta.label}.{field.name}" in FOLDERS.values():
            continue
        if isinstance(field, models.JSONField):
            plant_in(model, field.name, {"word": WORD})
        elif isinstance(field, models.TextField | models.CharField) and takes(field):
            plant_in(model, field.name, WORD)


def takes(field: Any) -> bool:
    is_long = field.max_length is None or field.max_length >= len(WORD)
    return is_long and not (field.choices or field.unique or isinstance(field, models.FileField))


def plant_in(model: type[models.Model], name: str, value: object) -> None:
    """Where the database lets it: some columns say how a row is to be."""
    with suppress(IntegrityError), transaction.atomic():
        models.QuerySet(model).update(**{name: value})


def found_in_tables() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(WORD in told(cell) for row in cursor.fetchall() for cell in row):
                found.append(table)
    return found


def told(cell: object) -> str:
    return cell.decode(errors="replace") if isinstance(cell, bytes | memoryview) else str(cell)


def found_on_disk() -> list[Path]:
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return [path for path in files if WORD.encode() in path.read_bytes()]


def found_in_redis() -> list[bytes]:
    if not settings.REDIS_URL:
        return []
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        read = {
            b"string": client.get,
            b"hash": client.hgetall,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"set": client.smembers,
            b"zset": lambda key: client.zrange(key, 0, -1),
        }
        word = repr(WORD.encode())[2:-1]  # as repr shows it within anything
        found = client.scan_iter()
        return [key for key in found if word in repr(key) + repr(read[client.type(key)](key))]


def test_neither_in_a_table_nor_an_index_nor_on_the_disk_nor_in_the_log(gone, caplog):
    kept_by_staff = {"departments_contractcustomer"}
    assert set(found_in_tables()) <= kept_by_staff
    assert found_on_disk() == []
    assert found_in_redis() == []
    assert not [one for one in caplog.get_records("setup") if WORD in one.getMessage()]
    rows_left = {label for label in GOES if apps.get_model(label).objects.exists()}
    assert rows_left <= BY_OTHERS
    folders = {f"media/{entry.name}" for entry in os.scandir(settings.MEDIA_ROOT)}
    assert folders <= FOLDERS.keys()
    if connection.vendor == "sqlite":
        assert WORD.encode() not in Path(connection.settings_dict["NAME"]).read_bytes()
    act = DestructionAct.objects.get()
    assert act.visitors == 1
    assert {"chat.Message", "chat.Visitor", *BYTES} <= act.rows.keys()
