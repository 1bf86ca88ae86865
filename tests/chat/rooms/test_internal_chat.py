"""Chats among staff: who is in them, who reads, who never does."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from chat.actions.accounts import deactivate_account
from chat.actions.errors import ClientIdTaken, EmptyMessage, NotFound, UnknownFile
from chat.files.signatures import sign_file
from chat.files.storage import store_file
from chat.files.sweeps import UNSENT_FOR, remove_orphans
from chat.models import (
    Attachment,
    ChatMember,
    Conversation,
    InternalChat,
    InternalMessage,
    Message,
)
from chat.rooms import actions as internal
from chat.rooms import history
from chat.rooms.errors import (
    AlreadyMember,
    ChatWithOneself,
    ColleagueGone,
    NobodyElse,
    NoMember,
    NotAGroup,
    NotYoursToRemove,
    TitleMissing,
    TitleTooLong,
    TooManyMembers,
    UnknownMember,
)
from chat.text import ForbiddenSigns, TextTooLong
from chat.wire.lines import for_members
from tests.cast import answers, browser_of, cabinet_of, makes_group
from tests.cast import writes_among_staff as posts


@pytest.fixture
def pair(ilya, anton):
    return internal.open_direct_chat(ilya, anton.pk, at=timezone.now())


@pytest.fixture
def group(ilya, anton, kamila):
    return makes_group(ilya, "Смена", anton, kamila)


def lines(chat):
    return [for_members(message) for message in chat.messages.order_by("seq")]


def members(chat):
    return {str(member) for member in chat.members.current()}


# Two


def test_two_have_one_chat_whoever_begins_it(ilya, anton, pair):
    assert internal.open_direct_chat(anton, ilya.pk, at=timezone.now()) == pair
    assert members(pair) == {"Илья Воронцов", "Антон Белый"}


def test_others_have_another(ilya, kamila, pair):
    assert internal.open_direct_chat(ilya, kamila.pk, at=timezone.now()) != pair


def test_nobody_writes_to_themselves(ilya):
    with pytest.raises(ChatWithOneself):
        internal.open_direct_chat(ilya, ilya.pk, at=timezone.now())


def test_a_customer_is_no_colleague(ilya, customer):
    with pytest.raises(NotFound):
        internal.open_direct_chat(ilya, customer.pk, at=timezone.now())


def test_with_who_was_put_off_no_chat_begins(ilya, anton):
    deactivate_account(anton, at=timezone.now())
    with pytest.raises(ColleagueGone):
        internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
    assert not InternalChat.objects.exists()


def test_one_that_was_begun_stays_to_be_read_and_takes_nothing_more(ilya, anton, pair):
    posts(ilya, pair, "Привет")
    deactivate_account(anton, at=timezone.now())
    assert internal.open_direct_chat(ilya, anton.pk, at=timezone.now()) == pair
    with pytest.raises(ColleagueGone, match="Антон Белый"):
        posts(ilya, pair, "Ты где?")
    assert lines(pair) == ["Привет"]


def test_a_chat_of_two_has_no_title_and_no_third(ilya, kamila, pair):
    at = timezone.now()
    for attempt in (
        lambda: internal.rename_chat(ilya, pair.public_id, "Секрет", at=at),
        lambda: internal.add_member(ilya, pair.public_id, kamila.pk, at=at),
        lambda: internal.leave_chat(ilya, pair.public_id, at=at),
        lambda: internal.remove_member(ilya, pair.public_id, kamila.pk, at=at),
    ):
        with pytest.raises(NotAGroup):
            attempt()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_have_one_chat(ilya, anton):
    def begin(pair):
        try:
            return internal.open_direct_chat(pair[0], pair[1].pk, at=timezone.now()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        begun = set(pool.map(begin, [(ilya, anton), (anton, ilya)] * 4))
    assert len(begun) == 1
    assert ChatMember.objects.count() == 2


# Groups


def test_a_group_has_a_title_members_and_a_line_that_says_who_made_it(group):
    assert group.title == "Смена"
    assert members(group) == {"Илья Воронцов", "Антон Белый", "Камила Рашидова"}
    assert lines(group) == ["Группа создана: Илья Воронцов"]


@pytest.mark.parametrize(
    ("title", "refusal"),
    [
        ("", TitleMissing),
        (" \n\t", TitleMissing),
        ("\u202e", TitleMissing),
        ("д" * 81, TitleTooLong),
    ],
)
def test_a_title_that_is_none_or_too_long(ilya, anton, group, title, refusal):
    with pytest.raises(refusal):
        internal.create_group(ilya, title, [anton.pk], at=timezone.now())
    with pytest.raises(refusal):
        internal.rename_chat(ilya, group.public_id, title, at=timezone.now())
    group.refresh_from_db()
    assert (group.title, InternalChat.objects.count()) == ("Смена", 1)


def test_a_group_of_only_oneself(ilya):
    for chosen in ([], [ilya.pk]):
        with pytest.raises(NobodyElse):
            internal.create_group(ilya, "Я", chosen, at=timezone.now())


def test_members_who_do_not_exist_are_customers_or_were_put_off(ilya, anton, customer, group):
    deactivate_account(anton, at=timezone.now())
    for unknown in (0, 10**17, customer.pk, anton.pk):
        with pytest.raises(UnknownMember):
            internal.create_group(ilya, "Группа", [unknown], at=timezone.now())
        with pytest.raises(UnknownMember):
            internal.add_member(ilya, group.public_id, unknown, at=timezone.now())
    assert InternalChat.objects.count() == 1


def test_there_is_an_end_to_a_group(ilya, anton, darya, monkeypatch):
    monkeypatch.setattr(InternalChat, "MOST_MEMBERS", 2)
    with pytest.raises(TooManyMembers):
        internal.create_group(ilya, "Все", [anton.pk, darya.pk], at=timezone.now())
    two = makes_group(ilya, "Двое", anton)
    with pytest.raises(TooManyMembers):
        internal.add_member(ilya, two.public_id, darya.pk, at=timezone.now())


def test_any_member_brings_another_who_sees_all(anton, darya, ilya, group):
    posts(ilya, group, "До Дарьи")
    internal.add_member(anton, group.public_id, darya.pk, at=timezone.now())
    assert lines(group)[-1] == "Новый участник: Дарья Лунина. Приглашение: Антон Белый"
    entries = history.read_for_member(darya, group.pk, 0).entries
    assert [entry.seq for entry in entries] == [1, 2, 3]


def test_what_was_written_before_is_not_unread_to_who_comes(anton, darya, ilya, group):
    posts(ilya, group, "До Дарьи")
    internal.add_member(anton, group.public_id, darya.pk, at=timezone.now())
    assert history.state_of(darya, pk=group.pk).unread == 0
    posts(ilya, group, "При Дарье")
    assert history.state_of(darya, pk=group.pk).unread == 1


def test_a_member_is_not_added_twice(ilya, anton, group):
    with pytest.raises(AlreadyMember, match="Антон Белый"):
        internal.add_member(ilya, group.public_id, anton.pk, at=timezone.now())


def test_who_leaves_reads_and_writes_nothing_more(anton, group):
    internal.leave_chat(anton, group.public_id, at=timezone.now())
    assert lines(group)[-1] == "Больше не в группе: Антон Белый"
    assert history.read_for_member(anton, group.pk, 0).entries == []
    assert history.state_of(anton, pk=group.pk) is None
    with pytest.raises(NotFound):
        posts(anton, group, "И ещё")


def test_who_comes_back_is_a_member_again(ilya, anton, group):
    internal.leave_chat(anton, group.public_id, at=timezone.now())
    internal.add_member(ilya, group.public_id, anton.pk, at=timezone.now())
    assert posts(anton, group, "Я снова тут").seq == 4


def test_who_made_the_group_removes_others(ilya, anton, group):
    internal.remove_member(ilya, group.public_id, anton.pk, at=timezone.now())
    assert members(group) == {"Илья Воронцов", "Камила Рашидова"}
    assert lines(group)[-1] == "Больше не в группе: Антон Белый. Решение: Илья Воронцов"


def test_a_plain_member_removes_nobody(anton, kamila, group):
    with pytest.raises(NotYoursToRemove):
        internal.remove_member(anton, group.public_id, kamila.pk, at=timezone.now())


def test_an_administrator_removes_only_where_they_are_a_member(ilya, elena, anton, group):
    with pytest.raises(NotFound):
        internal.remove_member(elena, group.public_id, anton.pk, at=timezone.now())
    internal.add_member(ilya, group.public_id, elena.pk, at=timezone.now())
    internal.remove_member(elena, group.public_id, anton.pk, at=timezone.now())
    assert "Антон Белый" not in members(group)


def test_who_is_not_in_it_is_not_removed(ilya, darya, group):
    for nobody in (darya.pk, 0, ilya.pk):
        with pytest.raises(NoMember):
            internal.remove_member(ilya, group.public_id, nobody, at=timezone.now())


def test_the_same_title_again_leaves_no_line(ilya, group):
    internal.rename_chat(ilya, group.public_id, "  Смена ", at=timezone.now())
    assert lines(group) == ["Группа создана: Илья Воронцов"]


def test_a_deleted_account_leaves_its_name(ilya, anton, pair):
    posts(anton, pair, "Прощайте")
    anton.delete()
    state = history.state_of(ilya, pk=pair.pk)
    assert [name for _key, name in state.names] == ["Антон Белый", "Илья Воронцов"]
    assert InternalMessage.objects.get().author_name == "Антон Белый"


# Messages


def test_numbers_have_no_gap(ilya, anton, group):
    for number in range(5):
        posts((ilya, anton)[number % 2], group, str(number))
    assert list(group.messages.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_writing_at_once_leaves_no_gap_and_doubles_nothing(ilya, anton, pair):
    ids = [uuid.uuid4() for _number in range(12)]

    def write(number):
        try:
            author = (ilya, anton)[number % 2]
            return posts(author, pair, str(number), client_id=ids[number]).seq
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(write, [*range(12), *range(12)]))
    assert sorted(taken[:12]) == list(range(1, 13))
    assert taken[12:] == taken[:12]


def test_the_same_id_again_stores_nothing(ilya, pair):
    first = posts(ilya, pair, "Раз", client_id=(key := uuid.uuid4()))
    assert posts(ilya, pair, "Раз", client_id=key) == first
    assert InternalMessage.objects.count() == 1


def test_another_s_id_is_refused(ilya, anton, pair):
    posts(ilya, pair, "Раз", client_id=(key := uuid.uuid4()))
    with pytest.raises(ClientIdTaken):
        posts(anton, pair, "Два", client_id=key)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", EmptyMessage),
        (" \n ", EmptyMessage),
        ("a\x00b", ForbiddenSigns),
        ("я" * 4001, TextTooLong),
    ],
)
def test_text_is_what_a_conversation_takes(ilya, pair, text, refusal):
    with pytest.raises(refusal):
        posts(ilya, pair, text)
    assert not InternalMessage.objects.exists()


@pytest.mark.parametrize("who", ["darya", "elena", "zoya"])
def test_who_is_not_in_it_writes_nothing_an_administrator_neither(request, group, who):
    with pytest.raises(NotFound):
        posts(request.getfixturevalue(who), group, "Пустите")
    assert group.messages.count() == 1


# Reading


def test_unread_is_what_others_wrote_beyond_the_pointer(ilya, anton, group):
    posts(ilya, group, "Раз")
    posts(anton, group, "Два")
    posts(ilya, group, "Три")
    assert history.state_of(anton, pk=group.pk).unread == 2
    internal.mark_internal_read(anton, group.public_id, 2, at=timezone.now())
    assert history.state_of(anton, pk=group.pk).unread == 1


def test_a_pointer_never_goes_back_nor_beyond_what_there_is(anton, ilya, pair):
    posts(ilya, pair, "Раз")
    posts(ilya, pair, "Два")
    for seq, kept in ((1, 1), (99, 2), (1, 2), (0, 2)):
        internal.mark_internal_read(anton, pair.public_id, seq, at=timezone.now())
        assert pair.members.get(account=anton).read_seq == kept


def test_a_stranger_leaves_no_mark(darya, ilya, pair):
    posts(ilya, pair, "Раз")
    internal.mark_internal_read(darya, pair.public_id, 1, at=timezone.now())
    assert set(pair.members.values_list("read_seq", flat=True)) == {0}


def test_read_is_what_every_other_member_has_seen(ilya, anton, kamila, group):
    seq = posts(ilya, group, "Всем").seq
    internal.mark_internal_read(anton, group.public_id, seq, at=timezone.now())
    assert history.read_by_all(history.state_of(ilya, pk=group.pk).reads, ilya.pk) == 0
    internal.mark_internal_read(kamila, group.public_id, seq, at=timezone.now())
    assert history.read_by_all(history.state_of(ilya, pk=group.pk).reads, ilya.pk) == seq


def test_nobody_waits_for_the_mark_of_who_was_put_off_or_left(ilya, anton, kamila, darya, group):
    internal.add_member(ilya, group.public_id, darya.pk, at=timezone.now())
    seq = posts(ilya, group, "Всем").seq
    internal.mark_internal_read(anton, group.public_id, seq, at=timezone.now())
    deactivate_account(kamila, at=timezone.now())
    internal.leave_chat(darya, group.public_id, at=timezone.now())
    assert history.read_by_all(history.state_of(ilya, pk=group.pk).reads, ilya.pk) == seq


# Search


@pytest.mark.parametrize("query", ["счет", "СЧЁТ", "Счёт-фактура", "  счёт-ФАКТУРА ", "100 %"])
def test_search_knows_no_case_and_no_yo(ilya, pair, query):
    posts(ilya, pair, "Нужна счёт-фактура на 100 % суммы")
    posts(ilya, pair, "Другое")
    assert [message.seq for message in history.search(pair, query)] == [1]


@pytest.mark.parametrize("query", ["", "с", " с ", "%%", "__", "нет такого"])
def test_search_finds_nothing_by_too_little_or_by_wildcards(ilya, pair, query):
    posts(ilya, pair, "Счёт-фактура")
    assert list(history.search(pair, query)) == []


def test_search_shows_the_latest_of_many_and_no_system_lines(ilya, anton, monkeypatch):
    monkeypatch.setattr(history, "MOST_FOUND", 3)
    group = makes_group(ilya, "Группа", anton)
    for number in range(5):
        posts(ilya, group, f"группа {number}")
    found = [message.text for message in history.search(group, "группа")]
    assert found == ["группа 4", "группа 3", "группа 2"]


# Files


@pytest.fixture
def sent(ilya, group):
    """A file that went out to the group."""
    attachment = _uploads(ilya)
    posts(ilya, group, "Вот", files=[attachment.public_id])
    return Attachment.objects.get()


def _uploads(account):
    uploaded = SimpleUploadedFile("log.txt", b"secret of staff")
    return store_file(uploaded, at=timezone.now(), account=account)


def test_a_file_is_had_by_members(sent, anton):
    answer = browser_of(anton).get(sent.get_absolute_url())
    assert b"".join(answer) == b"secret of staff"


@pytest.mark.parametrize("who", ["darya", "elena", "zoya"])
def test_a_file_is_not_had_by_others_an_administrator_neither(sent, request, who):
    browser = browser_of(request.getfixturevalue(who))
    assert browser.get(sent.get_absolute_url()).status_code == 404


def test_a_file_is_not_had_by_who_left(sent, anton, group):
    internal.leave_chat(anton, group.public_id, at=timezone.now())
    assert browser_of(anton).get(sent.get_absolute_url()).status_code == 404


def test_a_file_is_not_had_by_customers_nor_by_a_visitor_s_signature(sent, customer):
    for browser in (browser_of(), cabinet_of(customer)):
        assert browser.get(sent.get_absolute_url()).status_code == 404
        assert browser.get(sign_file(sent)).status_code == 404


def test_a_file_that_went_out_is_no_orphan(sent):
    assert remove_orphans(at=timezone.now() + 2 * UNSENT_FOR) == 0


def test_a_file_goes_out_once_and_only_from_whom_it_is(sent, ilya, anton, pair, group):
    for account, chat in ((ilya, pair), (anton, group)):
        with pytest.raises(UnknownFile):
            posts(account, chat, "Ещё", files=[sent.public_id])
    foreign = _uploads(anton)
    with pytest.raises(UnknownFile):
        posts(ilya, pair, "Чужой", files=[foreign.public_id])
    assert not pair.messages.exists()


def test_a_visitor_s_conversation_does_not_take_it_either(sent, ilya, dialogue):
    with pytest.raises(UnknownFile):
        answers(ilya, dialogue, "Вот", files=[sent.public_id])


def test_nothing_internal_is_a_conversation_or_a_message_of_one(ilya, marina, group):
    posts(ilya, group, "Между нами")
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()
