"""Two hundred accounts, fifty departments, a hundred sites: no page asks the database more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department, ExceptionalDay, Hours, Site
from sphaera_support.administration import urls
from tests.cast import browser_of
from tests.sphaera_support.administration.forms import many_operators, names_of
from tests.sphaera_support.test_access import MATRIX, addresses, as_it_is, collected

__all__ = ["addresses", "collected"]  # fixtures

MOST_STATEMENTS = 12
# Which count each kind of what is kept by itself.
OVERVIEWS = {"stage": 14, "retention": 22}
PAGES = [name for name in names_of(urls.urlpatterns) if MATRIX[name][0] == "get"]
LISTS = {
    "accounts": "Оператор 199",
    "departments": "Отдел 49",
    "sites": "Сайт 99",
}


@pytest.fixture
def many(site, first_line):
    departments = Department.objects.bulk_create(
        Department(name=f"Отдел {number}", level=number % 3 + 1) for number in range(50)
    )
    many_operators(200, first_line, departments[0])
    sites = Site.objects.bulk_create(
        Site(key=f"site{number}", name=f"Сайт {number}") for number in range(100)
    )
    for one in [site, *sites]:
        one.departments.add(*departments)
    Hours.objects.bulk_create(
        Hours(site=one, weekday=day, opens=540, closes=1080) for one in sites for day in range(5)
    )
    ExceptionalDay.objects.bulk_create(
        ExceptionalDay(site=one, on=f"2030-01-0{day}") for one in sites for day in range(1, 9)
    )


def test_each_page_takes_a_few_statements(addresses, many, elena):
    browser = browser_of(elena)
    taken = {}
    for name in PAGES:
        with CaptureQueriesContext(connection) as asked:
            answer = as_it_is(browser).get(addresses[name])
        # Outside of tests, which are in a transaction, savepoints are none.
        taken[name] = sum("SAVEPOINT" not in one["sql"] for one in asked.captured_queries)
        assert LISTS.get(name, "") in b"".join(answer).decode()
    assert taken.keys() >= LISTS.keys()
    assert {
        name: count for name, count in taken.items() if count > OVERVIEWS.get(name, MOST_STATEMENTS)
    } == {}
