"""«Сроки хранения»: terms of one's own, what is held, runs and their acts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import DestructionAct, Hold, PurgeRun, RetentionTerms
from chat.purge.nights import is_time, night_of
from chat.purge.terms import Kind, own_terms, terms_of
from departments.stages import Stage
from sphaera_support.administration import retention
from tests.cast import browser_of
from tests.chat.purge.world import DAY, purges, talked

pytestmark = pytest.mark.once
URL = "/settings/retention/"


def sends(elena, **fields):
    form = {"hour": "3", "shown_version": own_terms().version, **fields}
    return browser_of(elena).post(URL, form)


def test_a_shorter_term_of_a_kind_is_kept(elena):
    assert sends(elena, visits="30").status_code == 302
    terms = terms_of(Stage.HIGH, own_terms())
    assert (terms[Kind.VISITS].days, terms[Kind.ADDRESSES].days) == (30, 30)
    assert terms[Kind.MESSAGES] == Stage.HIGH.term


def test_a_longer_one_wants_a_reason(elena):
    assert sends(elena, messages="2000").status_code == 422
    assert sends(elena, messages="2000", reason="Договор с банком").status_code == 302
    assert own_terms().messages == 2000


def test_a_smaller_stage_cuts_what_no_reason_makes_longer(elena):
    sends(elena, messages="365")
    assert terms_of(Stage.INITIAL, own_terms())[Kind.MESSAGES] == Stage.INITIAL.term
    sends(elena, messages="2000", reason="Договор с банком")
    assert terms_of(Stage.INITIAL, own_terms())[Kind.MESSAGES].days == 2000


@pytest.mark.parametrize("days", ["0", "-1", "1000000", "год"])
def test_a_term_that_cannot_be_is_refused_and_stays_typed(elena, days):
    answer = sends(elena, files=days)
    assert answer.status_code == 422
    assert days in answer.content.decode()


def test_what_is_held_is_listed_and_let_go(elena, ilya, marina):
    conversation = talked(marina, ilya)
    day = (timezone.localdate() + DAY).isoformat()
    browser, url = browser_of(elena), f"{URL}hold/{conversation.public_id}/"
    assert browser.post(url, {"until": day, "reason": ""}).status_code == 422
    assert browser.post(url, {"until": day, "reason": "Спор"}).status_code == 302
    assert "Спор" in browser.get(URL).content.decode()
    assert browser.post(url, {"until": day, "reason": "Спор"}).status_code == 409
    browser.post(f"{URL}holds/{Hold.objects.get().pk}/lift/")
    assert not Hold.objects.in_force(timezone.now()).exists()


def test_in_the_zone_administrators_hold_a_conversation_and_let_it_go(elena, ilya, dialogue):
    tomorrow = timezone.localdate() + DAY
    browser, url = browser_of(elena), f"/chat/{dialogue.public_id}/hold/"
    form = {"until": tomorrow, "reason": "Спор", "of": "visitor"}
    shown = browser.post(url, form).content.decode()
    hold = Hold.objects.in_force(timezone.now()).get()
    assert f"Посетителя не удалять до {tomorrow:%d.%m.%Y}" in shown
    assert hold.visitor == dialogue.visitor
    assert "Спор" not in browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "Не удалять до…" in browser.post(f"{url}{hold.pk}/end/").content.decode()
    assert not Hold.objects.in_force(timezone.now()).exists()


@pytest.mark.parametrize(("day", "reason"), [("", "Спор"), ("2020-13-45", "Спор"), (None, " ")])
def test_what_the_zone_does_not_take_stays_typed(elena, dialogue, day, reason):
    day = (timezone.localdate() + DAY).isoformat() if day is None else day
    url = f"/chat/{dialogue.public_id}/hold/"
    answer = browser_of(elena).post(url, {"until": day, "reason": reason, "of": "visitor"})
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.content.decode()
    assert not Hold.objects.exists()


@pytest.mark.parametrize("day", ["2020-01-01", "9999-01-01", "завтра"])
def test_a_hold_ends_at_a_day_that_comes(elena, ilya, marina, day):
    conversation = talked(marina, ilya)
    form = {"until": day, "reason": "Спор"}
    answer = browser_of(elena).post(f"{URL}hold/{conversation.public_id}/", form)
    assert answer.status_code == 422


def test_each_run_that_deleted_something_has_an_act(elena, ilya, marina):
    talked(marina, ilya)
    purges()
    browser = browser_of(elena)
    assert f"{URL}acts/1/" in browser.get(URL).content.decode()
    page = browser.get(f"{URL}acts/1/").content.decode()
    for words in ("№ 1", "Способ уничтожения", "достижение срока хранения", "Выгрузка из журнала"):
        assert words in page
    assert "chat.Message" not in page
    assert marina.name not in page
    assert purges().rows == {}
    assert "Акты: 1" in browser.get(URL).content.decode()


def test_of_many_acts_the_earlier_ones_are_found(elena, monkeypatch):
    monkeypatch.setattr(retention, "ACTS", 2)
    now = timezone.now()
    for number in (1, 2, 3):
        DestructionAct.objects.create(number=number, reason="term", made_at=now, began_at=now)
    browser = browser_of(elena)
    first = browser.get(f"{URL}acts/").content.decode()
    assert "acts/3/" in first
    assert "acts/1/" not in first
    assert "?before=2" in first
    assert "acts/1/" in browser.get(f"{URL}acts/?before=2").content.decode()


def test_it_says_when_the_night_passed_without_a_purge(elena):
    RetentionTerms.objects.update_or_create(pk=1, defaults={"began_at": timezone.now() - 2 * DAY})
    assert "Ночной очистки не было" in browser_of(elena).get(URL).content.decode()
    purges(way=PurgeRun.Way.NIGHTLY)
    assert "Ночной очистки не было" not in browser_of(elena).get(URL).content.decode()


def test_it_is_time_in_the_quiet_hours_once_a_night(db):
    night = night_of(timezone.now(), 3)
    assert is_time(night + timedelta(minutes=1))
    assert not is_time(night - timedelta(minutes=1))
    assert not is_time(night + timedelta(hours=5))
    PurgeRun.objects.create(
        way="nightly",
        started_at=night,
        touched_at=night,
        finished_at=night,
        is_over=True,
        before={},
    )
    assert not is_time(night + timedelta(minutes=1))
