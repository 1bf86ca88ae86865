"""How the administration's forms are filled in by tests, and read."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver

from departments.models import Department, Membership
from operators.models import Account

DEPARTMENT: dict[str, Any] = {
    "name": "Ночная смена",
    "level": "1",
    "distribution": "all",
    "offer_timeout": "30",
    "greeting": "",
    "waiting_text": "",
}


def names_of(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Of all the pages that they lead to."""
    names: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names += names_of(pattern.url_patterns)
        else:
            names.append(str(pattern.name))
    return names


def many_operators(count: int, *departments: Department) -> list[Account]:
    """Who need no password."""
    operators = Account.objects.bulk_create(
        Account(login=f"op{number}", name=f"Оператор {number}", password="!")
        for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(account=operator, department=department)
        for operator in operators
        for department in departments
    )
    return list(operators)


def page_of(response: Any) -> str:
    return unescape(response.content.decode())


def error_of(response: Any, field: str) -> str:
    """The words beside the field, which is marked as wrong."""
    page = page_of(response)
    found = re.search(rf'id="id_{field}_error" data-error>(.*?)</p>', page, re.DOTALL)
    assert found is not None, f"{field} is not there"
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def shown_version(browser: Client, address: str) -> str:
    """Of the form as it is opened."""
    found = re.search(r'name="shown_version" value="(\d+)"', page_of(browser.get(address)))
    assert found is not None
    return found[1]
