"""What a host page says of itself is cut to fit and never keeps a person from the chat."""

from chat.models import PageView, Visit

LONG = "https://example.ru/?q=" + "я" * 3000
JUNK = [LONG, None, 7, True, ["http://a"], {"href": "http://a"}, "", "\x00\u202e", "😀" * 3000]


def greeted(wires, marina, **hello):
    tab = wires.visitor(marina, **hello)
    tab.disconnect()
    return tab.welcome["status"]


def test_no_page_is_a_reason_to_refuse_the_hello(wires, marina):
    for field in ("url", "title", "referrer"):
        assert all(greeted(wires, marina, page={field: value}) for value in JUNK)


def test_no_browser_is_either(wires, marina):
    for field in ("screen", "timezone", "language"):
        assert all(greeted(wires, marina, **{field: value}) for value in JUNK)


def test_nor_is_the_page_they_go_to(wires, marina):
    tab = wires.visitor(marina)
    for value in JUNK:
        tab.say("page", url=value, title="Заказ")
        tab.say("page", url="https://example.ru/", title=value)
    tab.settle()
    assert tab.of("error") == []


def test_what_is_kept_is_cut(wires, marina):
    everything = dict.fromkeys(("screen", "timezone", "language"), "ж" * 300)
    page = {"url": LONG, "title": LONG, "referrer": LONG}
    wires.visitor(marina, page=page, **everything)
    visit = Visit.objects.get()
    assert (visit.page_url, visit.referrer) == (LONG[:2000], LONG[:2000])
    assert (visit.page_title, len(visit.screen)) == (LONG[:300], 20)
    assert (len(visit.time_zone), len(visit.language)) == (64, 35)


def test_as_much_as_a_frame_holds_is_taken(wires, marina):
    tab = wires.visitor(marina)
    tab.say("page", url="https://a/", title="x" * 65_000)
    tab.settle()
    assert tab.of("error") == []
    tab.say("page", url="https://b/", title="x" * 66_000)
    assert tab.expect("error")["code"] == "too_large"


def test_a_title_that_comes_after_its_address_is_the_page_s(wires, marina, ilya):
    zone, tab = (
        wires.operator(ilya),
        wires.visitor(marina, page={"url": "https://a/", "title": "А"}),
    )
    tab.say("page", url="https://b/", title="А")
    tab.say("page", url="https://b/", title="Заказ 17")
    wires.until(PageView.objects.filter(title="Заказ 17").exists)
    assert list(PageView.objects.order_by("pk").values_list("url", "title")) == [
        ("https://a/", "А"),
        ("https://b/", "Заказ 17"),
    ]
    assert zone.ask("people", page=1)["type"] == "ack"
    assert "Заказ 17" in zone.expect("people", count=1)["html"]
