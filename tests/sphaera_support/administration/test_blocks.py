"""The list of blocks, and the list of addresses that get no window."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Block, ExcludedNetwork
from tests.cast import browser_of
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once

LIST, EXCLUDED = "/settings/blocks/", "/settings/excluded/"


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.fixture
def block(site, ilya, dialogue):
    return Block.objects.create(
        site=site,
        subject="marina",
        visitor_name="Орлова Марина",
        network="203.0.113.0/24",
        conversation=dialogue,
        term="hour",
        reason="Оскорбления",
        by=ilya,
        at=timezone.now(),
        until=timezone.now() + timedelta(hours=1),
    )


def test_an_empty_list_says_where_one_blocks(admin):
    assert "кнопка вверху переписки" in page_of(admin.get(LIST))


def test_who_when_why_until_and_with_whom(admin, block):
    page = page_of(admin.get(LIST))
    for told in ("Орлова Марина", "на час, вместе с 203.0.113.0/24", "Оскорбления", "Илья"):
        assert told in page
    assert f"/chat/{block.conversation.public_id}/" in page


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [("ОРЛОВА", True), ("оскорбл", True), ("203.0", True), ("воронцов", True), ("Петрова", False)],
)
def test_what_is_looked_for_is_found_whatever_the_case(admin, block, asked, is_found):
    page = page_of(admin.get(LIST, {"q": asked}))
    assert ("вместе с 203" in page) == is_found
    assert ("Никого не найдено" in page) != is_found


def test_it_is_lifted_and_says_by_whom(admin, block, elena):
    assert admin.post(f"{LIST}{block.pk}/lift/").status_code == 302
    block.refresh_from_db()
    assert block.lifted_by == elena
    page = page_of(admin.get(LIST))
    assert ("Разблокирован</span>" in page, "Разблокировать" in page) == (True, False)


def test_lifting_what_is_lifted_or_never_was_changes_nothing(admin, block):
    for _time in range(2):
        assert admin.post(f"{LIST}{block.pk}/lift/").status_code == 302
    assert admin.post(f"{LIST}99999/lift/").status_code == 302


def test_one_that_is_over_says_so_and_has_no_button(admin, block):
    Block.objects.update(until=timezone.now() - timedelta(hours=1))
    page = page_of(admin.get(LIST))
    assert ("Срок вышел" in page, "Разблокировать" in page) == (True, False)


# In a conversation


def test_the_panel_proposes_the_person_their_address_and_its_network(ilya, dialogue):
    at = timezone.now()
    dialogue.visitor.visits.create(
        address="2001:db8::7", started_at=at, seen_at=at, present_until=at
    )
    panel = page_of(browser_of(ilya).get(f"/chat/{dialogue.public_id}/block/"))
    assert 'value="2001:db8::7/128"' in panel
    assert 'value="2001:db8::/64"' in panel


def test_what_was_typed_stays_where_it_is_refused(ilya, dialogue):
    typed = {"reason": "", "term": "week", "network": ""}
    answer = browser_of(ilya).post(f"/chat/{dialogue.public_id}/block/", typed)
    page = page_of(answer)
    assert answer.status_code == 422
    assert "Напишите причину" in page
    assert '<option value="week" selected>' in page


def test_who_would_block_the_own_address_is_asked_and_insists(ilya, dialogue):
    at = timezone.now()
    dialogue.visitor.visits.create(address="127.0.0.1", started_at=at, seen_at=at, present_until=at)
    address = f"/chat/{dialogue.public_id}/block/"
    typed = {"reason": "Спам", "term": "hour", "network": "127.0.0.1/32"}
    asked = browser_of(ilya).post(address, typed)
    assert (asked.status_code, "ваш адрес 127.0.0.1" in page_of(asked)) == (409, True)
    done = browser_of(ilya).post(address, typed | {"even_own": "yes"})
    assert "Разблокировать" in page_of(done)
    assert Block.objects.get().network == "127.0.0.1/32"


# Excluded addresses


def saves(admin, text, **also):
    version = shown_version(admin, EXCLUDED)
    return admin.post(EXCLUDED, {"addresses": text, "shown_version": version, **also})


def current():
    return list(ExcludedNetwork.objects.current().values_list("network", flat=True))


def test_addresses_networks_and_ranges_are_kept_in_one_form(admin):
    text = "203.0.113.7\n\n 10.1.2.3/8 \n::ffff:192.0.2.1\n10.9.0.4-10.9.0.7\n2001:DB8::/32"
    assert saves(admin, text).status_code == 302
    assert current() == [
        *("203.0.113.7/32", "10.0.0.0/8", "192.0.2.1/32", "10.9.0.4/30", "2001:db8::/32"),
    ]
    shown = page_of(admin.get(EXCLUDED))
    assert "203.0.113.7\n10.0.0.0/8\n192.0.2.1\n" in shown


def test_all_wrong_lines_are_named_and_nothing_typed_is_lost(admin):
    text = "203.0.113.7\nофис\n10.0.0.9-10.0.0.1\n10.0.0.0/33\n0.0.0.0/0\n1.2.3.4-x\n1.1.1.1-::1"
    answer = saves(admin, text)
    assert answer.status_code == 422
    words = error_of(answer, "addresses")
    for number in (2, 3, 4, 5, 6, 7):
        assert f"Строка {number}," in words
    assert "Строка 1," not in words
    assert text in page_of(answer)
    assert current() == []


@pytest.mark.parametrize("text", ["x" * 20_001, "1.2.3.4\x00", "\u202e1.2.3.4"])
def test_what_is_too_much_or_no_text_is_refused(admin, text):
    assert saves(admin, text).status_code == 422
    assert current() == []


def test_of_many_wrong_lines_the_first_are_told_and_how_many_more(admin):
    words = error_of(saves(admin, "\n".join(["офис"] * 25)), "addresses")
    assert words.endswith("И ещё строк с ошибками: 15.")


def test_more_than_a_thousand_are_too_many(admin):
    lines = "\n".join(f"10.0.{number // 250}.{number % 250}" for number in range(1001))
    assert "Не больше 1000" in error_of(saves(admin, lines), "addresses")


def test_an_empty_list_excludes_nobody(admin):
    saves(admin, "203.0.113.7")
    saves(admin, "")
    assert current() == []


def test_who_would_exclude_themselves_is_told_and_may_insist(admin):
    told = saves(admin, "127.0.0.0/8")
    page = page_of(told)
    assert (told.status_code, current()) == (409, [])
    assert "ваш адрес 127.0.0.1" in page
    assert "Всё равно сохранить" in page
    assert saves(admin, "127.0.0.0/8", even_alone="1").status_code == 302
    assert current() == ["127.0.0.0/8"]


def test_of_two_administrators_the_second_is_told_what_the_first_did(admin, elena):
    version = shown_version(admin, EXCLUDED)
    saves(admin, "203.0.113.7")
    answer = admin.post(EXCLUDED, {"addresses": "192.0.2.1", "shown_version": version})
    assert answer.status_code == 409
    assert "добавлено 203.0.113.7" in page_of(answer)
    assert current() == ["203.0.113.7/32"]


def test_a_field_is_checked_as_it_is_left(admin):
    answer = admin.post(EXCLUDED, {"addresses": "офис", "check": "addresses"})
    assert "Строка 1, «офис»: это не адрес и не сеть." in page_of(answer)
