"""After a test that commits nothing is left for the next one."""

from django.apps import apps

from tests.cast import keep_among_staff
from tests.emptying import empty_tables


def test_every_table_is_emptied_also_what_only_grows(transactional_db, ilya, anton, dialogue):
    keep_among_staff(ilya, anton, dialogue)
    assert len(filled()) > 30
    empty_tables()
    assert filled() == set()


def filled() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label for model in models if model._base_manager.exists()}
