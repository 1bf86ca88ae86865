"""From nothing: a database, an administrator, and all the rest in the browser."""

import shutil

import pytest
from playwright.sync_api import Page, expect

from tests.browser.crew import Operator, Person, Visitor
from tests.browser.people import open_widget
from tests.browser.shop import Shop, comes_to, served
from tests.server import LiveServer, migrated

pytestmark = pytest.mark.front

PASSWORD = "a bicycle for two"
LEVELS = ["Первая линия", "Вторая линия", "Третья линия"]
PEOPLE = [
    Person("ilya", "Илья Воронцов"),
    Person("anton", "Антон Белый"),
    Person("kamila", "Камила Рашидова"),
]
SITES = {"Магазин": "Рустам Ахметов", "Академия": "Орлова Марина"}


@pytest.fixture(scope="module")
def support_server(tmp_path_factory, prepared_server):
    server = LiveServer(tmp_path_factory.mktemp("empty"), prepared=migrated())
    shutil.copytree(prepared_server.data_dir / "static", server.data_dir / "static")
    server.manage("administrator", "elena", "--name", "Елена Соколова", said=f"{PASSWORD}\n")
    with server:
        yield server


@pytest.fixture(autouse=True)
def _empty_queue():
    """Nothing of this installation is for another test."""


@pytest.fixture
def shops(support, watch):
    """The two sites' own servers, which know neither key nor secret yet."""
    found = [Shop(support.base_url, "", "", customer=name) for name in SITES.values()]
    with served(found[0]), served(found[1]):
        watch.own_hosts |= {shop.address.removeprefix("http://") for shop in found}
        yield dict(zip(SITES, found, strict=True))


def signs_in(page: Page, login: str) -> Page:
    page.goto("/login/")
    page.get_by_label("Логин", exact=True).fill(login)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url("**/chat/")
    return page


class Administrator:
    """At the pages of administration."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).click()

    def fills(self, **fields: str) -> None:
        for label, text in fields.items():
            self.page.get_by_label(label, exact=True).fill(text)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def saves(self) -> None:
        self.presses("Сохранить")
        expect(self.page.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()

    def makes_departments(self) -> None:
        self.opens("Настройки")
        expect(self.page.get_by_text("Отделов пока нет.")).to_be_visible()
        for level, name in enumerate(LEVELS, start=1):
            self.opens("Добавить отдел")
            self.fills(Название=name)
            self.page.get_by_label("Уровень", exact=True).select_option(str(level))
            self.saves()

    def makes_accounts(self) -> None:
        self.opens("Аккаунты")
        for person, department in zip(PEOPLE, LEVELS, strict=True):
            self.opens("Добавить аккаунт")
            self.fills(Имя=person.name, Логин=person.login, Пароль=PASSWORD)
            self.page.get_by_role("checkbox", name=department).check()
            self.saves()

    def makes_site(self, name: str, shop: Shop) -> None:
        """…open around the clock, and its keys go to the shop's server."""
        self.opens("Сайты")
        self.opens("Добавить сайт")
        self.fills(Название=name, Домены=shop.address)
        self.saves()
        self.opens(name)
        self.opens("График работы")
        expect(self.page.get_by_text("Сейчас закрыто")).to_be_visible()
        monday = self.page.get_by_role("group", name="Понедельник")
        monday.get_by_label("Рабочий день").check()
        monday.get_by_label("С", exact=True).fill("0:00")
        monday.get_by_label("До", exact=True).fill("24:00")
        self.page.get_by_label("Куда скопировать").select_option("на все дни")
        self.presses("Скопировать")
        sunday = self.page.get_by_role("group", name="Воскресенье")
        expect(sunday.get_by_label("До", exact=True)).to_have_value("24:00")
        self.saves()
        expect(self.page.get_by_text("Сейчас открыто")).to_be_visible()
        self.opens("Ключи")
        self.presses("Показать секрет")
        shop.key = self.page.get_by_label("Ключ", exact=True).input_value()
        shop.secret = self.page.get_by_label("Секрет сайта").input_value()


def test_two_sites_and_three_levels_by_the_browser_alone(new_page, shops):
    elena = Administrator(signs_in(new_page(), "elena"))
    elena.makes_departments()
    elena.makes_accounts()
    for name, shop in shops.items():
        elena.makes_site(name, shop)

    ilya, anton = (Operator(signs_in(new_page(), one.login), one) for one in PEOPLE[:2])
    visitors = []
    for shop in shops.values():
        visitor = Visitor(new_page(), Person("17", shop.customer))
        comes_to(visitor.page, shop)
        open_widget(visitor.page)
        visitor.sees_status("В сети")
        visitor.says(f"Пишет {visitor.name}")
        ilya.accepts(visitor)
        ilya.hears(f"Пишет {visitor.name}")
        ilya.says(f"Здравствуйте, {visitor.name}!")
        visitor.hears(f"Здравствуйте, {visitor.name}!")
        visitors.append(visitor)

    ilya.hands_over(LEVELS[1], done="Проверил договор")
    anton.takes_over(visitors[-1])
    anton.may_answer()
    anton.says("Это ко мне")
    visitors[-1].hears("Это ко мне")
    expect(ilya.row(visitors[0], "Мои")).to_be_visible()
