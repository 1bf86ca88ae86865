"""Chats among staff over HTTP: pages, the forms of a group, and what they refuse."""

import pytest
from django.urls import reverse
from django.utils import timezone

from chat.actions.accounts import deactivate_account
from chat.models import InternalChat
from chat.rooms import actions as internal
from tests.cast import browser_of, makes_group, writes_among_staff

pytestmark = pytest.mark.once

SECRET = "§SECRET§"


@pytest.fixture
def pair(ilya, anton):
    return internal.open_direct_chat(ilya, anton.pk, at=timezone.now())


@pytest.fixture
def group(ilya, anton, kamila):
    return makes_group(ilya, "Смена", anton, kamila)


def address(name, chat):
    return reverse(name, args=[chat.public_id])


def sends(account, name, chat, /, **fields):
    answer = browser_of(account).post(address(name, chat), fields)
    return answer.status_code, answer.content.decode()


def begins(account, other_id):
    return browser_of(account).post(reverse("open_direct_chat", args=[other_id]))


def page_of(account, path):
    answer = browser_of(account).get(path)
    return answer.status_code, answer.content.decode()


# A chat of two


def test_a_colleague_s_row_opens_the_chat_and_its_address(ilya, anton):
    answer = begins(ilya, anton.pk)
    chat = InternalChat.objects.get()
    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == address("internal_chat", chat)
    page = answer.content.decode()
    assert f'data-conversation="{chat.public_id}"' in page
    assert "Антон Белый" in page


def test_again_it_is_the_same_chat_with_what_was_written(ilya, anton, pair):
    writes_among_staff(anton, pair, "Ты тут?")
    assert "Ты тут?" in begins(ilya, anton.pk).content.decode()
    assert InternalChat.objects.count() == 1


def test_oneself_is_refused_with_words(ilya):
    answer = begins(ilya, ilya.pk)
    assert answer.status_code == 422
    assert "Написать себе нельзя" in answer.content.decode()


def test_nobody_and_customers_are_not_found(ilya, customer):
    assert {begins(ilya, key).status_code for key in (0, 10**15, customer.pk)} == {404}
    assert not InternalChat.objects.exists()


def test_who_was_put_off_is_refused_where_nothing_was_written(ilya, anton):
    deactivate_account(anton, at=timezone.now())
    answer = begins(ilya, anton.pk)
    assert answer.status_code == 409
    assert "аккаунт отключён" in answer.content.decode()


def test_what_was_written_with_them_is_read_and_there_is_no_field(ilya, anton, pair):
    writes_among_staff(anton, pair, "Ключ в сейфе")
    deactivate_account(anton, at=timezone.now())
    page = begins(ilya, anton.pk).content.decode()
    assert "Ключ в сейфе" in page
    assert "аккаунт отключён" in page
    assert "<textarea" not in page


def test_such_a_chat_stands_among_the_groups(ilya, anton, pair):
    writes_among_staff(anton, pair, "Ключ в сейфе")
    row = f'id="chat-{pair.public_id}"'
    assert row not in page_of(ilya, "/chat/")[1]
    deactivate_account(anton, at=timezone.now())
    assert row in page_of(ilya, "/chat/")[1]


# Pages


def test_the_page_is_the_zone_with_the_chat_in_it(ilya, anton, group):
    writes_among_staff(anton, group, "Привет")
    status, page = page_of(ilya, address("internal_chat", group))
    assert status == 200
    for part in ("Посетители", "Операторы", 'aria-label="Участники"', "Привет", "Антон Белый"):
        assert part in page


def test_one_s_own_messages_stand_on_the_other_side(ilya, anton, pair):
    writes_among_staff(ilya, pair, "Моё")
    mine, theirs = (page_of(who, address("internal_chat", pair))[1] for who in (ilya, anton))
    assert 'class="message message--out"' in mine
    assert 'class="message message--in"' not in mine
    assert 'class="message message--in"' in theirs


def test_a_page_marks_what_everybody_has_read(ilya, anton, pair):
    seq = writes_among_staff(ilya, pair, "Прочти").seq
    internal.mark_internal_read(anton, pair.public_id, seq, at=timezone.now())
    assert "data-read" in page_of(ilya, address("internal_chat", pair))[1]


def test_the_latest_are_shown_and_earlier_ones_asked_for(ilya, anton, pair):
    for number in range(1, 206):
        writes_among_staff(ilya, pair, f"Строка {number}.")
    page = page_of(anton, address("internal_chat", pair))[1]
    assert "Строка 6." in page
    assert "Строка 5." not in page
    assert "data-earlier" in page
    earlier = page_of(anton, f"{address('earlier_messages', pair)}?before=6")[1]
    assert [f"Строка {number}." in earlier for number in range(1, 7)] == [True] * 5 + [False]


@pytest.mark.parametrize("before", ["", "-1", "x", "9" * 40, "²"])
def test_a_bad_number_shows_nothing(ilya, pair, before):
    writes_among_staff(ilya, pair, "Раз")
    path = f"{address('earlier_messages', pair)}?before={before}"
    status, page = page_of(ilya, path)
    assert (status, page.strip()) == (200, "")


def test_whatever_was_written_is_no_markup(ilya, anton):
    group = makes_group(ilya, "<script>1</script>", anton)
    writes_among_staff(ilya, group, "<img src=x onerror=alert(1)>")
    pages = [
        page_of(anton, address("internal_chat", group))[1],
        page_of(anton, f"{address('search_chat', group)}?q=img")[1],
    ]
    for page in pages:
        assert "<img src=x" not in page
        assert "<script>1" not in page


def test_search_says_what_it_found_or_that_it_did_not(ilya, anton, pair):
    writes_among_staff(ilya, pair, "Нужен СЧЁТ")
    search = address("search_chat", pair)
    assert "Нужен СЧЁТ" in page_of(anton, f"{search}?q=счет")[1]
    assert "Ничего не нашлось" in page_of(anton, f"{search}?q=акт")[1]
    assert "хотя бы два знака" in page_of(anton, f"{search}?q=с")[1]
    assert "хотя бы два знака" in page_of(anton, search)[1]


@pytest.mark.parametrize("query", ["\x00\x00", "с\x00чёт-фактура", "\ufffe\uffff", "я" * 9000])
def test_search_takes_what_no_text_holds(ilya, anton, pair, query):
    writes_among_staff(ilya, pair, "Нужен счёт")
    answer = browser_of(anton).get(address("search_chat", pair), {"q": query})
    assert (answer.status_code, "Ничего не нашлось" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("who", ["darya", "elena"])
def test_to_strangers_there_is_no_such_chat_an_administrator_neither(ilya, group, request, who):
    stranger = request.getfixturevalue(who)
    writes_among_staff(ilya, group, SECRET)
    for name in ("internal_chat", "earlier_messages", "search_chat", "chat_members"):
        assert page_of(stranger, f"{address(name, group)}?q=secret&before=9")[0] == 404
    for name in ("rename_chat", "add_member", "remove_member", "leave_chat"):
        status, _page = sends(stranger, name, group, title="Моё", account=stranger.pk)
        assert status == 404
    assert group.public_id not in page_of(stranger, "/chat/")[1]


def test_the_lists_of_visitors_hold_nothing_of_it(ilya, group, waiting):
    writes_among_staff(ilya, group, SECRET)
    page = page_of(ilya, "/chat/?part=lists")[1]
    visitors = page.partition('id="operators"')[0]
    assert "Орлова" in visitors
    assert group.public_id not in visitors
    assert SECRET not in page


# Groups


def test_a_group_is_made_and_opened(ilya, anton, kamila):
    answer = browser_of(ilya).post(
        reverse("create_group"), {"title": " Ночная  смена ", "members": [anton.pk, kamila.pk]}
    )
    chat = InternalChat.objects.get()
    assert (answer.status_code, chat.title) == (200, "Ночная смена")
    assert answer["HX-Push-Url"] == address("internal_chat", chat)


@pytest.mark.parametrize(
    ("title", "members", "words"),
    [
        ("", ["anton"], "Напишите название группы."),
        ("д" * 81, ["anton"], "Название длиннее 80 знаков: 81."),
        ("Я", [], "Выберите хотя бы одного коллегу."),
        ("Я", ["ilya"], "Выберите хотя бы одного коллегу."),
        ("Кто", ["customer"], "Такого сотрудника нет"),
    ],
)
def test_a_refused_form_keeps_all_that_was_given(ilya, anton, request, title, members, words):
    keys = [request.getfixturevalue(one).pk for one in members]
    answer = browser_of(ilya).post(reverse("create_group"), {"title": title, "members": keys})
    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#new-group-form")
    assert words in page
    assert f'value="{title}"' in page
    assert ("checked" in page) == (members == ["anton"])
    assert not InternalChat.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 40, "²", "1.5"])
def test_keys_that_are_none_are_refused(ilya, group, key):
    answer = browser_of(ilya).post(reverse("create_group"), {"title": "Я", "members": [key]})
    assert answer.status_code == 422
    assert sends(ilya, "add_member", group, account=key)[0] == 422
    assert sends(ilya, "remove_member", group, account=key)[0] == 409
    assert group.members.current().count() == 3


def test_a_group_is_renamed_filled_and_left(ilya, anton, darya, group):
    assert "Ночь" in sends(ilya, "rename_chat", group, title="Ночь")[1]
    assert "Дарья Лунина" in sends(anton, "add_member", group, account=darya.pk)[1]
    assert sends(anton, "leave_chat", group)[0] == 200
    group.refresh_from_db()
    names = sorted(str(member) for member in group.members.current())
    assert (group.title, names) == (
        "Ночь",
        ["Дарья Лунина", "Илья Воронцов", "Камила Рашидова"],
    )


def test_a_title_that_is_too_long_comes_back_to_be_mended(ilya, group):
    status, page = sends(ilya, "rename_chat", group, title="д" * 90)
    assert status == 422
    assert "Название длиннее 80 знаков: 90." in page
    assert f'value="{"д" * 90}"' in page


def test_who_may_not_remove_has_no_button_and_is_refused(anton, kamila, group):
    assert "Исключить" not in page_of(anton, address("internal_chat", group))[1]
    status, page = sends(anton, "remove_member", group, account=kamila.pk)
    assert status == 409
    assert "Исключить может тот, кто создал группу" in page


def test_twice_added_is_told_by_name(ilya, anton, group):
    status, page = sends(ilya, "add_member", group, account=anton.pk)
    assert (status, "Уже в группе: Антон Белый" in page) == (409, True)


def test_of_two_nothing_is_renamed_or_left(ilya, pair):
    assert sends(ilya, "rename_chat", pair, title="Наше")[0] == 409
    assert sends(ilya, "leave_chat", pair)[0] == 409
    assert pair.members.current().count() == 2
