"""Invitation over HTTP: statuses that mean something, and nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.invitations import expire_invitations
from chat.files.storage import store_file
from chat.models import Participant
from tests.cast import (
    answers,
    browser_of,
    closes,
    invites,
    is_present,
    joins,
    loses_its_owner,
    staff,
    token,
)

pytestmark = pytest.mark.once

NOTE = "Порт 5349 закрыт <b>снаружи</b>"
SHOWN_NOTE = "Порт 5349 закрыт &lt;b&gt;снаружи&lt;/b&gt;"


@pytest.fixture(autouse=True)
def _they_are_there(ilya, anton):
    is_present(ilya, anton)


@pytest.fixture
def url(dialogue):
    return f"/chat/{dialogue.public_id}/"


@pytest.fixture
def invited(dialogue, ilya, anton):
    return invites(ilya, dialogue, anton, NOTE)


@pytest.fixture
def together(invited, dialogue, anton):
    return joins(anton, dialogue)


def sends(sender, address, **form):
    return browser_of(sender).post(address, form)


def page_of(account, address):
    answer = browser_of(account).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def text(answer):
    return answer.content.decode()


def group(page, name, following):
    return page[page.index(f'data-group="{name}"') : page.index(f'data-group="{following}"')]


def test_the_panel_lists_those_who_are_there(url, ilya, anton, kamila, darya):
    is_present(darya)
    page = page_of(ilya, f"{url}invite/")
    shown = [f'name="account" value="{one.pk}"' in page for one in (anton, darya, ilya, kamila)]
    assert shown == [True, True, False, False]
    assert "уровень 2" in page
    assert "обращений: 0" in page


def test_the_panel_leaves_out_who_is_in_it(together, url, ilya, anton):
    page = page_of(ilya, f"{url}invite/")
    assert f'value="{anton.pk}"' not in page
    assert "Пригласить некого" in page


def test_sent_it_shows_who_is_asked(url, ilya, anton):
    answer = sends(ilya, f"{url}invite/", account=anton.pk, note=NOTE)
    assert answer.status_code == 200
    assert "Приглашён оператор <b>Антон Белый</b>" in text(answer)
    assert Participant.objects.get().note == NOTE


@pytest.mark.parametrize(
    "account", ["", "0", "999999999", "99999999999999999999", "1 OR 1=1", "-1", "١"]
)
def test_a_bad_addressee_leaves_the_form_as_typed(url, ilya, account):
    answer = sends(ilya, f"{url}invite/", account=account, note=NOTE)
    assert answer.status_code == 422
    assert "Выберите, кого пригласить" in text(answer)
    assert SHOWN_NOTE in text(answer)
    assert not Participant.objects.exists()


def test_oneself_is_a_bad_addressee_too(url, ilya):
    answer = sends(ilya, f"{url}invite/", account=ilya.pk)
    assert (answer.status_code, "Себя пригласить нельзя." in text(answer)) == (422, True)


def test_the_absent_are_a_clear_refusal(url, ilya, second_line):
    boris = staff("boris", "Борис Ким", second_line)
    answer = sends(ilya, f"{url}invite/", account=boris.pk, note=NOTE)
    assert answer.status_code == 422
    assert "Борис Ким: сейчас не на месте." in text(answer)
    assert SHOWN_NOTE in text(answer)


@pytest.mark.parametrize("note", ["\x00", "я" * 4001])
def test_a_bad_note_is_refused(url, ilya, anton, note):
    answer = sends(ilya, f"{url}invite/", account=anton.pk, note=note)
    assert answer.status_code == 422
    assert not Participant.objects.exists()


def test_twice_is_a_conflict(invited, url, ilya, anton):
    answer = sends(ilya, f"{url}invite/", account=anton.pk)
    assert answer.status_code == 409
    assert "Антон Белый: уже получил приглашение." in text(answer)


def test_a_colleague_s_is_a_conflict(url, darya, anton):
    answer = sends(darya, f"{url}invite/", account=anton.pk)
    assert (answer.status_code, "ведёт другой оператор" in text(answer)) == (409, True)


def test_a_closed_one_is_a_conflict(url, dialogue, ilya, anton):
    closes(ilya, dialogue)
    answer = sends(ilya, f"{url}invite/", account=anton.pk)
    assert (answer.status_code, "уже закрыто" in text(answer)) == (409, True)


def test_the_addressee_s_page_shows_the_note_and_asks(invited, url, anton, dialogue):
    page = page_of(anton, url)
    assert SHOWN_NOTE in page
    assert "<b>Илья Воронцов</b> приглашает вас в переписку" in page
    assert dialogue.public_id in group(page, "waiting", "mine")
    assert 'data-can-reply="no"' in page


def test_joined_it_opens_among_one_s_own(invited, url, anton, dialogue):
    answer = sends(anton, f"{url}join/")
    assert (answer.status_code, answer["HX-Push-Url"]) == (200, url)
    assert 'data-can-reply="yes"' in text(answer)
    page = page_of(anton, "/chat/")
    assert dialogue.public_id in group(page, "mine", "others")
    assert dialogue.public_id not in group(page, "waiting", "mine")
    assert dialogue.public_id not in group(page, "others", "site")


def test_for_the_rest_it_stays_another_s(together, url, darya, dialogue):
    page = page_of(darya, "/chat/")
    assert dialogue.public_id in group(page, "others", "site")
    assert 'data-can-reply="no"' in page_of(darya, url)


def test_who_is_in_it_is_shown(together, url, ilya, anton):
    page = page_of(ilya, url)
    assert 'title="Антон Белый участвует в переписке"' in page
    assert 'title="Илья Воронцов ведёт обращение"' in page
    assert "Исключить из переписки: Антон Белый" in page
    assert f'data-shown-to="{ilya.pk} administrators"' in page
    assert "Выйти из переписки" in page_of(anton, url)


def test_a_guest_invites_and_neither_transfers_nor_closes(together, url, anton):
    page = page_of(anton, url)
    assert "data-invite-operator" in page
    assert "data-transfer-conversation" not in page
    assert "data-close-conversation" not in page


def test_a_mere_colleague_is_offered_no_invitation(url, darya):
    assert "data-invite-operator" not in page_of(darya, url)


def test_what_waits_for_others_is_not_offered_to_a_guest(together, url, dialogue, anton, darya):
    loses_its_owner(dialogue)
    accept = f'button--primary" type="button" data-accept="{dialogue.public_id}"'
    assert accept not in page_of(anton, url)
    assert "data-close-conversation" not in page_of(anton, url)
    assert 'data-can-reply="yes"' in page_of(anton, url)
    assert accept in page_of(darya, url)


def test_declined_it_is_gone(invited, url, anton):
    answer = sends(anton, f"{url}invite/decline/", reason="Обед")
    assert answer.status_code == 204
    assert browser_of(anton).get(url).status_code == 404


@pytest.mark.parametrize("reason", ["\x00", "я" * 4001])
def test_a_bad_reason_declines_nothing(invited, url, anton, reason):
    assert sends(anton, f"{url}invite/decline/", reason=reason).status_code == 422
    assert Participant.objects.invited().exists()


@pytest.mark.parametrize("way", ["join/", "invite/decline/"])
def test_too_late_is_a_conflict_in_words(invited, url, anton, way):
    expire_invitations(at=invited.expires_at)
    answer = sends(anton, url + way)
    assert (answer.status_code, "Приглашение уже не действует." in text(answer)) == (409, True)


def test_leaving_shows_the_empty_pane(together, url, anton):
    answer = sends(anton, f"{url}leave/")
    assert (answer.status_code, answer["HX-Push-Url"]) == (200, "/chat/")
    assert "conversation--empty" in text(answer)
    again = sends(anton, f"{url}leave/")
    assert (again.status_code, "уже не участвует" in text(again)) == (409, True)


def test_a_colleague_of_the_department_keeps_it_open(url, dialogue, ilya, darya):
    is_present(darya)
    invites(ilya, dialogue, darya)
    joins(darya, dialogue)
    answer = sends(darya, f"{url}leave/")
    assert answer.status_code == 200
    assert 'data-can-reply="no"' in text(answer)


def test_the_owner_removes(together, url, ilya, anton):
    assert sends(ilya, f"{url}remove/", account=anton.pk).status_code == 204
    assert not Participant.objects.current().exists()


@pytest.mark.parametrize("account", ["", "0", "99999999999999999999", "x"])
def test_nobody_is_nobody_to_remove(together, url, ilya, account):
    answer = sends(ilya, f"{url}remove/", account=account)
    assert (answer.status_code, "уже не участвует" in text(answer)) == (409, True)
    assert Participant.objects.joined().exists()


def test_a_guest_removes_nobody(together, url, anton, ilya):
    answer = sends(anton, f"{url}remove/", account=ilya.pk)
    assert (answer.status_code, "ведёт другой оператор" in text(answer)) == (409, True)


def test_a_guest_has_the_files_until_they_leave(invited, url, dialogue, ilya, anton, kamila):
    uploaded = SimpleUploadedFile("log.txt", b"text")
    stored = store_file(uploaded, at=timezone.now(), account=ilya)
    answers(ilya, dialogue, "Вот", files=[stored.public_id])
    path = stored.get_absolute_url()
    assert browser_of(anton).get(path).status_code == 200
    assert browser_of(kamila).get(path).status_code == 404
    sends(anton, f"{url}invite/decline/")
    assert browser_of(anton).get(path).status_code == 404


def test_the_visitor_s_window_holds_nothing_of_an_invitation(invited, marina):
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    page = text(browser_of().get("/widget/demo/window/", headers=bearer))
    assert "Не приходит счёт" in page
    assert "Антон" not in page
    assert "5349" not in page
