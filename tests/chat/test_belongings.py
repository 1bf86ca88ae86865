"""All that is kept of a visitor is in one list, so that whoever deletes it finds it there."""

import pytest
from django.apps import apps
from django.db import models

from chat.belongings import ABOUT_ADDRESSES, BELONGINGS, NAMED_IN, PERSONAL_FIELDS
from chat.models import Visitor


def leads_to_a_visitor() -> set[str]:
    """Models from which keys lead to a visitor, however many there are between."""
    found: set[type[models.Model]] = {Visitor}
    while True:
        more = {
            model
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey) and field.related_model in found
        }
        if more <= found:
            return {model._meta.label for model in found - {Visitor}}
        found |= more


def test_whatever_leads_to_a_visitor_belongs_to_them():
    assert leads_to_a_visitor() == BELONGINGS.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(("label", "way"), BELONGINGS.items())
def test_each_way_leads_there(label, way, marina):
    assert not apps.get_model(label).objects.filter(**{way: marina}).exists()


@pytest.mark.parametrize(("label", "field"), [*ABOUT_ADDRESSES.items(), *NAMED_IN.items()])
def test_what_is_about_addresses_or_names_somebody_is_there(label, field):
    assert apps.get_model(label)._meta.get_field(field)


def test_every_text_of_a_visitor_s_own_row_is_known():
    texts = (models.CharField, models.TextField, models.JSONField)
    fields = Visitor._meta.get_fields()
    assert {field.name for field in fields if isinstance(field, texts)} == PERSONAL_FIELDS
