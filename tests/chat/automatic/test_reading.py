"""What automatic rules are judged by, as it is read from the database."""

import pytest
from django.utils import timezone

from chat.automatic.reading import Read, free_departments, moment_of, read_again, read_known
from chat.models import AutomaticRule
from chat.queue.availability import read_rules, take_snapshot
from departments.models import Membership
from tests.cast import defines, fills, is_present, offers_plan, on_site, signs_contract, writes
from tests.chat.automatic.rules import rules_that

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def moment():
    at, sites = timezone.now(), read_rules()
    return moment_of(read_again(Read()), sites, take_snapshot(sites, at=at), at=at)


def test_rules_are_read_again_when_one_is_another(elena, django_assert_num_queries):
    rule = rules_that(elena, tag="a")
    first = read_again(Read())
    with django_assert_num_queries(1):
        assert read_again(first).rules is first.rules
    AutomaticRule.objects.update(version=2)
    assert [one.key for one in read_again(first).rules.rules] == [rule.pk]


def test_one_that_cannot_be_read_hinders_no_other(elena, caplog):
    broken, good = rules_that(elena, tag="a"), rules_that(elena, tag="b")
    AutomaticRule.objects.filter(pk=broken.pk).update(conditions={"join": "all", "parts": []})
    assert [one.key for one in read_again(Read()).rules.rules] == [good.pk]
    assert f"automatic rule {broken.pk}" in caplog.text


def test_of_departments_that_a_rule_asks_about_it_is_known_who_waits_and_who_is_free(
    elena, ilya, first_line, second_line, marina, sergey
):
    key = str(first_line.pk)
    rules_that(elena, ("queue", "at_least", "1", key), ("department_free", "yes", "", key), tag="a")
    writes(marina)
    assert (moment().waiting, moment().free) == ({first_line.pk: 1}, set())
    is_present(ilya)
    assert moment().free == {first_line.pk}
    Membership.objects.update(limit=1)
    read = read_again(Read())
    full = Read(read.rules, read.stamp, read.members, {ilya.pk: 1})
    assert free_departments(full, take_snapshot(read_rules(), at=timezone.now())) == set()


def test_of_visitors_what_rules_ask_for_is_read_together(
    elena, ilya, marina, sergey, waiting, django_assert_max_num_queries
):
    field = defines(elena)
    fills(ilya, waiting, field.key, "Первый")
    on_site(marina)
    rules_that(
        elena,
        ("visits", "at_least", "1"),
        ("conversations", "at_least", "1"),
        ("field", "is", "Первый", field.key),
        tag="a",
    )
    rules, at = read_again(Read()).rules, timezone.now()
    with django_assert_max_num_queries(5):
        known = read_known({marina.pk, sergey.pk}, rules, at=at)
    assert known[marina.pk]["visits"] == known[marina.pk]["conversations"] == 1
    assert known[marina.pk][f"field:{field.key}"] == "Первый"
    assert known[sergey.pk] == {f"field:{field.key}": ""}


def test_a_contract_of_the_register_counts_where_the_site_says_nothing(elena, marina):
    signs_contract(elena, offers_plan(elena, "Расширенный"), "СФ-7", customers=(marina.subject,))
    rules_that(elena, ("plan", "is", "расширенный"), tag="a")
    rules = read_again(Read()).rules
    known = read_known({marina.pk}, rules, at=timezone.now())[marina.pk]
    assert known == {"contract": "СФ-7", "plan": "Расширенный"}
