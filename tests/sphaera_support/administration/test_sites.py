"""Sites by their pages: what is saved, what is refused at which field, what is noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Conversation, Message
from departments.models import Department, ExceptionalDay, FileKind, Hours, Site
from departments.origins import spelled
from operators.models import Change, Role
from tests.cast import browser_of, closes, is_present, staff, token, writes
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once

LIST, ADD = "/sites/", "/sites/add/"
NEW = {
    "name": "Магазин",
    "origins": "https://shop.example.ru",
    "time_zone": "Europe/Moscow",
    "departments": [],
}


@pytest.fixture
def admin(elena):
    return browser_of(elena)


def address_of(site, tab=""):
    return f"{LIST}{site.pk}/{tab}"


def form_of(site, **fields):
    """As its page shows it, with these fields typed over."""
    shown = {
        "name": site.name,
        "reopen_window": "24",
        "privacy_text": site.privacy_text,
        "privacy_url": site.privacy_url,
        "file_kinds": site.file_kinds or FileKind.values,
        "departments": list(site.departments.values_list("pk", flat=True)),
        "shown_version": site.version,
    }
    return shown | fields


# Saving


def test_a_new_site_stands_on_the_list(admin, first_line):
    answer = admin.post(ADD, {**NEW, "departments": [first_line.pk]})
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?saved=saved")
    site = Site.objects.get(name="Магазин")
    assert (site.origins, site.time_zone) == (["https://shop.example.ru"], "Europe/Moscow")
    assert list(site.departments.all()) == [first_line]
    listed = page_of(admin.get(LIST))
    assert "Магазин" in listed
    assert "Закрыт: нет графика работы" in listed


def test_the_form_of_a_new_one_proposes_all_departments_and_our_zone(admin, site):
    shown = page_of(admin.get(ADD))
    assert shown.count(" checked") == Department.objects.count()
    assert '<option value="Europe/Moscow" selected>' in shown
    assert '<option value="Asia/Kamchatka">' in shown


def test_all_that_was_typed_is_kept(admin, site, second_line):
    typed = {
        "name": "Сайт   поддержки",
        "reopen_window": "48",
        "privacy_url": "https://example.ru/privacy",
        "departments": [second_line.pk],
    }
    answer = admin.post(address_of(site), form_of(site, **typed))
    assert answer["Location"] == f"{address_of(site)}?saved=saved"
    site.refresh_from_db()
    assert site.name == "Сайт поддержки"
    assert (site.reopen_window, site.privacy_url) == (timedelta(hours=48), typed["privacy_url"])
    assert list(site.departments.all()) == [second_line]


def test_the_domains_are_kept_as_browsers_send_them(admin, site):
    typed = "shop.example.ru\r\n\r\nhttps://*.Пример.рф\nhttps://shop.example.ru/\n"
    answer = admin.post(address_of(site, "domains/"), {"origins": typed, "shown_version": "1"})
    assert answer.status_code == 302
    site.refresh_from_db()
    assert site.origins == ["https://shop.example.ru", "https://*.xn--e1afmkfd.xn--p1ai"]
    assert "https://*.пример.рф" in page_of(admin.get(address_of(site, "domains/")))


def test_the_list_says_what_is_so_now(admin, site, ilya, waiting):
    is_present(ilya)
    listed = page_of(admin.get(LIST))
    assert "Открыт круглосуточно" in listed
    assert listed.count('<td class="num figure">1</td>') == 2


def test_the_list_says_when_that_ends(admin, site):
    """By the site's own clock, whatever ours says."""
    Hours.objects.all().delete()
    site.time_zone = "Asia/Vladivostok"
    site.save()
    here = timezone.now().astimezone(site.schedule.time_zone)
    closes_at = (here + timedelta(hours=2)).replace(minute=0)
    minutes = here.hour * 60, here.hour * 60 + 60 * (closes_at.hour - here.hour) % (24 * 60)
    Hours.objects.create(site=site, weekday=here.weekday(), opens=minutes[0], closes=minutes[1])
    assert f"{closes_at:%H:%M}" in page_of(admin.get(LIST))


# Refusing


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Обязательное"),
        ("name", "\u200b\u2060", "Обязательное"),
        ("name", "я" * 101, "не более 100"),
        ("name", "Сайт\x00", "управляющие"),
        ("name", "Сайт \u202egpj", "управляющие"),
        ("name", "DEMO", "уже есть"),
        ("time_zone", "", "Обязательное"),
        ("time_zone", "Mars/Olympus", "Нет такого часового пояса"),
        ("time_zone", "../../etc/passwd", "Нет такого часового пояса"),
        ("time_zone", "Europe/Moscow\x00", "Нет такого часового пояса"),
        ("time_zone", "я" * 51, "Нет такого часового пояса"),
        ("origins", "https://example.ru/shop", "без страницы"),
        ("origins", "https://good.ru\nhttps://*.ru", "«https://*.ru»: назовите сайт целиком"),
        ("origins", "<b>", "назовите сайт целиком"),
        ("origins", "https://example.ru\x00", "таких знаков"),
        ("origins", "https://example.ru\u202e", "таких знаков"),
        ("origins", "\n".join(f"https://s{n}.ru" for n in range(51)), "Не больше 50"),
        ("origins", "a" * 20_001, "Слишком много"),
        ("departments", ["999999"], "нет среди допустимых"),
        ("departments", ["' OR 1=1"], "нет среди допустимых"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, site, field, value, words):
    answer = admin.post(ADD, {**NEW, field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert Site.objects.count() == 1
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reopen_window", "", "Обязательное"),
        ("reopen_window", "-1", "больше либо равно 0"),
        ("reopen_window", "721", "меньше либо равно 720"),
        ("reopen_window", "сутки", "целое число"),
        ("privacy_url", "javascript:alert(1)", "правильный URL"),
        ("privacy_url", "ftp://example.ru", "правильный URL"),
        ("privacy_url", "https://example.ru/" + "я" * 200, "не более 200"),
        ("privacy_url", "https://example.ru/\x00", "запрещённый символ"),
    ],
)
def test_so_it_is_on_the_page_of_one(admin, site, field, value, words):
    answer = admin.post(address_of(site), form_of(site, **{field: value}))
    assert answer.status_code == 422
    assert words in error_of(answer, field)


LOOK = {
    "colour": "",
    "corner": "right",
    "theme": "auto",
    "online_text": "",
    "offline_text": "",
    "window_greeting": "",
    "shown_version": "1",
}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("colour", "фиолетовый", "#5B4A9E"),
        ("colour", "#5b4a9e;}", "#5B4A9E"),
        ("colour", "#777777", "Контраст 4,4"),
        ("colour", "#ffff00", "возьмите темнее"),
        ("colour", "\x00", "запрещённый символ"),
        ("corner", "top", "нет среди допустимых"),
        ("corner", "", "Обязательное"),
        ("theme", "neon", "нет среди допустимых"),
        ("online_text", "я" * 41, "не более 40"),
        ("offline_text", "Пишите \u202egpj", "управляющие"),
        ("window_greeting", "я" * 301, "не более 300"),
        ("window_greeting", "Привет\x00", "управляющие"),
    ],
)
def test_a_look_that_is_none_is_refused_at_its_field(admin, site, field, value, words):
    answer = admin.post(address_of(site, "appearance/"), LOOK | {field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert not Change.objects.exists()


def test_a_look_is_kept_and_worn(admin, site, marina):
    typed = {
        "colour": "5B4A9E",
        "corner": "left",
        "theme": "dark",
        "online_text": "Спросите <b>нас</b>",
    }
    answer = admin.post(address_of(site, "appearance/"), LOOK | typed)
    assert answer.status_code == 302
    site.refresh_from_db()
    assert (site.colour, site.corner) == ("#5b4a9e", "left")
    assert (site.theme, site.sound) == ("dark", False)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer)
    assert '"colour":"#5b4a9e","corner":"left"' in page_of(window)
    assert "<b>нас" not in window.content.decode()
    assert 'value="#5b4a9e"' in page_of(admin.get(address_of(site, "appearance/")))


def test_what_was_typed_is_typed_still(admin, site):
    page = page_of(admin.post(ADD, {**NEW, "origins": "Магазин.рф\nhttps://x/y", "name": "Лавка"}))
    assert all(typed in page for typed in ("Лавка", "Магазин.рф\nhttps://x/y"))


@pytest.mark.parametrize("name", ["<b>Жирный</b>", "Магазин 🚀", "'; DROP TABLE --"])
def test_a_strange_name_is_a_name(admin, site, name):
    assert admin.post(ADD, {**NEW, "name": name}).status_code == 302
    assert Site.objects.filter(name=name).exists()
    assert "<b>Жирный" not in admin.get(LIST).content.decode()


def test_a_field_is_checked_as_it_is_left(admin, site):
    typed = {**NEW, "origins": "https://example.ru/page", "check": "origins"}
    assert "без страницы" in page_of(admin.post(ADD, typed))
    assert page_of(admin.post(ADD, {**NEW, "check": "origins"})).strip() == ""
    assert Site.objects.count() == 1


def test_taking_the_last_first_line_away_is_asked(admin, site, ilya, second_line):
    typed = form_of(site, departments=[second_line.pk])
    answer = admin.post(address_of(site), typed)
    assert answer.status_code == 409
    assert "станет некому ответить" in page_of(answer)
    assert site.departments.count() == 3
    assert admin.post(address_of(site), typed | {"even_alone": "1"}).status_code == 302


# Two administrators


def test_the_second_is_told_and_loses_nothing(admin, site):
    colleague = browser_of(staff("olga", "Ольга Дёмина", role=Role.ADMINISTRATOR))
    mine = form_of(site, name="Моё название")
    colleague.post(address_of(site), form_of(site, reopen_window="48"))
    answer = admin.post(address_of(site), mine)
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Ольга Дёмина" in page
    assert "срок возврата обращения" in page
    assert "Моё название" in page
    site.refresh_from_db()
    assert site.name == "demo"
    again = mine | {"shown_version": site.version}
    assert admin.post(address_of(site), again).status_code == 302


def test_the_page_shows_its_version(admin, site):
    assert shown_version(admin, address_of(site)) == "1"
    admin.post(address_of(site), form_of(site))
    assert shown_version(admin, address_of(site, "domains/")) == "2"


def test_each_change_is_noted_with_what_is_different(admin, elena, site):
    admin.post(address_of(site), form_of(site, name="Новое имя"))
    note = Change.objects.get()
    assert (note.kind, note.deed, note.by, note.address) == ("site", "changed", elena, "127.0.0.1")
    assert (note.before, note.after) == ({"name": "demo"}, {"name": "Новое имя"})


# Putting off and deleting


def test_the_question_says_what_will_happen(admin, site, dialogue, sergey):
    writes(sergey)
    page = page_of(admin.get(address_of(site, "deactivate/")))
    assert "Открыто обращений: 1, ждут в очереди: 1" in page
    assert "Личный кабинет" in page


def test_put_off_and_on_again(admin, site, other_site):
    assert admin.post(address_of(site, "deactivate/")).status_code == 302
    assert "Отключён" in page_of(admin.get(LIST))
    assert Site.objects.own().first() is None, "the cabinet never becomes another site's"
    assert browser_of().get("/личный-кабинет/").status_code == 200
    admin.post(address_of(site, "activate/"))
    assert Site.objects.own().get() == site
    deeds = list(Change.objects.values_list("deed", flat=True))
    assert deeds == ["deactivated", "activated"]


def test_what_is_open_keeps_a_site(admin, site, dialogue):
    page = page_of(admin.get(address_of(site, "delete/")))
    assert "Открыто обращений: 1, ждут в очереди: 0" in page
    answer = admin.post(address_of(site, "delete/"))
    assert answer.status_code == 409
    assert "сначала закройте их" in page_of(answer)
    assert Site.objects.filter(pk=site.pk).exists()


def test_a_deleted_one_is_nowhere_and_what_was_written_stays(
    admin, site, other_site, ilya, dialogue
):
    closes(ilya, dialogue)
    answer = admin.post(address_of(site, "delete/"))
    assert answer["Location"] == f"{LIST}?saved=deleted"
    assert "demo" not in page_of(admin.get(LIST))
    for tab in ("", "domains/", "delete/", "deactivate/"):
        assert admin.get(address_of(site, tab)).status_code == 404
    assert (
        browser_of().get("/widget/demo/", headers={"Sec-Fetch-Dest": "iframe"}).status_code == 404
    )
    assert Site.objects.own().first() is None
    closed = Conversation.objects.select_related("visitor__site").get()
    assert closed.visitor.site.name == "demo"
    assert Message.objects.filter(conversation=closed).exists()
    assert browser_of(ilya).get(f"/chat/{closed.public_id}/").status_code == 200


def test_its_name_is_free(admin, site):
    admin.post(address_of(site, "delete/"))
    assert admin.post(ADD, {**NEW, "name": "demo"}).status_code == 302


# Many


def test_the_list_asks_the_same_of_a_hundred(
    admin, first_line, ilya, django_assert_max_num_queries
):
    sites = Site.objects.bulk_create(
        Site(key=f"site{number}", name=f"Сайт {number}") for number in range(100)
    )
    for site in sites:
        site.departments.add(first_line)
    Hours.objects.bulk_create(
        Hours(site=site, weekday=day, opens=540, closes=1080) for site in sites for day in range(5)
    )
    ExceptionalDay.objects.bulk_create(
        ExceptionalDay(site=site, on=f"2030-01-0{day}") for site in sites for day in range(1, 9)
    )
    with django_assert_max_num_queries(12):
        assert "Сайт 99" in page_of(admin.get(LIST))
    for tab in ("", "domains/"):
        with django_assert_max_num_queries(12):
            admin.get(address_of(sites[0], tab))


def test_an_empty_list_says_what_it_is_for(admin, site):
    Site.objects.all().delete()
    assert "Добавить первый сайт" in page_of(admin.get(LIST))


def test_a_list_of_both_spellings_is_one(admin, site):
    stored = ["https://xn--e1afmkfd.xn--p1ai"]
    for typed in (stored[0], spelled(stored[0])):
        site.refresh_from_db()
        sent = {"origins": typed, "shown_version": site.version}
        assert admin.post(address_of(site, "domains/"), sent).status_code == 302
        site.refresh_from_db()
        assert site.origins == stored


def test_an_operator_s_membership_is_no_other_site_s(admin, site, other_site, ilya):
    is_present(ilya)
    listed = page_of(admin.get(LIST))
    assert listed.count('<td class="num figure">1</td>') == 1
