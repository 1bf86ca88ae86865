"""What a tab of the zone is given of templates, when, and what it says of their use."""

import json
import re
from html import unescape

import pytest
from django.utils import timezone

from chat import placeholders
from chat.actions.changes import Doer
from chat.actions.templates import change_template_words, delete_template
from chat.models import TemplateUse
from tests.cast import browser_of, keeps_template

ADDRESS = "/chat/templates/"


def test_one_is_given_one_s_own_and_the_shared_ones(ilya, elena, anton, site):
    shared = keeps_template(elena, group="Сеть", site=site.pk)
    own = keeps_template(ilya, ilya, title="Мои порты")
    keeps_template(anton, anton)
    change_template_words(Doer(elena), {"телефон": "112"}, shown=0, at=timezone.now())
    answer = browser_of(ilya).get(ADDRESS).json()
    fields = {"code": "A.014", "text": "Порт 5349.", "uses": 0, "files": [], "link": None}
    of_own = {"title": "Мои порты", "group": "", "site": None, "isOwn": True}
    of_shared = {"title": "Порты", "group": "Сеть", "site": site.pk, "isOwn": False}
    assert answer["templates"] == [
        fields | {"id": own.pk} | of_own,
        fields | {"id": shared.pk} | of_shared,
    ]
    assert answer["words"] == {"телефон": "112"}


def test_its_card_comes_with_the_domain_that_will_be_shown(ilya):
    keeps_template(ilya, ilya, link_title="Порты", link_url="https://xn--e1afmkfd.xn--p1ai/порты")
    (given,) = browser_of(ilya).get(ADDRESS).json()["templates"]
    assert given["link"] == {
        "title": "Порты",
        "url": "https://xn--e1afmkfd.xn--p1ai/порты",
        "domain": "пример.рф",
        "rest": "/порты",
        "isMixed": False,
    }


def test_of_a_deceptive_one_the_true_name_comes_with_a_warning(ilya):
    keeps_template(ilya, ilya, link_title="Порты", link_url="https://xn--sphera-5nf.tech/")
    (given,) = browser_of(ilya).get(ADDRESS).json()["templates"]
    assert (given["link"]["domain"], given["link"]["isMixed"]) == ("xn--sphera-5nf.tech", True)


def test_one_whose_address_is_none_any_more_takes_no_other_along(ilya):
    keeps_template(ilya, ilya, link_title="Порты", link_url="https://xn--\u0301/")
    (given,) = browser_of(ilya).get(ADDRESS).json()["templates"]
    assert (given["title"], given["link"]) == ("Порты", None)


def test_a_tab_that_has_them_is_given_them_again_only_when_they_are_others(ilya, elena):
    browser, own = browser_of(ilya), keeps_template(ilya, ilya)

    def status(tag):
        return browser.get(ADDRESS, headers={"If-None-Match": tag}).status_code

    tag = browser.get(ADDRESS)["ETag"]
    assert [status(tag), status(f"W/{tag}")] == [304, 304]
    keeps_template(elena)
    assert status(tag) == 200
    tag = browser.get(ADDRESS)["ETag"]
    delete_template(Doer(ilya), ilya, own.pk, at=timezone.now())
    assert status(tag) == 200
    tag = browser.get(ADDRESS)["ETag"]
    change_template_words(Doer(elena), {"телефон": "112"}, shown=0, at=timezone.now())
    assert status(tag) == 200


def test_the_tag_of_one_account_is_not_another_s(ilya, darya):
    tag = browser_of(ilya).get(ADDRESS)["ETag"]
    assert browser_of(darya).get(ADDRESS, headers={"If-None-Match": tag}).status_code == 200


def test_what_went_out_is_counted_and_what_is_not_there_is_not(ilya, anton):
    own, other = keeps_template(ilya, ilya), keeps_template(anton, anton)
    for _answer in range(2):
        browser_of(ilya).post(f"{ADDRESS}used/", {"template": [own.pk, other.pk, "7777", "A", ""]})
    assert list(TemplateUse.objects.values_list("template", "account", "uses")) == [
        (own.pk, ilya.pk, 2)
    ]


def test_the_composer_knows_what_placeholders_stand_for(dialogue, ilya, marina, site):
    ilya.shown_name, marina.name = "Илья", "Орлова Марина «М» Сергеевна"
    ilya.save()
    marina.save()
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    (found,) = re.findall(r'<answer-templates [^>]*data-values="([^"]*)"', page)
    assert json.loads(unescape(found)) == {
        "имя": marina.name,
        "имя_отчество": None,
        "оператор": "Илья",
        "сайт": site.name,
        "номер_заявки": None,
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "spoken_to", "with_patronymic"),
    [
        ("Орлова Марина Сергеевна", "Марина", "Марина Сергеевна"),
        ("Марина Сергеевна Орлова", "Марина", "Марина Сергеевна"),
        ("Сергей Игоревич", "Сергей", "Сергей Игоревич"),
        ("Назаров Пётр Ильич", "Пётр", "Пётр Ильич"),
        ("Орлова Марина", "Орлова Марина", ""),
        ("Марина", "Марина", ""),
        ("", "", ""),
    ],
)
def test_how_somebody_is_spoken_to(name, spoken_to, with_patronymic):
    assert placeholders.name_parts(name) == (spoken_to, with_patronymic)
