"""Whatever is typed into whichever field of an administration form: it is refused beside that
field and kept as it was typed, or it is text and harms nobody.
"""

import re
from typing import Any

import pytest
from django.test import Client

from chat.actions.seals import changes_may_go
from chat.models import ApiToken, AutomaticRule, ExtraField, Webhook
from departments.contracts.models import Contract, ContractCustomer, Plan, PlanTerm
from departments.models import Department, ExceptionalDay, Hours, Membership, Site
from operators.models import Account, Change
from sphaera_support.administration import urls
from tests.cast import PASSWORD, browser_of
from tests.sphaera_support.administration.forms import names_of, page_of
from tests.sphaera_support.administration.outline import Element, Outline
from tests.sphaera_support.test_access import addresses, as_it_is, collected, of_each

__all__ = ["addresses", "collected"]  # fixtures

pytestmark = pytest.mark.once

MARKUP = "<script>alert(1)</script>"
TYPED = {
    "nothing": "",
    "nothing to be seen": "\u200b\u2060",
    "much": "я" * 20_001,
    "markup": MARKUP,
    "turned around": "имя\u202egpj",
    "emoji": "🚀",
    "NUL": "имя\x00",
    "of nobody": "999999",
    "less than nothing": "-1",
}
# What a new one needs, so that nothing is wrong with the form but what is tried.
FILLED = {
    "name": "Новое имя",
    "login": "newcomer",
    "password": PASSWORD,
    "current": PASSWORD,
    "code": "Я.999",
    "title": "Новый шаблон",
    "text": "Здравствуйте",
    "link_title": "Порты",
    "link_url": "https://example.ru/",
    "number": "Я-999",
    "organisation": "Новая организация",
    "begins_on": "2026-01-01",
    "value_c1": "/оплата/",
    "tag": "оплата",
    "pace": "60",
    "url": "https://crm.example.ru/hook",
    "until": "2035-01-01",
    "reason": "Спор о счёте",
    "answer": "Сделано",
    "declined_with": "Договор действует",
    "banner": "Работы до 18:00",
}
# Of what is chosen from a list, or sent by the page itself.
FORGED = ("NUL", "of nobody")
ASKED_BY_ITSELF = ("", "csrfmiddlewaretoken", "page_of")  # each with tests of its own
NEVER_TAKEN = ("much", "NUL")
STORED = (
    *(Account, Department, Site, Membership, Hours, ExceptionalDay, ExtraField, Change),
    *(Plan, PlanTerm, Contract, ContractCustomer, AutomaticRule, Webhook, ApiToken),
)
PAGES = sorted(set(names_of(urls.urlpatterns)))
# A row's own place for what is wrong is named by the row, a list's by the list.
PARTS = re.compile(r"(?<=_\d)_(from|to)$|_(limit|priority)_\d+$")
OF_A_CONDITION = re.compile(r"^(?:fact|how|value|of)_(c\d+)$")
OF_A_DATE = re.compile(r"^(dates)_(?:on|closed|hours|note)_(\d+)$")


def forms_of(html: str) -> list[Element]:
    """Those that change something and ask for anything at all."""
    return [
        one
        for one in Outline(html).page
        if one.tag == "form" and one.attributes.get("method") == "post" and fields_of(one)
    ]


def fields_of(form: Element) -> dict[str, list[Element]]:
    """By name, as a browser sends them, with all boxes ticked."""
    found: dict[str, list[Element]] = {}
    for one in form:
        name = one.attributes.get("name", "")
        if one.tag not in ("input", "select", "textarea") or one.attributes.get("type") == "file":
            continue  # files have tests of their own
        if name not in ASKED_BY_ITSELF:
            found.setdefault(name, []).append(one)
    return found


def value_of(field: Element) -> str:
    if field.tag == "textarea":
        return "".join(field.own_texts).removeprefix("\n")
    if field.tag == "select":
        options = [one for one in field if one.tag == "option"]
        chosen = [one for one in options if "selected" in one.attributes] or options
        return chosen[0].attributes.get("value", "") if chosen else ""
    return field.attributes.get("value", "on" if is_box(field) else "")


def is_box(field: Element) -> bool:
    return field.attributes.get("type") == "checkbox"


def is_typed_into(field: Element) -> bool:
    return field.tag != "select" and field.role == "field"


def asks(field: Element) -> bool:
    """A box without a value says yes or no; what arranges rows is no part of what is saved."""
    is_yes_or_no = is_box(field) and "value" not in field.attributes
    return not is_yes_or_no and "data-aside" not in field.attributes


def stored() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in STORED]


def told_at(page: str, name: str) -> str:
    place = OF_A_CONDITION.sub(r"conditions_\1", PARTS.sub("", name))
    place = OF_A_DATE.sub(r"\1_\2", place)
    found = re.search(rf'id="id_{place}_error" data-error>(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


def fault_of(answer: Any, field: Element, kind: str, before: list[Any]) -> str:
    """What is wrong with the answer, if anything is."""
    name, typed, page = field.attributes["name"], TYPED[kind], page_of(answer)
    if answer.status_code in (200, 302):
        return taken_wrongly(answer, kind, field)
    if answer.status_code not in (409, 422):
        return f"status {answer.status_code}"
    if stored() != before:
        return "half saved"
    if answer.status_code == 409 or field.role == "":
        return "" if 'role="alert"' in page else "nothing is said"
    if not re.search("[а-я]{3}", told_at(page, name)):
        return "nothing is said at the field"
    return "" if not is_typed_into(field) or typed in page else "what was typed is gone"


def taken_wrongly(answer: Any, kind: str, field: Element) -> str:
    if kind in NEVER_TAKEN and field.role != "":
        return "taken"
    if MARKUP in answer.content.decode():
        return "markup is markup"
    kept = str(stored())
    return "stored" if "\\u202e" in kept or "\\x00" in kept else ""


def test_each_field_of_each_form_says_what_is_wrong_with_it(addresses, elena):
    with changes_may_go():
        Change.objects.all().forget()
    browser = browser_of(elena)
    found = of_each(PAGES, lambda name: faults_on(addresses[name], browser))
    assert {name: faults for name, faults in found.items() if faults} == {}


def faults_on(address: str, browser: Client) -> dict[tuple[int, str, str], str]:
    """By form, field and what was typed."""
    shown = as_it_is(browser).get(address)
    forms = forms_of(b"".join(shown).decode()) if shown.status_code == 200 else []
    before = stored() if forms else []

    def fault(asked: tuple[int, str, str]) -> str:
        number, name, kind = asked
        fields = fields_of(forms[number])
        typed = {name: [TYPED[kind]]} if kind else {}
        answer = as_it_is(browser).post(forms[number].attributes["action"], as_sent(fields) | typed)
        if not kind:
            return "" if answer.status_code in (200, 302) else "refused as it stands"
        return fault_of(answer, fields[name][0], kind, before)

    found = of_each(fields_to_try(forms), fault)
    return {asked: said for asked, said in found.items() if said}


def as_sent(fields: dict[str, list[Element]]) -> dict[str, list[str]]:
    return {
        name: [value_of(one) or FILLED.get(name, "") for one in all_of]
        for name, all_of in fields.items()
    }


def fields_to_try(forms: list[Element]) -> list[tuple[int, str, str]]:
    """Of rows that differ by a number alone, the first."""
    alike = {
        (number, re.sub(r"\d+", "0", name)): (name, fields[0])
        for number, form in enumerate(forms)
        for name, fields in reversed(fields_of(form).items())
        if asks(fields[0])
    }
    tried = [
        (number, name, kind)
        for (number, _), (name, one) in alike.items()
        for kind in (TYPED if is_typed_into(one) else FORGED)
    ]
    # As it is shown, too, where more is asked than a yes.
    shown = {number for (number, _), (_, one) in alike.items() if one.role}
    return [(number, "", "") for number in sorted(shown)] + tried


def test_there_are_forms_to_try(addresses, elena):
    """Or the test above would be content with none."""
    browser = browser_of(elena)
    for name in ("add_account", "change_department", "site_schedule", "site_keys"):
        assert forms_of(as_it_is(browser).get(addresses[name]).content.decode()), name
