"""Nobody reads a name of a program in the log of changes."""

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from chat.actions import accounts, departments, fields, rules, sites, templates
from chat.actions.changes import Doer
from chat.actions.retention import hold
from chat.purge.terms import Kind as Kept
from operators.models import Change
from sphaera_support.administration.audit import differences
from sphaera_support.administration.noted import fields_of, is_named, name_of, told
from tests.cast import (
    asks_about_data,
    defines,
    keeps_template,
    offers_outcome,
    offers_plan,
    signs_contract,
)
from tests.chat.automatic.rules import rules_that
from tests.chat.webhooks.telling import tells

pytestmark = pytest.mark.once
Kind = Change.Kind
# What an account's page changes and what a site's page does, as they are noted.
NOTED = {
    Kind.ACCOUNT: (*accounts.FIELDS, *accounts.CHANGED, "departments", "photo"),
    Kind.DEPARTMENT: (*departments.FIELDS, "members", "sites", "position", "successor"),
    Kind.FIELD: (*fields.FIELDS, "key", "kind", "about", "site"),
    Kind.OUTCOME: ("title", "position"),
    Kind.RULE: (*rules.FIELDS, "site", "operator", "department", "field", "conditions"),
    Kind.SITE: (*sites.FIELDS, "departments", "previous_secret_until"),
    Kind.TEMPLATE: (*templates.FIELDS, "site"),
    Kind.RETENTION: (*Kept.values, "reason", "hour"),
}


@pytest.mark.parametrize("kind", NOTED)
def test_every_field_that_pages_change_has_a_name(kind):
    assert [field for field in NOTED[kind] if not is_named(kind, field)] == []


def test_no_kind_is_without_names_of_its_fields():
    assert [kind for kind in Kind if not fields_of(kind)] == [Kind.TEMPLATE_WORDS]


def test_every_kind_and_deed_has_a_name():
    names = [str(label) for label in (*Kind.labels, *Change.Deed.labels)]
    assert [name for name in names if re.search(r"(?!API\b)\b[A-Za-z]", name)] == []


def test_what_was_noted_reads_in_russian(elena, dialogue, settings):
    """Of the kinds with states of their own, as their actions note them."""
    defines(elena)
    offers_outcome(elena, "Отложено")
    signs_contract(elena, offers_plan(elena), customers=("marina",))
    keeps_template(elena, None)
    rules_that(elena, tag="оплата", criticality=3)
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.1")]
    tells(elena, "http://127.0.0.1:1025/hook")
    at = timezone.now()
    hold(Doer(elena), dialogue.public_id, "спор", until=at + timedelta(days=9), at=at)
    asks_about_data(dialogue.visitor, "correction")
    changes = list(Change.objects.all())
    assert len({change.kind for change in changes}) >= 6
    fields_of = {(one.kind, field) for one in changes for field in {**one.before, **one.after}}
    assert [one for one in fields_of if not is_named(*one)] == []


def test_an_erasure_says_how_much_of_what_went():
    rows = {"chat.Message": 4, "chat.Visit": 2, "chat.Unknown": 1}
    erased = Change(kind=Kind.DATA_REQUEST, deed=Change.Deed.ERASED, before={}, after=rows)
    names = [(one.field, one.after) for one in differences(erased)]
    assert ("сообщения, исходные тексты исправлений, заметки", "4") in names
    assert not re.search("[A-Za-z]", " ".join(name for name, _count in names))


@pytest.mark.parametrize(
    ("kind", "field", "value", "words"),
    [
        (Kind.SITE, "theme", "dark", "Тёмная"),
        (Kind.ACCOUNT, "role", "operator", "Оператор"),
        (Kind.SITE, "reopen_window", 86400, "86400 с"),
        (Kind.HOLD, "of", "visitor", "всё о посетителе"),
        (Kind.HOLD, "until", "2026-11-30T09:00:00+00:00", "30.11.2026 12:00"),
        (Kind.DEPARTMENT, "members", [["Илья", 0, 5]], "Илья, 0, 5"),
        (Kind.SITE, "sound", True, "да"),
    ],
)
def test_values_are_told_in_words(kind, field, value, words):
    assert told(kind, field, value) == words


def test_a_placeholder_of_templates_is_its_own_name():
    assert name_of(Kind.TEMPLATE_WORDS, "{телефон}") == "{телефон}"
