"""«Поля» of the settings."""

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.fields import MOST, FieldDraft, change_field, retire_field
from chat.models import ExtraField
from operators.models import Change
from tests.cast import browser_of, defines, fills
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FIELD = {"title": "Номер стенда", "kind": "text", "about": "visitor"}


def adds(elena, **changes):
    return browser_of(elena).post("/settings/fields/add/", FIELD | changes)


def page(elena):
    return page_of(browser_of(elena).get("/settings/fields/"))


def test_where_there_are_none_it_says_what_they_are_for(elena):
    assert "Добавить первое поле" in page(elena)


def test_a_field_is_added_with_a_key_made_of_its_title(elena):
    assert adds(elena, is_required="on").status_code == 302
    field = ExtraField.objects.get()
    assert (field.key, field.title, field.is_required) == ("nomer_stenda", "Номер стенда", True)
    assert adds(elena).status_code == 302
    assert ExtraField.objects.last().key == "nomer_stenda_2"
    listed = page(elena)
    assert "Номер стенда" in listed
    assert "обязательное" in listed


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Срок, до…", "srok_do"),
        ("2-й адрес", "field_2_i_adres"),
        ("工单", "field"),
        ("Щи", "shchi"),
    ],
)
def test_a_key_is_latin_whatever_the_title(elena, title, key):
    assert defines(elena, title).key == key


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Stand", "Ключ «Stand» уже занят."),
        ("contract", "Ключ «contract» уже занят."),
        ("7stand", "Ключ — это буквы, цифры и «_», первая — буква."),
        ("a b", "Ключ — это буквы, цифры и «_», первая — буква."),
        ("a/b", "Ключ — это буквы, цифры и «_», первая — буква."),
    ],
)
def test_a_key_that_cannot_be_says_why(elena, key, words):
    defines(elena, key="stand")
    answer = adds(elena, key=key)
    assert answer.status_code == 422
    assert error_of(answer, "key") == words


def test_a_key_may_be_in_letters_of_a_claim(elena):
    assert adds(elena, key="Организация").status_code == 302


def test_a_choice_has_choices(elena):
    answer = adds(elena, kind="choice")
    assert answer.status_code == 422
    assert error_of(answer, "choices") == "Напишите варианты, по одному в строке."
    assert adds(elena, kind="choice", choices=" Новый\n\nСтарый\nНовый").status_code == 302
    assert ExtraField.objects.get().choices == ["Новый", "Старый"]


def test_it_is_renamed_and_its_key_and_kind_stay(elena, site):
    field = defines(elena, kind="choice", choices=["Новый"])
    browser, url = browser_of(elena), f"/settings/fields/{field.pk}/"
    sent = {"title": "Лаборатория", "choices": "Новый\nСтарый", "kind": "text", "key": "other"}
    sent |= {"site": site.pk, "shown_version": shown_version(browser, url)}
    assert browser.post(url, sent).status_code == 302
    field.refresh_from_db()
    assert (field.title, field.key, field.kind) == ("Лаборатория", "stend", "choice")
    assert (field.choices, field.site) == (["Новый", "Старый"], site)


def test_the_second_of_two_is_told_what_the_first_changed(elena):
    field = defines(elena)
    draft = FieldDraft(title="Лаборатория")
    change_field(Doer(elena), field.pk, draft, shown=1, at=timezone.now())
    sent = {"title": "Площадка", "shown_version": "1"}
    answer = browser_of(elena).post(f"/settings/fields/{field.pk}/", sent)
    assert answer.status_code == 409
    assert "название («Стенд» → «Лаборатория»)" in page_of(answer)
    assert 'value="Площадка"' in page_of(answer)


def test_they_are_put_in_order_as_operators_see_it(elena, ilya, dialogue):
    first, second = defines(elena, "Первое"), defines(elena, "Второе")
    defines(elena, "Об обращении", about="conversation")
    browser_of(elena).post(f"/settings/fields/{second.pk}/move/", {"where": "up"})
    shown = page_of(browser_of(ilya).get(f"/chat/{dialogue.public_id}/data/"))
    places = [shown.index(title) for title in ("Второе", "Первое", "Об обращении")]
    assert places == sorted(places)
    browser_of(elena).post(f"/settings/fields/{first.pk}/move/", {"where": "down"})
    assert [one.title for one in ExtraField.objects.all()][:2] == ["Второе", "Первое"]


def test_one_that_is_retired_stands_apart_and_comes_back_with_its_values(elena, ilya, dialogue):
    field = defines(elena)
    fills(ilya, dialogue, field.key, "7")
    assert browser_of(elena).post(f"/settings/fields/{field.pk}/retire/").status_code == 302
    assert "Убранные" in page(elena)
    assert browser_of(elena).post(f"/settings/fields/{field.pk}/restore/").status_code == 302
    assert "Убранные" not in page(elena)
    assert field.kept.get().value == "7"


def test_there_are_only_so_many(elena):
    at = timezone.now()
    field = defines(elena)
    retire_field(Doer(elena), field.pk, at=at)
    ExtraField.objects.bulk_create(
        ExtraField(key=f"f{number}", title="Поле", kind="text", created_at=at)
        for number in range(MOST)
    )
    words = f"Полей уже предельное число: {MOST}."
    answer = adds(elena)
    assert answer.status_code == 422
    assert words in page_of(answer)
    answer = browser_of(elena).post(f"/settings/fields/{field.pk}/restore/")
    assert answer.status_code == 422
    assert words in page_of(answer)


def test_who_changed_what_is_in_the_log_of_changes(elena, ilya, dialogue):
    field = defines(elena)
    fills(ilya, dialogue, field.key, "7")
    retire_field(Doer(elena), field.pk, at=timezone.now())
    noted = Change.objects.filter(kind=Change.Kind.FIELD, subject=field.pk)
    assert list(noted.values_list("deed", "by_name")) == [
        ("added", "Елена Соколова"),
        ("deactivated", "Елена Соколова"),
    ]
