"""An administrator makes the installation serve one more site, in the browser alone."""

import importlib.util
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.foreign_site import foreign_site
from tests.browser.people import enter_office, open_widget, widget_of
from tests.browser.test_accessibility import has_no_violations
from tests.server import ROOT

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

CUSTOMER = {"id": 17, "name": "Рустам Ахметов", "email": "", "contract": "7", "organisation": ""}
PAGE = """<!doctype html><html lang="ru"><head><title>Магазин</title>{policy}</head>
<body><main><h1>Магазин</h1></main>{code}</body></html>"""
NO_FRAMES = """<meta http-equiv="Content-Security-Policy" content="frame-src 'none'">"""


def example(key, secret, monkeypatch):
    """The one in Python, on the shop's server."""
    monkeypatch.setenv("SUPPORT_SECRET", secret)
    path = ROOT / "static" / "examples" / "identity_token.py"
    spec = importlib.util.spec_from_file_location("identity_token", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SITE_KEY = key
    return module.identity_token


def test_from_an_empty_form_to_a_window_in_a_shop(new_page, watch, monkeypatch):
    watch.allow("frame-ancestors", "violates the following Content Security", "Framing")
    page = enter_office(new_page(), ELENA.login)

    def presses(name):
        page.get_by_role("button", name=name, exact=True).click()

    def is_saved():
        expect(page.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()

    def opens(tab):
        page.get_by_role("navigation", name="Страницы сайта").get_by_role("link", name=tab).click()
        expect(page.get_by_role("link", name=tab, exact=True)).to_have_attribute(
            "aria-current", "page"
        )

    # The site, with a domain that is not the shop's.
    page.get_by_role("link", name="Сайты").click()
    expect(page.get_by_role("heading", name="Сайты")).to_be_visible()
    has_no_violations(page)
    page.get_by_role("link", name="Добавить сайт").click()
    page.get_by_label("Название").fill("Магазин")
    page.get_by_label("Домены").fill("https://магазин.рф/вход")
    page.get_by_label("Часовой пояс").focus()
    page.get_by_label("Часовой пояс").select_option("Asia/Omsk")
    expect(page.get_by_text("нужен только адрес сайта")).to_be_visible()
    has_no_violations(page)
    page.get_by_label("Домены").fill("https://*.магазин.рф")
    presses("Сохранить")
    is_saved()
    page.get_by_role("link", name="Магазин").click()
    has_no_violations(page)
    opens("График работы")
    expect(page.get_by_label("Часовой пояс", exact=True)).to_have_value("Asia/Omsk")
    opens("Основное")

    # Its look, then the keys and the code, as they are copied.
    opens("Внешний вид")
    page.get_by_label("Цвет окна", exact=True).fill("#ffee00")
    page.get_by_label("Приветствие").fill("Чем помочь?")
    expect(page.get_by_text("возьмите темнее")).to_be_visible()
    has_no_violations(page)
    page.get_by_label("Цвет окна", exact=True).fill("#5b4a9e")
    presses("Сохранить")
    is_saved()
    opens("Ключи")
    presses("Показать секрет")
    key = page.get_by_label("Ключ", exact=True).input_value()
    secret = page.get_by_label("Секрет сайта").input_value()
    has_no_violations(page)
    opens("Код установки")
    code = page.get_by_label("Код установки").input_value()
    has_no_violations(page)
    signs = example(key, secret, monkeypatch)

    with ExitStack() as sites:

        def site(policy=""):
            line = code.replace("токен посетителя", signs(CUSTOMER))
            line = line.replace(' data-token-url="/support-token/"', "")
            address = sites.enter_context(foreign_site(PAGE.format(policy=policy, code=line)))
            watch.own_hosts.add(address.removeprefix("http://"))
            return address

        def is_seen(address, what):
            opens("Проверка установки")
            page.reload()
            row = page.get_by_role("row").filter(has_text=address).filter(has_text=what)
            expect(row).to_be_visible()
            return row

        # A page whose own policy lets no frame in, and one that is not listed.
        closed, shop = site(NO_FRAMES), site()
        visitor = new_page(base_url=shop)
        with visitor.expect_response("**/blocked.js"):
            visitor.goto(closed)
        visitor.goto(shop)
        visitor.wait_for_load_state("networkidle")
        assert widget_of(visitor).get_by_role("button").count() == 0
        is_seen(closed, "Страница не пускает окно")
        row = is_seen(shop, "Домена нет в списке")
        has_no_violations(page)
        row.get_by_role("button", name="Добавить домен").click()
        is_saved()
        visitor.reload()
        open_widget(visitor)
        is_seen(shop, "Окно показано")
        opens("Домены")
        domains = page.get_by_label("Домены")
        expect(domains).to_have_value(f"https://*.магазин.рф\n{shop}")
        has_no_violations(page)

        # A domain with all below it, instead.
        below = shop.replace("127.0.0.1", "shop.localhost")
        watch.own_hosts.add(below.removeprefix("http://"))
        domains.fill(below.replace("shop.", "*."))
        presses("Сохранить")
        is_saved()
        visitor.goto(below)
        widget = open_widget(visitor)

        # Another look, worn by the open window.
        opens("Внешний вид")
        page.get_by_label("Цвет окна", exact=True).fill("#a83a3a")
        page.get_by_label("Угол экрана").select_option("Слева внизу")
        page.get_by_label("Тема").select_option("Тёмная")
        presses("Сохранить")
        is_saved()
        worn = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
        window = next(frame for frame in visitor.frames if "/widget/" in frame.url)
        window.wait_for_function(f"{worn} === '#a83a3a'")
        assert visitor.locator("iframe").bounding_box()["x"] == 0
        scheme = "element => getComputedStyle(element).colorScheme"
        assert visitor.locator("iframe").evaluate(scheme) == "dark"
        assert window.locator(":root").evaluate(scheme) == "dark"
        has_no_violations(visitor)

        # Another secret, while the visitor writes; then the site is put off.
        opens("Ключи")
        presses("Выпустить новый секрет")
        is_saved()
        has_no_violations(page)
        widget.get_by_role("textbox", name="Сообщение").fill("Не приходит счёт")
        widget.get_by_role("button", name="Отправить", exact=True).click()
        expect(widget.get_by_role("log").get_by_text("Не приходит счёт")).to_be_visible()
        expect(widget.get_by_text("Сообщение сохранено.")).to_be_visible()
        presses("Отключить")
        expect(page.get_by_text("ждут в очереди: 1")).to_be_visible()
        has_no_violations(page)
        presses("Отключить")
        is_saved()
        expect(visitor.locator("iframe")).to_have_count(0)
        expect(visitor.get_by_role("heading", name="Магазин")).to_be_visible()
