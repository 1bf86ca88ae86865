"""The whole job in a page of somebody else's: another site with a strict policy of its own, in a
browser that gives third parties neither cookies nor storage.
"""

import json
import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ARGUMENTS
from tests.browser.crew import ELENA, Person, Visitor
from tests.browser.own_browser import with_settings
from tests.browser.people import enter_office, open_widget
from tests.browser.shop import Shop, comes_to, served

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

SLOW = 45_000  # the last wait of the back-off, and a server that starts on a busy machine
LIFETIME = 20  # seconds: the window asks for the next token after half of them
LOST = "Восстанавливаем связь…"
SECRET = "from departments.models import Site; print(Site.objects.get(key='demo').secret)"
VISITS = "from chat.models import Visit; print(Visit.objects.filter(visitor__subject={!r}).count())"
LIST = "from departments.models import Site; Site.objects.filter(key='demo').update(origins={!r})"
KEPT = """async () => {
    const asks = async (act) => { try { return Boolean(await act()); } catch { return false; } };
    document.cookie = "probe=1; SameSite=None; Secure; Partitioned";
    const opened = () => new Promise((resolve, reject) => {
        Object.assign(indexedDB.open("probe"), { onsuccess: () => resolve(true), onerror: reject });
    });
    return {
        cookies: await asks(() => document.cookie),
        localStorage: await asks(() => localStorage),
        sessionStorage: await asks(() => sessionStorage),
        indexedDB: await asks(opened),
    };
}"""


def keeping_nothing_of(support):
    never = {f"{support.base_url},*": {"setting": 2}}
    return {
        "cookie_controls_mode": 1,
        "block_third_party_cookies": True,
        "content_settings": {"exceptions": {"cookies": never}},
    }


@pytest.fixture
def unlisted_shop(support, watch, stranger):
    secret = support.manage("shell", "-v", "0", "-c", SECRET).strip()
    customer = stranger()
    shop = Shop(
        *(support.base_url, "demo", secret, customer.login, customer.name), lifetime=LIFETIME
    )
    with served(shop):
        watch.own_hosts.add(shop.address.removeprefix("http://"))
        yield shop


@pytest.fixture
def shop(unlisted_shop, support):
    support.manage("shell", "-v", "0", "-c", LIST.format([unlisted_shop.address]))
    return unlisted_shop


@pytest.fixture
def strict_browser(playwright, tmp_path, support, watch):
    """As its owner set it up: nothing for third parties, and nothing for us, not even apart for
    each page that we are in.
    """
    folder = tmp_path / "profile" / "Default"
    folder.mkdir(parents=True)
    (folder / "Preferences").write_text(json.dumps({"profile": keeping_nothing_of(support)}))
    context = playwright.chromium.launch_persistent_context(
        folder.parent,
        executable_path=with_settings(),
        chromium_sandbox=os.geteuid() != 0,
        args=ARGUMENTS,
        locale="ru-RU",
    )
    context.set_default_timeout(10_000)
    watch.attend(context, support.base_url)
    yield context
    context.close()


def customer_of(shop, page):
    """…with the window open."""
    comes_to(page, shop)
    open_widget(page)
    return Visitor(page, Person(shop.subject, shop.customer))


def test_the_whole_talk_with_nothing_kept_by_the_browser(
    operator, shop, support, strict_browser, watch, tmp_path
):
    watch.allow("WebSocket connection", "ERR_CONNECTION_REFUSED")
    page = strict_browser.new_page()
    customer = customer_of(shop, page)
    frame = next(frame for frame in page.frames if frame.url.startswith(support.base_url))
    assert frame.evaluate(KEPT) == dict.fromkeys(
        ("cookies", "localStorage", "sessionStorage", "indexedDB"), False
    )

    # Both ways, with a file.
    customer.sees_status("В сети")
    customer.says("Не приходит счёт")
    operator.accepts(customer)
    operator.says("Пришлите его номер")
    customer.hears("Пришлите его номер")
    path = tmp_path / "счёт за март.txt"
    path.write_text("Итого: 100")
    customer.picks(path)
    customer.says("Вот он")
    link = operator.log.get_by_role("link", name="счёт за март.txt")
    with operator.page.context.expect_event("page"), operator.page.expect_download() as download:
        link.click()
    assert download.value.path().read_text() == "Итого: 100"

    # The first token has run out by the third that the page's own function gives.
    expect(page.locator("#tokens")).to_have_text(re.compile("[3-9]"), timeout=SLOW)
    customer.says("Я ещё здесь")
    operator.hears("Я ещё здесь")
    expect(customer.pending).to_have_count(0)

    # The server goes and comes.
    support.kill()
    expect(customer.place.get_by_text(LOST)).to_be_visible()
    operator.is_cut_off()
    customer.says("Это без связи")
    operator.says("И это")
    support.start()
    for side in (customer, operator):
        expect(side.pending).to_have_count(0, timeout=SLOW)
        for text in ("Это без связи", "И это"):
            expect(side.bubble(text)).to_have_count(1, timeout=SLOW)
    expect(customer.place.get_by_text(LOST)).to_be_hidden()
    assert customer.texts == operator.texts

    # Signed out there, the chat ends here; the page is as it was.
    page.get_by_role("button", name="Выйти").click()
    expect(page.locator("iframe")).to_have_count(0)
    expect(operator.row(customer)).to_contain_text("не в сети")
    page.get_by_role("button", name="В корзину").click()
    expect(page.locator("#cart")).to_have_text("1")
    page.reload()
    expect(page.get_by_role("heading", name="Магазин")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    assert strict_browser.cookies(support.base_url) == []
    # However often the link was lost, it was one visit.
    counted = support.manage("shell", "-v", "0", "-c", VISITS.format(shop.subject))
    assert counted.strip() == "1"


def test_a_page_that_is_not_listed_shows_nothing_and_goes_on(page, unlisted_shop, watch):
    watch.allow("frame-ancestors")
    comes_to(page, unlisted_shop)
    page.wait_for_load_state("networkidle")
    page.evaluate("SphaeraSupport.open()")
    page.get_by_role("button", name="В корзину").click()
    expect(page.locator("#cart")).to_have_text("1")
    expect(page).to_have_title("Магазин")
    box = page.locator("iframe").locator("..")
    assert box.evaluate("box => [box.offsetWidth, box.offsetHeight]") == [0, 0]
    for frame in page.frames[1:]:
        assert frame.locator("button").count() == 0


def test_a_secret_is_changed_while_a_visitor_chats(operator, shop, new_page, watch):
    watch.allow("401")
    customer = customer_of(shop, new_page())
    customer.says("Не приходит счёт")
    operator.accepts(customer)
    page = enter_office(new_page(), ELENA.login)

    def presses(name):
        page.get_by_role("button", name=name, exact=True).click()

    page.get_by_role("link", name="Сайты").click()
    page.get_by_role("link", name="СФЕРА", exact=True).click()
    page.get_by_role("link", name="Ключи").click()
    presses("Выпустить новый секрет")
    expect(page.get_by_text("Старый секрет действует до")).to_be_visible()
    customer.says("Подписан старым")
    operator.hears("Подписан старым")

    # The shop takes the new one over; then the old one is ended.
    presses("Показать секрет")
    old, shop.secret = shop.secret, page.get_by_label("Секрет сайта").input_value()
    given = customer.page.locator("#tokens")
    before = given.inner_text()
    customer.page.evaluate("SphaeraSupport.renew()")
    expect(given).not_to_have_text(before)
    presses("Завершить сейчас")
    expect(page.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()
    expect(page.get_by_text("Старый секрет действует до")).to_have_count(0)
    customer.says("Подписан новым")
    operator.hears("Подписан новым")
    operator.says("Слышу вас")
    customer.hears("Слышу вас")

    # Who signs by the old one is nobody.
    shop.secret, late = old, new_page()
    with late.expect_response(lambda answer: "/window/" in answer.url and answer.status == 401):
        comes_to(late, shop)
    expect(late.locator("iframe")).to_have_count(0)
    expect(late.get_by_role("heading", name="Магазин")).to_be_visible()
