"""What the administration's pages, fields and buttons are called: others find them by that."""

import pytest

from departments.models import Department, Site
from tests.cast import browser_of
from tests.sphaera_support.administration.outline import Outline

pytestmark = pytest.mark.once

WEEK = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")
FIRST = "Поддержка первого уровня"
ACCOUNT = [
    *("field: Имя", "field: Логин", "field: Роль", "field: Пароль"),
    f"Отделы > checkbox: {FIRST}",
    "button: Сохранить",
]
DEPARTMENT = [
    *("field: Название", "field: Уровень", "field: Распределение", "field: Время на ответ"),
    *("field: Приветствие", "field: Сообщение ожидающему"),
    *("Операторы > checkbox: Илья Воронцов", "Сайты > checkbox: demo"),
    "button: Сохранить",
]
TABS = [
    f"Страницы сайта > link: {tab}"
    for tab in (
        *("Внешний вид", "График работы", "Код установки", "Домены", "Ключи"),
        "Проверка установки",
    )
]
DAY = ("checkbox: Рабочий день", "field: С", "field: До", "button: Добавить интервал")
SCHEDULE = [
    "Неделя > field: Часовой пояс",
    *(f"{day} > {control}" for day in WEEK for control in DAY),
    *("Исключения > field: Дата", "Исключения > checkbox: Закрыто"),
    "button: Сохранить",
    *("Что увидит посетитель > field: Дата", "Что увидит посетитель > field: Время"),
    "Что увидит посетитель > button: Проверить",
]


@pytest.fixture
def there_is(site, first_line, ilya, darya):
    """What the addresses are about."""
    darya.is_active = False
    darya.save()
    return {"ilya": ilya.pk, "darya": darya.pk, "first": first_line.pk, "site": site.pk}


def outline_of(admin, address):
    answer = admin.get(address)
    assert answer.status_code == 200
    return Outline(answer.content.decode())


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.mark.parametrize(
    ("address", "controls"),
    [
        ("/accounts/", ["link: Добавить аккаунт"]),
        ("/accounts/add/", [*ACCOUNT, "checkbox: Ссылка для входа"]),
        ("/accounts/{ilya}/", [*ACCOUNT, "button: Отключить", "button: Удалить"]),
        ("/accounts/{darya}/", [*ACCOUNT, "button: Включить", "button: Удалить"]),
        ("/settings/departments/", ["link: Добавить отдел"]),
        ("/settings/departments/add/", DEPARTMENT),
        ("/settings/departments/{first}/", [*DEPARTMENT, "button: Удалить"]),
        ("/sites/", ["link: Добавить сайт"]),
        (
            "/sites/add/",
            ["field: Название", "field: Домены", "field: Часовой пояс", "button: Сохранить"],
        ),
        ("/sites/{site}/", [*TABS, "field: Название", "button: Сохранить"]),
        ("/sites/{site}/domains/", [*TABS, "field: Домены", "button: Сохранить"]),
        ("/sites/{site}/schedule/", [*TABS, *SCHEDULE]),
        *((f"/sites/{{site}}/{tab}/", TABS) for tab in ("appearance", "code", "keys", "check")),
    ],
)
def test_each_is_there_once_and_is_called_so(admin, there_is, address, controls):
    shown = outline_of(admin, address.format(**there_is)).controls
    assert {control: shown.count(control) for control in controls} == dict.fromkeys(controls, 1)


@pytest.mark.parametrize(
    ("address", "name", "row"),
    [
        ("/accounts/", "Аккаунты", "Илья Воронцов"),
        ("/settings/departments/", "Отделы", FIRST),
        ("/sites/", "Сайты", "demo"),
    ],
)
def test_a_list_is_called_so_and_has_its_rows(admin, there_is, address, name, row):
    outline = outline_of(admin, address)
    assert outline.headings == [name]
    assert row in outline.texts


@pytest.mark.parametrize(
    ("address", "adding"),
    [("/settings/departments/", "link: Добавить отдел"), ("/sites/", "link: Добавить сайт")],
)
def test_an_empty_list_calls_it_the_same(admin, address, adding):
    Site.objects.all().delete()
    Department.objects.all().delete()
    assert outline_of(admin, address).controls.count(adding) == 1


def test_the_schedule_says_in_its_first_words_what_is_so_now(admin, site):
    address = f"/sites/{site.pk}/schedule/"
    assert [text for text in outline_of(admin, address).texts if text.startswith("Сейчас открыто")]
    site.hours.all().delete()
    assert [text for text in outline_of(admin, address).texts if text.startswith("Сейчас закрыто")]
