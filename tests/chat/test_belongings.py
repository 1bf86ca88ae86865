"""All that is kept of people is in one graph, so that whoever deletes it finds it there."""

import inspect
import re

import pytest
from django.apps import apps
from django.db import connection, models

from chat.belongings import (
    ABOUT_ADDRESSES,
    FOLDERS,
    FORGETS,
    GOES,
    INDEXES,
    KEPT,
    NAMES,
    PERSONAL_FIELDS,
    SOONER,
    UNTIES,
    ways_to,
)
from chat.models import Visitor
from chat.purge.actions.doomed import BYTES
from chat.purge.actions.rows import untied, ways_of
from sphaera_support.celery import app
from tests.test_architecture import SOURCES

MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
ROOTS = {root for ways in GOES.values() for root in ways}
UNTIED = {reference for references in UNTIES.values() for reference in references}
UNTIED_LABELS = [label for references in UNTIES.values() for label, _field in references]
KEYS = [
    (label, field)
    for label, model in MODELS.items()
    for field in model._meta.get_fields()
    if isinstance(field, models.ForeignKey) and field.related_model._meta.label in GOES
]
FILES = {
    f"{label}.{field.name}": field
    for label, model in MODELS.items()
    for field in model._meta.get_fields()
    if isinstance(field, models.FileField)
}


def test_every_model_goes_or_forgets_or_is_kept_with_a_reason():
    declared = [*GOES, *FORGETS, *KEPT]
    assert sorted(declared) == sorted(MODELS)
    assert all(KEPT.values())


def test_whatever_refers_to_what_goes_goes_along_or_is_untied():
    left_dangling = {
        (label, field.name, root)
        for label, field in KEYS
        for root in {*GOES[field.related_model._meta.label], field.related_model._meta.label}
        if root in ROOTS and label != root
        if (label, field.name) not in UNTIED and not (label in GOES and ways_to(label, root))
    }
    assert left_dangling == set()


def test_each_stands_before_what_it_refers_to():
    order = list(GOES)
    assert not [
        (label, field.name)
        for label, field in KEYS
        if label in GOES and (label, field.name) not in UNTIED
        if order.index(label) > order.index(field.related_model._meta.label)
    ]


def test_each_way_is_a_column_that_an_index_begins_with():
    ways = [(label, one) for label in GOES for one in ways_of(label)]
    ways += [(label, one) for label, one in zip(UNTIED_LABELS, untied(), strict=True)]
    assert not [one for label, one in ways if one.table != MODELS[label]._meta.db_table]
    assert not [one for label, one in ways if one.column not in indexed(MODELS[label])]


def indexed(model: type[models.Model]) -> set[str]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    first = {name for name, field in fields.items() if field.db_index or field.unique}
    kinds = [*model._meta.indexes, *model._meta.constraints]
    first |= {kind.fields[0].lstrip("-") for kind in kinds if getattr(kind, "fields", ())}
    return {fields[name].column for name in first}


def test_each_field_that_is_named_is_there():
    named = [(label, field) for label, fields in {**FORGETS, **SOONER}.items() for field in fields]
    named += [*ABOUT_ADDRESSES.items()]
    named += [(label, field) for label, fields in NAMES.items() for field in fields]
    assert all(MODELS[label]._meta.get_field(field) for label, field in named)


def test_every_text_of_a_visitor_s_own_row_is_known():
    texts = (models.CharField, models.TextField, models.JSONField)
    fields = Visitor._meta.get_fields()
    assert {field.name for field in fields if isinstance(field, texts)} == PERSONAL_FIELDS


def test_every_field_of_files_has_its_folder():
    assert FILES.keys() <= set(FOLDERS.values())
    assert {f"media/{field.upload_to.split('/')[0]}" for field in FILES.values()} <= FOLDERS.keys()


def test_whatever_has_a_folder_and_goes_has_its_bytes_removed():
    with_bytes = {".".join(owner.split(".")[:2]) for owner in FOLDERS.values()}
    assert with_bytes & GOES.keys() == BYTES.keys()


def test_every_folder_of_the_data_is_known():
    source = "\n".join(path.read_text() for path in SOURCES)
    found = set(re.findall(r'MEDIA_ROOT(?:\)|,) ?/? ?"(\w+)"', source))
    found |= set(re.findall(r'"DATA_DIR", "var", "media", "(\w+)"', source))
    assert {f"media/{name}" for name in found} <= FOLDERS.keys()


@pytest.mark.django_db
def test_every_table_and_index_of_words_is_a_model_s_or_follows_one():
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%USING gin%'")
            tables |= {name for (name,) in cursor.fetchall()}
    beside = tables - {model._meta.db_table for model in MODELS.values()} - {"django_migrations"}
    # FTS5 has tables of its own beside each.
    assert {name for name in beside if not name.startswith(tuple(INDEXES))} == set()
    assert set(INDEXES.values()) <= GOES.keys()


def test_nothing_is_kept_in_a_cache():
    keeping = [path.name for path in SOURCES if "django.core.cache import" in path.read_text()]
    # How often a token asked, of whom it tells nothing; that a round of couriers goes on.
    assert sorted(keeping) == ["couriers.py", "limits.py"]


def test_tasks_carry_nothing_through_the_broker():
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert not [task.name for task in ours if inspect.signature(task.run).parameters]
